"""The amount that a price on cost or list starts from, and the vendor's words for terms."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from billow.charges import COLUMNS, Category, Charge
from billow.charges.terms import billing_of, term_of
from billow.rating.bases import base_amount
from billow.rating.rate import rate

from .samples import JUNE, MONTH, books, charge, days, price, seats

REST = days("6-16", "6-30")
YEARLY = "One-Year commitment for yearly billing"


def listed(unit: str, **given: Any) -> Charge:
    """Return ten seats at a list price."""
    return seats("s", "10", given.pop("period", JUNE), "50.00", list_unit_price=Decimal(unit), **given)


@pytest.mark.parametrize(
    ("given", "base", "amount"),
    [
        pytest.param(charge(), "billed", "100", id="billed: what the vendor bills"),
        pytest.param(charge(cost="-1.5"), "billed", "-1.5", id="billed: a credit"),
        pytest.param(charge(), "effective", None, id="effective: not in the report"),
        pytest.param(charge(effective_cost=Decimal(90)), "effective", "90", id="effective: as delivered"),
        pytest.param(charge(effective_cost=Decimal(0)), "effective", "0", id="effective: 0 is a figure"),
        pytest.param(charge(contracted_cost=Decimal(80)), "contracted", "80", id="contracted: as delivered"),
        pytest.param(
            charge(contracted_unit_price=Decimal(2), quantity=Decimal(3)), "contracted", "6",
            id="contracted: from its unit price",
        ),
        pytest.param(charge(), "contracted", None, id="contracted: not in the report"),
        pytest.param(charge(list_cost=Decimal(120)), "list", "120", id="list: as delivered"),
        pytest.param(charge(list_cost=Decimal(0)), "list", None, id="list: 0 with a cost is no list price"),
        pytest.param(charge(cost="0", list_cost=Decimal(0)), "list", "0", id="list: 0 without a cost is"),
        pytest.param(charge(list_unit_price=Decimal(2)), "list", None, id="list: without quantity"),
        pytest.param(
            charge(list_unit_price=Decimal("0.5"), quantity=Decimal(9)), "list", "4.5",
            id="list: usage is unit price times quantity",
        ),
        pytest.param(listed("12"), "list", "120", id="list: seats over a whole month"),
        pytest.param(listed("12", period=REST), "list", "60", id="list: seats over half a month are half"),
        pytest.param(
            listed("144", period=days("2026-06-10", "2027-06-09"), term=YEARLY, billing_frequency="Annual"),
            "list", "17280", id="list: a monthly price over a year is twelvefold: 12 x 144 x 10",
        ),
        pytest.param(
            listed("12", pricing_currency="USD"), "list", None, id="list: in dollars without a rate"
        ),
        pytest.param(
            listed("12", pricing_currency="USD", exchange_rate=Decimal("0.9")), "list", "108",
            id="list: in dollars at the vendor's own rate",
        ),
        pytest.param(listed("12", pricing_currency="EUR"), "list", "120", id="list: in the same currency"),
    ],
)  # fmt: skip
def test_a_base_is_taken_as_delivered(given: Charge, base: str, amount: str | None) -> None:
    assert base_amount(given, base) == (None if amount is None else Fraction(amount))


@pytest.mark.parametrize(
    ("price_given", "charge_given", "amount", "first_step"),
    [
        pytest.param(
            {"model": "percent_off_list", "value": Decimal(5)}, {"list_cost": Decimal(200)}, "190.00",
            "list 200 EUR", id="5 % off a list amount of 200",
        ),
        pytest.param(
            {"model": "markup", "value": Decimal(10), "base": "effective"}, {"effective_cost": Decimal(90)},
            "99.00", "effective cost 90 EUR", id="10 % on an effective cost of 90",
        ),
        pytest.param(
            {"model": "margin", "value": Decimal(20), "base": "contracted"}, {"contracted_cost": Decimal(80)},
            "100.00", "contracted cost 80 EUR", id="a margin of 20 % over a contracted cost of 80",
        ),
        pytest.param(
            {"model": "per_unit", "value": Decimal("0.05"), "per": "unit"}, {"quantity": Decimal(1000)},
            "50.00", "1000 x 0.05 EUR", id="a thousand units at five cents",
        ),
        pytest.param({"model": "flat", "value": Decimal(25)}, {}, "25.00", "flat 25 EUR", id="a flat fee"),
        pytest.param({"model": "pass_through"}, {}, "100.00", "cost 100 EUR, passed on", id="passed on"),
    ],
)  # fmt: skip
def test_a_line_starts_from_its_base(
    price_given: dict[str, Any], charge_given: dict[str, Any], amount: str, first_step: str
) -> None:
    (line,) = rate([charge(**charge_given)], books(prices=(price("vm", **price_given),)), MONTH).lines
    assert (str(line.amount), line.parts[0].text) == (amount, first_step)
    assert line.cost == Decimal("100.00")


def test_a_price_on_cost_keeps_the_vendors_dates_and_is_not_prorated_again() -> None:
    halves = [seats("a", "10", JUNE, "100.00"), seats("b", "2", REST, "10.00")]
    marked = price("e5", product="E5", model="markup", value=Decimal(10))
    lines = rate(halves, books(prices=(marked,)), MONTH).lines
    assert [(str(line.period), str(line.amount)) for line in lines] == [
        ("2026-06-01 through 2026-06-30", "110.00"),
        ("2026-06-16 through 2026-06-30", "11.00"),
    ]


def test_usage_of_two_accounts_under_one_customer_is_two_lines() -> None:
    found = [
        charge("a", sub_account_id="prod"),
        charge("b", sub_account_id="test"),
        charge("c", sub_account_id="test"),
    ]
    lines = rate(found, books(), MONTH).lines
    assert [(line.subscription, str(line.amount)) for line in lines] == [
        ("prod", "110.00"),
        ("test", "220.00"),
    ]


def test_a_sum_is_rounded_once_and_not_its_charges() -> None:
    tiny = [charge(f"c{i}", "0.004") for i in range(10)]
    (line,) = rate(tiny, books(prices=(price("vm"),)), MONTH).lines
    assert (str(line.amount), str(line.cost)) == ("0.04", "0.04")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        pytest.param("One-Year commitment for monthly/yearly billing", "P1Y", id="Partner Center, a year"),
        pytest.param("Three-3 Years commitment for monthly/3 Years/yearly billing", "P3Y", id="three years"),
        pytest.param("One-Month commitment for monthly billing", "P1M", id="a month"),
        pytest.param("P1Y", "P1Y", id="ISO 8601"),
        pytest.param("1 Cache Instance Hour", "", id="a unit is no term"),
        pytest.param("11 Years", "", id="eleven years are not one"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_term_is_read_from_the_vendors_words(text: str, term: str) -> None:
    assert term_of(text) == term


@pytest.mark.parametrize(
    ("frequency", "text", "billing"),
    [
        pytest.param("Monthly", YEARLY, "monthly", id="the frequency goes first"),
        pytest.param("", YEARLY, "yearly", id="then the term's words"),
        pytest.param("Annual", "", "yearly", id="annual is yearly"),
        pytest.param("Triennial", "", "triennial", id="every three years"),
        pytest.param("OneTime", "", "", id="once is none of them"),
    ],
)
def test_the_billing_plan_is_read_from_the_vendors_words(frequency: str, text: str, billing: str) -> None:
    assert billing_of(frequency, text) == billing


def test_the_columns_of_the_store_have_focus_names_each_once() -> None:
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))
    assert {"BilledCost", "ChargeCategory", "ServiceProviderName", "x_ImportId"} <= set(names)
    assert {category.value for category in Category} == {"Usage", "Purchase", "Tax", "Credit", "Adjustment"}
