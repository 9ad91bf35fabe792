"""A year that is billed ahead: issued, deferred, and released month by month in the journal."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.commands.clerk import MONTH, add_row, billow, type_into

CUSTOMER = "C-1001"
PERIOD = ("--period", MONTH)
CONTRACT = {
    "Subscription": "K-YEAR", "Customer": CUSTOMER, "Product": "CARE-YEAR", "Billed by": "contract",
    "Start": date(2026, 6, 1), "Agreed price": 100, "Currency": "EUR", "Quantity": 2, "Billing": "yearly",
}  # fmt: skip
PRODUCT = {
    "Product": "CARE-YEAR", "Text": "Care for a year", "VAT class": "services", "Revenue group": "services",
    "Recognition": "by_month",
}  # fmt: skip
ISSUE = ("--customer", CUSTOMER, "--reason", "First month", "--date", "2026-07-08")


def exported(workbook: Path, target: str, name: str) -> list[dict[str, str]]:
    assert billow("export", workbook, *PERIOD, "--to", target).code == 0
    (path,) = workbook.parent.rglob(name)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_year_paid_ahead_is_revenue_month_by_month(drafted: Path) -> None:
    """2 x 100.00 for twelve months: one of them is June's, eleven wait."""
    add_row(drafted, "tblProducts", PRODUCT)
    add_row(drafted, "tblSubscriptions", CONTRACT)
    for words in (("invoice", drafted, *PERIOD), ("issue", drafted, *PERIOD, *ISSUE)):
        said = billow(*words)
        assert said.code == 0, said.err
    refused = billow("export", drafted, *PERIOD, "--to", "journal-csv")
    assert (refused.code, "JRN-006" in refused.err, "Deferred revenue" in refused.err) == (1, True, True)
    services = {"Revenue group": "services", "VAT code": "*"}
    type_into(drafted, "tblLedger", services, {"Deferred revenue": "1900"})
    found = [row for row in exported(drafted, "journal-csv", "journal.csv") if row["Account"] == "1900"]
    assert [row["Credit"] for row in found if Decimal(row["Credit"])] == ["2200.00"]
    assert [row["Debit"] for row in found if Decimal(row["Debit"])] == ["200.00"] * 11
    assert [row["Date"] for row in found[:3]] == ["2026-07-08", "2026-07-31", "2026-08-31"]
    spread = exported(drafted, "deferral-by-month", "deferral.csv")
    assert [row["Amount"] for row in spread if row["Text"].startswith("CARE-YEAR")] == ["200.00"] * 12
