"""How much may be given back: never more than was billed, and in a cancellation window all or by the day.

>>> capped_credit(Decimal(100), billed=Decimal(200), credited=Decimal(180))
Decimal('20')
"""

from datetime import date
from decimal import Decimal

_HOURS_OF_DAY = 24
NEW_COMMERCE_HOURS = 168


def capped_credit(potential: Decimal, *, billed: Decimal, credited: Decimal = Decimal(0)) -> Decimal:
    """Return the credit that may be given: at most what was billed less what was credited, never below 0.

    Source of the rule: Flexprice.

    >>> capped_credit(Decimal(-50), billed=Decimal(200)), capped_credit(Decimal(9), billed=Decimal(0))
    (Decimal('0'), Decimal('0'))
    """
    return max(Decimal(0), min(potential, billed - credited))


def in_window(added: date, given_back: date, hours: int = NEW_COMMERCE_HOURS) -> bool:
    """Tell whether a seat added on one day may be given back from another day on.

    The first day without the seat may come ``hours`` after the day of adding; 168 is seven days
    (Microsoft new commerce).

    >>> in_window(date(2026, 6, 1), date(2026, 6, 8)), in_window(date(2026, 6, 1), date(2026, 6, 9))
    (True, False)
    """
    return 0 <= (given_back - added).days * _HOURS_OF_DAY <= hours
