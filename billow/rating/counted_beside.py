"""What other contracts use at the same price, where it counts over a customer or a customer group.

The tier of a contract is then chosen by the seats of all of them; each contract pays its own part. Contracts
and vendor lines are counted apart: the seats of a vendor's report are those that the vendor billed.
"""

from collections.abc import Iterator

from billow.catalog.prices import Price
from billow.contracts.statements import statements
from billow.contracts.subscriptions import Subscription, by_subscription, changes_of
from billow.rating.books import Books
from billow.rating.contract_terms import price_for, rules_for, share_for
from billow.rating.pricing import Money, Use


def counted_beside(
    own: Subscription, price: Price, money: Money, books: Books, billing_month: str
) -> Iterator[Use]:
    """Yield the seats of the other contracts that ``price`` counts together with those of ``own``."""
    if price.counted_over == "line":
        return
    whom = _counted_for(own, price, books)
    changes = by_subscription(books.changes)
    for other in books.subscriptions:
        if other is own or other.billed_by != "contract" or _counted_for(other, price, books) != whom:
            continue
        known = changes_of(other, changes)
        for statement in statements(other, known, billing_month, rules_for(other, books)):
            for segment in statement.now:
                found, _ = price_for(other, segment, statement.due, books)
                if found and found.price_id == price.price_id:
                    share = share_for(other, segment, statement.due, price, books)
                    yield Use(segment.quantity, money, other.customer, segment.period, share)


def _counted_for(subscription: Subscription, price: Price, books: Books) -> str:
    """Return the customer, or its group, over which is counted; blank for a customer that is not active."""
    customer = books.customer(subscription.customer)
    if customer is None or customer.status != "active":
        return ""
    in_group = price.counted_over == "group" and customer.group
    return f"group {customer.group}" if in_group else customer.customer
