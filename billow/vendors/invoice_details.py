"""A vendor's own invoices, added up from the list of their lines that comes beside the charges.

Such a list (FOCUS: *Invoice Detail*) says what the vendor asks for; what was used stands in the charges. Its
lines are never charges: they are added up by invoice, to be held against what was imported. A voided line
asks for nothing; an invoice that is still open asks for nothing yet and is left out.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from billow.charges import Category
from billow.money import exact_text, is_currency, total
from billow.problems import Place, Problem, Severity, in_order, refuse_if_any
from billow.vendors.drift import changed_columns
from billow.vendors.formats import DETAIL_TARGETS, Formats, ReportFormat
from billow.vendors.listed import Cells, listed_rows, no_currency, unreadable
from billow.vendors.table import Table

_OPEN, _ISSUED, _VOIDED = "Open", "Issued", "Voided"
# What a line must say, and what it must say where the format has a column for it.
_NEEDED = ("InvoiceId", "x_InvoiceMonth", "BillingCurrency", "BilledCost")
_WORDS = {
    "x_InvoiceStatus": f"status that is {_OPEN}, {_ISSUED} or {_VOIDED}",
    "ChargeCategory": "kind of charge that is known",
}


@dataclass(frozen=True)
class VendorBill:
    """What a vendor's invoice says of one billing month, before tax and as tax."""

    vendor: str
    invoice: str
    month: str
    day: date | None
    currency: str
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class _Line:
    """One line of an invoice, as read."""

    vendor: str
    invoice: str
    month: str
    day: date | None
    status: str
    currency: str
    is_tax: bool
    amount: Decimal
    place: Place

    @property
    def key(self) -> tuple[str, str, str]:
        """What the lines of one invoice and month have in common."""
        return self.vendor, self.invoice, self.month


def read_bills(
    table: Table, report: ReportFormat, formats: Formats
) -> tuple[tuple[VendorBill, ...], tuple[Problem, ...]]:
    """Return the invoices of an opened list, and what a person should look at.

    Raise ``Refused`` where a line cannot be read: a part of an invoice is no invoice.
    """
    rows = listed_rows(table, report, formats, DETAIL_TARGETS)
    mapped = {row.target for row in formats.mapping_of(report.format_id)}
    found = [_line(cells, mapped, report, Place(table.file, row=number)) for number, cells in rows]
    problems = [
        *table.problems,
        *changed_columns(table.file, table.plain.header, report, formats),
        *(each for each in found if isinstance(each, Problem)),
    ]
    lines = sorted((each for each in found if isinstance(each, _Line)), key=lambda line: line.key)
    bills: list[VendorBill] = []
    for _, group in groupby(lines, key=lambda line: line.key):
        bill = _bill(list(group))
        if isinstance(bill, Problem):
            problems.append(bill)
        else:
            bills.append(bill)
    refuse_if_any(problems)
    return tuple(bills), in_order(problems)


def _line(cells: Cells, mapped: Container[str], report: ReportFormat, place: Place) -> _Line | Problem:
    texts = {name: "" if cell is None else str(cell).strip() for name, cell in cells.items()}
    words = {name: said for name, said in _WORDS.items() if name in mapped}
    lacks = [said for name, said in ({name: name for name in _NEEDED} | words).items() if not texts[name]]
    if lacks:
        return unreadable("IMP-093", f"it has no {', no '.join(lacks)}", place)
    if not is_currency(texts["BillingCurrency"]):
        return no_currency(texts["BillingCurrency"], place)
    day = cells["x_InvoiceDate"]
    return _Line(
        vendor=texts["ServiceProviderName"] or report.vendor,
        invoice=texts["InvoiceId"],
        month=texts["x_InvoiceMonth"],
        day=day if isinstance(day, date) else None,
        status=texts["x_InvoiceStatus"] or _ISSUED,
        currency=texts["BillingCurrency"],
        is_tax=texts["ChargeCategory"] == Category.TAX,
        amount=Decimal(texts["BilledCost"]),
        place=place,
    )


def _bill(lines: Sequence[_Line]) -> VendorBill | Problem:
    """Return what the lines of one invoice and month ask for, or why they ask for nothing."""
    first = lines[0]
    currencies = sorted({line.currency for line in lines})
    if len(currencies) > 1:
        return Problem(
            "IMP-094",
            f"The invoice {first.invoice} of {first.vendor} is in {' and '.join(currencies)}.",
            first.place,
            "Ask the vendor for a list that is in one currency, or type the invoice from its PDF.",
        )
    if any(line.status == _OPEN for line in lines):
        return Problem(
            "IMP-095",
            f"The invoice {first.invoice} of {first.vendor} is still open; it was left out.",
            first.place,
            "Import the list again once the vendor issued the invoice.",
            Severity.NOTE,
        )
    asked = [line for line in lines if line.status != _VOIDED]
    return VendorBill(
        vendor=first.vendor,
        invoice=first.invoice,
        month=first.month,
        day=max((line.day for line in lines if line.day), default=None),
        currency=first.currency,
        net=_sum(line.amount for line in asked if not line.is_tax),
        tax=_sum(line.amount for line in asked if line.is_tax),
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return Decimal(exact_text(total(amounts)))  # the engine fills up with zeros
