"""Minimum and maximum spend, commitment with overage and true-up: parts of their own, scaled for a stub."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.catalog.discounts import Discount
from billow.catalog.prices import Price
from billow.charges import Charge
from billow.contracts.subscriptions import Subscription
from billow.money import exact_text
from billow.rating.line import Part, RatedLine, Spending, close
from billow.rating.rate import rate
from billow.rating.spend import held_to_spend

from .samples import JUNE, MONTH, VM, books, charge, contract, day, days, fx, price, seats

REST = days("6-16", "6-30")


def eur(figure: str) -> Decimal:
    return Decimal(figure)


def spent(found: list[Charge], given: dict[str, Any], **sheets: Any) -> list[str]:
    """Return each line of virtual machines at cost as its amount and what the rules added, in words."""
    own = price("vm", **{"model": "pass_through", **given})
    lines = rate(found, books(prices=(own,), **sheets), MONTH).lines
    assert all(sum(part.amount for part in line.parts) == line.amount for line in lines)
    return [str(line.amount) for line in lines]


def words(found: list[Charge], given: dict[str, Any], **sheets: Any) -> list[tuple[str, str]]:
    own = price("vm", **{"model": "pass_through", **given})
    lines = rate(found, books(prices=(own,), **sheets), MONTH).lines
    return [(part.text, exact_text(part.amount)) for line in lines for part in line.parts[1:]]


ONE = [charge("a", "60.00")]
TWO = [charge("a", "60.00", sub_account_id="prod"), charge("b", "90.00", sub_account_id="test")]


@pytest.mark.parametrize(
    ("found", "given", "amounts"),
    [
        pytest.param(ONE, {"minimum": eur("100")}, ["100.00"], id="60 is topped up to a minimum of 100"),
        pytest.param(ONE, {"minimum": eur("60")}, ["60.00"], id="exactly the minimum"),
        pytest.param(ONE, {"minimum": eur("0")}, ["60.00"], id="a minimum of nothing"),
        pytest.param(ONE, {"maximum": eur("50")}, ["50.00"], id="60 is capped at 50"),
        pytest.param(ONE, {"maximum": eur("60")}, ["60.00"], id="exactly the maximum"),
        pytest.param(ONE, {"maximum": eur("0")}, ["0.00"], id="a maximum of nothing"),
        pytest.param(ONE, {"commitment": eur("100")}, ["100.00"], id="60 of 100 committed is trued up"),
        pytest.param(ONE, {"commitment": eur("50")}, ["60.00"], id="above the commitment at the same price"),
        pytest.param(
            ONE, {"commitment": eur("50"), "overage": eur("20")}, ["62.00"], id="20 % on the 10 above 50"
        ),
        pytest.param(
            ONE, {"commitment": eur("60"), "overage": eur("20")}, ["60.00"], id="exactly the commitment"
        ),
        pytest.param(
            ONE, {"maximum": eur("55"), "commitment": eur("50"), "overage": eur("20")}, ["56.00"],
            id="the maximum comes first: 55, and 20 % on the 5 above 50",
        ),
        pytest.param(
            TWO, {"minimum": eur("100")}, ["100.00", "100.00"], id="each subscription has its minimum"
        ),
        pytest.param(
            TWO, {"minimum": eur("200"), "counted_over": "customer"}, ["60.00", "140.00"],
            id="the customer's minimum is topped up on the last line: 60 + 90 + 50",
        ),
        pytest.param(
            TWO, {"maximum": eur("100"), "counted_over": "customer"}, ["60.00", "40.00"],
            id="the customer's maximum is used up line by line",
        ),
        pytest.param(
            TWO, {"maximum": eur("50"), "counted_over": "customer"}, ["50.00", "0.00"],
            id="a line that finds nothing left is zero, never less",
        ),
        pytest.param(
            TWO, {"commitment": eur("100"), "overage": eur("10"), "counted_over": "customer"},
            ["60.00", "95.00"], id="10 % on the 50 that the second line is above 100",
        ),
        pytest.param(
            [charge("a", "-60.00")], {"minimum": eur("100")}, ["-60.00"], id="a net credit is not topped up"
        ),
        pytest.param(
            [charge("a", "-60.00")], {"commitment": eur("100")}, ["-60.00"], id="nor is it trued up"
        ),
    ],
)  # fmt: skip
def test_an_amount_is_held_against_its_limits(
    found: list[Charge], given: dict[str, Any], amounts: list[str]
) -> None:
    assert spent(found, given) == amounts


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param({"minimum": eur("100")}, [("top-up to the minimum of 100 EUR", "40")], id="top-up"),
        pytest.param({"maximum": eur("50")}, [("cap at the maximum of 50 EUR", "-10")], id="cap"),
        pytest.param(
            {"commitment": eur("100")}, [("true-up to the commitment of 100 EUR", "40")], id="true-up"
        ),
        pytest.param(
            {"commitment": eur("50"), "overage": eur("20")},
            [("overage 20 % on 10 above the commitment of 50 EUR", "2")], id="overage",
        ),
    ],
)  # fmt: skip
def test_every_limit_is_a_part_of_its_own(given: dict[str, Any], told: list[tuple[str, str]]) -> None:
    assert words(ONE, given) == told


def test_limits_in_another_currency_are_exchanged_and_rounded_before_they_are_compared() -> None:
    given = {"minimum": eur("100"), "currency": "USD"}
    rates = {"exchange_rates": [fx("USD", "EUR", "0.9")]}
    assert words(ONE, given, **rates) == [("top-up to the minimum of 100 USD = 90 EUR", "30")]


def vendor(first: str, through: str | None = None) -> Subscription:
    """Return a subscription that the vendor's lines bill, for some days of June."""
    return Subscription("prod", "C-1", "VM", "vendor", day(first), through=day(through) if through else None)


@pytest.mark.parametrize(
    ("run", "amounts"),
    [
        pytest.param(vendor("1-01"), ["300.00"], id="a whole month owes the whole minimum"),
        pytest.param(vendor("6-16"), ["150.00"], id="15 of 30 days owe half of it"),
        pytest.param(vendor("1-01", "6-10"), ["100.00"], id="10 of 30 days owe a third"),
        pytest.param(vendor("6-30"), ["60.00"], id="one day owes 10, and 60 were used"),
    ],
)
def test_a_stub_of_usage_owes_its_share_of_the_minimum(run: Subscription, amounts: list[str]) -> None:
    found = [charge("a", "60.00", sub_account_id="prod")]
    assert spent(found, {"minimum": eur("300")}, subscriptions=(run,)) == amounts


@pytest.mark.parametrize(
    ("found", "given", "amounts"),
    [
        pytest.param(
            [seats("a", "10", REST)], {"minimum": eur("400")}, ["200.00"],
            id="seats of half a month: 155, topped up to half of 400",
        ),
        pytest.param(
            [seats("a", "10", JUNE), seats("b", "-10", REST), seats("c", "12", REST)],
            {"minimum": eur("400")}, ["155.00", "245.00"],
            id="two stretches are one month: 155 + 186, and 59 on the last",
        ),
        pytest.param(
            [seats("a", "10", JUNE), seats("b", "-10", REST), seats("c", "12", REST)],
            {"maximum": eur("300")}, ["155.00", "145.00"], id="186 is capped at what is left of 300",
        ),
        pytest.param(
            [seats("a", "2", JUNE), seats("b", "2", JUNE, subscription_id="S-2")],
            {"minimum": eur("200"), "counted_over": "customer"}, ["62.00", "138.00"],
            id="two subscriptions on the same days cover one month, not two",
        ),
        pytest.param(
            [seats("a", "10", JUNE), seats("b", "2", days("5-17", "5-31"))], {"minimum": eur("400")},
            ["30.00", "400.00"],
            id="two seats that come late for May, 62 x 15/31, owe no minimum of May again",
        ),
        pytest.param(
            [seats("a", "-1", REST)], {"minimum": eur("400")}, ["-15.50"],
            id="a refund of an earlier month owes no minimum",
        ),
    ],
)  # fmt: skip
def test_seats_owe_the_share_that_their_days_cover(
    found: list[Charge], given: dict[str, Any], amounts: list[str]
) -> None:
    own = price("e5", product="E5", model="per_unit", value=eur("31"), **given)
    assert [str(line.amount) for line in rate(found, books(prices=(own,)), MONTH).lines] == amounts


def test_a_stub_of_a_contract_owes_its_share() -> None:
    own = price("care", product="CARE", model="per_unit", value=eur("30"), commitment=eur("100"))
    stub = contract(start=day("6-16"), agreed_price=None)
    (line,) = rate([], books(prices=(own,), subscriptions=(stub,)), MONTH).lines
    assert str(line.amount) == "50.00"
    assert line.parts[-1] == Part("true-up to the commitment of 100 EUR x 0.5 = 50 EUR", Fraction(35))


def test_a_minimum_is_held_after_the_discounts() -> None:
    half = Discount("half", "Half", on="line", kind="percent", value=eur("50"))
    own = replace(VM, model="pass_through", minimum=eur("45"))
    (line,) = rate(ONE, books(prices=(own,), discounts=(half,)), MONTH).lines
    assert [exact_text(part.amount) for part in line.parts] == ["60", "-30", "15"]
    assert str(line.amount) == "45.00"


MONEY = st.decimals(-(10**5), 10**5, places=2)
LIMIT = st.none() | st.decimals(0, 10**5, places=2)


@given(
    amounts=st.lists(MONEY, min_size=1, max_size=6),
    minimum=LIMIT, maximum=LIMIT, commitment=LIMIT, share=st.fractions(0, 1),
)  # fmt: skip
def test_lines_together_reach_their_minimum_and_keep_their_maximum(
    amounts: list[Decimal], minimum: Decimal | None, maximum: Decimal | None,
    commitment: Decimal | None, share: Fraction,
) -> None:  # fmt: skip
    own = Price("p", currency="EUR", minimum=minimum, maximum=maximum, commitment=commitment)
    spending = Spending(("m",), own, Fraction(1), share, JUNE)
    lines = []
    for number, exact in enumerate(amounts):
        amount, parts = close([Part("", Fraction(exact))], "EUR")
        lines.append(
            RatedLine(
                str(number), "C-1", "", "", "EUR", amount, parts, eur("1"), "", "vendor", spending=spending
            )
        )
    held = held_to_spend(lines, {})
    whole = sum((line.amount for line in held), Decimal(0))
    assert all(sum(part.amount for part in line.parts) == line.amount for line in held)
    cent = Fraction(1, 100)
    if maximum is not None and commitment is None:
        assert whole <= Fraction(maximum) * share + cent
    if minimum is not None and maximum is None and commitment is None and sum(amounts) >= 0:
        assert whole >= Fraction(minimum) * share - cent
    if minimum is None and maximum is None and commitment is None:
        assert [line.amount for line in held] == amounts
