"""Numbers in every form are the number that was meant, for any number that can be kept."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.vendors.figures import DoesNotFit, fits, read_number

KEPT = st.decimals(min_value=-(10**13), max_value=10**13, places=24, allow_nan=False)


@given(KEPT)
def test_a_number_survives_each_way_of_writing_it(number: Decimal) -> None:
    plain = format(number, "f")
    grouped = format(number, ",f")
    german = grouped.translate(str.maketrans(",.", ".,"))
    bare = plain.removeprefix("-")
    assert read_number(plain, comma=False) == number
    assert read_number(f"{number:e}", comma=False) == number
    assert read_number(grouped, comma=False) == number
    assert read_number(german, comma=True) == number
    assert read_number(f"'{plain}", comma=False) == number
    assert read_number(f"EUR {plain}", comma=False) == number
    negative = number.copy_abs().copy_negate()
    assert read_number(f"({bare})", comma=False) == read_number(f"{bare}-", comma=False) == negative


@given(KEPT)
def test_what_has_more_decimals_than_are_kept_is_refused_and_never_rounded(number: Decimal) -> None:
    text = f"{number:f}1"
    with pytest.raises(DoesNotFit):
        read_number(text, comma=False)


EDGES = [
    ("the largest", "99999999999999.999999999999999999999999", True),
    ("one digit more before the point", "100000000000000", False),
    ("one digit more behind it", "0.0000000000000000000000001", False),
    ("zeros behind do not count", "1.10000000000000000000000000000000", True),
    ("zeros before do not count", "000000000000000000001", True),
]


@pytest.mark.parametrize(("text", "kept"), [row[1:] for row in EDGES], ids=[row[0] for row in EDGES])
def test_the_edge_of_what_can_be_kept(text: str, kept: bool) -> None:
    assert fits(Decimal(text)) is kept
