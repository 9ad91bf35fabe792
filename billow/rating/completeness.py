"""The second completeness proof: expected = billed + waived, for every active subscription and fee.

This is where mid-month joiners slip away: a subscription that runs has its line, or a person said why
it has none.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from billow.contracts.drivers import OWN_USAGE, SHEET_OF
from billow.contracts.statements import statements
from billow.contracts.subscriptions import Change, Subscription, by_subscription, changes_of
from billow.periods import month
from billow.rating.books import Books
from billow.rating.contract_terms import rules_for
from billow.rating.line import RatedLine
from billow.rating.open_items import MISSING_LINE, OpenItem, item_key, missing_line, settles

# What is due: the kind of thing, and by what a line that bills it is known.
_Mark = tuple[str, str]


@dataclass(frozen=True)
class Expectation:
    """How many lines a customer should have, has, and was let off, by subscription and adjustment."""

    customer: str
    expected: int
    billed: int
    waived: int

    @property
    def missing(self) -> int:
        """How many lines are missing; the proof holds when it is 0."""
        return self.expected - self.billed - self.waived


def expectations(
    lines: Sequence[RatedLine], books: Books, billing_month: str
) -> tuple[tuple[Expectation, ...], tuple[OpenItem, ...]]:
    """Count expected, billed and waived per customer, and return an open item for each missing line."""
    due = _due(books, billing_month)
    billed = _billed(lines) if due else {}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    missing: list[OpenItem] = []
    for customer, what, (kind, name), counted_on in due:
        found = name in billed[kind]
        key = item_key("line", what, billing_month)
        decision = books.decision(key)
        waived = not found and settles(MISSING_LINE, decision)
        counts[customer][0] += 1
        counts[customer][1] += found
        counts[customer][2] += waived
        if not found:
            missing.append(
                missing_line(key, customer, what, billing_month, settled=waived, counted_on=counted_on)
            )
    return tuple(Expectation(customer, *counts[customer]) for customer in sorted(counts)), tuple(missing)


def _billed(lines: Sequence[RatedLine]) -> dict[str, set[str]]:
    """Return what the lines bill, by kind."""
    charges = [charge for line in lines for charge in line.charges]
    # Where a product is shown as one line, its subscriptions stand only in the charges behind it.
    shown = {charge.subscription_id.casefold() for charge in charges}
    return {
        "subscription": {line.subscription.casefold() for line in lines} | shown,
        "own usage": {charge.key for charge in charges},
        "adjustment": {line.price_row for line in lines if line.driver == "adjustment"},
    }


def _due(books: Books, billing_month: str) -> list[tuple[str, str, _Mark, str]]:
    """Return (customer, what, mark, counted on) for all that is due in the month.

    That is each subscription, each adjustment and each row of own usage; ``counted on`` is the sheet that
    brings a line where no report does.
    """
    changes = by_subscription(books.changes)
    active = {c.customer for c in books.customers if c.status == "active"}
    due = [
        (
            s.customer, f"Subscription {s.subscription}", ("subscription", s.subscription.casefold()),
            SHEET_OF.get(s.billed_by, ""),
        )
        for s in books.subscriptions
        if s.customer in active and _is_due(s, changes_of(s, changes), books, billing_month)
    ]  # fmt: skip
    usage = [
        (row.customer, row.key, ("own usage", row.key), SHEET_OF[OWN_USAGE])
        for row in books.own_usage
        if row.bills_in == billing_month
    ]
    return due + usage + [
        (a.customer, f"Adjustment {a.number}", ("adjustment", f"Adjustments no {a.number}"), "")
        for a in books.adjustments
        if a.billing_month == billing_month
    ]  # fmt: skip


def _is_due(subscription: Subscription, changes: Sequence[Change], books: Books, billing_month: str) -> bool:
    """Tell whether a line is due: the subscription runs; of a contract, a period is due or has changed."""
    if subscription.billed_by != "contract":
        return subscription.active_in(month(billing_month)) is not None
    return bool(statements(subscription, changes, billing_month, rules_for(subscription, books)))
