"""A workbook as xlwings Lite hands it over, made of a file's tables; needs the stand-in for xlwings."""

from typing import Any

from tests.lite.xlwings import App, Book, Range, Sheet, Sheets, Table

# By name of a table: on which sheet, in which row its header, and all of its rows, header first.
Given = dict[str, tuple[str, int, list[list[Any]]]]


def opened(name: str, tables: Given, shown: str = "Checks", selected: int = 1) -> Book:
    """Return the workbook with one sheet shown, and a cell of it selected."""
    sheets: dict[str, Sheet] = {shown: Sheet(shown, is_active=True)}
    for table, (title, row, (header, *body)) in tables.items():
        found = Table(table, Range(row, [header]), Range(row + 1, body) if body else None)
        sheets.setdefault(title, Sheet(title)).tables.append(found)
    return Book(name, Sheets([*sheets.values()]), App(Range(selected, [[None]])))
