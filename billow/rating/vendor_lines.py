"""Placed charges become lines: grouped, seats netted, priced with what counts together, rounded once.

They are a vendor's, or what we counted ourselves (``billow.rating.driven``).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from billow.catalog.exchange import missing_rate, rate_on
from billow.charges import Charge
from billow.charges.terms import term_of
from billow.contracts.drivers import OWN_USAGE
from billow.money import Rounding, round_to, times, total, whole
from billow.periods import Method, Period, Proration, cycle_of, month, prorate
from billow.problems import Place, Problem, Severity
from billow.rating.bases import cycle_months, cycle_share, is_seats, is_usage
from billow.rating.books import Books
from billow.rating.counted_beside import beside_vendor_lines
from billow.rating.grouping import Group, Kind, groups
from billow.rating.line import RatedLine, shown_price
from billow.rating.listed import base_amounts
from billow.rating.models import IN_UNITS
from billow.rating.placing import Placed
from billow.rating.pricing import Money, PricedLine, Use, needed_currencies, priced

PRICE_MONTHS = {"month": 1, "year": 12}


def line_id(*parts: object) -> str:
    """Return the stable mark of a line.

    >>> line_id("C-1", "2026-06", "M365-E5")
    'L-c2d4cbe2ca'
    """
    return "L-" + hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:10]


def vendor_lines(
    placed: Iterable[Placed], books: Books, billing_month: str
) -> tuple[list[RatedLine], list[Problem]]:
    """Return the lines of all billed charges, and a problem for each one that cannot be priced."""
    lines: list[RatedLine] = []
    problems: list[Problem] = []
    exchange = _Exchange(books, billing_month)
    for together in _counted_together(groups(placed, books), books):
        unpriced: list[_Unpriced] = []
        for group in together:
            money, problem = exchange.money(group)
            problem = problem or _uncounted(group)
            if money is None or problem:
                problems += [problem] if problem else []
                continue
            unpriced += _Lines(books, group, money, billing_month).unpriced()
        if unpriced:
            uses = [line.use for line in unpriced]
            beside = beside_vendor_lines(together[0], uses[0].money, books, billing_month)
            found = priced(together[0].price, [*uses, *beside])
            problems += [found.problem] if found.problem else []
            lines += [
                _rated(line, amount, billing_month)
                for line, amount in zip(unpriced, found.lines, strict=False)
            ]
    return lines, problems


def shared_uses(placed: Iterable[Placed], books: Books, billing_month: str) -> list[tuple[Group, Use]]:
    """Return what vendor lines used at prices that count over more than one line."""
    shared = [item for item in placed if item.price and item.price.counted_over != "line"]
    exchange = _Exchange(books, billing_month)
    found: list[tuple[Group, Use]] = []
    for group in groups(shared, books):
        money, problem = exchange.money(group)
        if money and not problem and not _uncounted(group):
            found += [(group, line.use) for line in _Lines(books, group, money, billing_month).unpriced()]
    return found


def _counted_together(found: Iterable[Group], books: Books) -> list[list[Group]]:
    """Return the groups whose units are counted together, as column Counted over says."""
    together: dict[tuple[object, ...], list[Group]] = defaultdict(list)
    for group in found:
        over = group.price.counted_over
        if over == "line":
            together[group.mark].append(group)
            continue
        whom = books.groups.get(group.customer, group.customer) if over == "group" else group.customer
        together[over, whom, group.kind, group.price.price_id, group.unit].append(group)
    return list(together.values())


class _Exchange:
    """The exact rates of a month into invoice currencies; many groups need the same."""

    def __init__(self, books: Books, billing_month: str) -> None:
        self._books = books
        self._day = month(billing_month).through
        self._known: dict[tuple[str, ...], Money] = {}

    def money(self, group: Group) -> tuple[Money | None, Problem | None]:
        """Return the rates into the invoice currency of a group, or the problem that one is missing."""
        target, base = self._books.currency_of(group.customer), group.currency
        needed = needed_currencies(group.price, base) + [charge.currency for charge in group.charges]
        key = (target, base, *dict.fromkeys(needed))
        if key not in self._known:
            rates: dict[str, Fraction] = {}
            for source in key[2:]:
                rate = rate_on(self._books.exchange_rates, source, target, self._day)
                if rate is None:
                    return None, missing_rate(source, target, self._day, group.customer)
                rates[source] = rate
            self._known[key] = Money(target, rates, base)
        return self._known[key], None


def _uncounted(group: Group) -> Problem | None:
    """Return the problem of a bundle of which only what it does not count is there."""
    if not group.bundles or group.quantities:
        return None
    price, product = group.price, group.product.product
    return Problem(
        "PRC-009",
        f'Customer {group.customer} has parts of the bundle "{product}" but nothing that counts it.',
        Place(price.place.file, price.place.sheet, price.place.row, "Product"),
        "Give the parts a price of their own for this customer on sheet Prices.",
        Severity.BLOCK,
        group.customer,
    )


class _Unpriced(NamedTuple):
    """A line before its price: what it used, and what it shows."""

    group: Group
    charges: tuple[Charge, ...]
    use: Use
    period: Period | None
    proration: Proration | None
    origin: str = ""


@dataclass(frozen=True)
class _Lines:
    """Makes the lines of a group, which has exact rates into its invoice currency."""

    books: Books
    group: Group
    money: Money
    billing_month: str

    def unpriced(self) -> list[_Unpriced]:
        group = self.group
        if group.kind is not Kind.SEATS:
            return [self._single_line()]
        anchor, found, stretches = group.anchor, [], group.stretches()
        latest = self._cycle_start(max(segment.period.start for segment, _ in stretches), anchor)
        for segment, charges in stretches:
            share = self._share(segment.period, anchor)
            use = Use(
                segment.quantity, self.money, group.customer, segment.period, share,
                is_void=segment.quantity == 0, is_late=segment.period.end <= latest or self._comes_late,
                mark=group.mark,
            )  # fmt: skip
            found.append(_Unpriced(group, charges, use, segment.period, share))
        return found

    @property
    def _comes_late(self) -> bool:
        """Own usage of a month that was issued: its minimum was held then."""
        return self.group.driver == OWN_USAGE and self.group.billing_month < self.billing_month

    def _cycle_start(self, day: date, anchor: date) -> date:
        """Return where the cycle of ``day`` begins; what a report adds to an earlier one comes late."""
        months = max(cycle_months(charge) for charge in self.group.counted)
        return cycle_of(day, months, anchor).start

    def _share(self, period: Period, anchor: date) -> Proration:
        """Microsoft terms are counted in the vendor's own charge cycle, others as the books say."""
        chosen, counted = self.group.product.proration, self.group.counted
        is_term = any(term_of(charge.term) for charge in counted)
        default = Method.ANNIVERSARY_DAYS if is_term else self.books.proration
        method = Method(chosen) if chosen else default
        charged = max(cycle_months(charge) for charge in counted)
        return prorate(
            period,
            method,
            cycle_months=charged if method is Method.ANNIVERSARY_DAYS else 1,
            price_months=PRICE_MONTHS[self.group.price.per],
            anchor=anchor,
        )

    def _single_line(self) -> _Unpriced:
        group = self.group
        in_order = group.charges
        if len(in_order) > 1:
            in_order = tuple(sorted(in_order, key=lambda c: (str(c.period or ""), c.key)))
        bases = base_amounts(in_order, group.price, group.customer, self.books)
        events = [
            (charge.quantity or Decimal(0), amount or Decimal(0))
            for charge, amount in zip(in_order, bases.amounts, strict=True)
        ]
        counted = [quantity for _, quantity in group.quantities] if _counts(group) else []
        use = Use(
            total(counted) if counted else Decimal(1),
            self.money,
            group.customer,
            base=whole(amount for _, amount in events),
            events=events,
            is_late=self._comes_late,
            stub=self._stub() if group.price.has_spend_rules else None,
            mark=group.mark,
        )
        first = group.charges[0]
        proration = cycle_share(first, cycle_months(first)) if group.kind is Kind.DATED else None
        return _Unpriced(group, group.charges, use, group.period or group.span, proration, bases.origin)

    def _stub(self) -> tuple[Period, Fraction] | None:
        """Return the days of the month on which a subscription of sheet Subscriptions ran, if not on all."""
        key, whole = self.group.subscription.casefold(), month(self.group.billing_month)
        own = next((s for s in self.books.subscriptions if s.subscription.casefold() == key), None)
        active = own.active_in(whole) if own and key else None
        if active is None or active == whole:
            return None
        return active, prorate(active, Method.CALENDAR_DAYS).share


def _rated(line: _Unpriced, amount: PricedLine, billing_month: str) -> RatedLine:
    group, money, price = line.group, line.use.money, line.group.price
    cost = whole(times(charge.billed_cost, money.rates[charge.currency]) for charge in line.charges)
    return RatedLine(
        line_id=line_id(billing_month, *group.mark, line.period),
        customer=group.customer,
        vendor=group.vendor,
        product=group.product.product,
        currency=money.target,
        amount=amount.amount,
        parts=amount.parts,
        quantity=line.use.quantity,
        unit=group.product.unit or group.unit,
        driver=group.driver,
        cost=round_to(cost, money.target, Rounding.HALF_UP),
        unit_price=shown_price(price.value, money.rates[price.currency]) if price.shows_unit_price else None,
        period=line.period,
        proration=line.proration,
        subscription=group.subscription,
        subscription_name=_subscription_name(group),
        text=group.text,
        model=price.model,
        price_row="; ".join(filter(None, (price.described(), line.origin))),
        charges=line.charges,
        spending=amount.spending,
    )


def _counts(group: Group) -> bool:
    """Tell whether the quantity means something to the customer: seats, or units we price."""
    price = group.price
    if price.model in IN_UNITS or price.fixed_fee or price.included:
        return True
    return all(is_seats(charge) for charge in group.charges)


def _subscription_name(group: Group) -> str:
    """Return the name of the account that the usage is of; licences are named by their product."""
    first = group.charges[0]
    return first.sub_account_name if group.subscription and is_usage(first) else ""
