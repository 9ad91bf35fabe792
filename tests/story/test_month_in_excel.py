"""The same clicks on a file and on the workbook that is open in Excel leave the same month.

Cell by cell the sheets, their looks, dropdowns and tables; the charges, the register, the PDF files and the
journal; and what was said. Excel is xlwings over the small Excel of the tests. Both walk one folder, one
after the other, so that no path differs; only the clock does.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
import xlwings
from billow_addin.desktop import click
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from billow.commands.command_list import COMMANDS
from billow.commands.desk import At
from billow.commands.issue import issue
from billow.commands.orders import orders
from billow.commands.outcome import Outcome
from billow.commands.settle import settle_todo
from billow.functions.formulas import plain
from billow.workbook.book import Workbook
from billow.workbook.live import LiveWorkbook
from tests.addin.test_click import Person
from tests.commands.clerk import MONTH, billow
from tests.conftest import REASON
from tests.orders import distributor as d
from tests.workbook.excel import opened

ISSUED_ON = date(2026, 7, 8)
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")
# What connect says of a file alone, after the other lines.
_OF_A_FILE = re.compile(
    r"(\\n|\s)*LibreOffice calculates them on opening; in Excel, press Connect formulas there\."
)
_CHAIN = re.compile(r"'[0-9a-f]{64}'")  # of the register's documents, which counts the moment in
Sheets = dict[str, dict[str, Any]]
Step = str | Callable[[At], Outcome]


@dataclass
class Clerk(Person):
    """A person before a workbook that is open in Excel, or before its file."""

    book: xlwings.Book | None = None

    def workbook(self) -> At:
        """The workbook that is open, or its path."""
        return LiveWorkbook(self.book) if self.book else self.path


class Walked(NamedTuple):
    """What was said at each step and how the sheets stood after it, and what lies beside the workbook."""

    said: dict[str, object]
    sheets: dict[str, Sheets]
    beside: dict[str, object]


def silent(_text: str, _done: int, _of: int) -> None:
    """Nobody looks at the progress."""


def _orders(workbook: At) -> Outcome:
    path = workbook if isinstance(workbook, Path) else workbook.path
    listed = d.write(path.with_name("orders.csv"), d.NEW)
    return orders(workbook, [listed], date(2026, 6, 30), None, silent)


# A step is a button by its id, or what a person does who is not at the tab.
MONTH_STEPS: list[tuple[str, Step]] = [
    ("orders are read", _orders),
    ("import", "import"),
    ("the sheet To do is settled", lambda at: settle_todo(at, "accept", REASON, "M. Jansen")),
    ("check", "check"),
    ("invoice", "invoice"),
    ("undo", "undo"),
    ("invoice again", "invoice"),
    ("issued on a day", lambda at: issue(at, MONTH, None, "First month", ISSUED_ON, silent)),
    ("export", "export"),
]
# Every other button, as whoever clicks takes what it proposes; those that are still to come too.
_OTHERS = [id_ for id_, command in COMMANDS.items() if command.button and id_ not in dict(MONTH_STEPS)]
STEPS = [*MONTH_STEPS, *((id_, id_) for id_ in _OTHERS)]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Walked]:
    """The month on a file, and the month in Excel."""
    begun = tmp_path_factory.mktemp("begun") / "desk"
    workbook = begun / "Billing.xlsx"
    assert billow("new", workbook, "--example").code == 0
    book = Workbook.open(workbook)
    book.append("tblFormats", [d.FORMAT])
    book.append("tblMapping", d.mapping_rows())
    book.append("tblValueMaps", d.value_rows())
    book.append("tblAccounts", [{"Vendor": "Nordhandel", "Account": "NH-10", "Customer": "C-1001"}])
    book.append("tblSkuRules", [{"Vendor": "Nordhandel", "Match": "sku", "SKU": "MW", "Product": "SUPPORT"}])
    book.save()
    return {way: _walked(begun, way) for way in ("file", "excel")}


def _walked(begun: Path, way: str) -> Walked:
    desk = begun.with_name("walked")
    shutil.rmtree(desk, ignore_errors=True)
    workbook = shutil.copytree(begun, desk) / "Billing.xlsx"
    book = opened(workbook) if way == "excel" else None
    said: dict[str, object] = {}
    sheets: dict[str, Sheets] = {}
    before, seen = b"", Sheets()
    for name, step in STEPS:
        if isinstance(step, str):
            person = Clerk(workbook, sheet="Rated lines", row=5, book=book)
            click(person, step, begun.with_name("billow.log"))
            said[name] = _timeless([person.told, person.shown])
        else:
            outcome = step(LiveWorkbook(book) if book else workbook)
            said[name] = _timeless([outcome.lines, list(map(str, outcome.problems))])
        data = workbook.read_bytes()
        if data != before:  # what only looks leaves the file as it is
            before, seen = data, dict(_sheets(workbook))
        sheets[name] = seen
    return Walked(said, sheets, dict(_beside(workbook.with_suffix(".data"))))


def _timeless(value: object) -> object:
    return json.loads(_comparable(json.dumps(value)))


def _comparable(text: str) -> str:
    return _OF_A_FILE.sub("", _CLOCK.sub("(when)", text))


def _sheets(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what each sheet holds and shows, as another library reads it."""
    for page in openpyxl.load_workbook(path):
        cells = {cell.coordinate: _cell(cell) for row in page.iter_rows() for cell in row}
        yield (
            page.title,
            {
                "cells": {place: cell for place, cell in cells.items() if cell},
                "tables": {table.name: table.ref for table in page.tables.values()},
                "dropdowns": sorted(
                    (str(r.sqref), str(r.formula1)) for r in page.data_validations.dataValidation
                ),
                "rules": set(_rules(page)),
                "page": [page.print_area, page.print_title_rows, page.freeze_panes, page.sheet_state],
                "merged": sorted(map(str, page.merged_cells.ranges)),
                "widths": {name: column.width for name, column in page.column_dimensions.items()},
            },
        )


def _cell(cell: Any) -> tuple[Any, ...]:
    value = cell.value
    if isinstance(value, ArrayFormula):
        value = f"{{{value.text}}} in {value.ref.partition(':')[0]}"
    if isinstance(value, str):  # functions have other names in LibreOffice, for which the file is
        value = plain(_comparable(value))
    looks = (cell.number_format, cell.style, cell.font.b, cell.fill.fgColor.rgb, cell.alignment.wrap_text)
    return () if value is None and not cell.has_style else (value, *looks, cell.protection.locked)


def _rules(page: Worksheet) -> Iterator[tuple[object, ...]]:
    """Yield the conditional formats of each cell of a table."""
    for table in page.tables.values():
        left, top, right, bottom = range_boundaries(table.ref)
        for rule in page.conditional_formatting:
            for area in rule.sqref.ranges:
                for row in range(max(top, area.min_row), min(bottom, area.max_row) + 1):
                    for column in range(max(left, area.min_col), min(right, area.max_col) + 1):
                        yield (row, column, *((each.type, str(each.formula)) for each in rule.rules))


def _beside(data: Path) -> Iterator[tuple[str, object]]:
    """Yield what lies beside the workbook: the rows of databases, the bytes of other files."""
    for path in sorted(data.rglob("*")):
        if path.suffix == ".sqlite":
            with closing(sqlite3.connect(path)) as store:
                rows = _CLOCK.sub("(when)", "\n".join(store.iterdump()))
                yield path.name, _CHAIN.sub("(chain)", rows)
        elif path.is_file() and path.parent.name != "undo":
            yield str(path.relative_to(data)), path.read_bytes()


@pytest.mark.parametrize("step", [name for name, _ in STEPS])
def test_a_click_says_and_writes_the_same(both: dict[str, Walked], step: str) -> None:
    file, excel = both["file"], both["excel"]
    assert excel.said[step] == file.said[step]
    assert list(excel.sheets[step]) == list(file.sheets[step])
    for title, sheet in file.sheets[step].items():
        for what, held in sheet.items():
            assert excel.sheets[step][title][what] == held, (title, what)


def test_the_same_lies_beside_the_workbook(both: dict[str, Walked]) -> None:
    file, excel = both["file"].beside, both["excel"].beside
    assert excel.keys() == file.keys()
    assert [name for name in file if excel[name] != file[name]] == []
    kinds = {Path(name).suffix for name in file}
    assert {".pdf", ".parquet", ".csv", ".sqlite", ".json"} <= kinds


def test_the_month_was_a_month(both: dict[str, Walked]) -> None:
    """Else nothing was compared."""
    said, sheets = both["excel"].said, both["excel"].sheets
    assert "24 invoices issued" in str(said["issued on a day"])
    assert "handed over" in str(said["export"])
    assert sheets["invoice"].keys() > sheets["undo"].keys()
    assert {"explain", "doctor", "help"} <= said.keys()
