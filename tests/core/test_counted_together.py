"""Vendor lines and contracts at one price choose the tier together, and each unit is counted once."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billow.contracts.subscriptions import Subscription
from billow.rating.rate import RatedMonth, rate

from .samples import CUSTOMERS, JUNE, MONTH, books, charge, contract, day, days, price, seats, tiers

STEPS = tiers(("10", "5"), (None, "4"))
SIX = seats("v", "6", JUNE)
BOTH = [replace(row, group="G") if row.customer in {"C-1", "C-2"} else row for row in CUSTOMERS]


def e5(name: str, quantity: int, **given: Any) -> Subscription:
    return contract(name, product="E5", agreed_price=None, quantity=Decimal(quantity), **given)


def month(
    charges: list[Any], contracts: list[Subscription], over: str = "customer", **given: Any
) -> RatedMonth:
    plain = {"product": "E5", "model": "volume", "tiers": STEPS, "counted_over": over}
    own = price("e5", **{**plain, **given})
    found = rate(charges, books(prices=(own,), subscriptions=contracts, customers=BOTH), MONTH)
    assert found.problems == ()
    assert all(sum(part.amount for part in line.parts) == line.amount for line in found.lines)
    return found


def told(found: RatedMonth) -> dict[str, str]:
    return {line.subscription: f"{line.quantity:f} {line.amount}" for line in found.lines}


@pytest.mark.parametrize(
    ("over", "contracts", "lines"),
    [
        pytest.param(
            "line", [e5("K-1", 6)], {"S-1": "6 30.00", "K-1": "6 30.00"}, id="each alone is in the first step"
        ),
        pytest.param(
            "customer", [e5("K-1", 6)], {"S-1": "6 24.00", "K-1": "6 24.00"}, id="twelve together, at 4"
        ),
        pytest.param(
            "customer", [e5("K-1", 4)], {"S-1": "6 30.00", "K-1": "4 20.00"}, id="ten are ten, not more"
        ),
        pytest.param(
            "customer", [e5("K-1", 6, customer="C-2")], {"S-1": "6 30.00", "K-1": "6 30.00"},
            id="another customer's contract does not count",
        ),
        pytest.param(
            "group", [e5("K-1", 6, customer="C-2")], {"S-1": "6 24.00", "K-1": "6 24.00"},
            id="in one group it does",
        ),
        pytest.param(
            "customer", [e5("K-1", 6, start=day("6-16"))], {"S-1": "6 27.00", "K-1": "6 12.00"},
            id="from the 16th they are twelve: 15 and 12, and 12",
        ),
        pytest.param(
            "customer", [e5("K-1", 3), e5("K-2", 3)], {"S-1": "6 24.00", "K-1": "3 12.00", "K-2": "3 12.00"},
            id="two contracts and the vendor's",
        ),
    ],
)  # fmt: skip
def test_contracts_and_vendor_lines_choose_the_tier_together(
    over: str, contracts: list[Subscription], lines: dict[str, str]
) -> None:
    assert told(month([SIX], contracts, over)) == lines


def test_in_graduated_tiers_each_pays_its_part_of_all() -> None:
    """Ten at 5 and two at 4 are 58.00, half of it each."""
    assert told(month([SIX], [e5("K-1", 6)], model="graduated")) == {"S-1": "6 29.00", "K-1": "6 29.00"}


def test_what_a_contract_covers_is_counted_as_the_contracts_only() -> None:
    assert told(month([SIX], [e5("S-1", 10)])) == {"S-1": "10 50.00"}


def test_a_flat_fee_is_shared_and_comes_once() -> None:
    fees = tuple(replace(step, flat_fee=Decimal(60)) for step in tiers((None, "1")))
    assert told(month([SIX], [e5("K-1", 4)], tiers=fees)) == {"S-1": "6 42.00", "K-1": "4 28.00"}


def test_units_of_use_count_with_contracts_per_unit() -> None:
    used = charge("u", quantity=Decimal(6), sku="E5", unit="licence", description="E5 on demand")
    apart = charge("u", quantity=Decimal(6), sku="E5", unit="Hours", description="E5 on demand")
    assert sorted(told(month([used], [e5("K-1", 6)], per="unit")).values()) == ["6 24.00", "6 24.00"]
    assert sorted(told(month([apart], [e5("K-1", 6)], per="unit")).values()) == ["6 30.00", "6 30.00"]


def test_seats_given_back_in_the_month_count_for_their_days() -> None:
    fewer = [SIX, seats("w", "-6", days("6-16", "6-30"))]
    assert told(month(fewer, [e5("K-1", 6)])) == {"S-1": "6 12.00", "K-1": "6 27.00"}
