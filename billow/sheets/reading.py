"""Rows of a table, read as their columns say; every mistake becomes a problem with its place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from billow.problems import Place, Problem
from billow.sheets.columns import SHEETS, Column, Sheet
from billow.sheets.raw import Raw
from billow.sheets.values import Fault, plain, typed, unknown


@dataclass(frozen=True)
class Row:
    """One row: its number on the sheet, the values by header, and the user's own columns."""

    number: int
    values: Mapping[str, Any]
    extra: Mapping[str, Any]
    place: Place

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def at(self, column: str) -> Place:
        """Return the place of one cell of this row, for a problem about it."""
        return Place(self.place.file, self.place.sheet, self.place.row, column)


@dataclass(frozen=True)
class Reader:
    """Reads one table. ``listed`` returns the values that a column of another table offers."""

    sheet: Sheet
    file: str
    title: str
    since_1904: bool
    listed: Callable[[str, str], set[str]]

    def rows(self, raws: Iterable[tuple[int, dict[str, Raw]]]) -> tuple[list[Row], list[Problem]]:
        """Return the rows that are not blank, and what is wrong with them."""
        rows: list[Row] = []
        problems: list[Problem] = []
        for number, raw in raws:
            if self._blank(raw):
                continue
            row, faults = self._row(number, raw)
            rows.append(row)
            problems += faults
        return rows, problems + self._twins(rows)

    def _blank(self, raw: dict[str, Raw]) -> bool:
        typed_in = (c.name for c in self.sheet.columns if c.role != "formula")
        return all(raw[name].kind == "blank" for name in typed_in if name in raw)

    def _row(self, number: int, raw: dict[str, Raw]) -> tuple[Row, list[Problem]]:
        place = Place(self.file, self.title, number)
        values: dict[str, Any] = {}
        problems = []
        for column in self.sheet.columns:
            value = self._value(column, raw[column.name])
            if isinstance(value, Fault):
                where = Place(self.file, self.title, number, column.name)
                problems.append(Problem(value.code, value.sentence, where, value.hint))
                value = None
            values[column.name] = value
        extra = {name: plain(cell) for name, cell in raw.items() if name not in values}
        return Row(number, values, extra, place), problems

    def _value(self, column: Column, raw: Raw) -> Any:
        value = typed(column, raw, since_1904=self.since_1904)
        if column.role == "formula":
            return None if isinstance(value, Fault) else value
        if column.role == "input" and column.list_of and isinstance(value, str):
            words = self.listed(*column.list_of)
            if value not in words:
                table, name = column.list_of
                return unknown(column.name, value, tuple(sorted(words)), _add_to(table, name))
        return value

    def _twins(self, rows: list[Row]) -> list[Problem]:
        """Two rows with one key: the second is the problem, and names the first."""
        if not self.sheet.key or self.sheet.kind == "result":
            return []
        first: dict[tuple[Any, ...], int] = {}
        problems = []
        for row in rows:
            key = tuple(row.values[column] for column in self.sheet.key)
            if all(part is None for part in key):
                continue
            earlier = first.setdefault(key, row.number)
            if earlier != row.number:
                said = ", ".join(str(part) for part in key if part is not None)
                sentence = f'"{said}" stands twice in sheet {self.title}: in rows {earlier} and {row.number}.'
                hint = f"Keep one of the two rows; {' and '.join(self.sheet.key)} must differ."
                problems.append(Problem("WBK-018", sentence, row.at(self.sheet.key[0]), hint))
        return problems


def texts_in(column: Column, raws: Iterable[tuple[int, dict[str, Raw]]]) -> set[str]:
    """Return the texts of a column, which a column of another sheet may offer."""
    values = (typed(column, raw[column.name]) for _, raw in raws if column.name in raw)
    return {value for value in values if isinstance(value, str)}


def _add_to(table: str, column: str) -> str:
    return f"Add it to column {column} of sheet {SHEETS[table].title}, or choose one that is there."
