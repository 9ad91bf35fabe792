"""Seats over time: a vendor's refund-and-charge pairs are netted first, then priced for their days."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.charges import Charge
from billow.contracts.subscriptions import net_segments
from billow.periods import Period
from billow.rating.line import RatedLine
from billow.rating.rate import rate

from .samples import E5, JUNE, MONTH, PRODUCTS, books, day, days, price, seats, tiers

REST = days("6-16", "6-30")
CYCLE = days("6-10", "7-09")
YEARLY = "One-Year commitment for monthly/yearly billing"


def term(key: str, quantity: str, period: Period, **given_: Any) -> Charge:
    """Return seats of a yearly term, billed monthly, that began on 10 January."""
    return seats(
        key,
        quantity,
        period,
        **{
            "term": YEARLY,
            "billing_frequency": "Monthly",
            "subscription_start": day("1-10"),
            **given_,
        },
    )


def told(lines: tuple[RatedLine, ...]) -> list[str]:
    """Return each line as ``quantity from through amount``."""
    return [f"{line.quantity:f} {line.period} {line.amount}" for line in lines]


WHOLE = "2026-06-01 through 2026-06-30"
TABLE = [
    pytest.param(
        [seats("a", "10", JUNE), seats("b", "-10", REST), seats("c", "12", REST)],
        ["10 2026-06-01 through 2026-06-15 155.00", "12 2026-06-16 through 2026-06-30 186.00"],
        id="two seats added on the 16th: 10 x 31 x 15/30, then 12 x 31 x 15/30",
    ),
    pytest.param(
        [seats("a", "10", JUNE), seats("b", "-10", REST), seats("c", "8", REST)],
        ["10 2026-06-01 through 2026-06-15 155.00", "8 2026-06-16 through 2026-06-30 124.00"],
        id="two seats removed on the 16th: 8 x 31 x 15/30 for the rest",
    ),
    pytest.param(
        [seats("a", "10", JUNE), seats("b", "-10", JUNE), seats("c", "12", JUNE)],
        [f"12 {WHOLE} 372.00"],
        id="changed on the first day: only the new quantity was there",
    ),
    pytest.param(
        [seats("a", "10", JUNE), seats("b", "-10", REST), seats("c", "10", REST)],
        [f"10 {WHOLE} 310.00"],
        id="a pair that changes nothing leaves one stretch",
    ),
    pytest.param(
        [seats("a", "10", JUNE), seats("b", "-10", REST)],
        ["10 2026-06-01 through 2026-06-15 155.00"],
        id="cancelled on the 16th: half a month",
    ),
    pytest.param(
        [seats("a", "1", days("6-20", "7-10"))],
        ["1 2026-06-20 through 2026-07-10 21.37"],
        id="charge days beyond the month are not clipped: 31 x (11/30 + 10/31) = 21.366...",
    ),
    pytest.param(
        [seats("a", "-1", REST)],
        ["-1 2026-06-16 through 2026-06-30 -15.50"],
        id="a refund of what an earlier month billed is a credit",
    ),
    pytest.param(
        [term("a", "3", CYCLE)],
        ["3 2026-06-10 through 2026-07-09 93.00"],
        id="a term's cycle from the 10th to the 9th is one month",
    ),
    pytest.param(
        [term("a", "1", days("6-16", "7-09"))],
        ["1 2026-06-16 through 2026-07-09 24.80"],
        id="a seat that joins the term on the 16th: 24 of 30 days of the cycle",
    ),
    pytest.param(
        [term("a", "1", days("2026-06-10", "2027-06-09"), billing_frequency="Annual")],
        ["1 2026-06-10 through 2027-06-09 372.00"],
        id="a year charged at once is twelve months",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("charges", "lines"), TABLE)
def test_seats_are_billed_for_their_days(charges: list[Charge], lines: list[str]) -> None:
    month = rate(charges, books(), MONTH)
    assert told(month.lines) == lines
    assert month.problems == ()


@pytest.mark.parametrize(
    ("given_", "proration", "amount"),
    [
        pytest.param(
            {"per": "year", "value": Decimal(372)}, "", "15.50", id="a yearly price: 372/12 x 15/30"
        ),
        pytest.param({"per": "unit"}, "", "31.00", id="a price per unit knows no days"),
        pytest.param({"model": "flat"}, "", "15.50", id="a flat fee for half the month is half"),
        pytest.param({}, "full_period", "31.00", id="a product billed in whole months: half is one"),
        pytest.param({}, "none", "31.00", id="a product that is never prorated"),
        pytest.param({}, "calendar_days", "15.50", id="a product billed by calendar days"),
    ],
)
def test_the_price_and_the_product_say_what_is_prorated(
    given_: dict[str, Any], proration: str, amount: str
) -> None:
    own = price("e5", **{"product": "E5", "model": "per_unit", "value": Decimal(31), **given_})
    product = [p if p.product != "E5" else type(p)("E5", "Office E5", proration=proration) for p in PRODUCTS]
    month = rate([seats("a", "1", REST)], books(prices=(own,), products=product), MONTH)
    assert [str(line.amount) for line in month.lines] == [amount]


def test_tiers_see_the_net_seats_and_not_the_vendors_pairs() -> None:
    steps = price("e5", product="E5", model="graduated", tiers=tiers(("10", "30"), (None, "20")))
    pairs = [seats("a", "10", JUNE), seats("b", "-10", REST), seats("c", "12", REST)]
    month = rate(pairs, books(prices=(steps,)), MONTH)
    assert [str(line.amount) for line in month.lines] == ["150.00", "170.00"]
    assert [part.text for part in month.lines[1].parts] == [
        "10 x 30 EUR (up to 10) x (15/30)",
        "2 x 20 EUR (above) x (15/30)",
    ]


def test_a_cancellation_that_nets_to_nothing_keeps_its_cost_in_sight() -> None:
    pair = [seats("a", "5", JUNE, "100.00"), seats("b", "-5", JUNE, "-95.00")]
    (line,) = rate(pair, books(), MONTH).lines
    assert (line.amount, line.quantity, line.cost) == (Decimal("0.00"), Decimal(0), Decimal("5.00"))
    assert {charge.key for charge in line.charges} == {"a", "b"}


def test_the_cost_of_every_charge_is_on_exactly_one_stretch() -> None:
    pairs = [
        seats("a", "10", JUNE, "200.00"),
        seats("b", "-10", REST, "-100.00"),
        seats("c", "12", REST, "120.00"),
    ]
    lines = rate(pairs, books(), MONTH).lines
    assert sorted(charge.key for line in lines for charge in line.charges) == ["a", "b", "c"]
    assert [str(line.cost) for line in lines] == ["200.00", "20.00"]


def test_two_subscriptions_are_two_lines_unless_the_product_is_shown_as_one() -> None:
    charges = [seats("a", "1", JUNE), seats("b", "2", JUNE, subscription_id="S-2")]
    assert len(rate(charges, books(), MONTH).lines) == 2
    as_one = [p if p.product != "E5" else type(p)("E5", "Office E5", show_per="product") for p in PRODUCTS]
    (line,) = rate(charges, books(products=as_one), MONTH).lines
    assert (line.quantity, line.amount, line.subscription) == (Decimal(3), Decimal("93.00"), "")


def test_terms_share_a_line_only_when_their_cycles_begin_on_one_day() -> None:
    as_one = [p if p.product != "E5" else type(p)("E5", "Office E5", show_per="product") for p in PRODUCTS]
    charges = [
        term("a", "1", CYCLE),
        term("b", "2", CYCLE, subscription_id="S-2"),
        term("c", "1", days("6-20", "7-19"), subscription_id="S-3", subscription_start=day("3-20")),
    ]
    assert told(rate(charges, books(products=as_one), MONTH).lines) == [
        "3 2026-06-10 through 2026-07-09 93.00",
        "1 2026-06-20 through 2026-07-19 31.00",
    ]


def test_the_days_are_told_on_the_line() -> None:
    (line,) = rate([seats("a", "2", REST)], books(), MONTH).lines
    assert [part.text for part in line.parts] == ["2 x 31 EUR x (15/30)"]
    assert line.proration is not None
    assert line.proration.counted == ((15, 30),)
    assert line.price_row == "Prices row 7: product E5 for everyone"
    assert E5.described == line.price_row


STRETCHES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 40), st.integers(-20, 20)), min_size=1, max_size=12
)


@given(STRETCHES)
def test_netting_keeps_every_seat_day(rows: list[tuple[int, int, int]]) -> None:
    first = JUNE.start.toordinal()
    day_of = type(JUNE.start).fromordinal
    stretches = [
        (Period(day_of(first + start), day_of(first + start + length)), Decimal(quantity))
        for start, length, quantity in rows
    ]
    segments = net_segments(stretches)
    before = sum(Fraction(quantity) * period.days for period, quantity in stretches)
    assert sum(Fraction(s.quantity) * s.period.days for s in segments) == before
    assert all(one.period.end <= two.period.start for one, two in pairwise(segments))
    assert all(segment.quantity != 0 for segment in segments)
