"""Periods of whole days and billing cycles with an anchor day.

A period is half-open: its first day counts, its end day does not. People see dates inclusively
(*from ... through*), so both ways of making one have a name: ``Period`` takes the day after the last,
``inclusive`` the last day itself.

>>> print(Period(date(2026, 4, 1), date(2026, 5, 1)))
2026-04-01 through 2026-04-30
>>> inclusive(date(2026, 4, 1), date(2026, 4, 30)) == Period(date(2026, 4, 1), date(2026, 5, 1))
True
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """Days from ``start`` (included) to ``end`` (excluded)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period must end after it starts: {self.start} to {self.end}")

    def __str__(self) -> str:
        return _said(self.start, self.end)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.start).days

    @property
    def through(self) -> date:
        """The last day of the period, as people write it."""
        return self.end - _DAY

    def overlap(self, other: "Period") -> "Period | None":
        """Return the days that both periods share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


# A month has charges of the same few periods, each said many times.
@lru_cache(maxsize=4096)
def _said(start: date, end: date) -> str:
    return f"{start} through {end - _DAY}"


def inclusive(first: date, through: date) -> Period:
    """Return the period from ``first`` up to and including ``through``.

    >>> inclusive(date(2026, 2, 1), date(2026, 2, 28)).days
    28
    """
    return Period(first, through + _DAY)


@lru_cache(maxsize=4096)
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


def cycle_of(day: date, months: int, anchor_date: date, anchor: int | None = None) -> Period:
    """Return the cycle of ``months`` months, counted from ``anchor_date``, that holds ``day``.

    ``anchor`` is the day of the month on which cycles begin, where it is another than that of the date.

    >>> print(cycle_of(date(2026, 2, 28), 1, date(2025, 1, 31)))
    2026-02-28 through 2026-03-30
    """
    anchor = anchor or anchor_date.day
    elapsed = (day.year - anchor_date.year) * 12 + day.month - anchor_date.month
    count = elapsed // months
    start = months_after(anchor_date, count * months, anchor)
    if start > day:
        count -= 1
        start = months_after(anchor_date, count * months, anchor)
    return Period(start, months_after(anchor_date, (count + 1) * months, anchor))


# How near its month's end a day has to be for its cycles to keep that distance; source: Business Central.
_STICKY_DAYS = 3


def months_after_end(day: date, months: int) -> date:
    """Return the day ``months`` months on, keeping the distance to the month's end of its last three days.

    Source: Business Central, billing periods aligned to the end of the month.

    >>> months_after_end(date(2023, 2, 28), 1), months_after_end(date(2023, 2, 26), 1)
    (datetime.date(2023, 3, 31), datetime.date(2023, 3, 29))
    """
    distance = monthrange(day.year, day.month)[1] - day.day
    there = months_after(day, months)
    if distance >= _STICKY_DAYS:
        return there
    return there.replace(day=monthrange(there.year, there.month)[1] - distance)
