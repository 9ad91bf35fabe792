"""The printed invoice: what stands on it, the same bytes each time, and names that stay names."""

import re
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billow.exports.page import page
from billow.exports.pdf import InvoicePrinter
from billow.invoicing.document import Document
from billow.problems import Refused

from .samples import DUTCH, SELLER, draft, invoice, line, long, short

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="10"><rect width="40" height="10"/></svg>'


_PRINTER = InvoicePrinter()  # one for all tests, as for all invoices of a run


def _text(document: Document, folder: Path, printer: InvoicePrinter = _PRINTER) -> str:
    path = folder / "invoice.pdf"
    printer.print(document, path)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    return done.stdout.replace("\u00a0", " ")


_CREDIT = invoice([line("Microsoft", "Seats", "-10.00")], "de", kind="credit_note")
_PARTS = invoice([line("Microsoft", "Seats", "10.54", note="17 of 30 days")])
_LAW = """Factuur|2026-0001|08-07-2026|07-08-2026|NL001234567B01|NL123456782B12|KvK 12345678|21%|476,26
NL91 ABNA 0417 1643 00|PO-2026-17|Afd. ICT|17 van 30 dagen|Subtotaal AWS|1.284,07|EUR 2.744,15|Pagina 1 van 1
01-06-2026 \u2013 30-06-2026|uiterlijk 07-08-2026|2.267,89"""
_DRAFT = """ENTWURF|5.439,00|-31,00|Steuerschuldnerschaft|VATEX-EU-AE|DE136695976|Deutschland|0 %
bitte nicht bezahlen"""
PRINTED = [
    # sentence, document, what stands on it, what does not
    ("Dutch, with all that the law asks for", short(), _LAW, "CONCEPT"),
    ("English, with its days", _PARTS, "17 of 30 days|8 Jul 2026|12.75|Please pay by 7 Aug 2026", "DRAFT"),
    (
        "a German draft has no number and is not to be paid",
        draft(),
        _DRAFT,
        "2026-0001|überweisen|Rechnungsnummer",
    ),
    ("an English draft says so", replace(_PARTS, number=""), "DRAFT", "2026-0001"),
    (
        "a credit note asks for no money",
        _CREDIT,
        "Rechnungskorrektur|-12,10|gutgeschrieben",
        "überweisen",
    ),
    (
        "another currency shows its VAT in the books' currency",
        long(),
        "Amount USD|VAT in EUR|3,456.78|1 USD = 0.9213 EUR|Page 2 of 3",
        "DRAFT",
    ),
]


@pytest.mark.parametrize(("sentence", "document", "there", "absent"), PRINTED)
def test_what_stands_on_the_page(
    tmp_path: Path,
    sentence: str,
    document: Document,
    there: str,
    absent: str,
) -> None:
    text = _text(document, tmp_path)
    assert [item for item in re.split(r"[|\n]", there) if item not in text] == [], sentence
    assert [item for item in absent.split("|") if item in text] == [], sentence


def test_the_heads_of_the_table_come_again_on_each_page(tmp_path: Path) -> None:
    pages = _text(long(), tmp_path).split("\f")
    assert ["Description" in text for text in pages[:2]] == [True, True]
    assert sum(text.count("Subtotal") for text in pages) == 4


def test_the_same_document_is_the_same_bytes() -> None:
    for document in (short(), draft()):
        assert _PRINTER.render(document) == InvoicePrinter().render(document)
    assert b"pdfaid:part>3<" in _PRINTER.render(short())


HOSTILE = [
    '#panic("x")',
    "=cmd|' /C calc'!A0",
    '"; drop table',
    '#import "@preview/x:1.0.0": *',
    "$x$ *bold* _soft_ `raw` <label> @ref \\ // no comment",
    '#read("/etc/passwd")',
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_printed_as_it_is(tmp_path: Path, name: str) -> None:
    hostile = line(name, name, "1.00", note=name, unit=name)
    document = invoice([hostile], buyer=replace(DUTCH, name=name), buyer_reference=name)
    text = "".join(_text(document, tmp_path).split())
    assert "".join(name.split()) in text


def test_a_control_sign_in_a_vendors_text_does_not_stop_the_invoice(tmp_path: Path) -> None:
    assert "Licence seats" in _text(invoice([line("Microsoft", "Licence\x07seats", "1.00")]), tmp_path)


def test_a_resource_id_is_broken_and_not_cut_off(tmp_path: Path) -> None:
    text = _text(long(), tmp_path)
    assert "production" in text
    assert "resourceGroups" in text


def test_a_sign_without_a_font_names_the_invoice(tmp_path: Path) -> None:
    path = tmp_path / "invoice.pdf"
    with pytest.raises(Refused, match="EXP-005.*2026-0001.*日"):  # noqa: RUF043 - a pattern
        _PRINTER.print(invoice([line("Microsoft", "日本", "1.00")]), path)
    assert not path.exists()


def test_a_logo_takes_the_place_of_the_name(tmp_path: Path) -> None:
    logo = tmp_path / "Our Logo.SVG"
    logo.write_text(_SVG, encoding="utf-8")
    with_logo = InvoicePrinter(logo)
    assert SELLER.name in _text(short(), tmp_path, with_logo), "the name then stands with the address"
    assert with_logo.render(short()) != InvoicePrinter().render(short())


def test_a_logo_that_is_no_picture_is_a_problem(tmp_path: Path) -> None:
    logo = tmp_path / "logo.gif"
    for path in (logo, tmp_path / "missing.png"):
        with pytest.raises(Refused, match="EXP-004"):
            InvoicePrinter(path)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(Refused, match="EXP-005"):
        InvoicePrinter(tmp_path / "broken.png").render(short())


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_any_name_is_printed_or_named(name: str) -> None:
    document = invoice([line(name, name, "1.00", note=name, unit=name)], buyer=replace(DUTCH, name=name))
    try:
        made = _PRINTER.render(document)
    except Refused as refusal:
        codes = [problem.code for problem in refusal.problems]
    else:
        codes = ["EXP-005"] if made.startswith(b"%PDF") else []
    assert codes == ["EXP-005"]


FIGURES = [
    # sentence, line, column, text
    ("a price has at least its cents", line("A", "x", "1.00", unit_price=Decimal(3)), "price", "3.00"),
    ("and as many as it needs", line("A", "x", "1.00", unit_price=Decimal("0.0236")), "price", "0.0236"),
    (
        "a tiny price stays visible",
        line("A", "x", "1.00", unit_price=Decimal("0.0000004")),
        "price",
        "0.0000004",
    ),
    ("no price, no figure", line("A", "x", "1.00", unit_price=None), "price", ""),
    (
        "a whole quantity has no decimals",
        line("A", "x", "1.00", quantity=Decimal("30.000")),
        "quantity",
        "30",
    ),
    ("a part quantity keeps them", line("A", "x", "1.00", quantity=Decimal("1234.5")), "quantity", "1,234.5"),
    (
        "a line's own order number",
        line("A", "x", "1.00", purchase_order="PO-7"),
        "note",
        "Purchase order PO-7",
    ),
    ("a line without a period", line("A", "x", "1.00", period=None), "period", ""),
]


@pytest.mark.parametrize(("sentence", "item", "column", "expected"), FIGURES)
def test_how_figures_are_written(sentence: str, item: object, column: str, expected: str) -> None:
    shown = page(invoice([item]))["groups"][0]["lines"][0]  # type: ignore[list-item]
    assert shown[column] == expected, sentence


def test_yen_have_no_cents() -> None:
    document = invoice([line("A", "x", "1200")], currency="JPY", total=Decimal(1452))
    assert page(document)["total"][1] == "JPY\u00a01,452"
