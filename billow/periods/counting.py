"""Counting days in cycles: each counter returns (used, of) per cycle, whose fractions sum to the share.

>>> calendar_days(Period(date(2026, 1, 20), date(2026, 2, 11)))
((12, 31), (10, 28))
>>> fixed_30(Period(date(2024, 2, 23), date(2024, 3, 15)))
((8, 30), (14, 30))
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from billow.periods.method import Method
from billow.periods.period import Period, cycle_of, months_after_end

Counted = tuple[tuple[int, int], ...]

_MONTH_DAYS, _YEAR_DAYS = 30, 365
_SECOND_HALF = 16
_HOUR = timedelta(hours=1)


def in_cycles(active: Period, months: int, begins: date, *, in_full: bool = False) -> Counted:
    """Count the days of ``active`` in each cycle of ``months`` months from ``begins``."""
    counted = []
    for part, cycle in _cycles(active, months, begins):
        counted.append((cycle.days if in_full else part.days, cycle.days))
    return tuple(counted)


def calendar_days(active: Period) -> Counted:
    """Count the days in each calendar month."""
    return in_cycles(active, 1, date(active.start.year, 1, 1))


def fixed_30(active: Period) -> Counted:
    """Count in months of 30 days: the 31st is free, the last of February stands for the 30th as well."""
    return tuple(
        (_thirtieth(part.end, cycle) - _thirtieth(part.start, cycle), _MONTH_DAYS)
        for part, cycle in _cycles(active, 1, date(active.start.year, 1, 1))
    )


def annual_365(active: Period) -> Counted:
    """Count all days over 365."""
    return ((active.days, _YEAR_DAYS),)


def half_months(active: Period) -> Counted:
    """Count whole halves of a month as (1, 2), a part of one by its days over the month's days."""
    counted: list[tuple[int, int]] = []
    for part, cycle in _cycles(active, 1, date(active.start.year, 1, 1)):
        middle = cycle.start.replace(day=_SECOND_HALF)
        halves = (Period(cycle.start, middle), Period(middle, cycle.end))
        if part == cycle:
            counted.append((cycle.days, cycle.days))
        else:
            used = [(part.overlap(half), half) for half in halves]
            counted += [(1, 2) if own == half else (own.days, cycle.days) for own, half in used if own]
    return tuple(counted)


def hours(active: Period) -> Counted:
    """Count the hours in each calendar month."""
    return tuple((_hours(part), _hours(whole)) for part, whole in _cycles(active, 1, date(1970, 1, 1)))


def started_hours(start: datetime, end: datetime) -> int:
    """Return the hours from ``start`` to ``end``, a begun one in full.

    >>> started_hours(datetime(2019, 8, 9, 10), datetime(2019, 8, 9, 13, 1))
    4
    """
    return -((start - end) // _HOUR)


def bc_start_of_month(active: Period, months: int) -> Counted:
    """Count in cycles from the first day; the anchor day is remembered."""
    return in_cycles(active, months, active.start)


def bc_end_of_month(active: Period, months: int) -> Counted:
    """Count whole cycles that keep their distance to the month's end, then the rest.

    The rest is counted over the cycle in which it lies; that cycle keeps to the month's end only where it
    begins on it (Business Central, after its issue 5718: 26 through 28 February is 3/28 and not 3/31).
    """
    counted: list[tuple[int, int]] = []
    begins = [active.start]
    while (end := months_after_end(active.start, months * len(begins))) <= active.end:
        counted.append(((end - begins[-1]).days, (end - begins[-1]).days))
        begins.append(end)
    rest = begins[-1]
    if rest < active.end:
        on_month_end = (rest + timedelta(days=1)).day == 1
        end = months_after_end(rest, months) if on_month_end else cycle_of(rest, months, rest).end
        counted.append(((active.end - rest).days, (end - rest).days))
    return tuple(counted)


def _cycles(active: Period, months: int, begins: date) -> Iterator[tuple[Period, Period]]:
    """Yield each part of ``active`` with the cycle in which it lies."""
    day = active.start
    while day < active.end:
        cycle = cycle_of(day, months, begins)
        until = min(cycle.end, active.end)
        yield Period(day, until), cycle
        day = until


def _thirtieth(day: date, cycle: Period) -> int:
    """Return how many of the month's thirty days lie before ``day``."""
    return _MONTH_DAYS if day == cycle.end else min(day.day - 1, _MONTH_DAYS)


def _hours(period: Period) -> int:
    midnight = datetime.min.time()
    return started_hours(datetime.combine(period.start, midnight), datetime.combine(period.end, midnight))


def _january(active: Period) -> date:
    return date(active.start.year, 1, 1)


# What is counted for each method, told the months of a cycle and a day on which one begins, if any.
COUNTERS: Mapping[Method, Callable[[Period, int, date | None], Counted]] = MappingProxyType(
    {
        Method.CALENDAR_DAYS: lambda active, months, _: in_cycles(active, months, _january(active)),
        Method.ANNIVERSARY_DAYS: lambda active, months, begins: in_cycles(
            active, months, begins or active.start
        ),
        Method.FIXED_30: lambda active, _, __: fixed_30(active),
        Method.ANNUAL_365: lambda active, _, __: annual_365(active),
        Method.ANNUAL_ACTUAL: lambda active, months, begins: in_cycles(
            active, months, begins or active.start
        ),
        Method.MONTHLY_PORTIONS: lambda active, _, __: calendar_days(active),
        Method.WHOLE_MONTHS: lambda active, _, __: in_cycles(active, 1, _january(active), in_full=True),
        Method.HALF_MONTH: lambda active, _, __: half_months(active),
        Method.HOURS: lambda active, _, __: hours(active),
        Method.FULL_PERIOD: lambda active, months, begins: in_cycles(
            active, months, begins or _january(active), in_full=True
        ),
        Method.BC_START_OF_MONTH: lambda active, months, _: bc_start_of_month(active, months),
        Method.BC_END_OF_MONTH: lambda active, months, _: bc_end_of_month(active, months),
    }
)
