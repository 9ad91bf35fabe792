"""What an import makes of a report: rows, tax, categories, months, keys, and what tells sets apart."""

import gzip
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from billow.charges import COLUMNS, ColumnType
from billow.vendors import Formats, Imported, detect, import_report, raw_totals
from tests.vendors.conftest import FORMAT, MAPPING, mapping_rows

Read = Callable[..., Imported]
Rows = Callable[..., list[tuple[Any, ...]]]
HEAD = "Net,Kind,Customer,From,To\n"
ROW = "12.50,licence,Contoso,2026-06-01,2026-06-30\n"
OTHER = "-2.50,credit,Fabrikam,2026-06-01,2026-06-30\n"
NCE = "microsoft/synthetic_nce_invoice_recon_us-dates.csv"
DAILY = "microsoft/synthetic_daily_rated_usage.csv"
CUR2 = "aws/synthetic_cur2.csv.gz"


def _totals(imported: Imported) -> Any:
    assert imported.totals is not None, imported.problems
    return imported.totals


@pytest.fixture
def sample(reports: Path, shipped: Formats, tmp_path: Path) -> Callable[..., Imported]:
    """Import one of the sample reports."""
    return lambda name, **settings: import_report(
        reports / name, shipped, out_dir=tmp_path / "out", **settings
    )


def test_the_file_written_has_our_columns_in_order_and_exact_types(read: Read) -> None:
    imported = read(HEAD + ROW)
    assert imported.parquet is not None
    schema = pq.read_schema(imported.parquet)
    assert schema.names == [column.name for column in COLUMNS]
    types = {
        ColumnType.TEXT: "string",
        ColumnType.DATE: "date32[day]",
        ColumnType.DECIMAL: "decimal128(38, 24)",
        ColumnType.INTEGER: "int64",
        ColumnType.BOOLEAN: "bool",
    }
    assert [str(field.type) for field in schema] == [types[column.type] for column in COLUMNS]
    metadata = pq.ParquetFile(imported.parquet).metadata
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_row_knows_where_it_comes_from(read: Read, rows_of: Rows) -> None:
    imported = read(HEAD + ROW + HEAD + OTHER)
    totals = _totals(imported)
    assert re.fullmatch(r"[0-9a-f]{12}", totals.import_id)
    assert imported.parquet is not None
    assert imported.parquet.name == f"{totals.import_id}.parquet"
    columns = ("x_ImportId", "x_FormatId", "x_SourceFile", "x_SourceSha256", "x_SourceRow")
    # the repeated header keeps its number, so that row + 1 is the row that Excel shows
    assert rows_of(imported, *columns) == [
        (totals.import_id, "house", "report.csv", totals.sha256, 1),
        (totals.import_id, "house", "report.csv", totals.sha256, 3),
    ]


SAME = [
    ("under another name", HEAD + ROW + OTHER, "other.csv"),
    ("packed", gzip.compress((HEAD + ROW + OTHER).encode()), "report.csv.gz"),
    ("in another order", HEAD + OTHER + ROW, "report.csv"),
    (
        "with its columns in another order",
        "Kind,Net,Customer,From,To\n"
        + ROW.replace("12.50,licence", "licence,12.50")
        + OTHER.replace("-2.50,credit", "credit,-2.50"),
        "report.csv",
    ),
    ("with the line ends of Windows", (HEAD + ROW + OTHER).replace("\n", "\r\n"), "report.csv"),
]
OTHERS = [
    ("with a moved cent", HEAD + ROW.replace("12.50", "12.51") + OTHER.replace("-2.50", "-2.51")),
    ("with a row less", HEAD + ROW),
    ("with a row doubled", HEAD + ROW + ROW + OTHER),
    ("with rows doubled", (HEAD + ROW + OTHER) + (ROW + OTHER)),
]


@pytest.mark.parametrize(("content", "name"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_the_same_charges_have_one_fingerprint(content: str | bytes, name: str, read: Read) -> None:
    assert _totals(read(content, name)).fingerprint == _totals(read(HEAD + ROW + OTHER)).fingerprint


@pytest.mark.parametrize("content", [row[1] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_other_charges_have_another_fingerprint(content: str, read: Read) -> None:
    assert _totals(read(content)).fingerprint != _totals(read(HEAD + ROW + OTHER)).fingerprint


def test_identical_rows_are_both_kept(read: Read) -> None:
    totals = _totals(read(HEAD + ROW + ROW))
    assert (totals.rows_stored, totals.billed) == (2, {"EUR": Decimal(25)})


def test_a_tax_column_becomes_rows_of_their_own(read: Read, rows_of: Rows, house: Formats) -> None:
    formats = house.with_rows([{**FORMAT, "explode": "tax:VAT"}])
    content = (
        f"{HEAD.strip()},VAT\n{ROW.strip()},2.38\n{OTHER.strip()},0\n{ROW.strip()},\n{OTHER.strip()},-0.48\n"
    )
    imported = read(content, formats=formats)
    totals = _totals(imported)
    assert (totals.rows_read, totals.rows_stored) == (4, 6)
    assert (totals.billed, totals.tax) == ({"EUR": Decimal(20)}, {"EUR": Decimal("1.90")})
    assert totals.source == totals.billed
    columns = ("x_SourceRow", "x_SplitFrom", "ChargeCategory", "BilledCost", "x_CustomerKey")
    assert rows_of(imported, *columns)[4:] == [
        (5, "1", "Tax", Decimal("2.38"), "contoso"),
        (8, "4", "Tax", Decimal("-0.48"), "fabrikam"),
    ]


def test_tax_that_comes_as_rows_is_told_apart_from_what_is_billed(sample: Read) -> None:
    totals = _totals(sample(CUR2))
    assert (totals.billed, totals.tax) == ({"USD": Decimal("882.02")}, {"USD": Decimal("13.11")})


def test_an_unknown_charge_type_is_kept_flagged_and_sorted_by_its_sign(read: Read, rows_of: Rows) -> None:
    imported = read(HEAD + ROW.replace("licence", "new1") + OTHER.replace("credit", "new2") + ROW)
    assert rows_of(imported, "ChargeCategory", "x_IsUnknownType", "x_ChargeType") == [
        ("Purchase", True, "new1"),
        ("Credit", True, "new2"),
        ("Purchase", False, "licence"),
    ]
    totals = _totals(imported)
    assert totals.unknown_charge_types == ("new1", "new2")
    assert totals.rows_by_charge_type == {"licence": 1, "new1": 1, "new2": 1}


def test_a_shipped_report_with_a_new_charge_type_blocks(reports: Path, read: Read) -> None:
    content = (reports / NCE).read_text("utf-8-sig").replace(",customerCredit,", ",goodwill,")
    (problem,) = read(content).problems
    assert (problem.code, problem.sentence) == (
        "IMP-012",
        'The charge type "goodwill" is not known: 1 rows with -153.21 EUR.',
    )


MONTHS = [
    ("the vendor's period decides", CUR2, {}, "2026-06"),
    ("the vendor's period and the month asked for agree", CUR2, {"billing_month": "2026-06"}, "2026-06"),
    ("Microsoft: the month in which most charges begin", NCE, {}, "2026-06"),
    ("Microsoft: the month asked for, which a charge touches", NCE, {"billing_month": "2026-05"}, None),
    ("Microsoft: the month asked for", NCE, {"billing_month": "2026-06"}, "2026-06"),
]


@pytest.mark.parametrize(
    ("name", "settings", "month"), [row[1:] for row in MONTHS], ids=[row[0] for row in MONTHS]
)
def test_the_billing_month(name: str, settings: dict[str, str], month: str | None, sample: Read) -> None:
    imported = sample(name, **settings)
    assert (imported.totals.billing_month if imported.totals else None) == month


def test_charge_dates_are_never_clipped_to_the_billing_month(read: Read, rows_of: Rows) -> None:
    imported = read(HEAD + ROW.replace("2026-06-01", "2025-12-15"), billing_month="2026-06")
    assert rows_of(imported, "ChargePeriodStart", "x_InvoiceMonth") == [(date(2025, 12, 15), "2026-06")]


def test_a_month_that_is_none_is_the_callers_mistake(read: Read) -> None:
    with pytest.raises(ValueError, match="month"):
        read(HEAD + ROW, billing_month="June")


KEYS = [
    ("AWS: account and month, with or without invoice", CUR2, "aws_cur2|999999999999|2026-06"),
    (
        "Microsoft: partner and invoice",
        NCE,
        "ms_nce_recon|a1b2c3d4-0000-4000-8000-000000000001|G000123456",
    ),
    (
        "FOCUS: accounts and month",
        "focus/fdt_consolidated_multi_provider_1_3.csv",
        "focus|BA-1+BA-2+BA-3|2026-05",
    ),
]


@pytest.mark.parametrize(("name", "key"), [row[1:] for row in KEYS], ids=[row[0] for row in KEYS])
def test_the_key_of_a_set(name: str, key: str, sample: Read) -> None:
    assert _totals(sample(name)).set_key == key


def test_an_estimate_is_known_by_its_month_until_there_is_an_invoice(
    reports: Path, read: Read, rows_of: Rows
) -> None:
    estimate = read((reports / DAILY).read_text("utf-8-sig").replace("G000123456", ""))
    assert _totals(estimate).set_key == "ms_daily_rated|a1b2c3d4-0000-4000-8000-000000000001|2026-06"
    assert set(rows_of(estimate, "x_IsEstimate")) == {(True,)}


def test_more_invoices_than_a_key_can_name_are_hashed(read: Read) -> None:
    lines = "".join(f"{ROW.strip()},R{number}\n" for number in range(5))
    key = _totals(read(f"{HEAD.strip()},Invoice\n{lines}")).set_key
    assert re.fullmatch(r"house\|\|[0-9a-f]{12}", key)


def test_an_azure_plan_line_of_the_invoice_is_usage_and_a_licence_line_is_not(
    sample: Read, rows_of: Rows
) -> None:
    rows = rows_of(sample(NCE), "ChargeCategory", "ChargeFrequency", "PricingUnit", "SkuId", "x_SplitFrom")
    kinds = {(category, frequency, unit) for category, frequency, unit, _, split in rows if split is None}
    assert ("Usage", "Usage-Based", "1 Hour") in kinds
    assert ("Purchase", "Recurring", "Licenses") in kinds
    assert not {kind for kind in kinds if kind[2] == "1 Hour" and kind[0] != "Usage"}


def test_both_microsoft_files_name_a_product_alike(sample: Read, rows_of: Rows) -> None:
    daily = set(rows_of(sample(DAILY), "SkuId"))
    assert daily == {("DZH318Z0BNZ5/006G",)}
    assert daily <= set(rows_of(sample(NCE), "SkuId"))


def test_what_rating_needs_of_a_licence_line_is_there(sample: Read, rows_of: Rows) -> None:
    columns = (
        "x_CustomerKey, x_CustomerCountry, x_SubscriptionId, x_SubscriptionStart, x_SubscriptionEnd, SkuId, "
        "x_Term, x_BillingFrequency, PricingQuantity, ContractedUnitPrice, ServiceName, x_PublisherName, "
        "ChargePeriodStart, ChargePeriodEnd"
    )
    assert rows_of(sample(NCE), columns)[0] == (
        "6513270e-269e-4d37-b2a7-4de452e6b438",
        "DE",
        "6b0d549b-6f03-475a-9600-a35a099950d8",
        date(2025, 9, 1),
        date(2026, 9, 1),
        "CFQ7TTC0LCHC/0002",
        "One-Year commitment for monthly/yearly billing",
        "Monthly",
        Decimal(3),
        Decimal(22),
        "Microsoft 365 Business Premium",
        "Microsoft",
        date(2026, 6, 1),
        date(2026, 7, 1),
    )


def test_effective_cost_of_savings_plans_cancels_the_negation(sample: Read, rows_of: Rows) -> None:
    rows = rows_of(sample(CUR2), "x_ChargeType", "BilledCost", "EffectiveCost")
    plans = {kind: (billed, effective) for kind, billed, effective in rows if "SavingsPlan" in kind}
    assert plans["SavingsPlanCoveredUsage"] == (Decimal(96), Decimal("70.5"))
    assert plans["SavingsPlanNegation"] == (Decimal(-96), Decimal(0))


def test_corrections_of_an_open_month_are_each_read_as_delivered(sample: Read, rows_of: Rows) -> None:
    sums = {}
    for mode in ("delta", "ledger", "replacement"):
        name = f"focus/corrections/open-previous_scenario_1_partial_reallocation_{mode}.csv"
        by_resource: dict[str, Decimal] = {}
        for resource, amount in rows_of(sample(name), "ResourceId", "BilledCost"):
            by_resource[resource] = by_resource.get(resource, Decimal(0)) + amount
        sums[mode] = by_resource
    changed = {"R-111": Decimal(-300), "R-222": Decimal(300)}
    assert sums == {
        "delta": changed,
        "ledger": changed,
        "replacement": {"R-111": Decimal(1200), "R-222": Decimal(300)},
    }


def test_a_distributors_workbook_is_imported_by_rows_of_sheets_alone(
    shipped: Formats, tmp_path: Path
) -> None:
    import openpyxl  # noqa: PLC0415 - one test writes a workbook

    book = openpyxl.Workbook()
    sheet = book.create_sheet("Lines", 0)
    sheet.append(["Net", "Kind", "Customer", "From", "To", "Currency"])
    sheet.append([1234.5, "licence", "0042", date(2026, 6, 1), date(2026, 6, 30), "chf"])
    book.save(tmp_path / "disty.xlsx")
    values = [{"map": "house_kind", "from": "licence", "to": "Purchase"}]
    formats = shipped.with_rows([FORMAT], mapping_rows(MAPPING), values)
    assert detect(tmp_path / "disty.xlsx", formats).format_id == "house"
    totals = _totals(import_report(tmp_path / "disty.xlsx", formats, out_dir=tmp_path / "out"))
    assert totals.billed == {"CHF": Decimal("1234.5")}


def test_the_second_addition_takes_the_currency_that_the_mapping_gives(
    house: Formats, tmp_path: Path
) -> None:
    path = tmp_path / "report.csv"
    path.write_text(HEAD + ROW + ROW.replace("licence", "vat"), encoding="utf-8")
    control = raw_totals(path, house, "house")
    assert (control.rows, control.billed, control.tax) == (
        2,
        {"EUR": Decimal("12.50")},
        {"EUR": Decimal("12.50")},
    )


def test_detection_says_what_a_file_is_or_why_not(reports: Path, shipped: Formats, tmp_path: Path) -> None:
    found = detect(reports / NCE, shipped)
    assert (found.format_id, found.vendor, found.header[0], found.problems) == (
        "ms_nce_recon",
        "Microsoft",
        "PartnerId",
        (),
    )
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    unknown = detect(tmp_path / "x.csv", shipped)
    assert (unknown.format_id, unknown.header, unknown.problems[0].code) == ("", ("a", "b"), "IMP-003")


def test_importing_again_gives_the_same_import(read: Read) -> None:
    first, again = read(HEAD + ROW), read(HEAD + ROW)
    assert first.totals == again.totals


def test_a_name_with_a_quote_is_no_sql(read: Read, rows_of: Rows) -> None:
    imported = read(
        "Net,Kind,Customer,It's\n1,licence,'; DROP TABLE raw; --,x\n", "it's.csv", billing_month="2026-06"
    )
    assert rows_of(imported, "x_CustomerKey", "x_SourceFile") == [("'; drop table raw; --", "it's.csv")]


def test_no_row_is_lost_or_renumbered_in_a_large_file(read: Read) -> None:
    lines = "".join(f"{number},licence,c{number},2026-06-01,2026-06-30\n" for number in range(1, 150_001))
    imported = read(HEAD + lines)
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT x_SourceRow), bool_and(BilledCost = x_SourceRow), "
            "sum(BilledCost) FROM read_parquet(?)",
            [str(imported.parquet)],
        ).fetchall()
    assert found == [(150_000, 150_000, True, Decimal(150_000 * 150_001 // 2))]
