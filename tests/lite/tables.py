"""The tables of a file as Excel shows them to a program: read by another library than ours."""

from pathlib import Path
from typing import Any

import openpyxl

from tests.lite.opened import Given


def tables_of(workbook: Path) -> Given:
    """Return every table: its sheet, the row of its header, and its rows; numbers are floats, as in cells."""
    book = openpyxl.load_workbook(workbook, data_only=True)
    found = {}
    for sheet in book.worksheets:
        for table in sheet.tables.values():
            rows = [[_seen(cell.value) for cell in row] for row in sheet[table.ref]]
            body = rows[: len(rows) - (table.totalsRowCount or 0)]
            found[table.displayName] = (sheet.title, sheet[table.ref][0][0].row, body)
    return found


def _seen(value: Any) -> Any:
    return float(value) if type(value) is int else value
