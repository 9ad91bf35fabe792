"""What stands in a cell, before its column says what it means; and the numbers by which sheets know days.

>>> from_day_number(day_number(date(2026, 6, 30), since_1904=False), since_1904=False)
datetime.date(2026, 6, 30)
"""

from dataclasses import dataclass
from datetime import date, timedelta

_ZERO = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_FIRST_TRUE_DAY = 61  # Excel's calendar of 1900 has a 29 February that never was


@dataclass(frozen=True, slots=True)
class Raw:
    """What stands in a cell: blank, number, text, bool, error or a formula not yet calculated."""

    kind: str
    text: str = ""
    formula: bool = False


BLANK = Raw("blank")


def day_number(day: date, *, since_1904: bool) -> int:
    """Return the number by which the workbook knows a day."""
    return (day - _ZERO[since_1904]).days


def from_day_number(number: int, *, since_1904: bool) -> date | None:
    """Return the day of a number; nothing where the calendar of 1900 is wrong or ends."""
    if number < (0 if since_1904 else _FIRST_TRUE_DAY):
        return None
    try:
        return _ZERO[since_1904] + timedelta(days=number)
    except OverflowError:
        return None
