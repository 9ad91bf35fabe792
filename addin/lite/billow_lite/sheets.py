"""The sheets of the open workbook as xlwings Lite hands them over: whole tables of values, read once.

A script that Lite runs sees the workbook as it was when it began; so everything is read, and then written.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from billow.functions.cells import raw_of
from billow.inputs.lacking import Header, missing
from billow.problems import Problem, refuse_if_any
from billow.sheets.columns import SHEETS
from billow.sheets.raw import Raw
from billow.sheets.reading import Reader, Row, texts_in

Raws = list[tuple[int, dict[str, Raw]]]
SHOWN = "Billow Lite"  # the one sheet that is written here


class OpenSheets:
    """The tables of an open workbook; ``problems`` collects what is wrong in their cells."""

    def __init__(self, book: Any, tables: Iterable[str]) -> None:
        self.path = Path(book.name)
        self.problems: list[Problem] = []
        wanted = {*tables}
        found = [(each, sheet) for sheet in book.sheets for each in sheet.tables if each.name in wanted]
        self._headers = {table.name: _header(table, sheet.name) for table, sheet in found}
        refuse_if_any(missing(self.path.name, [SHEETS[name] for name in sorted(wanted)], self._headers))
        self._raws = {table.name: _raws(table, self._headers[table.name]) for table, _ in found}

    def read(self, table: str) -> list[Row]:
        """Return the rows of a table; what is wrong with them is added to ``problems``."""
        title = self._headers[table].title
        reader = Reader(SHEETS[table], self.path.name, title, since_1904=False, listed=self._listed)
        rows, problems = reader.rows(self._raws[table])
        self.problems += problems
        return rows

    def _listed(self, table: str, column: str) -> set[str]:
        return texts_in(SHEETS[table].column(column), self._raws.get(table, ()))


def _header(table: Any, title: str) -> Header:
    cells = table.header_row_range
    (names,) = cells.options(ndim=2).value
    return Header(title, cells.row, [str(name or "").strip() for name in names])


def _raws(table: Any, header: Header) -> Raws:
    """Return what stands in the rows, each with its number on the sheet."""
    body = table.data_body_range
    if body is None:
        return []
    rows = body.options(ndim=2, err_to_str=True).value
    return [
        (number, dict(zip(header.columns, map(raw_of, row), strict=True)))
        for number, row in enumerate(rows, start=body.row)
    ]


def show(book: Any, rows: list[list[str]]) -> None:
    """Show rows of text on a sheet of its own; an apostrophe keeps each cell from being anything but text."""
    titles = [sheet.name for sheet in book.sheets]
    sheet = book.sheets[SHOWN] if SHOWN in titles else book.sheets.add(SHOWN, after=book.sheets[titles[-1]])
    width = max(map(len, rows))
    sheet.clear_contents()
    sheet.range((1, 1)).value = [
        [f"'{cell}" if cell else None for cell in (*row, *[""] * (width - len(row)))] for row in rows
    ]
    sheet.activate()
