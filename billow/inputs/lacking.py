"""What a workbook lacks: tables that are gone, columns whose header was changed."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from billow.problems import Place, Problem
from billow.sheets.columns import Sheet

_MIGRATE = "run billow migrate: it adds what is missing."


class Header(NamedTuple):
    """The header of a table that is there: on which sheet, in which row, and what it says."""

    title: str
    row: int
    columns: Sequence[str]


def missing(file: str, sheets: Iterable[Sheet], tables: Mapping[str, Header]) -> list[Problem]:
    """Return what a workbook lacks: tables, and columns with the header that may have been meant."""
    problems = []
    for sheet in sheets:
        table = tables.get(sheet.table)
        if table is None:
            sentence = f"The table {sheet.table} of sheet {sheet.title} is missing."
            hint = f"Restore the sheet; or, if an earlier Billow made the workbook, {_MIGRATE}"
            problems.append(Problem("WBK-004", sentence, Place(file, sheet.title), hint))
            continue
        others = [name for name in table.columns if name not in sheet.names]
        absent = [name for name in sheet.names if name not in table.columns]
        problems += [_no_column(Place(file, table.title, table.row, name), others) for name in absent]
    return problems


def _no_column(place: Place, others: list[str]) -> Problem:
    near = get_close_matches(place.column, others, n=1)
    hint = (
        f'Rename the header "{near[0]}" back to "{place.column}".'
        if near
        else f"Put the column back; or, if an earlier Billow made the workbook, {_MIGRATE}"
    )
    sentence = f"Sheet {place.sheet} has no column {place.column}."
    return Problem("WBK-005", sentence, place, hint)
