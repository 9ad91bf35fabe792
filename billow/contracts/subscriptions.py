"""Subscriptions, their changes, and the stretches of days with an equal number of seats.

>>> start, middle, end = date(2026, 6, 1), date(2026, 6, 16), date(2026, 7, 1)
>>> pairs = [(Period(start, end), Decimal(10)), (Period(middle, end), Decimal(-10)),
...          (Period(middle, end), Decimal(12))]
>>> [(str(segment.period), int(segment.quantity)) for segment in net_segments(pairs)]
[('2026-06-01 through 2026-06-15', 10), ('2026-06-16 through 2026-06-30', 12)]
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from billow.money import total
from billow.periods import Period
from billow.problems import NOWHERE, Place


@dataclass(frozen=True)
class Subscription:
    """A subscription: billed by the vendor's lines, or by contract from this row; days are inclusive.

    ``billing`` says how many months are billed at once, ``in_arrears`` when. ``anchor_day`` is the day on
    which periods begin; blank, that is the first of the month for monthly billing, else the day of
    ``cycle_from`` or ``start``. ``at_term_end`` is cancel, renew (another term) or extend (month by month).
    """

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
    billing: str = "monthly"
    in_arrears: bool = False
    anchor_day: int | None = None
    cycle_from: date | None = None
    at_term_end: str = "cancel"
    notice_by: date | None = None
    trial_through: date | None = None
    co_term_with: str = ""
    replaces: str = ""
    place: Place = NOWHERE
    order: str = ""

    @property
    def end(self) -> date:
        """The day after the last one; a term that renews or is extended has no end."""
        runs_on = self.through is None or self.at_term_end != "cancel"
        return date.max if runs_on or self.through is None else self.through + timedelta(days=1)

    def active_in(self, period: Period) -> Period | None:
        """Return the days of ``period`` for which a line is due, or None."""
        if self.status != "active":
            return None
        start = max(self.start, self.billed_until + timedelta(days=1)) if self.billed_until else self.start
        return Period(start, self.end).overlap(period) if start < self.end else None


@dataclass(frozen=True)
class Change:
    """A change of a contract from ``effective`` on, which belongs to the new state.

    One that is ``reported`` after its days were billed is billed in the month in which it is reported.
    """

    number: int
    subscription: str
    effective: date
    kind: str
    quantity: Decimal | None = None
    place: Place = NOWHERE
    price: Decimal | None = None
    reported: date | None = None
    order: str = ""

    @property
    def booked(self) -> date:
        """The day from which the change is known to billing."""
        return max(self.effective, self.reported or self.effective)


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
    """Days during which ``quantity`` seats held, at a ``price`` of their own or (None) that of the sheet."""

    period: Period
    quantity: Decimal
    price: Decimal | None = None


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


def by_subscription(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Return the changes by their subscription, whose id is compared without regard to case."""
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.subscription.casefold()].append(change)
    return dict(found)


def changes_of(subscription: Subscription, changes: Mapping[str, Sequence[Change]]) -> Sequence[Change]:
    """Return the changes of one subscription among those ``by_subscription``."""
    return changes.get(subscription.subscription.casefold(), ())
