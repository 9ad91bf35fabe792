"""The blocks of an invoice sheet from top to bottom; each begins where the one before ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from billow.sheets.values import digits
from billow.workbook.invoice_view import GroupView, InvoiceView, LineView, PartyView
from billow.workbook.layout import Cell

_WIDE = 52  # letters that fit in the first column on one line
_LINE = 13.5  # the height of one line of text
_HEADS = {"quantity": "invoice_head_right", "unit_price": "invoice_head_right", "unit": "invoice_head_unit"}
_LAST = 6  # the column of the amounts


@dataclass
class Page:
    """A sheet while it is laid out: the next free row, and what stands on it so far."""

    labels: Mapping[str, str]
    decimals: str
    row: int = 1
    cells: list[Cell] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)

    def put(self, column: int, value: Any, style: str, *, row: int | None = None) -> None:
        """Put a value in a cell of the present row, or of another one."""
        self.cells.append(Cell(self.row if row is None else row, column, value, style))

    def across(self, first: int, last: int, value: Any, style: str) -> None:
        """Put a value over several columns of the present row."""
        self.put(first, value, style)
        for column in range(first + 1, last + 1):
            self.put(column, None, style)
        self.merges.append(f"{'ABCDEF'[first - 1]}{self.row}:{'ABCDEF'[last - 1]}{self.row}")

    def amount(self, value: Any, kind: str = "invoice_amount") -> None:
        """Put an amount in the last column, with the decimals of the currency."""
        self.put(_LAST, value, kind + self.decimals)

    def next(self, height: float | None = None, rows: int = 1) -> None:
        """Go on to the next row; ``height`` is that of the row that is done."""
        if height is not None:
            self.heights[self.row] = height
        self.row += rows


def heading(page: Page, document: InvoiceView) -> None:
    """The company's name (where a logo may go), the title, and a band across every draft."""
    said = page.labels
    title = said["credit_note"] if document.credit_note else said["invoice"]
    page.across(1, 3, document.seller.name, "invoice_company")
    page.across(4, _LAST, said["draft"] if document.draft else title, "invoice_title")
    page.next(36)
    if document.draft:
        page.across(1, _LAST, said["draft_note"], "invoice_draft")
        page.next(21)
    for column in range(1, _LAST + 1):
        page.put(column, None, "invoice_rule")
    page.next(9)


def parties(page: Page, document: InvoiceView) -> None:
    """Buyer on the left, the facts of the document on the right, seller's details below them."""
    top = page.row
    page.put(1, page.labels["bill_to"], "invoice_label")
    page.next()
    _party(page, document.buyer, strong=True)
    page.next()
    _party(page, document.seller, strong=False)
    bottom = page.row
    page.row = top
    for label, value in _facts(page, document):
        page.across(3, 4, label, "invoice_label")
        style = "invoice_value" if isinstance(value, str) else "invoice_date"
        page.across(5, _LAST, value, style)
        page.next()
    page.row = max(page.row, bottom) + 1


def _party(page: Page, party: PartyView, *, strong: bool) -> None:
    said = page.labels
    page.put(1, party.name, "invoice_strong" if strong else "invoice_small")
    page.next()
    numbered = [(said["vat_no"], party.vat_number), (said["registration_no"], party.registration_number)]
    details = [f"{label} {number}" for label, number in numbered if number]
    texts = [*party.address, *details, party.email]
    if not strong:  # the seller's details take little room
        texts = [" · ".join(filter(None, party.address)), " · ".join(details), party.email]
    for text in filter(None, texts):
        page.across(1, 2, text, "invoice_text" if strong else "invoice_small")
        page.next()


def _facts(page: Page, document: InvoiceView) -> list[tuple[str, Any]]:
    said = page.labels
    period = _days(document.start, document.through)
    facts = [
        (said["number"], document.number),
        (said["date"], document.issued),
        (said["due"], document.due),
        (said["period"], period),
        *document.references,
    ]
    return [(label, value) for label, value in facts if value]


def lines(page: Page, document: InvoiceView) -> int:
    """The lines by vendor; return the row of the header, which is repeated on every page."""
    said, head = page.labels, page.row
    for column, name in enumerate(("description", "period", "quantity", "unit", "unit_price"), start=1):
        page.put(column, said[name], _HEADS.get(name, "invoice_head"))
    page.put(_LAST, f"{said['amount']} {document.currency}", "invoice_head_right")
    page.next(21)
    for group in document.groups:
        _group(page, group)
    return head


def _group(page: Page, group: GroupView) -> None:
    page.across(1, _LAST, group.name, "invoice_group")
    page.next(18)
    for line in group.lines:
        _line(page, line)
    page.across(4, 5, f"{page.labels['subtotal']} {group.name}", "invoice_subtotal_label")
    page.amount(group.subtotal, "invoice_subtotal")
    page.next(18)
    page.next(6)


def _line(page: Page, line: LineView) -> None:
    page.put(1, line.text, "invoice_line")
    days = _days(line.start, line.through)
    page.put(2, days, "invoice_period")
    page.put(3, line.quantity, "invoice_quantity")
    page.put(4, line.unit, "invoice_unit")
    page.put(5, line.unit_price, "invoice_price")
    page.amount(line.amount)
    page.next(_height(line.text))
    for note in line.notes:
        page.across(1, 2, note, "invoice_note")
        page.next(_LINE)


def _days(start: date | None, through: date | None) -> str:
    """First and last day, both included."""
    return f"{start} \u2013 {through}" if start and through else ""


def _height(text: str) -> float:
    return _LINE * sum(max(1, -(-len(part) // _WIDE)) for part in text.split("\n")) + 2


def totals(page: Page, document: InvoiceView) -> None:
    """The totals, the one to pay in a box, and below them VAT by category and rate."""
    said = page.labels
    owed = document.payable if document.payable is not None else document.total
    rows = [(said["net"], document.net), (said["vat_total"], document.vat_total)]
    if document.prepaid:
        rows += [(said["total"], document.total), (said["prepaid"], -document.prepaid)]
    for label, value in rows:
        page.across(4, 5, label, "invoice_line")
        page.amount(value)
        page.next(18)
    page.across(4, 5, f"{said['payable']} {document.currency}", "invoice_total_label")
    page.amount(owed, "invoice_total")
    page.next(26)
    page.next()
    _vat(page, document)


def _vat(page: Page, document: InvoiceView) -> None:
    said = page.labels
    page.put(1, said["vat"], "invoice_strong")
    for column, name in ((2, "vat_rate"), (3, "vat_base"), (5, "vat_total")):
        page.put(column, said[name], "invoice_small_right")
    page.merges.append(f"C{page.row}:D{page.row}")
    page.next()
    for vat in document.vat:
        page.put(1, vat.name, "invoice_line")
        page.put(2, f"{digits(vat.rate)} %", "invoice_rate")
        page.across(3, 4, vat.net, "invoice_amount" + page.decimals)
        page.put(5, vat.vat, "invoice_amount" + page.decimals)
        page.next()
    page.next()


def payment(page: Page, document: InvoiceView) -> None:
    """How to pay, why no tax is charged where none is, and other notes."""
    said = page.labels
    ways = [
        (said["iban"], document.iban),
        (said["bic"], document.bic),
        (said["reference"], document.payment_reference),
    ]
    if not document.draft and (document.payment_terms or any(value for _, value in ways)):
        page.put(1, said["payment"], "invoice_strong")
        page.next()
        for text in filter(None, [document.payment_terms, *(f"{k} {v}" for k, v in ways if v)]):
            page.across(1, _LAST, text, "invoice_text")
            page.next()
        page.next()
    why = [f"{vat.name}: {vat.note}" for vat in document.vat if vat.note]
    for text in [*why, *document.notes]:
        page.across(1, _LAST, text, "invoice_small")
        page.next(_LINE * max(1, -(-len(text) // 110)))
    page.next()
