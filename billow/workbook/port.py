"""The one way to a workbook: a command sees its tables, named cells and sheets, and not where they are.

Two things stand behind it: a file that nobody has open (``Workbook``), and a workbook that is open in Excel
(``LiveWorkbook``). A command reads everything, computes, and writes everything; nothing appears before
``save``, so a refusal on the way leaves the workbook as it was. What was written is not read in the same run:
a live Excel has not calculated it yet, so both adapters refuse it as a mistake of the program.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from billow.problems import Place, Problem
from billow.sheets.reading import Row
from billow.workbook.cells import Formula
from billow.workbook.changes import BeforeImages, Changes
from billow.workbook.layout import SheetLayout
from billow.workbook.living import Living


class Port(Protocol):
    """A workbook as commands see it."""

    problems: list[Problem]
    changes: Changes
    before_images: BeforeImages | None

    @property
    def path(self) -> Path:
        """Where the workbook lies; its data lie beside it."""

    def read(self, table: str) -> list[Row]:
        """Return the rows of a table; what is wrong with them is added to ``problems``."""

    def cell(self, name: str) -> str:
        """Return what a named cell shows, as text."""

    def property(self, name: str) -> str:
        """Return a property of the document, '' when it has none of that name."""

    def titles(self) -> tuple[str, ...]:
        """Return the titles of all sheets, in the order of the tabs."""

    def place(self, table: str, row: int = 0, column: str = "") -> Place:
        """Return a place in this workbook, for a problem about it."""

    def link(self, place: Place) -> Formula | str:
        """Return a cell that leads to ``place`` on a click."""

    def write(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Let a table hold these rows; the user's own columns stay with theirs."""

    def append(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows at the end of a table."""

    def fill(self, table: str, number: int, values: Mapping[str, Any]) -> None:
        """Fill cells of one row, by header."""

    def set_cells(self, values: Mapping[str, Any]) -> None:
        """Fill named cells."""

    def put_sheet(self, title: str, layout: SheetLayout) -> str:
        """Add a sheet, or replace the one of that title; return the title it really has."""

    def drop_sheet(self, title: str) -> None:
        """Take a sheet out of the workbook."""

    def named_blocks(self, prefix: str) -> dict[str, tuple[str, str]]:
        """Return the named cells and blocks whose names begin so: sheet title and reference by name."""

    def text_at(self, title: str, reference: str) -> str:
        """Return what a cell of a sheet shows, as text."""

    def living(self) -> list[Living]:
        """Return the formulas that call functions of Billow."""

    def is_calculated(self, one: Living) -> bool:
        """Tell whether the workbook knows what a formula shows."""

    def connect(self, formulas: Sequence[Living]) -> None:
        """Put formulas that call functions of Billow into their cells."""

    def freeze(self, formulas: Sequence[Living]) -> None:
        """Let cells hold what their formulas show."""

    def restore(self, before: Path, changes: Changes) -> None:
        """Put back what a run wrote, from the workbook as it was before."""

    def refuse_if_busy(self) -> None:
        """Raise ``Refused`` when the workbook cannot be written now."""

    def save(self) -> None:
        """Write everything, wholly or not at all."""
