"""A bundle is one line at one price: its members' charges are its sources, their lines are not there."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.prices import Price
from billow.catalog.products import Product
from billow.charges import Charge
from billow.money import exact_text
from billow.problems import Severity
from billow.rating.line import RatedLine
from billow.rating.placing import Fate
from billow.rating.rate import RatedMonth, rate

from .samples import JUNE, MONTH, PRICES, PRODUCTS, VM, books, charge, codes, days, fx, price, seats, tiers

REST = days("6-16", "6-30")
WORKPLACE = price("pack", product="WORK", model="per_unit", value=Decimal(40))
LEAD = price("e5", product="E5", model="bundle", value=Decimal(1), bundle="WORK")
FOLLOWER = price("vm", model="bundle", value=Decimal(0), bundle="WORK")
TIERS = tiers(("9", "40"), (None, "35"))
PACK = (WORKPLACE, LEAD, FOLLOWER)


def month(found: list[Charge], prices: tuple[Price, ...] = PACK, **given: Any) -> RatedMonth:
    sold = (*PRODUCTS, Product("WORK", "Workplace", unit="workplace"))
    return rate(found, books(prices=prices, products=sold, **given), MONTH)


def told(rated: RatedMonth) -> list[str]:
    """Return each line as ``product quantity amount cost sources``."""
    return [
        " ".join((line.product, exact_text(line.quantity), str(line.amount), str(line.cost), _keys(line)))
        for line in rated.lines
    ]


def _keys(line: RatedLine) -> str:
    return "+".join(found.key for found in line.charges)


OFFICE = seats("s", "10", JUNE, "200.00")
BACKUP = charge("b", "30.00", quantity=Decimal(500))


@pytest.mark.parametrize(
    ("found", "prices", "lines"),
    [
        pytest.param(
            [OFFICE, BACKUP], PACK, ["WORK 10 400.00 230.00 b+s"],
            id="ten seats and their usage are ten workplaces at 40; the cost is that of both",
        ),
        pytest.param(
            [OFFICE], PACK, ["WORK 10 400.00 200.00 s"], id="a follower need not be there"
        ),
        pytest.param(
            [OFFICE, BACKUP], (VM, WORKPLACE, LEAD), ["VM 1 33.00 30.00 b", "WORK 10 400.00 200.00 s"],
            id="what is not a member keeps its own line",
        ),
        pytest.param(
            [OFFICE, BACKUP], (*PRICES, *(price(
                f"c{p.price_id}", scope="customer", who="C-2", product=p.product, model="bundle",
                value=p.value, bundle="WORK") for p in (LEAD, FOLLOWER)), WORKPLACE),
            ["E5 10 310.00 200.00 s", "VM 1 33.00 30.00 b"],
            id="a bundle of another customer changes nothing",
        ),
        pytest.param(
            [seats("s", "10", JUNE), seats("t", "-10", REST), seats("u", "12", REST), BACKUP], PACK,
            ["WORK 10 200.00 30.00 b+s", "WORK 12 240.00 0.00 t+u"],
            id="seats that change are workplaces for their days: 10 x 40 x 15/30, 12 x 40 x 15/30",
        ),
        pytest.param(
            [OFFICE, BACKUP],
            (price("pack", product="WORK", model="volume", tiers=TIERS), LEAD, FOLLOWER),
            ["WORK 10 350.00 230.00 b+s"], id="a bundle may be priced in tiers",
        ),
        pytest.param(
            [OFFICE, BACKUP],
            (WORKPLACE, replace(LEAD, value=Decimal("0.5")), FOLLOWER),
            ["WORK 5 200.00 230.00 b+s"], id="two seats make one workplace",
        ),
        pytest.param(
            [seats("s", "3333333333.333333333333", JUNE, "200.00")],
            (WORKPLACE, replace(LEAD, value=Decimal("0.3000003")), FOLLOWER),
            ["WORK 1000000999.9999999999998999999 40000040000.00 200.00 s"],
            id="a product of 29 digits keeps all of them: 999999999.9999999999999 + 999.9999999999999999999",
        ),
        pytest.param(
            [OFFICE, charge("a", "50.00", vendor="AWS", customer_key="1001", currency="USD")],
            (*PACK, price("ec2", product="EC2", model="bundle", value=Decimal(0), bundle="WORK")),
            ["WORK 10 400.00 245.00 a+s"], id="members of two vendors and currencies: 200 + 50 x 0.9",
        ),
    ],
)  # fmt: skip
def test_members_are_one_line(found: list[Charge], prices: tuple[Price, ...], lines: list[str]) -> None:
    rated = month(found, prices, exchange_rates=[fx("USD", "EUR", "0.9")])
    assert told(rated) == lines
    assert {item.fate for item in rated.placed} == {Fate.BILLED}
    assert sorted(c.key for line in rated.lines for c in line.charges) == sorted(c.key for c in found)


def test_a_member_says_in_which_bundle_it_was_found() -> None:
    (placed,) = month([OFFICE]).placed
    assert placed.why == (
        "Prices row 7: product E5 for everyone, in the bundle: Prices row 7: product WORK for everyone"
    )


@pytest.mark.parametrize(
    ("found", "prices", "column", "sentence"),
    [
        pytest.param(
            [OFFICE], (LEAD,), "Bundle", 'The bundle "WORK" has no price of its own for customer C-1.',
            id="the bundle has no price",
        ),
        pytest.param(
            [OFFICE], (LEAD, price("w", product="WORK", model="markup", value=Decimal(5))), "Bundle",
            'The bundle "WORK" has no price of its own for customer C-1.', id="its price is one on cost",
        ),
        pytest.param(
            [OFFICE], (LEAD, price("w", product="WORK", model="bundle", bundle="E5")), "Bundle",
            'The bundle "WORK" has no price of its own for customer C-1.', id="it is itself in a bundle",
        ),
        pytest.param(
            [BACKUP], PACK, "Product",
            'Customer C-1 has parts of the bundle "WORK" but nothing that counts it.',
            id="only what the bundle does not count is there",
        ),
    ],
)  # fmt: skip
def test_a_bundle_that_cannot_be_priced_is_told(
    found: list[Charge], prices: tuple[Price, ...], column: str, sentence: str
) -> None:
    (problem,) = (p for p in month(found, prices).problems if p.code == "PRC-009")
    assert (problem.sentence, problem.place.sheet, problem.place.column) == (sentence, "Prices", column)
    assert (problem.severity, problem.customer) == (Severity.BLOCK, "C-1")


def test_usage_cannot_be_counted_as_months_of_a_bundle() -> None:
    counted = price("vm", model="bundle", value=Decimal(1), bundle="WORK")
    assert "PRC-006" in codes(month([BACKUP], (WORKPLACE, counted)).problems)
