"""Sheets, charges and invoice lines as pandas DataFrames, for those who analyse in Python or a notebook.

Everything here reads; nothing is written back. A workbook is its path, or a ``LiveWorkbook`` where it is open
in Excel. Amounts and quantities are Arrow decimals: sums, also by group, and differences are exact, and what
would have more digits than there is room for raises an error instead of being rounded. (A sum of Python's
``Decimal`` in a column of objects is rounded to 28 digits without a word, and charges have 24 decimals.)

>>> sorted(__all__)
['charges', 'lines', 'table']
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa

from billow.charges import COLUMNS
from billow.commands.billing_month import look_at
from billow.commands.desk import At, Desk, billing_month, open_desk
from billow.commands.results import line_rows
from billow.periods import month, months_after
from billow.problems import Place, Problem, Refused, refuse_if_any
from billow.sheets.columns import SHEETS, Sheet
from billow.workbook.book import Workbook

try:
    import pandas as pd
except ImportError as error:
    raise ImportError("Tables for Python need pandas: python -m pip install 'billow[frames]'") from error

__all__ = ["charges", "lines", "table"]

_TEXT, _DATE, _BOOLEAN = pa.string(), pa.date32(), pa.bool_()
# Room for a store's 38 digits and for a price times a rate; and still for a difference and a multiple of it.
_DECIMAL = pa.decimal256(50, 30)
# By the type of a column of a sheet or of the store; words of whatever kind are text.
_KINDS = {
    "date": _DATE,
    "boolean": _BOOLEAN,
    "integer": pa.int64(),
    **dict.fromkeys(("decimal", "money", "percent"), _DECIMAL),
}


def table(workbook: At | str, name: str) -> pd.DataFrame:
    """Return a table by its name or its sheet's, such as ``tblCustomers`` or ``Customers``.

    Your own columns come behind Billow's. ``Refused`` where a cell cannot be read.
    """
    sheet, at = _sheet(name), _at(workbook)
    book = Workbook.open(at, [sheet.table]) if isinstance(at, Path) else at
    rows = book.read(sheet.table)
    refuse_if_any(book.problems)
    own = dict.fromkeys(column for row in rows for column in row.extra)
    kinds = _kinds(sheet) | {column: _kind([row.extra.get(column) for row in rows]) for column in own}
    return _frame(kinds, [{**{column: row[column] for column in sheet.names}, **row.extra} for row in rows])


def charges(workbook: At | str, period: str) -> pd.DataFrame:
    """Return every charge of a billing month in FOCUS names, with the import, file and row it comes from.

    Days that end a period are not part of it, as in the store and in FOCUS. Corrections count in the month
    in which they are billed.
    """
    desk = open_desk(_at(workbook), tolerant=True)
    found = desk.store.rows(billing_month(period))
    kinds = {column.name: _KINDS.get(column.type, _TEXT) for column in COLUMNS}
    if found is None:
        return _frame(kinds, [])
    return _shown(found.select(list(kinds)).cast(pa.schema(kinds.items())))


def lines(
    workbook: At | str, from_period: str, through_period: str | None = None, *, drafts: bool = False
) -> pd.DataFrame:
    """Return the issued invoice lines of some months, in the columns of sheet Rated lines.

    With ``drafts`` also those that would be issued now: the months are rated for it, which takes its time.
    """
    desk = open_desk(_at(workbook), tolerant=True)
    if drafts:
        refuse_if_any(desk.problems)
    months = _months(billing_month(from_period), billing_month(through_period or from_period))
    found = [row for name in months for row in line_rows(_documents(desk, name, drafts=drafts))]
    return _frame(_kinds(SHEETS["tblLines"]), found)


def _documents(desk: Desk, name: str, *, drafts: bool) -> Iterable[Any]:
    return look_at(desk, name).documents if drafts else desk.register.documents(name)


def _at(workbook: At | str) -> At:
    return Path(workbook) if isinstance(workbook, str) else workbook


def _months(first: str, last: str) -> Iterator[str]:
    if first > last:
        hint = "Write the earlier month first."
        raise Refused([Problem("CMD-001", f"{last} comes before {first}.", Place(), hint)])
    while first <= last:
        yield first
        first = f"{months_after(month(first).start, 1):%Y-%m}"


def _sheet(name: str) -> Sheet:
    known = {each: sheet for sheet in SHEETS.values() for each in (sheet.table, sheet.title)}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f"There is {near[0]}." if near else "The names are those of the tabs; the manual lists them."
    raise Refused([Problem("WBK-024", f'There is no table or sheet "{name}".', Place(), hint)])


def _kinds(sheet: Sheet) -> dict[str, pa.DataType]:
    return {column.name: _KINDS.get(column.type, _TEXT) for column in sheet.columns}


def _kind(cells: Iterable[Any]) -> pa.DataType:
    """Return what a column of the user's own holds: numbers, yes or no, or else text."""
    kinds = frozenset(type(cell) for cell in cells if cell is not None)
    return {frozenset([Decimal]): _DECIMAL, frozenset([bool]): _BOOLEAN}.get(kinds, _TEXT)


def _frame(kinds: Mapping[str, pa.DataType], rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    columns = [[_cell(row.get(name), kind) for row in rows] for name, kind in kinds.items()]
    arrays = [pa.array(cells, kind) for cells, kind in zip(columns, kinds.values(), strict=True)]
    return _shown(pa.table(arrays, names=list(kinds)))


def _cell(value: Any, kind: pa.DataType) -> Decimal | date | int | bool | str | None:
    if kind == _TEXT:
        return "" if value is None else str(value)
    return None if value == "" else value


def _shown(found: pa.Table) -> pd.DataFrame:
    """Return a table as a DataFrame: a missing text is blank, what else is missing is NA."""
    for at, field in enumerate(found.schema):
        if field.type == _TEXT:
            found = found.set_column(at, field.name, found[field.name].fill_null(""))
    return found.to_pandas(types_mapper=pd.ArrowDtype)
