"""A pro forma report is never held against the vendor's invoice; amortized cost is taken by its name."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.commands.clerk import MONTH, REPORTS, add_row, billow, rows, type_into


def _named(workbook: Path, report: str, name: str) -> None:
    shutil.copy(REPORTS / report, workbook.parent)
    add_row(workbook, "tblSources", {"Path": Path(report).name, "Format": name})


def test_a_pro_forma_report_has_no_part_in_the_vendors_invoice(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook).code == 0
    _named(workbook, "aws/synthetic_cur2.csv.gz", "aws_cur2_proforma")
    # what AWS bills for something else; the report's 882.02 is not part of it
    invoice = {
        "Vendor": "AWS",
        "Invoice": "E-1",
        "Date": date(2026, 7, 3),
        "Period": MONTH,
        "Currency": "USD",
    }
    add_row(workbook, "tblVendorInvoices", {**invoice, "Net": Decimal("10.00")})
    imported = billow("import", workbook)
    assert "imported; AWS, 2026-06, 50 rows, USD 882.02 before tax" in imported.out, imported.err
    checked = billow("check", workbook, "--json")
    said = [p["sentence"] for p in checked.data["problems"] if p["code"] == "CHK-003"]
    assert said == ["The invoice of AWS says 10, its reports say 0."]


def test_a_pro_forma_and_the_vendors_own_report_are_never_both_billed(tmp_path: Path) -> None:
    """The report holds 882.02 before tax, as pro forma and as AWS's own; AWS's invoice is for the latter."""
    workbook = tmp_path / "Billing.xlsx"
    report = REPORTS / "aws/synthetic_cur2.csv.gz"
    assert billow("new", workbook, "--from", report).code == 0
    assert billow("import", workbook, report).code == 0
    once = sum(row["Amount"] for row in rows(workbook, "tblLines"))
    (workbook.parent / "told").mkdir()
    shutil.copy(report, workbook.parent / "told")
    add_row(workbook, "tblSources", {"Path": "told/synthetic_cur2.csv.gz", "Format": "aws_cur2_proforma"})
    invoice = {"Vendor": "AWS", "Invoice": "", "Date": date(2026, 7, 3), "Period": MONTH, "Currency": "USD"}
    add_row(workbook, "tblVendorInvoices", {**invoice, "Net": Decimal("882.02")})
    billow("import", workbook)
    checked = billow("check", workbook, "--json").data["problems"]
    twice = {p["code"] for p in checked if "would be billed twice" in p["sentence"]}
    assert twice == {"RAT-021"}
    assert "CHK-003" not in {p["code"] for p in checked}
    assert sum(row["Amount"] for row in rows(workbook, "tblLines")) == once
    (row,) = rows(workbook, "tblVendorInvoices")
    assert row["Difference"] == 0
    told = {
        row["Invoiced to us"] for row in rows(workbook, "tblUsage") if row["What became of it"] == "billed"
    }
    assert told == {"no"}
    type_into(workbook, "tblAccounts", {"Vendor": "AWS"}, {"Bill from": "own report"})
    checked = billow("check", workbook, "--json").data["problems"]
    assert not {"RAT-021", "RAT-022"} & {p["code"] for p in checked}
    billed = [row for row in rows(workbook, "tblUsage") if row["What became of it"] == "billed"]
    assert {row["Invoiced to us"] for row in billed} == {"yes"}
    assert sum(row["Amount"] for row in rows(workbook, "tblLines")) == once


def test_amortized_cost_that_is_named_takes_the_place_of_the_actual_cost(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook).code == 0
    actual = REPORTS / "azure/ea_actual_small_finops-toolkit.csv"
    assert billow("import", workbook, actual).code == 0
    _named(workbook, "azure/ea_amortized_small_finops-toolkit.csv", "azure_amortized")
    replaced = billow("import", workbook)
    assert "replaces the earlier delivery; Microsoft, 2023-09, 28 rows" in replaced.out, replaced.err
    assert len(rows(workbook, "tblProofFiles")) == 1
