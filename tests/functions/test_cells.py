"""Cells of every kind: blanks, dates, errors, text, ranges of the wrong size, arguments left out."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.functions import FUNCTIONS, OMITTED, Argument, Function, answer
from tests.functions.ranges import CUSTOMERS, PRICES, PRODUCTS, call, day, table

BLANK = "amounts is blank; it is the amount of the whole cycle."
JUNE = (day("2026-06-01"), day("2026-06-30"), day("2026-06-01"), day("2026-06-30"))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        pytest.param(12.5, 12.5, id="a number"),
        pytest.param(12, 12.0, id="a whole number, as some hosts give it"),
        pytest.param("12", 12.0, id="plain digits as text"),
        pytest.param(0.1 + 0.2, 0.3, id="what Excel shows as 0.3 is 0.3"),
        pytest.param(
            "12,50", '#BILLOW: "12,50" in column amounts is not a number.', id="no country is guessed"
        ),
        pytest.param(True, '#BILLOW: "TRUE" in column amounts is not a number.', id="TRUE is no number"),
        pytest.param(None, f"#BILLOW: {BLANK}", id="a blank cell is not zero"),
        pytest.param("", f"#BILLOW: {BLANK}", id="nor is an empty text"),
        pytest.param("  ", f"#BILLOW: {BLANK}", id="nor are spaces"),
        pytest.param("#N/A", "#BILLOW: amounts is #N/A.", id="Excel's own error is named"),
        pytest.param("#BILLOW: The first sentence.", "#BILLOW: The first sentence.", id="ours is handed on"),
        pytest.param(
            1e16,
            '#BILLOW: "10000000000000000" in column amounts is not a number.',
            id="Excel keeps 15 digits",
        ),
        pytest.param(
            OMITTED, "#BILLOW: amounts is missing; it is the amount of the whole cycle.", id="left out"
        ),
    ],
)
def test_an_amount(cell: Any, shown: object) -> None:
    assert call("BILLOW_PRORATE", cell, *JUNE, "none", 3.0) == shown


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        pytest.param(day("2026-06-14"), "17 of 30 days", id="the number of a day"),
        pytest.param(date(2026, 6, 14), "17 of 30 days", id="a date"),
        pytest.param(datetime(2026, 6, 14), "17 of 30 days", id="midnight, as COM gives it"),  # noqa: DTZ001
        pytest.param("2026-06-14", "17 of 30 days", id="year, month, day"),
        pytest.param(
            datetime(2026, 6, 14, 8), '#BILLOW: "2026-06-14 08:00:00" in column from_date is not a date.',  # noqa: DTZ001
            id="an hour is no day",
        ),
        pytest.param(46187.5, '#BILLOW: "46187.5" in column from_date is not a date.', id="half a day"),
        pytest.param("14.6.2026", '#BILLOW: "14.6.2026" in column from_date is not a date.', id="no country"),
        pytest.param(0.0, '#BILLOW: "0" in column from_date is not a date.', id="the day before all days"),
    ],
)  # fmt: skip
def test_a_day(cell: Any, words: str) -> None:
    assert call("BILLOW_PRORATION", cell, *JUNE[1:]) == words


def test_an_argument_left_out_takes_its_default_and_a_blank_one_never_does() -> None:
    steps = ([[10.0], [None]], [[5.0], [4.0]])
    assert call("BILLOW_RATE", 11.0, *steps) == 54.0
    assert call("BILLOW_RATE", 11.0, *steps, OMITTED, OMITTED, 1.0) == 50.0
    shown = call("BILLOW_RATE", 11.0, *steps, None)
    assert shown.startswith("#BILLOW: model is blank; it is graduated")


def test_a_mistake_in_one_row_stays_in_its_row() -> None:
    shown = call("BILLOW_PRORATE", [[30.0], [None], ["x"], [60.0]], *JUNE)
    assert shown == [30.0, f"#BILLOW: {BLANK}", '#BILLOW: "x" in column amounts is not a number.', 60.0]


@pytest.mark.parametrize(
    ("amounts", "shown"),
    [
        pytest.param([[1.0, 2.0, 3.0]], [[1.0, 2.0, 3.0]], id="a row in, a row out"),
        pytest.param([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]], id="a block in, a block out"),
        pytest.param([1.0, 2.0], [[1.0], [2.0]], id="a flat list is a column"),
    ],
)
def test_the_answer_has_the_shape_of_the_question(amounts: Any, shown: Any) -> None:
    assert answer(FUNCTIONS["BILLOW_PRORATE"], [amounts, *JUNE]) == shown


_CELLS = st.sampled_from(
    [1.0, 1, True, False, 0.0, -3.0, 12.5, "12,5", "x", "", None, "#N/A", day("2026-06-14")]
)


@given(st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=12))
def test_a_column_answers_each_row_as_if_it_stood_alone(rows: list[tuple[Any, Any]]) -> None:
    """Also rows that are alike to Python and not to a sheet, such as a yes and a 1."""
    amounts, days = ([[row[at]] for row in rows] for at in (0, 1))
    shown = answer(FUNCTIONS["BILLOW_FX"], [amounts, "EUR", "EUR", days, table("tblFx")])
    alone = [answer(FUNCTIONS["BILLOW_FX"], [row[0], "EUR", "EUR", row[1], table("tblFx")]) for row in rows]
    assert shown == [cell for (cell,) in alone]


def test_rows_that_are_alike_are_answered_once() -> None:
    asked: list[Decimal] = []

    def twice(amount: Decimal) -> Decimal:
        asked.append(amount)
        return amount * 2

    amounts = Argument("amounts", "number", "The amount", "column")
    doubled = Function("BILLOW_TEST", "Help", (amounts,), lambda: twice, (), "Price")
    assert answer(doubled, [[[3.0], [4.0], [3.0], [3.0]]]) == [[6.0], [8.0], [6.0], [6.0]]
    assert asked == [3, 4]


def test_ranges_of_different_sizes_are_refused() -> None:
    shown = call("BILLOW_PRORATE", [[1.0], [2.0]], [[JUNE[0]], [JUNE[0]], [JUNE[0]]], *JUNE[1:])
    assert shown == (
        "#BILLOW: amounts has 2 rows and 1 columns, from_date has 3 and 1: "
        "take ranges of one size, or single cells."
    )


def test_a_range_where_a_cell_is_meant() -> None:
    shown = call("BILLOW_PRORATE", 1.0, *JUNE, [["none"], ["none"]])
    assert shown == "#BILLOW: method is a range; it must be a single cell."


def test_too_many_arguments() -> None:
    assert call("BILLOW_PRORATION", *JUNE, "none", 1.0) == (
        "#BILLOW: BILLOW_PRORATION takes 5 arguments, not 6."
    )


@pytest.mark.parametrize(
    ("prices", "shown"),
    [
        pytest.param(
            PRICES[1:],
            'The range has no column "Plan"; give tblPrices[#All], header included.',
            id="a range without its header",
        ),
        pytest.param(
            [["Plan"], ["x"]],
            'The range has no column "Scope"; give tblPrices[#All], header included.',
            id="a part of the table",
        ),
        pytest.param(
            table("tblPrices", {"Model": "flat", "Price or %": "x"}),
            '"x" in column Price or % is not a number. (sheet Prices[#All], row 2, column Price or %)',
            id="a cell that cannot be read",
        ),
    ],
)
def test_a_table_that_cannot_be_read(prices: list[list[Any]], shown: str) -> None:
    assert call("BILLOW_PRICE", "C-1", "CARE", JUNE[0], prices, CUSTOMERS, PRODUCTS) == f"#BILLOW: {shown}"


def broken(*_: Any, **__: Any) -> Any:
    raise LookupError("nobody")


def test_a_mistake_of_ours_says_so_and_is_no_traceback() -> None:
    cell = Argument("amount", "number", "An amount")
    ours = Function("BILLOW_TEST", "Help", (cell,), broken, (1.0,), "Price")
    assert answer(ours, [1.0]) == [["#BILLOW: this is a mistake in Billow (LookupError: nobody)."]]


@pytest.mark.parametrize(
    ("name", "arguments", "help_"),
    [
        pytest.param("billow_rate", ["amount"], "Help", id="lower case"),
        pytest.param("BILLOW.RATE", ["amount"], "Help", id="a dot, which VBA does not take"),
        pytest.param("BILLOW_RATE", ["end"], "Help", id="a word of VBA"),
        pytest.param("BILLOW_RATE", ["Amount"], "Help", id="an upper-case argument"),
        pytest.param("BILLOW_RATE", ["amount", "amount"], "Help", id="one argument twice"),
        pytest.param("BILLOW_RATE", ["amount"], "x" * 256, id="a help that Excel cuts off"),
    ],
)
def test_what_a_host_would_refuse_is_refused_at_once(name: str, arguments: Sequence[str], help_: str) -> None:
    with pytest.raises(ValueError, match=r"VBA|short"):
        Function(
            name, help_, tuple(Argument(each, "text", "A text") for each in arguments), broken, (), "Test"
        )


def test_an_argument_that_may_be_left_out_comes_last() -> None:
    first, last = Argument("first", "text", "A text", default=""), Argument("last", "text", "A text")
    with pytest.raises(ValueError, match="come last"):
        Function("BILLOW_TEST", "Help", (first, last), broken, (), "Price")
