"""The billing schedule of a contract: its cycles, its periods, and the month in which each falls due.

A cycle remembers its anchor day (31, then 28, then 31 again). A period is the part of a cycle on which the
contract runs and that is not billed elsewhere; it falls due in the month of its first day (in advance) or
of its last day (in arrears). Subscription, period and kind are its key: nothing is billed twice.

>>> yearly = Subscription("K-1", "C-1", "CARE", "contract", date(2026, 2, 10), billing="yearly")
>>> [(str(found.period), found.due) for found in periods_of(yearly, date(2027, 3, 1))]
[('2026-02-10 through 2027-02-09', '2026-02'), ('2027-02-10 through 2028-02-09', '2027-02')]
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from billow.contracts.subscriptions import Subscription
from billow.periods import Period, cycle_of, months_after

MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12, "triennial": 36}
_TERM = re.compile(r"P(\d+)([MY])")


@dataclass(frozen=True)
class BillingPeriod:
    """Days that are billed at once, in the month ``due``; ``cycle`` is the whole cycle they lie in."""

    subscription: str
    number: int
    period: Period
    cycle: Period
    due: str
    kind: str = "recurring"

    @property
    def key(self) -> tuple[str, Period, str]:
        """What may be billed only once."""
        return self.subscription.casefold(), self.period, self.kind


def cycle_at(subscription: Subscription, day: date) -> Period:
    """Return the billing cycle of a contract that holds ``day``.

    >>> last = Subscription("K-1", "C-1", "CARE", "contract", date(2026, 1, 5), anchor_day=31)
    >>> print(cycle_at(last, date(2026, 3, 1)))
    2026-02-28 through 2026-03-30
    """
    months = MONTHS[subscription.billing]
    begins = subscription.cycle_from or subscription.start
    anchor = subscription.anchor_day and max(1, subscription.anchor_day)
    if anchor is None and subscription.cycle_from is None and months == 1:
        anchor = 1  # who bills by the month and says nothing else means calendar months
    first = months_after(begins.replace(day=1), 0, anchor or begins.day)
    return cycle_of(day, months, first, anchor or begins.day)


def periods_of(subscription: Subscription, until: date) -> list[BillingPeriod]:
    """Return the periods of a contract that begin on or before ``until``, without gap or overlap."""
    day, elsewhere = subscription.start, subscription.billed_until
    if elsewhere:
        day = max(day, elsewhere + timedelta(days=1))
    found: list[BillingPeriod] = []
    while day <= until and day < subscription.end:
        cycle = cycle_at(subscription, day)
        period = Period(day, min(cycle.end, subscription.end))
        due = period.through if subscription.in_arrears else period.start
        found.append(BillingPeriod(subscription.subscription, len(found) + 1, period, cycle, f"{due:%Y-%m}"))
        day = period.end
    return found


def periods_near(subscription: Subscription, whole: Period) -> list[BillingPeriod]:
    """Return the periods of a contract that touch a month, the one before it or the one after it.

    >>> care = Subscription("K-1", "C-1", "CARE", "contract", date(2026, 1, 10), billing="quarterly")
    >>> [str(near.period) for near in periods_near(care, Period(date(2026, 5, 1), date(2026, 6, 1)))]
    ['2026-01-10 through 2026-04-09', '2026-04-10 through 2026-07-09']
    """
    near = Period(months_after(whole.start, -1), months_after(whole.start, 2))
    return [found for found in periods_of(subscription, near.through) if found.period.overlap(near)]


def renews_on(subscription: Subscription, day: date) -> date | None:
    """Return the first day of what follows the term of ``day``; None without a term, or where it ends then.

    >>> care = Subscription("K-1", "C-1", "CARE", "contract", date(2026, 1, 1), date(2026, 12, 31),
    ...                     at_term_end="renew")
    >>> print(renews_on(care, date(2026, 6, 30)))
    2027-01-01
    """
    term = term_at(subscription, day)
    return term.end if term and term.end < subscription.end else None


def term_months(subscription: Subscription) -> int | None:
    """Return how many months a term has: as written (P1Y), else from the first through the last day."""
    if written := _TERM.fullmatch(subscription.term):
        return int(written[1]) * (12 if written[2] == "Y" else 1)
    if subscription.through is None:
        return None
    end, start = subscription.through + timedelta(days=1), subscription.start
    return max(1, (end.year - start.year) * 12 + end.month - start.month)


def term_at(subscription: Subscription, day: date) -> Period | None:
    """Return the term in which ``day`` lies: the first, one of its renewals, or a month of an extension.

    >>> care = Subscription("K-1", "C-1", "CARE", "contract", date(2025, 7, 1), date(2026, 6, 30), "P1Y",
    ...                     at_term_end="renew")
    >>> print(term_at(care, date(2026, 7, 1)))
    2026-07-01 through 2027-06-30
    """
    months = term_months(subscription)
    if months is None or day < subscription.start:
        return None
    if subscription.through is None:
        return cycle_of(day, months, subscription.start)
    end = subscription.through + timedelta(days=1)
    if day < end:
        return Period(subscription.start, end)
    return cycle_of(day, 1 if subscription.at_term_end == "extend" else months, end)


def term_for_price(subscription: Subscription, day: date) -> tuple[str, date]:
    """Return the term and its first day by which a price is looked up: an extension is month by month."""
    term = term_at(subscription, day)
    extended = subscription.at_term_end == "extend" and subscription.through is not None
    name = "P1M" if extended and subscription.through and day > subscription.through else subscription.term
    runs_on = subscription.through is None or term is None
    return name, subscription.start if runs_on or term is None else term.start
