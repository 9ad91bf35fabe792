"""Contracts: billed for the days they run, at their price, with the vendor's cost counted once."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.products import Product
from billow.contracts.subscriptions import Adjustment, Change, Subscription
from billow.problems import Severity
from billow.rating.books import Decision
from billow.rating.line import RatedLine
from billow.rating.placing import Fate
from billow.rating.rate import RatedMonth, rate

from .samples import (
    CUSTOMERS,
    JUNE,
    MONTH,
    PRICES,
    books,
    charge,
    codes,
    contract,
    day,
    days,
    fx,
    price,
    seats,
)


def changed(*changes: tuple[str, str, str | None], subscription: str = "K-1") -> tuple[Change, ...]:
    """Return changes from (day, kind, quantity)."""
    return tuple(
        Change(number, subscription, day(on), kind, None if quantity is None else Decimal(quantity))
        for number, (on, kind, quantity) in enumerate(changes, 1)
    )


def told(lines: tuple[RatedLine, ...]) -> list[str]:
    return [f"{line.quantity:f} x {line.period} = {line.amount}" for line in lines]


WHOLE = "2026-06-01 through 2026-06-30"
TABLE = [
    pytest.param(contract(), (), [f"1 x {WHOLE} = 300.00"], id="a running contract is billed in full"),
    pytest.param(
        contract(start=day("6-16")), (), ["1 x 2026-06-16 through 2026-06-30 = 150.00"], id="from the 16th"
    ),
    pytest.param(
        contract(through=day("6-10")), (), ["1 x 2026-06-01 through 2026-06-10 = 100.00"],
        id="ended on the 10th, which counts",
    ),
    pytest.param(
        contract(start=day("6-30"), through=day("6-30")), (), ["1 x 2026-06-30 through 2026-06-30 = 10.00"],
        id="one day",
    ),
    pytest.param(contract(start=day("7-01")), (), [], id="not begun"),
    pytest.param(contract(through=day("5-31")), (), [], id="ended the day before"),
    pytest.param(contract(status="paused"), (), [], id="not active"),
    pytest.param(contract(billed_until=day("6-30")), (), [], id="billed until the end of the month"),
    pytest.param(
        contract(billed_until=day("6-20")), (), ["1 x 2026-06-21 through 2026-06-30 = 100.00"],
        id="billed until the 20th elsewhere",
    ),
    pytest.param(
        contract(quantity=Decimal(2)), changed(("6-11", "add", "1")),
        ["2 x 2026-06-01 through 2026-06-10 = 200.00", "3 x 2026-06-11 through 2026-06-30 = 600.00"],
        id="one added on the 11th, which belongs to the new",
    ),
    pytest.param(
        contract(quantity=Decimal(3)), changed(("6-11", "remove", "1")),
        ["3 x 2026-06-01 through 2026-06-10 = 300.00", "2 x 2026-06-11 through 2026-06-30 = 400.00"],
        id="one removed on the 11th",
    ),
    pytest.param(
        contract(), changed(("6-16", "cancel", None)), ["1 x 2026-06-01 through 2026-06-15 = 150.00"],
        id="cancelled on the 16th",
    ),
    pytest.param(contract(), changed(("5-16", "cancel", None)), [], id="cancelled last month"),
    pytest.param(
        contract(), changed(("5-20", "set", "4")), [f"4 x {WHOLE} = 1200.00"], id="set to four last month"
    ),
    pytest.param(
        contract(), changed(("6-11", "add", "1"), ("6-11", "add", "1")),
        ["1 x 2026-06-01 through 2026-06-10 = 100.00", "3 x 2026-06-11 through 2026-06-30 = 600.00"],
        id="two changes on one day",
    ),
    pytest.param(
        contract(), changed(("6-16", "add", "1"), subscription="k-1"),
        ["1 x 2026-06-01 through 2026-06-15 = 150.00", "2 x 2026-06-16 through 2026-06-30 = 300.00"],
        id="a change written in small letters",
    ),
    pytest.param(contract(), changed(("7-01", "add", "9")), [f"1 x {WHOLE} = 300.00"], id="a change to come"),
    pytest.param(
        contract(agreed_price=Decimal(0)), (), [f"1 x {WHOLE} = 0.00"], id="agreed for nothing"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("subscription", "changes", "lines"), TABLE)
def test_a_contract_is_billed_for_the_days_it_runs(
    subscription: Subscription, changes: tuple[Change, ...], lines: list[str]
) -> None:
    month = rate([], books(subscriptions=(subscription,), changes=changes), MONTH)
    assert told(month.lines) == lines
    assert month.problems == ()


def test_a_contract_without_an_agreed_price_takes_the_sheet_on_its_first_day() -> None:
    old = price("old", product="CARE", model="per_unit", value=Decimal(200), valid_through=day("5-31"))
    new = price("new", product="CARE", model="per_unit", value=Decimal(250), valid_from=day("6-01"))
    running = contract(agreed_price=None, term="P1Y")
    open_ended = contract("K-2", agreed_price=None)
    month = rate([], books(prices=(old, new), subscriptions=(running, open_ended)), MONTH)
    assert [(line.subscription, str(line.amount)) for line in month.lines] == [
        ("K-1", "200.00"),
        ("K-2", "250.00"),
    ]


def test_a_contract_has_no_cost_to_mark_up() -> None:
    markup = price("m", product="CARE", model="markup", value=Decimal(10))
    month = rate([], books(prices=(markup,), subscriptions=(contract(agreed_price=None),)), MONTH)
    problem = next(p for p in month.problems if p.code == "PRC-007")
    assert problem.sentence == (
        "Contract K-1 of customer C-1 has no vendor's cost to start from, but its price is markup."
    )
    assert problem.hint == (
        "Fill in Agreed price on sheet Subscriptions, or a flat, per_unit or percent_off_list price on sheet "
        "Prices."
    )
    assert (problem.severity, problem.customer) == (Severity.BLOCK, "C-1")
    assert month.lines == ()


def test_a_contract_without_any_price_is_told() -> None:
    month = rate([], books(subscriptions=(contract(agreed_price=None),)), MONTH)
    assert codes(month.problems) == ["PRC-001", "RAT-003"]


def covered(**given: Any) -> RatedMonth:
    """Return a contract of ten seats, twelve from the 16th, whose vendor charges 100 and 20."""
    charges = [
        seats("a", "10", JUNE, "100.00", subscription_id="k-1"),
        seats("b", "2", days("6-16", "6-30"), "20.00", subscription_id="K-1"),
    ]
    subscription = contract(quantity=Decimal(10), agreed_price=Decimal(30))
    changes = changed(("6-16", "add", "2"))
    return rate(charges, books(subscriptions=(subscription,), changes=changes, **given), MONTH)


def test_the_vendors_charges_are_the_contracts_cost_counted_once() -> None:
    month = covered()
    assert {placed.fate for placed in month.placed} == {Fate.CONTRACT}
    assert [(str(line.amount), str(line.cost), len(line.charges)) for line in month.lines] == [
        ("150.00", "120.00", 2),
        ("180.00", "0", 0),
    ]
    assert {line.driver for line in month.lines} == {"contract"}


ADJUSTMENT = Adjustment(1, "C-1", MONTH, "Migration", Decimal("-50.00"), Decimal(2))


@pytest.mark.parametrize(
    ("billing_month", "amounts"),
    [
        pytest.param(MONTH, ["-100.00"], id="in its month"),
        pytest.param("2026-07", [], id="in no other month"),
    ],
)
def test_an_adjustment_is_a_line_of_its_month(billing_month: str, amounts: list[str]) -> None:
    month = rate([], books(adjustments=(ADJUSTMENT,)), billing_month)
    assert [str(line.amount) for line in month.lines] == amounts
    assert month.problems == ()


@pytest.mark.parametrize(
    ("rates", "amount", "cost"),
    [
        pytest.param((fx("USD", "EUR", "0.8"),), "88.00", "80.00", id="at the day's rate: 110 USD x 0.8"),
        pytest.param((fx("EUR", "USD", "1.25"),), "88.00", "80.00", id="at its opposite, exact: 110 / 1.25"),
    ],
)
def test_a_charge_in_another_currency_is_billed_at_the_rate(rates: Any, amount: str, cost: str) -> None:
    (line,) = rate([charge(currency="USD")], books(exchange_rates=rates), MONTH).lines
    assert (str(line.amount), str(line.cost), line.currency) == (amount, cost, "EUR")


def test_a_price_in_another_currency_than_the_cost() -> None:
    own = price("vm", model="per_unit", per="unit", value=Decimal("0.50"), currency="USD")
    rates = (fx("USD", "EUR", "0.8"), fx("GBP", "EUR", "1.2"))
    given = charge(currency="GBP", quantity=Decimal(10))
    (line,) = rate([given], books(prices=(own,), exchange_rates=rates), MONTH).lines
    assert (line.amount, line.cost, line.unit_price) == (Decimal("4.00"), Decimal("120.00"), Decimal("0.4"))


IN_DOLLARS = price("vm", currency="USD", model="flat", value=Decimal(1))


@pytest.mark.parametrize(
    ("sheets", "charges"),
    [
        pytest.param({}, [charge(currency="USD")], id="of a vendor's charge"),
        pytest.param(
            {"prices": (IN_DOLLARS,)}, [charge()], id="of a price"
        ),
        pytest.param({"adjustments": (replace(ADJUSTMENT, currency="USD"),)}, [], id="of an adjustment"),
        pytest.param({"subscriptions": (contract(currency="USD"),)}, [], id="of a contract"),
        pytest.param(
            {"subscriptions": (contract(),)},
            [charge(currency="USD", subscription_id="K-1")],
            id="of a contract's cost",
        ),
    ],
)  # fmt: skip
def test_a_missing_rate_is_told_and_never_the_nearest(sheets: dict[str, Any], charges: list[Any]) -> None:
    rates = (fx("USD", "EUR", "0.8", day("6-29")),)
    month = rate(charges, books(exchange_rates=rates, **sheets), MONTH)
    (problem,) = (p for p in month.problems if p.code != "RAT-003")
    assert (problem.code, problem.customer, problem.severity) == ("FX-001", "C-1", Severity.BLOCK)
    assert problem.sentence == "There is no exchange rate from USD to EUR on 2026-06-30."
    assert problem.hint == "Add a row on sheet FX: USD, EUR, 2026-06-30, the rate and where you took it from."
    assert month.lines == ()


def vendor_seats(name: str = "S-1") -> Subscription:
    return Subscription(name, "C-1", "E5", "vendor", day("1-01"))


@pytest.mark.parametrize(
    ("sheets", "charges", "counts"),
    [
        pytest.param({"subscriptions": (vendor_seats(),)}, [seats("a", "1", JUNE)], (1, 1, 0), id="billed"),
        pytest.param({"subscriptions": (vendor_seats(),)}, [], (1, 0, 0), id="a joiner that nobody billed"),
        pytest.param({"subscriptions": (contract(),)}, [], (1, 1, 0), id="a contract bills itself"),
        pytest.param(
            {"adjustments": (ADJUSTMENT,)}, [], (1, 1, 0), id="an adjustment is expected"
        ),
        pytest.param(
            {"subscriptions": (vendor_seats(),), "customers": CUSTOMERS[1:]},
            [], None, id="an unknown customer expects nothing",
        ),
        pytest.param(
            {"subscriptions": (contract(),), "changes": changed(("5-16", "cancel", None))}, [], None,
            id="a contract cancelled before the month expects nothing",
        ),
    ],
)  # fmt: skip
def test_every_subscription_is_billed_or_missing(
    sheets: dict[str, Any], charges: list[Any], counts: tuple[int, int, int] | None
) -> None:
    month = rate(charges, books(**sheets), MONTH)
    found = [(e.expected, e.billed, e.waived) for e in month.expectations]
    assert found == ([counts] if counts else [])
    assert [e.missing for e in month.expectations] == ([counts[0] - counts[1]] if counts else [])


def test_a_missing_line_is_told_until_it_is_waived_with_a_reason() -> None:
    sheets = {"subscriptions": (vendor_seats(),)}
    month = rate([], books(**sheets), MONTH)
    (problem,) = month.problems
    assert (problem.code, problem.customer) == ("RAT-003", "C-1")
    assert problem.sentence == "Subscription S-1 of customer C-1 has no line in 2026-06."
    assert problem.hint == (
        "Import the report that bills it, end it on its sheet, or choose waive with a reason."
    )
    decision = Decision(month.open_items[0].key, "waive", "free month")
    waived = rate([], books(decisions=(decision,), **sheets), MONTH)
    assert waived.problems == ()
    assert [(e.expected, e.billed, e.waived, e.missing) for e in waived.expectations] == [(1, 0, 1, 0)]


def test_a_subscription_behind_a_shared_line_is_billed() -> None:
    shared = (Product("E5", "Office E5", show_per="product"),)
    sheets = books(products=shared, subscriptions=(vendor_seats(), vendor_seats("S-2")), prices=PRICES)
    charges = [seats("a", "1", JUNE), seats("b", "1", JUNE, subscription_id="s-2")]
    month = rate(charges, sheets, MONTH)
    assert [(e.expected, e.billed) for e in month.expectations] == [(2, 2)]
    assert month.problems == ()
