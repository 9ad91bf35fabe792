"""What is priced: included units, a minimum, rounding, fees once in a period, counting over several lines."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.prices import Price, Tier
from billow.charges import Charge
from billow.problems import Severity
from billow.rating.quantities import billable
from billow.rating.rate import RatedMonth, rate

from .samples import (
    CUSTOMERS,
    JUNE,
    MONTH,
    books,
    charge,
    codes,
    contract,
    day,
    days,
    fx,
    price,
    seats,
    tiers,
)

REST = days("6-16", "6-30")
STEPS = tiers(("10", "5"), (None, "4"))
FEES = (Tier(Decimal(10), Decimal(5), Decimal(100)), Tier(None, Decimal(4), Decimal(50)))


def units(**given: Any) -> Price:
    """Return a price of five euros for each unit of a virtual machine."""
    return price("vm", **{"model": "per_unit", "value": Decimal(5), "per": "unit", **given})


def seat(**given: Any) -> Price:
    """Return a price of five euros for each seat and month."""
    return price("e5", **{"product": "E5", "model": "per_unit", "value": Decimal(5), **given})


def used(quantity: str, key: str = "c1", **given: Any) -> Charge:
    return charge(key, quantity=Decimal(quantity), **given)


def month(found: list[Charge], *prices: Price, **given: Any) -> RatedMonth:
    return rate(found, books(prices=prices, **given), MONTH)


def told(rated: RatedMonth) -> list[str]:
    """Return each line as ``quantity amount``."""
    return [f"{line.quantity:f} {line.amount}" for line in rated.lines]


@pytest.mark.parametrize(
    ("rules", "quantity", "priced"),
    [
        pytest.param({}, "7.5", "7.5", id="without rules what was there"),
        pytest.param({"included": Decimal(2)}, "3", "1", id="two of three are included"),
        pytest.param({"included": Decimal(3)}, "3", "0", id="all are included"),
        pytest.param({"included": Decimal(5)}, "3", "0", id="more are included than there are"),
        pytest.param({"minimum_quantity": Decimal(5)}, "3", "5", id="at least five"),
        pytest.param({"minimum_quantity": Decimal(5)}, "5", "5", id="exactly the minimum"),
        pytest.param({"minimum_quantity": Decimal(5)}, "6", "6", id="above the minimum"),
        pytest.param({"minimum_quantity": Decimal(5)}, "0", "5", id="a minimum of nothing used"),
        pytest.param({"round_up_to": Decimal(1)}, "7.001", "8", id="a started unit is a unit"),
        pytest.param({"round_up_to": Decimal("0.5")}, "7.5", "7.5", id="a whole half is not rounded"),
        pytest.param(
            {"included": Decimal(10), "minimum_quantity": Decimal(5), "round_up_to": Decimal(4)}, "12", "8",
            id="included first (2 left), then the minimum (5), then rounding (8)",
        ),
        pytest.param({"included": Decimal(2), "minimum_quantity": Decimal(5)}, "-3", "-3", id="a net refund"),
    ],
)  # fmt: skip
def test_a_quantity_is_brought_to_what_is_priced(rules: dict[str, Any], quantity: str, priced: str) -> None:
    assert billable(Price("p", **rules), Decimal(quantity)) == Decimal(priced)


@pytest.mark.parametrize(
    ("given", "quantity", "amount", "step"),
    [
        pytest.param(
            units(included=Decimal(100)), "120", "100.00", "120 used, 100 included: 20 priced",
            id="included with overage: 20 x 5",
        ),
        pytest.param(
            units(minimum_quantity=Decimal(50)), "30", "250.00", "30 used, at least 50: 50 priced",
            id="a minimum quantity: 50 x 5",
        ),
        pytest.param(
            units(round_up_to=Decimal(10)), "31", "200.00", "31 used, rounded up to 10: 40 priced",
            id="rounded up to tens: 40 x 5",
        ),
        pytest.param(
            units(model="package", value=Decimal(100), package_size=Decimal(10), included=Decimal(100)),
            "221", "1300.00", "221 used, 100 included: 121 priced", id="13 packages beyond 100 free units",
        ),
        pytest.param(
            units(model="graduated", tiers=STEPS, included=Decimal(3)), "15", "58.00",
            "15 used, 3 included: 12 priced", id="included units go before the tiers: 10 x 5 + 2 x 4",
        ),
    ],
)  # fmt: skip
def test_the_line_tells_what_the_rules_did(given: Price, quantity: str, amount: str, step: str) -> None:
    (line,) = month([used(quantity)], given).lines
    assert (str(line.amount), line.parts[0].text, line.unit_price) == (amount, step, None)
    assert sum(part.amount for part in line.parts) == line.amount


SEATS = [seats("a", "10", JUNE), seats("b", "-10", REST), seats("c", "12", REST)]


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        pytest.param(
            {"model": "volume", "tiers": STEPS}, ["10 25.00", "12 24.00"],
            id="volume: 10 x 5 x 15/30, then all 12 at 4 x 15/30",
        ),
        pytest.param(
            {"model": "volume", "tiers": FEES}, ["10 125.00", "12 74.00"],
            id="volume: the flat fee of each step that is reached, not prorated",
        ),
        pytest.param(
            {"model": "graduated", "tiers": FEES}, ["10 125.00", "12 79.00"],
            id="graduated: 25 + 100; then 58 x 15/30 and only the second fee, the first is paid",
        ),
        pytest.param(
            {"model": "stair_step", "tiers": tiers(("10", "50"), (None, "80"))}, ["10 25.00", "12 40.00"],
            id="stair-step: each price for its half of the month",
        ),
        pytest.param(
            {"model": "package", "value": Decimal(30), "package_size": Decimal(5)}, ["10 30.00", "12 45.00"],
            id="packages of five: 2 x 30 x 15/30, then 3 x 30 x 15/30",
        ),
        pytest.param({"included": Decimal(10)}, ["10 0.00", "12 5.00"], id="ten are included on every day"),
        pytest.param({"minimum_quantity": Decimal(12)}, ["10 30.00", "12 30.00"], id="twelve at least"),
    ],
)  # fmt: skip
def test_seats_that_change_in_the_month_are_priced_for_their_days(
    given: dict[str, Any], lines: list[str]
) -> None:
    assert told(month(SEATS, seat(**given))) == lines


def test_seats_refunded_to_nothing_owe_no_fee_and_no_minimum() -> None:
    found = [seats("a", "10", JUNE, "50.00"), seats("b", "-10", JUNE, "-50.00")]
    given = {"model": "volume", "tiers": FEES, "minimum": Decimal(500), "minimum_quantity": Decimal(5)}
    assert told(month(found, seat(**given))) == ["0 0.00"]


TWO = [seats("a", "6", JUNE), seats("b", "6", REST, subscription_id="S-2")]
OTHERS = [seats("a", "6", JUNE), seats("b", "18", JUNE, customer_key="A-2", subscription_id="S-2")]
GROUP = [replace(customer, group="Public") for customer in CUSTOMERS]


@pytest.mark.parametrize(
    ("found", "given", "lines"),
    [
        pytest.param(
            TWO, {"model": "volume", "tiers": STEPS}, ["6 30.00", "6 15.00"],
            id="each line alone stays in the first step",
        ),
        pytest.param(
            TWO, {"model": "volume", "tiers": STEPS, "counted_over": "customer"}, ["6 27.00", "6 12.00"],
            id="together they reach the second step when the second subscription begins: 15 + 12, and 12",
        ),
        pytest.param(
            TWO, {"model": "graduated", "tiers": FEES, "counted_over": "customer"}, ["6 154.50", "6 39.50"],
            id="15 + 100; from the 16th half of (58/2) each, 14.50, and half of the second fee, 25",
        ),
        pytest.param(
            TWO, {"included": Decimal(6), "counted_over": "customer"}, ["6 7.50", "6 7.50"],
            id="six are included: none is left until the 15th, then 6 of 12 are priced, half to each",
        ),
        pytest.param(
            OTHERS, {"model": "volume", "tiers": STEPS, "counted_over": "customer"}, ["6 30.00", "18 72.00"],
            id="another customer does not count",
        ),
        pytest.param(
            OTHERS, {"model": "volume", "tiers": STEPS, "counted_over": "group"}, ["6 24.00", "18 72.00"],
            id="in one group 24 seats choose the step for both",
        ),
        pytest.param(
            OTHERS,
            {"model": "package", "value": Decimal(70), "package_size": Decimal(7), "counted_over": "group"},
            ["6 70.00", "18 210.00"], id="four packages started by 24 seats, a quarter to the six",
        ),
    ],
)  # fmt: skip
def test_tiers_and_units_are_counted_over_what_the_price_says(
    found: list[Charge], given: dict[str, Any], lines: list[str]
) -> None:
    rated = month(found, seat(**given), customers=GROUP)
    assert told(rated) == lines
    assert all(sum(part.amount for part in line.parts) == line.amount for line in rated.lines)


def test_usage_of_two_accounts_reaches_a_tier_together() -> None:
    found = [used("6", "a", sub_account_id="prod"), used("9", "b", sub_account_id="test")]
    given = units(model="volume", tiers=STEPS, counted_over="customer")
    assert told(month(found, given)) == ["6 24.00", "9 36.00"]


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        pytest.param({"model": "percentage", "value": Decimal(3)}, "24.00", id="3 % of a spend of 800"),
        pytest.param(
            {"model": "percentage", "value": Decimal("1.3"), "fixed_fee": Decimal(2)}, "18.40",
            id="1.3 % of 800 and two euros for each of four events",
        ),
        pytest.param(
            {"model": "percentage", "value": Decimal("1.3"), "fixed_fee": Decimal(2), "included": Decimal(3)},
            "7.20", id="the first three events amount to 400 and are free",
        ),
        pytest.param(
            {"model": "graduated_percentage", "tiers": tiers(("500", "10"), (None, "5"))}, "65.00",
            id="10 % of the first 500, 5 % of 300",
        ),
    ],
)  # fmt: skip
def test_a_percentage_is_of_what_the_vendor_billed(given: dict[str, Any], amount: str) -> None:
    spent = ("50", "100", "250", "400")
    found = [used("1", f"c{index}", cost=cost) for index, cost in enumerate(spent)]
    (line,) = month(found, price("vm", **given)).lines
    assert (str(line.amount), line.cost) == (amount, Decimal("800.00"))


def test_a_fee_in_euros_on_a_cost_in_dollars_is_one_currency_before_it_is_priced() -> None:
    given = price("vm", model="percentage", value=Decimal(10), fixed_fee=Decimal(2))
    (line,) = month(
        [used("3", cost="100", currency="USD")], given, exchange_rates=[fx("USD", "EUR", "0.9")]
    ).lines
    assert [part.text for part in line.parts] == ["10 % of cost 100 USD = 90 EUR", "3 x 2 EUR fixed"]
    assert str(line.amount) == "15.00"


@pytest.mark.parametrize(
    ("given", "ok"),
    [
        pytest.param({"model": "per_unit"}, True, id="per unit mirrors a refund"),
        pytest.param({"model": "graduated", "tiers": STEPS}, True, id="so do tiers without fees"),
        pytest.param({"model": "graduated", "tiers": FEES}, False, id="a flat fee has no refund"),
        pytest.param({"model": "volume", "tiers": STEPS}, False, id="volume"),
        pytest.param({"model": "stair_step", "tiers": STEPS}, False, id="stair-step"),
        pytest.param({"model": "package", "package_size": Decimal(5)}, False, id="package"),
    ],
)
def test_a_net_refund_needs_a_price_below_zero(given: dict[str, Any], *, ok: bool) -> None:
    rated = month([seats("a", "-3", REST)], seat(**given))
    problems = [problem for problem in rated.problems if problem.code == "PRC-008"]
    assert bool(rated.lines) is ok
    assert [(p.place.column, p.severity, p.customer) for p in problems] == (
        [] if ok else [("Model", Severity.BLOCK, "C-1")]
    )


def test_a_contract_in_tiers_is_priced_by_the_same_function() -> None:
    agreed = contract(agreed_price=None, quantity=Decimal(15))
    given = price("care", product="CARE", model="volume", tiers=STEPS)
    rated = rate([], books(prices=(given,), subscriptions=(agreed,)), MONTH)
    assert (told(rated), codes(rated.problems)) == (["15 60.00"], [])


@pytest.mark.parametrize(
    ("over", "amounts"),
    [
        pytest.param("line", ["30.00", "20.00", "40.00"], id="each alone: 6, 4 and 8 at 5"),
        pytest.param("customer", ["27.00", "18.00", "40.00"], id="ten until the 15th, then eleven"),
        pytest.param("group", ["24.00", "16.00", "32.00"], id="with the 8 of another customer 18 are at 4"),
    ],
)
def test_contracts_of_one_price_choose_the_tier_together(over: str, amounts: list[str]) -> None:
    found = (
        contract("K-1", agreed_price=None, quantity=Decimal(6)),
        contract("K-2", agreed_price=None, quantity=Decimal(4)),
        contract("K-3", customer="C-2", agreed_price=None, quantity=Decimal(8)),
    )
    more = contract("K-4", agreed_price=None, quantity=Decimal(1), start=day("6-16"))
    given = price("care", product="CARE", model="volume", tiers=STEPS, counted_over=over)
    rated = rate([], books(prices=(given,), subscriptions=(*found, more), customers=GROUP), MONTH)
    by_contract = {line.subscription: str(line.amount) for line in rated.lines}
    assert [by_contract[name] for name in ("K-1", "K-2", "K-3")] == amounts


def test_an_event_needs_a_quantity() -> None:
    given = price("vm", model="percentage", value=Decimal(1), fixed_fee=Decimal(2))
    assert "PRC-005" in codes(month([charge()], given).problems)
