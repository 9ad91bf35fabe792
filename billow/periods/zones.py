"""The day on which a moment falls where a customer is: the day cut.

Contracts know whole days. An order or a measured use has a moment, and becomes a day here, once, before
anything is counted: half past eleven at night in London is the next day in Berlin, and on the days on which
clocks change a day is still one day. A vendor's charge periods keep the vendor's own days.

>>> late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
>>> day_in(late, "Europe/Berlin"), day_in(late, "")
(datetime.date(2026, 7, 1), datetime.date(2026, 6, 30))
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def day_in(moment: datetime, zone: str) -> date:
    """Return the day on which ``moment`` falls in a time zone (IANA name, blank for UTC).

    A moment without a zone of its own is one of UTC.

    >>> day_in(datetime(2026, 3, 29, 23, 30), "Europe/Lisbon")  # the clocks went forward that morning
    datetime.date(2026, 3, 30)
    """
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return known.astimezone(ZoneInfo(zone) if zone else UTC).date()


def is_zone(name: str) -> bool:
    """Tell whether a time zone of that name exists.

    >>> is_zone("Europe/Amsterdam"), is_zone("Amsterdam"), is_zone("../etc/passwd")
    (True, False, False)
    """
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
