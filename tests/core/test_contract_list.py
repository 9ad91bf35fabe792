"""A contract at a percentage off or on list starts from the list price of its article, term and plan."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.list_prices import ListPrice, ListPrices
from billow.catalog.products import SkuRule
from billow.contracts.subscriptions import Change
from billow.problems import Place, Severity
from billow.rating.rate import RatedMonth, rate

from .samples import CUSTOMERS, MONTH, SKU_RULES, books, codes, contract, day, fx, price

OFF = price("off", product="E5", model="percent_off_list", value=Decimal(10), currency="")
YEAR = ListPrice(
    "E5", term="P1Y", billing="monthly", list_price=Decimal(264), place=Place(sheet="List prices", row=7)
)


def billed(*rows: ListPrice, own: dict[str, Any] | None = None, **given: Any) -> RatedMonth:
    """Return June of a contract for 10 seats of a yearly term, at 10 % off list."""
    seats = {"product": "E5", "agreed_price": None, "term": "P1Y", "quantity": Decimal(10)}
    running = contract(**{**seats, "place": Place(sheet="Subscriptions", row=5), **(own or {})})
    sheets = {"prices": (OFF,), "list_prices": ListPrices(rows), "subscriptions": (running,)}
    return rate([], books(**{**sheets, **given}), MONTH)


@pytest.mark.parametrize(
    ("rows", "own", "sheets", "amounts"),
    [
        pytest.param([YEAR], {}, {}, ["198.00"], id="10 x 264/12 = 220, less 10 %"),
        pytest.param(
            [replace(YEAR, list_price=Decimal(100))], {}, {}, ["75.00"],
            id="10 x 100/12 = 83.33..., less 10 % is 75 exactly: the twelfth is not rounded",
        ),
        pytest.param([YEAR], {"start": day("6-16")}, {}, ["99.00"], id="half a month is half of it"),
        pytest.param(
            [replace(YEAR, billing="yearly")], {"billing": "yearly", "start": day("6-01")}, {}, ["2376.00"],
            id="a year in advance: 10 x 264, less 10 %",
        ),
        pytest.param(
            [replace(YEAR, term="P3Y", list_price=Decimal(720))], {"term": "P3Y"}, {}, ["180.00"],
            id="three years billed monthly: 10 x 720/36 = 200, less 10 %",
        ),
        pytest.param(
            [YEAR, replace(YEAR, list_price=Decimal(300), valid_from=day("3-01"))], {}, {}, ["198.00"],
            id="a running term keeps the list price of the day on which it began",
        ),
        pytest.param(
            [YEAR, replace(YEAR, list_price=Decimal(300), valid_from=day("3-01"))], {},
            {"prices": (replace(OFF, price_date="period_start"),)}, ["225.00"],
            id="unless the price is looked up by the period: 10 x 300/12 = 250, less 10 %",
        ),
        pytest.param(
            [YEAR, replace(YEAR, list_price=Decimal(240), segment="Education")], {},
            {"customers": (replace(CUSTOMERS[0], segment="Education"), *CUSTOMERS[1:])}, ["180.00"],
            id="the segment of the customer",
        ),
        pytest.param(
            [YEAR, replace(YEAR, list_price=Decimal(252), market="NL")], {}, {}, ["189.00"],
            id="the country of the customer: 10 x 21, less 10 %",
        ),
        pytest.param(
            [YEAR], {}, {"prices": (replace(OFF, model="markup", base="list"),)}, ["242.00"],
            id="10 % on list",
        ),
        pytest.param(
            [YEAR], {}, {"prices": (replace(OFF, model="margin", base="list", value=Decimal(20)),)},
            ["275.00"], id="list as the cost of a price of which 20 % is ours: 220 / 0.8",
        ),
        pytest.param(
            [YEAR], {}, {"prices": (replace(OFF, model="pass_through", base="list"),)}, ["220.00"],
            id="list itself",
        ),
        pytest.param(
            [YEAR], {}, {"prices": (replace(OFF, minimum=Decimal(200), currency="EUR"),)}, ["200.00"],
            id="with a minimum, 198 is topped up",
        ),
        pytest.param(
            [replace(YEAR, currency="USD")], {"currency": "USD"},
            {"exchange_rates": [fx("USD", "EUR", "0.9")]}, ["178.20"], id="a list in dollars: 198 USD at 0.9",
        ),
        pytest.param(
            [YEAR], {}, {"changes": (Change(1, "K-1", day("6-16"), "add", Decimal(2)),)},
            ["99.00", "118.80"], id="two seats from the 16th: 10 and 12 x 22 x 0.5, less 10 %",
        ),
        pytest.param(
            [replace(YEAR, up_to=Decimal(9)), replace(YEAR, list_price=Decimal(240))], {}, {}, ["180.00"],
            id="the quantity chooses the step of the list",
        ),
        pytest.param([YEAR], {"agreed_price": Decimal(5)}, {}, ["50.00"], id="an agreed price goes first"),
        pytest.param(
            [replace(YEAR, sku="OFFICE")], {"product": "OFFICE"},
            {"prices": (replace(OFF, product="OFFICE"),), "sku_rules": ()}, ["198.00"],
            id="listed by the product's own code",
        ),
    ],
)  # fmt: skip
def test_a_contract_starts_from_list(
    rows: list[ListPrice], own: dict[str, Any], sheets: dict[str, Any], amounts: list[str]
) -> None:
    month = billed(*rows, own=own, **sheets)
    assert codes(month.problems) == []
    assert [str(line.amount) for line in month.lines] == amounts


def test_the_line_says_where_its_list_price_stands() -> None:
    (line,) = billed(YEAR).lines
    assert line.price_row == "Prices row 7: product E5 for everyone; list price of List prices row 7"
    assert [part.text for part in line.parts] == ["list 220 EUR", "10 % off list"]


TWO_ARTICLES = (*SKU_RULES, SkuRule("Microsoft", "sku", "E5-OLD", "E5"))


@pytest.mark.parametrize(
    ("rows", "own", "sheets", "sentence"),
    [
        pytest.param(
            [], {}, {},
            "product E5 (term P1Y, billed monthly) has no list price on 2026-01-01.",
            id="no list price at all",
        ),
        pytest.param(
            [YEAR], {"term": ""}, {},
            "product E5 (term blank, billed monthly) has no list price on 2026-06-01.", id="no term",
        ),
        pytest.param(
            [YEAR], {"billing": "quarterly", "start": day("6-01")}, {},
            "product E5 (term P1Y, billed quarterly) has no list price on 2026-06-01.",
            id="no list is billed by the quarter",
        ),
        pytest.param(
            [YEAR, replace(YEAR, sku="E5-OLD")], {}, {"sku_rules": TWO_ARTICLES},
            "product E5 (term P1Y, billed monthly) has 2 list prices: of E5 and E5-OLD.", id="two articles",
        ),
    ],
)  # fmt: skip
def test_what_has_not_one_list_price_is_told(
    rows: list[ListPrice], own: dict[str, Any], sheets: dict[str, Any], sentence: str
) -> None:
    month = billed(*rows, own=own, **sheets)
    assert month.lines == ()
    problem = next(p for p in month.problems if p.code == "PRC-014")
    assert problem.sentence == f"Contract K-1 of customer C-1 starts from list, but its {sentence}"
    assert (problem.place, problem.severity) == (Place("", "Subscriptions", 5, "Product"), Severity.BLOCK)
    assert "Agreed price" in problem.hint
