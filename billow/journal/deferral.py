"""When a prepaid amount is earned: one part per calendar month, which sum to it exactly.

By month, whole months are equal and the days of a first and last month that are not whole are counted over
all days; by day, each month has its days. Each part is rounded half up, the last one takes the remainder.

>>> from datetime import date
>>> parts = by_month(Decimal("1200.00"), Period(date(2025, 1, 15), date(2026, 1, 15)), "EUR")
>>> [str(part.amount) for part in parts][:2], str(parts[-1].amount)
(['55.89', '99.83'], '45.98')
>>> january_and_february = Period(date(2026, 1, 1), date(2026, 3, 1))
>>> [str(part.amount) for part in by_day(Decimal("59.00"), january_and_february, "EUR")]
['31.00', '28.00']
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billow.money import Rounding, round_to, total
from billow.periods import Period, cycle_of


@dataclass(frozen=True)
class Earned:
    """The part of a prepaid amount that belongs to the days of one calendar month."""

    period: Period
    amount: Decimal


def by_day(amount: Decimal, period: Period, currency: str) -> tuple[Earned, ...]:
    """Spread ``amount`` over the calendar months of ``period`` by their days."""
    parts = [part for part, _ in _months(period)]
    return _closed(amount, parts, [Fraction(part.days, period.days) for part in parts], currency)


def by_month(amount: Decimal, period: Period, currency: str) -> tuple[Earned, ...]:
    """Spread ``amount``: whole months equally, what is left of a first or last month by its days.

    Source: Business Central, deferral schedules with equal months.
    """
    months = _months(period)
    stubs = {part: Fraction(part.days, period.days) for part, whole in months if part != whole}
    wholes = len(months) - len(stubs)
    if not wholes:
        return by_day(amount, period, currency)
    each = (1 - sum(stubs.values(), Fraction(0))) / wholes
    return _closed(amount, [part for part, _ in months], [stubs.get(p, each) for p, _ in months], currency)


def _closed(
    amount: Decimal, parts: Sequence[Period], shares: Sequence[Fraction], currency: str
) -> tuple[Earned, ...]:
    amounts = [round_to(Fraction(amount) * share, currency, Rounding.HALF_UP) for share in shares[:-1]]
    amounts.append(total([amount, *(-part for part in amounts)]))
    return tuple(Earned(part, earned) for part, earned in zip(parts, amounts, strict=True))


def _months(period: Period) -> list[tuple[Period, Period]]:
    """Return each part of ``period`` with the calendar month it lies in."""
    found: list[tuple[Period, Period]] = []
    day = period.start
    while day < period.end:
        whole = cycle_of(day, 1, day.replace(day=1))
        found.append((Period(day, min(whole.end, period.end)), whole))
        day = whole.end
    return found
