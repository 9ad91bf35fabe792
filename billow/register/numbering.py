"""How invoice numbers are written: a series such as ``{year}-{number:04}``.

A series that shows the year counts from 1 in each year; one that does not counts on for ever, since its
numbers would come back otherwise.

>>> NumberFormat.parse("{year}-{number:04}").write(2026, 17)
'2026-0017'
>>> NumberFormat.parse("F{number}").series(2026)
''
"""

import re
from dataclasses import dataclass
from string import Formatter

from billow.problems import Place, Problem, Refused

_WIDTH = re.compile(r"(0?[1-9]\d?)?d?")
_FIXED = re.compile(r"[A-Za-z0-9 ./_-]*")
_PLACE = Place(sheet="Settings", column="Number series")


@dataclass(frozen=True)
class NumberFormat:
    """A number series as the sheet Settings writes it; make one with ``parse``."""

    text: str
    has_year: bool

    @classmethod
    def parse(cls, text: str) -> "NumberFormat":
        """Return the series, or refuse with what is wrong with it."""
        try:
            parts = list(Formatter().parse(text))
        except ValueError:
            raise Refused([_problem(text, "has a brace too many or too few")]) from None
        fields = [name for _, name, _, _ in parts if name is not None]
        fixed = "".join(literal for literal, *_ in parts)
        if set(fields) - {"year", "number"} or any(conversion for *_, conversion in parts):
            raise Refused([_problem(text, "may only hold {year} and {number}")])
        if fields.count("number") != 1:
            raise Refused([_problem(text, "must hold {number} once")])
        if not all(_WIDTH.fullmatch(spec or "") for _, _, spec, _ in parts):
            raise Refused([_problem(text, "has a width that is not one such as {number:04}")])
        if not _FIXED.fullmatch(fixed) or not re.match(r"[{A-Za-z0-9]", text):
            raise Refused(
                [_problem(text, "must begin with a letter, digit or field, and hold no special signs")]
            )
        return cls(text, "year" in fields)

    def series(self, year: int) -> str:
        """Return the key of the series that numbers of ``year`` come from."""
        return str(year) if self.has_year else ""

    def write(self, year: int, number: int) -> str:
        """Return the number as it stands on the invoice."""
        return self.text.format(year=year, number=number)


def _problem(text: str, what: str) -> Problem:
    return Problem(
        "REG-006", f'The number series "{text}" {what}.', _PLACE, "Write it like {year}-{number:04}."
    )
