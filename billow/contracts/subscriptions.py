"""Subscriptions, their changes, and the stretches of days with an equal number of seats.

>>> start, middle, end = date(2026, 6, 1), date(2026, 6, 16), date(2026, 7, 1)
>>> pairs = [(Period(start, end), Decimal(10)), (Period(middle, end), Decimal(-10)),
...          (Period(middle, end), Decimal(12))]
>>> [(str(segment.period), int(segment.quantity)) for segment in net_segments(pairs)]
[('2026-06-01 through 2026-06-15', 10), ('2026-06-16 through 2026-06-30', 12)]
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from billow.money import total
from billow.periods import Period
from billow.problems import NOWHERE, Place


@dataclass(frozen=True)
class Subscription:
    """A subscription: billed by the vendor's lines, or by contract from this row; days are inclusive."""

    subscription: str
    customer: str
    product: str
    billed_by: str
    start: date
    through: date | None = None
    term: str = ""
    quantity: Decimal = Decimal(1)
    agreed_price: Decimal | None = None
    currency: str = ""
    billed_until: date | None = None
    purchase_order: str = ""
    status: str = "active"
    place: Place = NOWHERE

    def active_in(self, period: Period) -> Period | None:
        """Return the days of ``period`` for which a line is due, or None."""
        if self.status != "active":
            return None
        start = max(self.start, self.billed_until + timedelta(days=1)) if self.billed_until else self.start
        end = period.end if self.through is None else self.through + timedelta(days=1)
        if end <= start:
            return None
        return Period(start, end).overlap(period)


@dataclass(frozen=True)
class Change:
    """A change of a contract from ``effective`` on, which belongs to the new state."""

    number: int
    subscription: str
    effective: date
    kind: str
    quantity: Decimal | None = None
    place: Place = NOWHERE


@dataclass(frozen=True)
class Adjustment:
    """A one-off line or credit of a month."""

    number: int
    customer: str
    billing_month: str
    text: str
    unit_price: Decimal
    quantity: Decimal = Decimal(1)
    product: str = ""
    currency: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True)
class Segment:
    """Days during which ``quantity`` seats held."""

    period: Period
    quantity: Decimal


def net_segments(stretches: Iterable[tuple[Period, Decimal]]) -> list[Segment]:
    """Net signed quantities over time into stretches of equal quantity, leaving out those of zero.

    Microsoft writes a change as a refund of the old and a charge of the new quantity for the remaining
    days; added up day by day the pair is the new quantity.
    """
    rows = list(stretches)
    bounds = sorted({day for period, _ in rows for day in (period.start, period.end)})
    segments: list[Segment] = []
    for start, end in pairwise(bounds):
        quantity = total(q for period, q in rows if period.start <= start < period.end)
        if quantity == 0:
            continue
        last = segments[-1] if segments else None
        if last and last.period.end == start and last.quantity == quantity:
            segments[-1] = Segment(Period(last.period.start, end), quantity)
        else:
            segments.append(Segment(Period(start, end), quantity))
    return segments


def changes_of(subscription: Subscription, changes: Iterable[Change]) -> list[Change]:
    """Return the changes of one subscription; its id is compared without regard to case, as everywhere."""
    key = subscription.subscription.casefold()
    return [change for change in changes if change.subscription.casefold() == key]


def contract_segments(subscription: Subscription, changes: Sequence[Change], period: Period) -> list[Segment]:
    """Return the seats of a contract within the days of ``period`` for which a line is due."""
    active = subscription.active_in(period)
    if active is None:
        return []
    stretches: list[tuple[Period, Decimal]] = []
    quantity, since = subscription.quantity, subscription.start
    for change in sorted(changes, key=lambda c: (c.effective, c.number)):
        stretches += _stretch(since, change.effective, quantity, active)
        quantity, since = _after(quantity, change), change.effective
    stretches += _stretch(since, active.end, quantity, active)
    return net_segments(stretches)


def _stretch(start: date, end: date, quantity: Decimal, within: Period) -> list[tuple[Period, Decimal]]:
    if start >= end:
        return []
    held = Period(start, end).overlap(within)
    return [(held, quantity)] if held else []


def _after(quantity: Decimal, change: Change) -> Decimal:
    amount = change.quantity or Decimal(0)
    match change.kind:
        case "add":
            return quantity + amount
        case "remove":
            return quantity - amount
        case "cancel":
            return Decimal(0)
        case _:
            return amount
