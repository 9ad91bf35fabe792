"""Agreed prices of contracts that are raised from a day on: each by a change of kind price.

>>> from datetime import date
>>> care = Subscription("K-1", "C-1", "CARE", "contract", date(2026, 1, 1), agreed_price=Decimal(300))
>>> plan = Increase(Decimal("3.5"), date(2026, 9, 1))
>>> [(str(found.before), str(found.after)) for found in raised_agreed([care], [], plan, {"care"})]
[('300', '310.50')]
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billow.catalog.increase import Increase
from billow.contracts.subscriptions import Change, Subscription, by_subscription, changes_of


@dataclass(frozen=True)
class RaisedAgreed:
    """A contract whose agreed price is raised: what it is on the first day, and what it becomes."""

    subscription: Subscription
    before: Decimal
    after: Decimal


def raised_agreed(
    subscriptions: Iterable[Subscription],
    changes: Sequence[Change],
    increase: Increase,
    products: Container[str],
) -> list[RaisedAgreed]:
    """Return the contracts that run before and on the first day at a price of their own.

    ``products`` are codes in small letters. A price that is agreed from that day on, or later, stays.
    """
    known = by_subscription(changes)
    found = []
    for subscription in subscriptions:
        runs = subscription.start < increase.start < subscription.end and subscription.status == "active"
        named = subscription.product.casefold() in products
        if subscription.billed_by != "contract" or not runs or not named:
            continue
        prices = [change for change in changes_of(subscription, known) if change.kind == "price"]
        if any(change.effective >= increase.start for change in prices):
            continue
        last = max(prices, key=lambda change: (change.effective, change.number), default=None)
        before = last.price if last else subscription.agreed_price
        if before:
            found.append(RaisedAgreed(subscription, before, increase.of(before)))
    return found


def at_prices(
    subscriptions: Iterable[Subscription], changes: Iterable[Change], prices: Mapping[str, Decimal]
) -> tuple[list[Subscription], list[Change]]:
    """Return the contracts as if ``prices``, by subscription, had always been agreed."""
    agreed = {name.casefold(): price for name, price in prices.items()}
    return (
        [
            replace(one, agreed_price=agreed.get(one.subscription.casefold(), one.agreed_price))
            for one in subscriptions
        ],
        [one for one in changes if one.kind != "price" or one.subscription.casefold() not in agreed],
    )
