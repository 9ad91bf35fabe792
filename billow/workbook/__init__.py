"""The workbook: what its sheets are, how they are read, and how they are written without loss.

``Workbook.open(path)`` gives ``read``, ``write``, ``append``, ``set_cells``, ``put_sheet`` and ``save``.
"""

from billow.sheets.columns import SETTINGS, SHEETS, Column, Setting, Sheet
from billow.sheets.reading import Row
from billow.workbook.book import Workbook
from billow.workbook.cells import Formula
from billow.workbook.layout import Cell, SheetLayout, safe_title

__all__ = [
    "SETTINGS",
    "SHEETS",
    "Cell",
    "Column",
    "Formula",
    "Row",
    "Setting",
    "Sheet",
    "SheetLayout",
    "Workbook",
    "safe_title",
]
