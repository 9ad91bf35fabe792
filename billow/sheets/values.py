"""What a cell means: the raw content read as the kind its column says, or a sentence on what is wrong.

Nothing is guessed. Text that looks like a number is a number in one country and a date in another; only
plain digits are taken. Numbers are taken as Excel shows them, with 15 digits.

>>> from billow.sheets.columns import SHEETS
>>> typed(SHEETS["tblFx"].column("Rate"), Raw("number", "0.30000000000000004"))
Decimal('0.3')
>>> typed(SHEETS["tblFx"].column("Rate"), Raw("text", "12,5O")).sentence
'"12,5O" in column Rate is not a number.'
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from billow.sheets.columns import Column
from billow.sheets.raw import Raw, from_day_number

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_DIGITS = re.compile(r"-?\d{1,15}")
_EXACT = 10**15  # above this a spreadsheet keeps only the first 15 digits
_YEARS = range(1990, 2200)
_AS_NUMBER = "Type it again as a number. Excel holds it as text, or a letter has slipped in."


@dataclass(frozen=True)
class Fault:
    """Why a cell cannot be read: the code of the problem, its sentence and a hint."""

    code: str
    sentence: str
    hint: str


def typed(column: Column, raw: Raw, *, since_1904: bool = False) -> Any:
    """Return the value of a cell as its column reads it, or a ``Fault``."""
    if raw.kind == "blank":
        return _blank(column)
    if raw.kind in {"uncalculated", "error"}:
        return _failed(column, raw)
    if column.type == "date":
        return _date(column, raw, since_1904=since_1904)
    if column.unit == "YYYY-MM":
        return _month(column, raw, since_1904=since_1904)
    return _READ.get(column.type, _words)(column, raw)


def plain(raw: Raw) -> Any:
    """Return what stands in a cell of a column that is the user's own; errors read as nothing."""
    if raw.kind == "number":
        return _decimal(raw)
    if raw.kind == "bool":
        return raw.text == "1"
    return raw.text if raw.kind == "text" else None


def digits(number: Decimal) -> str:
    """Return a number as plain digits: 123456789012, never 1.23E+11."""
    return str(int(number)) if number == number.to_integral_value() else format(number, "f")


def _blank(column: Column) -> Any:
    if column.default:
        return typed(column, Raw("text", column.default))
    if column.required and column.role == "input":
        sentence = f"Column {column.name} is blank and must be filled in."
        return Fault("WBK-006", sentence, f"{column.description}, for example {column.example}.")
    return None


def _failed(column: Column, raw: Raw) -> Fault:
    if raw.kind == "error":
        sentence = f"The formula in column {column.name} gives {raw.text}."
        return Fault("WBK-011", sentence, "Correct the formula, or type a value.")
    hint = "Open the workbook in Excel and save it once, so that the value is stored in it."
    return Fault("WBK-012", f"The formula in column {column.name} has no stored value.", hint)


def _decimal(raw: Raw) -> Decimal:
    return Decimal(format(float(raw.text), ".15g"))


def _number(column: Column, raw: Raw) -> Any:
    text = raw.text.strip()
    if raw.kind == "number" and abs(float(raw.text)) < _EXACT:
        return _decimal(raw)
    if raw.kind == "text" and _DIGITS.fullmatch(text):
        return Decimal(text)
    return Fault("WBK-007", f'"{_said(raw)}" in column {column.name} is not a number.', _AS_NUMBER)


def _integer(column: Column, raw: Raw) -> Any:
    number = _number(column, raw)
    if isinstance(number, Fault):
        return number
    if number != number.to_integral_value():
        sentence = f'"{digits(number)}" in column {column.name} is not a whole number.'
        return Fault("WBK-008", sentence, f"Type a whole number, for example {column.example}.")
    return int(number)


def _date(column: Column, raw: Raw, *, since_1904: bool) -> Any:
    day = _day(raw, since_1904=since_1904)
    if day is not None and day.year in _YEARS:
        return day
    hint = f"Type a date, for example {column.example or '2026-06-30'}: year, month, day."
    return Fault("WBK-009", f'"{_said(raw)}" in column {column.name} is not a date.', hint)


def _day(raw: Raw, *, since_1904: bool) -> date | None:
    if raw.kind == "number" and _decimal(raw) == int(_decimal(raw)):
        return from_day_number(int(_decimal(raw)), since_1904=since_1904)
    if raw.kind != "text":
        return None
    text = raw.text.strip().removesuffix("T00:00:00").removesuffix(" 00:00:00")
    try:
        return date.fromisoformat(text) if text.count("-") == 2 else None  # noqa: PLR2004 - year-month-day
    except ValueError:
        return None


def _month(column: Column, raw: Raw, *, since_1904: bool) -> Any:
    text = raw.text.strip()
    if raw.kind == "text" and _MONTH.fullmatch(text):
        return text
    # Excel turns a typed 2026-06 into the first of June
    day = _day(raw, since_1904=since_1904)
    if day is not None and day.day == 1 and day.year in _YEARS:
        return f"{day:%Y-%m}"
    sentence = f'"{_said(raw)}" in column {column.name} is not a month.'
    return Fault("WBK-014", sentence, "Type year and month, for example 2026-06.")


def _words(column: Column, raw: Raw) -> Any:
    if raw.kind == "bool":
        return "yes" if raw.text == "1" else "no"
    if raw.kind == "text":
        return raw.text.strip()
    number = _decimal(raw)
    if abs(number) >= _EXACT:
        sentence = f'"{digits(number)}" in column {column.name} has lost its last digits: Excel keeps 15.'
        return Fault("WBK-013", sentence, "Format the cell as text, then type the number again.")
    return digits(number)


def _choice(column: Column, raw: Raw) -> Any:
    text = _words(column, raw)
    if isinstance(text, Fault) or not column.choices:
        return text
    known = {word.casefold(): word for word in column.choices}
    if text.casefold() in known:
        return known[text.casefold()]
    return unknown(column.name, text, column.choices, "Choose one of: " + ", ".join(column.choices) + ".")


def unknown(column: str, text: str, words: tuple[str, ...], hint: str) -> Fault:
    """Return the fault of a word that is not in its list, with the nearest one that is."""
    near = get_close_matches(text, words, n=1)
    meant = f'Is "{near[0]}" meant? ' if near else ""
    return Fault("WBK-010", f'"{text}" in column {column} is not in its list.', meant + hint)


def _said(raw: Raw) -> str:
    if raw.kind == "number":
        return digits(_decimal(raw))
    return {"0": "FALSE", "1": "TRUE"}[raw.text] if raw.kind == "bool" else raw.text.strip()


_READ: dict[str, Callable[[Column, Raw], Any]] = {
    "decimal": _number,
    "money": _number,
    "percent": _number,
    "integer": _integer,
    "choice": _choice,
}
