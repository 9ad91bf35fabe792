"""Percent off list and base list take the list price of the sheet where the report has none."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.list_prices import ListPrice, ListPrices
from billow.charges import Charge
from billow.problems import Place
from billow.rating.rate import RatedMonth, rate

from .samples import CUSTOMERS, JUNE, MONTH, books, charge, codes, day, days, price, seats

YEAR = {"term": "1 Year", "billing_frequency": "Monthly", "subscription_start": day("2025-09-01")}
OFF = price("e5", product="E5", model="percent_off_list", value=Decimal(10))


def listed(figure: str, row: int = 5, **given: Any) -> ListPrice:
    """Return a list price of article E5 for a yearly term billed monthly, in euros."""
    plain = {"term": "P1Y", "billing": "monthly", "list_price": Decimal(figure)}
    return ListPrice("E5", place=Place(sheet="List prices", row=row), **{**plain, **given})


def month(found: Charge, *rows: ListPrice, **given: Any) -> RatedMonth:
    return rate([found], books(**{"list_prices": ListPrices(rows), "prices": (OFF,), **given}), MONTH)


def licence(**given: Any) -> Charge:
    """Return ten seats over June of a yearly term; the report has no list price."""
    return seats("s", "10", given.pop("period", JUNE), "150.00", **{**YEAR, **given})


@pytest.mark.parametrize(
    ("found", "rows", "amount"),
    [
        pytest.param(licence(), [listed("264")], "198.00", id="10 x 264/12 = 220, less 10 %"),
        pytest.param(
            licence(period=days("6-16", "6-30")), [listed("264")], "99.00", id="half a month is half of it"
        ),
        pytest.param(
            licence(), [listed("100")], "75.00",
            id="10 x 100/12 = 83.33..., less 10 % = 75 exactly: the twelfth is not rounded",
        ),
        pytest.param(
            licence(list_unit_price=Decimal(30)), [listed("264")], "270.00",
            id="the report's own list price goes first: 10 x 30 less 10 %",
        ),
        pytest.param(
            licence(list_cost=Decimal(0)), [listed("264")], "198.00",
            id="a list amount of 0 with a cost is none",
        ),
        pytest.param(
            licence(billing_frequency="Annual", period=days("2026-06-01", "2027-05-31")),
            [listed("264", billing="yearly")], "2376.00", id="a year in advance: 10 x 264, less 10 %",
        ),
        pytest.param(
            licence(),
            [listed("240", valid_through=day("2025-12-31")), listed("264", 6, valid_from=day("1-01"))],
            "180.00", id="a running term keeps the list price of the day it began: 10 x 240/12, less 10 %",
        ),
        pytest.param(
            licence(currency="EUR", pricing_currency="USD", exchange_rate=Decimal("0.9")),
            [listed("264", currency="USD")], "178.20",
            id="in dollars at the vendor's rate: 220 x 0.9, less 10 %",
        ),
    ],
)  # fmt: skip
def test_seats_start_from_the_list_price_of_their_term(
    found: Charge, rows: list[ListPrice], amount: str
) -> None:
    (line,) = month(found, *rows).lines
    assert (str(line.amount), line.cost) == (amount, Decimal("150.00"))


@pytest.mark.parametrize(
    ("found", "rows"),
    [
        pytest.param(licence(), [], id="an empty sheet"),
        pytest.param(licence(), [listed("264", term="P1M")], id="another term"),
        pytest.param(licence(), [listed("264", billing="yearly")], id="another billing plan"),
        pytest.param(licence(), [listed("264", segment="Education")], id="another segment"),
        pytest.param(licence(), [listed("264", market="DE")], id="another country"),
        pytest.param(licence(), [listed("264", currency="USD")], id="a currency without a rate"),
        pytest.param(licence(), [listed("264", valid_from=day("1-01"))], id="not yet when the term began"),
    ],
)
def test_without_a_fitting_list_price_the_charge_waits(found: Charge, rows: list[ListPrice]) -> None:
    rated = month(found, *rows)
    assert (rated.lines, codes(rated.problems)) == ((), ["PRC-004"])
    (problem,) = rated.problems
    assert "List prices" in problem.hint


def test_the_segment_and_country_of_the_customer_choose() -> None:
    school = [replace(c, segment="Education") if c.customer == "C-1" else c for c in CUSTOMERS]
    rows = [
        listed("264", segment="Commercial", market="NL"),
        listed("120", 6, segment="Education", market="NL"),
    ]
    assert [str(line.amount) for line in month(licence(), *rows).lines] == ["198.00"]
    assert [str(line.amount) for line in month(licence(), *rows, customers=school).lines] == ["90.00"]


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        pytest.param({}, "list price of List prices row 5", id="from the sheet"),
        pytest.param({"list_unit_price": Decimal(30)}, "list price of the report", id="from the report"),
    ],
)
def test_the_explanation_tells_which_list_price_was_used(given: dict[str, Any], origin: str) -> None:
    (line,) = month(licence(**given), listed("264")).lines
    assert line.price_row == f"Prices row 7: product E5 for everyone; {origin}"


def test_usage_of_one_article_goes_through_the_steps_together() -> None:
    steps = [
        ListPrice("VM-1", up_to=Decimal(100), list_price=Decimal(1)),
        ListPrice("VM-1", list_price=Decimal("0.8")),
    ]
    given = {"prices": (price("vm", model="markup", base="list"),), "list_prices": ListPrices(steps)}
    found = [charge("a", quantity=Decimal(61)), charge("b", quantity=Decimal(40), unit="Hours")]
    (line,) = rate(found, books(**given), MONTH).lines
    assert str(line.amount) == "100.80"
