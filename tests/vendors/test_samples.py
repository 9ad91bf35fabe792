"""Every sample report: its rows and its money, exactly, against sums that know nothing of Billow."""

import csv
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from billow.charges import ImportTotals
from billow.problems import Problem, Severity
from billow.vendors import Formats, convert, import_report, raw_totals

DATA = Path(__file__).parents[1] / "data"
Sums = dict[str, Decimal]


def _expected() -> dict[str, tuple[int, Sums]]:
    found: dict[str, tuple[int, Sums]] = {}
    with (DATA / "totals.csv").open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            rows, sums = found.setdefault(row["file"], (int(row["rows"]), {}))
            if rows:
                sums[row["currency"]] = Decimal(row["total"])
    return found


COMMITMENTS = "focus/fdt_azure_contract-commitment-1_3.csv"
EXPECTED = _expected()
AGREED = {COMMITMENTS: EXPECTED.pop(COMMITMENTS)}
# What a person has to say, where a file cannot: the month of a report without dates, the form of a cost.
SAID: dict[str, dict[str, str]] = {
    "azure/ea_amortized_small_finops-toolkit.csv": {"format_id": "azure_amortized"},
    "vmware/synthetic_usage_meter_3_customer_monthly_usage.tsv": {"billing_month": "2026-06"},
}
# The other samples are refused: what comes with reports, what only looks like one, and why.
REFUSED = {
    r"azure/opencost_values_Template\.csv": ("IMP-003", '"azure_cost" misses MeterId'),
    r"focus/.*contract-commitment.*": ("IMP-054", "sheet Commitments"),
    r"focus/.*invoice_detail\.csv": ("IMP-054", "sheet Vendor invoices"),
    r"focus/.*billing_period\.csv": ("IMP-054", "which months are closed"),
    r".*/doc-examples/.*\.json": ("IMP-001", "Take the report's data file"),
    r".*anifest\.json": ("IMP-001", "Take the report's data file"),
}


def _added(*parts: Sums) -> Sums:
    return {
        currency: sum((part.get(currency, Decimal(0)) for part in parts), Decimal(0))
        for currency in sorted({currency for part in parts for currency in part})
    }


def test_the_expected_totals_cover_every_sample() -> None:
    reports = (path for path in (DATA / "reports").rglob("*.*") if path.is_file())
    files = {path.relative_to(DATA / "reports").as_posix() for path in reports}
    refused = {name for name in files if any(re.fullmatch(pattern, name) for pattern in REFUSED)}
    assert files - refused - {"SOURCES.md", ".gitattributes"} == set(EXPECTED)


@pytest.mark.parametrize("pattern", REFUSED)
def test_a_file_that_is_no_report_of_charges_is_refused_with_a_reason(
    pattern: str, reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    code, hint = REFUSED[pattern]
    names = [
        path for path in reports.rglob("*.*") if re.fullmatch(pattern, path.relative_to(reports).as_posix())
    ]
    assert names
    for path in names:
        imported = import_report(path, shipped, out_dir=tmp_path)
        (problem,) = imported.problems
        assert (problem.code, imported.totals) == (code, None)
        assert hint in problem.hint


def test_a_list_of_commitments_has_the_rows_and_the_money_of_its_file(
    reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    found = import_report(reports / COMMITMENTS, shipped, out_dir=tmp_path, with_lists=True)
    assert found.commitments is not None
    cost = sum((each.cost for each in found.commitments if each.cost), Decimal(0))
    rows, sums = AGREED[COMMITMENTS]
    assert (len(found.commitments), {each.currency: cost for each in found.commitments}) == (rows, sums)


@dataclass(frozen=True)
class Sample:
    """A sample report, imported and converted once."""

    name: str
    totals: ImportTotals
    problems: tuple[Problem, ...]
    written: Path


@pytest.fixture(scope="module", params=EXPECTED)
def sample(
    request: pytest.FixtureRequest, shipped: Formats, tmp_path_factory: pytest.TempPathFactory
) -> Sample:
    """Import a sample and write its charges as csv."""
    written = tmp_path_factory.mktemp("converted") / "charges.csv"
    converted = convert(DATA / "reports" / request.param, shipped, written, **SAID.get(request.param, {}))
    assert converted.totals is not None, converted.problems
    return Sample(request.param, converted.totals, converted.problems, written)


def test_a_sample_imports_with_the_rows_and_the_money_of_its_file(sample: Sample, shipped: Formats) -> None:
    rows, sums = EXPECTED[sample.name]
    totals = sample.totals
    assert all(problem.severity is not Severity.STOP for problem in sample.problems)
    assert totals.rows_read == rows
    assert totals.source == totals.billed
    # tax is in the total column where it comes as rows, and beside it where it comes as a column
    beside = totals.format_id in {"ms_nce_recon", "ms_license_legacy"}
    column = totals.billed if beside else _added(totals.billed, totals.tax)
    assert column == (sums if shipped[totals.format_id].has_amounts else {"": 0})


def test_the_second_addition_agrees_with_the_import(sample: Sample, shipped: Formats) -> None:
    control = raw_totals(DATA / "reports" / sample.name, shipped, sample.totals.format_id)
    taxed = {currency: amount for currency, amount in control.tax.items() if amount}
    totals = sample.totals
    if not shipped[totals.format_id].has_amounts:
        quantities = sum(control.quantities.values(), Decimal(0))
        assert (control.rows, quantities) == (totals.rows_read, sum(EXPECTED[sample.name][1].values()))
        return
    assert (control.rows, control.billed, taxed) == (totals.rows_read, totals.billed, totals.tax)


def test_a_converted_sample_holds_the_same_money(sample: Sample, shipped: Formats) -> None:
    """The tax of a column is left aside, as it is in the file; of VMware's usage the quantities are added."""
    rows, sums = EXPECTED[sample.name]
    unit, figure = "BillingCurrency", "BilledCost"
    if not shipped[sample.totals.format_id].has_amounts:
        unit, figure = "PricingUnit", "PricingQuantity"
    found: Sums = {}
    with sample.written.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            rows -= not row["x_SplitFrom"]
            if not row["x_SplitFrom"] or row["ChargeCategory"] == "Credit":
                name = row[unit].replace("Core hours", "Cores")  # cores for an hour each, added up
                found[name] = found.get(name, Decimal(0)) + Decimal(row[figure])
    assert (rows, found) == (0, sums)


def test_a_converted_sample_is_focus_but_no_report(sample: Sample, shipped: Formats, tmp_path: Path) -> None:
    """Beside the report it came from it would count twice, so it is taken for FOCUS only when told so."""
    assert import_report(sample.written, shipped, out_dir=tmp_path).totals is None
    month = SAID.get(sample.name, {}).get("billing_month")
    again = import_report(
        sample.written, shipped, out_dir=tmp_path, billing_month=month, format_id="focus"
    ).totals
    assert again is not None
    assert (again.format_id, again.rows_read) == ("focus", sample.totals.rows_stored)
    assert (again.billed, again.tax) == (sample.totals.billed, sample.totals.tax)


def test_the_guarded_download_of_several_members_is_the_plain_file(
    reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    names = ("2026_guarded_multimember.csv.gz", "us-dates.csv")
    both = [
        import_report(
            reports / f"microsoft/synthetic_nce_invoice_recon_{name}", shipped, out_dir=tmp_path
        ).totals
        for name in names
    ]
    assert [totals and (totals.rows_read, totals.billed) for totals in both] == [
        (46, {"EUR": Decimal("26281.06")})
    ] * 2


def test_a_report_saved_by_german_excel_is_the_same_money(
    reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    american = (reports / "microsoft/synthetic_daily_rated_usage.csv").read_bytes().splitlines(keepends=True)
    first_rows = tmp_path / "first.csv"
    first_rows.write_bytes(b"".join(american[:61] + american[481:541]))
    german = reports / "microsoft/synthetic_daily_rated_usage_excel-de_semicolon_comma-decimal_cp1252.csv"
    both = [import_report(path, shipped, out_dir=tmp_path).totals for path in (first_rows, german)]
    assert [totals and totals.billed for totals in both] == [{"EUR": Decimal("145.68")}] * 2


def test_the_parts_of_a_month_are_imported_together_from_one_zip(
    reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    parts = sorted((reports / "microsoft/synthetic_graph_export").glob("part-*"))
    with zipfile.ZipFile(tmp_path / "june.zip", "w") as archive:
        for part in parts:
            archive.write(part, part.name)
    totals = import_report(tmp_path / "june.zip", shipped, out_dir=tmp_path / "out").totals
    assert totals is not None
    assert (totals.rows_read, totals.billed) == (46, {"EUR": Decimal("26281.06")})


def test_shipped_formats_have_no_problems(shipped: Formats) -> None:
    assert shipped.problems == ()
