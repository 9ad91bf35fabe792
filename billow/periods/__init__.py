"""Periods of whole days, billing cycles with an anchor day, and named proration methods.

A period is half-open: its first day counts, its end day does not. Shares are exact fractions; rounding
happens once, on the invoice line. People see dates inclusively (*from ... through*).

>>> from datetime import date
>>> april = Period(date(2026, 4, 1), date(2026, 5, 1))
>>> seat = Period(date(2026, 4, 16), date(2026, 5, 1))
>>> prorate(seat, Method.CALENDAR_DAYS).share
Fraction(1, 2)
>>> print(april)
2026-04-01 through 2026-04-30
"""

from billow.periods.counting import started_hours
from billow.periods.method import Method
from billow.periods.period import Period, cycle_of, inclusive, month, months_after, months_after_end
from billow.periods.proration import Proration, portion, prorate
from billow.periods.zones import day_in, is_zone

__all__ = [
    "Method",
    "Period",
    "Proration",
    "cycle_of",
    "day_in",
    "inclusive",
    "is_zone",
    "month",
    "months_after",
    "months_after_end",
    "portion",
    "prorate",
    "started_hours",
]
