"""Control totals: by columns where a file holds bare numbers, by lines elsewhere, the same both ways."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.vendors import Formats, raw_totals
from billow.vendors.control_columns import sums_by_cells

HEADER = ("BilledCost", "BillingCurrency", "Note")

UNUSUAL = (
    ("a guard against spreadsheets", ["'1.00", "EUR", ""]),
    ("thousands", ["1,234.00", "EUR", ""]),
    ("an exponent", ["0E-20", "EUR", ""]),
    ("no number at all", ["", "EUR", ""]),
    ("an empty line of the table", ["", "", ""]),
    ("the header once more", list(HEADER)),
    ("a line that is too short", ["1.00", "EUR"]),
    ("a line that is too long", ["1.00", "EUR", "", ""]),
    ("more decimals than the store keeps", ["0.0000000000000000000000001", "EUR", ""]),
    ("a number in another script", ["\u0661.00", "EUR", ""]),
)


def _written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEADER, *rows])
    return path


def _by_columns(path: Path) -> object:
    return sums_by_cells(path, ",", HEADER, [0], [1])


@pytest.mark.parametrize(("what", "row"), UNUSUAL, ids=[what for what, _ in UNUSUAL])
def test_a_file_with_anything_unusual_is_left_to_the_reading_by_lines(
    tmp_path: Path, what: str, row: list[str]
) -> None:
    assert _by_columns(_written(tmp_path / "r.csv", [["1.00", "EUR", ""], row])) is None, what


def test_quoted_fields_may_hold_line_ends_and_delimiters(tmp_path: Path) -> None:
    rows = [["0.10", "EUR", 'two\nlines, and "words"'], ["-0.30", "USD", ""], ["0.20", "EUR", ""]]
    assert _by_columns(_written(tmp_path / "r.csv", rows)) == {
        ("EUR",): (2, (Decimal("0.3"),)),
        ("USD",): (1, (Decimal("-0.3"),)),
    }


AMOUNTS = st.decimals(-(10**13), 10**13, places=10).map(lambda a: format(a, "f"))


@given(rows=st.lists(st.tuples(AMOUNTS, st.sampled_from(["EUR", "usd", "NULL", " EUR"])), min_size=1))
def test_both_ways_say_the_same(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("control")
    shipped = Formats.shipped()
    bare = [[amount, currency, ""] for amount, currency in rows]
    # one cell that only the reading by lines takes, and that adds nothing
    unusual = [*bare, ["0E-20", "EUR", ""]]
    quick = raw_totals(_written(folder / "bare.csv", bare), shipped, "focus")
    slow = raw_totals(_written(folder / "unusual.csv", unusual), shipped, "focus")
    assert slow.rows == quick.rows + 1
    assert {k: v for k, v in slow.billed.items() if v} == {k: v for k, v in quick.billed.items() if v}
    for currency, amount in quick.billed.items():
        key = {"NULL": "", " EUR": "EUR"}
        said = [Decimal(a) for a, c in rows if key.get(c, c).upper() in {currency, currency.upper()}]
        assert amount == sum(said)
