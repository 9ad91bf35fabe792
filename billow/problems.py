"""A thing in the data that a person must look at: code, sentence, place, hint.

A mistake in the data is a value. It is collected, sorted by sheet and row and shown, all of them in
one run; it is never a traceback. An exception is a bug of ours or a refused read or write.

>>> place = Place("Billing.xlsx", sheet="Prices", row=41, column="Currency")
>>> problem = Problem("PRC-001", 'There is no price for "Microsoft 365 E5".', place, "Add a row.")
>>> print(problem)
PRC-001  There is no price for "Microsoft 365 E5".
  where   Billing.xlsx, sheet Prices, row 41, column Currency
  hint    Add a row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a problem holds up.

    ``STOP``: the command ends and nothing is written. ``BLOCK``: work goes on, the documents it touches
    cannot be issued. ``NOTE``: worth knowing, holds up nothing.
    """

    STOP = "stop"
    BLOCK = "block"
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Place:
    """Where the thing stands: a file, and in it a sheet, a row (1 is the first) and a column's header."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        named = (
            self.file,
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
        )
        return ", ".join(part for part in named if part)


@dataclass(frozen=True)
class Problem:
    """One thing to look at. ``sentence`` makes sense alone: in a cell it is all that a clerk sees.

    ``customer`` limits a BLOCK to that customer's documents; empty, it holds up the whole run.
    """

    code: str
    sentence: str
    place: Place = Place()
    hint: str = ""
    severity: Severity = Severity.STOP
    customer: str = ""

    def __post_init__(self) -> None:
        if self.code not in MEANINGS:
            raise KeyError(f"problem code {self.code} has no line in MEANINGS")

    def __str__(self) -> str:
        lines = [f"{self.code}  {self.sentence}"]
        if where := str(self.place):
            lines.append(f"  where   {where}")
        if self.hint:
            lines.append(f"  hint    {self.hint}")
        return "\n".join(lines)


class Refused(Exception):  # noqa: N818 - a refusal is not an error of the program
    """A command ends here: these problems stop it, and nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems, each once, what stops first, then by file, sheet, row, column and code."""
    weight = {Severity.STOP: 0, Severity.BLOCK: 1, Severity.NOTE: 2}
    return tuple(sorted(set(problems), key=lambda p: (weight[p.severity], p.place, p.code, p.sentence)))


def refuse_if_any(problems: Iterable[Problem]) -> None:
    """Raise ``Refused`` when one of the problems is a STOP; it then carries all of them."""
    found = in_order(problems)
    if any(problem.severity is Severity.STOP for problem in found):
        raise Refused(found)


# Every code that exists, with what it means; docs/PROBLEMS.md is made from this table, and a test
# proves that each code is provoked by a test. The prefix names the part of the work it belongs to.
MEANINGS: dict[str, str] = {
    # reading a vendor's report
    # the workbook
    # catalog: products and prices
    "PRC-001": "no price applies to a charge on its price date",
    # contracts
    # rating and invoicing
    # register and issuing
    # exports
    # checks
}
