"""One cell: what stands in it, and how a value is put into it.

Text is always written as text. Whatever a vendor's report says, and however it begins, no cell written
here becomes a formula by accident.

>>> raw(new_cell("A1", Formula("1+0.5", Decimal("1.5")), None), [])
Raw(kind='number', text='1.5', formula=True)
>>> safe_text("=1+1" + chr(7))
'=1+1␇'
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from types import NoneType
from typing import Any
from xml.sax.saxutils import escape

from billow.sheets.raw import BLANK, Raw, day_number
from billow.workbook.markup import MAIN, Node, main, parsed

LONGEST_TEXT = 32_767  # characters in a cell; Excel drops the rest, or repairs the file
_OFTEN = 48  # letters of a text that other rows are likely to hold as well
_ALIKE_WHERE_EQUAL = {str, int, date, NoneType}  # as 1, True and 1.0 are not
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_V, _F, _IS, _T = main("v"), main("f"), main("is"), main("t")


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
    if len(item) == 1 and item[0].tag == _T:  # nearly all texts: without runs that look different
        return [unescaped(item[0].text or "")]
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
    text = cell_text(reference, value, look_of(style), since_1904=since_1904)
    return parsed_in(text.encode())[0]


def parsed_in(text: bytes, declared: bytes = b' xmlns="%b"' % MAIN.encode()) -> Node:
    """Return elements of a sheet that were written as text, within one that holds them."""
    return parsed(b"<sheetData%b>%b</sheetData>" % (declared, text))


def look_of(style: str | None) -> str:
    """Return a cell's style as it stands in the text of the cell.

    >>> look_of("12"), look_of(None)
    (' s="12"', '')
    """
    return f' s="{style}"' if style and style.isdecimal() else ""


def cell_text(reference: str, value: Any, look: str = "", *, since_1904: bool = False) -> str:
    """Return a cell as it stands in the file: thousands of rows are written so, without a tree of them.

    >>> cell_text("A1", "=R & D"), cell_text("B1", Decimal("1.50"), ' s="3"')
    ('<c r="A1" t="inlineStr"><is><t>=R &amp; D</t></is></c>', '<c r="B1" s="3"><v>1.50</v></c>')
    """
    return f'<c r="{reference}"{look}{content_text(value, since_1904=since_1904)}'


def content_text(value: Any, *, since_1904: bool = False) -> str:
    """Return what follows a cell's reference and look: its type, what it holds, and its end.

    >>> content_text(True), content_text(None)
    (' t="b"><v>1</v></c>', '/>')
    """
    if isinstance(value, str):
        return _known_text(value) if len(value) < _OFTEN else _text_content(value)
    if value is None:
        return "/>"
    if isinstance(value, Formula):
        return _formula_text(value, since_1904=since_1904)
    kind, shown = _shown_value(value, since_1904=since_1904)
    return f"{kind}><v>{shown}</v></c>"


def content_texts(
    values: Sequence[Any], before: str, after: str, *, formula: str | None = None, since_1904: bool = False
) -> list[str]:
    """Return the ``content_text`` of each value of a column, between what stands before and after each.

    >>> content_texts([Decimal("1.50"), None], ' s="3"', "<c")
    [' s="3"><v>1.50</v></c><c', ' s="3"/><c']
    >>> content_texts([Decimal("1.50"), None], "", "", formula="B2/2")
    ['><f>B2/2</f><v>1.50</v></c>', '><f>B2/2</f></c>']
    """
    kinds = set(map(type, values))
    if kinds <= {Decimal, NoneType} and all(map(Decimal.is_finite, filter(None, values))):  # 0 is finite
        own = "" if formula is None else f"<f>{escape(formula)}</f>"
        blank = f"{before}>{own}</c>{after}" if own else f"{before}/>{after}"
        return [f"{before}>{own}<v>{v:f}</v></c>{after}" if v is not None else blank for v in values]
    if formula is not None:
        values = [value if isinstance(value, Formula) else Formula(formula, value) for value in values]
    elif kinds <= _ALIKE_WHERE_EQUAL:
        known = _known_contents(set(values), before, after, since_1904=since_1904)
        return [*known.values()] * len(values) if len(known) == 1 else [*map(known.__getitem__, values)]
    return [f"{before}{content_text(value, since_1904=since_1904)}{after}" for value in values]


def _known_contents(values: set[Any], before: str, after: str, *, since_1904: bool) -> dict[Any, str]:
    """Return the content of a cell for each; whether any text needs care is asked of all of them at once."""
    texts = [value for value in values if isinstance(value, str)]
    begin, end = f'{before} t="inlineStr"><is><t>', f"</t></is></c>{after}"
    known: dict[Any, str] = (
        {text: f"{begin}{text}{end}" for text in texts if text} if _all_plain(texts) else {}
    )
    for value in values.difference(known):
        known[value] = f"{before}{content_text(value, since_1904=since_1904)}{after}"
    return known


def _all_plain(texts: list[str]) -> bool:
    """Tell whether all texts can stand in the file as they are: no letter to escape, no space at an end."""
    together = "|".join(texts)
    return (
        not any(mark in together for mark in "&<>")
        and ("_" not in together or "_x" not in together)
        and together.isprintable()
        and texts == [*map(str.strip, texts)]
        and max(map(len, texts), default=0) <= LONGEST_TEXT
    )


def _text_content(value: str) -> str:
    if not value:
        return "/>"
    space = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
    return f' t="inlineStr"><is><t{space}>{_escaped(value)}</t></is></c>'


_known_text = lru_cache(maxsize=8192)(_text_content)


def _formula_text(formula: Formula, *, since_1904: bool) -> str:
    own = f"<f>{escape(formula.text)}</f>"
    if formula.value is None:
        return f">{own}</c>"
    if isinstance(formula.value, str):
        return f' t="str">{own}<v>{_escaped(formula.value)}</v></c>'
    kind, shown = _shown_value(formula.value, since_1904=since_1904)
    return f"{kind}>{own}<v>{shown}</v></c>"


def _shown_value(value: Any, *, since_1904: bool) -> tuple[str, str]:
    """Return what a cell says of its type, and its content."""
    if isinstance(value, Decimal) and value.is_finite():
        return "", format(value, "f")
    if isinstance(value, bool):
        return ' t="b"', "1" if value else "0"
    if isinstance(value, date):
        return "", str(day_number(value, since_1904=since_1904))
    if isinstance(value, int):
        return "", str(value)
    raise TypeError(f"{value!r} cannot stand in a cell: give text, int, Decimal, date, bool or a Formula")


def _escaped(text: str) -> str:
    return escape(safe_text(text))
