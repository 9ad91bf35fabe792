"""The demo's month in any size: its charges and contracts once for each copy of its 25 customers."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.charges import Charge
from billow.commands.desk import open_desk
from billow.commands.import_reports import import_reports
from billow.commands.new import new
from billow.contracts.customers import Account, Customer
from billow.contracts.subscriptions import Subscription
from billow.rating.books import Books

MONTH = "2026-06"


def demo_month() -> tuple[list[Charge], Books]:
    """Return the charges and books of the example, read from its reports and its workbook."""
    with TemporaryDirectory() as folder:
        workbook = Path(folder) / "Billing.xlsx"
        new(workbook, with_example=True, reports=(), progress=_quiet)
        import_reports(workbook, (), None, _quiet)
        desk = open_desk(workbook)
        return list(desk.store.charges(MONTH)), desk.inputs.books


def copies(charges: list[Charge], books: Books, count: int) -> tuple[list[Charge], Books]:
    """Return the month of a reseller with ``count`` times the demo's customers, each with its own accounts.

    Prices for one customer stay with the first copy, so that the price sheet keeps its size.
    """
    numbers = range(count)
    found = replace(
        books,
        customers=[_customer(c, n) for n in numbers for c in books.customers],
        accounts=[_account(a, n) for n in numbers for a in books.accounts],
        subscriptions=[_subscription(s, n) for n in numbers for s in books.subscriptions],
        changes=[replace(c, subscription=_named(c.subscription, n)) for n in numbers for c in books.changes],
        adjustments=[replace(a, customer=_named(a.customer, n)) for n in numbers for a in books.adjustments],
    )
    return [_charge(c, n) for n in numbers for c in charges], found


def _quiet(_what: str, _done: int, _all: int) -> None:
    """Report no progress."""


def _named(name: str, number: int) -> str:
    return f"{name}.{number}" if name and number else name


def _customer(customer: Customer, number: int) -> Customer:
    return replace(customer, customer=_named(customer.customer, number))


def _account(account: Account, number: int) -> Account:
    return replace(
        account, account=_named(account.account, number), customer=_named(account.customer, number)
    )


def _subscription(subscription: Subscription, number: int) -> Subscription:
    return replace(
        subscription,
        subscription=_named(subscription.subscription, number),
        customer=_named(subscription.customer, number),
    )


def _charge(charge: Charge, number: int) -> Charge:
    return charge._replace(
        key=_named(charge.key, number),
        customer_key=_named(charge.customer_key, number),
        subscription_id=_named(charge.subscription_id, number),
        sub_account_id=_named(charge.sub_account_id, number),
    )
