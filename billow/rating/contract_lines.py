"""Lines of contracts and one-off adjustments, which no vendor report brings.

A contract is billed for the days of the billing month on which it runs, at its agreed price or the one
on the price sheet; vendor charges of the same subscription are then only its cost.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from billow.catalog.exchange import missing_rate, rate_on
from billow.catalog.prices import Price, PriceQuery, choose
from billow.catalog.products import Product
from billow.charges import Charge
from billow.contracts.changes import contract_segments
from billow.contracts.subscriptions import Adjustment, Segment, Subscription, changes_of
from billow.money import Rounding, round_to
from billow.periods import Method, month, prorate
from billow.problems import Problem, Severity
from billow.rating.books import Books
from billow.rating.line import RatedLine, close, converted, shown_price
from billow.rating.models import MODELS, Asked
from billow.rating.placing import Fate, Placed
from billow.rating.pricing import Money, PricedLine, Use, priced
from billow.rating.vendor_lines import line_id


def contract_lines(
    placed: Sequence[Placed], books: Books, billing_month: str
) -> tuple[list[RatedLine], list[Problem]]:
    """Return the lines of all contracts that run in the month, and what is missing for the others."""
    lines: list[RatedLine] = []
    problems: list[Problem] = []
    for subscription in books.subscriptions:
        customer = books.customer(subscription.customer)
        if subscription.billed_by != "contract" or customer is None or customer.status != "active":
            continue
        own = changes_of(subscription, books.changes)
        segments = contract_segments(subscription, own, month(billing_month))
        if not segments:
            continue
        price, problem = _price(subscription, books, billing_month)
        if price is None:
            problems += [problem] if problem else []
            continue
        covered = [item.charge for item in placed if _covers(subscription, item)]
        found, missing = _lines(subscription, segments, price, covered, books, billing_month)
        lines += found
        problems += missing
    return lines, problems


def _covers(subscription: Subscription, item: Placed) -> bool:
    same = item.charge.subscription_id.casefold() == subscription.subscription.casefold()
    return item.fate is Fate.CONTRACT and same


def _price(
    subscription: Subscription, books: Books, billing_month: str
) -> tuple[Price | None, Problem | None]:
    if subscription.agreed_price is not None:
        currency = subscription.currency or books.currency_of(subscription.customer)
        agreed = Price(
            f"agreed {subscription.subscription}",
            scope="subscription",
            who=subscription.subscription,
            product=subscription.product,
            value=subscription.agreed_price,
            currency=currency,
            place=subscription.place,
        )
        return agreed, None
    customer = books.customer(subscription.customer)
    product = books.product(subscription.product)
    query = PriceQuery(
        day=month(billing_month).start,
        customer=subscription.customer,
        group=customer.group if customer else "",
        plan=customer.plan if customer else "",
        subscription=subscription.subscription,
        product=subscription.product,
        family=product.family if product else "",
        vendor=product.vendor if product else "",
        term=subscription.term,
        term_start=subscription.start,
        period_start=month(billing_month).start,
    )
    choice = choose(books.prices, query)
    if choice.price and not choice.price.is_own_price:
        return None, _needs_own_price(subscription, choice.price)
    return choice.price, choice.problem


def _needs_own_price(subscription: Subscription, price: Price) -> Problem:
    return Problem(
        "PRC-007",
        f"Contract {subscription.subscription} of customer {subscription.customer} has no vendor's cost to "
        f"start from, but its price is {price.model}.",
        subscription.place,
        "Fill in Agreed price on sheet Subscriptions, or a flat or per_unit price on sheet Prices.",
        Severity.BLOCK,
        subscription.customer,
    )


def _lines(
    subscription: Subscription,
    segments: Sequence[Segment],
    price: Price,
    covered: Sequence[Charge],
    books: Books,
    billing_month: str,
) -> tuple[list[RatedLine], list[Problem]]:
    target = books.currency_of(subscription.customer)
    day = month(billing_month).through
    rate = rate_on(books.exchange_rates, price.currency, target, day)
    if rate is None:
        return [], [missing_rate(price.currency, target, day, subscription.customer)]
    cost = Fraction(0)
    for charge in covered:
        own = rate_on(books.exchange_rates, charge.currency, target, day)
        if own is None:
            return [], [missing_rate(charge.currency, target, day, subscription.customer)]
        cost += Fraction(charge.billed_cost) * own
    product = books.product(subscription.product) or Product(subscription.product, subscription.product)
    lines, problem = _segment_lines(subscription, segments, price, product, books, billing_month, rate)
    if problem:
        return [], [problem]
    # The first stretch carries the vendor's cost, so that it is counted once.
    rounded = round_to(cost, target, Rounding.HALF_UP)
    return [replace(lines[0], charges=tuple(covered), cost=rounded), *lines[1:]], []


def _segment_lines(
    subscription: Subscription,
    segments: Sequence[Segment],
    price: Price,
    product: Product,
    books: Books,
    billing_month: str,
    rate: Fraction,
) -> tuple[list[RatedLine], Problem | None]:
    """Return a line per stretch; the price sees all of them, so that fees and minima come once."""
    method = Method(product.proration) if product.proration else books.proration
    months = 12 if price.per == "year" else 1
    money = Money(books.currency_of(subscription.customer), {price.currency: rate})
    uses = [
        Use(
            segment.quantity,
            money,
            subscription.customer,
            segment.period,
            None
            if price.per == "unit"
            else prorate(segment.period, method, price_months=months, anchor=subscription.start),
            mark=(subscription.subscription,),
        )
        for segment in segments
    ]
    found = priced(price, uses)
    lines = [
        _line(subscription, use, line, price, product, billing_month, rate)
        for use, line in zip(uses, found.lines, strict=False)
    ]
    return lines, found.problem


def _line(
    subscription: Subscription,
    use: Use,
    line: PricedLine,
    price: Price,
    product: Product,
    billing_month: str,
    rate: Fraction,
) -> RatedLine:
    return RatedLine(
        line_id=line_id(subscription.subscription, billing_month, use.period),
        customer=subscription.customer,
        vendor=product.vendor,
        product=product.product,
        currency=use.money.target,
        amount=line.amount,
        parts=line.parts,
        quantity=use.quantity,
        unit=product.unit,
        driver="contract",
        unit_price=shown_price(price.value, rate) if price.shows_unit_price else None,
        period=use.period,
        proration=use.proration,
        subscription=subscription.subscription,
        purchase_order=subscription.purchase_order,
        model=price.model,
        price_row=price.described(),
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
