"""Placed charges become lines: grouped, seats netted, priced by the model, rounded once.

Seats with a price of our own are netted over time first (Microsoft refunds the old and charges the new
quantity), so that tiers see the seats that were there. A cost-based line keeps the vendor's charge dates.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billow.catalog.exchange import missing_rate, rate_on
from billow.catalog.prices import Price
from billow.catalog.products import Product
from billow.charges import Charge
from billow.charges.terms import billing_of, term_of
from billow.contracts.subscriptions import Segment, net_segments
from billow.money import Rounding, round_to
from billow.periods import Method, Period, Proration, month, prorate
from billow.problems import Problem
from billow.rating.bases import CYCLE_MONTHS, base_amount, cycle_share, is_seats, is_usage
from billow.rating.books import Books
from billow.rating.line import RatedLine, close, converted, shown_price
from billow.rating.models import MODELS, Asked
from billow.rating.placing import Fate, Placed


@dataclass(frozen=True)
class _Group:
    """Charges that make one line, or one line per stretch of seats."""

    customer: str
    vendor: str
    product: Product
    price: Price
    currency: str
    subscription: str
    period: Period | None
    unit: str
    charges: tuple[Charge, ...]


def line_id(*parts: object) -> str:
    """Return the stable mark of a line.

    >>> line_id("C-1", "2026-06", "M365-E5")
    'L-c2d4cbe2ca'
    """
    return "L-" + hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:10]


def vendor_lines(
    placed: Iterable[Placed], books: Books, billing_month: str
) -> tuple[list[RatedLine], list[Problem]]:
    """Return the lines of all billed charges, and a problem for each exchange rate that is missing."""
    lines: list[RatedLine] = []
    problems: list[Problem] = []
    for group in _groups(placed, books):
        target = books.currency_of(group.customer)
        day = month(billing_month).through
        source = group.price.currency if group.price.is_own_price else group.currency
        rate = rate_on(books.exchange_rates, source, target, day)
        cost_rate = rate_on(books.exchange_rates, group.currency, target, day)
        if rate is None or cost_rate is None:
            missing = source if rate is None else group.currency
            problems.append(missing_rate(missing, target, day, group.customer))
            continue
        lines += _Rater(books, billing_month, target, rate, cost_rate, source).lines(group)
    return lines, problems


def _groups(placed: Iterable[Placed], books: Books) -> list[_Group]:
    found: dict[tuple[object, ...], list[Placed]] = defaultdict(list)
    for item in placed:
        if item.fate is Fate.BILLED and item.price is not None:
            found[_group_key(item, books)].append(item)
    return [_group(items, key, books) for key, items in found.items()]


def _group_key(item: Placed, books: Books) -> tuple[object, ...]:
    charge, price = item.charge, item.price
    if price is None:
        raise AssertionError("a billed charge has a price")
    product = books.product(item.product)
    per_subscription = product is None or product.show_per == "subscription"
    subscription = _subscription(charge) if per_subscription else ""
    period = None if is_usage(charge) or _nets(charge, price) else charge.period
    unit = charge.unit if price.is_own_price and is_usage(charge) else ""
    kind = "usage" if is_usage(charge) else "seats" if _nets(charge, price) else "dated"
    return (
        item.customer,
        charge.vendor,
        item.product,
        price.price_id,
        charge.currency,
        subscription,
        period,
        unit,
        kind,
    )


def _group(items: Sequence[Placed], key: tuple[object, ...], books: Books) -> _Group:
    first, price = items[0], items[0].price
    product = books.product(first.product) or Product(first.product, first.product)
    if price is None:
        raise AssertionError("a billed charge has a price")
    period = key[6] if isinstance(key[6], Period) else None
    charges = tuple(item.charge for item in items)
    return _Group(
        first.customer,
        first.charge.vendor,
        product,
        price,
        first.charge.currency,
        str(key[5]),
        period,
        str(key[7]),
        charges,
    )


def _subscription(charge: Charge) -> str:
    return charge.sub_account_id if is_usage(charge) and charge.sub_account_id else charge.subscription_id


def _nets(charge: Charge, price: Price) -> bool:
    return price.is_own_price and price.per != "unit" and is_seats(charge)


@dataclass(frozen=True)
class _Rater:
    """Rates groups in one invoice currency at one pair of exact rates."""

    books: Books
    billing_month: str
    currency: str
    rate: Fraction
    cost_rate: Fraction
    price_currency: str

    def lines(self, group: _Group) -> list[RatedLine]:
        if _nets(group.charges[0], group.price):
            return self._seat_lines(group)
        return [self._single_line(group)]

    def _seat_lines(self, group: _Group) -> list[RatedLine]:
        stretches = [(c.period, c.quantity) for c in group.charges if c.period and c.quantity is not None]
        segments = net_segments(stretches)
        if not segments:
            # Refunded to nothing; the line of 0 keeps the charges, and their cost, in sight.
            segments = [Segment(stretches[0][0], Decimal(0))]
        anchor = _anchor(group.charges)
        shared: dict[int, list[Charge]] = defaultdict(list)
        for charge in group.charges:
            shared[_segment_of(charge, segments)].append(charge)
        return [
            self._line(
                group,
                tuple(shared[index]),
                segment.quantity,
                segment.period,
                self._share(group, segment.period, anchor),
                Fraction(0),
            )
            for index, segment in enumerate(segments)
        ]

    def _share(self, group: _Group, period: Period, anchor: date) -> Proration:
        chosen = group.product.proration
        is_term = any(term_of(charge.term) for charge in group.charges)
        default = Method.ANNIVERSARY_DAYS if is_term else self.books.proration
        found = prorate(period, Method(chosen) if chosen else default, anchor=anchor)
        if group.price.per != "year":
            return found
        return Proration(found.method, found.share / 12, found.counted)

    def _single_line(self, group: _Group) -> RatedLine:
        base = "list" if group.price.model == "percent_off_list" else group.price.base
        amounts = [base_amount(charge, base) or Fraction(0) for charge in group.charges]
        counted = [charge.quantity for charge in group.charges if charge.quantity is not None]
        quantity = sum(counted, Decimal(0)) if counted and self._counts(group) else Decimal(1)
        period = group.period or _span(group.charges)
        proration = cycle_share(group.charges[0]) if group.period else None
        return self._line(group, group.charges, quantity, period, proration, sum(amounts, Fraction(0)))

    def _counts(self, group: _Group) -> bool:
        """Tell whether the quantity means something to the customer: seats, or units we price."""
        return group.price.model in {"per_unit", "graduated"} or all(is_seats(c) for c in group.charges)

    def _line(
        self,
        group: _Group,
        charges: tuple[Charge, ...],
        quantity: Decimal,
        period: Period | None,
        proration: Proration | None,
        base: Fraction,
    ) -> RatedLine:
        price, usage = group.price, is_usage(group.charges[0])
        own_share = proration if price.is_own_price and price.per != "unit" and not usage else None
        base_name = "list amount" if price.base == "list" else f"{price.base} cost"
        asked = Asked(
            price.value,
            self.price_currency,
            quantity,
            proration=own_share,
            base=base,
            base_name="cost" if price.base == "billed" else base_name,
            tiers=price.tiers,
        )
        amount, parts = close(
            converted(MODELS[price.model](asked), self.rate, self.price_currency, self.currency),
            self.currency,
        )
        cost = sum((Fraction(charge.billed_cost) for charge in charges), Fraction(0)) * self.cost_rate
        first = group.charges[0]
        return RatedLine(
            line_id=line_id(
                group.customer,
                self.billing_month,
                group.vendor,
                group.product.product,
                group.subscription,
                price.price_id,
                period,
                group.unit,
                group.currency,
                first.currency,
            ),
            customer=group.customer,
            vendor=group.vendor,
            product=group.product.product,
            currency=self.currency,
            amount=amount,
            parts=parts,
            quantity=quantity,
            unit=group.product.unit or group.unit,
            driver="vendor",
            cost=round_to(cost, self.currency, Rounding.HALF_UP),
            unit_price=shown_price(price.value, self.rate) if price.model == "per_unit" else None,
            period=period,
            proration=None if usage or (price.per == "unit" and price.is_own_price) else proration,
            subscription=group.subscription,
            subscription_name=first.sub_account_name if usage and group.subscription else "",
            model=price.model,
            price_row=price.described(),
            charges=charges,
        )


def _anchor(charges: Sequence[Charge]) -> date:
    """Return a day on which the vendor's cycle begins: of a whole cycle, else of the subscription."""
    for charge in charges:
        if charge.period and (share := _own_cycles(charge)) and share.is_whole:
            return charge.period.start
    starts = [charge.period.start for charge in charges if charge.period]
    return next((c.subscription_start for c in charges if c.subscription_start), min(starts))


def _own_cycles(charge: Charge) -> Proration | None:
    if charge.period is None:
        return None
    months = CYCLE_MONTHS.get(billing_of(charge.billing_frequency, charge.term), 1)
    return prorate(charge.period, Method.ANNIVERSARY_DAYS, cycle_months=months, anchor=charge.period.start)


def _segment_of(charge: Charge, segments: Sequence[Segment]) -> int:
    """Return the stretch that shows the charge: the one its period begins in, else the first."""
    start = charge.period.start if charge.period else None
    held = (i for i, s in enumerate(segments) if start and s.period.start <= start < s.period.end)
    return next(held, 0)


def _span(charges: Sequence[Charge]) -> Period | None:
    periods = [charge.period for charge in charges if charge.period]
    if not periods:
        return None
    return Period(min(p.start for p in periods), max(p.end for p in periods))
