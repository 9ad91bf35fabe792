"""What goes wrong, and what the clerk then reads: code, sentence, place and hint.

One row per mistake: what is done to a copy of the drafted month, and what the next command says. In each case
the workbook, the charge store, the register and everything else beside them stay byte for byte as they were.
"""

from pathlib import Path

import pytest

from tests.commands import mistakes as m
from tests.commands.clerk import MONTH, Said, billow, rows, snapshot
from tests.commands.refusals import (
    AFTER_ISSUING,
    FOCUS,
    HELD_UP,
    IN_A_REPORT,
    IN_THE_SHEETS,
    ON_THE_COMMAND_LINE,
    THE_FILE_ITSELF,
    Row,
)


def check_refusal(workbook: Path, row: Row, *, name: str = "") -> None:
    """The command refuses in words a clerk can act on, and nothing has changed."""
    make, code, sentence, where, hint = row
    words = make(workbook)
    before = snapshot(workbook.parent)
    said = billow(*words)
    assert said.code == 1, said.out
    assert f"{code}  {sentence}" in said.err
    place, advice = explained(said, f"{code}  {sentence}")
    assert where in place
    assert not name or name in place
    assert hint in advice
    assert "Traceback" not in said.out + said.err
    assert "nothing was changed" in said.err
    assert snapshot(workbook.parent) == before


def explained(said: Said, head: str) -> tuple[str, str]:
    """Where it is and what to do, as printed below the sentence."""
    following = said.err.split(head, 1)[1].splitlines()[1:3]
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in following if line.startswith("  ")}
    return lines.get("where", ""), lines["hint"]


@pytest.mark.parametrize("row", IN_THE_SHEETS.values(), ids=IN_THE_SHEETS)
def test_a_mistake_in_the_sheets_stops_the_command_and_stands_on_sheet_checks(
    drafted: Path, row: Row
) -> None:
    check_refusal(drafted, row, name=drafted.name)
    _, code, sentence, where, hint = row
    assert billow("check", drafted).code == 1
    shown = [found for found in rows(drafted, "tblProblems") if found["Problem"] == sentence]
    assert [found["Code"] for found in shown] == [code]
    assert where in shown[0]["Where"]
    assert hint in shown[0]["Hint"]


@pytest.mark.parametrize("row", THE_FILE_ITSELF.values(), ids=THE_FILE_ITSELF)
def test_a_workbook_that_cannot_be_used_is_refused(drafted: Path, row: Row) -> None:
    check_refusal(drafted, row)


@pytest.mark.parametrize("row", IN_A_REPORT.values(), ids=IN_A_REPORT)
def test_a_mistake_in_a_report_leaves_the_store_as_it_was(drafted: Path, row: Row) -> None:
    check_refusal(drafted, row)


@pytest.mark.parametrize("row", HELD_UP.values(), ids=HELD_UP)
def test_what_is_not_clear_holds_up_issuing(drafted: Path, row: Row) -> None:
    check_refusal(drafted, row)


@pytest.mark.parametrize("row", ON_THE_COMMAND_LINE.values(), ids=ON_THE_COMMAND_LINE)
def test_a_command_that_does_not_fit_is_refused(drafted: Path, row: Row) -> None:
    check_refusal(drafted, row)


@pytest.mark.parametrize("row", AFTER_ISSUING.values(), ids=AFTER_ISSUING)
def test_what_is_issued_or_handed_over_stays_so(issued: Path, row: Row) -> None:
    check_refusal(issued, row)


ONE_PER_SHEET = (
    "a date in words", "a VAT number with a wrong digit", "an exchange rate of nothing",
    "a word where a price belongs", "a setting with its unit", "an article of a product that is not there",
    "tiers that are open twice", "a decision that is not a choice",
)  # fmt: skip


def test_all_mistakes_of_all_sheets_are_said_in_one_run(drafted: Path) -> None:
    chosen = [IN_THE_SHEETS[name] for name in ONE_PER_SHEET]
    for make, *_ in chosen:
        make(drafted)
    said = billow("invoice", drafted, "--period", MONTH)
    assert said.code == 1
    for _, code, sentence, _, _ in chosen:
        assert f"{code}  {sentence}" in said.err
    places = [line for line in said.err.splitlines() if line.startswith("  where")]
    titles = [place.split("sheet ")[1].split(",")[0] for place in places]
    assert titles == sorted(titles), "problems are sorted by sheet and row"


def test_all_bad_reports_are_said_in_one_run_and_none_counts(drafted: Path) -> None:
    chosen = [IN_A_REPORT[name][0](drafted) for name in ("a report that was cut off", "half a gz file")]
    good = drafted.parent / "reports" / MONTH / FOCUS
    grown = drafted.parent / FOCUS
    grown.write_bytes(m.text(",148.20,", ",148.30,", 1)(good.read_bytes()))
    before = snapshot(drafted.parent)
    said = billow("import", drafted, *(words[2] for words in chosen), grown)
    assert said.code == 1
    assert "IMP-001" in said.err
    assert "IMP-002" in said.err
    assert snapshot(drafted.parent) == before


def test_a_report_without_rows_is_a_note(drafted: Path) -> None:
    words = m.report(FOCUS, lambda data: data.splitlines(keepends=True)[0], "empty.csv")(drafted)
    said = billow(*words)
    assert said.code == 0
    assert "empty.csv has a header and no rows." in said.err
