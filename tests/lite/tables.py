"""A file as Excel shows it to a program: read by another library than ours."""

from datetime import datetime
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


def snapshot_of(workbook: Path, shown: str, selected: str) -> dict[str, Any]:
    """Return the whole workbook as xlwings' client sends it, with one sheet shown and a cell selected."""
    book = openpyxl.load_workbook(workbook, data_only=True)
    sheets = [
        {
            "name": sheet.title,
            "values": [[_sent(_seen(cell.value)) for cell in row] for row in sheet.iter_rows()],
            "tables": [_table(sheet[table.ref], table) for table in sheet.tables.values()],
        }
        for sheet in book.worksheets
    ]
    there = {"name": workbook.name, "active_sheet_index": book.sheetnames.index(shown), "selection": selected}
    return {"client": "Office.js", "version": "", "book": there, "names": [], "sheets": sheets}


def _table(cells: Any, table: Any) -> dict[str, str]:
    last = cells[-1 - (table.totalsRowCount or 0)][-1]
    return {
        "name": table.displayName,
        "range_address": table.ref,
        "header_row_range_address": f"{cells[0][0].coordinate}:{cells[0][-1].coordinate}",
        "data_body_range_address": f"{cells[1][0].coordinate}:{last.coordinate}",
    }


def _seen(value: Any) -> Any:
    return float(value) if type(value) is int else value


def _sent(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    return "" if value is None else value
