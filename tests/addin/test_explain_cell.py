"""Explain this cell: the selected row of sheet Rated lines says which line is meant."""

from pathlib import Path

import pytest

from billow.commands.button import Click
from billow.commands.explain_cell import explain_cell
from billow.problems import Refused
from billow.workbook.book import Workbook
from tests.commands.clerk import billow


@pytest.mark.parametrize("month", ["issued_month", "drafted_month"])
def test_a_row_of_rated_lines_is_explained_as_on_the_command_line(
    month: str, request: pytest.FixtureRequest
) -> None:
    workbook: Path = request.getfixturevalue(month)
    row = Workbook.open(workbook).read("tblLines")[3]
    invoice = row["Customer"] if month == "drafted_month" else row["Invoice"]
    clicked = explain_cell(Click(workbook, sheet="Rated lines", row=row.number))
    typed = billow("explain", workbook, invoice, row["Line"])
    assert "\n".join(clicked.lines) == typed.out.strip()


@pytest.mark.parametrize(
    ("sheet", "row", "sentence"),
    [
        ("Rated lines", 1, "the row above the table"),
        ("Rated lines", 90_000, "a row below the table"),
        ("Prices", 7, "a row of another sheet"),
        ("", 0, "nothing is selected"),
    ],
)
def test_a_cell_without_a_line_is_told(issued_month: Path, sheet: str, row: int, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        explain_cell(Click(issued_month, sheet=sheet, row=row))
    (problem,) = refused.value.problems
    assert problem.code == "CMD-040", sentence
    assert "Rated lines" in problem.hint
