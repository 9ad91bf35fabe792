"""By which rules, at which price and for which share of it a contract is billed."""

from datetime import date
from decimal import Decimal

from billow.catalog.prices import Price, PriceQuery, choose
from billow.catalog.products import Product
from billow.contracts.changes import ChangeRules
from billow.contracts.schedule import MONTHS, BillingPeriod, term_for_price
from billow.contracts.subscriptions import Segment, Subscription
from billow.periods import Method, Proration, month, prorate
from billow.problems import Problem, Severity
from billow.rating.books import Books
from billow.rating.contract_list import ContractList, contract_list, starts_from_list

_SOME_YEAR = 2024


def product_of(subscription: Subscription, books: Books) -> Product:
    """Return the product of a contract, by its code alone where no row describes it."""
    return books.product(subscription.product) or Product(subscription.product, subscription.product)


def rules_for(subscription: Subscription, books: Books) -> ChangeRules:
    """Return how changes of the contract are billed: as its product says."""
    product = product_of(subscription, books)
    return ChangeRules(
        on_increase=product.on_increase,
        on_decrease=product.on_decrease,
        style=product.change_style,
        refund=product.refund,
        window_hours=product.window_hours,
        in_full=not _method(product, books).counts_days,
    )


def price_for(
    subscription: Subscription, segment: Segment, due: BillingPeriod, books: Books
) -> tuple[Price | None, Problem | None]:
    """Return the price of a stretch: of a change or trial, agreed on the contract, or of the price sheet."""
    if segment.price is not None:
        return _agreed(subscription, segment.price, books), None
    if subscription.agreed_price is not None:
        return _agreed(subscription, subscription.agreed_price, books), None
    choice = choose(books.prices, contract_query(subscription, books, due.due, due.period.start))
    if choice.price and not choice.price.is_own_price and not starts_from_list(choice.price):
        return None, needs_own_price(subscription, choice.price)
    return choice.price, choice.problem


def contract_query(
    subscription: Subscription, books: Books, billing_month: str, day: date | None = None
) -> PriceQuery:
    """Return what a contract without an agreed price asks the prices for: on ``day``, else on the first."""
    customer = books.customer(subscription.customer)
    product = product_of(subscription, books)
    asked = day or month(billing_month).start
    term, term_start = term_for_price(subscription, asked)
    return PriceQuery(
        day=asked,
        customer=subscription.customer,
        group=customer.group if customer else "",
        plan=customer.plan if customer else "",
        subscription=subscription.subscription,
        product=subscription.product,
        family=product.family,
        vendor=product.vendor,
        term=term,
        billing=subscription.billing,
        segment=customer.segment if customer else "",
        market=customer.country if customer else "",
        term_start=term_start,
        period_start=asked,
    )


def list_price_for(
    subscription: Subscription, due: BillingPeriod, price: Price, books: Books
) -> ContractList | Problem | None:
    """Return what a price on list starts from, or why there is nothing; None for a price of our own."""
    if price.is_own_price:
        return None
    query = contract_query(subscription, books, due.due, due.period.start)
    return contract_list(subscription, price, query, books)


def share_for(
    subscription: Subscription, segment: Segment, due: BillingPeriod, price: Price, books: Books
) -> Proration | None:
    """Return the share of the price that a stretch is; None for a price per unit."""
    if price.per == "unit":
        return None
    method = _method(product_of(subscription, books), books)
    by_cycle = method is Method.FULL_PERIOD
    return prorate(
        segment.period,
        method,
        cycle_months=MONTHS[subscription.billing] if by_cycle else 1,
        price_months=12 if price.per == "year" else 1,
        anchor=due.cycle.start if by_cycle else _anchor(subscription),
    )


def _method(product: Product, books: Books) -> Method:
    return Method(product.proration) if product.proration else books.proration


def _anchor(subscription: Subscription) -> date:
    """Return a day on which a month of the contract begins; January has every day there is."""
    begins = subscription.cycle_from or subscription.start
    if subscription.anchor_day is None:
        return begins
    return date(_SOME_YEAR, 1, min(max(1, subscription.anchor_day), 31))


def _agreed(subscription: Subscription, value: Decimal, books: Books) -> Price:
    return Price(
        f"agreed {subscription.subscription}",
        scope="subscription",
        who=subscription.subscription,
        product=subscription.product,
        value=value,
        currency=subscription.currency or books.currency_of(subscription.customer),
        place=subscription.place,
    )


def needs_own_price(subscription: Subscription, price: Price) -> Problem:
    """Return the problem of a price on cost where no vendor's amount is there to start from."""
    return Problem(
        "PRC-007",
        f"Contract {subscription.subscription} of customer {subscription.customer} has no vendor's cost to "
        f"start from, but its price is {price.model}.",
        subscription.place,
        "Fill in Agreed price on sheet Subscriptions, or a flat, per_unit or percent_off_list price on sheet "
        "Prices.",
        Severity.BLOCK,
        subscription.customer,
    )
