"""Sheet Reconciliation: the vendors' own arithmetic and their invoices, as a clerk sees them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.commands.clerk import MONTH, billow, records, rows, total, type_into

INVOICE = "G048112606"


def reports(workbook: Path) -> Path:
    """The folder of the month's reports."""
    return workbook.parent / "reports" / MONTH


def of_kind(workbook: Path, *kinds: str) -> list[dict[str, Any]]:
    """The rows of sheet Reconciliation of these kinds."""
    return [row for row in rows(workbook, "tblReconciliation") if row["Kind"] in kinds]


def test_every_amount_of_microsoft_is_what_its_arithmetic_gives(issued_month: Path) -> None:
    """The sums are those of the files, and each of the files' rows is counted once."""
    for kinds, name, column in (
        (("seats", "usage"), "microsoft_invoice_2026-06.csv", "Subtotal"),
        (("daily usage",), "microsoft_daily_usage_2026-06.csv", "BillingPreTaxTotal"),
    ):
        found, delivered = of_kind(issued_month, *kinds), records(reports(issued_month) / name)
        assert sum(row["Billed"] for row in found) == total(delivered, column)
        assert sum(row["Replayed"] for row in found) == total(delivered, column)
        assert sum(row["Rows"] for row in found) == len(delivered)
        assert {(row["Reason"], row["Difference"]) for row in found} == {("agrees", 0)}


def test_rows_name_our_customer_and_the_vendors_account(issued_month: Path) -> None:
    accounts = {row["Account"]: row["Customer"] for row in rows(issued_month, "tblAccounts")}
    found = of_kind(issued_month, "seats", "usage", "daily usage")
    assert {row["Invoice"] for row in found} == {INVOICE}
    assert all(row["Customer"] == accounts[row["Account"]] for row in found)


def test_the_vendors_invoices_are_compared_with_their_reports(issued_month: Path) -> None:
    found = {row["Vendor"]: row for row in of_kind(issued_month, "vendor invoice")}
    assert {vendor: (row["Reason"], row["Difference"]) for vendor, row in found.items()} == {
        "Microsoft": ("late usage", Decimal("4.37")),  # the monthly lines have it, the daily usage has not
        "AWS": ("rounding", Decimal("-0.0252904582")),  # each service in whole cents
        "Skyline Hosting": ("agrees", 0),
        "BrightCloud": ("agrees", 0),
    }
    assert all(row["Billed"] - row["Replayed"] == row["Difference"] for row in found.values())


def test_an_invoice_below_its_report_has_a_credit_that_the_file_has_not(drafted: Path) -> None:
    (typed,) = (row for row in rows(drafted, "tblVendorInvoices") if row["Invoice"] == INVOICE)
    type_into(drafted, "tblVendorInvoices", {"Invoice": INVOICE}, {"Net": typed["Imported"] - 100})
    assert billow("check", drafted, "--period", MONTH).code == 0
    (row,) = (row for row in of_kind(drafted, "vendor invoice") if row["Invoice"] == INVOICE)
    assert (row["Reason"], row["Difference"]) == ("credit not in file", -100)


def test_a_changed_amount_is_a_note_and_holds_up_no_invoice(drafted: Path) -> None:
    report = reports(drafted) / "microsoft_daily_usage_2026-06.csv"
    first = records(report)[0]
    text = report.read_text(encoding="utf-8-sig")
    old = f",{first['BillingPreTaxTotal']},"
    new = f",{Decimal(first['BillingPreTaxTotal']) + 3},"
    lines = text.splitlines(keepends=True)
    lines[1] = lines[1].replace(old, new, 1)
    report.write_bytes("".join(lines).encode("utf-8-sig"))
    assert billow("import", drafted, report, "--period", MONTH).code == 0
    said = billow("check", drafted, "--period", MONTH, "--json").data
    (note,) = [problem for problem in said["problems"] if problem["code"] == "CHK-004"]
    assert note["severity"] == "note"
    assert note["sentence"].startswith("3 EUR of Microsoft's daily usage for account ")
    assert note["sentence"].endswith(": unexplained, rows: 1, the first is row 2 of the file.")
    top = rows(drafted, "tblReconciliation")[0]
    assert (top["Reason"], top["Difference"], top["Rows"], top["First row"]) == ("unexplained", 3, 1, 2)
