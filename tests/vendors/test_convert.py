"""Charges written for people: numbers plain, and no cell that a spreadsheet would run."""

import csv
from pathlib import Path

import pytest

from billow.vendors import Formats, convert

HEAD = "Net,Kind,Customer,From,To,Invoice\n"
CELLS = [
    ("a formula", "=1+1", "'=1+1"),
    ("a sum that begins with a minus", "-1+1", "'-1+1"),
    ("a function call", "@SUM(A1)", "'@SUM(A1)"),
    ("a formula in full width", "\uff1d1+1", "'\uff1d1+1"),
    ("a number with a sign", "-12.50", "-12.50"),
    ("a telephone number", "+49 170", "+49 170"),
    ("a plain text", "R-111", "R-111"),
    ("a text with a formula inside", "a=1", "a=1"),
]


def _converted(cell: str, house: Formats, folder: Path) -> dict[str, str]:
    report = folder / "report.csv"
    report.write_text(f"{HEAD}-1250.5,licence,Contoso,2026-06-01,2026-06-30,{cell}\n", encoding="utf-8")
    converted = convert(report, house, folder / "charges.csv")
    assert converted.parquet == folder / "charges.csv"
    with (folder / "charges.csv").open(encoding="utf-8", newline="") as text:
        (row,) = csv.DictReader(text)
    return row


@pytest.mark.parametrize(("cell", "written"), [row[1:] for row in CELLS], ids=[row[0] for row in CELLS])
def test_a_text_cell_in_csv(cell: str, written: str, house: Formats, tmp_path: Path) -> None:
    assert _converted(cell, house, tmp_path)["InvoiceId"] == written


def test_numbers_and_dates_in_csv_are_plain(house: Formats, tmp_path: Path) -> None:
    row = _converted("R-1", house, tmp_path)
    assert row["BilledCost"] == "-1250.500000000000000000000000"
    assert (row["ChargePeriodStart"], row["ChargePeriodEnd"]) == ("2026-06-01", "2026-07-01")


def test_parquet_is_the_set_itself(house: Formats, tmp_path: Path) -> None:
    (tmp_path / "report.csv").write_text(f"{HEAD}1,licence,Contoso,2026-06-01,2026-06-30,R\n")
    convert(tmp_path / "report.csv", house, tmp_path / "charges.parquet")
    assert (tmp_path / "charges.parquet").read_bytes()[:4] == b"PAR1"
    assert {path.name for path in tmp_path.iterdir()} == {"report.csv", "charges.parquet"}


def test_a_refused_report_is_not_converted(house: Formats, tmp_path: Path) -> None:
    (tmp_path / "report.csv").write_text("a,b\n1,2\n")
    assert convert(tmp_path / "report.csv", house, tmp_path / "charges.csv").parquet is None
    assert not (tmp_path / "charges.csv").exists()


def test_another_ending_is_the_callers_mistake(house: Formats, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"not as \.xlsx"):
        convert(tmp_path / "report.csv", house, tmp_path / "charges.xlsx")
