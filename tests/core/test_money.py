"""Amounts are exact, a rounding is named, and a split never loses a cent."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from billow.money import (
    Rounding,
    allocate,
    exact_text,
    is_currency,
    minor_units,
    quotient,
    round_to,
    rounded,
    total,
)


@pytest.mark.parametrize(
    ("amount", "decimals", "half_up", "down"),
    [
        pytest.param("0", 2, "0.00", "0.00", id="nothing stays nothing, with its decimals"),
        pytest.param("0.005", 2, "0.01", "0.00", id="half a cent goes up"),
        pytest.param("-0.005", 2, "-0.01", "0.00", id="minus half a cent goes away from zero"),
        pytest.param("0.00499999", 2, "0.00", "0.00", id="just under half a cent is none"),
        pytest.param("-0.00499999", 2, "0.00", "0.00", id="there is no minus zero"),
        pytest.param("2.675", 2, "2.68", "2.67", id="what binary floating point gets wrong is right"),
        pytest.param("0.5", 0, "1", "0", id="half a yen goes up"),
        pytest.param("1.5", 0, "2", "1", id="one and a half yen is two"),
        pytest.param("2.5", 0, "3", "2", id="two and a half yen is three, not the even two"),
        pytest.param("-1.2345", 3, "-1.235", "-1.234", id="a tie at three decimals"),
        pytest.param("0.00005", 4, "0.0001", "0.0000", id="a tie at four decimals"),
        pytest.param("999.995", 2, "1000.00", "999.99", id="a tie carries over"),
    ],
)
def test_rounding(amount: str, decimals: int, half_up: str, down: str) -> None:
    assert str(rounded(Decimal(amount), decimals, Rounding.HALF_UP)) == half_up
    assert str(rounded(Decimal(amount), decimals, Rounding.DOWN)) == down


@pytest.mark.parametrize(
    ("currency", "units", "third"),
    [
        pytest.param("JPY", 0, "0", id="a third of a yen is nothing"),
        pytest.param("EUR", 2, "0.33", id="a third of a euro has two decimals"),
        pytest.param("KWD", 3, "0.333", id="a third of a Kuwaiti dinar has three decimals"),
        pytest.param("CLF", 4, "0.3333", id="a third of a unidad de fomento has four decimals"),
    ],
)
def test_every_currency_has_its_minor_unit(currency: str, units: int, third: str) -> None:
    assert minor_units(currency) == units
    assert str(round_to(Fraction(1, 3), currency, Rounding.HALF_UP)) == third


def test_an_unknown_currency_is_refused_and_named() -> None:
    assert not is_currency("Token")
    with pytest.raises(KeyError, match="'Token' is not a currency of ISO 4217"):
        minor_units("Token")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        pytest.param(Fraction(0), "0", id="nothing"),
        pytest.param(Decimal("10.00"), "10", id="no needless decimals"),
        pytest.param(Fraction(-1, 8), "-0.125", id="a negative amount that ends"),
        pytest.param(Fraction(-31, 3), "-31/3", id="an amount without end is a fraction"),
        pytest.param(1200, "1200", id="zeros before the point stay"),
        pytest.param(Fraction(1, 10**24), "0." + "0" * 23 + "1", id="twenty-four decimals are kept"),
    ],
)
def test_exact_text(amount: Fraction | Decimal | int, text: str) -> None:
    assert exact_text(amount) == text


@pytest.mark.parametrize(
    ("whole", "weights", "currency", "parts"),
    [
        pytest.param("100.00", [1, 1, 1], "EUR", "33.34 33.33 33.33", id="the cent left over goes first"),
        pytest.param("-100.00", [1, 1, 1], "EUR", "-33.34 -33.33 -33.33", id="a credit splits as a charge"),
        pytest.param("0.02", [1, 1, 1], "EUR", "0.01 0.01 0.00", id="two cents for three"),
        pytest.param("0.00", [1, 2], "EUR", "0.00 0.00", id="nothing splits into nothing"),
        pytest.param("10.00", [0, 1], "EUR", "0.00 10.00", id="a weight of zero gets nothing"),
        pytest.param("100", [1, 2], "JPY", "33 67", id="the larger remainder gets the yen"),
        pytest.param("1.000", [1, 2], "KWD", "0.333 0.667", id="a thousandth is a unit in Kuwait"),
        pytest.param("7.77", [5], "EUR", "7.77", id="one part is the whole"),
    ],
)
def test_allocation(whole: str, weights: list[int], currency: str, parts: str) -> None:
    assert [str(part) for part in allocate(Decimal(whole), weights, currency)] == parts.split()


@pytest.mark.parametrize(
    ("whole", "weights", "message"),
    [
        pytest.param("1.005", [1], "has more than 2 decimals", id="a total has to be rounded first"),
        pytest.param("1.00", [], "sum to more than zero", id="nobody to give to"),
        pytest.param("1.00", [0, 0], "sum to more than zero", id="nobody counts"),
        pytest.param("1.00", [2, -1], "must not be negative", id="a negative weight"),
    ],
)
def test_an_allocation_that_means_nothing_is_refused(whole: str, weights: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        allocate(Decimal(whole), weights, "EUR")


CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD", "CLF"])
WEIGHTS = st.lists(st.fractions(min_value=0, max_value=10**6), min_size=1, max_size=30).filter(any)


@given(units=st.integers(-(10**40), 10**40), weights=WEIGHTS, currency=CURRENCIES)
def test_the_parts_of_a_split_sum_to_the_whole(units: int, weights: list[Fraction], currency: str) -> None:
    digits = minor_units(currency)
    amount = Decimal(f"{units}e-{digits}")
    parts = allocate(amount, weights, currency)
    unit = Fraction(1, 10**digits)
    assert sum(map(Fraction, parts)) == Fraction(amount)
    whole = sum(weights)
    assert all(
        abs(Fraction(part) - Fraction(amount) * weight / whole) < unit
        for part, weight in zip(parts, weights, strict=True)
    )


@given(amount=st.fractions(), decimals=st.integers(0, 4))
def test_half_up_is_the_nearest_and_down_never_more(amount: Fraction, decimals: int) -> None:
    unit = Fraction(1, 10**decimals)
    near, cut = (Fraction(rounded(amount, decimals, how)) for how in (Rounding.HALF_UP, Rounding.DOWN))
    assert abs(near - amount) <= unit / 2
    assert abs(cut) <= abs(amount) < abs(cut) + unit


@given(amount=st.fractions())
def test_rounding_does_not_know_left_from_right(amount: Fraction) -> None:
    assert rounded(-amount, 2, Rounding.HALF_UP) == rounded(amount, 2, Rounding.HALF_UP).copy_negate()


_AMOUNTS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=12
)


@given(
    amount=_AMOUNTS, divisor=_AMOUNTS.filter(bool), decimals=st.integers(0, 12), how=st.sampled_from(Rounding)
)
@example(Decimal(1), Decimal(-16), 3, Rounding.HALF_UP)  # exactly a half
@example(Decimal("0.4999999999997"), Decimal(3), 0, Rounding.HALF_UP)
@example(Decimal("-0.1"), Decimal(3), 0, Rounding.HALF_UP)  # nothing has no sign
def test_a_quotient_is_the_exact_one_rounded_once(
    amount: Decimal, divisor: Decimal, decimals: int, how: Rounding
) -> None:
    exact = rounded(Fraction(amount) / Fraction(divisor), decimals, how)
    assert str(quotient(amount, divisor, decimals, how)) == str(exact)


def test_a_sum_keeps_all_24_decimals_of_a_vendors_amounts() -> None:
    tiny, large = Decimal("0.000000000000000000000001"), Decimal("99999999999999.000000000000000000000000")
    assert sum([large, tiny]) == large, "Python's own sum loses it"
    assert str(total([large, tiny])) == "99999999999999.000000000000000000000001"
    assert total([]) == 0


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=12))
def test_an_exact_text_is_read_back_as_the_same_amount(value: Decimal) -> None:
    assert Fraction(exact_text(value)) == Fraction(value)
