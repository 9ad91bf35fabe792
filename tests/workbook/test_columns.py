"""A column that is made at once says in each cell what the cell alone would say."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.workbook.cells import Formula, content_text, content_texts


class Kind(StrEnum):
    """A word of ours."""

    BILLED = "billed"


TEXTS = st.sampled_from(
    ("", "a", " a", "a ", "|", "a & b", "<f>1</f>", "]]>", "=1+1", "_x000D_", "a\nb", "\x00", "\ud800", "ü€")
) | st.text(max_size=6)
NUMBERS = st.sampled_from(
    [Decimal(text) for text in ("1", "1.0", "1.50", "-0", "0E-7", "1E+3", "12.000000000000000000000001")]
)
DAYS = st.dates(date(1990, 1, 1), date(2199, 12, 31))
VALUES = TEXTS | NUMBERS | DAYS | st.none() | st.integers() | st.booleans() | st.just(Kind.BILLED)
COLUMNS = (TEXTS, NUMBERS, NUMBERS | st.none(), DAYS | st.none(), TEXTS | st.none(), VALUES)


@given(values=st.one_of([st.lists(one, max_size=12) for one in COLUMNS]), since_1904=st.booleans())
def test_a_column_is_its_cells(values: list[Any], since_1904: bool) -> None:
    cells = [f"({content_text(value, since_1904=since_1904)})" for value in values]
    assert content_texts(values, "(", ")", since_1904=since_1904) == cells


@given(values=st.lists(VALUES | VALUES.map(lambda value: Formula("2*A1", value)), max_size=12))
def test_a_calculated_column_is_its_cells(values: list[Any]) -> None:
    own = [value if isinstance(value, Formula) else Formula("1<2", value) for value in values]
    cells = [f"({content_text(value)})" for value in own]
    assert content_texts(values, "(", ")", formula="1<2") == cells


@pytest.mark.parametrize(
    ("values", "contents"),
    [
        pytest.param(
            ["R", "D"], ["<is><t>R</t></is>", "<is><t>D</t></is>"], id="plain texts stand as they are"
        ),
        pytest.param(["R", "&"], ["<is><t>R</t></is>", "<is><t>&amp;</t></is>"], id="a letter is escaped"),
        pytest.param(
            ["R", "x\x07"], ["<is><t>R</t></is>", "<is><t>x␇</t></is>"], id="a forbidden letter is visible"
        ),
        pytest.param(
            ["R", " R"],
            ["<is><t>R</t></is>", '<is><t xml:space="preserve"> R</t></is>'],
            id="spaces at an end are kept",
        ),
        pytest.param([1, True], ["<v>1</v>", "<v>1</v>"], id="one and yes are two kinds of cell"),
        pytest.param(
            [Decimal("1.5"), Decimal("1.50")],
            ["<v>1.5</v>", "<v>1.50</v>"],
            id="each amount keeps its digits",
        ),
        pytest.param([Decimal("1E+3")], ["<v>1000</v>"], id="no amount is written with a power of ten"),
        pytest.param(
            [date(2026, 6, 30), None], ["<v>46203</v>", ""], id="a day is its number; nothing is blank"
        ),
    ],
)
def test_what_stands_in_a_column(values: list[Any], contents: list[str]) -> None:
    ends = [text.removesuffix("</c>").removesuffix("/>") for text in content_texts(values, "", "")]
    assert [end.partition(">")[2] for end in ends] == contents


@pytest.mark.parametrize("wrong", [1.5, Decimal("NaN"), Decimal("Infinity"), b"text", ["a"]], ids=str)
def test_what_cannot_stand_in_a_cell_is_a_bug_of_the_caller(wrong: Any) -> None:
    with pytest.raises(TypeError, match="cannot stand in a cell"):
        content_texts([Decimal(1), wrong], "", "")


def test_a_text_that_is_too_long_is_cut_where_others_stand_beside_it() -> None:
    first, second = content_texts(["a", "x" * 40_000], "", "")
    assert first == ' t="inlineStr"><is><t>a</t></is></c>'
    assert second.count("x") == 32_766
    assert "…" in second
