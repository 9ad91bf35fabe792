"""Co-terming: a subscription that ends with another one, and is billed on the same days.

>>> from datetime import date
>>> main = Subscription("A", "C-1", "E5", "contract", date(2026, 1, 10), date(2027, 1, 9), billing="yearly")
>>> more = Subscription("B", "C-1", "E5", "contract", date(2026, 6, 1), billing="yearly", co_term_with="A")
>>> found = co_termed([main, more])[1]
>>> print(found.through, found.cycle_from)
2027-01-09 2026-01-10
"""

from collections.abc import Iterable
from dataclasses import replace

from billow.contracts.subscriptions import Subscription


def co_termed(subscriptions: Iterable[Subscription]) -> list[Subscription]:
    """Return the subscriptions, those with a partner with its last day and its cycle."""
    rows = list(subscriptions)
    by_key = {row.subscription.casefold(): row for row in rows}
    return [_with_partner(row, by_key.get(row.co_term_with.casefold())) for row in rows]


def _with_partner(row: Subscription, partner: Subscription | None) -> Subscription:
    if partner is None or partner == row:
        return row
    return replace(
        row,
        through=partner.through,
        at_term_end=partner.at_term_end,
        anchor_day=partner.anchor_day,
        cycle_from=partner.cycle_from or partner.start,
    )
