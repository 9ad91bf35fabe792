"""The journal as a table that every accounting system and spreadsheet reads.

UTF-8 with a byte order mark (Excel shows umlauts only with it), comma, CRLF, a decimal point, ISO dates.
One row per entry line; rows of one ``Number`` are one balanced entry. What an invoice defers is released by
an entry for each later month: its number is that of the invoice, a point and the month. Columns:

- Journal, Number, Date, Due date, Customer (debtor code), Name, Description, Billing month: of the entry
- Line: 1, 2, 3 ... within the entry
- Role: debtor, revenue, deferred (revenue that is earned later) or vat
- Account, Text, Debit, Credit, VAT code, Cost centre: of the line; an amount is never negative
- From, Through: the days that revenue is for, both inclusive
- Currency: of Debit and Credit; Base currency: of the books; Exchange rate: one unit of Currency in
  Base currency, blank where both are the same

A text that a spreadsheet would read as a formula gets an apostrophe before it. In a code (account, debtor,
cost centre, VAT code, journal, number) that would be another code, so there it is a problem.

>>> guarded("=cmd|' /C calc'!A0"), guarded("-12.50"), guarded("Contoso")
("'=cmd|' /C calc'!A0", '-12.50', 'Contoso')
"""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal

from billow.journal.entry import Entry, EntryLine, Journal
from billow.money import minor_units
from billow.problems import Problem, Refused

ENCODING = "utf-8-sig"
COLUMNS = (
    "Journal", "Number", "Date", "Due date", "Customer", "Name", "Description", "Billing month", "Line",
    "Role", "Account", "Text", "Debit", "Credit", "VAT code", "Cost centre", "From", "Through", "Currency",
    "Base currency", "Exchange rate",
)  # fmt: skip

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d ]*(\.\d+)?")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def text(journal: Journal) -> str:
    """Return the journal as CSV; refuse codes that would be formulas."""
    refuse_formulas(journal)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in journal.entries:
        for position, line in enumerate(entry.lines, 1):
            writer.writerow(_row(entry, position, line))
    return out.getvalue()


def refuse_formulas(journal: Journal) -> None:
    """Raise ``Refused`` when a code of the journal would be a formula in a spreadsheet."""
    problems = [problem for entry in journal.entries for problem in _unfit(entry)]
    if problems:
        raise Refused(problems)


def guarded(value: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    plain = _BREAKS.sub(" ", value)
    return f"'{plain}" if _is_formula(plain) else plain


def _row(entry: Entry, position: int, line: EntryLine) -> tuple[object, ...]:
    return (
        entry.journal,
        entry.number,
        entry.issue_date,
        entry.due_date,
        entry.customer,
        guarded(entry.name),
        guarded(entry.description),
        entry.billing_month,
        position,
        line.role.value,
        line.account,
        guarded(line.text),
        _amount(line.debit, entry.currency),
        _amount(line.credit, entry.currency),
        line.vat_code,
        line.cost_centre,
        line.period_from or "",
        line.period_through or "",
        entry.currency,
        entry.base_currency or entry.currency,
        format(entry.exchange_rate, "f") if entry.exchange_rate is not None and entry.is_foreign else "",
    )


def _amount(amount: Decimal, currency: str) -> str:
    return format(amount, f".{minor_units(currency)}f")


def _is_formula(value: str) -> bool:
    return bool(_FORMULA.match(value)) and not _PLAIN_NUMBER.fullmatch(value)


def _unfit(entry: Entry) -> Iterator[Problem]:
    codes = [("number", entry.number), ("customer", entry.customer), ("journal", entry.journal)]
    for line in entry.lines:
        codes += [("account", line.account), ("VAT code", line.vat_code), ("cost centre", line.cost_centre)]
    for name, code in dict.fromkeys(codes):
        if _is_formula(code) or _BREAKS.search(code):
            yield Problem(
                "EXP-002",
                f'A spreadsheet would calculate the {name} "{_BREAKS.sub(" ", code)}" of {entry.number}.',
                hint="Give it a code that begins with a letter or a digit.",
                customer=entry.customer,
            )
