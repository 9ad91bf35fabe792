"""One pass or a second look: both make the same charges of the same cells.

Files whose fields are separated by semicolons are always looked at twice, so each report here is read as it
is and with semicolons, and the two have one fingerprint, one sum and the same rows.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from billow.vendors import Formats, Imported, import_report

Rows = Callable[..., list[tuple[Any, ...]]]
HEADER = ["Net", "Kind", "Customer", "From", "To", "Quantity", "Invoice"]
USUAL = ["12.50", "licence", "C1", "2026-06-01", "2026-06-30", "1", "I1"]
COLUMNS = "BilledCost PricingQuantity ChargePeriodStart ChargePeriodEnd x_CustomerKey InvoiceId".split()

# what is odd about it, column, cell
ODD = [
    ("a number of 24 decimals", "Quantity", "0.123456789012345678901234"),
    ("a number of one decimal too many", "Quantity", "0.1234567890123456789012345"),
    ("a small number in powers of ten", "Quantity", "1.8E-9"),
    ("a number that would be rounded away", "Quantity", "1E-30"),
    ("a number with a lower dash", "Quantity", "1_000"),
    ("a number with its point first", "Quantity", ".5"),
    ("a number with its point last", "Quantity", "5."),
    ("a number with a plus", "Quantity", "+5.25"),
    ("a number with thousands", "Quantity", "1,234.50"),
    ("a number in brackets", "Quantity", "(3.25)"),
    ("a number of fifteen digits", "Quantity", "123456789012345.5"),
    ("a word for a number", "Quantity", "many"),
    ("a guarded number", "Quantity", "'5.25"),
    ("an amount with a blank", "Net", " 12.50"),
    ("a moment", "From", "2026-06-01T10:00:00Z"),
    ("a moment of another zone", "From", "2026-06-01T23:30:00-05:00"),
    ("an hour that no day has", "From", "2026-06-01T30:00:00Z"),
    ("a day that no month has", "From", "2026-06-31"),
    ("a day with slashes after the year", "From", "2026/06/01"),
    ("a year before Christ", "From", "-026-06-01T00:00:00Z"),
    ("forever", "To", "infinity"),
    ("an empty day", "From", ""),
    ("a customer between blanks", "Customer", " C1 "),
    ("a customer with a blank behind", "Customer", "C1 "),
    ("a customer between blanks that do not break", "Customer", "\u00a0Müller\u00a0"),
    ("a customer with an apostrophe in front", "Customer", "'s Hertogenbosch"),
    ("a guarded customer", "Customer", "'007"),
    ("a customer that is nothing", "Customer", "(null)"),
    ("an invoice over two lines", "Invoice", "I1\nI2"),
    ("a customer of many scripts", "Customer", "Ωμέγα 株式会社"),
]


def _report(rows: list[list[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([HEADER, *rows])
    return text.getvalue()


def _with(column: str, cell: str) -> list[str]:
    return [cell if name == column else usual for name, usual in zip(HEADER, USUAL, strict=True)]


@pytest.mark.parametrize(("column", "cell"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_a_cell_means_the_same_in_one_pass_and_at_a_second_look(
    column: str, cell: str, house: Formats, tmp_path: Path
) -> None:
    rows = [USUAL, _with(column, cell), USUAL]
    once, twice = (_read(_report(rows, mark), house, tmp_path) for mark in ",;")
    assert _said(once) == _said(twice)


CELLS = st.tuples(
    st.decimals(-(10**9), 10**9, places=4).map(str),
    st.sampled_from(["licence", "usage", "credit", "unheard of", ""]),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6),
    st.sampled_from(["2026-06-01", "2026-06-30T23:59:59Z", "2026-06-02 00:00:00", ""]),
    st.sampled_from(["2026-06-30", "2026-07-01T00:00:00Z", "never"]),
    st.sampled_from(["1", "0.25", "1E-7", "-3.125", "", "n/a"]),
    st.text("AI01 ", max_size=3),
).map(list)


@settings(max_examples=25)
@given(st.lists(CELLS, min_size=1, max_size=4))
@example([USUAL, ["", *USUAL[1:]]])
def test_any_report_is_the_same_read_once_or_twice(house: Formats, rows: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        once, twice = (_read(_report(rows, mark), house, Path(folder)) for mark in ",;")
        assert _said(once) == _said(twice)


def _read(text: str, house: Formats, folder: Path) -> Imported:
    path = folder / "report.csv"
    path.write_text(text, "utf-8")
    return import_report(path, house, out_dir=folder / "out", billing_month="2026-06")


def _said(imported: Imported) -> object:
    """Return all that an import says: refused or not, its sums, fingerprint, problems and rows."""
    totals = imported.totals
    if totals is None or imported.parquet is None:
        return imported.problems
    with duckdb.connect() as connection:
        sql = f"SELECT {', '.join(COLUMNS)} FROM read_parquet(?) ORDER BY x_SourceRow"  # noqa: S608 - ours
        rows = connection.execute(sql, [str(imported.parquet)]).fetchall()
    proved = (totals.fingerprint, totals.rows_read, totals.billed, totals.rows_by_charge_type)
    return *proved, imported.problems, rows


@pytest.mark.parametrize("name", ["report[1].csv", "report (1).csv", "what?.csv", "Überblick's.csv"])
def test_a_file_is_read_whatever_its_name(name: str, read: Callable[..., Imported]) -> None:
    totals = read(_report([USUAL, USUAL], ","), name).totals
    assert totals is not None
    assert totals.rows_stored == 2, name


def test_bytes_cut_within_a_letter_are_not_taken_for_utf_8(read: Callable[..., Imported]) -> None:
    text = _report([[*USUAL[:-1], "I1ü"]], ",").rstrip("\n").encode()
    assert [problem.code for problem in read(text[:-1]).problems] == ["IMP-015"]
