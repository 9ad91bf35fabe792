"""What orders and inventories ask of sheets Subscriptions and Changes: rows to accept, each once.

The sheets are what bills. An order that stands there already, by its number or by what it says, asks for
nothing; nor does an inventory that agrees with them. What the vendor's own lines bill needs no change of
quantity: only that it begins, and that it ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billow.catalog.products import match_rules
from billow.charges.terms import billing_of, term_of
from billow.contracts.changes import contract_segments
from billow.contracts.customers import Customer
from billow.contracts.orders import GONE, Order
from billow.contracts.subscriptions import Change, Subscription, by_subscription, changes_of
from billow.money import exact_text, total
from billow.periods import Period, month
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books
from billow.rating.open_items import ORDER, UNKNOWN_ORDER, OpenItem, item_key, item_problems

SUBSCRIPTIONS, CHANGES = "tblSubscriptions", "tblChanges"
_TITLES = {SUBSCRIPTIONS: "Subscriptions", CHANGES: "Changes"}


@dataclass(frozen=True)
class Proposal:
    """A row of sheet To do, and what accepting it writes: a new row, or cells of the one that is there.

    ``mark`` stays the same in every month. Without a ``table`` there is nothing to accept yet.
    """

    mark: str
    item: OpenItem
    day: date
    table: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    row: int = 0

    def waiting(self, billing_month: str) -> Problem:
        """Return what the proposal holds up: the month in which it takes effect, and those after."""
        severity = Severity.BLOCK if self.day < month(billing_month).end else Severity.NOTE
        sentence = f"{self.item.what} waits on sheet To do: {self.item.kind} of {self.item.vendor}."
        hint = f"{self.item.proposal}; it is done by the next run of check or invoice."
        place = Place(sheet="To do", column="Decision")
        return Problem("RAT-020", sentence, place, hint, severity, self.item.customer)


def proposals(
    orders: Iterable[Order], books: Books, billing_month: str, refused: Mapping[str, str]
) -> list[Proposal]:
    """Return what to accept or to look at, in the order of the events; ``refused`` are marks never asked."""
    rows = list(dict.fromkeys(orders))
    asked = _Asked(books, billing_month)
    found = [proposal for order in rows if not order.is_state for proposal in asked.by_event(order)]
    found += [proposal for order in rows if order.is_state for proposal in asked.by_state(order)]
    found += asked.vanished([order for order in rows if order.is_state])
    once = {proposal.mark: proposal for proposal in reversed(found) if proposal.mark not in refused}
    return sorted(once.values(), key=lambda p: (p.day, p.item.customer, p.item.what, p.mark))


def order_problems(found: Iterable[Proposal], books: Books, billing_month: str) -> list[Problem]:
    """Return what the proposals hold up until they are written, and what is wrong with their decisions."""
    rows = list(found)
    waiting = [proposal.waiting(billing_month) for proposal in rows if not proposal.item.settled]
    return [*waiting, *item_problems([proposal.item for proposal in rows], books, billing_month)]


class _Asked:
    """The sheets as they stand, asked about one order after the other."""

    def __init__(self, books: Books, billing_month: str) -> None:
        self._books = books
        self._month = billing_month
        self._own = {s.subscription.casefold(): s for s in books.subscriptions}
        self._changes = by_subscription(books.changes)
        self._starting: set[str] = set()

    def by_event(self, order: Order) -> Iterator[Proposal]:
        """Yield what an order asks for."""
        customer, parked = self._customer(order, order.day(""))
        if parked:
            yield parked
        if customer is None or customer.status == "own":
            return
        own = self._own.get(order.subscription.casefold())
        day = order.day(self._zone(customer))
        if own is None:
            yield self._start(order, customer, day)
        elif order.kind != "start" and not self._stands(own, order, day):
            yield from self._change(own, order, day, order.kind, order.quantity)

    def by_state(self, order: Order) -> Iterator[Proposal]:
        """Yield what brings the sheets to the state that an inventory shows."""
        customer, parked = self._customer(order, order.day_seen(""))
        own = self._own.get(order.subscription.casefold())
        if order.kind == "active" and parked:
            yield parked
        if customer is None or customer.status == "own":
            return
        zone = self._zone(customer)
        if own is None:
            if order.kind == "active" and order.subscription.casefold() not in self._starting:
                yield self._start(order, customer, order.day(zone))
            return
        held = self._held(own, order.day_seen(zone))
        if order.kind == "ended" and held:
            yield from self._change(own, order, order.day(zone), "cancel", None)
        elif order.kind == GONE and held:
            for end in self._change(own, order, order.day_seen(zone), "cancel", None):
                yield _with_care(end, order)
        elif order.kind == "active" and order.quantity is not None and held not in {order.quantity, 0}:
            kind = "add" if order.quantity > held else "remove"
            yield from self._change(own, order, order.day_seen(zone), kind, abs(order.quantity - held))

    def vanished(self, states: Sequence[Order]) -> Iterator[Proposal]:
        """Yield the end of what an inventory of the customer's account no longer shows."""
        shown: dict[tuple[str, str], dict[str, Order]] = defaultdict(dict)
        for order in sorted(states, key=lambda order: order.kind == GONE):
            customer, _ = self._customer(order, order.day_seen(""))
            # an account that is gone shows nothing; where the customer has another, it is asked about once
            if customer and (order.kind != GONE or (order.vendor, customer.customer) in shown):
                shown[order.vendor, customer.customer].setdefault(order.subscription.casefold(), order)
        for (vendor, number), there in shown.items():
            like = next(iter(there.values()))
            zone = self._books.zone_of(number)
            for own in self._books.subscriptions:
                gone = own.customer == number and own.subscription.casefold() not in there
                if gone and self._is_of(own, vendor) and self._held(own, like.day_seen(zone)):
                    order = replace(like, subscription=own.subscription, kind="ended", when=None, order="")
                    yield from self._change(own, order, order.day(zone), "cancel", None)

    def _customer(self, order: Order, day: date) -> tuple[Customer | None, Proposal | None]:
        account = self._books.owner(order.vendor, order.account, day)
        customer = self._books.customer(account.customer) if account else None
        if customer:
            return customer, None
        name = f" ({order.customer_name})" if order.customer_name else ""
        what = f"subscription {order.subscription} of account {order.account or 'nobody'}{name}"
        hint = f"Add account {order.account} of {order.vendor} on sheet Accounts and say whose it is"
        return None, self._parked(order, "account", what, hint, day)

    def _start(self, order: Order, customer: Customer, day: date) -> Proposal:
        if order.kind not in {"start", "active"} and order.subscription.casefold() not in self._starting:
            what = f"{order.kind} of subscription {order.subscription}, which is on no sheet"
            hint = "Add the subscription on sheet Subscriptions, or read the order that began it"
            return self._parked(order, "subscription", what, hint, day, customer.customer)
        rules = match_rules(self._books.sku_rules, vendor=order.vendor, sku=order.sku, service=order.service)
        products = {rule.product for rule in rules}
        if len(products) != 1:
            what = f"subscription {order.subscription} of {order.sku or order.description or 'no article'}"
            hint = f'Add a row on sheet SKU rules for "{order.sku or order.service}" of {order.vendor}'
            return self._parked(order, "product", what, hint, day, customer.customer)
        if order.kind not in {"start", "active"} or order.subscription.casefold() in self._starting:
            return self._later(order, customer, day)
        self._starting.add(order.subscription.casefold())
        values = self._row(order, customer, products.pop(), day)
        seats = exact_text(values["Quantity"])
        what = f"{order.subscription}: {seats} x {values['Product']} from {day}"
        return self._proposal(order, customer.customer, "start", what, day, SUBSCRIPTIONS, values)

    def _later(self, order: Order, customer: Customer, day: date) -> Proposal:
        """Return a change of what is only proposed itself: it is asked again when that is accepted."""
        what = f"{order.kind} of {order.subscription} on {day}, whose start is not accepted yet"
        hint = "Accept the start first; the change can be accepted after the next run"
        return self._parked(order, "later", what, hint, day, customer.customer)

    def _row(self, order: Order, customer: Customer, product: str, day: date) -> dict[str, Any]:
        driver = order.billed_by or self._driver(product)
        values: dict[str, Any] = {
            "Subscription": order.subscription,
            "Customer": customer.customer,
            "Product": product,
            "Billed by": driver,
            "Term": term_of(order.term),
            "Start": day,
            "Quantity": Decimal(1) if order.quantity is None else order.quantity,
            "Note": order.description,
            "Order": order.order,
        }
        billing = billing_of(order.billing, order.term)
        if driver == "contract" and billing:
            values["Billing"] = billing
        return {name: value for name, value in values.items() if value != ""}

    def _driver(self, product: str) -> str:
        """Return how the other subscriptions of a product are billed; if there are none, by the vendor."""
        like = [s.billed_by for s in self._books.subscriptions if s.product == product]
        return like[-1] if like else "vendor"

    def _change(
        self, own: Subscription, order: Order, day: date, kind: str, quantity: Decimal | None
    ) -> Iterator[Proposal]:
        if own.billed_by != "contract":
            if kind == "cancel" and own.status == "active" and own.end > day:
                values: dict[str, Any] = {"Term through": day - timedelta(days=1), "At term end": "cancel"}
                what = f"{own.subscription} ends before {day}"
                found = self._proposal(order, own.customer, kind, what, day, SUBSCRIPTIONS, values)
                yield replace(found, row=own.place.row)
            return
        seats = "" if quantity is None else f" {exact_text(quantity)}"
        values = {
            "Subscription": own.subscription,
            "Effective": day,
            "Kind": kind,
            "Quantity": None if kind == "cancel" else quantity,
            "Reason": f"Order {order.order}" if order.order else f"Inventory of {order.day_seen('')}",
            "Order": order.order or None,
        }
        what = f"{own.subscription}: {kind}{seats} from {day}"
        values = {name: value for name, value in values.items() if value is not None}
        yield self._proposal(order, own.customer, kind, what, day, CHANGES, values)

    def _stands(self, own: Subscription, order: Order, day: date) -> bool:
        """Tell whether sheet Changes, or the subscription's own row, has the order already."""
        if order.order and order.order == own.order:
            return True
        return any(_says(change, order, day) for change in changes_of(own, self._changes))

    def _held(self, own: Subscription, seen: date) -> Decimal:
        """Return the seats on the day an inventory was made; of what begins later, those it begins with."""
        day = max(seen, own.start)
        if own.billed_by != "contract":
            return own.quantity if own.status == "active" and own.end > day else Decimal(0)
        one = Period(day, day + timedelta(days=1))
        return total(s.quantity for s in contract_segments(own, changes_of(own, self._changes), one))

    def _is_of(self, own: Subscription, vendor: str) -> bool:
        """Tell whether a subscription is of this vendor: the only one of its product, or the one named."""
        sellers = {rule.vendor for rule in self._books.sku_rules if rule.product == own.product}
        product = self._books.product(own.product)
        return vendor in sellers and (len(sellers) == 1 or (product is not None and product.vendor == vendor))

    def _zone(self, customer: Customer) -> str:
        return self._books.zone_of(customer.customer)

    def _parked(
        self, order: Order, why: str, what: str, hint: str, day: date, customer: str = ""
    ) -> Proposal:
        mark = item_key("order", why, order.vendor, order.subscription, order.kind, order.order)
        return self._made(mark, UNKNOWN_ORDER, order, customer, what, hint, day)

    def _proposal(
        self, order: Order, customer: str, kind: str, what: str, day: date, table: str, values: dict[str, Any]
    ) -> Proposal:
        mark = item_key("order", order.vendor, order.subscription, kind, order.order, what)
        hint = f"Choose accept: it is written on sheet {_TITLES[table]}"
        found = self._made(mark, ORDER, order, customer, what, hint, day)
        return replace(found, table=table, values=values)

    def _made(
        self, mark: str, kind: str, order: Order, customer: str, what: str, hint: str, day: date
    ) -> Proposal:
        key = item_key(mark, self._month)
        decision = self._books.decision(key)
        settled = decision is not None and decision.decision == "postpone"
        item = OpenItem(
            key, kind, what, hint, order.vendor, customer, 1, billing_month=self._month, settled=settled
        )
        return Proposal(mark, item, day)


def _with_care(end: Proposal, order: Order) -> Proposal:
    """Return an end that is proposed because a whole account is no longer shown: that may be a mistake."""
    what = f"{end.item.what}; account {order.account} is in the inventory no longer"
    hint = f"Ask first whether the customer left {order.vendor}. {end.item.proposal}"
    return replace(end, item=replace(end.item, what=what, proposal=hint))


def _says(change: Change, order: Order, day: date) -> bool:
    if order.order and change.order:
        return (change.order, change.kind) == (order.order, order.kind)
    quantity = None if order.kind == "cancel" else order.quantity
    return (change.kind, change.effective, change.quantity) == (order.kind, day, quantity)
