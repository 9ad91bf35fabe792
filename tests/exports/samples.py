"""Invoices to print and to hand over: a short Dutch one, a long English one, a German draft."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from billow.invoicing.document import Document, Line, Party, VatLine
from billow.journal.entries import entries
from billow.journal.entry import Journal
from billow.journal.ledger import LedgerRule
from billow.money import Rounding, round_to
from billow.periods import inclusive

SELLER = Party(
    "Nimbus Cloud B.V.", "Keizersgracht 100", "1015 CW", "Amsterdam", "NL", "NL123456782B12", "KvK 12345678",
    "billing@nimbus.example", iban="NL91ABNA0417164300", bic="ABNANL2A",
)  # fmt: skip
DUTCH = Party(
    "Bakkerij De Gouden Korenaar B.V.",
    "Dorpsstraat 12",
    "3512 AB",
    "Utrecht",
    "NL",
    "NL001234567B01",
    number="C-1001",
)
GERMAN = Party(
    "Müller & Söhne GmbH", "Hauptstraße 12", "10115", "Berlin", "DE", "DE136695976", number="C-1004"
)
JUNE = inclusive(date(2026, 6, 1), date(2026, 6, 30))
LATE_JUNE = inclusive(date(2026, 6, 14), date(2026, 6, 30))
RULES = [LedgerRule("*", "*", "*", "1300", "8000", "1510", deferred_revenue="1900")]
_VAT = {
    "S21": ("S", "21", "", ""),
    "AE": ("AE", "0", "Steuerschuldnerschaft des Leistungsempfängers", "VATEX-EU-AE"),
}


def line(vendor: str, text: str, net: str, **other: Any) -> Line:
    """Return a line of June; its price is its amount unless told."""
    made = Line("1", vendor, "P", text, Decimal(net), "S21", Decimal(1), "licence", Decimal(net), period=JUNE)
    return made._replace(**other)


def invoice(lines: Sequence[Line], language: str = "en", buyer: Party = DUTCH, **other: object) -> Document:
    """Return an issued invoice over ``lines``."""
    vat_lines = []
    for code in dict.fromkeys(item.vat_code for item in lines):
        category, rate, text, vatex = _VAT[code]
        net = sum((item.net for item in lines if item.vat_code == code), Decimal(0))
        vat = round_to(net * Decimal(rate) / 100, "EUR", Rounding.HALF_UP)
        vat_lines.append(VatLine(code, category, Decimal(rate), net, vat, text, vatex))
    net = sum((item.net for item in vat_lines), Decimal(0))
    vat = sum((item.vat for item in vat_lines), Decimal(0))
    document = Document(
        "2026-06", SELLER, buyer, "EUR", language, tuple(lines), tuple(vat_lines), net, vat, net + vat, 30,
        number="2026-0001", issue_date=date(2026, 7, 8), due_date=date(2026, 8, 7), base_currency="EUR",
    )  # fmt: skip
    return replace(document, **other)  # type: ignore[arg-type]


def short() -> Document:
    """Return a Dutch invoice of three vendors with one part month."""
    name, price = "Microsoft 365 Business Premium", Decimal("18.60")
    seats = line("Microsoft", name, "502.20", quantity=Decimal(27), unit="licentie", unit_price=price)
    joiner = seats._replace(
        net=Decimal("31.62"), quantity=Decimal(3), note="17 van 30 dagen", period=LATE_JUNE
    )
    usage = line("AWS", "Amazon EC2, eu-west-1", "1284.07", unit="verbruik", unit_price=None,
                 note="Verbruik volgens opgave van AWS + 8 %")  # fmt: skip
    service = line(
        "", "Beheer werkplekken", "450.00", quantity=Decimal(30), unit="maand", unit_price=Decimal(15)
    )
    return invoice(
        [seats, joiner, usage, service],
        "nl",
        buyer_reference="Afd. ICT / mw. Jansen",
        purchase_order="PO-2026-17",
    )


def long() -> Document:
    """Return an English invoice of sixty lines over four vendors, in dollars."""
    lines = [
        line(
            vendor,
            f"{vendor} service {number}"
            + (" /subscriptions/0a1b2c3d-4e5f-6789/resourceGroups/production" * (number == 2)),
            f"{number * 137 % 9000}.{number % 100:02}",
            quantity=Decimal(number * 731) / 8,
            unit="GB-month",
            unit_price=Decimal("0.0236") * number,
            note="17 of 30 days" if number % 7 == 0 else "",
        )
        for vendor in ("Microsoft", "Amazon Web Services", "Google Cloud", "VMware by Broadcom")
        for number in range(1, 16)
    ]
    return invoice(lines, "en", currency="USD", base_vat=Decimal("3456.78"), exchange_rate=Decimal("0.9213"))


def draft() -> Document:
    """Return a German draft under reverse charge."""
    name, price = "Microsoft 365 E5", Decimal("54.70")
    seats = line(
        "Microsoft", name, "5470.00", quantity=Decimal(100), unit="Lizenz", unit_price=price, vat_code="AE"
    )
    returned = seats._replace(
        net=Decimal("-31.00"), quantity=Decimal(-1), note="17 von 30 Tagen", period=LATE_JUNE
    )
    lines = [seats, returned]
    return invoice(lines, "de", GERMAN, number="", issue_date=None, due_date=None)


def journal(*documents: Document) -> Journal:
    """Return the journal of issued documents."""
    made = entries(documents, RULES)
    assert isinstance(made, Journal), made
    return made
