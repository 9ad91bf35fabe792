"""A cell as a host hands it over, read as its argument says; or the sentence that the cell will show.

Hosts give floats, texts, booleans, dates, None for a blank, and Excel's own errors as text. All of them are
read by the code that reads the sheets, so a figure means the same in a function and on an invoice.

>>> reader(Argument("dates", "date", "The day"))(46203.0)
datetime.date(2026, 6, 30)
>>> reader(Argument("amounts", "number", "The amount"))(0.1 + 0.2)
Decimal('0.3')
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from billow.periods import Period, inclusive
from billow.sheets.columns import Column
from billow.sheets.raw import BLANK, Raw, day_number
from billow.sheets.values import Fault, typed

LEAD = "#BILLOW: "
_ERRORS = frozenset("#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #SPILL! #CALC! #GETTING_DATA".split())
_EXACT = 10.0**15  # above this a spreadsheet keeps only the first 15 digits
_MIDNIGHT = (0, 0, 0, 0)


class CellError(Exception):
    """Why there is no answer; the sentence is all that a clerk sees, in the cell."""

    @property
    def text(self) -> str:
        """What the cell shows."""
        return f"{LEAD}{self}"


class Omitted:
    """An argument that was left out of the formula; a blank cell is None and something else."""

    def __repr__(self) -> str:
        return "OMITTED"


OMITTED: Final = Omitted()
REQUIRED: Final = Omitted()


@dataclass(frozen=True)
class Argument:
    """An argument: its name (legal in VBA), what it holds, and how much of it.

    ``kind``: number, integer (within ``bounds``), date, month, text or choice (of ``choices``). ``shape``:
    cell, a column of which each cell has an answer, a list that is looked at as a whole, or a table, header
    included, of the sheet ``table``. ``default`` is taken when the argument is omitted.
    """

    name: str
    kind: str
    help: str
    shape: str = "cell"
    default: Any = REQUIRED
    choices: tuple[str, ...] = ()
    table: str = ""
    bounds: tuple[int, int] | None = None

    @property
    def is_optional(self) -> bool:
        """Tell whether it may be left out."""
        return self.default is not REQUIRED

    @property
    def column(self) -> Column:
        """The argument as a column of a sheet, by which its cells are read."""
        type_, unit = {"number": ("decimal", ""), "month": ("text", "YYYY-MM")}.get(
            self.kind, (self.kind, "")
        )
        choice = "|".join(self.choices)
        return Column(self.name, type_, unit, "", True, choice, "input", 0.0, self.help, "")


def raw_of(cell: Any) -> Raw:
    """Return what stands in a cell of a host, as the sheets' reader takes it."""
    if cell is None or cell == "":
        return BLANK
    if isinstance(cell, bool):
        return Raw("bool", "1" if cell else "0")
    if isinstance(cell, int | float | Decimal):
        return Raw("number", repr(cell) if isinstance(cell, float) else str(cell))
    if isinstance(cell, date):
        return _day(cell)
    text = str(cell)
    if text in _ERRORS:
        return Raw("error", text)
    return Raw("text", text) if text.strip() else BLANK


def _day(cell: date) -> Raw:
    if not isinstance(cell, datetime):
        return Raw("number", str(day_number(cell, since_1904=False)))
    whole = (cell.hour, cell.minute, cell.second, cell.microsecond) == _MIDNIGHT
    number = str(day_number(cell.date(), since_1904=False))
    return Raw("number", number) if whole else Raw("text", str(cell))


def reader(argument: Argument) -> Callable[[Any], Any]:
    """Return what reads the cells of an argument; it raises ``CellError`` with the reason where it cannot."""
    column, is_number = argument.column, argument.kind == "number"

    def one(cell: Any) -> Any:
        if is_number and type(cell) is float and -_EXACT < cell < _EXACT:
            return Decimal(format(cell, ".15g"))
        if isinstance(cell, str) and cell.startswith(LEAD):
            raise CellError(cell.removeprefix(LEAD))
        raw = raw_of(cell)
        if raw.kind == "blank":
            raise CellError(f"{argument.name} is blank; it is {_small(argument.help)}.")
        if raw.kind == "error":
            raise CellError(f"{argument.name} is {raw.text}.")
        value = typed(column, raw)
        if isinstance(value, Fault):
            raise CellError(value.sentence if value.code != "WBK-010" else f"{value.sentence} {value.hint}")
        if argument.bounds and not argument.bounds[0] <= value <= argument.bounds[1]:
            raise CellError(f"{argument.name} must be from {argument.bounds[0]} to {argument.bounds[1]}.")
        return value

    return one


def _small(text: str) -> str:
    first = text.partition(";")[0]
    return first[:1].lower() + first[1:]


def in_order(first: date, last: date) -> Period:
    """Return the days from the first through the last one."""
    if last < first:
        raise CellError(f"{first} is after {last}: the first day comes before the last.")
    return inclusive(first, last)
