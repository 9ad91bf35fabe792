"""Minimum, maximum and commitment of a customer group: held over all, borne by each by its own spend."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.catalog.list_prices import ListPrice, ListPrices
from billow.charges import Charge
from billow.money import exact_text
from billow.rating.line import Part, RatedLine, Spending, close
from billow.rating.rate import RatedMonth, rate
from billow.rating.spend import held_to_spend

from .samples import CUSTOMERS, JUNE, MONTH, books, charge, codes, contract, day, fx, price

RETAIL = [replace(customer, group="Retail") for customer in CUSTOMERS]
ALPHA = charge("a", "60.00", sub_account_id="prod")
BETA = charge("b", "90.00", customer_key="A-2")
GAMMA = charge("c", "30.00", sub_account_id="test")


def rated(charges: list[Charge], limits: dict[str, str], **sheets: Any) -> RatedMonth:
    """Return the month of virtual machines passed on, at a price with limits over the group."""
    figures = {name: Decimal(figure) for name, figure in limits.items()}
    own = price("vm", **{"counted_over": "group", **figures, **sheets.pop("price", {})})
    month = rate(charges, books(**{"prices": (own,), "customers": RETAIL, **sheets}), MONTH)
    assert all(sum(part.amount for part in line.parts) == line.amount for line in month.lines)
    return month


@pytest.mark.parametrize(
    ("charges", "limits", "expected"),
    [
        pytest.param(
            [ALPHA, BETA], {"minimum": "200"}, ["C-1 80.00", "C-2 120.00"],
            id="50 lack to 200: 60 of 150 bear 20, 90 of 150 bear 30",
        ),
        pytest.param([ALPHA, BETA], {"minimum": "150"}, ["C-1 60.00", "C-2 90.00"], id="exactly enough"),
        pytest.param(
            [ALPHA, BETA], {"minimum": "150.01"}, ["C-1 60.00", "C-2 90.01"],
            id="a cent goes to the larger remainder: 0.4 and 0.6 of it",
        ),
        pytest.param(
            [ALPHA, BETA], {"maximum": "100"}, ["C-1 40.00", "C-2 60.00"],
            id="50 too much: 20 and 30 are taken off",
        ),
        pytest.param([ALPHA, BETA], {"maximum": "0"}, ["C-1 0.00", "C-2 0.00"], id="a maximum of nothing"),
        pytest.param(
            [ALPHA, BETA], {"commitment": "180"}, ["C-1 72.00", "C-2 108.00"],
            id="30 not used: 12 and 18 are trued up",
        ),
        pytest.param(
            [ALPHA, BETA], {"commitment": "100", "overage": "20"}, ["C-1 64.00", "C-2 96.00"],
            id="20 % on the 50 above 100 is 10: 4 and 6",
        ),
        pytest.param(
            [ALPHA, BETA, GAMMA], {"minimum": "240"}, ["C-1 80.00", "C-1 40.00", "C-2 120.00"],
            id="a customer with two lines bears the part of both",
        ),
        pytest.param(
            [ALPHA._replace(billed_cost=Decimal(0)), BETA._replace(billed_cost=Decimal(0))],
            {"minimum": "100"}, ["C-1 50.00", "C-2 50.00"], id="nothing used: the same for each customer",
        ),
        pytest.param(
            [ALPHA._replace(billed_cost=Decimal(-60)), BETA], {"minimum": "100"},
            ["C-1 -60.00", "C-2 160.00"],
            id="a credit bears nothing: 30 in all, 70 on the other",
        ),
        pytest.param(
            [ALPHA._replace(billed_cost=Decimal(-100)), BETA], {"minimum": "100"},
            ["C-1 -100.00", "C-2 90.00"],
            id="a net credit of the group is not topped up",
        ),
    ],
)  # fmt: skip
def test_a_group_is_held_against_its_limits(
    charges: list[Charge], limits: dict[str, str], expected: list[str]
) -> None:
    lines = rated(charges, limits).lines
    assert sorted(f"{line.customer} {line.amount}" for line in lines) == sorted(expected)


def test_the_step_says_what_was_split_and_how() -> None:
    lines = rated([ALPHA, BETA], {"minimum": "200"}).lines
    top_up = "top-up to the minimum of 200 EUR over group Retail:"
    assert [line.parts[-1] for line in lines] == [
        Part(f"{top_up} 20.00 of 50.00 EUR, by 60 of 150", Fraction(20)),
        Part(f"{top_up} 30.00 of 50.00 EUR, by 90 of 150", Fraction(30)),
    ]


def test_customers_without_a_group_are_counted_alone() -> None:
    lines = rated([ALPHA, BETA], {"minimum": "100"}, customers=CUSTOMERS).lines
    assert [str(line.amount) for line in lines] == ["100.00", "100.00"]


def test_customers_of_two_currencies_are_compared_in_that_of_the_price() -> None:
    # 60 EUR and 90 EUR = 100 USD; in EUR 150 of 200, 50 lack: 20 EUR, and 30 EUR = 33.33 USD
    mixed = [RETAIL[0], replace(RETAIL[1], currency="USD"), *RETAIL[2:]]
    rates = [fx("EUR", "USD", "1.1111111111111111")]
    month = rated([ALPHA, BETA], {"minimum": "200"}, customers=mixed, exchange_rates=rates)
    assert codes(month.problems) == []
    assert [(line.currency, str(line.amount)) for line in month.lines] == [
        ("EUR", "80.00"),
        ("USD", "133.33"),
    ]


def test_a_stub_of_the_whole_group_owes_its_share() -> None:
    # both contracts run for 15 of 30 days: half of 100, of which 15 + 15 were used
    figures = {"product": "CARE", "model": "per_unit", "value": Decimal(30)}
    both = [
        contract(subscription=f"K-{number}", customer=f"C-{number}", start=day("6-16"), agreed_price=None)
        for number in (1, 2)
    ]
    month = rated([], {"commitment": "100"}, price=figures, subscriptions=both)
    assert [str(line.amount) for line in month.lines] == ["25.00", "25.00"]
    said = month.lines[0].parts[-1].text
    assert said.startswith(
        "true-up to the commitment of 100 EUR x 0.5 = 50 EUR over group Retail: 10.00 of 20"
    )


@pytest.mark.parametrize("over", ["customer", "group"])
def test_a_line_without_days_and_one_with_days_cover_one_month(over: str) -> None:
    # 60 of a report that names no days of ours, and 30 of a contract from the 16th on, half of it: 75 of 100
    marked = {"applies_to": "all", "model": "markup", "base": "list"}
    sheets = {
        "prices": (price("all", **marked, minimum=Decimal(100), counted_over=over),),
        "subscriptions": (contract(product="E5", start=day("6-16"), agreed_price=None, term="P1M"),),
        "list_prices": ListPrices([ListPrice("E5", term="P1M", billing="monthly", list_price=Decimal(30))]),
    }
    found = [ALPHA._replace(list_cost=Decimal("60.00"))]
    lines = rate(found, books(customers=RETAIL, **sheets), MONTH).lines
    assert sum(line.amount for line in lines) == Decimal("100.00")


def test_a_member_that_joins_in_the_month_makes_no_second_minimum() -> None:
    # one runs all month, one half of it: each day counts once, so the whole minimum of 100; 30 + 15 were used
    figures = {"product": "CARE", "model": "per_unit", "value": Decimal(30)}
    both = [
        contract(subscription=f"K-{number}", customer=f"C-{number}", start=day(start), agreed_price=None)
        for number, start in ((1, "1-01"), (2, "6-16"))
    ]
    month = rated([], {"minimum": "100"}, price=figures, subscriptions=both)
    # 55 lack: 30 of 45 bear 36.67, 15 of 45 bear 18.33
    assert [str(line.amount) for line in month.lines] == ["66.67", "33.33"]


MONEY = st.decimals(0, 10**5, places=2)


@given(
    amounts=st.lists(st.tuples(st.sampled_from(["C-1", "C-2", "C-3"]), MONEY), min_size=1, max_size=6),
    minimum=MONEY, commitment=st.none() | MONEY,
)  # fmt: skip
def test_parts_of_a_group_sum_to_what_it_owes_to_the_cent(
    amounts: list[tuple[str, Decimal]], minimum: Decimal, commitment: Decimal | None
) -> None:
    own = replace(price("p"), minimum=minimum, commitment=commitment, counted_over="group")
    lines = []
    for number, (customer, exact) in enumerate(amounts):
        amount, parts = close([Part("", Fraction(exact) + Fraction(1, 300))], "EUR")
        spending = Spending((customer, str(number)), own, Fraction(1), Fraction(1), JUNE)
        plain = RatedLine(str(number), customer, "", "", "EUR", amount, parts, Decimal(1), "", "vendor")
        lines.append(plain._replace(spending=spending))
    held = held_to_spend(lines, dict.fromkeys(("C-1", "C-2", "C-3"), "Retail"))
    spent = sum((line.amount for line in lines), Decimal(0))
    assert sum((line.amount for line in held), Decimal(0)) == max(spent, minimum, commitment or Decimal(0))
    assert all(exact_text(sum(p.amount for p in line.parts)) == exact_text(line.amount) for line in held)
