"""What holds for any price and any days: parts sum, cutting changes nothing, more is never less."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billow.catalog.prices import Tier
from billow.money import allocate, minor_units
from billow.periods import Method, Period, cycle_of, prorate
from billow.rating.line import Part, close
from billow.rating.models import MODELS, Asked
from tests.full import EXAMPLES

# Of each minor unit in ISO 4217 (none, hundredths, thousandths, ten-thousandths) the common and the rare.
CURRENCIES = st.sampled_from("JPY KRW ISK UYI XPF EUR USD CHF GBP MRU KWD BHD TND OMR CLF UYW".split())
# Whole cycles or whole halves are more than the sum of their days, so these methods cannot be cut.
ADDITIVE = (
    Method.CALENDAR_DAYS,
    Method.ANNIVERSARY_DAYS,
    Method.FIXED_30,
    Method.ANNUAL_365,
    Method.ANNUAL_ACTUAL,
    Method.MONTHLY_PORTIONS,
    Method.HOURS,
)
TRIED = settings(max_examples=EXAMPLES)
DAY = st.dates(date(2024, 1, 1), date(2032, 12, 31))
AMOUNTS = st.lists(st.fractions(-(10**9), 10**9), max_size=8)


@TRIED
@given(currency=CURRENCIES, amounts=AMOUNTS)
def test_a_line_is_the_sum_of_its_parts_in_every_minor_unit(currency: str, amounts: list[Fraction]) -> None:
    amount, parts = close([Part("x", value) for value in amounts], currency)
    assert sum((part.amount for part in parts), Fraction(0)) == Fraction(amount)
    assert amount.as_tuple().exponent == -minor_units(currency)
    assert len(parts) - len(amounts) in {0, 1}


@TRIED
@given(
    currency=CURRENCIES,
    units=st.integers(-(10**12), 10**12),
    weights=st.lists(st.fractions(0, 10**6), min_size=1, max_size=12).filter(any),
)
def test_an_amount_is_split_without_losing_a_unit(currency: str, units: int, weights: list[Fraction]) -> None:
    whole = Decimal(f"{units}e-{minor_units(currency)}")
    parts = allocate(whole, weights, currency)
    assert sum(map(Fraction, parts)) == Fraction(whole)
    assert len(parts) == len(weights)


@TRIED
@pytest.mark.parametrize("method", ADDITIVE)
@given(
    start=DAY,
    lengths=st.lists(st.integers(1, 120), min_size=2, max_size=5),
    anchor=DAY,
    months=st.sampled_from([1, 3, 12]),
)
def test_a_period_that_is_cut_up_costs_the_same(
    method: Method, start: date, lengths: list[int], anchor: date, months: int
) -> None:
    bounds = [start]
    for length in lengths:
        bounds.append(bounds[-1] + timedelta(length))

    def share(first: date, end: date) -> Fraction:
        stretch = Period(first, end)
        # Counted from January, a cycle of several months is another one for each year.
        cycle = 1 if method is Method.CALENDAR_DAYS else months
        return prorate(stretch, method, cycle_months=cycle, price_months=1, anchor=anchor).share

    pieces = [share(first, end) for first, end in pairwise(bounds)]
    assert sum(pieces, Fraction(0)) == share(bounds[0], bounds[-1])


@TRIED
@given(day=DAY, anchor=DAY, months=st.sampled_from([1, 3, 12, 36]))
def test_every_day_has_one_cycle_and_the_next_begins_where_it_ends(
    day: date, anchor: date, months: int
) -> None:
    cycle = cycle_of(day, months, anchor)
    assert cycle.start <= day < cycle.end
    assert cycle_of(cycle.end, months, anchor).start == cycle.end
    assert cycle_of(cycle.start, months, anchor) == cycle


@TRIED
@given(
    bounds=st.lists(st.integers(1, 1000), max_size=4, unique=True).map(sorted),
    prices=st.lists(st.decimals(0, 100, places=2), min_size=5, max_size=5),
    fees=st.lists(st.decimals(0, 100, places=2), min_size=5, max_size=5),
    few=st.decimals(0, 1500, places=2),
    more=st.decimals(0, 1500, places=2),
)
def test_more_units_never_cost_less_in_graduated_tiers(
    bounds: list[int], prices: list[Decimal], fees: list[Decimal], few: Decimal, more: Decimal
) -> None:
    ends = [*map(Decimal, bounds), None]
    tiers = [Tier(end, price, fee) for end, price, fee in zip(ends, prices, fees, strict=False)]

    def amount(quantity: Decimal) -> Fraction:
        asked = Asked(Decimal(0), "EUR", quantity, tiers=tiers)
        return sum((part.amount for part in MODELS["graduated"](asked)), Fraction(0))

    assert amount(few) <= amount(few + more)
