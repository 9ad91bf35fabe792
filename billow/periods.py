"""Periods of whole days, billing cycles with an anchor day, and named proration methods.

A period is half-open: its first day counts, its end day does not. Shares are exact fractions; rounding
happens once, on the invoice line. People see dates inclusively (*from ... through*).

>>> april = Period(date(2026, 4, 1), date(2026, 5, 1))
>>> seat = Period(date(2026, 4, 16), date(2026, 5, 1))
>>> prorate(seat, Method.CALENDAR_DAYS).share
Fraction(1, 2)
>>> print(april)
2026-04-01 through 2026-04-30
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, order=True)
class Period:
    """Days from ``start`` (included) to ``end`` (excluded)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period must end after it starts: {self.start} to {self.end}")

    def __str__(self) -> str:
        return f"{self.start} through {self.through}"

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.start).days

    @property
    def through(self) -> date:
        """The last day of the period, as people write it."""
        return self.end - timedelta(days=1)

    def overlap(self, other: "Period") -> "Period | None":
        """Return the days that both periods share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


def inclusive(first: date, through: date) -> Period:
    """Return the period from ``first`` up to and including ``through``.

    >>> inclusive(date(2026, 2, 1), date(2026, 2, 28)).days
    28
    """
    return Period(first, through + timedelta(days=1))


def month(text: str) -> Period:
    """Return the calendar month written ``YYYY-MM``; ``ValueError`` if it is not one.

    >>> print(month("2028-02"))
    2028-02-01 through 2028-02-29
    """
    if len(text) != 7 or text[4] != "-" or not (text[:4] + text[5:]).isascii():  # noqa: PLR2004
        raise ValueError(f"{text!r} is not a month such as 2026-06")
    first = date(int(text[:4]), int(text[5:]), 1)
    return Period(first, months_after(first, 1))


def months_after(day: date, months: int, anchor: int | None = None) -> date:
    """Return the day ``months`` months on, on the anchor day where that month has it, else its last day.

    The anchor (default: the day itself) is what a cycle remembers, so that 31 -> 28 -> 31 and not 28.

    >>> months_after(date(2026, 1, 31), 1), months_after(date(2026, 2, 28), 1, anchor=31)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))
    """
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, index + 1)[1]
    return date(year, index + 1, min(anchor or day.day, last))


def cycle_of(day: date, months: int, anchor_date: date) -> Period:
    """Return the cycle of ``months`` months, counted from ``anchor_date``, that holds ``day``.

    >>> print(cycle_of(date(2026, 2, 28), 1, date(2025, 1, 31)))
    2026-02-28 through 2026-03-30
    """
    anchor = anchor_date.day
    elapsed = (day.year - anchor_date.year) * 12 + day.month - anchor_date.month
    count = elapsed // months
    start = months_after(anchor_date, count * months, anchor)
    if start > day:
        count -= 1
        start = months_after(anchor_date, count * months, anchor)
    return Period(start, months_after(anchor_date, (count + 1) * months, anchor))


class Method(StrEnum):
    """How a part of a cycle is counted; the name is printed on the line.

    CALENDAR_DAYS: in each calendar month the used days over that month's days, summed:
    20 January through 10 February is 12/31 + 10/28.
    ANNIVERSARY_DAYS: in each cycle (a month from the anchor day) the used days over that cycle's days:
    with anchor 15, 1 through 14 July is 14/30 of the cycle 15 June through 14 July.
    FULL_PERIOD: each cycle that is touched counts in full, however short: 30 June alone is 1.
    NONE: nothing is prorated, the amount is taken once.
    """

    CALENDAR_DAYS = "calendar_days"
    ANNIVERSARY_DAYS = "anniversary_days"
    FULL_PERIOD = "full_period"
    NONE = "none"


@dataclass(frozen=True)
class Proration:
    """A share of a price, with the days it was counted from: ``counted`` holds (used, of) per cycle.

    A cycle is ``cycle_months`` long, the price is for ``price_months``: a monthly price over a whole
    yearly cycle has the share 12.
    """

    method: Method
    share: Fraction
    counted: tuple[tuple[int, int], ...] = ()
    cycle_months: int = 1
    price_months: int = 1

    @property
    def is_whole(self) -> bool:
        """Tell whether only whole cycles were counted."""
        return all(used == of for used, of in self.counted)


def prorate(
    active: Period,
    method: Method,
    *,
    cycle_months: int = 1,
    price_months: int | None = None,
    anchor: date | None = None,
) -> Proration:
    """Count ``active`` in cycles of ``cycle_months`` by the named method, for a price per ``price_months``.

    ``anchor`` is a day on which a cycle begins; ANNIVERSARY_DAYS takes the first active day without it.
    Without ``price_months`` the price is per cycle. CALENDAR_DAYS counts cycles from 1 January.
    The change day belongs to the new state only, which half-open periods give by themselves.
    Sources of the conventions: Microsoft, Lago and ERPNext (calendar days), Kill Bill and Chargebee
    (anniversary).

    >>> prorate(Period(date(2026, 1, 20), date(2026, 2, 11)), Method.CALENDAR_DAYS).counted
    ((12, 31), (10, 28))
    >>> prorate(Period(date(2026, 7, 1), date(2026, 7, 15)), Method.ANNIVERSARY_DAYS,
    ...         anchor=date(2026, 6, 15)).share
    Fraction(7, 15)
    >>> prorate(Period(date(2026, 6, 30), date(2026, 7, 1)), Method.FULL_PERIOD).share
    Fraction(1, 1)
    >>> prorate(Period(date(2026, 6, 17), date(2026, 8, 20)), Method.ANNIVERSARY_DAYS, cycle_months=12,
    ...         price_months=1, anchor=date(2025, 8, 20)).share == 12 * Fraction(64, 365)
    True
    """
    if method is Method.NONE:
        return Proration(method, Fraction(1))
    first = active.start if method is Method.ANNIVERSARY_DAYS else date(active.start.year, 1, 1)
    begins = first if method is Method.CALENDAR_DAYS else anchor or first
    counted: list[tuple[int, int]] = []
    day = active.start
    while day < active.end:
        cycle = cycle_of(day, cycle_months, begins)
        until = min(cycle.end, active.end)
        used = cycle.days if method is Method.FULL_PERIOD else (until - day).days
        counted.append((used, cycle.days))
        day = until
    priced = price_months or cycle_months
    share = sum((Fraction(used, of) for used, of in counted), Fraction(0)) * Fraction(cycle_months, priced)
    return Proration(method, share, tuple(counted), cycle_months, priced)
