"""Placed charges become lines: grouped, seats netted, priced with what counts together, rounded once.

They are a vendor's, or what we counted ourselves (``billow.rating.driven``).
"""

import hashlib
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
from billow.money import Exact, Rounding, round_to, times, total, whole
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
    made = _Lines(books, billing_month, _Exchange(books, billing_month))
    for together in _counted_together(groups(placed, books), books):
        unpriced: list[_Unpriced] = []
        for group in together:
            own = made.unpriced(group)
            if isinstance(own, Problem):
                problems.append(own)
            else:
                unpriced += own
        if unpriced:
            uses = [line.use for line in unpriced]
            uses += beside_vendor_lines(together[0], uses[0].money, books, billing_month)
            found = priced(together[0].price, uses)
            problems += [found.problem] if found.problem else []
            lines += [
                _rated(line, amount, billing_month)
                for line, amount in zip(unpriced, found.lines, strict=False)
            ]
    return lines, problems


def shared_uses(placed: Iterable[Placed], books: Books, billing_month: str) -> list[tuple[Group, Use]]:
    """Return what vendor lines used at prices that count over more than one line."""
    shared = [item for item in placed if item.price and item.price.counted_over != "line"]
    made = _Lines(books, billing_month, _Exchange(books, billing_month))
    found: list[tuple[Group, Use]] = []
    for group in groups(shared, books):
        own = made.unpriced(group)
        if not isinstance(own, Problem):
            found += [(group, line.use) for line in own]
    return found


def _counted_together(found: Iterable[Group], books: Books) -> list[list[Group]]:
    """Return the groups whose units are counted together, as column Counted over says."""
    together: list[list[Group]] = []
    shared: dict[tuple[object, ...], list[Group]] = {}
    for group in found:
        over = group.price.counted_over
        if over == "line":
            together.append([group])
            continue
        whom = books.groups.get(group.customer, group.customer) if over == "group" else group.customer
        key = (over, whom, group.kind, group.price.price_id, group.unit)
        if key not in shared:
            together.append(shared.setdefault(key, []))
        shared[key].append(group)
    return together


class _Exchange:
    """The exact rates of a month into invoice currencies; many groups need the same."""

    def __init__(self, books: Books, billing_month: str) -> None:
        self._books = books
        self._day = month(billing_month).through
        self._known: dict[tuple[str, ...], Money | Problem] = {}

    def money(self, group: Group) -> Money | Problem:
        """Return the rates into the invoice currency of a group, or the problem that one is missing."""
        needed = needed_currencies(group.price, group.currency)
        charged = [charge.currency for charge in group.charges] if group.bundles else [group.currency]
        key = (group.customer, group.currency, *needed, *charged)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._found(group.customer, group.currency, dict.fromkeys(key[2:]))
        return found

    def _found(self, customer: str, base: str, needed: Iterable[str]) -> Money | Problem:
        target = self._books.currency_of(customer)
        rates: dict[str, Fraction] = {}
        for source in needed:
            rate = rate_on(self._books.exchange_rates, source, target, self._day)
            if rate is None:
                return missing_rate(source, target, self._day, customer)
            rates[source] = rate
        return Money(target, rates, base)


def _uncounted(group: Group) -> Problem:
    """Return the problem of a bundle of which only what it does not count is there."""
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
    """Makes the lines of groups."""

    books: Books
    billing_month: str
    exchange: _Exchange

    def unpriced(self, group: Group) -> list[_Unpriced] | Problem:
        """Return the lines of a group, or the problem why there are none."""
        money = self.exchange.money(group)
        if isinstance(money, Problem):
            return money
        if group.bundles and not group.quantities:
            return _uncounted(group)
        return self._stretches(group, money) if group.kind is Kind.SEATS else [self._whole(group, money)]

    def _stretches(self, group: Group, money: Money) -> list[_Unpriced]:
        """Return a line for each stretch of equal seats."""
        anchor, found, stretches = group.anchor, [], group.stretches()
        months = max(cycle_months(charge) for charge in group.counted)
        # What a report adds to an earlier cycle comes late.
        latest = cycle_of(max(segment.period.start for segment, _ in stretches), months, anchor).start
        for segment, charges in stretches:
            share = self._share(group, segment.period, months, anchor)
            use = Use(
                segment.quantity, money, group.customer, segment.period, share,
                is_void=segment.quantity == 0,
                is_late=segment.period.end <= latest or self._comes_late(group),
                mark=group.mark,
            )  # fmt: skip
            found.append(_Unpriced(group, charges, use, segment.period, share))
        return found

    def _comes_late(self, group: Group) -> bool:
        """Own usage of a month that was issued: its minimum was held then."""
        return group.driver == OWN_USAGE and group.billing_month < self.billing_month

    def _share(self, group: Group, period: Period, months: int, anchor: date) -> Proration:
        """Microsoft terms are counted in the vendor's own charge cycle, others as the books say."""
        chosen = group.product.proration
        is_term = any(term_of(charge.term) for charge in group.counted)
        default = Method.ANNIVERSARY_DAYS if is_term else self.books.proration
        method = Method(chosen) if chosen else default
        return prorate(
            period,
            method,
            cycle_months=months if method is Method.ANNIVERSARY_DAYS else 1,
            price_months=PRICE_MONTHS[group.price.per],
            anchor=anchor,
        )

    def _whole(self, group: Group, money: Money) -> _Unpriced:
        """Return the one line of all charges."""
        in_order = group.charges
        if len(in_order) > 1:
            in_order = tuple(sorted(in_order, key=lambda c: (str(c.period or ""), c.key)))
        price = group.price
        bases = base_amounts(in_order, price, group.customer, self.books)
        amounts = [amount or Decimal(0) for amount in bases.amounts]
        counted = [quantity for _, quantity in group.quantities] if _counts(group) else []
        use = Use(
            total(counted) if counted else Decimal(1),
            money,
            group.customer,
            None,
            None,
            whole(amounts),
            _events(in_order, amounts) if price.included else (),
            is_late=self._comes_late(group),
            stub=self._stub(group) if price.has_spend_rules else None,
            mark=group.mark,
        )
        first = group.charges[0]
        proration = cycle_share(first, cycle_months(first)) if group.kind is Kind.DATED else None
        return _Unpriced(group, group.charges, use, group.period or group.span, proration, bases.origin)

    def _stub(self, group: Group) -> tuple[Period, Fraction] | None:
        """Return the days of the month on which a subscription of sheet Subscriptions ran, if not on all."""
        own, days = self.books.subscription(group.subscription), month(group.billing_month)
        active = own.active_in(days) if own and group.subscription else None
        if active is None or active == days:
            return None
        return active, prorate(active, Method.CALENDAR_DAYS).share


def _rated(line: _Unpriced, amount: PricedLine, billing_month: str) -> RatedLine:
    group, money, price = line.group, line.use.money, line.group.price
    cost = whole([times(charge.billed_cost, money.rates[charge.currency]) for charge in line.charges])
    return RatedLine(
        line_id(billing_month, *group.mark, line.period),
        group.customer,
        group.vendor,
        group.product.product,
        money.target,
        amount.amount,
        amount.parts,
        line.use.quantity,
        group.product.unit or group.unit,
        group.driver,
        round_to(cost, money.target, Rounding.HALF_UP),
        shown_price(price.value, money.rates[price.currency]) if price.shows_unit_price else None,
        line.period,
        line.proration,
        group.subscription,
        subscription_name=_subscription_name(group),
        text=group.text,
        model=price.model,
        price_row=f"{price.described}; {line.origin}" if line.origin else price.described,
        charges=line.charges,
        spending=amount.spending,
    )


def _events(charges: Iterable[Charge], amounts: Iterable[Exact]) -> list[tuple[Decimal, Exact]]:
    quantities = (charge.quantity or Decimal(0) for charge in charges)
    return list(zip(quantities, amounts, strict=True))


def _counts(group: Group) -> bool:
    """Tell whether the quantity means something to the customer: seats, or units we price."""
    price = group.price
    if price.model in IN_UNITS or price.fixed_fee or price.included:
        return True
    return all(map(is_seats, group.charges))


def _subscription_name(group: Group) -> str:
    """Return the name of the account that the usage is of; licences are named by their product."""
    first = group.charges[0]
    return first.sub_account_name if group.subscription and is_usage(first) else ""
