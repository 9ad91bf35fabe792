"""Exact amounts, named rounding, and splitting without losing a cent.

Amounts are ``Decimal`` in one currency. Between input and the one rounding of a line they are exact: a
``Decimal`` as long as it ends, else a ``Fraction``. Nothing rounds unless a rounding is named at the call.

>>> round_to(Fraction(31, 3), "EUR", Rounding.HALF_UP)
Decimal('10.33')
>>> allocate(Decimal("100.00"), [1, 1, 1], "EUR")
[Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import overload

# ISO 4217 list one: the currencies whose minor unit is not a hundredth.
# Source: ISO 4217 amendment 178, column "Mnr unt".
_MINOR_UNITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_TWO_DIGITS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
    "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD "
    "RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
    "USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)


class _Decimals(dict[str, int]):
    def __missing__(self, currency: str) -> int:
        raise KeyError(f"{currency!r} is not a currency of ISO 4217")


_DECIMALS = _Decimals(dict.fromkeys(_TWO_DIGITS.split(), 2) | _MINOR_UNITS)

Exact = Fraction | Decimal | int
NOTHING, WHOLE = Fraction(0), Fraction(1)

# Sums and products of amounts end long before 200 digits; one that did not would be an error, not a loss.
_ZERO = Decimal(0)
_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
# A quotient that has not ended after 40 digits is kept as a fraction.
_ENDING = Context(prec=40, traps=[Inexact, InvalidOperation])
_ROUNDING = Context(prec=200, traps=[InvalidOperation])
# A quotient cut off long after its last decimal that counts is rounded as the exact one is.
_CUT_OFF = Context(prec=200, rounding=ROUND_DOWN, traps=[DivisionByZero, InvalidOperation])
_SIZES = [Decimal(1).scaleb(-decimals) for decimals in range(25)]


class Rounding(StrEnum):
    """How an amount is brought to its minor unit.

    HALF_UP: a half goes away from zero (our invoices, and VAT under EN 16931). DOWN: the rest is cut off
    (Microsoft's own arithmetic; never used for what we bill).
    """

    HALF_UP = "half_up"
    DOWN = "down"


def minor_units(currency: str) -> int:
    """Return how many decimals an amount in ``currency`` has (ISO 4217); ``KeyError`` if unknown.

    >>> minor_units("EUR"), minor_units("JPY"), minor_units("KWD")
    (2, 0, 3)
    """
    return _DECIMALS[currency]


def is_currency(code: str) -> bool:
    """Tell whether ``code`` is an ISO 4217 currency.

    >>> is_currency("EUR"), is_currency("Token")
    (True, False)
    """
    return code in _DECIMALS


def rounded(amount: Exact, decimals: int, rounding: Rounding) -> Decimal:
    """Return ``amount`` with ``decimals`` decimals.

    >>> rounded(Decimal("-0.125"), 2, Rounding.HALF_UP), rounded(Decimal("-0.125"), 2, Rounding.DOWN)
    (Decimal('-0.13'), Decimal('-0.12'))
    """
    if type(amount) is Decimal:
        mode = ROUND_HALF_UP if rounding is Rounding.HALF_UP else ROUND_DOWN
        found = amount.quantize(_SIZES[decimals], mode, _ROUNDING)
        return found or found.copy_abs()
    numerator, denominator = amount.as_integer_ratio()
    units, rest = divmod(abs(numerator) * 10**decimals, denominator)
    if rounding is Rounding.HALF_UP and 2 * rest >= denominator:
        units += 1
    return Decimal(-units if numerator < 0 else units).scaleb(-decimals, _EXACT)


def round_to(amount: Exact, currency: str, rounding: Rounding) -> Decimal:
    """Return ``amount`` in the minor unit of ``currency``, rounded as named."""
    return rounded(amount, _DECIMALS[currency], rounding)


def plus(amount: Exact, other: Exact) -> Exact:
    """Return the exact sum of two amounts.

    >>> plus(Decimal("0.10"), Decimal("0.05")), plus(Decimal("0.5"), Fraction(1, 3))
    (Decimal('0.15'), Fraction(5, 6))
    """
    if type(amount) is Decimal and type(other) is Decimal:
        return _EXACT.add(amount, other)
    return _fraction(amount) + _fraction(other)


def whole(amounts: Iterable[Exact]) -> Exact:
    """Return the exact sum of any amounts, zero of none.

    >>> whole([Decimal("0.10"), Decimal("0.20")]), whole([Fraction(1, 3), Decimal(1)])
    (Decimal('0.30'), Fraction(4, 3))
    """
    found: Exact = _ZERO
    for amount in amounts:
        found = plus(found, amount) if found else amount
    return found


@overload
def less(amount: Decimal, other: Decimal) -> Decimal: ...
@overload
def less(amount: Exact, other: Exact) -> Exact: ...
def less(amount: Exact, other: Exact) -> Exact:
    """Return the exact difference of two amounts.

    >>> less(Decimal("0.10"), Decimal("0.05")), less(Decimal("0.5"), Fraction(1, 3))
    (Decimal('0.05'), Fraction(1, 6))
    """
    if type(amount) is Decimal and type(other) is Decimal:
        return _EXACT.subtract(amount, other)
    return _fraction(amount) - _fraction(other)


@overload
def times(amount: Decimal, factor: Decimal) -> Decimal: ...
@overload
def times(amount: Exact, factor: Exact) -> Exact: ...
def times(amount: Exact, factor: Exact) -> Exact:
    """Return the exact product.

    >>> times(Decimal("59.90"), Fraction(1, 2)), times(Decimal(10), Fraction(17, 30))
    (Decimal('29.95'), Fraction(17, 3))
    """
    if type(amount) is Decimal:
        if type(factor) is Decimal:
            return _EXACT.multiply(amount, factor)
        if type(factor) is Fraction:
            numerator, denominator = factor.as_integer_ratio()
            product = amount if numerator == 1 else _EXACT.multiply(amount, Decimal(numerator))
            return product if denominator == 1 else over(product, Decimal(denominator))
    return _fraction(amount) * _fraction(factor)


def over(amount: Exact, divisor: Exact) -> Exact:
    """Return the exact quotient; a divisor of zero is an error.

    >>> over(Decimal("80.0"), Decimal("0.8")), over(Decimal(10), Decimal(3))
    (Decimal('100'), Fraction(10, 3))
    """
    if type(amount) is Decimal and type(divisor) is Decimal:
        try:
            return _ENDING.divide(amount, divisor)
        except Inexact:
            pass
    return _fraction(amount) / _fraction(divisor)


def quotient(amount: Decimal, divisor: Decimal, decimals: int, rounding: Rounding) -> Decimal:
    """Return an amount divided by another with ``decimals`` decimals; a divisor of zero is an error.

    >>> quotient(Decimal(1), Decimal(-16), 3, Rounding.HALF_UP)
    Decimal('-0.063')
    """
    return rounded(_CUT_OFF.divide(amount, divisor), decimals, rounding)


def _fraction(amount: Exact) -> Fraction:
    return amount if type(amount) is Fraction else Fraction(amount)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum; ``Decimal`` alone would keep 28 digits and drop the rest without a word.

    >>> total([Decimal("26281060000.01"), Decimal("0.000000000000000000000001")])
    Decimal('26281060000.010000000000000000000001')
    """
    found = Decimal(0)
    for amount in amounts:
        found = _EXACT.add(found, amount)
    return found


def exact_text(amount: Exact) -> str:
    """Return an exact amount as text: decimals where they end, else the fraction.

    >>> exact_text(Fraction(1, 8)), exact_text(Fraction(31, 3)), exact_text(Decimal("2.50"))
    ('0.125', '31/3', '2.5')
    """
    if type(amount) is Decimal:
        text = format(amount, "f") if amount else "0"
        return text.rstrip("0").removesuffix(".") if "." in text else text
    value = Fraction(amount)
    denominator, twos, fives = value.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator != 1:
        return str(value)
    digits = max(twos, fives)
    return format(Decimal((0 if value >= 0 else 1, (0,), 0)) if value == 0 else _scaled(value, digits), "f")


def _scaled(value: Fraction, digits: int) -> Decimal:
    whole = value.numerator * 10**digits // value.denominator
    return Decimal((1 if whole < 0 else 0, tuple(int(d) for d in str(abs(whole))), -digits))


def allocate(total: Decimal, weights: Sequence[Exact], currency: str) -> list[Decimal]:
    """Split ``total`` by ``weights`` so that the parts sum to it (largest remainder, earlier part first).

    A total with more decimals than its currency, weights that sum to zero, or a negative weight is a
    ``ValueError``: the caller has to say what it meant.

    >>> allocate(Decimal("0.05"), [Fraction(1, 2), Fraction(1, 2)], "EUR")
    [Decimal('0.03'), Decimal('0.02')]
    >>> allocate(Decimal("-10.00"), [3, 3, 1], "EUR")
    [Decimal('-4.29'), Decimal('-4.28'), Decimal('-1.43')]
    """
    return allocate_to(total, weights, minor_units(currency))


def allocate_to(total: Decimal, weights: Sequence[Exact], decimals: int) -> list[Decimal]:
    """Split ``total`` as ``allocate`` does, into parts with so many decimals.

    >>> allocate_to(Decimal(10), [1, 1, 1], 0)
    [Decimal('4'), Decimal('3'), Decimal('3')]
    """
    units = Fraction(total) * 10**decimals
    whole = sum(Fraction(weight) for weight in weights)
    if units.denominator != 1:
        raise ValueError(f"{total} has more than {decimals} decimals; round it first")
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and must sum to more than zero")
    sign, count = (-1, -units.numerator) if units < 0 else (1, units.numerator)
    exact = [Fraction(weight) / whole * count for weight in weights]
    floors = [share.numerator // share.denominator for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for index in by_remainder[: count - sum(floors)]:
        floors[index] += 1
    parts = [_scaled(Fraction(sign * part, 10**decimals), decimals) for part in floors]
    if sum(map(Fraction, parts)) != units / 10**decimals:
        raise AssertionError(f"the parts {parts} do not sum to {total}")
    return parts
