"""Dates as vendors write them, brought to UTC days.

The order of day and month is decided once for a file, from all its date cells: ``6/30/2026`` says that
the month comes first, ``01.06.2026`` that the day does, and where every cell could be either the file is
refused rather than guessed. An end at midnight is exclusive and stays; an end later on a day takes the
whole day in.

>>> end_day(read_moment("2026-06-30T23:59:59Z", None)), end_day(read_moment("2026-07-01T00:00:00Z", None))
(datetime.date(2026, 7, 1), datetime.date(2026, 7, 1))
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from zoneinfo import ZoneInfo

_TIME = r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?)?"
_ZONE = r" ?(?P<zone>Z|UTC|[+-]\d{2}(?::?\d{2})?)?"
_ISO = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_TIME}{_ZONE}", re.IGNORECASE)
_PACKED = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_DOTTED = re.compile(rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}|\d{{2}}){_TIME}")
_SLASHED = re.compile(
    r"(?P<first>\d{1,2})[/-](?P<second_part>\d{1,2})[/-](?P<year>\d{4}|\d{2})"
    rf"{_TIME}(?: ?(?P<half>[AP]M))?",
    re.IGNORECASE,
)
_NOON, _MONTHS = 12, 12


class DayOrder(StrEnum):
    """Which part of ``1/2/2026`` is the day."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


def read_moment(text: str, order: DayOrder | None) -> datetime | None:
    """Return the moment in ``text`` in UTC (without zone: taken as UTC), None if it is not one.

    >>> read_moment("6/1/2026", DayOrder.MONTH_FIRST), read_moment("01.06.2026", None)
    (datetime.datetime(2026, 6, 1, 0, 0), datetime.datetime(2026, 6, 1, 0, 0))
    >>> read_moment("2026-06-01T30:00:00Z", None), read_moment("2026-06-01T01:00:00+02:00", None)
    (None, datetime.datetime(2026, 5, 31, 23, 0))
    """
    written = text.strip().lstrip("'")
    for pattern in (_ISO, _PACKED, _DOTTED, _SLASHED):
        if found := pattern.fullmatch(written):
            return _moment(found.groupdict(), order)
    return None


def _moment(parts: dict[str, str | None], order: DayOrder | None) -> datetime | None:
    if "first" in parts:
        if order is None:
            return None
        names = ("month", "day") if order is DayOrder.MONTH_FIRST else ("day", "month")
        parts.update(zip(names, (parts["first"], parts["second_part"]), strict=True))
    year, month, day, hour, minute, second = (
        int(parts.get(name) or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    if half := parts.get("half"):
        hour = hour % _NOON + (_NOON if half.upper() == "PM" else 0)
    try:
        moment = datetime(
            year if len(parts["year"] or "") > 2 else 2000 + year,  # noqa: PLR2004 - two digits: this century
            month,
            day,
            hour,
            minute,
            second,
            tzinfo=_zone(parts.get("zone")),
        )
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if not text or text.upper() in {"Z", "UTC"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def in_zone(moment: datetime, zone: str) -> datetime:
    """Return a UTC moment as the clock of a vendor's time zone shows it, where its days begin.

    >>> in_zone(datetime(2026, 7, 1, 7), "America/Los_Angeles"), in_zone(datetime(2026, 1, 1, 7), "UTC")
    (datetime.datetime(2026, 7, 1, 0, 0), datetime.datetime(2026, 1, 1, 7, 0))
    """
    try:
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except OverflowError:  # the first or last day that there is, which vendors write for always
        return moment


def end_day(moment: datetime) -> date:
    """Return the exclusive end day of what ends at ``moment``.

    >>> end_day(datetime(2026, 6, 30, 5)), end_day(datetime(2026, 7, 1))
    (datetime.date(2026, 7, 1), datetime.date(2026, 7, 1))
    """
    at_midnight = moment == datetime.combine(moment.date(), datetime.min.time())
    return moment.date() if at_midnight else day_after(moment.date())


def day_after(day: date) -> date:
    """Return the next day; after the last that there is, which vendors write for never, that day itself.

    >>> day_after(date(2026, 6, 30)), day_after(date(9999, 12, 31))
    (datetime.date(2026, 7, 1), datetime.date(9999, 12, 31))
    """
    return day if day == date.max else day + timedelta(days=1)


def possible_orders(cells: Iterable[str]) -> set[DayOrder]:
    """Return the orders in which every day-month cell is a date; cells of other forms say nothing.

    >>> sorted(possible_orders(["6/1/2026", "6/30/2026"])), len(possible_orders(["6/1/2026"]))
    ([<DayOrder.MONTH_FIRST: 'mdy'>], 2)
    """
    orders = set(DayOrder)
    for cell in cells:
        found = _SLASHED.fullmatch(cell.strip().lstrip("'"))
        if not found:
            continue
        if int(found["first"]) > _MONTHS:
            orders.discard(DayOrder.MONTH_FIRST)
        if int(found["second_part"]) > _MONTHS:
            orders.discard(DayOrder.DAY_FIRST)
    return orders


def needs_order(cell: str) -> bool:
    """Tell whether a cell is written so that the order of day and month matters."""
    return _SLASHED.fullmatch(cell.strip().lstrip("'")) is not None
