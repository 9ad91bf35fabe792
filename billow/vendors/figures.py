"""Numbers as vendors write them, read exactly, or not at all.

Reports write one amount in many ways: ``1,234.50``, ``1.234,50``, ``(12.50)``, ``12.50-``, ``EUR 12.50``,
``'12.50`` (a guard against spreadsheets), ``0E-20``. Whether the comma is the decimal sign is decided
once for a file, from all its numbers, never cell by cell.

>>> read_number("(1.234,50)", comma=True)
Decimal('-1234.50')
>>> read_number("1.8E-9", comma=False)
Decimal('1.8E-9')
"""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from enum import StrEnum

WHOLE_DIGITS, DECIMALS = 14, 24  # DECIMAL(38, 24): real files carry 24 decimals

# What is not part of a number: blanks (also the narrow ones Excel puts between thousands), currency
# signs, a currency code in front or behind, and the apostrophe, Swiss thousands or a spreadsheet guard.
_DECORATION = re.compile(r"[\s\u00a0\u2007\u202f'\u2019€$£¥]|^[A-Z]{3}(?=[\s\d(.+-])|(?<=[\d\s.)-])[A-Z]{3}$")
_GROUPED = {
    False: re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"),
    True: re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?"),
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
_BARE = re.compile(rf"-?\d{{1,{WHOLE_DIGITS}}}(\.\d{{1,{DECIMALS}}})?")
_UNDECIDED = re.compile(r"\d{1,3}[.,]\d{3}")


class DoesNotFit(Exception):  # noqa: N818 - not an error of the program but a fact about a cell
    """A number has more digits than the store keeps; storing it would round it."""


class DecimalSign(StrEnum):
    """What a file writes between the whole and the broken part of a number."""

    POINT = "point"
    COMMA = "comma"
    MIXED = "mixed"
    UNCLEAR = "unclear"


def read_number(text: str, *, comma: bool) -> Decimal | None:
    """Return the number in ``text``, None if it is not one; raise ``DoesNotFit`` if it is too long.

    >>> read_number("1.234", comma=False), read_number("1,2,3", comma=False), read_number("n.a.", comma=True)
    (Decimal('1.234'), None, None)
    >>> read_number("12.50-", comma=False), read_number("$10,000.00", comma=False)
    (Decimal('-12.50'), Decimal('10000.00'))
    """
    if not comma and _BARE.fullmatch(text):
        return Decimal(text) or Decimal(0)
    bare = _bare(text)
    if _GROUPED[comma].fullmatch(bare):
        bare = bare.replace("." if comma else ",", "")
    if comma:
        if "." in bare:
            return None
        bare = bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        return None
    try:
        value = Decimal(bare)
    except InvalidOperation:  # pragma: no cover - the pattern lets only numbers through
        return None
    if not fits(value):
        raise DoesNotFit(text)
    return value or Decimal(0)


def fits(value: Decimal) -> bool:
    """Tell whether the store can hold ``value`` without rounding it.

    >>> fits(Decimal("0.000000020000000000000000000")), fits(Decimal("1E-25")), fits(Decimal("1E+14"))
    (True, False, False)
    """
    if not value:
        return True
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return False
    trailing = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return -(exponent + trailing) <= DECIMALS and value.adjusted() < WHOLE_DIGITS


def decimal_sign(cells: Iterable[str], delimiter: str) -> DecimalSign:
    """Decide which decimal sign a file uses, from its number cells that hold a comma or are unusual.

    A single group of three digits after the sign (``1.234``, ``1,234``) proves nothing alone. Files that
    separate fields by a comma or come from a machine write a point, so ``1.234`` is then a decimal; where
    fields are separated by a semicolon, as Excel does in countries with a decimal comma, it stays unclear.

    >>> decimal_sign(["12,5", "1.234"], ";"), decimal_sign(["1.234"], ","), decimal_sign(["1.234"], ";")
    (<DecimalSign.COMMA: 'comma'>, <DecimalSign.POINT: 'point'>, <DecimalSign.UNCLEAR: 'unclear'>)
    """
    votes: set[DecimalSign] = set()
    undecided: set[str] = set()
    for cell in cells:
        bare = _bare(cell).lstrip("+-")
        if _UNDECIDED.fullmatch(bare) and not bare.startswith("0"):
            undecided.add("." if "." in bare else ",")
        elif vote := _vote(bare):
            votes.add(vote)
    if len(votes) > 1:
        return DecimalSign.MIXED
    if votes:
        return votes.pop()
    if "," in undecided or (undecided and delimiter == ";"):
        return DecimalSign.UNCLEAR
    return DecimalSign.POINT


def _vote(bare: str) -> DecimalSign | None:
    commas, points = bare.count(","), bare.count(".")
    if commas and points:
        return DecimalSign.COMMA if bare.rindex(",") > bare.rindex(".") else DecimalSign.POINT
    if commas == 1:
        return DecimalSign.COMMA if re.fullmatch(r"\d*,\d+([eE][+-]?\d+)?", bare) else None
    if points == 1:
        return DecimalSign.POINT if re.fullmatch(r"\d*\.\d+([eE][+-]?\d+)?", bare) else None
    if commas > 1 and _GROUPED[False].fullmatch(bare):
        return DecimalSign.POINT
    if points > 1 and _GROUPED[True].fullmatch(bare):
        return DecimalSign.COMMA
    return None


def _bare(text: str) -> str:
    """Take off what decorates a number: signs and codes of currencies, blanks, guards, accounting minus."""
    bare = text.strip().replace("\u2212", "-")
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1] if negative else bare
    while (shorter := _DECORATION.sub("", bare)) != bare:
        bare = shorter
    if bare.endswith("-"):
        negative, bare = not negative, bare[:-1]
    if not negative:
        return bare
    return bare[1:] if bare.startswith("-") else f"-{bare}"
