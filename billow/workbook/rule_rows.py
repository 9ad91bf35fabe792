"""Rule files: rows of the workbook's sheets as dated data with unit and source.

A rule file yields the very rows that a sheet yields. Its cells are text first and are then read by the
reader of the sheets, so a wrong cell gives the same message in both. A file reads::

    description: Backup storage for everyone
    unit: EUR per GB and month
    source: Price list of 2026-01-01
    rows:
      - sheet: Prices
        cells: {Applies to: product, Product: BACKUP, Model: per_unit, Currency: EUR, Per: unit}
        column: Price or %
        values: {2026-01-01: "0.09", 2026-07-01: "0.10", 2027-01-01: null}

``values`` fill ``column`` by their first day; null ends a value. Each becomes a row with Valid from and
Valid through. A sheet without those columns takes the value that holds last.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path

import yaml

from billow.problems import Place, Problem
from billow.sheets.columns import SHEETS, Column, Sheet
from billow.sheets.raw import BLANK, Raw
from billow.sheets.reading import Reader, Row

_HEAD = ("description", "unit", "source", "rows")
_ROW = ("sheet", "cells", "column", "values")
_FROM, _THROUGH = "Valid from", "Valid through"
_NUMBERS = {"decimal", "money", "percent", "integer"}
_FIGURE = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NULL = "tag:yaml.org,2002:null"
_BY_TITLE = {sheet.title: sheet for sheet in SHEETS.values() if sheet.kind != "result"}


@dataclass(frozen=True)
class Written:
    """One row as it is written in a file: for the sheet of that title, where, and a text per column."""

    title: str
    place: Place
    texts: Mapping[str, str]


@dataclass
class _Reading:
    """One file being read, and what is wrong with it."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def at(self, node: yaml.Node, key: str = "") -> Place:
        return Place(self.file, row=node.start_mark.line + 1, column=key)

    def wrong(self, code: str, sentence: str, place: Place, hint: str) -> None:
        self.problems.append(Problem(code, sentence, place, hint))

    def mapping(
        self, node: yaml.Node, allowed: Sequence[str] | None = None, needed: Sequence[str] = ()
    ) -> dict[str, yaml.Node]:
        """Return the values by key; a key that is unknown, missing or there twice is a problem."""
        if not isinstance(node, yaml.MappingNode):
            hint = "Write key: value pairs, as in the shipped rule files."
            self.wrong("RUL-001", "Key and value pairs are expected here.", self.at(node), hint)
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.text(key)
            if name in found:
                self.wrong("RUL-004", f'"{name}" stands twice.', self.at(key, name), "Keep one of the two.")
            elif allowed is not None and name not in allowed:
                self.problems.append(_unknown(name, allowed, self.at(key, name)))
            else:
                found[name] = value
        for name in needed:
            if name not in found:
                hint = f"Add it; a rule needs {', '.join(needed)}."
                self.wrong("RUL-003", f'"{name}" is missing.', self.at(node, name), hint)
        return found

    def sequence(self, node: yaml.Node) -> list[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        hint = "Begin each entry with a dash."
        self.wrong("RUL-001", "A list is expected here.", self.at(node), hint)
        return []

    def text(self, node: yaml.Node) -> str:
        """Return a scalar as it is written, so that 0.10 is no float; null is blank."""
        if isinstance(node, yaml.ScalarNode):
            return "" if node.tag == _NULL else str(node.value)
        hint = "Write the value itself, without a list or further keys."
        self.wrong("RUL-001", "A single value is expected here.", self.at(node), hint)
        return ""


def read_rules(paths: Iterable[Path]) -> tuple[dict[str, list[Row]], tuple[Problem, ...]]:
    """Return the rows of rule files by table, and every mistake in them."""
    rows: list[Written] = []
    problems: list[Problem] = []
    for path in paths:
        written, wrong = written_in(path)
        rows += written
        problems += wrong
    found, wrong = rows_of(rows)
    return found, (*problems, *wrong)


def written_in(path: Path) -> tuple[list[Written], tuple[Problem, ...]]:
    """Return the rows that one rule file holds, and what is wrong with its form."""
    reading = _Reading(path.name)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(path.name, row=mark.line + 1 if mark else 0)
        hint = "Compare it with a shipped rule file: indentation, colons, quotes."
        return [], (Problem("RUL-001", f"{path.name} cannot be read as YAML.", place, hint),)
    if node is None:
        hint = f"Fill in {', '.join(_HEAD)}, or delete the file."
        return [], (Problem("RUL-001", f"{path.name} is empty.", Place(path.name), hint),)
    head = reading.mapping(node, _HEAD, _HEAD)
    for key in ("description", "unit", "source"):
        if key in head and not reading.text(head[key]).strip():
            reading.wrong("RUL-003", f'"{key}" is blank.', reading.at(head[key], key), "Fill it in.")
    entries = reading.sequence(head["rows"]) if "rows" in head else []
    rows = [row for entry in entries for row in _dated(reading, entry)]
    return rows, tuple(reading.problems)


def _dated(reading: _Reading, node: yaml.Node) -> list[Written]:
    """Return the rows of one entry: one for each value that holds, or the last one."""
    entry = reading.mapping(node, _ROW, _ROW)
    if len(entry) < len(_ROW):
        return []
    title, column = reading.text(entry["sheet"]), reading.text(entry["column"])
    has_dates = title in _BY_TITLE and {_FROM, _THROUGH} <= {*_BY_TITLE[title].names}
    cells = reading.mapping(entry["cells"])
    for name in {column, *((_FROM, _THROUGH) if has_dates else ())} & {*cells}:
        hint = f"Leave {name} out of cells; values say what holds from when."
        reading.wrong("RUL-004", f'"{name}" stands twice.', reading.at(cells[name], name), hint)
    texts = {name: reading.text(value) for name, value in cells.items()}
    return [
        Written(
            title,
            Place(reading.file, title, value.line),
            {**texts, column: value.text, **(_validity(value) if has_dates else {})},
        )
        for value in _values(reading, entry["values"])
        if value.text and (has_dates or value.next_start is None)
    ]


@dataclass(frozen=True)
class _Value:
    """A value from its first day until the next value begins."""

    line: int
    text: str
    start: date
    next_start: date | None = None


def _validity(value: _Value) -> dict[str, str]:
    through = value.next_start - timedelta(days=1) if value.next_start else None
    return {_FROM: str(value.start), _THROUGH: str(through or "")}


def _values(reading: _Reading, node: yaml.Node) -> list[_Value]:
    found: list[_Value] = []
    for key, value in reading.mapping(node).items():
        try:
            found.append(_Value(value.start_mark.line + 1, reading.text(value), date.fromisoformat(key)))
        except ValueError:
            hint = "Write year, month and day, for example 2026-07-01."
            reading.wrong("RUL-005", f'"{key}" is not a first day.', reading.at(value, key), hint)
    for earlier, later in pairwise(found):
        if later.start <= earlier.start:
            place = Place(reading.file, row=later.line, column=str(later.start))
            hint = "Put the values in the order of their first days."
            reading.wrong("RUL-005", f"{later.start} stands after {earlier.start}.", place, hint)
    if not found:
        reading.wrong(
            "RUL-003", "There is no value.", reading.at(node, "values"), "Add one with its first day."
        )
    after = [*(value.start for value in found[1:]), None][: len(found)]
    return [replace(value, next_start=day) for value, day in zip(found, after, strict=True)]


def rows_of(written: Iterable[Written]) -> tuple[dict[str, list[Row]], tuple[Problem, ...]]:
    """Return rows by table, read as the sheets read them, and what is wrong with their cells."""
    own: dict[tuple[str, str], list[Written]] = defaultdict(list)
    offered: dict[tuple[str, str], set[str]] = defaultdict(set)
    problems: list[Problem] = []
    for row in written:
        if misplaced := _misplaced(row):
            problems += misplaced
            continue
        table = _BY_TITLE[row.title].table
        own[table, row.place.file].append(row)
        for column, text in row.texts.items():
            offered[table, column].add(text)
    rows: dict[str, list[Row]] = defaultdict(list)
    for (table, file), same in own.items():
        sheet = SHEETS[table]
        reader = Reader(sheet, file, sheet.title, since_1904=False, listed=lambda *at: offered[at])
        found, wrong = reader.rows((row.place.row, _raws(sheet, row.texts)) for row in same)
        rows[table] += found
        problems += wrong
    return dict(rows), tuple(problems)


def _misplaced(row: Written) -> list[Problem]:
    """Return what has no place in the workbook: a sheet, or columns, that it does not have."""
    if row.title not in _BY_TITLE:
        return [_unknown(row.title, _BY_TITLE, replace(row.place, sheet="", column="sheet"))]
    columns = [column.name for column in _BY_TITLE[row.title].columns if column.role != "formula"]
    return [
        _unknown(name, columns, replace(row.place, column=name)) for name in row.texts if name not in columns
    ]


def _unknown(name: str, known: Iterable[str], place: Place) -> Problem:
    words = tuple(known)
    near = get_close_matches(name, words, n=1)
    meant = f'Is "{near[0]}" meant? ' if near else ""
    return Problem("RUL-002", f'"{name}" is not known here.', place, f"{meant}Known: {', '.join(words)}.")


def _raws(sheet: Sheet, texts: Mapping[str, str]) -> dict[str, Raw]:
    return {column.name: _raw(column, texts.get(column.name, "")) for column in sheet.columns}


def _raw(column: Column, text: str) -> Raw:
    if not text.strip():
        return BLANK
    is_number = column.type in _NUMBERS and _FIGURE.fullmatch(text) is not None
    return Raw("number" if is_number else "text", text)
