"""What waits for a person: the rows of sheet To do, what settles them, and what they hold up."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billow.catalog.exchange import rate_on
from billow.charges import Charge
from billow.contracts.drivers import SHEET_OF, words_of
from billow.contracts.subscriptions import Subscription
from billow.money import exact_text
from billow.periods import month
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books, Decision

REPORTS_DIFFER = "reports differ"
MISSING_LINE = "missing line"
NO_PRICE = "no price"
ORDER = "order"
UNKNOWN_ORDER = "order that cannot be placed"

# A problem of their own says what is wrong.
_SAID_ELSEWHERE = {NO_PRICE, REPORTS_DIFFER, ORDER, UNKNOWN_ORDER}
_PARKED_ANSWERS = ("postpone", "exclude", "own use")
_ANSWERS = {
    REPORTS_DIFFER: ("accept",),
    MISSING_LINE: ("waive",),
    ORDER: ("accept", "postpone", "exclude"),
    UNKNOWN_ORDER: ("postpone", "exclude"),
}


@dataclass(frozen=True)
class OpenItem:
    """A row of sheet To do: like charges that wait for the same thing, or a line that is missing.

    ``customer`` is whose documents wait; blank holds up the whole run. ``settled`` is True once a person
    gave an answer that fits.
    """

    key: str
    kind: str
    what: str
    proposal: str
    vendor: str = ""
    customer: str = ""
    rows: int = 0
    cost: Decimal = Decimal(0)
    currency: str = ""
    billing_month: str = ""
    settled: bool = False


def item_key(*parts: str) -> str:
    """Return the stable mark of an open item."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def answers(kind: str) -> tuple[str, ...]:
    """Return the decisions that settle an item of this kind.

    >>> answers("unknown account"), answers(MISSING_LINE)
    (('postpone', 'exclude', 'own use'), ('waive',))
    """
    return _ANSWERS.get(kind, _PARKED_ANSWERS)


def settles(kind: str, decision: Decision | None) -> bool:
    """Tell whether ``decision`` is an answer to an item of this kind."""
    return decision is not None and decision.decision in answers(kind)


def unknown_account(charge: Charge, *, is_shared: bool = False) -> OpenItem:
    """Return the item of a vendor account that is no customer's, or of a shared one's value that is not."""
    name = f" ({charge.customer_name})" if charge.customer_name else ""
    if is_shared:
        value = charge.split_value
        return OpenItem(
            item_key("account", charge.vendor, charge.customer_key, value),
            "unknown account",
            f"{charge.customer_key}{name}, {f'value {value}' if value else 'without a value'}",
            "Add a row for it on sheet Accounts, or one with a blank Value for the rest",
            vendor=charge.vendor,
        )
    return OpenItem(
        item_key("account", charge.vendor, charge.customer_key),
        "unknown account",
        f"{charge.customer_key or 'no account in the report'}{name}",
        "Add the account on sheet Accounts and say whose it is",
        vendor=charge.vendor,
    )


def closed_customer(charge: Charge, number: str) -> OpenItem:
    """Return the item of charges for a customer that is closed."""
    return OpenItem(
        item_key("closed", charge.vendor, charge.customer_key, number),
        "customer is closed",
        f"account {charge.customer_key} of customer {number}",
        "Set the customer's Status to active, or end the account with Valid through",
        vendor=charge.vendor,
        customer=number,
    )


def unknown_charge_type(charge: Charge) -> OpenItem:
    """Return the item of a word that the vendor never used before."""
    return OpenItem(
        item_key("type", charge.vendor, charge.charge_type),
        "unknown charge type",
        f'charge type "{charge.charge_type}"',
        f'Add "{charge.charge_type}" on sheet Charge policy: bill, keep, absorb or exclude',
        vendor=charge.vendor,
    )


def contract_not_running(charge: Charge, contract: Subscription, customer: str) -> OpenItem:
    """Return the item of a charge whose subscription is billed by a contract that does not cover it."""
    own = contract.customer == customer
    return OpenItem(
        item_key("contract", contract.subscription),
        "contract not active" if own else "contract of another customer",
        f"subscription {contract.subscription} is charged by {charge.vendor}",
        "Change Customer, Start, Term through or Status on sheet Subscriptions, or Billed by to vendor",
        vendor=charge.vendor,
        customer=customer,
    )


def nothing_counted(charge: Charge, own: Subscription) -> OpenItem:
    """Return the item of a charge for what we count ourselves, in a month in which nothing was counted."""
    return OpenItem(
        item_key("counted", own.subscription),
        "nothing counted",
        f"subscription {own.subscription}, which is billed by {words_of(own.billed_by)}",
        f"Fill in {SHEET_OF[own.billed_by]} and the price, or change Billed by on sheet Subscriptions",
        vendor=charge.vendor,
        customer=own.customer,
    )


def unknown_product(charge: Charge, customer: str) -> OpenItem:
    """Return the item of an article that is none of our products."""
    return OpenItem(
        item_key("product", charge.vendor, charge.sku, charge.service, customer),
        "unknown product",
        f"{charge.sku or charge.service or charge.description} ({charge.description})",
        f'Add a row on sheet SKU rules for "{charge.sku or charge.service}" of {charge.vendor}',
        vendor=charge.vendor,
        customer=customer,
    )


def no_price(charge: Charge, customer: str, product: str, problem: Problem | None) -> OpenItem:
    """Return the item of a charge that no price fits, or whose price has nothing to start from."""
    return OpenItem(
        item_key("price", charge.vendor, product, customer, problem.code if problem else ""),
        NO_PRICE,
        problem.sentence if problem else product,
        problem.hint if problem else "",
        vendor=charge.vendor,
        customer=customer,
    )


def missing_line(
    key: str, customer: str, what: str, billing_month: str, *, settled: bool, counted_on: str = ""
) -> OpenItem:
    """Return the item of a subscription or adjustment that should have a line and has none.

    ``counted_on`` names the sheet on which it is counted, where no report brings it.
    """
    source = f"Fill in {counted_on}" if counted_on else "Import the report that bills it"
    return OpenItem(
        key,
        MISSING_LINE,
        what,
        f"{source}, end it on its sheet, or choose waive with a reason",
        customer=customer,
        billing_month=billing_month,
        settled=settled,
    )


def item_problems(items: Sequence[OpenItem], books: Books, billing_month: str) -> list[Problem]:
    """Return what the items hold up, and what is wrong with the decisions about them."""
    return [
        *(_waiting(item) for item in items if not item.settled and item.kind not in _SAID_ELSEWHERE),
        *(problem for item in items for problem in _about(item, books, billing_month)),
    ]


def _waiting(item: OpenItem) -> Problem:
    if item.kind == MISSING_LINE:
        sentence = f"{item.what} of customer {item.customer} has no line in {item.billing_month}."
        return _problem("RAT-003", item, sentence, f"{item.proposal}.")
    rows = "1 row" if item.rows == 1 else f"{item.rows} rows"
    sentence = (
        f"{rows} ({exact_text(item.cost)} {item.currency}) of {item.vendor} wait: {item.kind}, {item.what}."
    )
    return _problem("RAT-001", item, sentence, f"{item.proposal}; or decide on sheet To do, with a reason.")


def _about(item: OpenItem, books: Books, billing_month: str) -> Iterable[Problem]:
    """Yield what is wrong with the decision: another kind's answer, no reason, no name."""
    decision = books.decision(item.key)
    if decision is None:
        return
    if not settles(item.kind, decision):
        sentence = f'"{decision.decision}" does not settle {item.kind}: {item.what}.'
        hint = f"Choose {' or '.join(answers(item.kind))} on sheet To do, or: {item.proposal}."
        yield _problem("RAT-006", item, sentence, hint, "Decision")
    if not decision.reason.strip():
        sentence = f'"{decision.decision}" for {item.what} has no reason.'
        yield _problem("RAT-005", item, sentence, "Write why in column Reason on sheet To do.", "Reason")
    if decision.decision in {"exclude", "own use"} and not decision.decided_by.strip():
        yield from _unnamed(item, books, billing_month)


def _unnamed(item: OpenItem, books: Books, billing_month: str) -> Iterable[Problem]:
    day = month(billing_month).through
    exchange = rate_on(books.exchange_rates, item.currency, books.base_currency, day)
    if abs(Fraction(item.cost)) * (exchange or 1) > Fraction(books.exclusion_limit):
        sentence = (
            f"{exact_text(item.cost)} {item.currency} ({item.what}) is excluded, above the limit "
            f"of {books.exclusion_limit:f} {books.base_currency}, and nobody signed for it."
        )
        hint = "A second person fills in Decided by on sheet To do."
        yield _problem("RAT-004", item, sentence, hint, "Decided by")


def _problem(code: str, item: OpenItem, sentence: str, hint: str, column: str = "") -> Problem:
    return Problem(code, sentence, Place(sheet="To do", column=column), hint, Severity.BLOCK, item.customer)
