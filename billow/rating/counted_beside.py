"""What others use at the same price, where it counts over a customer or a customer group.

The tier of a line is then chosen by the seats of all contracts and all vendor lines together, each counted
once; every line pays its own part. Prices that start from a vendor's amount are counted per line, contracts
apart: there the amounts are added, not the units.
"""

from collections.abc import Iterator, Sequence

from billow.catalog.prices import Price
from billow.contracts.statements import statements
from billow.contracts.subscriptions import Subscription, by_subscription, changes_of
from billow.rating.books import Books
from billow.rating.contract_terms import price_for, product_of, rules_for, share_for
from billow.rating.grouping import Group, Kind
from billow.rating.pricing import Money, Use


def beside_contract(
    own: Subscription,
    price: Price,
    money: Money,
    books: Books,
    billing_month: str,
    vendor_uses: Sequence[tuple[Group, Use]],
) -> Iterator[Use]:
    """Yield the seats of other contracts and of vendor lines that ``price`` counts with those of ``own``."""
    if price.counted_over == "line":
        return
    whom = _counted_for(own.customer, price, books)
    for other, use in _contract_uses(price, whom, money, books, billing_month):
        if other is not own:
            yield use
    unit = product_of(own, books).unit
    for group, use in vendor_uses if price.is_own_price else ():
        same = group.price.price_id == price.price_id and _counted_for(group.customer, price, books) == whom
        if same and _is_like(group, price, unit):
            yield use


def beside_vendor_lines(group: Group, money: Money, books: Books, billing_month: str) -> Sequence[Use]:
    """Return the seats of the contracts that the price of vendor lines counts together with them."""
    price = group.price
    if price.counted_over == "line" or not price.is_own_price:
        return ()
    whom = _counted_for(group.customer, price, books)
    return [
        use
        for contract, use in _contract_uses(price, whom, money, books, billing_month)
        if _is_like(group, price, product_of(contract, books).unit)
    ]


def _contract_uses(
    price: Price, whom: str, money: Money, books: Books, billing_month: str
) -> Iterator[tuple[Subscription, Use]]:
    changes = by_subscription(books.changes)
    for other in books.subscriptions:
        if other.billed_by != "contract" or not whom or _counted_for(other.customer, price, books) != whom:
            continue
        known = changes_of(other, changes)
        for statement in statements(other, known, billing_month, rules_for(other, books)):
            for segment in statement.now:
                found, _ = price_for(other, segment, statement.due, books)
                if found and found.price_id == price.price_id:
                    share = share_for(other, segment, statement.due, price, books)
                    yield other, Use(segment.quantity, money, other.customer, segment.period, share)


def _is_like(group: Group, price: Price, unit: str) -> bool:
    """Tell whether vendor lines count what a contract counts: seats over days, or the same unit of use."""
    if price.per != "unit":
        return group.kind is Kind.SEATS
    return group.kind is Kind.USAGE and (not unit or group.unit.casefold() in {"", unit.casefold()})


def _counted_for(number: str, price: Price, books: Books) -> str:
    """Return the customer, or its group, over which is counted; blank for a customer that is not active."""
    customer = books.customer(number)
    if customer is None or customer.status != "active":
        return ""
    in_group = price.counted_over == "group" and customer.group
    return f"group {customer.group}" if in_group else customer.customer
