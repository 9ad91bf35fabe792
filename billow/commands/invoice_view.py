"""A document as the invoice sheet shows it: grouped by vendor, in the customer's language."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from billow.invoicing.document import Document, Line, Party
from billow.invoicing.texts import group_words, labels, words
from billow.periods import month
from billow.workbook.invoice_sheet import GroupView, InvoiceView, LineView, PartyView, VatView

# What the sheet calls its words, and what they are called among the texts of the documents.
_LABELS = {
    "invoice": "invoice", "draft": "draft", "draft_note": "payment_draft", "bill_to": "bill_to",
    "number": "number", "date": "date", "due": "due", "period": "period", "description": "description",
    "quantity": "quantity", "unit": "unit", "unit_price": "unit_price", "amount": "amount",
    "subtotal": "subtotal", "vat": "vat", "vat_rate": "vat_rate", "vat_base": "taxable",
    "vat_no": "vat_number", "registration_no": "registration_number", "net": "net", "vat_total": "vat",
    "total": "total", "payable": "total",
    "payment": "payment_title", "reference": "payment_reference", "page": "page_word",
}  # fmt: skip


def view(document: Document) -> InvoiceView:
    """Return what the sheet of the document shows."""
    texts = labels(document.language)
    period = month(document.billing_month)
    days = f"{document.due_date}" if document.due_date else ""
    payment = texts["payment"].format(due=days, iban=document.seller.iban, number=document.number)
    return InvoiceView(
        seller=_party(document.seller),
        buyer=_party(document.buyer),
        currency=document.currency,
        groups=tuple(_groups(document)),
        vat=tuple(VatView(v.code, v.rate, v.net, v.vat, v.text) for v in document.vat_lines),
        net=document.net,
        vat_total=document.vat,
        total=document.total,
        draft=not document.is_issued,
        number=document.number,
        issued=document.issue_date,
        due=document.due_date,
        start=period.start,
        through=period.through,
        references=tuple(_references(document)),
        iban=document.seller.iban,
        bic=document.seller.bic,
        payment_reference=document.number,
        payment_terms=payment if document.is_issued else texts["payment_draft"],
        notes=tuple(_notes(document)),
        labels={key: texts[name] for key, name in _LABELS.items()},
    )


def _groups(document: Document) -> Iterable[GroupView]:
    """Group by vendor; our own services and general discounts have none."""
    for name, found in groupby(
        document.lines, key=lambda line: group_words(document.language, line.vendor, line.driver)
    ):
        lines = tuple(found)
        subtotal = sum((line.net for line in lines), Decimal(0))
        yield GroupView(name, tuple(_line(line) for line in lines), subtotal)


def _line(line: Line) -> LineView:
    notes = [note for note in (line.note, line.purchase_order) if note]
    return LineView(
        text=line.text,
        amount=line.net,
        start=line.period.start if line.period else None,
        through=line.period.through if line.period else None,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        notes=tuple(notes),
    )


def _party(party: Party) -> PartyView:
    town = " ".join(part for part in (party.postcode, party.city) if part)
    address = tuple(part for part in (party.address, town, party.country) if part)
    return PartyView(party.name, address, party.vat_number, party.registration_number, party.email)


def _references(document: Document) -> Iterable[tuple[str, str]]:
    named = (
        ("customer_number", document.buyer.number),
        ("reference", document.buyer_reference),
        ("purchase_order", document.purchase_order),
    )
    return ((words(document.language, key), value) for key, value in named if value)


def _notes(document: Document) -> Iterable[str]:
    if document.base_vat is not None:
        said = f"{words(document.language, 'base_vat')} {document.base_currency}: {document.base_vat}"
        yield f"{said} ({words(document.language, 'rate').lower()} {document.exchange_rate})"
