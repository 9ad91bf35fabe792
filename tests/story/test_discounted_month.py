"""A month with discounts: typed into the sheet, seen on line, invoice, margin, movement and in the journal.

Duinroos Hotels has 56 x 12.30, 55 x 46.08 and 33 x 12.80 of Microsoft, 25 workplaces for 20 of 30 days, and
309.32 of Skyline.
"""

import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from tests.commands.clerk import MONTH, add_row, billow, records, rows

HOTEL, HARBOUR = "C-1011", "C-1004"
EVERYONE = {"Scope": "everyone", "Applies to": "all", "Combines": "yes"}
LAUNCH = {
    **EVERYONE, "Discount": "Launch", "Text": "5 % off", "Text nl": "5 % introductiekorting", "On": "line",
    "Scope": "customer", "Who": HOTEL, "Applies to": "vendor", "What": "Microsoft", "Kind": "percent",
    "Value": 5,
}  # fmt: skip
LOYAL = {
    **EVERYONE, "Discount": "Loyal", "Text nl": "Trouwkorting", "On": "customer", "Scope": "customer",
    "Who": HOTEL, "Kind": "percent", "Value": 2, "Condition": "spend", "At least": 4000, "Currency": "EUR",
    "Revenue group": "services",
}  # fmt: skip
TOO_MUCH = {
    **EVERYONE, "Discount": "Sorry", "On": "invoice", "Scope": "customer", "Who": HARBOUR, "Kind": "fixed",
    "Value": 100000, "Currency": "EUR",
}  # fmt: skip


@pytest.fixture
def discounted(drafted: Path) -> Path:
    """The drafted month with two discounts of one customer."""
    for cells in (LAUNCH, LOYAL):
        add_row(drafted, "tblDiscounts", cells)
    said = billow("invoice", drafted, "--period", MONTH)
    assert (said.code, "DSC" in said.err) == (0, False)
    return drafted


def of(workbook: Path, table: str, customer: str) -> list[dict[str, object]]:
    return [row for row in rows(workbook, table) if row["Customer"] == customer]


def net(workbook: Path, customer: str) -> Decimal:
    (row,) = [row for row in rows(workbook, "tblInvoices") if row["Customer"] == customer]
    return Decimal(str(row["Net"]))


def test_lines_show_what_was_taken_off(discounted: Path) -> None:
    lines = of(discounted, "tblLines", HOTEL)
    # 688.80, 2534.40 and 422.40 less 5 %; then 2 % of 3463.32 + 208.33 + 309.32 = 3980.97 is 79.6194
    assert [(line["Vendor"], str(line["Amount"])) for line in lines] == [
        ("Microsoft", "654.36"), ("Microsoft", "2407.68"), ("Microsoft", "401.28"), ("Northstar", "208.33"),
        ("Skyline Hosting", "35.1"), ("Skyline Hosting", "51.08"), ("Skyline Hosting", "223.14"),
        (None, "-79.62"),
    ]  # fmt: skip
    assert lines[0]["Proration"] == "5 % introductiekorting"
    assert lines[0]["Steps"] == "56 x 12.3 EUR; 5 % discount Launch"
    assert (lines[-1]["Text"], lines[-1]["Price row"]) == ("Trouwkorting", "Discounts row 7: Loyal")


def test_margin_by_vendor_carries_its_share(discounted: Path) -> None:
    found = {row["Vendor"]: str(row["Revenue"]) for row in of(discounted, "tblMargin", HOTEL)}
    # 79.62 by line is 13.0872 + 48.1536 + 8.0256, 4.1666, and 0.7020 + 1.0216 + 4.4628; cut off: 79.59,
    # and the three cents go to the remainders .72, .66 and .56: 69.27, 4.17 and 6.18
    assert found == {"Microsoft": "3394.05", "Northstar": "204.16", "Skyline Hosting": "303.14"}


def test_every_check_holds_and_nobody_else_is_touched(discounted: Path, drafted_month: Path) -> None:
    assert {row["Result"] for row in rows(discounted, "tblChecks")} == {"OK"}
    assert {row["Result"] for row in rows(discounted, "tblProofFiles")} == {"OK"}
    others = [str(row["Customer"]) for row in rows(drafted_month, "tblInvoices") if row["Customer"] != HOTEL]
    assert [net(discounted, name) for name in others] == [net(drafted_month, name) for name in others]
    (moved,) = of(discounted, "tblMovement", HOTEL)
    assert str(moved["This month"]) == str(net(discounted, HOTEL)) == "3901.35"


def test_it_is_issued_printed_and_journalled(discounted: Path) -> None:
    words = ("--period", MONTH, "--customer", HOTEL)
    assert billow("issue", discounted, *words, "--reason", "First month", "--date", "2026-07-08").code == 0
    (pdf,) = discounted.with_suffix(".data").glob(f"out/{MONTH}/NS-*.pdf")
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    page = done.stdout.replace("\u00a0", " ")
    for text in ("5 % introductiekorting", "Kortingen", "Trouwkorting", "-79,62", "3.901,35"):
        assert text in page
    assert billow("export", discounted, "--period", MONTH, "--to", "journal-csv").code == 0
    entry = records(discounted.with_suffix(".data") / "out" / MONTH / "journal.csv")
    debit, credit = (sum(Decimal(row[side] or "0") for row in entry) for side in ("Debit", "Credit"))
    # 3901.35 and 21 % of it, 819.28; and 2 % of 2407.68, taken off the licences whose days go on into July.
    assert debit == credit == Decimal("4720.63") + Decimal("48.15")


def test_a_discount_beyond_the_invoice_is_capped_and_told(drafted: Path) -> None:
    add_row(drafted, "tblDiscounts", TOO_MUCH)
    said = billow("invoice", drafted, "--period", MONTH)
    assert said.code == 0
    assert "Discount Sorry of 100000 EUR is more than the 6198.35 EUR left for customer C-1004" in said.err
    assert "DSC-006" in {row["Code"] for row in of(drafted, "tblProblems", HARBOUR)}
    assert "sheet Discounts, row 6, column Value" in said.err
    assert net(drafted, HARBOUR) == 0


def test_a_discount_that_cannot_be_worked_out_stops(drafted: Path) -> None:
    add_row(drafted, "tblDiscounts", {**TOO_MUCH, "Currency": None})
    said = billow("invoice", drafted, "--period", MONTH)
    assert said.code == 1
    assert "DSC-001  A discount such as this needs Currency." in said.err
