"""The workbook that is open in Excel: read as Excel saved it, written into the open sheets.

The clerk sees the sheets fill. All that decides what a table then holds (which row keeps which remark, what
stands in the way) is the code for files; here is only how the difference gets into Excel: tables grow or
shrink, changed blocks of cells are written at once, and whole sheets are copied in with their looks.

Text goes into Excel as if typed. So that no vendor's text becomes a formula, a date or a number, it is typed
with an apostrophe before it.

>>> typed_in("=1+1"), typed_in("00123"), typed_in("Contoso"), typed_in(Decimal("9.50"))
("'=1+1", "'00123", 'Contoso', 9.5)
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from billow.problems import Place, Problem, Refused
from billow.workbook.book import Workbook
from billow.workbook.book_parts import named_cells
from billow.workbook.cells import Formula, content, visible_text
from billow.workbook.changes import Changes
from billow.workbook.guard import read_safely
from billow.workbook.living import Living
from billow.workbook.markup import Area, main, split_reference
from billow.workbook.notes import notes_of
from billow.workbook.package import Package
from billow.workbook.tables import Table, tables_of

_PLAIN = re.compile(r"[^\W\d_][^\d]*")
_LONGEST_ARRAY = 255  # characters of an array formula that a program hands over
_WORDS_OF_EXCEL = {"true", "false"}

Grid = dict[tuple[int, int], Any]


def typed_in(value: Any) -> Any:
    """Return a value as it is handed to Excel: numbers as floats, which is what cells hold."""
    if isinstance(value, Formula):
        return f"={value.text}"
    if isinstance(value, str):
        text = visible_text(value)
        plain = _PLAIN.fullmatch(text) and text.casefold() not in _WORDS_OF_EXCEL
        return text if plain or not text else f"'{text}"
    return float(value) if isinstance(value, Decimal) else value


class LiveWorkbook(Workbook):
    """A workbook of an xlwings ``Book``. Nothing in Excel changes before ``save``."""

    def __init__(self, book: Any, tables: Iterable[str] | None = None) -> None:
        path = Path(book.fullname)
        if not path.is_absolute() or not path.exists():
            hint = "Save it in a folder of this computer: Billow keeps reports and invoices beside it."
            sentence = f'The workbook "{book.name}" does not lie in a folder of this computer.'
            raise Refused([Problem("WBK-022", sentence, Place(book.name), hint)])
        book.save()
        self._excel = book
        self._connected: list[Living] = []
        self._frozen: list[Living] = []
        super().__init__(path, read_safely(path), tables)

    def progress(self, text: str, done: int, of: int) -> None:
        """Say in the status bar how far a command is."""
        self._excel.app.status_bar = f"Billow: {text} ({done} of {of})"

    def alert(self, text: str) -> None:
        """Say something in a box that waits for a click."""
        self._excel.app.alert(text, "Billow")

    def connect(self, formulas: Sequence[Living]) -> None:
        """Put formulas into their cells, as one types them: here Excel itself reads them."""
        super().connect(formulas)
        self._connected += formulas

    def freeze(self, formulas: Sequence[Living]) -> None:
        """Let cells hold what their formulas show."""
        super().freeze(formulas)
        self._frozen += formulas

    def refuse_if_busy(self) -> None:
        """Raise ``Refused`` when the file was changed by someone else; here Excel may have it open."""
        self._refuse_if_changed()

    def save(self, path: Path | str | None = None) -> None:
        """Write what changed into the open sheets, then let Excel save."""
        if path is not None:
            raise ValueError("a workbook that is open in Excel is saved where it lies")
        if not self._package.changed:
            return
        self.refuse_if_busy()
        changes = self._keep_before()
        with self._quietly():
            self._push(changes)
        self._excel.save()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Let Excel neither redraw, nor ask, nor calculate until everything is written."""
        app, shown = self._excel.app, self._excel.sheets.active.name
        before = app.screen_updating, app.display_alerts, app.calculation
        app.screen_updating, app.display_alerts, app.calculation = False, False, "manual"
        try:
            yield
        finally:
            app.screen_updating, app.display_alerts, app.calculation = before
            app.status_bar = False
            if shown in [sheet.name for sheet in self._excel.sheets]:
                self._excel.sheets[shown].activate()

    def _push(self, changes: Changes) -> None:
        old = Package(self._package.data, self.path.name)
        titles = {name: table.title for name, table in self._tables.items()}
        named = named_cells(self._package)
        written = {titles[name] for name in changes.tables} | {named[name][0] for name in changes.cells}
        before, after = {table.name: table for table in tables_of(old)}, self._tables
        for title in sorted(written):
            tables = [(before[table.name], table) for table in after.values() if table.title == title]
            self._resize(title, tables)
            new = _grid(self._package, title, self._strings)
            self._write(
                title, _blocks(_grid(old, title, self._strings), new, [table for _, table in tables]), new
            )
            self._move_notes(title, old)
        self._swap_sheets(changes.dropped, changes.put)
        self._change_formulas()

    def _change_formulas(self) -> None:
        """Type in the formulas that were connected, and the values of those that were frozen."""
        for one in self._connected:
            cells = self._cells_of(one)
            cells.clear_contents()  # a part of an array cannot be changed
            if one.array and len(one.text) < _LONGEST_ARRAY:
                cells.formula_array = f"={one.text}"
            elif (
                one.array
            ):  # only newer ones of Excel have such long formulas with an answer of several cells
                cells[0, 0].formula2 = f"={one.text}"
            else:
                cells.formula = f"={one.text}"
        for one in self._frozen:
            grid, area = _grid(self._package, one.title, self._strings), Area.of(one.area)
            cells = self._cells_of(one)
            cells.clear_contents()
            cells.value = [[grid.get((row, column)) for column in area.columns] for row in area.rows]
        self._connected, self._frozen = [], []

    def _cells_of(self, one: Living) -> Any:
        area = Area.of(one.area)
        return self._excel.sheets[one.title].range((area.top, area.left), (area.bottom, area.right))

    def _resize(self, title: str, tables: list[tuple[Table, Table]]) -> None:
        sheet = self._excel.sheets[title]
        for before, after in tables:
            if str(before.area) == str(after.area):
                continue
            table = sheet.tables[after.name]
            if after.totals:
                table.show_totals = False
            area, body = after.area, after.body
            table.resize(sheet.range((area.top, area.left), (body.bottom, area.right)))
            if after.totals:
                table.show_totals = True
            if body.bottom > before.body.bottom:
                # Excel gives new rows their looks when a person adds them, not when a program does
                sheet.range((body.top, body.left), (body.top, body.right)).copy()
                new = sheet.range((before.body.bottom + 1, body.left), (body.bottom, body.right))
                new.paste(paste="formats")
            if area.bottom < before.area.bottom:
                # a table that shrinks in Excel leaves its looks on the rows below it
                left = sheet.range((area.bottom + 1, area.left), (before.area.bottom, area.right))
                left.clear_formats()

    def _write(self, title: str, blocks: list[Area], new: Grid) -> None:
        sheet = self._excel.sheets[title]
        for area in blocks:
            rows = [[new.get((row, column)) for column in area.columns] for row in area.rows]
            sheet.range((area.top, area.left), (area.bottom, area.right)).value = rows

    def _move_notes(self, title: str, old: Package) -> None:
        """Let the notes of a table's cells follow their rows; all are taken off before any is put on."""
        sheet = self._excel.sheets[title]
        before, after = (notes_of(p, p.sheet_parts()[title]) for p in (old, self._package))
        for cell, text in before.items():
            if after.get(cell) != text and (note := sheet.range(cell).note):
                note.delete()
        for cell, text in after.items():
            if text and before.get(cell) != text:
                sheet.range(cell).add_note(text)

    def _swap_sheets(self, dropped: list[str], put: list[str]) -> None:
        there = {sheet.name for sheet in self._excel.sheets}
        for title in dropped:
            if title in there:
                self._excel.sheets[title].delete()
        if not put:
            return
        with TemporaryDirectory(prefix="~billow-", dir=self.path.parent) as folder:
            # The workbook as it will be lends its sheets, so that they come with all their looks.
            lent = Path(folder) / "Billow sheets.xlsx"
            lent.write_bytes(self._package.bytes())
            other = self._excel.app.books.open(lent, update_links=False, read_only=True, add_to_mru=False)
            try:
                for title in put:
                    other.sheets[title].copy(after=self._excel.sheets[-1], name=title)
            finally:
                other.close()


def _grid(package: Package, title: str, strings: list[str]) -> Grid:
    """Return what stands on a sheet, by row and column, as it is handed to Excel."""
    cells = package.tree(package.sheet_parts()[title]).iter(main("c"))
    grid = {split_reference(cell.get("r", "")): typed_in(content(cell, strings)) for cell in cells}
    return {place: value for place, value in grid.items() if value is not None}


def _blocks(old: Grid, new: Grid, tables: list[Table]) -> list[Area]:
    """Return the blocks of cells that differ: within a table one per columns that change in the same rows."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for row, column in sorted(old.keys() | new.keys()):
        if old.get((row, column)) == new.get((row, column)):
            continue
        home = next((n for n, t in enumerate(tables) if column in t.area.columns and row >= t.body.top), -row)
        first, _ = spans.get((column, home), (row, row))
        spans[column, home] = first, row
    blocks: list[Area] = []
    for (column, _), (first, last) in sorted(spans.items(), key=lambda item: (item[1], item[0])):
        left = blocks[-1] if blocks else None
        if left and (left.top, left.bottom, left.right) == (first, last, column - 1):
            blocks[-1] = Area(first, left.left, last, column)
        else:
            blocks.append(Area(first, column, last, column))
    return blocks
