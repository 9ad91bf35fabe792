"""Placed charges become lines: grouped, seats netted, priced by the model, rounded once."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billow.catalog.exchange import missing_rate, rate_on
from billow.charges import Charge
from billow.charges.terms import term_of
from billow.money import Rounding, round_to, total
from billow.periods import Method, Period, Proration, month, prorate
from billow.problems import Problem
from billow.rating.bases import base_amount, cycle_months, cycle_share, is_seats, is_usage
from billow.rating.books import Books
from billow.rating.grouping import Group, Kind, groups
from billow.rating.line import RatedLine, close, converted, shown_price
from billow.rating.models import MODELS, Asked
from billow.rating.placing import Placed

PRICE_MONTHS = {"month": 1, "year": 12}


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
    for group in groups(placed, books):
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


@dataclass(frozen=True)
class _Rater:
    """Rates groups in one invoice currency at one pair of exact rates."""

    books: Books
    billing_month: str
    currency: str
    rate: Fraction
    cost_rate: Fraction
    price_currency: str

    def lines(self, group: Group) -> list[RatedLine]:
        if group.kind is not Kind.SEATS:
            return [self._single_line(group)]
        anchor = group.anchor
        return [
            self._line(
                group, charges, segment.quantity, segment.period, self._share(group, segment.period, anchor)
            )
            for segment, charges in group.stretches()
        ]

    def _share(self, group: Group, period: Period, anchor: date) -> Proration:
        """Microsoft terms are counted in the vendor's own charge cycle, others as the books say."""
        chosen = group.product.proration
        is_term = any(term_of(charge.term) for charge in group.charges)
        default = Method.ANNIVERSARY_DAYS if is_term else self.books.proration
        method = Method(chosen) if chosen else default
        charged = max(cycle_months(charge) for charge in group.charges)
        return prorate(
            period,
            method,
            cycle_months=charged if method is Method.ANNIVERSARY_DAYS else 1,
            price_months=PRICE_MONTHS[group.price.per],
            anchor=anchor,
        )

    def _single_line(self, group: Group) -> RatedLine:
        base = "list" if group.price.model == "percent_off_list" else group.price.base
        amounts = [base_amount(charge, base) or Fraction(0) for charge in group.charges]
        counted = [charge.quantity for charge in group.charges if charge.quantity is not None]
        quantity = total(counted) if counted and _counts(group) else Decimal(1)
        first = group.charges[0]
        proration = cycle_share(first, cycle_months(first)) if group.kind is Kind.DATED else None
        whole = sum(amounts, Fraction(0))
        return self._line(group, group.charges, quantity, group.period or group.span, proration, whole)

    def _line(
        self,
        group: Group,
        charges: tuple[Charge, ...],
        quantity: Decimal,
        period: Period | None,
        proration: Proration | None,
        base: Fraction = Fraction(0),
    ) -> RatedLine:
        price = group.price
        asked = Asked(
            price.value,
            self.price_currency,
            quantity,
            proration=proration if group.kind is Kind.SEATS else None,
            base=base,
            base_name="cost" if price.base == "billed" else f"{price.base} cost",
            tiers=price.tiers,
        )
        parts = converted(MODELS[price.model](asked), self.rate, self.price_currency, self.currency)
        amount, parts = close(parts, self.currency)
        cost = sum((Fraction(charge.billed_cost) for charge in charges), Fraction(0)) * self.cost_rate
        return RatedLine(
            line_id=line_id(self.billing_month, *group.mark, period),
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
            proration=proration,
            subscription=group.subscription,
            subscription_name=_subscription_name(group),
            model=price.model,
            price_row=price.described(),
            charges=charges,
        )


def _counts(group: Group) -> bool:
    """Tell whether the quantity means something to the customer: seats, or units we price."""
    return group.price.model in {"per_unit", "graduated"} or all(is_seats(c) for c in group.charges)


def _subscription_name(group: Group) -> str:
    """Return the name of the account that the usage is of; licences are named by their product."""
    first = group.charges[0]
    return first.sub_account_name if group.subscription and is_usage(first) else ""
