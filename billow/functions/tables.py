"""Tables that a formula names whole, header included: their columns are found by name, as in the file.

>>> table_rows("tblFx", [["Currency from", "Currency to", "Date", "Rate", "Source"],
...                      ["USD", "EUR", 46203.0, 0.9213, None]])[0]["Rate"]
Decimal('0.9213')
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from billow.functions.cells import CellError, raw_of
from billow.rating.books import Books
from billow.sheets.books import books_of
from billow.sheets.columns import SHEETS, Sheet
from billow.sheets.raw import BLANK
from billow.sheets.reading import Reader, Row

Range = list[list[Any]]


class Rows(tuple[Row, ...]):
    """The rows of one range; the same range read again is the same object, which is what tells it apart."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


_KEPT = 32  # a workbook has few tables; a formula per row asks for the same ones again and again


def table_rows(table: str, cells: Sequence[Sequence[Any]]) -> Rows:
    """Return the rows of a range as those of sheet ``table``; ``CellError`` says what is wrong in it."""
    return _rows(table, tuple(map(tuple, cells)))


@lru_cache(_KEPT)
def _rows(table: str, cells: tuple[tuple[Any, ...], ...]) -> Rows:
    sheet = _free(table)
    title = f"{sheet.title}[#All]"
    header = [str(cell or "").strip() for cell in cells[0]]
    for column in sheet.columns:
        if column.role == "input" and column.name not in header:
            raise CellError(f'The range has no column "{column.name}"; give {table}[#All], header included.')
    raws = [
        (number, {**dict.fromkeys(sheet.names, BLANK), **dict(zip(header, map(raw_of, row), strict=True))})
        for number, row in enumerate(cells[1:], start=2)
    ]
    rows, problems = Reader(sheet, "", title, since_1904=False, listed=lambda *_: set()).rows(raws)
    if problems:
        raise CellError(f"{problems[0].sentence} ({problems[0].place})")
    return Rows(rows)


@cache
def _free(table: str) -> Sheet:
    """Return the sheet with its columns free of lists on other sheets, which a formula does not name."""
    sheet = SHEETS[table]
    columns = (replace(column, choice="") if column.list_of else column for column in sheet.columns)
    return replace(sheet, columns=tuple(columns))


def books(base_currency: str = "", **tables: Rows) -> Books:
    """Return the tables of a formula as the books that rating takes; ``prices`` is sheet Prices."""
    return _books(base_currency, tuple((f"tbl{name.title()}", rows) for name, rows in tables.items()))


@lru_cache(_KEPT)
def _books(base_currency: str, tables: tuple[tuple[str, Rows], ...]) -> Books:
    return books_of(dict(tables), base_currency=base_currency)
