"""The vendor's list of its invoices fills sheet Vendor invoices; what a clerk typed there stays."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.commands.clerk import REPORTS, add_row, billow, remove_row, rows, type_into

SAMPLES = REPORTS / "focus"
CHARGES = SAMPLES / "focus-data-toolkit_1.4_synthetic_focus_1_4_cost_and_usage.csv"
DETAILS = SAMPLES / "focus-data-toolkit_1.4_synthetic_focus_1_4_invoice_detail.csv"
ONE, TWO = "INV-2026-05-000001", "INV-2026-05-000002"
TABLE = "tblVendorInvoices"
# The sample of charges has 300 rows of what was invoiced; their sums by invoice, by csv and Decimal alone.
CHARGED = {ONE: "5727.68646079904", TWO: "7686.87704229616"}


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A new workbook."""
    path = tmp_path / "Billing.xlsx"
    assert billow("new", path).code == 0
    return path


def of(workbook: Path, invoice: str) -> dict[str, Any]:
    """The only row of an invoice."""
    (row,) = (row for row in rows(workbook, TABLE) if row["Invoice"] == invoice)
    return row


def a_list(workbook: Path, nets: dict[str, str]) -> Path:
    """A list of invoices with one line each."""
    path = workbook.parent / "details.csv"
    head = "BilledCost,BillingCurrency,BillingPeriodStart,ChargeCategory,InvoiceDetailId,InvoiceId,"
    lines = [
        f"{net},USD,2026-05-01,Usage,d,{name},2026-06-01,Issued,Microsoft Azure" for name, net in nets.items()
    ]
    text = "\n".join((f"{head}InvoiceIssueDate,InvoiceIssueStatus,InvoiceIssuerName", *lines, ""))
    path.write_text(text, encoding="utf-8")
    return path


def differing(workbook: Path) -> list[str]:
    """What a check says of the vendor's invoices."""
    checked = billow("check", workbook, "--period", "2026-05", "--json")
    return [p["sentence"] for p in checked.data["problems"] if p["code"] == "CHK-003"]


def test_the_list_is_compared_with_the_charges_without_typing(workbook: Path) -> None:
    assert billow("import", workbook, CHARGES, a_list(workbook, CHARGED)).code == 0
    for name, net in CHARGED.items():
        row = of(workbook, name)
        assert (row["Period"], row["Currency"], row["Difference"]) == ("2026-05", "USD", 0)
        assert row["Net"] == row["Imported"] == Decimal(net)
    assert differing(workbook) == []
    # the newest list says more than was used
    newer = billow("import", workbook, a_list(workbook, {**CHARGED, ONE: "5728.68646079904"}))
    assert "2 invoices of the vendor on sheet Vendor invoices: 1 changed." in newer.out
    assert of(workbook, ONE)["Difference"] == 1
    assert len(differing(workbook)) == 1


def test_the_same_list_again_changes_nothing_and_the_file_is_kept(workbook: Path) -> None:
    assert ": 2 new." in billow("import", workbook, DETAILS).out
    before = rows(workbook, TABLE)
    again = billow("import", workbook, DETAILS)
    assert again.out.strip().endswith("2 invoices of the vendor on sheet Vendor invoices: nothing changed.")
    assert rows(workbook, TABLE) == before
    assert [row["Invoice"] for row in before] == [ONE, TWO]
    (kept,) = (workbook.with_suffix(".data") / "archive").rglob("*.csv")
    assert kept.read_bytes() == DETAILS.read_bytes()


TYPED = {"Vendor": "Microsoft Azure", "Invoice": ONE, "Period": "2026-05", "Currency": "USD"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param(
            {"Net": Decimal("25475.55")},
            ["Net 25475.5507936312 where the sheet says 25475.55."],
            id="the net to the cent",
        ),
        pytest.param(
            {"Net": Decimal("25475.5507936312"), "Period": "2026-06"},
            ["Period 2026-05 where the sheet says 2026-06."],
            id="the month after",
        ),
        pytest.param({"Net": Decimal("25475.5507936312")}, [], id="the same, without date and tax"),
    ],
)
def test_a_typed_row_stays_as_it_is(workbook: Path, typed: dict[str, Any], said: list[str]) -> None:
    add_row(workbook, TABLE, {**TYPED, **typed})
    before = of(workbook, ONE)
    problems = billow("import", workbook, DETAILS, "--json").data["problems"]
    told = [problem["sentence"] for problem in problems if problem["code"] == "IMP-096"]
    assert told == [f"{DETAILS.name} says of invoice {ONE} of Microsoft Azure: {one}" for one in said]
    assert of(workbook, ONE) == before
    assert of(workbook, TWO)["Net"] == Decimal("28273.9352652738")


def test_a_filled_row_that_was_changed_by_hand_is_a_typed_one(workbook: Path) -> None:
    assert billow("import", workbook, a_list(workbook, CHARGED)).code == 0
    type_into(workbook, TABLE, {"Invoice": ONE}, {"Net": Decimal(5000)})
    newer = a_list(workbook, {ONE: "6000.00", TWO: "7000.00"})
    said = billow("import", workbook, newer)
    assert ": 1 changed, 1 typed otherwise and left as typed." in said.out
    assert (of(workbook, ONE)["Net"], of(workbook, TWO)["Net"]) == (5000, 7000)
    # as the hint says: without the row, the list fills it again
    remove_row(workbook, TABLE, {"Invoice": ONE})
    assert ": 1 new." in billow("import", workbook, newer).out
    assert of(workbook, ONE)["Net"] == 6000


def test_a_list_with_a_mistake_changes_nothing(workbook: Path) -> None:
    before = workbook.read_bytes()
    said = billow("import", workbook, CHARGES, a_list(workbook, {ONE: "ten"}))
    assert said.code != 0
    assert "IMP-008" in said.err
    assert workbook.read_bytes() == before
    assert not (workbook.with_suffix(".data") / "archive").exists()
