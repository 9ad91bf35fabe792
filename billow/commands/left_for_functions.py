"""What a run leaves for the functions in cells: the summary beside the data, and what names the run."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from billow.commands.billing_month import BillingMonth
from billow.commands.desk import REGISTER_PROPERTY, Desk, now
from billow.exports.files import write_text
from billow.invoicing.document import Document
from billow.periods import Period
from billow.periods import month as days_of
from billow.rating.books import Books
from billow.rating.driven import by_users, users_counted
from billow.rating.placing import Fate, Placed
from billow.summary import (
    Check,
    Counted,
    Invoice,
    Line,
    Listed,
    Record,
    Usage,
    User,
    index_entry,
    known_months,
    write,
)
from billow.users.counting import stretches

_NOT_USED = {Fate.TAX, Fate.EXCLUDED}
_MARK = 8  # so much of the register's name tells this user's workbooks apart


def leave_for_functions(desk: Desk, month: BillingMonth, checks: Mapping[str, str]) -> str:
    """Write the summary of the run and return what ``Billow_Run`` says: when, and of which workbook."""
    mark = desk.book.property(REGISTER_PROPERTY)[:_MARK]
    run = f"{now():%Y-%m-%d %H:%M:%S} {mark}"
    path = summary_path(desk)
    write(path, run, month.name, [*_records(desk, month, checks), *_earlier(desk, month, known_months(path))])
    write_text(index_entry(mark), str(path))
    return run


def summary_path(desk: Desk) -> Path:
    """Return where the summary of the workbook lies."""
    return (desk.data / "summary.sqlite").resolve()


def _records(desk: Desk, month: BillingMonth, checks: Mapping[str, str]) -> Iterator[Record]:
    yield from (_usage(month.name, placed) for placed in month.rated.placed if placed.fate not in _NOT_USED)
    yield from _users(desk.inputs.books, month.name)
    yield from (record for document in month.documents for record in _of_document(document))
    yield from (Check(name, result) for name, result in checks.items())
    for row in desk.inputs.books.list_prices.rows:
        yield Listed(
            row.sku,
            row.term,
            row.billing,
            row.segment,
            row.market,
            row.currency,
            _text(row.up_to),
            row.list_price,
            _text(row.valid_from),
            _text(row.valid_through),
        )


def _earlier(desk: Desk, month: BillingMonth, known: frozenset[str]) -> Iterator[Record]:
    """Yield what the register holds of months that no summary has seen, so that no month reads as nothing."""
    for name in sorted(desk.register.months() - known - {month.name}):
        for document in desk.register.documents(name):
            yield from _of_document(document)


def _usage(month: str, placed: Placed) -> Usage:
    charge = placed.charge
    return Usage(
        month,
        placed.customer,
        placed.product,
        charge.vendor,
        charge.subscription_id or charge.sub_account_id,
        charge.unit,
        charge.currency,
        charge.quantity or Decimal(0),
        charge.billed_cost,
    )


def _users(books: Books, month: str) -> Iterator[Record]:
    """Yield who used what in the month, and the counts by which it is billed."""
    for user, days in stretches(books.users, days_of(month)):
        whose = (user.customer, user.product)
        yield User(month, *whose, user.key.strip(), user.name, *_from_through(days))
    for subscription in by_users(books):
        whose = (subscription.customer, subscription.product)
        for days, quantity in users_counted(subscription, books, month):
            yield Counted(month, *whose, *_from_through(days), quantity)


def _from_through(days: Period) -> tuple[str, str]:
    return str(days.start), str(days.through)


def _of_document(document: Document) -> Iterator[Record]:
    month, customer = document.billing_month, document.buyer.number
    if document.is_issued:
        figures = (document.net, document.vat, document.total)
        yield Invoice(month, customer, document.number, document.currency, *figures)
    for line in document.lines:
        steps = "\n".join([f"{_one_line(step.text)}\t{step.amount}" for step in line.explanation])
        yield Line(
            month,
            line.line_id,
            customer,
            line.vendor,
            line.product,
            line.revenue_group,
            document.currency,
            line.net,
            line.cost,
            document.number,
            steps,
        )


def _one_line(text: str) -> str:
    r"""Return a text without line ends and tabs, which keep steps and amounts apart.

    >>> _one_line("R & D"), _one_line(" R\t&\n D"), _one_line("R  & D "), _one_line("R\u2028D")
    ('R & D', 'R & D', 'R & D', 'R D')
    """
    # Nearly all are one line already, which is sooner seen than done.
    plain = text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]
    return text if plain else " ".join(text.split())


def _text(value: date | Decimal | None) -> Any:
    return "" if value is None else str(value)
