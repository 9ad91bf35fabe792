"""A billing workbook on disk: read as rows, written part by part, never impoverished.

Inputs are read whole and results are written whole. What Billow does not own (charts, notes, the user's
columns and sheets, cached values) stays in the file as it is.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from billow.inputs.lacking import Header, missing
from billow.problems import Place, Problem, Refused, refuse_if_any
from billow.sheets.columns import SHEETS
from billow.sheets.raw import Raw
from billow.sheets.reading import Reader, Row, texts_in
from billow.workbook import book_parts, living, properties
from billow.workbook.archive import refuse_if_open, replace_file
from billow.workbook.book_parts import quoted
from billow.workbook.cells import Formula, content, new_cell, raw, shared_strings
from billow.workbook.changes import BeforeImages, Changes
from billow.workbook.charting import remember
from billow.workbook.following import follow
from billow.workbook.formulas import ALL_OK, COMPANY, LAST_RUN, LAST_RUN_SAID, last_run
from billow.workbook.grafting import graft_sheet
from billow.workbook.guard import read_safely
from billow.workbook.layout import SheetLayout, safe_title, sheet_xml
from billow.workbook.living import Living
from billow.workbook.markup import Area, Node, column_letters, main, serialised, split_reference
from billow.workbook.moving import grow_ranges, move_notes, unshared
from billow.workbook.package import Package
from billow.workbook.pages import SCHEMA
from billow.workbook.tables import Cells, cells_of, raw_rows, tables_of
from billow.workbook.writing import Writer, as_said

_LONGEST_QUOTE = 255  # characters that a text within a formula may have
_LARGE = 5_000  # rows of a table whose sheet is packed at once, beside what the run does next
_SHOWN_AT_MOST = 10  # cells below a table that one refusal names


class Workbook:
    """One workbook. ``problems`` collects what ``read`` finds; a refused write raises ``Refused``."""

    def __init__(self, path: Path, data: bytes, tables: Iterable[str] | None = None) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.changes = Changes()
        self.before_images: BeforeImages | None = None
        self._opened = hashlib.sha256(data).hexdigest()
        self._package = Package(data, path.name)
        self._tables = {table.name: table for table in tables_of(self._package)}
        self._lists: dict[tuple[str, str], set[str]] = {}
        self._check(tables)

    @classmethod
    def open(cls, path: Path | str, tables: Iterable[str] | None = None) -> "Workbook":
        """Open a workbook that must hold ``tables`` (all of them, if not said); else ``Refused``."""
        return cls(Path(path), read_safely(Path(path)), tables)

    def _check(self, tables: Iterable[str] | None) -> None:
        file, schema = self.path.name, self.property(properties.SCHEMA)
        if not schema.isdigit() or int(schema) > SCHEMA:
            newer = schema.isdigit()
            said = "was made by a newer Billow" if newer else "is not a Billow workbook"
            hint = "Update Billow." if newer else "Open a workbook that was made with billow new."
            raise Refused([Problem("WBK-003", f'The workbook "{file}" {said}.', Place(file), hint)])
        if tables is None and int(schema) < SCHEMA:
            hint = "Close it and run billow migrate: it adds what is missing, and what is there stays."
            sentence = f'The workbook "{file}" was made by an earlier Billow.'
            raise Refused([Problem("WBK-023", sentence, Place(file), hint)])
        headers = {name: Header(at.title, at.area.top, at.columns) for name, at in self._tables.items()}
        wanted = [SHEETS[name] for name in (SHEETS if tables is None else tables)]
        refuse_if_any(missing(file, wanted, headers))

    # --- reading

    def read(self, table: str) -> list[Row]:
        """Return the rows of a table; what is wrong with them is added to ``problems``."""
        if table in self.changes.tables:
            raise RuntimeError(f"{table} was written in this run and cannot be read in it")
        at, sheet = self._tables[table], SHEETS[table]
        reader = Reader(sheet, self.path.name, at.title, self._since_1904, self._listed)
        rows, problems = reader.rows(raw_rows(at, self._sheet(at.title), self._strings))
        self.problems += problems
        return rows

    def place(self, table: str, row: int = 0, column: str = "") -> Place:
        """Return a place in this workbook, for a problem about it."""
        return Place(self.path.name, self._tables[table].title, row, column)

    def link(self, place: Place) -> Formula | str:
        """Return a cell that leads to ``place`` on a click; plain text when it is not in this workbook."""
        text = str(place)
        table = next((table for table in self._tables.values() if table.title == place.sheet), None)
        if table is None or len(text) > _LONGEST_QUOTE:
            return text
        at = table.columns.index(place.column) if place.column in table.columns else 0
        cell = f"{column_letters(table.area.left + at)}{place.row or 1}"
        target, shown = (each.replace('"', '""') for each in (f"#{quoted(table.title)}!{cell}", text))
        return Formula(f'HYPERLINK("{target}","{shown}")', text)

    def property(self, name: str) -> str:
        """Return a property of the document, '' when it has none of that name."""
        return properties.property_of(self._package, name)

    def cell(self, name: str) -> str:
        """Return what a named cell shows, as text."""
        found = book_parts.named_cells(self._package).get(name)
        if not found:
            raise Refused([self._no_cell(name)])
        return self._raw_at(*found).text

    def contents(self, table: str) -> list[dict[str, Any]]:
        """Return everything that stands in a table, formulas and the user's own columns too, as it stands."""
        at, sheet = self._tables[table], self._sheet(self._tables[table].title)
        unshared(sheet, at.body)
        rows = []
        for _, cells in sheet.of_rows(at.body.rows):
            columns = enumerate(at.columns, start=at.area.left)
            rows.append({name: content(cells.get(column), self._strings) for column, name in columns})
        return [row for row in rows if any(value is not None for value in row.values())]

    def titles(self) -> tuple[str, ...]:
        """Return the titles of all sheets, in the order of the tabs."""
        return tuple(self._package.sheet_parts())

    # --- writing

    def write(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Let a table hold these rows: values by header, columns that are not named stay empty.

        The user's own columns, and input columns that the rows do not name, stay with their rows.
        """
        writer, body = self._writer(table), self._tables[table].body
        self._refuse_overwriting(table, writer.overwritten(len(rows)))
        if writer.replace(rows):
            self._after(table, writer, body)
        self.changes.add("tables", [table])
        if table == "tblChecks":
            self._show("Billow_OK", Formula(ALL_OK, _verdict(rows)))

    def append(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows at the end of a table."""
        writer, body = self._writer(table), self._tables[table].body
        self._refuse_overwriting(table, writer.overwritten(writer.kept() + len(rows)))
        writer.append(rows)
        self._after(table, writer, body)
        self.changes.add("tables", [table])
        if table == "tblLog" and rows:
            ran, said = last_run(rows[-1])
            self._show("Billow_Last", Formula(LAST_RUN, ran))
            self._show("Billow_Last_Said", Formula(LAST_RUN_SAID, said))

    def fill(self, table: str, number: int, values: Mapping[str, Any]) -> None:
        """Fill cells of one row, by header; all else of the row stays as it is."""
        at = self._tables[table]
        sheet = self._sheet(at.title)
        cells = sheet.of_row(number)
        for name, value in values.items():
            column = at.area.left + at.columns.index(name)
            style = cells[column].get("s") if column in cells else None
            reference = f"{column_letters(column)}{number}"
            cells[column] = new_cell(reference, value, style, since_1904=self._since_1904)
        sheet.set_row(number, cells)
        sheet.finish()
        self.changes.add("tables", [table])
        self._touch(at.title)

    def set_cells(self, values: Mapping[str, Any]) -> None:
        """Fill named cells, such as ``Billow_Run`` or ``Set_company``."""
        named = book_parts.named_cells(self._package)
        refuse_if_any(self._no_cell(name) for name in values if name not in named)
        self.changes.add("cells", values)
        for name, value in values.items():
            title, reference = named[name]
            row, column = split_reference(reference)
            sheet = self._sheet(title)
            cells = sheet.of_row(row)
            style = cells[column].get("s") if column in cells else None
            cells[column] = new_cell(reference, value, style, since_1904=self._since_1904)
            sheet.set_row(row, cells)
            sheet.finish()
            self._touch(title)
        if values.get("Set_company"):
            self._show("Billow_Company", Formula(COMPANY, values["Set_company"]))

    def _show(self, name: str, formula: Formula) -> None:
        """Bring the front page up to date for readers that do not calculate."""
        if name in book_parts.named_cells(self._package):
            self.set_cells({name: formula})

    def set_property(self, name: str, value: str) -> None:
        """Keep a property of the document."""
        properties.set_property(self._package, name, value)

    def put_sheet(self, title: str, layout: SheetLayout) -> str:
        """Add a sheet, or replace the one of that title; return the title it really has."""
        safe = safe_title(title)
        same = next((other for other in self.titles() if other.casefold() == safe.casefold()), None)
        data = serialised(sheet_xml(layout, self._styles, since_1904=self._since_1904))
        if same:
            self._forget(same)
            book_parts.replace_sheet(self._package, same, data)
        else:
            book_parts.add_sheet(self._package, safe, data)
        book_parts.set_print_names(self._package, same or safe, layout)
        self.changes.put_sheet(same or safe, replaces=bool(same))
        return same or safe

    def drop_sheet(self, title: str) -> None:
        """Take a sheet out of the workbook; nothing happens when there is none."""
        if title in self.titles():
            self._forget(title)
            book_parts.drop_sheet(self._package, title)
            self.changes.drop_sheet(title)

    def named_blocks(self, prefix: str) -> dict[str, tuple[str, str]]:
        """Return the named cells and blocks whose names begin so: sheet title and reference by name."""
        found = book_parts.named_cells(self._package).items()
        return {name: place for name, place in found if name.startswith(prefix)}

    def text_at(self, title: str, reference: str) -> str:
        """Return what a cell of a sheet shows, as text; a number has the digits that Excel keeps."""
        return as_said(self._raw_at(title, reference))

    def living(self) -> list[Living]:
        """Return the formulas that call functions of Billow."""
        return [one for title in self.titles() for one in living.living(self._package, title)]

    def is_calculated(self, one: Living) -> bool:
        """Tell whether the workbook knows what a formula shows."""
        return self._raw_at(one.title, one.first).kind != "uncalculated"

    def connect(self, formulas: Sequence[Living]) -> None:
        """Put formulas that call functions of Billow into their cells, as LibreOffice finds the functions."""
        for one in formulas:
            living.put(self._sheet(one.title), one)
            self._touch(one.title)

    def freeze(self, formulas: Sequence[Living]) -> None:
        """Let cells hold what their formulas show."""
        for one in formulas:
            living.freeze(self._sheet(one.title), one, self._strings)
            self._touch(one.title)

    def _raw_at(self, title: str, reference: str) -> Raw:
        return raw(self._node_at(title, reference), self._strings)

    def _node_at(self, title: str, reference: str) -> Node | None:
        row, column = split_reference(reference)
        return self._sheet(title).of_row(row).get(column)

    def restore(self, before: Path, changes: Changes) -> None:
        """Put back what a run wrote, from the workbook as it was ``before``: tables, named cells, sheets."""
        old = Workbook.open(before, tables=())
        for table in changes.tables:
            headers = set(self._tables[table].columns)
            rows = [{k: v for k, v in row.items() if k in headers} for row in old.contents(table)]
            self.write(table, rows)
        self.set_cells({name: old.named_content(name) for name in changes.cells})
        for title in changes.put:
            self.drop_sheet(title)
        for title in changes.dropped:
            if title not in self.titles():
                graft_sheet(old._package, title, self._package)  # noqa: SLF001 - the same class
                self.changes.put_sheet(title, replaces=False)

    def named_content(self, name: str) -> Any:
        """Return what stands in a named cell, a formula as a formula."""
        return content(self._node_at(*book_parts.named_cells(self._package)[name]), self._strings)

    def refuse_if_busy(self) -> None:
        """Raise ``Refused`` when the workbook is open elsewhere or was changed since it was opened."""
        refuse_if_open(self.path)
        self._refuse_if_changed()

    def _refuse_if_changed(self) -> None:
        if self.path.exists() and hashlib.sha256(self.path.read_bytes()).hexdigest() != self._opened:
            sentence = f'The workbook "{self.path.name}" was changed by someone else meanwhile.'
            hint = "Nothing was written. Run the command again; it then reads the new state."
            raise Refused([Problem("WBK-017", sentence, Place(self.path.name), hint)])

    def save(self, path: Path | str | None = None) -> None:
        """Write the workbook, wholly or not at all; to ``path`` if given, which then is its place."""
        target = Path(path) if path is not None else self.path
        if target == self.path:
            self.refuse_if_busy()
        else:
            refuse_if_open(target)
        if self._package.changed:
            self._remember_in_charts()
            book_parts.calculate_on_load(self._package)
        data = self._package.bytes() if self._package.changed else self._package.data
        self._keep_before()
        replace_file(target, data)
        self.path, self._opened = target, hashlib.sha256(data).hexdigest()

    def _remember_in_charts(self) -> None:
        """Bring charts up to date for readers that do not calculate."""
        titles = {self._tables[name].title for name in self.changes.tables}
        remember(
            self._package,
            titles,
            lambda title, row, column: raw(self._sheet(title).of_row(row).get(column), self._strings),
        )

    def _keep_before(self) -> Changes:
        """Keep the workbook as it was, for *Undo last run*; return what this run has written."""
        changes, self.changes = self.changes, Changes()
        if self.before_images and self._package.changed:
            self.before_images.keep(self._package.data, changes)
        return changes

    # --- how it is done

    @cached_property
    def _since_1904(self) -> bool:
        about = self._package.tree(self._package.workbook_part).find(main("workbookPr"))
        return about is not None and about.get("date1904") in {"1", "true"}

    @cached_property
    def _strings(self) -> list[str]:
        relations = self._package.relations(self._package.workbook_part)
        part = next((relation.target for relation in relations if relation.kind == "sharedStrings"), None)
        return shared_strings(self._package.tree(part)) if part else []

    @cached_property
    def _styles(self) -> dict[str, str]:
        """The numbers of the named styles, found by the samples on sheet Lists."""
        found = book_parts.named_cells(self._package).get("Billow_Styles")
        if not found or found[0] not in self.titles():
            return {}
        area, sheet = Area.of(found[1]), self._sheet(found[0])
        styles = {}
        for number in area.rows:
            row = sheet.of_row(number)
            name = raw(row.get(area.left), self._strings).text
            if name and area.right in row:
                styles[name] = row[area.right].get("s", "")
        return styles

    def _sheet(self, title: str) -> Cells:
        return cells_of(self._package, self._package.sheet_parts()[title])

    def _forget(self, title: str) -> None:
        self._tables = {name: table for name, table in self._tables.items() if table.title != title}

    def _touch(self, title: str) -> None:
        self._package.touch(self._package.sheet_parts()[title])
        self._lists.clear()

    def _listed(self, table: str, column: str) -> set[str]:
        """The texts of a column, for a dropdown of another sheet."""
        if (table, column) not in self._lists:
            at = self._tables.get(table)
            rows = raw_rows(at, self._sheet(at.title), self._strings) if at else ()
            self._lists[table, column] = texts_in(SHEETS[table].column(column), rows)
        return self._lists[table, column]

    def _writer(self, table: str) -> Writer:
        at, sheet = self._tables[table], SHEETS[table]
        return Writer(sheet, at, self._sheet(at.title), self._strings, self._styles, self._since_1904)

    def _after(self, table: str, writer: Writer, body: Area) -> None:
        at, tree = self._tables[table], writer.cells.tree
        grow_ranges(tree, body, len(at.body.rows))
        follow(self._package, at.title, body, len(at.body.rows))
        move_notes(self._package, at, tree, body, writer.moves)
        self._package.touch(at.part)
        self._touch(at.title)
        if len(at.body.rows) >= _LARGE:
            self._package.pack(at.sheet_part)

    def _refuse_overwriting(self, table: str, found: list[tuple[int, str, str]]) -> None:
        hint = f"Move what stands below table {table} to another place; the table needs these rows."
        refuse_if_any(
            Problem(
                "WBK-015",
                f'"{text}" below the table would be overwritten.',
                self.place(table, row, column),
                hint,
            )
            for row, column, text in found[:_SHOWN_AT_MOST]
        )

    def _no_cell(self, name: str) -> Problem:
        hint = "Restore the name with the name manager of Excel, or begin with a workbook of billow new."
        return Problem("WBK-019", f'The workbook has no cell named "{name}".', Place(self.path.name), hint)


def _verdict(rows: Sequence[Mapping[str, Any]]) -> str:
    results = {row.get("Result") for row in rows}
    return "CHECK" if "CHECK" in results else "OK" if "OK" in results else "not run"
