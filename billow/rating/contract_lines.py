"""Lines of contracts and one-off adjustments, which no vendor report brings.

A contract is billed for the periods that fall due in the billing month, at its agreed price or the one
on the price sheet; vendor charges of the same subscription are then only its cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from billow.catalog.exchange import missing_rate, rate_on
from billow.catalog.prices import Price
from billow.contracts.checks import cannot_be, contract_problems
from billow.contracts.schedule import BillingPeriod
from billow.contracts.statements import statements
from billow.contracts.subscriptions import (
    Adjustment,
    Change,
    Segment,
    Subscription,
    by_subscription,
    changes_of,
)
from billow.periods import month
from billow.problems import Problem
from billow.rating.books import Books
from billow.rating.change_styles import in_style
from billow.rating.contract_list import ContractList
from billow.rating.contract_terms import (
    contract_query,
    list_price_for,
    price_for,
    product_of,
    rules_for,
    share_for,
)
from billow.rating.counted_beside import beside_contract
from billow.rating.covered import covered_by, with_cost
from billow.rating.grouping import Group
from billow.rating.line import RatedLine, close, converted, shown_price
from billow.rating.models import MODELS, Asked
from billow.rating.placing import Placed
from billow.rating.pricing import Money, PricedLine, Use, needed_currencies, priced
from billow.rating.vendor_lines import line_id, shared_uses

__all__ = ["adjustment_lines", "contract_lines", "contract_query"]


def contract_lines(
    placed: Sequence[Placed], books: Books, billing_month: str
) -> tuple[list[RatedLine], list[Problem]]:
    """Return the lines of all contracts that are due in the month, and what is wrong with the others."""
    lines: list[RatedLine] = []
    problems: list[Problem] = []
    changes = by_subscription(books.changes)
    covered = covered_by(placed)
    shared = shared_uses(placed, books, billing_month)
    for subscription in books.subscriptions:
        customer = books.customer(subscription.customer)
        if customer is None or customer.status != "active":
            continue
        problems += contract_problems(subscription, changes, books.subscriptions, billing_month)
        known = changes_of(subscription, changes)
        if subscription.billed_by != "contract" or cannot_be(subscription, known):
            continue
        found, wrong = _Contract(subscription, known, books, billing_month, shared).lines()
        problems += wrong
        if found and not wrong:
            own = covered.get(subscription.subscription.casefold(), ())
            found, wrong = with_cost(found, own, books, billing_month)
            problems += wrong
        lines += [] if wrong else found
    return lines, problems


@dataclass(frozen=True)
class _Contract:
    """The lines of one contract in one month."""

    subscription: Subscription
    changes: Sequence[Change]
    books: Books
    billing_month: str
    vendor_uses: Sequence[tuple[Group, Use]] = ()

    def lines(self) -> tuple[list[RatedLine], list[Problem]]:
        """Return a line per stretch of each period that falls due, and what changed in earlier ones."""
        rules = rules_for(self.subscription, self.books)
        lines: list[RatedLine] = []
        for statement in statements(self.subscription, self.changes, self.billing_month, rules):
            now, problem = self._stretches(statement.due, statement.now)
            before, earlier = self._stretches(statement.due, statement.before)
            if problem or earlier:
                return [], list(filter(None, (problem or earlier,)))
            lines += in_style(rules.style, now, before, is_first=statement.is_first)
        return lines, []

    def _stretches(
        self, due: BillingPeriod, segments: Sequence[Segment]
    ) -> tuple[list[RatedLine], Problem | None]:
        """Return a line per stretch; each price sees all of its own, so that fees and minima come once."""
        lines: list[RatedLine] = []
        for _, group in groupby(segments, key=lambda segment: segment.price):
            same = list(group)
            price, problem = price_for(self.subscription, same[0], due, self.books)
            if price is None:
                return [], problem
            found, problem = self._priced(due, same, price)
            if problem:
                return [], problem
            lines += found
        return lines, None

    def _priced(
        self, due: BillingPeriod, segments: Sequence[Segment], price: Price
    ) -> tuple[list[RatedLine], Problem | None]:
        listed = list_price_for(self.subscription, due, price, self.books)
        if isinstance(listed, Problem):
            return [], listed
        money, problem = self._money(price, listed)
        if money is None:
            return [], problem
        uses = [self._use(segment, due, price, money, listed) for segment in segments]
        beside = beside_contract(
            self.subscription, price, money, self.books, self.billing_month, self.vendor_uses
        )
        found = priced(price, [*uses, *beside])
        if found.problem:
            return [], found.problem
        pairs = zip(uses, found.lines, strict=False)  # what is beside has lines of its own
        return [self._line(use, line, price, listed) for use, line in pairs], None

    def _money(self, price: Price, listed: ContractList | None) -> tuple[Money | None, Problem | None]:
        """Return the exact rates of the currencies of price and list, or the problem that one is missing."""
        customer = self.subscription.customer
        target, day = self.books.currency_of(customer), month(self.billing_month).through
        source = listed.currency if listed else price.currency
        rates: dict[str, Fraction] = {}
        for currency in needed_currencies(price, source):
            rate = rate_on(self.books.exchange_rates, currency, target, day)
            if rate is None:
                return None, missing_rate(currency, target, day, customer)
            rates[currency] = rate
        return Money(target, rates, source), None

    def _use(
        self, segment: Segment, due: BillingPeriod, price: Price, money: Money, listed: ContractList | None
    ) -> Use:
        """Return what a stretch used; on list, what it lists at, which is always by the month."""
        share = share_for(self.subscription, segment, due, price, self.books)
        base = Fraction(0)
        if listed:
            by_month = share_for(self.subscription, segment, due, replace(price, per="month"), self.books)
            base = listed.amount(segment.quantity, by_month.share if by_month else Fraction(1))
        mark = (self.subscription.subscription,)
        return Use(
            segment.quantity, money, self.subscription.customer, segment.period, share, base, mark=mark
        )

    def _line(self, use: Use, line: PricedLine, price: Price, listed: ContractList | None) -> RatedLine:
        subscription = self.subscription
        shown = shown_price(price.value, use.money.rates[price.currency]) if price.shows_unit_price else None
        product = product_of(subscription, self.books)
        return RatedLine(
            line_id=line_id(subscription.subscription, self.billing_month, use.period),
            customer=subscription.customer,
            vendor=product.vendor,
            product=product.product,
            currency=use.money.target,
            amount=line.amount,
            parts=line.parts,
            quantity=use.quantity,
            unit=product.unit,
            driver="contract",
            unit_price=shown,
            period=use.period,
            proration=use.proration,
            subscription=subscription.subscription,
            purchase_order=subscription.purchase_order,
            model=price.model,
            price_row="; ".join(filter(None, (price.described, listed.origin if listed else ""))),
            spending=line.spending,
        )


def adjustment_lines(books: Books, billing_month: str) -> tuple[list[RatedLine], list[Problem]]:
    """Return a line for each adjustment of the month; a credit is a negative line before VAT."""
    lines: list[RatedLine] = []
    problems: list[Problem] = []
    for adjustment in books.adjustments:
        if adjustment.billing_month != billing_month:
            continue
        target = books.currency_of(adjustment.customer)
        source = adjustment.currency or target
        day = month(billing_month).through
        rate = rate_on(books.exchange_rates, source, target, day)
        if rate is None:
            problems.append(missing_rate(source, target, day, adjustment.customer))
            continue
        lines.append(_adjustment_line(adjustment, books, rate, source, target))
    return lines, problems


def _adjustment_line(
    adjustment: Adjustment, books: Books, rate: Fraction, source: str, target: str
) -> RatedLine:
    asked = Asked(adjustment.unit_price, source, adjustment.quantity)
    amount, parts = close(converted(MODELS["per_unit"](asked), rate, source, target), target)
    product = books.product(adjustment.product)
    return RatedLine(
        line_id=line_id("adjustment", adjustment.number, adjustment.billing_month),
        customer=adjustment.customer,
        vendor=product.vendor if product else "",
        product=adjustment.product,
        currency=target,
        amount=amount,
        parts=parts,
        quantity=adjustment.quantity,
        unit="",
        driver="adjustment",
        unit_price=adjustment.unit_price if rate == 1 else None,
        period=month(adjustment.billing_month),
        text=adjustment.text,
        model="per_unit",
        price_row=f"Adjustments no {adjustment.number}",
    )
