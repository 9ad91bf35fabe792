"""What a contract has to bill in a month: periods that fall due, and changes of those already billed.

A period that falls due is billed as it is known by the end of the month. A change that becomes known later
(a seat added in the middle of a prepaid year, or one reported late) is billed as the difference, in the
month in which it becomes known; what was billed stays as it is.

>>> from datetime import date
>>> from decimal import Decimal
>>> year = Subscription("K-1", "C-1", "CARE", "contract", date(2026, 1, 1), billing="yearly")
>>> more = [Change(1, "K-1", date(2026, 5, 1), "add", Decimal(1))]
>>> [len(statements(year, more, text)) for text in ("2026-01", "2026-04", "2026-05")]
[1, 0, 1]
>>> [str(segment.period) for segment in statements(year, more, "2026-05")[0].now]
['2026-01-01 through 2026-04-30', '2026-05-01 through 2026-12-31']
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billow.contracts.changes import PLAIN, ChangeRules, awaits_start, contract_segments
from billow.contracts.schedule import BillingPeriod, periods_of
from billow.contracts.subscriptions import Change, Segment, Subscription
from billow.periods import Period, month


@dataclass(frozen=True)
class Statement:
    """One period as it is known ``now``, and as it was ``before`` this month's changes.

    ``is_first``: the period falls due now; else ``before`` is what was billed for it.
    """

    due: BillingPeriod
    now: tuple[Segment, ...]
    before: tuple[Segment, ...]
    is_first: bool


def statements(
    subscription: Subscription, changes: Sequence[Change], billing_month: str, rules: ChangeRules = PLAIN
) -> list[Statement]:
    """Return what there is to bill in the month, in the order of the periods."""
    whole = month(billing_month)
    news = any(whole.start <= change.booked < whole.end for change in changes)
    found: list[Statement] = []
    for due in periods_of(subscription, whole.through):
        is_first = due.due == billing_month
        if not is_first and (due.due > billing_month or not news):
            continue
        now = seats_known(subscription, changes, whole.end, due.period, rules)
        before = seats_known(subscription, changes, whole.start, due.period, rules, is_first=is_first)
        if now != before or is_first:
            found.append(Statement(due, now, before, is_first))
    return [each for each in found if each.now or not each.is_first]


def seats_known(
    subscription: Subscription,
    changes: Sequence[Change],
    until: date,
    period: Period,
    rules: ChangeRules,
    *,
    is_first: bool = False,
) -> tuple[Segment, ...]:
    """Return the seats of a period by the changes booked before ``until``, or with which it began."""
    known = [c for c in changes if c.booked < until or (is_first and c.effective <= period.start)]
    if awaits_start(changes, known):
        return ()
    return tuple(contract_segments(subscription, known, period, rules))
