"""One report as German, Dutch and American Excel save it is the same money; cut short it is refused."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from billow.problems import Severity
from billow.vendors import Formats, import_report, raw_totals
from tests.vendors import distributor

Rows = Callable[..., list[tuple[Any, ...]]]
DAILY = "microsoft/synthetic_daily_rated_usage.csv"
RECON = "microsoft/synthetic_nce_invoice_recon_us-dates.csv"
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)")
_FIGURE = re.compile(r"-?\d+\.\d+")


def _american(cell: str) -> str:
    """1,234.50, below zero in brackets, and 6/30/2026 as the report has it."""
    if not _FIGURE.fullmatch(cell):
        return cell
    whole, _, decimals = cell.lstrip("-").partition(".")
    text = f"{int(whole):,}.{decimals}"
    return f"({text})" if cell.startswith("-") else text


def _german(cell: str) -> str:
    """1.234,50 and 30.06.2026."""
    if found := _DAY.fullmatch(cell):
        return f"{int(found[2]):02}.{int(found[1]):02}.{found[3]}{found[4]}"
    figure = _american(cell).strip("()").translate(str.maketrans(",.", ".,"))
    return f"-{figure}" if cell.startswith("-") and _FIGURE.fullmatch(cell) else figure


def _dutch(cell: str) -> str:
    """1234,50- and 30-6-2026."""
    if found := _DAY.fullmatch(cell):
        return f"{found[2]}-{found[1]}-{found[3]}{found[4]}"
    if not _FIGURE.fullmatch(cell):
        return cell
    return f"{cell.lstrip('-').replace('.', ',')}{'-' if cell.startswith('-') else ''}"


# whose Excel, how it writes a cell, the delimiter, the encoding, the line end
EXCELS: dict[str, tuple[Callable[[str], str], str, str, str]] = {
    "American": (_american, ",", "utf-8-sig", "\r\n"),
    "German": (_german, ";", "cp1252", "\r\n"),
    "Dutch": (_dutch, ";", "utf-8-sig", "\r\n"),
    "German, copied through the clipboard": (_german, "\t", "utf-16", "\n"),
}


def _saved_by(excel: str, report: Path, to: Path) -> Path:
    write, delimiter, encoding, end = EXCELS[excel]
    with report.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.reader(text))
    # identifiers stay as they are: a spreadsheet that reads them as numbers is another story
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end)
    writer.writerow(rows[0])
    writer.writerows([write(cell) for cell in row] for row in rows[1:])
    to.write_bytes(written.getvalue().encode(encoding, errors="replace"))
    return to


@pytest.mark.parametrize("excel", EXCELS)
@pytest.mark.parametrize("name", [DAILY, RECON])
def test_a_report_saved_by_excel_is_the_same_money_on_the_same_days(
    excel: str, name: str, reports: Path, shipped: Formats, tmp_path: Path, rows_of: Rows
) -> None:
    columns = ("BilledCost", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd", "PricingQuantity")
    saved = _saved_by(excel, reports / name, tmp_path / "saved.csv")
    own, other = (
        import_report(path, shipped, out_dir=tmp_path / "out", billing_month="2026-06")
        for path in (reports / name, saved)
    )
    assert rows_of(own, *columns) == rows_of(other, *columns)
    assert own.totals
    assert other.totals
    assert (own.totals.billed, own.totals.tax) == (other.totals.billed, other.totals.tax)


def _cut(content: bytes, number: int) -> bytes:
    """Return the file cut off at one of 20 places, none of them between two lines."""
    place = len(content) * (number + 1) // 21
    while content[place - 1 : place] == b"\n" or content[place : place + 1] in {b"\r", b"\n"}:
        place += 1
    return content[:place]


@pytest.mark.parametrize(
    "name", ["report.csv", "report.csv.gz", "report.jsonl", "report.xlsx", "report.parquet"]
)
@pytest.mark.parametrize("number", range(20))
def test_a_report_that_is_cut_off_is_refused_and_nothing_of_it_is_imported(
    name: str, number: int, reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    content = _whole(name, reports, tmp_path)
    (tmp_path / name).write_bytes(_cut(content, number))
    imported = import_report(tmp_path / name, shipped, out_dir=tmp_path / "out", billing_month="2026-06")
    assert (imported.totals, imported.parquet) == (None, None)
    assert any(problem.severity is Severity.STOP for problem in imported.problems)
    assert list((tmp_path / "out").iterdir()) == []


def _whole(name: str, reports: Path, folder: Path) -> bytes:
    recon = (reports / RECON).read_bytes()
    if name.endswith(".gz"):
        return gzip.compress(recon)
    if name.endswith(".jsonl"):
        return gzip.decompress((reports / "microsoft/synthetic_graph_export/part-00001.json.gz").read_bytes())
    if name.endswith(".parquet"):
        return _as_parquet(reports / RECON, folder / "whole.parquet").read_bytes()
    if name.endswith(".xlsx"):
        return distributor.write(folder / "whole.xlsx").read_bytes()
    return recon


def _as_parquet(report: Path, to: Path, columns: str = "*") -> Path:
    with duckdb.connect() as connection:
        sql = f"COPY (SELECT {columns} FROM read_csv(?, all_varchar = true)) TO '{to}' (FORMAT parquet)"  # noqa: S608
        connection.execute(sql, [str(report)])
    return to


def test_a_parquet_file_keeps_every_digit_and_moment(reports: Path, shipped: Formats, tmp_path: Path) -> None:
    path = reports / "focus/fdt_gcp_focus-1_3_rows100.csv"
    typed = (
        "* REPLACE (CAST(BilledCost AS DECIMAL(38, 24)) AS BilledCost, "
        "CAST(ChargePeriodStart AS TIMESTAMPTZ) AS ChargePeriodStart, "
        "CAST(ChargePeriodEnd AS TIMESTAMP) AS ChargePeriodEnd, "
        "CAST(BillingPeriodStart[:10] AS DATE) AS BillingPeriodStart, "
        "MAP {'env': SkuId} AS Tags)"
    )
    written = _as_parquet(path, tmp_path / "june.parquet", typed)
    own, other = (import_report(one, shipped, out_dir=tmp_path / "out") for one in (path, written))
    assert own.totals
    assert other.totals
    assert (other.totals.format_id, other.totals.rows_read) == ("focus", 100)
    assert (other.totals.billed, other.totals.tax) == (own.totals.billed, own.totals.tax)
    assert raw_totals(written, shipped, "focus").billed == own.totals.billed


def test_googles_export_in_parquet_is_that_in_json_lines(
    reports: Path, shipped: Formats, tmp_path: Path, rows_of: Rows
) -> None:
    path = reports / "google/synthetic_channel_reseller_export.jsonl"
    written = tmp_path / "june.parquet"
    parquet.write_table(
        pa.Table.from_pylist([json.loads(line) for line in path.read_text("utf-8").splitlines()]), written
    )
    columns = (
        "BilledCost",
        "x_InvoiceMonth",
        "SkuId",
        "ChargeCategory",
        "PricingQuantity",
        "ChargePeriodEnd",
    )
    own, other = (import_report(one, shipped, out_dir=tmp_path / "out") for one in (path, written))
    assert rows_of(own, *columns) == rows_of(other, *columns)


def test_a_parquet_file_made_to_fill_the_disk_is_refused(house: Formats, tmp_path: Path) -> None:
    cells = pa.array(["x" * 1_000]).dictionary_encode()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int32()), cells.dictionary)
    table = pa.table(dict.fromkeys(["Net", "Kind", "Customer", "Invoice"], column))
    parquet.write_table(table, tmp_path / "bomb.parquet")
    (problem,) = import_report(tmp_path / "bomb.parquet", house, out_dir=tmp_path / "out").problems
    assert (problem.code, problem.severity) == ("IMP-001", Severity.STOP)


def test_a_parquet_file_with_tags_made_to_fill_the_disk_is_refused(house: Formats, tmp_path: Path) -> None:
    keys = [f"k{number}" for number in range(200)]
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT '5' AS Net, 'usage' AS Kind, MAP($keys, [repeat('x', 50_000) FOR key IN $keys]) "  # noqa: S608 - ours
            f"AS Customer FROM range(7)) TO '{tmp_path / 'bomb.parquet'}' (FORMAT parquet)",
            {"keys": keys},
        )
    assert (tmp_path / "bomb.parquet").stat().st_size < 100_000
    (problem,) = import_report(tmp_path / "bomb.parquet", house, out_dir=tmp_path / "out").problems
    assert (problem.code, problem.severity) == ("IMP-001", Severity.STOP)
