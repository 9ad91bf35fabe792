"""Workbooks as earlier versions made them come up to this one, and lose nothing on the way."""

import re
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from billow_templates import template

from billow import __version__
from billow.functions import FUNCTIONS
from billow.sheets.columns import SETTINGS, SHEETS
from billow.workbook import pages
from billow.workbook.book import Workbook
from billow.workbook.book_parts import named_cells
from billow.workbook.charting import charts_on
from billow.workbook.markup import column_letters, main
from billow.workbook.moving import VML
from billow.workbook.package import Package
from billow.workbook.properties import SCHEMA
from billow.workbook.tables import tables_of
from tests.commands.clerk import billow
from tests.workbook.making import said, with_cells

EARLIER = Path(__file__).parent.parent / "data" / "workbooks"
SHEETS_OF_RESULTS = list(dict.fromkeys(s.title for s in SHEETS.values() if s.group == "Results"))
VERSIONS = sorted(path.stem for path in EARLIER.glob("*.xlsx"))


def earlier(version: str, folder: Path) -> Path:
    return Path(shutil.copy(EARLIER / f"{version}.xlsx", folder / "Billing.xlsx"))


def columns(path: Path) -> dict[str, list[str]]:
    return {table.name: table.columns for table in tables_of(Package(path.read_bytes()))}


def sheets(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def first_cells(book: Any, path: Path) -> Iterator[tuple[str, str, Any, Any]]:
    """Each column of each table: its header cell and the cell below it."""
    for table in tables_of(Package(path.read_bytes())):
        page, area = book[table.title], table.area
        for at, name in enumerate(table.columns, start=area.left):
            yield table.name, name, page.cell(area.top, at), page.cell(table.body.top, at)


@pytest.fixture(scope="module", params=VERSIONS)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of an earlier version after ``billow migrate``, with a customer that was typed before."""
    path = earlier(request.param, tmp_path_factory.mktemp("earlier"))
    with_cells(path, "tblCustomers", {"Customer": said("C-1"), "Name": said("Contoso"), "Note": said("kept")})
    refused = billow("check", path)
    assert (refused.code, "run billow migrate" in refused.err) == (1, True)
    done = billow("migrate", path)
    assert (done.code, done.err) == (0, "")
    return path


def test_every_sheet_column_and_setting_of_this_version_is_there(migrated: Path) -> None:
    book = Workbook.open(migrated)
    assert {table: set(sheet.names) - set(columns(migrated)[table]) for table, sheet in SHEETS.items()} == {
        table: set() for table in SHEETS
    }
    there = [row["Name"] for row in book.read("tblSettings")]
    assert {setting.name for setting in SETTINGS} <= set(there)
    assert len(there) == len(set(there)), "a setting that was there already is not added again"
    for setting in SETTINGS:
        book.cell(f"Set_{setting.key}")


def test_the_card_of_the_last_run_is_renewed_and_functions_find_their_run(tmp_path: Path) -> None:
    path = earlier(VERSIONS[-1], tmp_path)
    old = Workbook.open(path, tables=())
    if "Billow_Last" in named_cells(Package(path.read_bytes())):
        pytest.fail("take an earlier workbook, of before the card")
    old.set_cells({"Billow_Run": "2026-06-30 12:00:00 0a1b2c3d"})
    old.save()
    assert billow("migrate", path).code == 0
    book, model = Workbook.open(path), named_cells(Package(template("Billing").read_bytes()))
    assert book.cell("Billow_Run") == "2026-06-30 12:00:00 0a1b2c3d"
    there, page, new = (
        named_cells(Package(path.read_bytes())),
        sheets(path)["Start"],
        sheets(template("Billing")),
    )
    for name in ("Billow_Last", "Billow_Last_Said", "Billow_Run"):
        assert there[name] == model[name]
        cell, like = page[there[name][1]], new["Start"][model[name][1]]
        assert (cell.number_format, cell.font.sz, cell.alignment.wrap_text) == (
            like.number_format, like.font.sz, like.alignment.wrap_text
        )  # fmt: skip
    assert page[there["Billow_Last"][1]].value == new["Start"][model["Billow_Last"][1]].value
    assert page.row_dimensions[6].height == new["Start"].row_dimensions[6].height
    assert "card LAST RUN" not in billow("migrate", path).out


def test_what_was_typed_below_the_card_is_never_overwritten(tmp_path: Path) -> None:
    path = earlier(VERSIONS[-1], tmp_path)
    book = sheets(path)
    book["Start"]["E6"] = "my note"
    book.save(path)
    refused = billow("migrate", path)
    assert (refused.code, '"my note" in cell E6 is in the way.' in refused.err) == (1, True)
    assert "Move what stands below card LAST RUN, and run migrate again." in refused.err


def test_what_was_typed_is_still_there(migrated: Path) -> None:
    (row,) = Workbook.open(migrated).read("tblCustomers")
    assert (row["Customer"], row["Name"], row["Note"]) == ("C-1", "Contoso", "kept")


def test_the_workbook_as_it_was_lies_beside_it(migrated: Path) -> None:
    (kept,) = migrated.parent.glob("Billing before *.xlsx")
    assert columns(kept) != columns(migrated)
    assert migrated.parent.joinpath("Billing.xlsx").exists()


def test_columns_that_were_added_look_as_in_the_template(migrated: Path) -> None:
    model = {
        (table, name): (head.fill.fgColor.rgb, body.number_format, body.fill.fgColor.rgb)
        for table, name, head, body in first_cells(sheets(template("Billing")), template("Billing"))
    }
    (kept,) = migrated.parent.glob("Billing before *.xlsx")
    old = columns(kept)
    added = [
        (table, name, head, body)
        for table, name, head, body in first_cells(sheets(migrated), migrated)
        if name not in old.get(table, ())
    ]
    assert added
    for table, name, head, _ in added:
        assert SHEETS[table].column(name).description in head.comment.text, f"{table} {name}"
    for table, name, head, body in added:
        look = head.fill.fgColor.rgb, body.number_format, body.fill.fgColor.rgb
        assert look == model[table, name], f"{table} {name}"
        assert head.value == name


def test_every_dropdown_offers_the_words_of_its_column(migrated: Path) -> None:
    book = sheets(migrated)
    for table, name, _, body in first_cells(book, migrated):
        column = SHEETS[table].by_name.get(name)
        if column is None or not column.choices or column.role != "input":
            continue
        rules = [
            rule
            for rule in book[SHEETS[table].title].data_validations.dataValidation
            if body.coordinate in rule.sqref
        ]
        (rule,) = rules
        cells = book["Lists"][rule.formula1.removeprefix("Lists!").replace("$", "")]
        assert tuple(cell.value for (cell,) in cells) == column.choices, f"{table} {name}"


def test_an_added_note_has_its_own_box_at_its_own_cell(migrated: Path) -> None:
    """Excel repairs a file in which a note has no box, or two boxes have one number."""
    package = Package(migrated.read_bytes())
    for part in filter(re.compile("xl/drawings/vmlDrawing").match, package.names):
        boxes = [box for box in package.tree(part) if str(box.tag).endswith("}shape")]
        assert len({box.get("id") for box in boxes}) == len(boxes), part
    for table in tables_of(package):
        related = {r.kind: r.target for r in package.relations(table.sheet_part)}
        data = list(package.tree(related["vmlDrawing"]).iter(f"{VML}ClientData"))
        rows, letters = (
            [int(each.findtext(f"{VML}{word}", "")) + 1 for each in data] for word in ("Row", "Column")
        )
        at = {f"{column_letters(column)}{row}" for row, column in zip(rows, letters, strict=True)}
        notes = {note.get("ref") for note in package.tree(related["comments"]).iter(main("comment"))}
        assert at == notes, table.title


def test_the_new_sheets_stand_in_their_place_with_their_charts_and_names(migrated: Path) -> None:
    book, new = Workbook.open(migrated), Package(migrated.read_bytes())
    assert book.titles()[:2] == ("Start", "About")
    assert [title for title in book.titles() if title in SHEETS_OF_RESULTS] == SHEETS_OF_RESULTS
    assert len(list(charts_on(new, ["Dashboard"]))) == 3
    model = named_cells(Package(template("Billing").read_bytes()))
    there = named_cells(new)
    assert {name for name in model if name.startswith("Billow_")} <= there.keys()
    assert book.property(SCHEMA) == str(pages.SCHEMA)


def test_about_says_what_it_says_in_this_version(migrated: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(migrated, tmp_path / "Billing.xlsx"))
    book = Workbook.open(path)
    book.set_cells({"Billow_Version": "0.0.1"})
    book.save()
    assert "what sheet About says" in billow("migrate", path).out
    again = Workbook.open(path)
    assert (again.cell("Billow_Version"), again.titles()) == (__version__, book.titles())


def test_functions_that_came_since_get_their_place(migrated: Path, tmp_path: Path) -> None:
    """As a workbook of a version that knew one function less, and called another one otherwise."""
    path = Path(shutil.copy(migrated, tmp_path / "Billing.xlsx"))
    package = Package(path.read_bytes())
    page = package.tree(package.sheet_parts()["Functions"])
    text = next(t for t in page.iter(main("t")) if t.text == "BILLOW_RATE")
    text.text = "BILLOW_TARIFF"
    package.touch(package.sheet_parts()["Functions"])
    path.write_bytes(package.bytes())
    said = billow("connect", path, "--json")
    assert said.data["examples"] == len(FUNCTIONS)
    assert "what sheet Functions says" in billow("migrate", path).out
    assert "BILLOW_TARIFF" not in str(Package(path.read_bytes()).read(sheet_part(path, "Functions")))
    assert Workbook.open(path).living() == [], "the new page waits for Connect formulas"
    assert billow("connect", path, "--json").data["examples"] == len(FUNCTIONS)


def sheet_part(path: Path, title: str) -> str:
    return Package(path.read_bytes()).sheet_parts()[title]


def test_a_second_time_nothing_happens(migrated: Path) -> None:
    before = migrated.read_bytes()
    assert "nothing was changed" in billow("migrate", migrated).out
    assert migrated.read_bytes() == before


def test_parts_that_get_nothing_stay_byte_for_byte(migrated: Path) -> None:
    (kept,) = migrated.parent.glob("Billing before *.xlsx")
    old, new = Package(kept.read_bytes()), Package(migrated.read_bytes())
    had, has = columns(kept), columns(migrated)
    for table in tables_of(old):
        if had[table.name] == has[table.name] and table.name != "tblSettings":
            assert new.read(table.part) == old.read(table.part), table.name
    notes = [
        relation.target
        for table in tables_of(old)
        if had[table.name] == has[table.name]
        for relation in old.relations(table.sheet_part)
        if relation.kind == "comments"
    ]
    assert notes
    assert [new.read(name) for name in notes] == [old.read(name) for name in notes]


IN_THE_WAY = [
    ("Prices", "beside", "a remark beside a table that gets columns"),
    ("Settings", "below", "a remark below the settings"),
]


@pytest.mark.parametrize(("title", "where", "what"), IN_THE_WAY)
def test_what_is_in_the_way_is_told_and_nothing_is_changed(
    tmp_path: Path, title: str, where: str, what: str
) -> None:
    path = earlier("Billing-first", tmp_path)
    table = next(t for t in tables_of(Package(path.read_bytes())) if t.title == title)
    book = sheets(path)
    row, column = {"beside": (5, table.area.right + 2), "below": (table.area.bottom + 1, 1)}[where]
    book[title].cell(row, column).value = "my remark"
    book.save(path)
    before = path.read_bytes()
    refused = billow("migrate", path)
    assert (refused.code, 'WBK-021  "my remark" in cell' in refused.err) == (1, True), what
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("* before *"))


def test_an_own_sheet_of_the_same_name_is_told(tmp_path: Path) -> None:
    path = earlier("Billing-first", tmp_path)
    book = sheets(path)
    book.create_sheet("Users")
    book.save(path)
    refused = billow("migrate", path)
    assert (refused.code, "There is a sheet Users already" in refused.err) == (1, True)


def test_a_workbook_of_another_schema_is_told_to_migrate_even_if_it_holds_all(tmp_path: Path) -> None:
    path = Path(shutil.copy(template("Billing"), tmp_path / "Billing.xlsx"))
    book = Workbook.open(path)
    book.set_property(SCHEMA, str(pages.SCHEMA - 1))
    book.save()
    refused = billow("check", path)
    assert (refused.code, "WBK-023" in refused.err) == (1, True)
    assert "number of its schema" in billow("migrate", path).out
    assert Workbook.open(path).property(SCHEMA) == str(pages.SCHEMA)


def test_the_number_of_the_schema_never_falls() -> None:
    """1 was the number of all workbooks before sheets, columns and settings were counted."""
    assert pages.SCHEMA >= 535
