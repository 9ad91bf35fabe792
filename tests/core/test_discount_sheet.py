"""Sheet Discounts: what is typed becomes a discount, and a cell that is missing or idle is told."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billow.catalog.discounts import Discount
from billow.catalog.prices import Tier
from billow.inputs import inputs_of
from billow.inputs.book_checks import problems_between
from billow.problems import Place
from billow.sheets.columns import SHEETS
from billow.sheets.raw import BLANK, Raw
from billow.sheets.reading import Reader, Row

from .samples import books

Typed = dict[str, str]
LAUNCH: Typed = {"Discount": "Launch", "Value": "5"}
BANDS: Typed = {
    "Discount": "Volume",
    "On": "customer",
    "Kind": "whole_band",
    "Currency": "EUR",
    "Tier set": "b",
}


def read(table: str, *typed: Typed) -> list[Row]:
    """Return rows as they are read from a sheet; no cell is wrong by itself."""
    sheet = SHEETS[table]
    numbers = {"decimal", "integer", "date"}
    raws = [
        (5 + index, {c.name: _raw(cells.get(c.name), c.type in numbers) for c in sheet.columns})
        for index, cells in enumerate(typed)
    ]
    rows, wrong = Reader(sheet, "Billing.xlsx", sheet.title, since_1904=False, listed=lambda *_: set()).rows(
        raws
    )
    assert wrong == []
    return rows


def _raw(text: str | None, number: bool) -> Raw:
    return BLANK if text is None else Raw("number" if number else "text", text)


STEPS = read(
    "tblTiers", {"Tier set": "b", "Up to": "100", "Unit price": "0"}, {"Tier set": "b", "Unit price": "10"}
)


def told(typed: Typed) -> list[str]:
    """Return code, column and sentence of what is wrong with a discount."""
    rows = defaultdict(list, tblDiscounts=read("tblDiscounts", typed), tblTiers=STEPS)
    found = problems_between(books(), rows)
    assert {str(problem.place) for problem in found} <= {
        f"Billing.xlsx, sheet Discounts, row 5, column {problem.place.column}" for problem in found
    }
    assert all(problem.hint for problem in found)
    return [f"{problem.code} {problem.place.column}: {problem.sentence}" for problem in found]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(LAUNCH, id="5 % for everyone on all"),
        pytest.param({**LAUNCH, "Value": "100"}, id="all of it"),
        pytest.param({**LAUNCH, "Scope": "customer", "Who": "C-1"}, id="for one customer"),
        pytest.param({**LAUNCH, "Applies to": "family", "What": "m365"}, id="on a family, in any case"),
        pytest.param({**LAUNCH, "Kind": "fixed", "Value": "500", "Currency": "EUR"}, id="an amount"),
        pytest.param({**LAUNCH, "Cap": "20", "Currency": "EUR"}, id="with a cap"),
        pytest.param(
            {**LAUNCH, "Condition": "products", "At least": "2", "Counted per": "vendor"},
            id="two of a vendor",
        ),
        pytest.param(
            {**LAUNCH, "Condition": "quantity", "At least": "1", "Counted of": "E5"},
            id="with another product",
        ),
        pytest.param(BANDS, id="bands"),
        pytest.param(
            {**LAUNCH, "Condition": "quantity", "At least": "10", "Units given": "2"},
            id="buy ten, get two",
        ),
        pytest.param({**LAUNCH, "On": "invoice", "Revenue group": "services"}, id="on the invoice"),
    ],
)
def test_a_discount_that_is_whole_is_taken(typed: Typed) -> None:
    assert told(typed) == []


NEEDS, IDLE = "A discount such as this needs", "of a discount such as this has no effect."


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param({"Discount": "x"}, [f"DSC-001 Value: {NEEDS} Value."], id="5 % of what? no figure"),
        pytest.param(
            {**LAUNCH, "Kind": "fixed"},
            [f"DSC-001 Currency: {NEEDS} Currency."],
            id="an amount of what money",
        ),
        pytest.param(
            {**LAUNCH, "Cap": "9"}, [f"DSC-001 Currency: {NEEDS} Currency."], id="a cap of what money"
        ),
        pytest.param(
            {**LAUNCH, "Condition": "spend", "At least": "9"},
            [f"DSC-001 Currency: {NEEDS} Currency."],
            id="spend in what money",
        ),
        pytest.param(
            {**BANDS, "Tier set": "other"},
            ['INP-003 Tier set: The bands of a discount are "other".'],
            id="bands that are not there",
        ),
        pytest.param(
            {name: cell for name, cell in BANDS.items() if name != "Tier set"},
            [f"DSC-001 Tier set: {NEEDS} Tier set."],
            id="no bands",
        ),
        pytest.param({**LAUNCH, "Scope": "group"}, [f"DSC-001 Who: {NEEDS} Who."], id="which group"),
        pytest.param({**LAUNCH, "Applies to": "vendor"}, [f"DSC-001 What: {NEEDS} What."], id="which vendor"),
        pytest.param(
            {**LAUNCH, "Condition": "products"},
            [f"DSC-001 At least: {NEEDS} At least."],
            id="how many products",
        ),
        pytest.param({**LAUNCH, "Who": "C-1"}, [f"DSC-002 Who: Who {IDLE}"], id="everyone, and one customer"),
        pytest.param({**LAUNCH, "What": "E5"}, [f"DSC-002 What: What {IDLE}"], id="all, and one product"),
        pytest.param(
            {**LAUNCH, "Currency": "EUR"}, [f"DSC-002 Currency: Currency {IDLE}"], id="5 % of euros"
        ),
        pytest.param({**LAUNCH, "Tier set": "b"}, [f"DSC-002 Tier set: Tier set {IDLE}"], id="5 % and bands"),
        pytest.param({**BANDS, "Value": "5"}, [f"DSC-002 Value: Value {IDLE}"], id="bands and 5 %"),
        pytest.param(
            {**LAUNCH, "At least": "2"}, [f"DSC-002 At least: At least {IDLE}"], id="at least 2 of nothing"
        ),
        pytest.param(
            {**LAUNCH, "Counted per": "vendor"},
            [f"DSC-002 Counted per: Counted per {IDLE}"],
            id="nothing to count",
        ),
        pytest.param(
            {**LAUNCH, "Kind": "fixed", "Currency": "EUR", "Cap": "9"},
            [f"DSC-002 Cap: Cap {IDLE}"],
            id="an amount and a cap on it",
        ),
        pytest.param(
            {**LAUNCH, "Revenue group": "services"},
            [f"DSC-002 Revenue group: Revenue group {IDLE}"],
            id="no line of its own to post",
        ),
        pytest.param(
            {**LAUNCH, "On": "invoice", "Applies to": "product", "What": "E5"},
            ["DSC-002 Applies to: A discount on the invoice is on all of it, for one or all customers."],
            id="the invoice, but one product",
        ),
        pytest.param(
            {**LAUNCH, "On": "invoice", "Scope": "subscription", "Who": "S-1"},
            ["DSC-002 Scope: A discount on the invoice is on all of it, for one or all customers."],
            id="the invoice, but one subscription",
        ),
        pytest.param({**LAUNCH, "Value": "0"}, ["DSC-003 Value: Value of a discount is 0."], id="nothing"),
        pytest.param(
            {**LAUNCH, "Value": "-5"}, ["DSC-003 Value: Value of a discount is -5."], id="a surcharge"
        ),
        pytest.param(
            {**LAUNCH, "Value": "100.01"},
            ["DSC-003 Value: Value of a discount is 100.01."],
            id="more than all",
        ),
        pytest.param(
            {**LAUNCH, "Units given": "2"}, [f"DSC-002 Units given: Units given {IDLE}"], id="given for what?"
        ),
        pytest.param(
            {**LAUNCH, "On": "vendor", "Condition": "quantity", "At least": "10", "Units given": "2"},
            [f"DSC-002 Units given: Units given {IDLE}"],
            id="units of a vendor",
        ),
        pytest.param(
            {**LAUNCH, "Condition": "quantity", "At least": "10", "Units given": "0"},
            ["DSC-003 Units given: Units given of a discount is 0."],
            id="no unit given",
        ),
        pytest.param(
            {**LAUNCH, "Cap": "0", "Currency": "EUR"},
            ["DSC-003 Cap: Cap of a discount is 0."],
            id="a cap of 0",
        ),
        pytest.param(
            {**LAUNCH, "Applies to": "product", "What": "E7"},
            ['DSC-004 What: Nothing on sheet Products is "E7".'],
            id="a product that is not sold",
        ),
        pytest.param(
            {**LAUNCH, "Condition": "quantity", "At least": "1", "Counted of": "E7"},
            ['DSC-004 Counted of: Nothing on sheet Products is "E7".'],
            id="one that cannot be counted",
        ),
        pytest.param(
            {**LAUNCH, "Valid from": "46174", "Valid through": "46173"},
            ["INP-007 Valid through: Valid through 2026-05-31 lies before Valid from 2026-06-01."],
            id="an end before the beginning",
        ),
        pytest.param(
            {**LAUNCH, "Cap": "9", "Currency": "EURO"},
            ['INP-001 Currency: "EURO" is not a currency.'],
            id="a currency of four letters",
        ),
    ],
)
def test_a_cell_that_is_missing_idle_or_impossible(typed: Typed, expected: list[str]) -> None:
    assert told(typed) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param(
            {"Unit price": "101"},
            "DSC-003 Unit price: A band of a discount takes off 101 %.",
            id="more than all",
        ),
        pytest.param(
            {"Unit price": "-1"},
            "DSC-003 Unit price: A band of a discount takes off -1 %.",
            id="less than nothing",
        ),
        pytest.param(
            {"Unit price": "5", "Flat fee": "9"},
            "DSC-002 Flat fee: Flat fee of a discount's band has no effect.",
            id="a fee beside the percentage",
        ),
        pytest.param(
            {"Unit price": "5", "Package size": "10"},
            "DSC-002 Package size: Package size of a discount's band has no effect.",
            id="packages of spend",
        ),
    ],
)
def test_bands_are_percentages(step: Typed, expected: str) -> None:
    tiers = read("tblTiers", {"Tier set": "b", **step})
    found = problems_between(
        books(), defaultdict(list, tblDiscounts=read("tblDiscounts", BANDS), tblTiers=tiers)
    )
    assert expected in [f"{problem.code} {problem.place.column}: {problem.sentence}" for problem in found]
    assert {problem.place.sheet for problem in found} == {"Tiers"}


def test_the_units_of_buy_and_get_reach_the_discount() -> None:
    typed = {**LAUNCH, "Condition": "quantity", "At least": "10", "Units given": "2"}
    (found,) = inputs_of(
        defaultdict(list, tblDiscounts=read("tblDiscounts", typed)), "Billing.xlsx", ()
    ).books.discounts
    assert (found.at_least, found.units_given) == (Decimal(10), Decimal(2))


def test_every_cell_reaches_the_discount() -> None:
    typed = {
        "Discount": "Volume", "Text": "Loyal", "Text nl": "Trouw", "Text de": "Treue", "On": "vendor",
        "Scope": "customer", "Who": "C-1", "Applies to": "vendor", "What": "AWS", "Kind": "progressive_bands",
        "Currency": "EUR", "Tier set": "b", "Condition": "spend", "At least": "50", "Counted of": "E5",
        "Counted per": "group", "Order": "3", "Combines": "alone", "Valid from": "46174",
        "Valid through": "46203", "Cap": "99", "Revenue group": "usage", "Reason": "signed",
    }  # fmt: skip
    rows = defaultdict(list, tblDiscounts=read("tblDiscounts", typed, LAUNCH), tblTiers=STEPS)
    volume, launch = inputs_of(rows, "Billing.xlsx", ()).books.discounts
    assert volume == Discount(
        "Volume", "Loyal", {"nl": "Trouw", "de": "Treue"}, "vendor", "customer", "C-1", "vendor", "AWS",
        "progressive_bands", currency="EUR", bands=(Tier(Decimal(100), Decimal(0)), Tier(None, Decimal(10))),
        condition="spend", at_least=Decimal(50), counted_of="E5", counted_per="group", order=3,
        exclusive=True, valid_from=date(2026, 6, 1), valid_through=date(2026, 6, 30), cap=Decimal(99),
        revenue_group="usage",
        place=Place("Billing.xlsx", "Discounts", 5),
    )  # fmt: skip
    assert volume.texts == {"nl": "Trouw", "de": "Treue"}
    assert launch == replace(
        Discount("Launch", value=Decimal(5)), place=Place("Billing.xlsx", "Discounts", 6)
    )
