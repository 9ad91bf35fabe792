"""Sheet Schedule: the periods of each contract around the billing month; and all those of one contract."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billow.commands.billing_month import BillingMonth
from billow.commands.desk import At, Desk, now, open_desk
from billow.commands.outcome import Outcome
from billow.contracts.checks import cannot_be, changes_that_cannot_be
from billow.contracts.schedule import BillingPeriod, periods_near, periods_of, renews_on
from billow.contracts.statements import seats_known
from billow.contracts.subscriptions import Change, Subscription, by_subscription, changes_of
from billow.invoicing.document import Document
from billow.money import total
from billow.periods import month as month_of
from billow.periods import months_after
from billow.problems import Place, Problem, Refused, refuse_if_any
from billow.rating.books import Books
from billow.rating.contract_terms import rules_for

_MONTHS_AHEAD = 12


def schedule_rows(books: Books, month: BillingMonth) -> Iterator[dict[str, Any]]:
    """Yield a row per contract and period that touches the month, the one before it or the one after it."""
    changes = by_subscription(books.changes)
    documents = {document.buyer.number: document for document in month.documents}
    for subscription in books.subscriptions:
        customer = books.customer(subscription.customer)
        own = changes_of(subscription, changes)
        running = subscription.billed_by == "contract" and subscription.status == "active"
        if not running or customer is None or customer.status != "active" or cannot_be(subscription, own):
            continue
        for found in periods_near(subscription, month_of(month.name)):
            amounts = _amounts(documents.get(subscription.customer), found)
            yield {
                **_of_contract(subscription, found),
                "Billed in": found.due,
                "Quantity": _quantity(subscription, own, found, books, month.name),
                "Amount": total(amounts) if amounts else None,
                "Currency": books.currency_of(subscription.customer),
            }


def schedule(workbook: At, subscription: str, through: date | None) -> Outcome:
    """Say on which days a contract is billed and in which month, from its start on.

    The periods that begin by ``through`` are listed, by default those of a year from now.
    """
    desk = open_desk(workbook, tolerant=True)
    found = _contract(desk, subscription.strip())
    until = through or months_after(now().date(), _MONTHS_AHEAD)
    own = changes_of(found, by_subscription(desk.inputs.books.changes))
    refuse_if_any(changes_that_cannot_be(found, own))
    rows = [
        {
            "from": f"{each.period.start}",
            "through": f"{each.period.through}",
            "kind": each.kind,
            "billed_in": each.due,
            "quantity": f"{_quantity(found, own, each, desk.inputs.books, each.due):f}",
        }
        for each in periods_of(found, until)
    ]
    lines = (
        f"Subscription {found.subscription} of customer {found.customer}, product {found.product}:",
        *(
            "{from} through {through}, billed in {billed_in}, quantity {quantity}".format(**row)
            for row in rows
        ),
    )
    return Outcome(lines, {"subscription": found.subscription, "customer": found.customer, "periods": rows})


def _contract(desk: Desk, asked: str) -> Subscription:
    for row in desk.inputs.books.subscriptions:
        if row.billed_by == "contract" and row.subscription.casefold() == asked.casefold():
            return row
    sentence = f'There is no contract "{asked}".'
    hint = "Write a subscription of sheet Subscriptions that is billed by contract."
    place = Place(desk.path.name, "Subscriptions", column="Subscription")
    raise Refused([Problem("CMD-030", sentence, place, hint)])


def _of_contract(subscription: Subscription, found: BillingPeriod) -> dict[str, Any]:
    return {
        "Subscription": subscription.subscription,
        "Customer": subscription.customer,
        "Product": subscription.product,
        "From": found.period.start,
        "Through": found.period.through,
        "Kind": found.kind,
        "Advance/arrears": "arrears" if subscription.in_arrears else "advance",
        "Notice by": subscription.notice_by,
        "Renews on": renews_on(subscription, found.period.start),
    }


def _quantity(
    subscription: Subscription, own: Sequence[Change], found: BillingPeriod, books: Books, name: str
) -> Decimal:
    until = max(month_of(name).end, month_of(found.due).end)
    seats = seats_known(subscription, own, until, found.period, rules_for(subscription, books), is_first=True)
    return seats[-1].quantity if seats else Decimal(0)


def _amounts(document: Document | None, found: BillingPeriod) -> list[Decimal]:
    """Return what a document bills for the period, corrections of it included."""
    key = found.subscription.casefold()
    return [
        line.net
        for line in (document.lines if document else ())
        if line.driver == "contract"
        and line.subscription.casefold() == key
        and line.period
        and found.period.start <= line.period.start < found.period.end
    ]
