"""What an invoice sheet shows: plain texts, amounts and dates, already rounded and translated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

LABELS: dict[str, str] = {
    "invoice": "INVOICE",
    "credit_note": "CREDIT NOTE",
    "draft": "DRAFT",
    "draft_note": "This is a draft, not an invoice. It carries no number and need not be paid.",
    "bill_to": "Bill to",
    "number": "Number",
    "date": "Invoice date",
    "due": "Due date",
    "period": "Period",
    "description": "Description",
    "quantity": "Quantity",
    "unit": "Unit",
    "unit_price": "Unit price",
    "amount": "Amount",
    "subtotal": "Subtotal",
    "vat": "VAT",
    "vat_rate": "Rate",
    "vat_base": "Net",
    "vat_no": "VAT no",
    "registration_no": "Registration no",
    "net": "Total excluding VAT",
    "vat_total": "VAT",
    "total": "Total",
    "prepaid": "Already paid",
    "payable": "To pay",
    "payment": "Payment",
    "iban": "IBAN",
    "bic": "BIC",
    "reference": "Reference",
    "page": "Page",
}


@dataclass(frozen=True)
class PartyView:
    """Seller or buyer as printed: name, the lines of the address, and the numbers the law asks for."""

    name: str
    address: tuple[str, ...] = ()
    vat_number: str = ""
    registration_number: str = ""
    email: str = ""


@dataclass(frozen=True)
class LineView:
    """One line; ``start`` and ``through`` are its first and last day, ``notes`` stand below its text."""

    text: str
    amount: Decimal
    start: date | None = None
    through: date | None = None
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupView:
    """The lines of one vendor, or of document discounts, and what they come to."""

    name: str
    lines: tuple[LineView, ...]
    subtotal: Decimal


@dataclass(frozen=True)
class VatView:
    """One line of the VAT summary; ``rate`` is a percentage, ``note`` why no tax is charged."""

    name: str
    rate: Decimal
    net: Decimal
    vat: Decimal
    note: str = ""


@dataclass(frozen=True)
class InvoiceView:
    """All that an invoice sheet shows; amounts are rounded, texts are in the customer's language."""

    seller: PartyView
    buyer: PartyView
    currency: str
    groups: tuple[GroupView, ...]
    vat: tuple[VatView, ...]
    net: Decimal
    vat_total: Decimal
    total: Decimal
    draft: bool
    number: str = ""
    credit_note: bool = False
    issued: date | None = None
    due: date | None = None
    start: date | None = None
    through: date | None = None
    references: tuple[tuple[str, str], ...] = ()
    prepaid: Decimal | None = None
    payable: Decimal | None = None
    iban: str = ""
    bic: str = ""
    payment_reference: str = ""
    payment_terms: str = ""
    notes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=lambda: LABELS)
