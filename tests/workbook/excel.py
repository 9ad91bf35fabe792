"""A small Excel for the tests: an xlwings engine whose workbooks are files taken apart.

It does what a live Excel does with the few things that Billow asks of it, on a machine without Excel: text
that is typed in becomes a number, a formula or a yes when it looks like one, tables grow, sheets are copied
from one workbook to another. It calculates nothing.

Nothing of xlwings is replaced: ``xlwings.Book`` over this engine is what commands get.
"""
# ruff: noqa: D102 - the members have the names and the meaning that they have in Excel

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import xlwings
from lxml import etree

from billow.workbook import book_parts
from billow.workbook.cells import Formula, content, new_cell, shared_strings
from billow.workbook.grafting import graft_sheet
from billow.workbook.markup import Area, main
from billow.workbook.package import Package
from billow.workbook.tables import Table, cells_of, tables_of

LONGEST_ARRAY_FORMULA = 255


class Impl:
    """What xlwings wraps. Whatever is asked for and not here fails by its name."""

    api = True

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"this small Excel has no {type(self).__name__}.{name}")


class Engine(Impl):
    """The engine that ``xlwings`` is given."""

    name, type = "small", "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(value: Any, _: Any) -> Any:
        return value

    @staticmethod
    def clean_value_data(data: Any, *_: Any) -> Any:
        return data


class Apps(Impl):
    """The one Excel that runs."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.running: list[App] = []

    def keys(self) -> list[int]:
        return [app.pid for app in self.running]

    def add(self, **_: Any) -> "App":
        self.running.insert(0, App(self))
        return self.running[0]

    def __iter__(self) -> Iterator["App"]:
        return iter(self.running)

    def __len__(self) -> int:
        return len(self.running)

    def __getitem__(self, pid: int) -> "App":
        return next(app for app in self.running if app.pid == pid)


class App(Impl):
    """A running Excel: what it was told to show, in ``said``."""

    screen_updating = display_alerts = visible = True
    calculation = "automatic"
    _pids = itertools.count(-100, -1)

    def __init__(self, apps: Apps) -> None:
        self.apps, self.engine, self.pid = apps, apps.engine, next(App._pids)
        self.said: list[Any] = []
        self.clipboard: Range | None = None
        self.selected: Range | None = None
        self.answers: list[str | bool] = []  # what is typed into its boxes
        self.books = Books(self)

    @property
    def status_bar(self) -> Any:
        return self.said[-1] if self.said else False

    @status_bar.setter
    def status_bar(self, text: Any) -> None:
        self.said.append(text)

    def activate(self, *_: Any) -> None:
        """There is one window."""

    def alert(self, prompt: str, title: str, buttons: str | None = None, *_: Any) -> str:
        self.said.append((title, prompt))
        return "yes" if buttons == "yes_no" else "ok"

    @property
    def selection(self) -> "Range | None":
        return self.selected

    @property
    def api(self) -> "App":  # type: ignore[override]
        return self

    def InputBox(self, prompt: str, title: str, default: str) -> str | bool:  # noqa: N802 - Excel calls it so
        self.said.append((title, prompt))
        return self.answers.pop(0) if self.answers else default


class Books(Impl):
    """The open workbooks."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.open_ones: list[Book] = []
        self.active: Book | None = None

    def __call__(self, name: str) -> "Book":
        for book in self.open_ones:
            if name in {book.name, book.fullname}:
                return book
        raise KeyError(name)

    def __iter__(self) -> Iterator["Book"]:
        return iter(self.open_ones)

    def __len__(self) -> int:
        return len(self.open_ones)

    def open(self, fullname: str, *_: Any) -> "Book":
        self.open_ones.append(Book(self, Path(fullname)))
        return self.open_ones[-1]


class Book(Impl):
    """An open workbook; on the disk nothing changes before ``save``."""

    def __init__(self, books: Books, path: Path) -> None:
        self.books, self.path, self.saved = books, path, 0
        self.package = Package(path.read_bytes(), path.name)
        self.shown = next(iter(self.package.sheet_parts()))

    app = property(lambda self: self.books.app)
    name = property(lambda self: self.path.name)
    fullname = property(lambda self: str(self.path))
    sheets = property(lambda self: Sheets(self))  # noqa: PLW0108 - the class stands below

    @property
    def strings(self) -> list[str]:
        part = "xl/sharedStrings.xml"
        return shared_strings(self.package.tree(part)) if part in self.package else []

    def activate(self, *_: Any) -> None:
        self.books.active = self

    def save(self, *_: Any, **__: Any) -> None:
        self.saved += 1
        if self.package.changed:
            self.path.write_bytes(self.package.bytes())

    def close(self) -> None:
        self.books.open_ones.remove(self)


class Sheets(Impl):
    """The tabs of a workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def _all(self) -> list["Sheet"]:
        return [Sheet(self.book, title) for title in self.book.package.sheet_parts()]

    active = property(lambda self: Sheet(self.book, self.book.shown))

    def __call__(self, key: str | int) -> "Sheet":
        every = self._all()
        return every[key - 1] if isinstance(key, int) else next(s for s in every if s.name == key)

    def __iter__(self) -> Iterator["Sheet"]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Sheet(Impl):
    """One sheet; its cells are read from the file anew each time."""

    def __init__(self, book: Book, title: str) -> None:
        self.book, self._title = book, title

    tables = property(lambda self: Tables(self))  # noqa: PLW0108 - the class stands below
    part = property(lambda self: self.book.package.sheet_parts()[self.name])

    @property
    def name(self) -> str:
        return self._title

    @name.setter
    def name(self, title: str) -> None:
        tree = self.book.package.tree(self.book.package.workbook_part)
        next(node for node in tree.iter(main("sheet")) if node.get("name") == self._title).set("name", title)
        self.book.package.forget_sheets()
        self._title = title

    def activate(self) -> None:
        self.book.shown = self.name

    def delete(self) -> None:
        if self.book.app.display_alerts:
            raise RuntimeError("Excel asks whether the sheet is to be deleted, and nobody answers")
        book_parts.drop_sheet(self.book.package, self.name)

    def copy(self, *, before: None, after: "Sheet") -> None:
        assert before is None
        graft_sheet(self.book.package, self.name, after.book.package)

    def range(self, first: Any, last: Any = None) -> "Range":
        if isinstance(first, Range):  # a corner each, as xlwings resizes
            return Range(self, Area(first.row, first.column, last.area.bottom, last.area.right))
        if len(first) == 4:  # xlwings asks for (row, column, rows, columns) when it resizes
            top, left, rows, columns = first
            return Range(self, Area(top, left, top + rows - 1, left + columns - 1))
        return Range(self, Area(*first, *(last or first)))


class Range(Impl):
    """A block of cells."""

    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self.sheet, self.area = sheet, area
        self.options: dict[str, Any] = {}

    row = property(lambda self: self.area.top)
    column = property(lambda self: self.area.left)
    shape = property(lambda self: (len(self.area.rows), len(self.area.columns)))

    def __call__(self, row: int, column: int) -> "Range":
        top, left = self.area.top + row - 1, self.area.left + column - 1
        return Range(self.sheet, Area(top, left, top, left))

    def __len__(self) -> int:
        return len(self.area.rows) * len(self.area.columns)

    def select(self) -> None:
        self.sheet.book.books.app.selected = self

    def _each(self, change: Callable[[int, int, Any], Any]) -> None:
        package = self.sheet.book.package
        cells = cells_of(package, self.sheet.part)
        for number in self.area.rows:
            row = cells.of_row(number)
            for column in self.area.columns:
                row[column] = change(number, column, row.get(column))
            cells.set_row(number, {at: cell for at, cell in row.items() if cell is not None})
        cells.finish()
        package.touch(self.sheet.part)

    @property
    def raw_value(self) -> Any:
        cells, strings = cells_of(self.sheet.book.package, self.sheet.part), self.sheet.book.strings
        rows = [cells.of_row(number) for number in self.area.rows]
        return [[_seen(content(row.get(column), strings)) for column in self.area.columns] for row in rows]

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        scalar = not isinstance(value, Sequence) or isinstance(value, str)

        def change(number: int, column: int, old: Any) -> Any:
            given = value if scalar else value[number - self.area.top][column - self.area.left]
            look = old.get("s") if old is not None else None
            return new_cell(str(Area(number, column, number, column)), understood(given), look)

        self._each(change)

    @property
    def note(self) -> "Note | None":
        return Note(self) if Note(self).node is not None else None

    def add_note(self, text: str) -> "Note":
        node = etree.SubElement(Note(self).listed, main("comment"), ref=Note(self).ref, authorId="0")
        etree.SubElement(etree.SubElement(node, main("text")), main("t")).text = text
        return Note(self)

    def clear_formats(self) -> None:
        def plain(_: int, __: int, old: Any) -> Any:
            if old is not None:
                old.attrib.pop("s", None)
            return old

        self._each(plain)
        for rule in self._rules():
            areas = [left for word in rule.get("sqref", "").split() for left in self._outside(Area.of(word))]
            rule.set("sqref", " ".join(map(str, areas)))

    def _rules(self) -> Iterator[etree._Element]:
        return self.sheet.book.package.tree(self.sheet.part).iter(main("conditionalFormatting"))

    def _outside(self, area: Area) -> list[Area]:
        """Return what is left of an area without this range, above it and below it."""
        mine = self.area
        if not set(area.columns) & set(mine.columns) or area.bottom < mine.top or area.top > mine.bottom:
            return [area]
        assert set(area.columns) <= set(mine.columns), "this small Excel clears whole columns of a rule only"
        both = (area.top, min(area.bottom, mine.top - 1)), (max(area.top, mine.bottom + 1), area.bottom)
        return [Area(top, area.left, bottom, area.right) for top, bottom in both if top <= bottom]

    def clear_contents(self) -> None:
        self.raw_value = None

    @property
    def formula(self) -> str:
        cells = cells_of(self.sheet.book.package, self.sheet.part).of_row(self.area.top)
        there = content(cells.get(self.area.left), self.sheet.book.strings)
        return f"={there.text}" if isinstance(there, Formula) else str(there or "")

    @formula.setter
    def formula(self, value: str) -> None:
        self.raw_value = value

    @property
    def formula2(self) -> str:
        return self.formula

    @formula2.setter
    def formula2(self, value: str) -> None:
        self.formula = value

    @property
    def formula_array(self) -> str:
        return self.formula

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        """Put one formula into all cells, as Ctrl+Shift+Enter does; Excel takes no longer ones so."""
        assert len(value) <= LONGEST_ARRAY_FORMULA
        package = self.sheet.book.package
        cells = cells_of(package, self.sheet.part)
        row = cells.of_row(self.area.top)
        first = row[self.area.left]
        row[self.area.left] = new_cell(first.get("r", ""), Formula(value.removeprefix("=")), first.get("s"))
        formula = row[self.area.left][0]
        formula.set("t", "array")
        formula.set("ref", str(self.area))
        cells.set_row(self.area.top, row)
        package.touch(self.sheet.part)

    def copy(self, _: None) -> None:
        self.sheet.book.app.clipboard = self

    def paste(self, *, paste: str, **_: Any) -> None:
        assert paste == "formats"
        source: Range = self.sheet.book.app.clipboard
        cells = cells_of(source.sheet.book.package, source.sheet.part).of_row(source.area.top)

        def change(number: int, column: int, old: Any) -> Any:
            at = str(Area(number, column, number, column))
            cell = etree.Element(main("c"), r=at) if old is None else deepcopy(old)
            model = cells.get(column - self.area.left + source.area.left)
            if model is not None and model.get("s"):
                cell.set("s", model.get("s", ""))
            return cell

        self._each(change)
        for rule in source._rules():
            areas = list(map(Area.of, rule.get("sqref", "").split()))
            ruled = {c for area in areas for c in area.columns if source.area.top in area.rows}
            new = [Area(self.area.top, c, self.area.bottom, c) for c in self.area.columns if c in ruled]
            areas += [area for area in new if not _within(area, areas)]
            rule.set("sqref", " ".join(map(str, areas)))


class Note(Impl):
    """A note on a cell, without the box in which it is shown."""

    def __init__(self, cell: Range) -> None:
        package = cell.sheet.book.package
        part = next(r.target for r in package.relations(cell.sheet.part) if r.kind == "comments")
        self.listed = next(package.tree(part).iter(main("commentList")))
        package.touch(part)
        self.ref = str(cell.area)

    @property
    def node(self) -> etree._Element | None:
        return next((node for node in self.listed if node.get("ref") == self.ref), None)

    def delete(self) -> None:
        assert self.node is not None
        self.listed.remove(self.node)


def _within(column: Area, areas: Sequence[Area]) -> bool:
    """Tell whether a block of one column lies in one of the areas."""
    return any(column.left in a.columns and {column.top, column.bottom} <= set(a.rows) for a in areas)


def _seen(value: Any) -> Any:
    value = value.value if isinstance(value, Formula) else value
    return value if value is None or isinstance(value, str | bool) else float(value)


def understood(typed: Any) -> Any:
    """Return what Excel makes of what is typed into a cell (or handed over as its value)."""
    if typed is None or isinstance(typed, bool):
        return typed
    if not isinstance(typed, str):
        return content(etree.fromstring(f"<c xmlns='{main('')[1:-1]}'><v>{typed!r}</v></c>"), [])
    if typed.startswith("'"):
        return typed[1:]
    if typed[:1] in {"=", "+", "-", "@"}:
        return Formula(typed[1:])
    if re.fullmatch(r"[\d.,:/ E-]+%?", typed):
        raise AssertionError(f"Excel would read {typed!r} as a number or a date")
    return {"TRUE": True, "FALSE": False}.get(typed.upper(), typed)


class Tables(Impl):
    """The tables of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.parent = sheet

    def _all(self) -> list["LiveTable"]:
        found = tables_of(self.parent.book.package)
        return [LiveTable(self.parent, table) for table in found if table.title == self.parent.name]

    def __call__(self, name: str) -> "LiveTable":
        return next(table for table in self._all() if table.name == name)

    def __iter__(self) -> Iterator["LiveTable"]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class LiveTable(Impl):
    """A table (ListObject)."""

    def __init__(self, sheet: Sheet, table: Table) -> None:
        self.parent, self._table, self.name = sheet, table, table.name

    @property
    def show_totals(self) -> bool:
        return bool(self._table.totals)

    @show_totals.setter
    def show_totals(self, shown: bool) -> None:
        """Take the row of totals away, or put it below the body: Excel remembers what it shows."""
        area = self._table.area
        bottom = area.bottom + shown - self._table.totals
        self._table.node.set("ref", str(Area(area.top, area.left, bottom, area.right)))
        self._table.node.set("totalsRowCount", str(int(shown)))
        self.parent.book.package.touch(self._table.part)

    def resize(self, target: xlwings.Range) -> None:
        area: Area = target.impl.area
        if self._table.totals:
            raise RuntimeError("this small Excel resizes tables without totals only")
        assert (area.top, area.left, area.right) == self._corner()
        self._table.resize(len(area.rows) - 1)
        self.parent.book.package.touch(self._table.part)

    def _corner(self) -> tuple[int, int, int]:
        area = self._table.area
        return area.top, area.left, area.right


def opened(path: Path) -> xlwings.Book:
    """Open a workbook in the small Excel."""
    if "small" not in xlwings.engines.engines_by_name:
        xlwings.engines.add(xlwings.Engine(impl=Engine()))
    xlwings.engines["small"].activate()
    app = xlwings.engines["small"].apps.add()
    return app.books.open(path)
