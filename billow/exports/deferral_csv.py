"""Prepaid revenue as a table: what of each invoice belongs to which month, for the deferral entries.

Each revenue line of the journal that reaches beyond its billing month is spread over the calendar months of
its period, by month (whole months equal) or by day; the last month takes the remainder. Columns: Number,
Date, Customer, Account, Cost centre, VAT code, Text; Month with From and Through, both inclusive; Amount,
positive where it is revenue; Currency.
"""

import csv
import io
from collections.abc import Callable, Iterator
from decimal import Decimal

from billow.exports.journal_csv import guarded, refuse_formulas
from billow.journal.deferral import Earned, by_day, by_month
from billow.journal.entry import Entry, EntryLine, Journal, Role
from billow.periods import Period, inclusive, month

COLUMNS = (
    "Number", "Date", "Customer", "Account", "Cost centre", "VAT code", "Text", "Month", "From", "Through",
    "Amount", "Currency",
)  # fmt: skip


def text_by_month(journal: Journal) -> str:
    """Return the table with whole months equal; refuse codes that would be formulas."""
    return _text(journal, by_month)


def text_by_day(journal: Journal) -> str:
    """Return the table with each month by its days; refuse codes that would be formulas."""
    return _text(journal, by_day)


def _text(journal: Journal, spread: Callable[[Decimal, Period, str], tuple[Earned, ...]]) -> str:
    refuse_formulas(journal)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry, line, period in _prepaid(journal):
        for part in spread(-line.balance, period, entry.currency):
            writer.writerow(_row(entry, line, part))
    return out.getvalue()


def _prepaid(journal: Journal) -> Iterator[tuple[Entry, EntryLine, Period]]:
    for entry in journal.entries:
        billed = month(entry.billing_month)
        for line in entry.lines:
            if line.role is Role.REVENUE and line.period_from and line.period_through:
                period = inclusive(line.period_from, line.period_through)
                if period.start < billed.start or period.end > billed.end:
                    yield entry, line, period


def _row(entry: Entry, line: EntryLine, part: Earned) -> tuple[object, ...]:
    return (
        entry.number,
        entry.issue_date,
        entry.customer,
        line.account,
        line.cost_centre,
        line.vat_code,
        guarded(line.text),
        f"{part.period.start:%Y-%m}",
        part.period.start,
        part.period.through,
        format(part.amount, "f"),
        entry.currency,
    )
