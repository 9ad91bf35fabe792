"""LibreOffice opens the workbook, calculates everything anew, and agrees with us in every cell."""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import openpyxl
import pytest
from billow_templates import template
from openpyxl.utils.cell import coordinate_from_string, get_column_letter, range_boundaries

from billow.workbook.book_parts import named_cells
from billow.workbook.formulas import CARDS, FORMULAS
from billow.workbook.package import Package
from billow.workbook.pages import TABS
from tests.commands.clerk import rows
from tests.office.calc import Sheets, convert
from tests.office.conftest import Calculated
from tests.office.hostile import FILE, HOSTILE

pytestmark = pytest.mark.office

# Each check has its own Left and Right, each problem a link to its place; the front page shows the company
# and one word for it all.
OF_THE_ROW = {"tblChecks": ("Left", "Right"), "tblProblems": ("Where",)}
FRONT = {
    place
    for name, place in named_cells(Package(template("Billing").read_bytes())).items()
    if name[:7] == "Billow_"
}


class Column(NamedTuple):
    """A column of a table in a workbook, as places of its cells."""

    table: str
    name: str
    title: str
    places: tuple[str, ...]


def columns(workbook: Path) -> Iterator[Column]:
    """The columns of every table of ours, from the file itself."""
    book = openpyxl.load_workbook(workbook)
    for sheet in book.worksheets:
        for table in sheet.tables.values():
            left, top, _, bottom = (int(number or 0) for number in range_boundaries(table.ref))
            for index, column in enumerate(table.tableColumns):
                letter = get_column_letter(left + index)
                places = tuple(f"{letter}{row}" for row in range(top + 1, bottom + 1))
                yield Column(table.name, column.name, sheet.title, places)


def owned_formulas(workbook: Path) -> dict[tuple[str, str], str]:
    """Where formulas belong, and in which column: of FORMULAS, and what each row of Checks has itself."""
    found = {}
    for column in columns(workbook):
        own = column.name in FORMULAS.get(column.table, {})
        if own or column.name in OF_THE_ROW.get(column.table, ()):
            for place in column.places:
                found[column.title, place] = f"{column.table}[{column.name}]"
    return found


def formulas(sheets: Sheets) -> set[tuple[str, str]]:
    """Where LibreOffice found formulas; the named cells on the front page and the dashboard are left out."""
    return {
        (title, place)
        for title, cells in sheets.items()
        for place, cell in cells.items()
        if cell.formula and (title, place) not in FRONT
    }


def shown(sheets: Sheets, workbook: Path, table: str, name: str) -> list[str]:
    """What a column of a table holds after calculating."""
    column = next(c for c in columns(workbook) if (c.table, c.name) == (table, name))
    cells = sheets[column.title]
    return [cells[place].value or cells[place].text for place in column.places if place in cells]


def test_no_cell_of_any_sheet_is_an_error(calculated: Calculated) -> None:
    assert len(calculated.issued) == len(TABS) + 1 + 24
    for sheets in (calculated.issued, calculated.hostile):
        errors = [
            (title, place, cell.text)
            for title, cells in sheets.items()
            for place, cell in cells.items()
            if cell.is_error and cell.text not in HOSTILE
        ]
        assert not errors


def test_every_formula_is_still_a_formula(calculated: Calculated, issued_month: Path) -> None:
    owned = owned_formulas(issued_month)
    of_sheets = {f"{table}[{column}]" for table, own in FORMULAS.items() for column in own}
    assert of_sheets <= set(owned.values())
    found = formulas(calculated.issued)
    assert found <= set(owned)
    values = sorted(owned[where] for where in set(owned) - found)
    # One side of a check may be a figure of the register, where there is nothing to add up on a sheet.
    assert set(values) <= {"tblChecks[Left]", "tblChecks[Right]"}
    assert values.count("tblChecks[Left]") <= 1


def test_calculated_values_are_those_that_were_stored(calculated: Calculated, issued_month: Path) -> None:
    stored = openpyxl.load_workbook(issued_month, data_only=True)
    compared = 0
    for (title, place), name in owned_formulas(issued_month).items():
        cell, before = calculated.issued[title].get(place), stored[title][place].value
        if cell is None or before in {None, ""}:
            assert cell is None or not cell.value
        elif isinstance(before, str):
            assert cell.text == before, (name, place)
        else:
            assert abs(Decimal(cell.value) - Decimal(str(before))) < Decimal("1e-9"), (name, place)
        compared += 1
    assert compared > 500


def test_all_checks_are_ok_after_calculating(calculated: Calculated, issued_month: Path) -> None:
    results = shown(calculated.issued, issued_month, "tblChecks", "Result")
    assert len(results) == len(rows(issued_month, "tblChecks"))
    assert set(results) == {"OK"}
    assert set(shown(calculated.issued, issued_month, "tblProofFiles", "Result")) == {"OK"}
    assert "OK" in {cell.text for cell in calculated.issued["Start"].values() if cell.formula}


def test_the_figures_at_the_head_of_the_dashboard_are_those_that_were_stored(
    calculated: Calculated, issued_month: Path
) -> None:
    stored = openpyxl.load_workbook(issued_month, data_only=True)["Dashboard"]
    places = named_cells(Package(issued_month.read_bytes()))
    for name in CARDS:
        title, place = places[name]
        cell, before = calculated.issued[title][place], stored[place].value
        assert cell.formula
        if isinstance(before, str):
            assert cell.text == before, name
        else:
            assert abs(float(cell.value) - before) < 1e-9, name


SEEDS = {
    "a cost on sheet Usage": ("changed_cost", ("Vendor files in",), 1),
    "an amount on sheet Rated lines": ("changed_amount", ("sum of their rated lines", "the dashboard"), 0),
    "a vendor's revenue on sheet Dashboard": ("changed_vendor", ("the dashboard",), 0),
}


@pytest.mark.parametrize(("name", "words", "files"), SEEDS.values(), ids=SEEDS)
def test_a_cent_changed_by_hand_turns_checks_to_check(
    calculated: Calculated, issued_month: Path, name: str, words: tuple[str, ...], files: int
) -> None:
    sheets: Sheets = getattr(calculated, name)
    results = shown(sheets, issued_month, "tblChecks", "Result")
    checks = shown(sheets, issued_month, "tblChecks", "Check")
    failed = [check for check, result in zip(checks, results, strict=True) if result == "CHECK"]
    assert [word for word, check in zip(words, failed, strict=True) if word in check] == [*words]
    assert shown(sheets, issued_month, "tblProofFiles", "Result").count("CHECK") == files
    assert "CHECK" in {cell.text for cell in sheets["Start"].values() if cell.formula}


def test_each_total_is_that_of_the_register(calculated: Calculated, issued_month: Path) -> None:
    register = issued_totals(issued_month)
    numbers = shown(calculated.issued, issued_month, "tblInvoices", "Number")
    totals = shown(calculated.issued, issued_month, "tblInvoices", "Total")
    assert {n: Decimal(t) for n, t in zip(numbers, totals, strict=True)} == register
    for number, amount in register.items():
        assert Decimal(payable(calculated.issued, number)) == amount


def issued_totals(workbook: Path) -> dict[str, Decimal]:
    """The totals of the register by number, read with nothing of billow."""
    path = workbook.with_suffix(".data") / "register.sqlite"
    with closing(sqlite3.connect(path)) as register:
        return {n: Decimal(t) for n, t in register.execute("select number, total from documents")}


def payable(sheets: Sheets, title: str) -> str:
    """The figure beside the words for the total on an invoice sheet, in three languages."""
    cells = sheets[title]
    words = ("Te betalen", "Zahlbetrag", "Total to pay")
    row = next(place for place, cell in cells.items() if cell.text.startswith(words))
    number = coordinate_from_string(row)[1]
    figures = [cell.value for place, cell in cells.items() if place.endswith(str(number)) and cell.value]
    return figures[-1]


def test_a_hostile_name_is_never_a_formula(calculated: Calculated, hostile_month: Path) -> None:
    owned = owned_formulas(hostile_month)
    found = formulas(calculated.hostile)
    assert found <= set(owned)
    links = [
        calculated.hostile[title][place].formula
        for title, place in found
        if "Problems" in owned[title, place]
    ]
    assert links
    assert all(link.startswith('of:=HYPERLINK("#') for link in links)
    with ZipFile(hostile_month) as archive:
        outside = [n for n in archive.namelist() if "externalLink" in n or "connections" in n]
    assert not outside


def test_a_hostile_file_name_is_shown_as_text(calculated: Calculated) -> None:
    shown_on = {
        title
        for title, cells in calculated.hostile.items()
        if any(FILE in cell.text for cell in cells.values())
    }
    assert {"Log", "Report sources"} <= shown_on


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_read_as_it_stands_in_the_report(
    calculated: Calculated, hostile_month: Path, name: str
) -> None:
    plain = name.strip()
    for table, column in (("tblCustomers", "Name"), ("tblUsage", "Description"), ("tblInvoices", "Name")):
        assert plain in shown(calculated.hostile, hostile_month, table, column)


def test_a_hostile_name_is_printed_as_it_stands(hostile_month: Path) -> None:
    folder = hostile_month.with_suffix(".data") / "out"
    printed = ""
    for path in sorted(folder.rglob("*.pdf")):
        command = ["pdftotext", "-layout", str(path), "-"]
        printed += subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    squeezed = "".join(printed.split())
    for name in HOSTILE:
        assert "".join(name.split()) in squeezed, name


def test_the_workbook_can_be_printed(issued_month: Path, tmp_path: Path) -> None:
    printed = convert([issued_month], tmp_path, "pdf")[issued_month]
    text = subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert all(f"NS-2026-{number:04}" in text for number in range(1, 25))
    assert not {"#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "###", "Err:5"} & set(text.split())
    # each invoice begins with page 1, in its language, whatever is printed before it
    feet = re.findall(r"(NS-2026-\d{4}) +(?:Pagina|Page|Seite) (.+)$", text, re.MULTILINE)
    assert feet == [(f"NS-2026-{number:04}", "1") for number in range(1, 25)]
