"""One contract for a workbook, a file or open in Excel: the same calls leave the same sheets."""

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from billow_templates import template as shipped
from lxml import etree
from openpyxl.utils import range_boundaries

from billow.problems import Refused
from billow.workbook import Cell, Formula, SheetLayout, Workbook
from billow.workbook.changes import BeforeImages
from billow.workbook.live import LiveWorkbook, typed_in
from billow.workbook.living import Living
from billow.workbook.markup import main
from billow.workbook.notes import notes_of
from billow.workbook.package import Package
from billow.workbook.port import Port
from billow.workbook.tables import tables_of
from tests.workbook.excel import LONGEST_ARRAY_FORMULA, opened, understood
from tests.workbook.making import rich

Open = Callable[..., Port]


def live(path: Path, tables: list[str] | None = None) -> LiveWorkbook:
    return LiveWorkbook(opened(path), tables)


PORTS: dict[str, Open] = {"file": Workbook.open, "live": live}

RATE = {"Currency from": "USD", "Currency to": "EUR", "Date": date(2026, 6, 30), "Rate": Decimal("0.8765")}
HOSTILE = [
    ("=1+1", "a formula"),
    ("+A1", "a formula begun with a plus"),
    ("@SUM(A1)", "a formula of the old kind"),
    ("00123", "a number with zeros before it"),
    ("1-2", "a date in many countries"),
    ("3E5", "a number with an exponent"),
    ("TRUE", "a yes"),
    ("'quoted", "an apostrophe"),
    ("12,50", "an amount"),
    ("Contoso B.V.", "a name"),
    ("a\x07b", "a bell"),
]


@pytest.fixture(params=PORTS)
def open_port(request: pytest.FixtureRequest) -> Open:
    return PORTS[request.param]


def template(folder: Path) -> Path:
    return Path(shutil.copy(shipped("Billing"), folder / "Billing.xlsx"))


def customers(*numbers: str) -> list[dict[str, Any]]:
    return [{"Customer": number, "Name": f"Name of {number}", "Country": "NL"} for number in numbers]


def kept(path: Path, table: str) -> list[dict[str, Any]]:
    """What a table holds on the disk: what was typed, and the text of formulas."""
    rows = Workbook.open(path, [table]).contents(table)
    return [{k: v.text if isinstance(v, Formula) else v for k, v in row.items()} for row in rows]


@pytest.mark.parametrize(("text", "what"), HOSTILE)
def test_text_is_text_however_it_begins(open_port: Open, tmp_path: Path, text: str, what: str) -> None:
    path = template(tmp_path)
    book = open_port(path)
    book.write("tblCustomers", [{"Customer": "C-1", "Name": text}])
    book.save()
    assert kept(path, "tblCustomers")[0]["Name"] == text.replace("\x07", "␇"), what


def test_the_small_excel_would_take_hostile_text_for_something_else() -> None:
    """Else the test above could not fail."""
    assert understood("=1+1") == Formula("1+1")
    assert understood("TRUE") is True
    with pytest.raises(AssertionError, match="a number or a date"):
        understood("00123")
    assert [typed_in(text) for text in ("00123", "Contoso")] == ["'00123", "Contoso"]


def test_tables_grow_and_shrink(open_port: Open, tmp_path: Path) -> None:
    path = template(tmp_path)
    for numbers in (("C-1", "C-2", "C-3"), ("C-3",), ("C-3", "C-4", "C-5", "C-6")):
        book = open_port(path)
        book.write("tblCustomers", customers(*numbers))
        book.save()
        assert [row["Customer"] for row in kept(path, "tblCustomers")] == [*numbers]


def test_a_table_that_shrinks_leaves_no_looks_below_it(open_port: Open, tmp_path: Path) -> None:
    path = template(tmp_path)
    for numbers in (("C-1", "C-2", "C-3"), ("C-3",)):
        book = open_port(path)
        book.write("tblCustomers", customers(*numbers))
        book.save()
    page = openpyxl.load_workbook(path)["Customers"]
    last = range_boundaries(page.tables["tblCustomers"].ref)[3] or 0
    assert page.cell(last, 1).has_style
    assert [cell.coordinate for row in page.iter_rows(last + 1) for cell in row if cell.has_style] == []


def test_dates_amounts_and_formulas_arrive(open_port: Open, tmp_path: Path) -> None:
    path = template(tmp_path)
    book = open_port(path)
    rate = {
        "Currency from": "USD",
        "Currency to": "EUR",
        "Date": date(2026, 6, 30),
        "Rate": Decimal("0.8765"),
    }
    book.append("tblFx", [rate])
    book.set_cells({"Billow_Period": "2026-06"})
    book.save()
    again = open_port(path)
    assert [{k: row[k] for k in RATE} for row in again.read("tblFx")] == [RATE]
    assert again.cell("Billow_Period") == "2026-06"
    assert again.problems == []


def test_one_row_is_filled_and_the_others_stay(open_port: Open, tmp_path: Path) -> None:
    path = template(tmp_path)
    first = open_port(path)
    first.write("tblCustomers", customers("C-1", "C-2"))
    first.save()
    book = open_port(path)
    book.fill("tblCustomers", book.read("tblCustomers")[1].number, {"Name": "Fabrikam"})
    book.save()
    assert [row["Name"] for row in kept(path, "tblCustomers")] == ["Name of C-1", "Fabrikam"]


def test_own_columns_sums_and_looks_travel_with_their_rows(open_port: Open, tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    book = open_port(path, ["tblMargin"])
    row = {"Currency": "EUR", "Kept": Decimal(5)}
    new = [("C-1", "Microsoft"), ("C-2", "VMware"), ("C-9", "AWS"), ("C-3", "AWS")]
    book.write("tblMargin", [{"Customer": customer, "Vendor": vendor, **row} for customer, vendor in new])
    book.save()
    assert [(row["Customer"], row["My remark"]) for row in kept(path, "tblMargin")] == [
        ("C-1", "remark on C-1"),
        ("C-2", "remark on C-2"),
        ("C-9", None),
        ("C-3", "remark on C-3"),
    ]
    assert {row["My double"] for row in kept(path, "tblMargin")} == {"tblMargin[[#This Row],[Kept]]*2"}


@pytest.mark.parametrize(
    ("customers_then", "row"),
    [
        pytest.param(["C-1", "C-2", "C-3"], 4, id="a row that goes up takes its note along"),
        pytest.param(["C-7", "C-8", "C-9", "C-1"], 7, id="a row that goes down too"),
        pytest.param(["C-2", "C-3"], 0, id="the note of a row that went is gone"),
    ],
)
def test_a_note_follows_its_row(open_port: Open, tmp_path: Path, customers_then: list[str], row: int) -> None:
    path = rich(tmp_path / "rich.xlsx")
    book = open_port(path, ["tblMargin"])
    vendor = {"C-1": "Microsoft", "C-2": "VMware"}
    rows = [{"Customer": c, "Vendor": vendor.get(c, "AWS"), "Currency": "EUR"} for c in customers_then]
    book.write("tblMargin", rows)
    book.save()
    header, own = {(3, 2): "a note on the header"}, {(row, 2): "ask Contoso about this"} if row else {}
    package = Package(path.read_bytes())
    part = next(table.sheet_part for table in tables_of(package) if table.name == "tblMargin")
    assert notes_of(package, part) == header | own


def test_whole_sheets_come_and_go(open_port: Open, tmp_path: Path) -> None:
    path = template(tmp_path)
    titles = Workbook.open(path).titles()
    layout = SheetLayout((Cell(1, 1, "=not a formula", "title"), Cell(2, 2, Decimal("9.50"), "money")))
    book = open_port(path)
    assert book.put_sheet("DRAFT C/1", layout) == "DRAFT C-1"
    book.save()
    assert Workbook.open(path).titles() == (*titles, "DRAFT C-1")
    again = open_port(path)
    again.drop_sheet("DRAFT C-1")
    again.put_sheet("DRAFT C-2", layout)
    again.save()
    assert Workbook.open(path).titles() == (*titles, "DRAFT C-2")


def test_nothing_appears_before_saving(open_port: Open, tmp_path: Path) -> None:
    path = template(tmp_path)
    before = path.read_bytes()
    book = open_port(path)
    book.write("tblCustomers", customers("C-1"))
    book.put_sheet("DRAFT", SheetLayout(()))
    assert path.read_bytes() == before


def test_what_was_written_is_not_read_in_the_same_run(open_port: Open, tmp_path: Path) -> None:
    book = open_port(template(tmp_path))
    book.write("tblCustomers", customers("C-1"))
    with pytest.raises(RuntimeError, match="tblCustomers was written in this run"):
        book.read("tblCustomers")


def test_a_run_is_restored_and_what_was_typed_elsewhere_stays(open_port: Open, tmp_path: Path) -> None:
    path, images = template(tmp_path), BeforeImages(tmp_path / "undo")
    first = open_port(path)
    first.write("tblCustomers", customers("C-1", "C-2"))
    first.put_sheet("DRAFT C-1", SheetLayout((Cell(1, 1, "to be replaced", "title"),)))
    first.save()
    titles = Workbook.open(path).titles()

    run = open_port(path)
    run.before_images = images
    run.write("tblCustomers", customers("C-3"))
    run.set_cells({"Billow_Period": "2026-07"})
    run.drop_sheet("DRAFT C-1")
    run.put_sheet("DRAFT C-3", SheetLayout(()))
    run.save()

    typed = open_port(path)
    typed.append(
        "tblFx",
        [RATE],
    )
    typed.save()

    last = images.last()
    assert last
    back = open_port(path)
    back.restore(images.workbook, last)
    back.save()
    end = Workbook.open(path)
    assert [row["Customer"] for row in end.read("tblCustomers")] == ["C-1", "C-2"]
    assert (end.cell("Billow_Period"), end.titles()) == ("", titles)
    assert len(end.read("tblFx")) == 1


def test_a_workbook_that_excel_has_nowhere_saved_is_refused(tmp_path: Path) -> None:
    book = opened(template(tmp_path))
    book.impl.path = tmp_path / "Book1.xlsx"
    with pytest.raises(Refused) as refused:
        LiveWorkbook(book)
    assert [problem.code for problem in refused.value.problems] == ["WBK-022"]


def test_excel_is_left_as_it_was(tmp_path: Path) -> None:
    excel = opened(template(tmp_path))
    book = LiveWorkbook(excel)
    book.progress("Rating", 1, 2)
    book.alert("One problem.")
    book.write("tblCustomers", customers("C-1"))
    book.save()
    app = excel.app.impl
    assert app.said == ["Billow: Rating (1 of 2)", ("Billow", "One problem."), False]
    assert (app.screen_updating, app.display_alerts, app.calculation) == (True, True, "automatic")


PRICE = Living("Functions", "B20:B22", "BILLOW_RATE({5;10;12}, {10;99}, {5;4})", array=True)
CHECK = Living("Functions", "B30", "BILLOW_CHECK(Billow_Run)")


def test_formulas_come_to_life_and_are_found_again(open_port: Open, tmp_path: Path) -> None:
    path = template(tmp_path)
    book = open_port(path)
    assert book.living() == []
    book.connect([PRICE, CHECK])
    book.save()
    assert open_port(path).living() == [PRICE, CHECK]


def test_excel_gets_the_names_that_one_types_and_a_file_those_of_libreoffice(tmp_path: Path) -> None:
    texts = {}
    for name, open_one in PORTS.items():
        path = template(tmp_path)
        book = open_one(path)
        book.connect([CHECK])
        book.save()
        package = Package(path.read_bytes())
        page = package.tree(package.sheet_parts()["Functions"])
        texts[name] = [f.text for f in page.iter(main("f")) if "BILLOW" in (f.text or "").upper()][-1]
    assert texts == {
        "live": "BILLOW_CHECK(Billow_Run)", "file": "ORG.BILLOW.CALC.FUNCTIONS.BILLOWCHECK(Billow_Run)",
    }  # fmt: skip


def test_a_formula_too_long_for_an_array_goes_into_excel_by_its_first_cell(tmp_path: Path) -> None:
    path = template(tmp_path)
    text = f'BILLOW_RATE({{5;10;12}}, {{10;99}}, {{5;4}}, "graduated", {{{";".join("0" * 120)}}})'
    book = live(path)
    book.connect([Living("Functions", "B20:B22", text, array=True)])
    book.save()
    assert len(text) > LONGEST_ARRAY_FORMULA
    assert live(path).living() == [Living("Functions", "B20", text)]


def test_formulas_become_what_they_show(open_port: Open, tmp_path: Path) -> None:
    path = template(tmp_path)
    book = open_port(path)
    book.connect([PRICE, CHECK])
    book.save()
    calculated(path)
    book = open_port(path)
    book.freeze(book.living())
    book.save()
    after = Workbook.open(path)
    assert after.living() == []
    shown = [after.text_at("Functions", place) for place in ("B20", "B21", "B22", "B30")]
    assert shown == ["25", "50", "58", "OK"]


def calculated(path: Path) -> None:
    """Let the cells hold values as a program that has the functions leaves them."""
    package = Package(path.read_bytes())
    page = package.tree(package.sheet_parts()["Functions"])
    for place, (kind, text) in {
        "B20": ("n", "25"), "B21": ("n", "50"), "B22": ("n", "58"), "B30": ("str", "OK"),
    }.items():  # fmt: skip
        cell = next(each for each in page.iter(main("c")) if each.get("r") == place)
        cell.set("t", kind)
        value = cell.find(main("v"))
        (etree.SubElement(cell, main("v")) if value is None else value).text = text
    package.touch(package.sheet_parts()["Functions"])
    path.write_bytes(package.bytes())
