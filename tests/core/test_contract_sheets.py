"""Sheets Products, Subscriptions and Changes: contracts are read cell by cell, blank means as before."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from billow.contracts.subscriptions import Change, Subscription
from billow.inputs import inputs_of
from billow.periods import Method
from billow.rating.books import Books
from billow.sheets.columns import SHEETS
from billow.sheets.raw import BLANK, Raw
from billow.sheets.reading import Reader, Row

Typed = dict[str, str]
DAY = {"2026-06-01": "46174", "2026-06-16": "46189", "2026-12-31": "46387"}
ROW: Typed = {"Subscription": "A", "Customer": "C-1", "Product": "P", "Start": DAY["2026-06-01"]}


def read(table: str, *typed: Typed) -> list[Row]:
    """Return rows as they are read from a sheet; no cell is wrong by itself."""
    sheet = SHEETS[table]
    raws = [
        (5 + index, {c.name: _raw(cells.get(c.name), c.type) for c in sheet.columns})
        for index, cells in enumerate(typed)
    ]
    listed = {"C-1", "P", "A", "B"}
    reader = Reader(sheet, "Billing.xlsx", sheet.title, since_1904=False, listed=lambda *_: listed)
    rows, wrong = reader.rows(raws)
    assert wrong == []
    return rows


def _raw(text: str | None, kind: str) -> Raw:
    numbers = {"decimal", "integer", "date"}
    return BLANK if text is None else Raw("number" if kind in numbers else "text", text)


def books_of(**tables: list[Row]) -> Books:
    return inputs_of(defaultdict(list, tables), "Billing.xlsx", ()).books


def subscription(typed: Typed) -> Subscription:
    return next(iter(books_of(tblSubscriptions=read("tblSubscriptions", {**ROW, **typed})).subscriptions))


@pytest.mark.parametrize(
    ("column", "typed", "field", "blank", "value"),
    [
        pytest.param("Billing", "yearly", "billing", "monthly", "yearly", id="how much at once"),
        pytest.param("Advance/arrears", "arrears", "in_arrears", False, True, id="when"),
        pytest.param("Anchor day", "31", "anchor_day", None, 31, id="on which day"),
        pytest.param("At term end", "renew", "at_term_end", "cancel", "renew", id="what follows"),
        pytest.param(
            "Notice by", DAY["2026-12-31"], "notice_by", None, date(2026, 12, 31), id="the notice day"
        ),
        pytest.param(
            "Trial through", DAY["2026-06-16"], "trial_through", None, date(2026, 6, 16), id="the trial"
        ),
        pytest.param("Co-term with", "B", "co_term_with", "", "B", id="the partner"),
        pytest.param("Replaces", "B", "replaces", "", "B", id="the one before it"),
    ],
)
def test_a_cell_of_a_subscription(column: str, typed: str, field: str, blank: object, value: object) -> None:
    assert getattr(subscription({}), field) == blank
    assert getattr(subscription({column: typed}), field) == value


@pytest.mark.parametrize(
    ("column", "typed", "field", "blank", "value"),
    [
        pytest.param("On increase", "period_end", "on_increase", "now", "period_end", id="more"),
        pytest.param("On decrease", "period_end", "on_decrease", "now", "period_end", id="fewer"),
        pytest.param(
            "Change style", "full_reversal", "change_style", "net_delta", "full_reversal", id="which lines"
        ),
        pytest.param("Refund", "full", "refund", "", "full", id="what is given back"),
        pytest.param("Window hours", "72", "window_hours", 168, 72, id="until when"),
        pytest.param("Window hours", "0", "window_hours", 168, 0, id="at once only"),
    ],
)
def test_a_cell_of_a_product(column: str, typed: str, field: str, blank: object, value: object) -> None:
    row = {"Product": "P", "Text": "Care"}
    plain, filled = books_of(
        tblProducts=read("tblProducts", row, {**row, "Product": "Q", column: typed})
    ).products
    assert (getattr(plain, field), getattr(filled, field)) == (blank, value)


def test_a_change_is_read_with_its_price_and_the_day_it_was_heard_of() -> None:
    row = {"No": "3", "Subscription": "A", "Effective": DAY["2026-06-01"], "Kind": "price"}
    rows = read("tblChanges", row, {**row, "No": "4", "Price": "9.50", "Reported": DAY["2026-06-16"]})
    plain, filled = books_of(tblChanges=rows).changes
    assert (plain.price, plain.reported, plain.booked) == (None, None, date(2026, 6, 1))
    assert (filled.price, filled.booked) == (Decimal("9.50"), date(2026, 6, 16))
    assert isinstance(filled, Change)


def test_co_terming_is_done_when_the_sheet_is_read() -> None:
    partner = {**ROW, "Subscription": "B", "Term through": DAY["2026-12-31"]}
    rows = read("tblSubscriptions", {**ROW, "Co-term with": "B"}, partner)
    assert [row.through for row in books_of(tblSubscriptions=rows).subscriptions] == [date(2026, 12, 31)] * 2


def test_every_method_is_offered_for_a_product() -> None:
    assert SHEETS["tblProducts"].column("Proration").choices == tuple(method.value for method in Method)
