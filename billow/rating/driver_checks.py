"""What is wrong with what is counted: two drivers for one subscription, users whom nothing bills."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from billow.catalog.prices import Price
from billow.contracts.drivers import OWN_USAGE, USERS, words_of
from billow.contracts.own_usage import OwnUsage
from billow.contracts.subscriptions import Subscription
from billow.periods import Period, month
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books
from billow.users.named import NamedUser


def driver_problems(books: Books, billing_month: str) -> list[Problem]:
    """Return what contradicts itself among drivers, and the users that no subscription bills."""
    whole = month(billing_month)
    return [*_two_drivers(books, whole), *_unbilled_users(books, whole)]


def _two_drivers(books: Books, whole: Period) -> Iterator[Problem]:
    """Find rows that bill one subscription, or the users of one product, twice on a day."""
    earlier: dict[tuple[str, ...], list[tuple[Subscription, Period]]] = defaultdict(list)
    for row in books.subscriptions:
        days = row.active_in(whole)
        if days is None:
            continue
        keys: list[tuple[str, ...]] = [(row.subscription.casefold(),)]
        if row.billed_by == USERS:
            keys.append((row.customer, row.product))
        found = {one: both for key in keys for one, held in earlier[key] if (both := held.overlap(days))}
        yield from (_twice(one, row, both) for one, both in found.items())
        for key in keys:
            earlier[key].append((row, days))


def _twice(earlier: Subscription, later: Subscription, both: Period) -> Problem:
    name = later.subscription
    if earlier.subscription.casefold() == name.casefold():
        ways = " and by ".join(dict.fromkeys((words_of(earlier.billed_by), words_of(later.billed_by))))
        sentence = f"Subscription {name} of customer {later.customer} is billed twice for {both}: by {ways}."
        hint = "Leave one of its rows on sheet Subscriptions, or end one before the other begins."
    else:
        sentence = (
            f"The users of product {later.product} of customer {later.customer} are billed twice for {both}: "
            f"by subscriptions {earlier.subscription} and {name}."
        )
        hint = "Leave one row by users for the product, or end one before the other begins."
    return _problem("DRV-001", sentence, replace(later.place, column="Billed by"), hint, later.customer)


def _unbilled_users(books: Books, whole: Period) -> Iterator[Problem]:
    """Find the products that have users in the month and no subscription that bills them."""
    billed: dict[tuple[str, str], str] = {}
    for s in books.subscriptions:
        if s.active_in(whole) and billed.get((s.customer, s.product)) != USERS:
            billed[s.customer, s.product] = s.billed_by
    told: set[tuple[str, str]] = set()
    for user in books.users:
        key = (user.customer, user.product)
        customer = books.customer(user.customer)
        is_billed = billed.get(key) == USERS or customer is None or customer.status != "active"
        if is_billed or key in told or not user.counts or not user.period.overlap(whole):
            continue
        told.add(key)
        yield _unbilled(user, billed.get(key, ""))


def _unbilled(user: NamedUser, driver: str) -> Problem:
    who = f"{user.key} ({user.name})" if user.name else user.key
    said = f"its subscription is billed by {words_of(driver)}" if driver else "no subscription runs for it"
    return _problem(
        "DRV-002",
        f"Customer {user.customer} has users of product {user.product}, among them {who}, but {said}.",
        replace(user.place, column="Product"),
        "Add a row on sheet Subscriptions with Billed by users, or end the users with Through.",
        user.customer,
    )


def usage_problem(row: OwnUsage, books: Books) -> Problem | None:
    """Return why a row cannot be billed: its customer is closed, or its subscription another's."""
    customer = books.customer(row.customer)
    if customer is None or customer.status != "active":
        sentence = f"{row.key} is of customer {row.customer}, which is not active."
        hint = "Set Status on sheet Customers to active, or delete the row."
        return _about(row, "DRV-003", sentence, "Customer", hint)
    if not row.subscription:
        return _not_alone(row, books)
    own = books.subscription(row.subscription)
    if own is not None and (own.customer, own.product) == (row.customer, row.product):
        return _other_driver(row, own)
    sentence = f"{row.key} names subscription {row.subscription}, which is not one of customer "
    sentence += f"{row.customer} for product {row.product}."
    hint = "Correct Subscription, Customer or Product on sheet Own usage, or leave Subscription blank."
    return _about(row, "DRV-003", sentence, "Subscription", hint)


def _other_driver(row: OwnUsage, own: Subscription) -> Problem | None:
    if own.active_in(row.period) is None:
        sentence = f"{row.key} names subscription {own.subscription}, which does not run for {row.period}."
        hint = "Correct the days of the row or of the subscription, or leave Subscription blank."
        return _about(row, "DRV-003", sentence, "Subscription", hint)
    if own.billed_by == OWN_USAGE:
        return None
    sentence = (
        f"{row.key} would bill subscription {own.subscription} of customer {row.customer} a second time for "
        f"{row.period}: it is billed by {words_of(own.billed_by)}."
    )
    hint = "Set Billed by to own_usage on sheet Subscriptions, or leave Subscription blank in the row."
    return _about(row, "DRV-001", sentence, "Subscription", hint)


def fitting(row: OwnUsage, books: Books) -> list[Subscription]:
    """Return the subscriptions to which a row that names none could belong."""
    own = books.subscriptions_of(row.customer, row.product)
    return [s for s in own if s.billed_by == OWN_USAGE and s.active_in(row.period)]


def _not_alone(row: OwnUsage, books: Books) -> Problem | None:
    """Return the problem of a row that could belong to several subscriptions."""
    names = [subscription.subscription for subscription in fitting(row, books)]
    if len(names) <= 1:
        return None
    sentence = f"{row.key} could belong to subscriptions {' and '.join(names)} of customer {row.customer}."
    return _about(row, "DRV-003", sentence, "Subscription", "Name one of them in column Subscription.")


def no_unit_cost(row: OwnUsage, price: Price) -> Problem:
    """Return the problem of a price on cost that has no cost to start from."""
    sentence = f"{row.key} of customer {row.customer} has no unit cost to start from, but its price is "
    sentence += f"{price.model}."
    hint = "Fill in Unit cost on sheet Own usage, or give the product a price of our own such as per_unit."
    return _about(row, "PRC-004", sentence, "Unit cost", hint)


def usage_in_bundle(row: OwnUsage, price: Price) -> Problem:
    """Return the problem of own usage of what is sold in a bundle."""
    sentence = f"{row.key} of customer {row.customer} is of a product that is sold in bundle {price.bundle}."
    hint = f"Enter the row for product {price.bundle}, or give the product a price of its own."
    return _about(row, "PRC-009", sentence, "Product", hint)


def _about(row: OwnUsage, code: str, sentence: str, column: str, hint: str) -> Problem:
    return _problem(code, sentence, replace(row.place, column=column), hint, row.customer)


def _problem(code: str, sentence: str, place: Place, hint: str, customer: str) -> Problem:
    return Problem(code, sentence, place, hint, Severity.BLOCK, customer)
