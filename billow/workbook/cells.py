"""One cell: what stands in it, and how a value is put into it.

Text is always written as text. Whatever a vendor's report says, and however it begins, no cell written
here becomes a formula by accident.

>>> raw(new_cell("A1", Formula("1+0.5", Decimal("1.5")), None), [])
Raw(kind='number', text='1.5', formula=True)
>>> safe_text("=1+1" + chr(7))
'=1+1␇'
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from lxml import etree

from billow.sheets.raw import BLANK, Raw, day_number
from billow.workbook.markup import SPACE, Node, main

LONGEST_TEXT = 32_767  # characters in a cell; Excel drops the rest, or repairs the file
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_C, _V, _F, _IS, _T = main("c"), main("v"), main("f"), main("is"), main("t")


@dataclass(frozen=True)
class Formula:
    """A formula without its equals sign, and the value it has now."""

    text: str
    value: Any = None


def raw(cell: Node | None, strings: list[str]) -> Raw:
    """Return what stands in a cell; ``strings`` are the texts that the workbook shares."""
    if cell is None or len(cell) == 0:
        return BLANK
    kind, value = cell.get("t", "n"), cell.find(_V)
    formula = cell.find(_F) is not None
    if kind == "inlineStr":
        return _text("".join(_shown(cell.find(_IS))), formula=formula)
    text = "" if value is None or value.text is None else value.text
    if not text and kind != "str":
        return Raw("uncalculated", formula=True) if formula else BLANK
    if kind == "s":
        known = text.isdigit() and int(text) < len(strings)
        return _text(strings[int(text)], formula=formula) if known else Raw("error", "#REF!", formula)
    if kind in {"str", "d"}:
        return _text(unescaped(text), formula=formula)
    return Raw({"b": "bool", "e": "error"}.get(kind) or _figure(text), text, formula)


def content(cell: Node | None, strings: list[str]) -> Any:
    """Return what stands in a cell, so that ``new_cell`` puts the same there: a value, or its formula.

    >>> content(new_cell("A1", Formula("1+0.5", Decimal("1.5")), None), [])
    Formula(text='1+0.5', value=Decimal('1.5'))
    """
    there = raw(cell, strings)
    value = _VALUES.get(there.kind, _nothing)(there.text)
    formula = cell.find(_F) if cell is not None else None
    return value if formula is None or not formula.text else Formula(formula.text, value)


def _nothing(_: str) -> None:
    return None


_VALUES: dict[str, Callable[[str], Any]] = {"number": Decimal, "text": str, "bool": "1".__eq__}


def _figure(text: str) -> str:
    """Tell what a cell without a type holds; programs other than Excel write all sorts of things there."""
    try:
        return "number" if isfinite(float(text)) else "text"
    except ValueError:
        return "error" if text.startswith("#") else "text"


def _text(text: str, *, formula: bool) -> Raw:
    return Raw("text", text, formula) if text.strip() else BLANK


def shared_strings(tree: Node) -> list[str]:
    """Return the shared texts in their order, without the reading aids of East Asian text."""
    return ["".join(_shown(item)) for item in tree]


def _shown(item: Node | None) -> list[str]:
    if item is None:
        return []
    runs = item.findall(_T) + item.findall(f"{main('r')}/{main('t')}")
    return [unescaped(run.text or "") for run in runs]


def unescaped(text: str) -> str:
    """Return text without the format's own escapes (``_x000D_``)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def visible_text(text: str) -> str:
    """Return text with its forbidden characters as visible ones."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isprintable() else "".join(map(_visible, text))


def safe_text(text: str) -> str:
    """Return text as it may stand in a cell of a file: forbidden characters are visible, none is lost."""
    text = visible_text(text)
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: "_x005F" + found[0], text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _visible(letter: str) -> str:
    code = ord(letter)
    if code < 32 and letter not in "\t\n":  # noqa: PLR2004 - the control characters of ASCII
        return chr(0x2400 + code)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF} else letter  # noqa: PLR2004


def new_cell(reference: str, value: Any, style: str | None, *, since_1904: bool = False) -> Node:
    """Return a cell that holds a text, a number, a date, yes or no, a formula with its value, or nothing."""
    cell = etree.Element(_C, r=reference)
    if style:
        cell.set("s", style)
    formula, value = (value.text, value.value) if isinstance(value, Formula) else (None, value)
    if formula is not None:
        etree.SubElement(cell, _F).text = formula
    if value is None:
        return cell
    if isinstance(value, str):
        _put_text(cell, value, formula=formula is not None)
        return cell
    if isinstance(value, bool):
        cell.set("t", "b")
        text = "1" if value else "0"
    elif isinstance(value, date):
        text = str(day_number(value, since_1904=since_1904))
    else:
        text = _digits(value)
    etree.SubElement(cell, _V).text = text
    return cell


def _put_text(cell: Node, value: str, *, formula: bool) -> None:
    if formula:
        cell.set("t", "str")
        etree.SubElement(cell, _V).text = safe_text(value)
        return
    if not value:
        return
    cell.set("t", "inlineStr")
    text = etree.SubElement(etree.SubElement(cell, _IS), _T)
    text.text = safe_text(value)
    if value != value.strip() or "\n" in value:
        text.set(SPACE, "preserve")


def _digits(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    raise TypeError(f"{value!r} cannot stand in a cell: give text, int, Decimal, date, bool or a Formula")
