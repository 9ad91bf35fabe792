"""A stand-in for xlwings as xlwings Lite runs it: it takes note of functions, and refuses what Lite refuses.

The part of xlwings that runs in Lite is not open source; what is here follows its documented contract. A test
looks that xlwings itself has every name that is used here.
"""
# ruff: noqa: D102 - the members have the names and the meaning that they have in xlwings

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, get_type_hints

Called = Callable[..., Any]


def func(called: Called) -> Called:
    """Mark a function; every argument is one that a formula can give by its place."""
    kinds = {parameter.kind for parameter in inspect.signature(called).parameters.values()}
    if not kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}:
        raise TypeError(f"{called.__name__}: an argument cannot be given by its place")
    called.documented = {}  # type: ignore[attr-defined]
    return called


def arg(name: str, **options: Any) -> Callable[[Called], Called]:
    """Say how an argument comes, and what it is."""

    def note(called: Called) -> Called:
        if name not in inspect.signature(called).parameters:
            raise TypeError(f"{called.__name__} has no argument {name}")
        called.documented[name] = options["doc"]  # type: ignore[attr-defined]
        return called

    return note


def script(*, name: str) -> Callable[[Called], Called]:
    """Mark a script; it is given the workbook, by the one argument that says so."""

    def note(called: Called) -> Called:
        given = [kind for argument, kind in get_type_hints(called).items() if argument != "return"]
        if given != [Book]:
            raise TypeError(f"{called.__name__} does not take one workbook")
        called.shown_as = name  # type: ignore[attr-defined]
        return called

    return note


@dataclass
class Range:
    """Cells that were there when the script began; what is written is not read back."""

    row: int
    cells: list[list[Any]]
    asked: dict[str, Any] = field(default_factory=dict)

    def options(self, **asked: Any) -> "Range":
        return Range(self.row, self.cells, asked)

    @property
    def value(self) -> list[list[Any]]:
        if self.asked.get("ndim") != 2:
            raise TypeError("without ndim=2 a single row comes as a list")
        return self.cells

    @value.setter
    def value(self, rows: list[list[Any]]) -> None:
        self.cells[: len(rows)] = rows  # what is below stays


@dataclass
class Table:
    """A table: its header, and its body, which may be nothing."""

    name: str
    header_row_range: Range
    data_body_range: Range | None


@dataclass
class Sheet:
    """A sheet; ``range`` is only asked for its first cell here, to write."""

    name: str
    tables: list[Table] = field(default_factory=list)
    cells: list[list[Any]] = field(default_factory=list)
    is_active: bool = False

    def range(self, corner: tuple[int, int]) -> Range:
        if corner != (1, 1):
            raise ValueError(f"nothing is written at {corner}")
        return Range(1, self.cells)

    def clear_contents(self) -> None:
        self.cells.clear()

    def activate(self) -> None:
        self.is_active = True


@dataclass
class Sheets:
    """The sheets of a workbook."""

    every: list[Sheet]

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.every)

    def __getitem__(self, name: str) -> Sheet:
        return next(sheet for sheet in self.every if sheet.name == name)

    @property
    def active(self) -> Sheet:
        return next(sheet for sheet in self.every if sheet.is_active)

    def add(self, name: str, *, after: Sheet) -> Sheet:
        self.every.insert(self.every.index(after) + 1, Sheet(name))
        return self[name]


@dataclass
class App:
    """Excel: what is selected."""

    selection: Range


@dataclass
class Book:
    """A workbook as a script is given it."""

    name: str
    sheets: Sheets
    app: App
