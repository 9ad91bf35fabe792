"""The share of a price that some days are, with the days it was counted from.

>>> prorate(Period(date(2026, 6, 14), date(2026, 7, 1)), Method.CALENDAR_DAYS).counted
((17, 30),)
>>> prorate(Period(date(2019, 8, 12), date(2019, 12, 23)), Method.ANNUAL_ACTUAL, price_months=12).share
Fraction(133, 366)
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from billow.periods.counting import COUNTERS, Counted
from billow.periods.method import Method
from billow.periods.period import Period

_YEAR = 12
_ANNUAL = frozenset({Method.ANNUAL_365, Method.ANNUAL_ACTUAL})
_BY_CYCLE = frozenset(
    {
        Method.CALENDAR_DAYS,
        Method.ANNIVERSARY_DAYS,
        Method.FULL_PERIOD,
        Method.BC_START_OF_MONTH,
        Method.BC_END_OF_MONTH,
    }
)


@dataclass(frozen=True)
class Proration:
    """A share of a price, with the days it was counted from: ``counted`` holds (used, of) per cycle.

    A cycle is ``cycle_months`` long, the price is for ``price_months``: a monthly price over a whole
    yearly cycle has the share 12.
    """

    method: Method
    share: Fraction
    counted: Counted = ()
    cycle_months: int = 1
    price_months: int = 1

    @property
    def is_whole(self) -> bool:
        """Tell whether only whole cycles were counted."""
        return all(used == of for used, of in self.counted)


# Thousands of lines of a month have the same few periods and cycles.
@lru_cache(maxsize=4096)
def prorate(
    active: Period,
    method: Method,
    *,
    cycle_months: int = 1,
    price_months: int | None = None,
    anchor: date | None = None,
) -> Proration:
    """Count ``active`` by the named method, for a price per ``price_months`` (default: per cycle).

    ``cycle_months`` and ``anchor``, a day on which a cycle begins (default: the first active day, for
    FULL_PERIOD 1 January), matter to the methods that count in cycles; CALENDAR_DAYS counts them from
    1 January. Those that count in months or years keep to these. The change day belongs to the new state
    only, which half-open periods give by themselves.

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
    months = cycle_months if method in _BY_CYCLE else _YEAR if method in _ANNUAL else 1
    counted = COUNTERS[method](active, months, anchor)
    priced = price_months or cycle_months
    share = sum((Fraction(used, of) for used, of in counted), Fraction(0)) * Fraction(months, priced)
    return Proration(method, share, counted, months, priced)


def portion(active: Period, of: Period, *, cycle_months: int = 1, price_months: int = 1) -> Proration:
    """Return the days of ``active`` over all days of the cycle ``of``, whatever its length.

    >>> portion(Period(date(2026, 6, 3), date(2026, 6, 8)), Period(date(2026, 6, 1), date(2026, 6, 8))).share
    Fraction(5, 7)
    """
    shared = active.overlap(of)
    used = shared.days if shared else 0
    share = Fraction(used * cycle_months, of.days * price_months)
    return Proration(Method.ANNIVERSARY_DAYS, share, ((used, of.days),), cycle_months, price_months)
