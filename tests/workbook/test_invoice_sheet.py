"""An invoice as a sheet: values only, in the customer's words, with the decimals of its currency."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billow.workbook.invoice_sheet import (
    LABELS,
    GroupView,
    InvoiceView,
    LineView,
    PartyView,
    VatView,
    layout,
)
from billow.workbook.layout import SheetLayout
from billow.workbook.styles import PALETTE

SEATS = LineView(
    "Microsoft 365 E5",
    Decimal("8393.00"),
    date(2026, 6, 1),
    date(2026, 6, 30),
    Decimal(140),
    "licence",
    Decimal("59.95"),
)
LATE = LineView("Business Premium", Decimal("139.50"), notes=("15 of 30 days", "=1+1"))
INVOICE = InvoiceView(
    seller=PartyView("Northstar & Co B.V.", ("Keizersgracht 1",), "NL001234567B01", "12345678"),
    buyer=PartyView("Contoso GmbH", ("Hauptstrasse 12", "10115 Berlin"), "DE136695976"),
    currency="EUR",
    groups=(GroupView("Microsoft", (SEATS, LATE), Decimal("8532.50")),),
    vat=(VatView("Reverse charge", Decimal(0), Decimal("8532.50"), Decimal(0), "Article 196"),),
    net=Decimal("8532.50"),
    vat_total=Decimal("0.00"),
    total=Decimal("8532.50"),
    draft=False,
    number="2026-0001",
    issued=date(2026, 7, 8),
    due=date(2026, 8, 7),
    start=date(2026, 6, 1),
    through=date(2026, 6, 30),
    references=(("PO no", "PO-17"),),
    iban="NL91ABNA0417164300",
    payment_reference="2026-0001",
)


def values(sheet: SheetLayout) -> list[Any]:
    return [cell.value for cell in sheet.cells if cell.value is not None]


def style(sheet: SheetLayout, value: Any) -> str:
    return next(cell.style for cell in sheet.cells if cell.value == value)


def test_every_fact_of_the_document_is_on_the_sheet() -> None:
    shown = values(layout(INVOICE))
    facts = [
        "INVOICE", "2026-0001", date(2026, 7, 8), date(2026, 8, 7), "2026-06-01 \u2013 2026-06-30",
        "PO-17",
        "Northstar & Co B.V.", "VAT no NL001234567B01 \u00b7 Registration no 12345678", "Contoso GmbH",
        "VAT no DE136695976", "Microsoft", "Microsoft 365 E5", Decimal(140), "licence", Decimal("59.95"),
        Decimal("8393.00"), "15 of 30 days", "Subtotal Microsoft", Decimal("8532.50"), "Amount EUR",
        "To pay EUR",
        "Reverse charge",
        "0 %", "Reverse charge: Article 196", "IBAN NL91ABNA0417164300", "Reference 2026-0001",
    ]  # fmt: skip
    assert [fact for fact in facts if fact not in shown] == []


def test_the_page_prints_as_a_letter_with_its_header_on_every_page() -> None:
    sheet = layout(INVOICE)
    (head,) = [cell.row for cell in sheet.cells if cell.value == "Description"]
    assert sheet.repeat_rows == (head, head)
    assert sheet.print_area == f"A1:F{max(cell.row for cell in sheet.cells) + 1}"
    assert sheet.footer == "&L&8 Northstar && Co B.V.&C&8 2026-0001&R&8 Page &P"
    assert {cell.style for cell in sheet.cells} <= set(PALETTE)


def test_a_draft_cannot_be_taken_for_an_invoice() -> None:
    shown = values(layout(replace(INVOICE, draft=True, number="")))
    assert {"DRAFT", LABELS["draft_note"]} <= set(shown)
    assert not {"INVOICE", "Payment"} & set(shown)


def test_a_credit_note_and_what_was_paid_before() -> None:
    credit = replace(INVOICE, credit_note=True, prepaid=Decimal("32.50"), payable=Decimal("8500.00"))
    shown = values(layout(credit))
    assert {"CREDIT NOTE", "Already paid", Decimal("-32.50"), Decimal("8500.00")} <= set(shown)


def test_the_words_are_those_of_the_customer() -> None:
    shown = values(layout(replace(INVOICE, labels={"invoice": "FACTUUR", "payable": "Te betalen"})))
    assert {"FACTUUR", "Te betalen EUR", "Description"} <= set(shown)


@pytest.mark.parametrize(("currency", "ending"), [("EUR", ""), ("JPY", "_0"), ("KWD", "_3"), ("USD", "")])
def test_amounts_have_the_decimals_of_their_currency(currency: str, ending: str) -> None:
    sheet = layout(replace(INVOICE, currency=currency, total=Decimal(7)))
    assert style(sheet, Decimal(7)) == f"invoice_total{ending}"
    assert style(sheet, Decimal("8393.00")) == f"invoice_amount{ending}"
