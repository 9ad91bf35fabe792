"""Which charges make one line: seats of a subscription over time, dated charges, or usage added up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from billow.catalog.prices import Price
from billow.catalog.products import Product
from billow.charges import Charge
from billow.charges.terms import term_of
from billow.contracts.drivers import OWN_USAGE, VENDOR
from billow.contracts.subscriptions import Segment, net_segments
from billow.money import times
from billow.periods import Period
from billow.rating.bases import is_seats, is_whole_cycle
from billow.rating.books import Books
from billow.rating.placing import Fate, Placed


class Kind(StrEnum):
    """How charges become lines.

    SEATS: seats at a price of our own, netted over time (Microsoft refunds the old and charges the new
    quantity), so that tiers see the seats that were there. DATED: a subscription's charges at a price on
    cost, a line per charge period. USAGE: everything else, added up over the month.
    """

    SEATS = "seats"
    DATED = "dated"
    USAGE = "usage"


class Group(NamedTuple):
    """Charges that make one line, or one line per stretch of seats.

    ``mark`` tells the group apart from every other one of the month. ``bundles``: how many bundles a unit of
    each charge makes, by charge key, where the product is a bundle. ``text`` is the words of the line where
    it has its own.
    """

    kind: Kind
    customer: str
    vendor: str
    product: Product
    price: Price
    currency: str
    subscription: str
    period: Period | None
    unit: str
    billing_month: str
    cycle_day: int
    driver: str
    text: str
    charges: tuple[Charge, ...]
    mark: tuple[object, ...]
    bundles: Mapping[str, Decimal]

    @property
    def span(self) -> Period | None:
        """The days from the first to the last of its charges."""
        periods = [charge.period for charge in self.charges if charge.period]
        if len(periods) < 2:  # noqa: PLR2004 - none, or the only one
            return periods[0] if periods else None
        return Period(min(p.start for p in periods), max(p.end for p in periods))

    @property
    def anchor(self) -> date:
        """A day on which the vendor's cycle begins: of a whole cycle, else of the subscription."""
        counted = self.counted
        for charge in counted:
            if charge.period and is_whole_cycle(charge):
                return charge.period.start
        starts = [charge.period.start for charge in counted if charge.period]
        return next((c.subscription_start for c in counted if c.subscription_start), min(starts))

    @property
    def counted(self) -> tuple[Charge, ...]:
        """The charges whose quantity counts: of a bundle those that make one, else all."""
        if not self.bundles:
            return self.charges
        return tuple(charge for charge in self.charges if self.bundles.get(charge.key, 1))

    @property
    def quantities(self) -> list[tuple[Charge, Decimal]]:
        """The quantity of each charge that counts and has one; of a bundle, the bundles that it makes."""
        there = [(charge, charge.quantity) for charge in self.counted if charge.quantity is not None]
        if not self.bundles:
            return there
        return [(charge, times(units, self.bundles.get(charge.key, Decimal(1)))) for charge, units in there]

    def stretches(self) -> list[tuple[Segment, tuple[Charge, ...]]]:
        """Return the stretches of equal seats, each with the charges that begin in it.

        Seats that were refunded to nothing stay in sight as a stretch of 0, with their charges and cost.
        """
        held = [(charge.period, quantity) for charge, quantity in self.quantities if charge.period]
        segments = net_segments(held) or [Segment(held[0][0], Decimal(0))]
        shared: dict[int, list[Charge]] = defaultdict(list)
        for charge in self.charges:
            shared[_begins_in(charge, segments)].append(charge)
        return [(segment, tuple(shared[index])) for index, segment in enumerate(segments)]


_BY_KEY = attrgetter("key")
# The fields of a group that its charges have in common, in their order.
_Shared = tuple[Kind, str, str, Product, Price, str, str, Period | None, str, str, int, str, str]


def groups(placed: Iterable[Placed], books: Books) -> list[Group]:
    """Return the billed charges in groups, in the order of their marks."""
    found: dict[tuple[object, ...], tuple[_Shared, list[Charge], dict[str, Decimal]]] = {}
    # Of marks that are nearly in their order few have to be compared.
    for item in sorted(placed, key=attrgetter("customer")):
        if item.fate is Fate.BILLED and item.price is not None:
            charge, shared = item.charge, _shared(item, item.price, books)
            mark = _mark(shared)
            group = found.get(mark)
            if group is None:
                group = found[mark] = shared, [], {}
            group[1].append(charge)
            if item.bundles is not None:
                group[2][charge.key] = item.bundles
    return [
        Group(*shared, tuple(sorted(charges, key=_BY_KEY)), mark, bundles)
        for mark, (shared, charges, bundles) in sorted(found.items(), key=lambda group: str(group[0]))
    ]


def _mark(shared: _Shared) -> tuple[object, ...]:
    kind, customer, vendor, product, price, *told_apart, cycle_day, driver, text = shared
    return (
        kind.value,
        customer,
        vendor,
        product.product,
        price.price_id,
        *told_apart,
        *((cycle_day,) if cycle_day else ()),
        *((driver, text) if driver != VENDOR else ()),
    )


def _shared(item: Placed, price: Price, books: Books) -> _Shared:
    """Return what a charge shares with all others of its group."""
    product = books.product(item.product) or Product(item.product, item.product)
    if item.bundles is not None:
        return _bundle(item, price, product)
    charge, kind = item.charge, _kind(item.charge, price)
    subscription = charge.subscription_id
    if kind is Kind.USAGE and charge.sub_account_id:
        subscription = charge.sub_account_id
    counts = price.is_own_price and kind is Kind.USAGE
    by_subscription = product.show_per == "subscription"
    return (
        kind,
        item.customer,
        charge.vendor,
        product,
        price,
        charge.currency,
        subscription if by_subscription else "",
        charge.period if kind is Kind.DATED else None,
        charge.unit if counts else "",
        charge.billing_month,
        _cycle_day(charge) if kind is Kind.SEATS and not by_subscription else 0,
        item.driver,
        charge.description if item.driver == OWN_USAGE else "",
    )


def _bundle(item: Placed, price: Price, product: Product) -> _Shared:
    """Return what all of a bundle share, whatever their vendor, subscription, unit and currency."""
    kind, billing_month = Kind.USAGE if price.per == "unit" else Kind.SEATS, item.charge.billing_month
    whose = (item.customer, product.vendor, product, price, price.currency)
    return (kind, *whose, "", None, "", billing_month, 0, VENDOR, "")


def _cycle_day(charge: Charge) -> int:
    """Return the day on which a term's cycle begins; subscriptions of one day only share a line.

    Seats counted in the cycle of another subscription would be billed for a little more or less than the
    days they were there.
    """
    if not term_of(charge.term) or charge.period is None:
        return 0
    start = charge.subscription_start or (charge.period.start if is_whole_cycle(charge) else None)
    return start.day if start else 0


def _kind(charge: Charge, price: Price) -> Kind:
    if not is_seats(charge):
        return Kind.USAGE
    if price.is_own_price:
        return Kind.USAGE if price.per == "unit" else Kind.SEATS
    return Kind.DATED if charge.subscription_id else Kind.USAGE


def _begins_in(charge: Charge, segments: Sequence[Segment]) -> int:
    """Return the stretch that shows the charge: the one its period begins in, else the first."""
    start = charge.period.start if charge.period else None
    held = (i for i, s in enumerate(segments) if start and s.period.start <= start < s.period.end)
    return next(held, 0)
