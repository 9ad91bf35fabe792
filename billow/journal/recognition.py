"""When the revenue of an invoice line is earned: in its billing month, or later because it is prepaid.

Where a product is earned by month or by day, what belongs to the days after the billing month is deferred and
released at the end of each month; the last one takes the remainder. A discount on prepaid lines follows
them.

>>> year = Slice(Decimal("1200.00"), Period(date(2026, 6, 1), date(2027, 6, 1)), "by_month")
>>> now, later = earned(year, "2026-06", "EUR")
>>> print(now, len(later), later[-1].period, later[-1].amount)
100.00 11 2027-05-01 through 2027-05-31 100.00
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billow.invoicing.document import Line
from billow.journal.deferral import Earned, by_day, by_month
from billow.money import total
from billow.periods import Period, month

AT_ONCE = "at_once"
_SPREAD = {"by_month": by_month, "by_day": by_day}


@dataclass(frozen=True)
class Slice:
    """A part of a line's net with the days it is for."""

    amount: Decimal
    period: Period | None
    recognition: str = AT_ONCE

    def is_prepaid(self, billing_month: str) -> bool:
        """Tell whether some of it is earned after the billing month."""
        late = self.period is not None and self.period.end > month(billing_month).end
        return late and self.recognition != AT_ONCE


def slices(line: Line, lines: Mapping[str, Line], billing_month: str) -> Iterator[Slice]:
    """Yield the parts of a line; of a discount, one for each line beyond the month that it is taken off."""
    rest = line.net
    for share in line.shares:
        reduced = lines.get(share.line_id)
        if reduced and reaches_beyond(reduced.period, billing_month):
            rest -= share.amount
            yield Slice(share.amount, reduced.period, reduced.recognition)
    if rest or rest == line.net:
        yield Slice(rest, line.period, AT_ONCE if line.shares else line.recognition)


def reaches_beyond(period: Period | None, billing_month: str) -> bool:
    """Tell whether days are before or after the billing month."""
    whole = month(billing_month)
    return period is not None and (period.start < whole.start or period.end > whole.end)


def earned(prepaid: Slice, billing_month: str, currency: str) -> tuple[Decimal, tuple[Earned, ...]]:
    """Return what is revenue by the end of the billing month, and the months in which the rest is."""
    if prepaid.period is None or prepaid.recognition not in _SPREAD:
        raise AssertionError(f"{prepaid} is not prepaid")
    parts = _SPREAD[prepaid.recognition](prepaid.amount, prepaid.period, currency)
    end = month(billing_month).end
    later = tuple(part for part in parts if part.period.start >= end)
    return total([prepaid.amount, *(-part.amount for part in later)]), later


def released_on(part: Earned, issued: date) -> date:
    """Return the day on which a month's part is booked: its last, though not before the invoice."""
    return max(month(f"{part.period.start:%Y-%m}").through, issued)
