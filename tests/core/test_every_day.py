"""Every day of 2024 through 2032 is counted once, whichever days a stretch begins and ends on.

Each day has a weight of its own, found by looking at the calendar only; the share of a stretch must be
the sum of the weights of its days. Weights are whole numbers over one denominator, so nothing rounds.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise
from math import lcm

import pytest

from billow.periods import Method, Period, prorate
from tests.full import FULL

FIRST, END = date(2024, 1, 1), date(2033, 1, 1)
DAYS = [FIRST + timedelta(number) for number in range((END - FIRST).days)]
AROUND = [FIRST + timedelta(number) for number in range(-800, (END - FIRST).days + 800)]
ONE = lcm(*range(28, 32), *range(365, 367), 30, 24)
ANCHORS = range(1, 32) if FULL else (1, 15, 28, 29, 30, 31)
STARTS = DAYS if FULL else DAYS[::61]
LENGTHS = (1, 2, 15, 27, 28, 29, 30, 31, 32, 59, 60, 61, 90, 92, 181, 365, 366, 367, 1461)
if FULL:
    LENGTHS = (*range(1, 63), *range(89, 94), *range(181, 185), *range(364, 368), 730, 731, 1461)


def weights(begins: Callable[[date], bool], months: int = 1) -> dict[date, int]:
    """Return the weight of each day: its part of the cycle it lies in, which begins where it is told."""
    starts = [day for day in AROUND if begins(day)]
    found: dict[date, int] = {}
    for start, end in pairwise(starts):
        days = (end - start).days
        found |= {start + timedelta(number): months * ONE // days for number in range(days)}
    return found


def is_last(day: date) -> bool:
    return (day + timedelta(1)).day == 1


def on_anchor(anchor: int) -> Callable[[date], bool]:
    """Tell of a day whether a monthly cycle begins on it: the anchor day, or the last of a short month."""
    return lambda day: day.day == anchor or (day.day < anchor and is_last(day))


def thirtieths(day: date) -> int:
    """Return how many of a month's thirty days a day counts for."""
    if day.day == 31:
        return 0
    return 31 - day.day if is_last(day) and day.month == 2 else 1


MONTHLY = weights(lambda day: day.day == 1)
WEIGHTS: dict[Method, dict[date, int]] = {
    Method.CALENDAR_DAYS: MONTHLY,
    Method.MONTHLY_PORTIONS: MONTHLY,
    Method.HOURS: MONTHLY,
    Method.FIXED_30: {day: thirtieths(day) * ONE // 30 for day in AROUND},
    Method.ANNUAL_365: dict.fromkeys(AROUND, 12 * ONE // 365),
}


def stretches() -> Iterator[tuple[int, int]]:
    """Yield the days tried, as numbers of first and end day."""
    for start in STARTS:
        for length in LENGTHS:
            number = (start - FIRST).days
            if number + length <= len(DAYS):
                yield number, number + length


def compared(by_day: dict[date, int], share: Callable[[Period], Fraction]) -> list[str]:
    """Return the stretches whose share is not the sum of the weights of their days."""
    sums = [0, *accumulate(by_day[day] for day in DAYS)]
    whole = [*DAYS, END]
    return [
        f"{whole[start]} to {whole[end]}"
        for start, end in stretches()
        if share(Period(whole[start], whole[end])) != Fraction(sums[end] - sums[start], ONE)
    ]


@pytest.mark.parametrize("method", WEIGHTS)
def test_every_day_is_counted_once(method: Method) -> None:
    assert compared(WEIGHTS[method], lambda stretch: prorate(stretch, method, price_months=1).share) == []


@pytest.mark.parametrize("anchor", ANCHORS)
def test_every_day_is_counted_once_from_its_anchor(anchor: int) -> None:
    begins = date(2023, 1, anchor)
    by_day = weights(on_anchor(anchor))

    def share(stretch: Period) -> Fraction:
        return prorate(stretch, Method.ANNIVERSARY_DAYS, anchor=begins).share

    assert compared(by_day, share) == []


@pytest.mark.parametrize(
    "begins", [date(2023, 1, 1), date(2023, 2, 28), date(2024, 2, 29), date(2023, 8, 12)], ids=str
)
def test_every_day_of_a_year_is_counted_once(begins: date) -> None:
    def starts(day: date) -> bool:
        is_leap_day = begins.month == 2 and begins.day == 29
        return (day.month, day.day) == (begins.month, begins.day) or (
            is_leap_day and day.month == 2 and day.day == 28 and is_last(day)
        )

    def share(stretch: Period) -> Fraction:
        return prorate(stretch, Method.ANNUAL_ACTUAL, price_months=1, anchor=begins).share

    assert compared(weights(starts, months=12), share) == []


def test_each_day_lies_in_exactly_one_month() -> None:
    bounds = [day for day in [*DAYS, END] if day.day == 1]
    for day in DAYS:
        month = Period(*bounds[bisect_right(bounds, day) - 1 :][:2])
        assert prorate(Period(day, day + timedelta(1)), Method.CALENDAR_DAYS).counted == ((1, month.days),)
