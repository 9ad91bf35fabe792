"""The template: rebuilt to the byte, complete, and calculated without an error by LibreOffice."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from billow_templates import template as kept

from billow.rating.calculation import ORDER
from billow.workbook import SETTINGS, SHEETS, Formula, Workbook
from billow.workbook.formulas import FORMULAS
from billow.workbook.styles import PALETTE, header_of, style_of
from billow.workbook.template import build, build_invoices
from tests.workbook.making import calculated, template

needs_calc = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
ERRORS = ("#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "Err:")


@pytest.mark.parametrize(("name", "make"), [("Billing", build), ("Invoices", build_invoices)])
def test_the_kept_template_is_what_the_code_builds(tmp_path: Path, name: str, make: Any) -> None:
    for copy in ("one.xlsx", "two.xlsx"):
        make(tmp_path / copy)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    hint = "run python -m billow.workbook.template"
    assert parts(tmp_path / "one.xlsx") == parts(kept(name)), hint
    assert (tmp_path / "one.xlsx").read_bytes() == kept(name).read_bytes(), hint


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_there_is_no_other_template() -> None:
    with pytest.raises(FileNotFoundError, match="Budget"):
        kept("Budget")


def test_the_front_page_prints_the_order_of_calculation() -> None:
    page = openpyxl.load_workbook(kept("Billing"))["Start"]
    printed = [str(row[1]) for row in page.iter_rows(values_only=True) if str(row[1])[:1].isdigit()]
    order = [f"{number}. {step}: {what}." for number, (step, what) in enumerate(ORDER, start=1)]
    assert printed[-len(order) :] == order


def test_every_table_reads_without_a_problem() -> None:
    book = Workbook.open(kept("Billing"))
    rows = {table: len(book.read(table)) for table in SHEETS}
    assert book.problems == []
    assert {table: count for table, count in rows.items() if count} == {
        "tblStart": 5,
        "tblSettings": len(SETTINGS),
    }
    Workbook.open(kept("Invoices"), ["tblInvoices"])


def test_every_column_has_its_header_note_and_style() -> None:
    file = openpyxl.load_workbook(kept("Billing"))
    for sheet in SHEETS.values():
        page = file[sheet.title]
        header = page[page.tables[sheet.table].ref][0]
        assert tuple(cell.value for cell in header) == sheet.names
        for cell, column in zip(header, sheet.columns, strict=True):
            assert column.description in cell.comment.text
            assert style_of(column) in PALETTE
            assert header_of(column) in PALETTE


def test_every_calculated_column_has_its_formula_and_no_other_has() -> None:
    given_by_row = {("tblChecks", "Left"), ("tblChecks", "Right")}
    calculated_columns = {
        (s.table, c.name) for s in SHEETS.values() for c in s.columns if c.role == "formula"
    }
    assert {
        (table, column) for table, each in FORMULAS.items() for column in each
    } == calculated_columns - given_by_row


def test_every_setting_is_a_named_cell() -> None:
    book = Workbook.open(kept("Billing"))
    assert {s.key: book.cell(f"Set_{s.key}") for s in SETTINGS} == {s.key: s.default for s in SETTINGS}


@needs_calc
def test_libreoffice_calculates_the_template_without_an_error(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(calculated(template(tmp_path), tmp_path / "calc", "xlsx"), data_only=True)
    shown = {str(cell.value) for page in book for row in page for cell in row if cell.value is not None}
    assert [text for text in shown if text.startswith(ERRORS)] == []
    assert "Checks: not run" in shown


def month(book: Workbook) -> None:
    """A month small enough to reckon by hand: 100 imported, of which 60 billed, 30 kept, 10 tax."""
    book.set_cells({"Billow_Period": "2026-06"})
    outcomes = {"billed": 60, "kept": 30, "tax": 10}
    usage = [
        {
            "Key": word,
            "Import": "i1",
            "Vendor": "AWS",
            "Invoice id": "1",
            "Month": "2026-06",
            "Currency": "EUR",
            "Cost": Decimal(cost),
            "What became of it": word,
        }
        for word, cost in outcomes.items()
    ]
    book.write("tblUsage", usage)
    file = {"Import": "i1", "Currency": "EUR"}
    book.write(
        "tblProofFiles",
        [{"Key": "a", **file, "Imported": Decimal(100)}, {"Key": "b", **file, "Imported": Decimal(99)}],
    )
    bill = {
        "Vendor": "AWS",
        "Period": "2026-06",
        "Currency": "EUR",
        "Date": date(2026, 7, 1),
        "Net": Decimal(91),
    }
    others = [{"Invoice": "1"}, {"Invoice": "2"}, {"Period": "2026-05"}]
    book.write("tblVendorInvoices", [bill, *(bill | other for other in others)])
    line = {"Customer": "C-1", "Vendor": "AWS", "Currency": "EUR", "Amount": Decimal(80), "Cost": Decimal(60)}
    book.write("tblLines", [{"Line": "1", **line}, {"Line": "2", **line, "Amount": Decimal(0)}])
    book.write("tblMargin", [{"Customer": "C-1", "Vendor": "AWS", "Currency": "EUR", "Kept": Decimal(60)}])
    moves = {"Last month": Decimal(50), "This month": Decimal(80)}
    book.write(
        "tblMovement", [{"Customer": "C-1", **moves}, {"Customer": "C-2", **moves, "Last month": Decimal(0)}]
    )
    proof = {"Expected": 7, "Billed": 5, "Waived": 2}
    book.write("tblProofCustomers", [{"Customer": "C-1", **proof}, {"Customer": "C-2", **proof, "Billed": 4}])
    left, right = Formula("SUM(tblProofFiles[Imported])"), Formula("200-1")
    book.write("tblChecks", [{"Check": "files", "Left": left, "Right": right}])


# sheet, header, the column as LibreOffice calculates it from the formulas
CALCULATED = [
    ("tblProofFiles", "Billed", [60, 60]),
    ("tblProofFiles", "Kept", [30, 30]),
    ("tblProofFiles", "Tax", [10, 10]),
    ("tblProofFiles", "Parked", [0, 0]),
    ("tblProofFiles", "Difference", [0, -1]),
    ("tblProofFiles", "Result", ["OK", "CHECK"]),
    ("tblVendorInvoices", "Imported", [90, 90, 0, None]),
    ("tblVendorInvoices", "Difference", [1, 1, 91, None]),
    ("tblLines", "Margin", [20, -60]),
    ("tblLines", "Margin %", [0.25, 0]),
    ("tblMargin", "Revenue", [80]),
    ("tblMargin", "Cost", [120]),
    ("tblMargin", "Margin", [20]),
    ("tblMargin", "Margin %", [0.25]),
    ("tblMovement", "Change", [30, 80]),
    ("tblMovement", "Change %", [0.6, 0]),
    ("tblProofCustomers", "Missing", [0, 1]),
    ("tblProofCustomers", "Result", ["OK", "CHECK"]),
    ("tblChecks", "Difference", [0]),
    ("tblChecks", "Result", ["OK"]),
]


@pytest.fixture(scope="module")
def reckoned(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("month")
    book = Workbook.open(template(folder))
    month(book)
    book.save()
    return openpyxl.load_workbook(calculated(book.path, folder / "calc", "xlsx"), data_only=True)


@needs_calc
@pytest.mark.parametrize(("table", "column", "values"), CALCULATED)
def test_formulas_reckon_what_one_reckons_by_hand(
    reckoned: Any, table: str, column: str, values: list[Any]
) -> None:
    sheet = SHEETS[table]
    index = sheet.names.index(column) + 1
    found = [reckoned[sheet.title].cell(row, index).value for row in range(5, 5 + len(values))]
    assert found == values


@needs_calc
def test_a_workbook_saved_by_libreoffice_is_still_one_of_ours(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    month(book)
    book.save()
    book = Workbook.open(calculated(book.path, tmp_path / "calc", "xlsx"))
    assert [row["Result"] for row in book.read("tblProofFiles")] == ["OK", "CHECK"]
    book.write("tblUsage", [{"Key": str(n), "Cost": Decimal(5)} for n in range(40)])
    book.save()
    assert sum(row["Cost"] for row in Workbook.open(book.path).read("tblUsage")) == 200
    assert book.problems == []


@needs_calc
def test_the_front_page_shows_the_verdict(reckoned: Any) -> None:
    assert reckoned["Start"]["D5"].value == "OK"
