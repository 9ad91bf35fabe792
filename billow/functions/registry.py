"""Every custom function, defined once: its name, its arguments, its help, and what computes it.

Hosts (Excel, LibreOffice, a browser, plain Python), the manual and the add-in take all they know from here.
A function with column arguments answers for each row: it is given the rest once, and returns what computes
one row. One without answers with a table that spills.

>>> answer(FUNCTIONS["BILLOW_PRORATE"], [310.0, 46174.0, 46190.0, 46174.0, 46203.0])
[[175.67]]
>>> answer(FUNCTIONS["BILLOW_PRORATE"], [None, 46174.0, 46190.0, 46174.0, 46203.0])
[['#BILLOW: amounts is blank; it is the amount of the whole cycle.']]
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from billow.functions.cells import OMITTED, Argument, CellError, reader
from billow.functions.tables import Range, table_rows
from billow.sheets.raw import day_number

_NAME = re.compile(r"BILLOW(_[A-Z]+)+")
_ARGUMENT = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_Given = Sequence[Sequence[Any]]  # cells as a host gives them
GROUPS = ("Price", "Time", "Money", "Store")
_LONGEST_HELP = 255  # characters, in Excel's function wizard
# Words that VBA keeps for itself; an argument of that name would not compile.
_RESERVED = frozenset(
    """and as attribute base boolean byref byte byval call case close compare const currency date debug
    declare dim do double each else elseif empty end enum eqv erase error event exit explicit false for
    friend function get global gosub goto if imp implements in input integer is let like line lock long
    loop lset me mod name new next not nothing null object of on open option optional or output paramarray
    preserve print private property public put raiseevent redim rem resume return rset select set single
    static step stop string sub then to true type typeof until variant wend while with withevents write
    xor""".split()
)


@dataclass(frozen=True)
class Function:
    """One function. ``spills`` tells that the answer is a table and not one cell per row."""

    name: str
    help: str
    arguments: tuple[Argument, ...]
    compute: Callable[..., Any]
    example: Sequence[Any]
    group: str

    def __post_init__(self) -> None:
        """Refuse what a host would refuse much later: a name, an argument, an order, a long help."""
        names = [argument.name for argument in self.arguments]
        wrong = [name for name in names if not _ARGUMENT.fullmatch(name) or name in _RESERVED]
        optional = [argument.is_optional for argument in self.arguments]
        if not _NAME.fullmatch(self.name) or wrong or len(set(names)) < len(names):
            raise ValueError(f"{self.name}: VBA does not take this name, or the arguments {wrong or names}")
        if optional != sorted(optional) or len(self.help) > _LONGEST_HELP or self.group not in GROUPS:
            raise ValueError(
                f"{self.name}: arguments that may be omitted come last, help is short, in a group"
            )

    @cached_property
    def columns(self) -> tuple[int, ...]:
        """Which arguments are columns, by their place."""
        return tuple(i for i, argument in enumerate(self.arguments) if argument.shape == "column")

    @property
    def spills(self) -> bool:
        """Tell whether the answer is a table of its own size."""
        return not self.columns


FUNCTIONS: dict[str, Function] = {}


def function(
    name: str, group: str, *arguments: Argument, example: Sequence[Any]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function; the first line of its docstring is the help that a clerk sees."""

    def register(compute: Callable[..., Any]) -> Callable[..., Any]:
        if name in FUNCTIONS:
            raise ValueError(f"{name} is defined twice")
        first = (compute.__doc__ or "").strip().partition("\n")[0]
        FUNCTIONS[name] = Function(name, first, arguments, compute, example, group)
        return compute

    return register


def answer(called: Function, cells: Sequence[Any], *, day: Callable[[date], Any] | None = None) -> Range:
    """Return what the cells of the formula show, as rows of cells; an argument is a cell or a range.

    ``day`` makes a date one of the host's (default: the number by which sheets know it). A mistake in the
    formula or in what it points to becomes a sentence; only a mistake of ours says so.
    """
    as_day = day or _serial
    try:
        return _answer(called, cells, as_day)
    except CellError as error:
        return [[error.text]]
    except Exception as error:  # noqa: BLE001 - a cell is no place for a traceback
        return [[CellError(f"this is a mistake in Billow ({type(error).__name__}: {error}).").text]]


def _answer(called: Function, cells: Sequence[Any], day: Callable[[date], Any]) -> Range:
    arguments = called.arguments
    if len(cells) > len(arguments):
        raise CellError(f"{called.name} takes {len(arguments)} arguments, not {len(cells)}.")
    given = [*cells, *[OMITTED] * (len(arguments) - len(cells))]
    whole = {
        argument.name: _whole(argument, cell)
        for argument, cell in zip(arguments, given, strict=True)
        if argument.shape != "column"
    }
    if called.spills:
        return [[_out(value, day) for value in row] for row in called.compute(**whole)]
    columns = [(arguments[i], _range(given[i])) for i in called.columns]
    return _each(called.compute(**whole), columns, day)


def _each(
    one: Callable[..., Any], columns: Sequence[tuple[Argument, _Given | None]], day: Callable[[date], Any]
) -> Range:
    """Return an answer per cell of the columns; a single cell counts for all of them.

    Rows that are alike are answered once: seats, articles and days repeat down a column.
    """
    height, width = _size(columns)
    flat = [_cells(argument, found, height * width) for argument, found in columns]
    readers = [reader(argument) if found is not None else None for argument, found in columns]

    @lru_cache(maxsize=None, typed=True)  # a yes is no 1
    def answered(*row: Any) -> Any:
        try:
            values = [
                read(cell) if read is not None else cell for read, cell in zip(readers, row, strict=True)
            ]
            return _out(one(*values), day)
        except CellError as error:
            return error.text

    answers = list(map(answered, *flat))
    return [answers[at : at + width] for at in range(0, len(answers), width)]


def _size(columns: Sequence[tuple[Argument, _Given | None]]) -> tuple[int, int]:
    sizes = {
        (len(found), len(found[0])): argument.name
        for argument, found in columns
        if found is not None and (len(found), len(found[0])) != (1, 1)
    }
    if len(sizes) > 1:
        (first, one), (second, other) = list(sizes.items())[:2]
        raise CellError(
            f"{one} has {first[0]} rows and {first[1]} columns, {other} has {second[0]} and {second[1]}: "
            "take ranges of one size, or single cells."
        )
    return next(iter(sizes), (1, 1))


def _cells(argument: Argument, found: _Given | None, count: int) -> list[Any]:
    if found is None:
        if not argument.is_optional:
            raise CellError(f"{argument.name} is missing; it is {argument.help.lower()}.")
        return [argument.default] * count
    flat = [cell for row in found for cell in row]
    return flat if len(flat) == count else flat * count


def _whole(argument: Argument, given: Any) -> Any:
    """Return an argument that is looked at once: a cell, a list or a table."""
    found = _range(given)
    if found is None:
        if not argument.is_optional:
            raise CellError(f"{argument.name} is missing; it is {argument.help.lower()}.")
        return argument.default
    if argument.shape == "table":
        return table_rows(argument.table, found)
    flat = [cell for row in found for cell in row]
    if argument.shape == "list":
        return flat
    if len(flat) > 1:
        raise CellError(f"{argument.name} is a range; it must be a single cell.")
    return reader(argument)(flat[0])


def _range(given: Any) -> _Given | None:
    """Return what was given as rows of cells, None where it was omitted."""
    if given is OMITTED:
        return None
    if not isinstance(given, list | tuple):
        return [[given]]
    rows = [row if isinstance(row, list | tuple) else [row] for row in given]
    return rows if rows and rows[0] else [[None]]


def _out(value: Any, day: Callable[[date], Any]) -> Any:
    """Return a value as hosts take it: floats only here, at the very end."""
    if isinstance(value, Decimal | Fraction):
        return float(value)
    if isinstance(value, date):
        return day(value)
    return "" if value is None else value


def _serial(day: date) -> float:
    return float(day_number(day, since_1904=False))
