"""Invoices to test with, made as invoicing makes them: rounded lines, VAT on their sum per code."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from billow.invoicing.document import Document, Line, Party, VatLine
from billow.journal.ledger import LedgerRule
from billow.money import Rounding, round_to
from billow.periods import inclusive

SELLER = Party(
    "Nimbus Cloud B.V.",
    "Keizersgracht 100",
    "1015 CW",
    "Amsterdam",
    "NL",
    "NL123456782B12",
    "KvK 12345678",
    "billing@nimbus.example",
    iban="NL91ABNA0417164300",
    bic="ABNANL2A",
)
BUYER = Party(
    "Contoso GmbH", "Hauptstraße 12", "10115", "Berlin", "DE", "DE136695976", "HRB 12345", number="C-1004"
)
JUNE = inclusive(date(2026, 6, 1), date(2026, 6, 30))
RATES = {
    "S21": ("S", "21", ""),
    "S9": ("S", "9", ""),
    "AE": ("AE", "0", "Reverse charge"),
    "Z": ("Z", "0", ""),
}
RULES = [
    LedgerRule("*", "*", "*", "1300", "8000", "1510"),
    LedgerRule("licences", "*", "*", "1300", "8100", "1510", cost_centre="LIC"),
]


def line(
    net: str, vat_code: str = "S21", *, vendor: str = "Microsoft", revenue_group: str = "licences"
) -> Line:
    """Return a line of June over ``net``."""
    return Line(
        "1",
        vendor,
        "M365-BP",
        "Microsoft 365 Business Premium",
        Decimal(net),
        vat_code,
        Decimal(1),
        "licence",
        Decimal(net),
        period=JUNE,
        revenue_group=revenue_group,
    )


def invoice(
    lines: Sequence[Line], *, number: str = "2026-0001", customer: str = "C-1004", **other: object
) -> Document:
    """Return an invoice over ``lines``, issued unless ``number`` is empty."""
    currency = str(other.pop("currency", "EUR"))
    issued = date(2026, 7, 8) if number else None
    vat_lines = []
    for code in sorted({item.vat_code for item in lines}):
        category, rate, text = RATES[code]
        net = sum((item.net for item in lines if item.vat_code == code), Decimal(0))
        vat = round_to(net * Decimal(rate) / 100, currency, Rounding.HALF_UP)
        vat_lines.append(VatLine(code, category, Decimal(rate), net, vat, text, "VATEX-EU-AE" * bool(text)))
    net = sum((item.net for item in vat_lines), Decimal(0))
    vat = sum((item.vat for item in vat_lines), Decimal(0))
    document = Document(
        "2026-06", SELLER, replace(BUYER, number=customer), currency, "en", tuple(lines), tuple(vat_lines),
        net, vat, net + vat, 30, number=number, issue_date=issued,
        due_date=issued + timedelta(days=30) if issued else None, base_currency="EUR",
    )  # fmt: skip
    return replace(document, **other)  # type: ignore[arg-type]
