"""Own usage that was written down after its month was issued: it is billed in the open month.

What an issued invoice shows is never billed again, and what no invoice will show is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from billow.contracts.own_usage import OwnUsage
from billow.invoicing.document import Document
from billow.problems import Problem, Severity
from billow.rating.books import Books
from billow.register.register import Register


def with_late_usage(books: Books, register: Register, billing_month: str) -> tuple[Books, list[Problem]]:
    """Return the books with the month in which each row of own usage is billed, and the rows that wait."""
    earlier = [row for row in books.own_usage if row.of_month <= billing_month]
    issued = {
        customer: register.documents(customer=customer)
        for customer in dict.fromkeys(row.customer for row in earlier)
    }
    rows = [_placed(row, issued.get(row.customer, ()), billing_month) for row in books.own_usage]
    return replace(books, own_usage=rows), list(_waiting(rows, billing_month))


def _placed(row: OwnUsage, issued: Sequence[Document], billing_month: str) -> OwnUsage:
    """Return the row with the month that bills it, where that is not its own."""
    shown = {document.billing_month for document in issued if row.key in _keys(document)}
    if shown:
        return replace(row, billed_in=min(shown))
    months = {document.billing_month for document in issued}
    if all(name < row.of_month for name in months):
        return row
    # Its month is closed. An open month takes it, and whichever is issued first keeps it.
    return replace(row, billed_in="" if billing_month <= max(months) else billing_month)


def _keys(document: Document) -> set[str]:
    return {source.charge_key for line in document.lines for source in line.sources}


def _waiting(rows: Iterable[OwnUsage], billing_month: str) -> Iterable[Problem]:
    for row in rows:
        if row.billed_in is None and row.of_month < billing_month:
            yield Problem(
                "DRV-004",
                f"{row.key} of customer {row.customer} belongs to {row.of_month}, and no invoice shows it.",
                replace(row.place, column="Month"),
                f"Invoice and issue {row.of_month} for it, or write {billing_month} in column Month.",
                Severity.BLOCK,
                row.customer,
            )
