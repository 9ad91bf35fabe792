"""One pass or a second look: both make the same charges of the same cells.

Files whose fields are separated by semicolons are always looked at twice, so each report here is read as it
is and with semicolons, and the two have one fingerprint, one sum and the same rows. So has the same report as
a Parquet file, whose types are read as they are.
"""

import csv
import io
import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from billow.vendors import Formats, Imported, import_report
from billow.vendors.headers import Header
from billow.vendors.mapped import Lineage, compile_mapping
from billow.vendors.plain import make_typed
from billow.vendors.table import open_table
from billow.vendors.usual import write_at_once
from tests.vendors.conftest import mapping_rows

Rows = Callable[..., list[tuple[Any, ...]]]
HEADER = ["Net", "Kind", "Customer", "From", "To", "Quantity", "Invoice"]
USUAL = ["12.50", "licence", "C1", "2026-06-01", "2026-06-30", "1", "I1"]
COLUMNS = (
    "BilledCost PricingQuantity ChargePeriodStart ChargePeriodEnd x_CustomerKey InvoiceId Tags "
    "ServiceProviderName"
).split()

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
    ("the last day that there is", "To", "9999-12-31"),
    ("a moment of the last day that there is", "To", "9999-12-31T23:59:59Z"),
    ("the day before it", "To", "9999-12-30"),
    ("the first day that there is", "From", "0001-01-01T00:00:00Z"),
    ("a year that there is not", "From", "0000-01-01"),
    ("an empty day", "From", ""),
    ("a customer between blanks", "Customer", " C1 "),
    ("a customer with a blank behind", "Customer", "C1 "),
    ("a customer between blanks that do not break", "Customer", "\u00a0Müller\u00a0"),
    ("a customer with an apostrophe in front", "Customer", "'s Hertogenbosch"),
    ("a guarded customer", "Customer", "'007"),
    ("a customer that is nothing", "Customer", "(null)"),
    ("a kind between blanks", "Kind", " licence "),
    ("a kind with a guard", "Kind", "'1 licence"),
    ("an invoice over two lines", "Invoice", "I1\nI2"),
    ("a customer of many scripts", "Customer", "Ωμέγα 株式会社"),
]


def _report(rows: list[list[str]], delimiter: str) -> str:
    return _text_of([HEADER, *rows], delimiter)


def _text_of(lines: list[list[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(lines)
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
    assert _said(_read(_columns(rows), house, tmp_path)) == _said(twice)


FOCUS = {
    "BilledCost": "12.50",
    "BillingCurrency": "EUR",
    "ChargeCategory": "Usage",
    "ChargePeriodStart": "2026-06-01T00:00:00Z",
    "ChargePeriodEnd": "2026-07-01T00:00:00Z",
    "BillingPeriodStart": "2026-06-01T00:00:00Z",
    "ServiceProviderName": "",
    "ProviderName": "Contoso",
    "SubAccountId": "A1",
    "x_CustomerId": "",
    "ChargeFrequency": "One-Time",
    "Tags": '{"team":"blue"}',
}

# what is odd about it, column, cell; texts of ours are made of several cells, or of a meaning of one
ODD_OF_FOCUS = [
    ("a provider that is a blank, so that the older column counts", "ServiceProviderName", " "),
    ("a provider that is nothing, in words", "ServiceProviderName", "None"),
    ("a provider that does not count and has a blank", "ProviderName", "Contoso "),
    ("a customer that is nothing, in words", "x_CustomerId", "n/a"),
    ("a customer in capitals and a blank", "x_CustomerId", "C1 "),
    ("a customer whose name is nearly nothing", "x_CustomerId", "nUlL"),
    ("a frequency between blanks", "ChargeFrequency", " One-Time "),
    ("a frequency that is nothing", "ChargeFrequency", "(NULL)"),
    ("a currency in small letters and a blank", "BillingCurrency", "eur "),
    ("tags with a guard", "Tags", "'+"),
    ("tags that begin with a blank that does not break", "Tags", "\u00a0{}"),
    ("a period with a blank", "BillingPeriodStart", "2026-06-01T00:00:00Z "),
]


@pytest.mark.parametrize(
    ("column", "cell"), [row[1:] for row in ODD_OF_FOCUS], ids=[r[0] for r in ODD_OF_FOCUS]
)
@pytest.mark.parametrize("late", [False, True], ids=["at the begin", "after a megabyte"])
def test_a_cell_counts_the_same_wherever_it_stands(
    column: str, cell: str, late: bool, shipped: Formats, tmp_path: Path
) -> None:
    usual, odd = list(FOCUS.values()), list((FOCUS | {column: cell}).values())
    long = list((FOCUS | {"Tags": "x" * 70_000}).values())
    rows = [list(FOCUS), *([long] * 16 if late else []), usual, odd, usual]
    once, twice = (_read(_text_of(rows, mark), shipped, tmp_path) for mark in ",;")
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
        assert _said(_read(_columns(rows), house, Path(folder))) == _said(twice)


def _columns(rows: list[list[str]]) -> pa.Table:
    return pa.table({name: list(cells) for name, *cells in zip(HEADER, *rows, strict=True)})


def _read(report: str | pa.Table, house: Formats, folder: Path) -> Imported:
    path = folder / "report.csv"  # what is in a file says what it is, not its name
    if isinstance(report, str):
        path.write_text(report, "utf-8")
    else:
        parquet.write_table(report, path)
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


UTC = pa.timestamp("ms", "UTC")
WHOLE, LONG, SMALL = pa.decimal128(12, 2), pa.decimal128(38, 24), pa.decimal128(20, 10)
LONGEST = pa.decimal128(38, 30)
TAGS = pa.map_(pa.string(), pa.string())
DEAL = pa.struct([("name", pa.string()), ("seats", pa.int64())])
DAY, NOON = date(2026, 6, 2), datetime(2026, 6, 2, 12)  # noqa: DTZ001 - the type has the zone

# what is odd about it, column, its type, cell, as text, whether one pass suffices
TYPED = [
    ("an amount of two decimals", "Net", WHOLE, Decimal("3.20"), "3.20", True),
    ("an amount of 24 decimals", "Net", LONG, Decimal("1.1" + "0" * 22 + "4"), "1.1" + "0" * 22 + "4", True),
    ("an amount of ten, nearly nothing", "Net", SMALL, Decimal("0.0000000001"), "0.0000000001", True),
    ("an amount of twelve digits", "Net", WHOLE, Decimal("1234567890.25"), "1234567890.25", True),
    ("a quantity with 30 decimals", "Quantity", LONGEST, Decimal("0." + "7" * 30), "0." + "7" * 30, False),
    ("a quantity with 30 decimals, most nothing", "Quantity", LONGEST, Decimal("1.5"), "1.5", False),
    (
        "a quantity of 20 digits",
        "Quantity",
        pa.decimal128(22, 2),
        Decimal(10) ** 19,
        "1" + "0" * 19 + ".00",
        False,
    ),
    ("a float that is no tenth", "Net", pa.float64(), 0.1, "0.1", True),
    ("a float of 17 digits", "Net", pa.float64(), 0.1 + 0.2, "0.30000000000000004", True),
    ("a small float", "Quantity", pa.float64(), 1.5e-7, "1.5E-7", True),
    ("a float that is no number", "Quantity", pa.float64(), math.nan, "nan", False),
    ("a float of half the width", "Quantity", pa.float32(), 0.25, "0.25", False),
    ("a whole number", "Quantity", pa.int64(), -7, "-7", True),
    ("no number", "Quantity", pa.int64(), None, "", True),
    ("a customer that is a number", "Customer", pa.int64(), 42, "42", True),
    ("a customer that is a float", "Customer", pa.float64(), 42.0, "42", True),
    ("a customer that is a long float", "Customer", pa.float64(), 100000000001.0, "1.00000000001e+11", False),
    ("a customer that is a tiny decimal", "Customer", SMALL, Decimal("0.0000000001"), "1E-10", False),
    ("a customer that is nobody", "Customer", pa.bool_(), False, "false", True),
    ("a customer from a list of words", "Customer", pa.dictionary(pa.int8(), pa.string()), "C9", "C9", True),
    ("a customer in bytes", "Customer", pa.binary(), b"C9", "C9", False),
    ("a day", "From", pa.date32(), DAY, "2026-06-02", True),
    ("a day that is forever", "To", pa.date32(), date(9999, 12, 31), "9999-12-31", False),
    ("a day of the Romans", "From", pa.date32(), date(26, 6, 1), "0026-06-01", True),
    ("no day", "From", pa.date32(), None, "", True),
    ("a moment without zone", "From", pa.timestamp("us"), NOON, "2026-06-02T12:00:00Z", True),
    ("a moment with a zone", "From", UTC, NOON, "2026-06-02T12:00:00Z", True),
    ("a moment to the nanosecond", "To", pa.timestamp("ns"), NOON, "2026-06-02T12:00:00Z", False),
    ("tags", "Customer", TAGS, [("team", "blüe"), ("cc", "1")], '{"team":"blüe","cc":"1"}', True),
    ("no tags", "Customer", TAGS, [], "{}", True),
    ("tags that are not there", "Customer", TAGS, None, "", True),
    ("a tag without value", "Customer", TAGS, [("team", None)], '{"team":null}', True),
    ("a tag with a quotation mark", "Customer", TAGS, [("a/b", 'it"s\\')], r'{"a/b":"it\"s\\"}', True),
    ("a tag that cannot be seen", "Customer", TAGS, [("a", "\x1b")], r'{"a":"\u001b"}', False),
    ("a tag twice", "Customer", TAGS, [("a", "1"), ("a", "2")], '{"a":"1","a":"2"}', True),
    (
        "tags that are numbers",
        "Customer",
        pa.map_(pa.string(), pa.float64()),
        [("a", 1.5)],
        '{"a":1.5}',
        False,
    ),
    ("a deal", "Customer", DEAL, {"name": "D1", "seats": 5}, '{"name":"D1","seats":5}', True),
    ("a deal without a name", "Customer", DEAL, {"name": None, "seats": 5}, '{"name":null,"seats":5}', True),
    ("no deal", "Customer", DEAL, None, "", True),
    (
        "a deal of amounts",
        "Customer",
        pa.struct([("net", WHOLE)]),
        {"net": Decimal(5)},
        '{"net":"5.00"}',
        False,
    ),
    ("a list", "Customer", pa.list_(pa.string()), ["a"], '["a"]', False),
    ("a moment that is an invoice", "Invoice", UTC, NOON, "2026-06-02 12:00:00.000Z", True),
]


@pytest.mark.parametrize(
    ("column", "kind", "cell", "text", "at_once"), [row[1:] for row in TYPED], ids=[row[0] for row in TYPED]
)
def test_a_typed_cell_means_what_its_text_means(
    column: str,
    kind: pa.DataType,
    cell: object,
    text: str,
    at_once: bool,
    house: Formats,
    tmp_path: Path,
) -> None:
    number = HEADER.index(column)
    typed = _columns([USUAL, USUAL]).set_column(number, column, pa.array([cell, cell], kind))
    read = _said(_read(typed, house, tmp_path))
    assert read == _said(_read(_report([_with(column, text)] * 2, ";"), house, tmp_path))
    parquet.write_table(typed, tmp_path / "report.csv")
    assert _is_one_pass(tmp_path, house) is at_once


def test_fields_of_a_struct_are_columns_of_their_own(house: Formats, tmp_path: Path) -> None:
    rows = mapping_rows({"ResourceId": ("Deal.name", "text"), "PricingQuantity": ("Deal.seats", "num")})
    formats = house.with_rows([], rows, file="Billing.xlsx")
    plain = _columns([USUAL, USUAL]).drop_columns(["Quantity"])
    deals = pa.array([{"name": "D1", "seats": 5}, None], DEAL)
    lists = pa.array([["a"], None], pa.list_(pa.string()))  # of no use to the format, so it does not matter
    typed = plain.append_column("Deal", deals).append_column("Words", lists)
    text = [*plain.column_names, "Deal", "Deal.name", "Deal.seats", "Words"]
    cells = [cell for name, cell in zip(HEADER, USUAL, strict=True) if name != "Quantity"]
    lines = [text, [*cells, '{"name":"D1","seats":5}', "D1", "5", '["a"]'], [*cells, *[""] * 4]]
    assert _said(_read(typed, formats, tmp_path)) == _said(_read(_text_of(lines, ";"), formats, tmp_path))
    parquet.write_table(typed, tmp_path / "report.csv")
    assert _is_one_pass(tmp_path, formats)


def _is_one_pass(folder: Path, house: Formats) -> bool:
    plain = make_typed(folder / "report.csv", folder)
    with open_table(plain, "report.csv", folder) as table:
        mapping = compile_mapping(Header(plain.header), house.by_id["house"], house, Lineage("", "", ""))
        return write_at_once(table, mapping)


def test_a_parquet_file_with_a_damaged_page_is_refused_or_read_right(house: Formats, tmp_path: Path) -> None:
    rows = [[f"{number}.25", *USUAL[1:-1], f"I{number * 7919}"] for number in range(2_000)]
    parquet.write_table(_columns(rows), tmp_path / "report.csv", compression="zstd")
    whole = (tmp_path / "report.csv").read_bytes()
    codes = set()
    for place in range(40, 4_000, 400):
        damaged = whole[:place] + bytes(16) + whole[place + 16 :]
        (tmp_path / "report.csv").write_bytes(damaged)
        imported = import_report(
            tmp_path / "report.csv", house, out_dir=tmp_path / "out", billing_month="2026-06"
        )
        codes |= {problem.code for problem in imported.problems}
    assert codes == {"IMP-001"}


@pytest.mark.parametrize("name", ["report[1].csv", "report (1).csv", "what?.csv", "Überblick's.csv"])
def test_a_file_is_read_whatever_its_name(name: str, read: Callable[..., Imported]) -> None:
    totals = read(_report([USUAL, USUAL], ","), name).totals
    assert totals is not None
    assert totals.rows_stored == 2, name


def test_bytes_cut_within_a_letter_are_not_taken_for_utf_8(read: Callable[..., Imported]) -> None:
    text = _report([[*USUAL[:-1], "I1ü"]], ",").rstrip("\n").encode()
    assert [problem.code for problem in read(text[:-1]).problems] == ["IMP-015"]
