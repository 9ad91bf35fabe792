"""DataFrames say what sheets, store and register say, to the last digit."""

import doctest
import importlib
import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.frames import charges, lines, table
from billow.problems import Refused
from billow.workbook.live import LiveWorkbook
from tests.commands.clerk import MONTH, cents, records, rows, total, type_into
from tests.workbook.excel import opened
from tests.workbook.making import rich

PAGE = Path(__file__).parents[2] / "docs" / "manual" / "frames.md"
Sums = dict[tuple[str, str], Decimal]
AMOUNTS = pd.ArrowDtype(pa.decimal256(50, 30))


def by_vendor(frame: pd.DataFrame, amount: str) -> Sums:
    """Add up an amount by vendor and currency, as pandas does."""
    sums: Sums = frame.groupby(["Vendor", "Currency"])[amount].sum().to_dict()
    return sums


def of_register(workbook: Path, amount: str) -> Sums:
    """Add up an amount of the issued lines, read with nothing of billow."""
    sums: Sums = defaultdict(Decimal)
    with closing(sqlite3.connect(workbook.with_suffix(".data") / "register.sqlite")) as register:
        for (text,) in register.execute("select document from documents"):
            document = json.loads(text)
            for line in document["lines"]:
                sums[line["vendor"], document["currency"]] += Decimal(line[amount])
    return dict(sums)


def test_sums_by_vendor_are_those_of_the_register_and_of_sheet_margin(issued_month: Path) -> None:
    found, margin = lines(issued_month, MONTH), table(str(issued_month), "Margin")
    assert len(found) == 166
    for amount, column, field in (("Amount", "Revenue", "net"), ("Cost", "Cost", "cost")):
        assert by_vendor(found, amount) == by_vendor(margin, column) == of_register(issued_month, field)
    kept = (margin["Margin"] - margin["Kept"]).rename("own")
    own = by_vendor(margin.assign(own=kept), "own")
    assert by_vendor(found, "Margin") == own
    assert Decimal(own["Northstar", "EUR"]) == cents(own["Northstar", "EUR"]), "our own services cost nothing"


def test_lines_are_those_of_the_sheet_row_by_row(issued_month: Path) -> None:
    found, sheet = lines(issued_month, MONTH), table(issued_month, "Rated lines")
    assert list(found) == list(sheet)
    pd.testing.assert_frame_equal(
        found.sort_values("Line", ignore_index=True).drop(columns=["Margin %", "Unit price", "Quantity"]),
        sheet.sort_values("Line", ignore_index=True).drop(columns=["Margin %", "Unit price", "Quantity"]),
    )


# file of the example, its column of costs
REPORTS = [
    ("microsoft_daily_usage_2026-06.csv", "BillingPreTaxTotal"),
    ("skyline_focus_2026-06.csv", "BilledCost"),
    ("brightcloud_2026-06.xlsx", "Netto"),
]


@pytest.mark.parametrize(("file", "column"), REPORTS)
def test_charges_are_the_rows_of_their_file(issued_month: Path, file: str, column: str) -> None:
    delivered = records(issued_month.parent / "reports" / MONTH / file)
    found = charges(issued_month, MONTH)
    own = found[found["x_SourceFile"] == file]
    assert own["x_SourceRow"].nunique() == len(delivered)
    assert own["BilledCost"].sum() == total(delivered, column)
    assert len(set(own["x_ImportId"])) == 1


def test_days_are_dates_texts_are_texts_and_nothing_is_nan(issued_month: Path) -> None:
    for found in (charges(issued_month, MONTH), lines(issued_month, MONTH), table(issued_month, "Customers")):
        texts = [name for name, dtype in found.dtypes.items() if dtype == "string[pyarrow]"]
        assert texts
        assert not found[texts].isna().any(axis=None)
    found = charges(issued_month, MONTH)
    assert {type(day) for day in found["ChargePeriodStart"].dropna()} == {date}
    assert {type(cost) for cost in found["BilledCost"]} == {Decimal}
    assert found["x_ExchangeRate"].isna().any(), "what is missing and no text is NA"
    assert found["x_IsEstimate"].dtype == "bool[pyarrow]"


def test_a_month_without_anything_has_the_columns_and_no_rows(issued_month: Path) -> None:
    assert (len(charges(issued_month, "2026-01")), len(lines(issued_month, "2026-01"))) == (0, 0)
    assert list(charges(issued_month, "2026-01").dtypes) == list(charges(issued_month, MONTH).dtypes)
    assert len(lines(issued_month, "2025-11", "2026-07")) == 166


def test_drafts_are_lines_only_when_they_are_asked_for(drafted_month: Path) -> None:
    assert lines(drafted_month, MONTH).empty
    found = lines(drafted_month, MONTH, drafts=True)
    assert set(found["Invoice"]) == {"DRAFT"}
    expected: Sums = defaultdict(Decimal)
    for row in rows(drafted_month, "tblLines"):
        expected[row["Vendor"], row["Currency"]] += row["Amount"]
    assert by_vendor(found, "Amount") == expected


def test_your_own_columns_come_behind(tmp_path: Path) -> None:
    found = table(rich(tmp_path / "rich.xlsx"), "tblMargin")
    assert list(found)[-2:] == ["My remark", "My double"]
    assert list(found["My remark"]) == [f"remark on {customer}" for customer in found["Customer"]]
    assert list(found["My double"]) == [60, 80, 100]


def test_a_workbook_that_is_open_in_excel_is_read_as_its_file(issued: Path) -> None:
    live = LiveWorkbook(opened(issued))
    pd.testing.assert_frame_equal(table(live, "Customers"), table(issued, "Customers"))
    pd.testing.assert_frame_equal(lines(live, MONTH), lines(issued, MONTH))


EXACT = st.lists(
    st.decimals(min_value=-(10**14), max_value=10**14, allow_nan=False, places=24), min_size=1, max_size=30
)


@given(EXACT)
def test_sums_groups_and_differences_have_every_digit(amounts: list[Decimal]) -> None:
    frame = pd.DataFrame({"amount": pd.array(amounts, AMOUNTS), "odd": [n % 2 for n in range(len(amounts))]})
    exact = sum(map(Fraction, amounts))
    assert Fraction(frame["amount"].sum()) == exact
    assert sum(map(Fraction, frame.groupby("odd")["amount"].sum())) == exact
    doubled = frame["amount"] * 2 - frame["amount"]
    assert Fraction(doubled.sum()) == exact


def test_a_column_of_python_decimals_would_lose_digits() -> None:
    """Why amounts are Arrow decimals; should this ever fail, they need not be."""
    amounts = [Decimal("12345678901.123456789012345678901234")] * 3
    exact = Decimal("37037036703.370370367037037036703702")
    assert pd.Series(amounts, dtype=object).sum() != exact
    assert pd.Series(amounts, dtype=AMOUNTS).sum() == exact


def unreadable(workbook: Path) -> Any:
    type_into(workbook, "tblPrices", {"Product": "M365-BB", "Term": "P1M"}, {"Valid from": "soon"})
    return table(workbook, "Prices")


# what is asked; code, words
REFUSED: list[tuple[str, Callable[[Path], Any], str, str]] = [
    ("a sheet that is not there", lambda at: table(at, "Customer"), "WBK-024", "There is Customers."),
    ("a name like no other", lambda at: table(at, "?"), "WBK-024", "the manual lists them"),
    ("a month that is none", lambda at: charges(at, "June"), "CMD-001", '"June" is not a month.'),
    ("months the wrong way round", lambda at: lines(at, "2026-07", MONTH), "CMD-001", "2026-06 comes before"),
    ("a cell that is no date", unreadable, "WBK-009", "Valid from"),
]


@pytest.mark.parametrize(("case", "ask", "code", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_read_is_said(
    issued: Path, case: str, ask: Callable[[Path], Any], code: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask(issued)
    problem = refused.value.problems[0]
    assert problem.code == code, case
    assert words in f"{problem.sentence} {problem.hint}"


def test_without_pandas_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.delitem(sys.modules, "billow.frames")
    with pytest.raises(ImportError, match=r"pip install 'billow\[frames\]'"):
        importlib.import_module("billow.frames")


def test_the_page_of_the_manual_says_what_comes_out(
    issued_month: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(issued_month.parent)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried > 5) == (0, True)
