"""What we count ourselves, as charges: named users, and own usage from its sheet.

Such a charge has a customer, a product and a price from the start; from there on it goes the way of a
vendor's charge, so that quantity rules, tiers, shares of a period, discounts and limits are the same. The
vendor's own charges for the same subscription or product are then only its cost.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from billow.catalog.prices import PriceQuery, choose
from billow.charges import Category, Charge
from billow.contracts.drivers import COUNTED, OWN_USAGE, USERS
from billow.contracts.own_usage import SHEET as OWN_USAGE_SHEET
from billow.contracts.own_usage import OwnUsage
from billow.contracts.schedule import BillingPeriod
from billow.contracts.subscriptions import Segment, Subscription
from billow.periods import Period, month
from billow.problems import Problem
from billow.rating.bases import base_problem
from billow.rating.books import Books
from billow.rating.contract_terms import contract_query, needs_own_price, price_for, product_of
from billow.rating.driver_checks import driver_problems, fitting, no_unit_cost, usage_in_bundle, usage_problem
from billow.rating.placing import Covering, Fate, Placed
from billow.users.counting import counted
from billow.users.named import SHEET as USERS_SHEET


@dataclass
class Driven:
    """What is counted in a month, priced and ready to become lines, and what is wrong with the rest.

    ``queries`` are what the prices were asked, by charge key. ``subscriptions`` are those for which
    something was counted, so that a line can show the vendor's cost.
    """

    placed: list[Placed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    queries: dict[str, PriceQuery] = field(default_factory=dict)

    @cached_property
    def subscriptions(self) -> frozenset[str]:
        """The subscriptions that have a line, in small letters."""
        found = (item.charge.subscription_id.casefold() for item in self.placed)
        return frozenset(name for name in found if name)


def driven(books: Books, billing_month: str) -> Driven:
    """Return what users and own usage bring in ``billing_month``."""
    found = Driven(problems=driver_problems(books, billing_month))
    for subscription in by_users(books):
        _users(subscription, books, billing_month, found)
    rows = [row for row in books.own_usage if row.bills_in == billing_month]
    costed = {row.customer for row in rows if row.unit_cost is not None}
    for row in rows:
        _own_usage(row, books, found, costed=row.customer in costed)
    return found


def by_users(books: Books) -> Iterator[Subscription]:
    """Yield the subscriptions that are billed by users, of customers that are billed at all."""
    for subscription in books.subscriptions:
        customer = books.customer(subscription.customer)
        if subscription.billed_by == USERS and customer and customer.status == "active":
            yield subscription


def users_counted(
    subscription: Subscription, books: Books, billing_month: str
) -> Iterator[tuple[Period, Decimal]]:
    """Yield the users of a subscription in the days of the month on which it runs, as they are billed."""
    days = subscription.active_in(month(billing_month))
    if days is not None:
        users = books.users_of(subscription.customer, subscription.product)
        yield from counted(users, days, product_of(subscription, books).users_counted)


def _users(subscription: Subscription, books: Books, billing_month: str, found: Driven) -> None:
    """Add the users of a subscription at their price."""
    whole = month(billing_month)
    due = BillingPeriod(subscription.subscription, 1, whole, whole, billing_month)
    for period, quantity in users_counted(subscription, books, billing_month):
        price, problem = price_for(subscription, Segment(period, quantity), due, books)
        if price and not price.is_own_price:
            problem = needs_own_price(subscription, price)
        if price is None or problem:
            found.problems += [problem] if problem else []
            return
        charge = _charge(subscription, books, billing_month, period, quantity)
        why = f"{price.described}, by users"
        whose = (subscription.customer, subscription.product)
        found.placed.append(Placed(charge, Fate.BILLED, why, *whose, price, driver=USERS))
        if subscription.agreed_price is None:
            found.queries[charge.key] = contract_query(subscription, books, billing_month)


def _charge(
    subscription: Subscription, books: Books, billing_month: str, period: Period, quantity: Decimal
) -> Charge:
    product = product_of(subscription, books)
    return Charge(
        key=f"{USERS_SHEET} {subscription.subscription} {period.start}",
        import_id=USERS_SHEET,
        format_id="",
        vendor=product.vendor,
        billing_month=billing_month,
        customer_key=subscription.customer,
        category=Category.PURCHASE,
        currency=books.currency_of(subscription.customer),
        billed_cost=Decimal(0),
        rows=1,
        period=period,
        subscription_id=subscription.subscription,
        unit=product.unit,
        quantity=quantity,
    )


def _own_usage(row: OwnUsage, books: Books, found: Driven, *, costed: bool) -> None:
    """Add a row of sheet Own usage at its price, or say why it has none."""
    subscription, problem = _subscription_of(row, books)
    if problem:
        found.problems.append(problem)
        return
    asked = subscription or Subscription("", row.customer, row.product, OWN_USAGE, row.period.start)
    product = product_of(asked, books)
    base = books.base_currency if costed else books.currency_of(row.customer)
    charge = Charge(
        key=row.key,
        import_id=OWN_USAGE_SHEET,
        format_id="",
        vendor=product.vendor,
        billing_month=row.of_month,
        customer_key=row.customer,
        category=Category.USAGE,
        currency=base,
        billed_cost=(row.unit_cost or Decimal(0)) * row.quantity,
        rows=1,
        period=row.period,
        subscription_id=asked.subscription,
        description=row.text,
        unit=product.unit,
        quantity=row.quantity,
    )
    _price_usage(row, charge, asked, books, found)


def _price_usage(
    row: OwnUsage, charge: Charge, subscription: Subscription, books: Books, found: Driven
) -> None:
    """Place a charge at the price of its subscription or of the price sheet, by the first day it covers."""
    whole = month(row.of_month)
    price, problem = None, None
    if subscription.agreed_price is not None:
        due = BillingPeriod(subscription.subscription, 1, whole, whole, row.of_month)
        agreed, problem = price_for(subscription, Segment(row.period, row.quantity), due, books)
        price = agreed and replace(agreed, per="unit")  # what was used is counted, not the days
    else:
        query = contract_query(subscription, books, row.of_month, row.period.start)
        query = query._replace(period_start=whole.start)
        found.queries[charge.key] = query
        choice = choose(books.prices, query)
        price, problem = choice.price, choice.problem
    if price and price.per != "unit" and price.is_own_price:
        charge = charge._replace(category=Category.PURCHASE)  # held over its days, like seats
    if price and price.is_in_bundle:
        problem = usage_in_bundle(row, price)
    elif price and not price.is_own_price and row.unit_cost is None:
        problem = no_unit_cost(row, price)
    elif price:
        problem = base_problem(charge._replace(description=row.key), price, row.customer)
    if price is None or problem:
        found.problems += [problem] if problem else []
        return
    item = Placed(charge, Fate.BILLED, price.described, row.customer, row.product, price, driver=OWN_USAGE)
    found.placed.append(item)


def _subscription_of(row: OwnUsage, books: Books) -> tuple[Subscription | None, Problem | None]:
    """Return the subscription that a row belongs to: the one it names, else the only one that fits."""
    problem = usage_problem(row, books)
    if problem:
        return None, problem
    if row.subscription:
        return books.subscription(row.subscription), None
    return next(iter(fitting(row, books)), None), None


def covering(books: Books, billing_month: str, found: Driven) -> Covering:
    """Return what becomes of a vendor's charges for what we count ourselves.

    Only where something was counted can a line show their cost; else they have to wait.
    """
    whole = month(billing_month)
    by_product: dict[tuple[str, str], Subscription] = {}
    for subscription in books.subscriptions:
        if subscription.billed_by in COUNTED and subscription.active_in(whole):
            key = (subscription.customer, subscription.product)
            is_counted = subscription.subscription.casefold() in found.subscriptions
            if is_counted or key not in by_product:
                by_product[key] = subscription
    return Covering(by_product, found.subscriptions)
