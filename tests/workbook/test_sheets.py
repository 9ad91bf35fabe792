"""Sheets that Billow writes as a whole: added, replaced, dropped, and printed."""

from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from billow.workbook import Cell, SheetLayout, Workbook, safe_title
from billow.workbook.styles import PALETTE
from tests.workbook.making import template

LAYOUT = SheetLayout(
    cells=(Cell(1, 1, "=1+1", "invoice_title"), Cell(2, 2, 5, "invoice_amount"), Cell(1, 3, None, "gone")),
    widths=(40, 12),
    heights={1: 30, 4: 6},
    merges=("A1:B1",),
    print_area="A1:C4",
    repeat_rows=(1, 2),
    header="&Lx",
    tab_colour="#B3261E",
    break_before=(3,),
)


def test_a_sheet_is_added_with_its_page(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    before = book.titles()
    assert book.put_sheet("Draft C-1", LAYOUT) == "Draft C-1"
    book.save()
    assert Workbook.open(book.path).titles() == (*before, "Draft C-1")
    page = openpyxl.load_workbook(book.path)["Draft C-1"]
    assert (page["A1"].value, page["A1"].data_type, page["B2"].value) == ("=1+1", "s", 5)
    assert (page["A1"].font.sz, page["B2"].number_format) == (
        PALETTE["invoice_title"]["font_size"],
        "#,##0.00",
    )
    assert (page.print_area, page.print_title_rows) == ("'Draft C-1'!$A$1:$C$4", "$1:$2")
    about = page.sheet_properties.pageSetUpPr
    assert about is not None
    assert (page.page_setup.orientation, page.page_setup.fitToHeight, about.fitToPage) == (
        "portrait",
        0,
        True,
    )
    assert (
        page.sheet_view.showGridLines,
        page.column_dimensions["A"].width,
        page.row_dimensions[4].height,
    ) == (False, 40, 6)
    assert page.oddFooter is not None
    assert str(page.oddFooter.right.text) == "Page &P"
    setup = page.page_setup
    assert (setup.useFirstPageNumber, setup.firstPageNumber) == (True, 1)
    assert str(page.merged_cells) == "A1:B1"


def test_a_sheet_is_replaced_in_its_place(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    book.put_sheet("Draft C-1", LAYOUT)
    book.put_sheet("Draft C-2", LAYOUT)
    book.save()
    book = Workbook.open(book.path)
    assert book.put_sheet("draft c-1", SheetLayout(cells=(Cell(1, 1, "new"),))) == "Draft C-1"
    book.save()
    file = openpyxl.load_workbook(book.path)
    assert file.sheetnames[-2:] == ["Draft C-1", "Draft C-2"]
    assert (file["Draft C-1"]["A1"].value, file["Draft C-1"].print_area) == ("new", "")
    assert file["Draft C-2"].print_area == "'Draft C-2'!$A$1:$C$4"


def test_a_dropped_sheet_takes_its_part_and_its_names_along(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    original = names(book.path)
    for title in ("Draft C-1", "Draft C-2", "Draft C-3"):
        book.put_sheet(title, LAYOUT)
    book.save()
    book = Workbook.open(book.path)
    book.drop_sheet("Draft C-2")
    book.drop_sheet("never was")
    book.save()
    file = openpyxl.load_workbook(book.path)
    assert file.sheetnames[-2:] == ["Draft C-1", "Draft C-3"]
    assert file["Draft C-3"].print_area == "'Draft C-3'!$A$1:$C$4"
    book.drop_sheet("Draft C-1")
    book.drop_sheet("Draft C-3")
    book.save()
    assert names(book.path) == original


def names(path: Path) -> list[str]:
    with ZipFile(path) as archive:
        return archive.namelist()


TITLES = [
    ("a plain one", "Draft C-1004", [], "Draft C-1004"),
    ("letters that Excel forbids", "a\\b/c?d*e[f]g:h", [], "a-b-c-d-e-f-g-h"),
    ("one too long", "x" * 40, [], "x" * 31),
    ("one that is taken, in other letters", "draft", ["Draft"], "draft (2)"),
    ("quotes at its ends", "'quoted'", [], "quoted"),
    ("nothing that can be shown", "\x00\n ", [], "Sheet"),
    ("a name that Excel keeps for itself", "History", [], "History (2)"),
    ("the longest, taken", "y" * 31, ["y" * 31, "y" * 27 + " (2)"], "y" * 27 + " (3)"),
]


@pytest.mark.parametrize(("case", "wanted", "taken", "title"), TITLES)
def test_titles_are_made_safe(case: str, wanted: str, taken: list[str], title: str) -> None:
    assert safe_title(wanted, taken) == title, case
