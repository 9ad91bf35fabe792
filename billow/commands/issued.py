"""The lines that earlier invoices have for the contracts of which a period changes in this month."""

from billow.commands.desk import Desk
from billow.contracts.statements import statements
from billow.contracts.subscriptions import by_subscription, changes_of
from billow.rating.books import Books
from billow.rating.contract_terms import rules_for
from billow.rating.issued import IssuedLine


def issued_before(desk: Desk, month: str) -> list[IssuedLine]:
    """Return them from the register; the invoices of customers without such a change are not read."""
    return [
        IssuedLine(line.subscription, line.period, line.net, document.currency)
        for customer in sorted(_customers(desk.inputs.books, month))
        for document in desk.register.documents(customer=customer)
        if document.billing_month < month
        for line in document.lines
        if line.driver == "contract" and line.period
    ]


def _customers(books: Books, month: str) -> set[str]:
    """Return the customers of contracts that were billed for a period which changes in the month."""
    changes = by_subscription(books.changes)
    return {
        subscription.customer
        for subscription in books.subscriptions
        if subscription.billed_by == "contract"
        for found in statements(
            subscription, changes_of(subscription, changes), month, rules_for(subscription, books)
        )
        if not found.is_first
    }
