"""A function as it is typed into a cell: the text of its formula, and its name in each program's file.

>>> from billow.functions import FUNCTIONS
>>> formula(FUNCTIONS["BILLOW_RATE"])
'BILLOW_RATE({5;10;12}, {10;""}, {5;4})'
>>> formula(FUNCTIONS["BILLOW_CHECK"])
'BILLOW_CHECK(Billow_Run)'
>>> to_calc("IF(A1>0,BILLOW_RATE_PARTS(A1,B1:B2,C1:C2),0)")
'IF(A1>0,ORG.BILLOW.CALC.FUNCTIONS.BILLOWRATEPARTS(A1,B1:B2,C1:C2),0)'
>>> plain("[1]!BILLOW_CHECK(Billow_Run)"), plain(to_calc("BILLOW_FX(A1,B1,C1,D1,tblFx[#All])"))
('BILLOW_CHECK(Billow_Run)', 'BILLOW_FX(A1,B1,C1,D1,tblFx[#All])')
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from billow.functions.registry import FUNCTIONS, Function
from billow.sheets.raw import from_day_number

_SOME_DAY = 40_000  # numbers above it stand for days in examples
# How LibreOffice names the functions of the extension in a file of Excel.
_CALC = "ORG.BILLOW.CALC.FUNCTIONS."
# In a file of Excel the name of an add-in's function follows that of the add-in, or a mark.
_OF_ADD_IN = re.compile(r"(?:(?:\[\d+\]|'[^']*'|[\w.]+\.xlam)!|_xldudf_)(?=BILLOW_)", re.IGNORECASE)
_BARE_TABLE = re.compile(r"\b(tbl\w+)\b(?!\[)")
_CALLED = re.compile(r"\b(BILLOW_[A-Z_]+)(?=\()", re.IGNORECASE)
_CALLED_IN_CALC = re.compile(re.escape(_CALC) + r"([A-Z]+)(?=\()", re.IGNORECASE)


def formula(called: Function, named: Mapping[str, str] | None = None) -> str:
    """Return the example of a function as its formula; ``named`` gives other texts for arguments, by name."""
    others = named or {}
    given = zip(called.arguments, called.example, strict=False)
    texts = [others.get(argument.name) or _typed(value) for argument, value in given]
    return f"{called.name}({', '.join(texts)})"


def _typed(value: Any) -> str:
    """Return an argument as one types it: a range as the constant that it is."""
    if isinstance(value, list):
        return "{" + ";".join(",".join(_typed(each) for each in row) for row in value) + "}"
    if isinstance(value, str):
        if value.startswith("tbl"):
            return f"{value}[#All]"
        return "Billow_Run" if value == "run" else f'"{value}"'
    if value is None:
        return '""'
    if value > _SOME_DAY and (day := from_day_number(int(value), since_1904=False)):
        return f"DATE({day.year},{day.month},{day.day})"
    return format(value, "g")


def called_in(text: str) -> list[str]:
    """Return the functions of Billow that a plain formula calls; what stands in quotes calls nothing."""
    bare = re.sub(r'"[^"]*"', '""', text)
    return [name for name in map(str.upper, _CALLED.findall(bare)) if name in FUNCTIONS]


def plain(text: str) -> str:
    """Return a formula as a person types it, whichever program wrote the file."""
    names = _names_in_calc()
    known, count = _CALLED_IN_CALC.subn(lambda found: names.get(found[1].upper(), found[0]), text)
    return _OF_ADD_IN.sub("", _BARE_TABLE.sub(r"\1[#All]", known) if count else known)


def to_calc(text: str) -> str:
    """Return a formula with the names by which LibreOffice finds functions and tables in a file of Excel."""
    named = _CALLED.sub(lambda found: _CALC + found[1].upper().replace("_", ""), text)
    return named.replace("[#All]", "")


@cache
def _names_in_calc() -> dict[str, str]:
    return {name.replace("_", ""): name for name in FUNCTIONS}
