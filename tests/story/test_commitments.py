"""A clerk imports a list of contract commitments and sees what each month used of them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.commands.clerk import REPORTS, add_row, billow, rows

SAMPLES = REPORTS / "focus"
LIST = SAMPLES / "fdt_azure_contract-commitment-1_3.csv"
CHARGES = SAMPLES / "fdt_azure_focus-1_3_rows25_credits.csv"
TABLE = "tblCommitments"
D = Decimal


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A new workbook."""
    path = tmp_path / "Billing.xlsx"
    assert billow("new", path).code == 0
    return path


def of(workbook: Path, commitment: str) -> dict[str, Any]:
    """The only row of a commitment."""
    (row,) = (row for row in rows(workbook, TABLE) if row["Commitment"] == commitment)
    return row


def a_list(workbook: Path, *lines: str) -> Path:
    """A list of commitments of contract K: number, amount in EUR, first and last moment."""
    path = workbook.parent / "commitments.csv"
    head = "ContractCommitmentId,ContractCommitmentCost,ContractCommitmentPeriodStart,"
    text = "\n".join(
        [
            f"{head}ContractCommitmentPeriodEnd,ContractCommitmentCategory,ContractId,BillingCurrency",
            *lines,
            "",
        ]
    )
    path.write_text(text, encoding="utf-8")
    return path


PLAN, OTHER = "C-1,1200,2026-05-01,2027-05-01,Spend,K,EUR", "C-2,60,2026-05-01,2027-05-01,Spend,K,EUR"


def charges(workbook: Path, month: str, used: str, name: str = "") -> Path:
    """The charges of a month, which used so much of C-1."""
    path = workbook.parent / (name or f"{month}.csv")
    head = "BilledCost,ChargeCategory,ChargePeriodStart,BillingPeriodStart,BillingCurrency,BillingAccountId,"
    named = '""ContractId"":""K"",""ContractCommitmentId"":""C-1""'
    applied = f'"[{{{named},""ContractCommitmentAppliedCost"":{used}}}]"'
    path.write_text(
        f"{head}ContractApplied\n{used},Usage,{month}-01,{month}-01,EUR,payer,{applied}\n", encoding="utf-8"
    )
    return path


def test_the_samples_show_what_the_charges_used(workbook: Path) -> None:
    """The sums are by csv, json and Decimal alone: 28.20 of money agreed and 30.6347 of hours."""
    said = billow("import", workbook, LIST)
    assert "10 commitments on sheet Commitments: 10 new." in said.out, said.err
    assert len(rows(workbook, TABLE)) == 10
    assert "imported; Microsoft Azure, 2026-05, 25 rows" in billow("import", workbook, CHARGES).out
    spend, hours = of(workbook, "CC-MINSPEND-AZURE"), of(workbook, "CC-USAGEMIN-AZURE")
    # a cell holds 15 digits of 28.20299630938535
    assert (spend["Counted in"], spend["Used this month"]) == ("USD", D("28.2029963093854"))
    assert (hours["Counted in"], hours["Used so far"], hours["Left"]) == (
        "Hours",
        D("30.6347"),
        D("99969.3653"),
    )
    assert (hours["Used %"], hours["Flag"] or "") == (D("0.000306347"), "")
    unused = [row for row in rows(workbook, TABLE) if row["Flag"] == "nothing used this month"]
    assert len(unused) == 7
    (strange,) = (
        p["sentence"] for p in billow("check", workbook, "--json").data["problems"] if p["code"] == "CHK-005"
    )
    assert "savingsPlans/08697a8d41be" in strange


def test_the_column_is_the_one_that_the_mapping_names_now(workbook: Path) -> None:
    billow("import", workbook, a_list(workbook, PLAN))
    path = charges(workbook, "2026-05", "100")
    path.write_text(
        path.read_text(encoding="utf-8").replace("ContractApplied", "Drawn from", 1), encoding="utf-8"
    )
    billow("import", workbook, path)
    assert of(workbook, "C-1")["Used so far"] == 0
    row = {"Format": "focus", "Target": "ContractApplied", "Source": "Drawn from", "Transform": "text"}
    add_row(workbook, "tblMapping", row)
    assert billow("check", workbook).code == 0
    assert of(workbook, "C-1")["Used so far"] == 100


def test_a_commitment_is_never_a_charge(workbook: Path) -> None:
    billow("import", workbook, CHARGES)
    before = rows(workbook, "tblUsage"), rows(workbook, "tblProofFiles")
    billow("import", workbook, LIST)
    assert (rows(workbook, "tblUsage"), rows(workbook, "tblProofFiles")) == before


def test_the_same_list_again_changes_nothing_and_the_file_is_kept(workbook: Path) -> None:
    billow("import", workbook, LIST)
    before = rows(workbook, TABLE)
    again = billow("import", workbook, LIST)
    assert again.out.strip().endswith("10 commitments on sheet Commitments: nothing changed.")
    assert rows(workbook, TABLE) == before
    (kept,) = (workbook.with_suffix(".data") / "archive").rglob("*.csv")
    assert kept.read_bytes() == LIST.read_bytes()


def test_a_newer_list_takes_the_place_of_the_one_it_shares_a_commitment_with(workbook: Path) -> None:
    billow("import", workbook, LIST, a_list(workbook, PLAN, OTHER))
    newer = billow(
        "import", workbook, a_list(workbook, PLAN.replace("1200", "1500"), OTHER.replace("C-2", "C-3"))
    )
    assert "2 commitments on sheet Commitments: 1 new, 1 changed, 1 gone." in newer.out, newer.err
    own = {row["Commitment"]: row["Cost"] for row in rows(workbook, TABLE) if row["Contract"] == "K"}
    assert own == {"C-1": D(1500), "C-3": D(60)}
    assert len(rows(workbook, TABLE)) == 12  # the other vendor's list stands


def test_months_add_up_and_a_corrected_month_counts_once(workbook: Path) -> None:
    """May said 100 and then 130 instead; June 95: 225 of 1,200."""
    billow("import", workbook, a_list(workbook, PLAN), charges(workbook, "2026-05", "100"))
    assert of(workbook, "C-1")["Used so far"] == 100
    billow("import", workbook, charges(workbook, "2026-05", "130"), charges(workbook, "2026-06", "95"))
    row = of(workbook, "C-1")
    assert (row["Used this month"], row["Used so far"], row["Left"]) == (95, 225, 975)
    billow("check", workbook, "--period", "2026-05")
    row = of(workbook, "C-1")
    assert (row["Used this month"], row["Used so far"], row["Left"]) == (130, 130, 1070)


def test_what_a_vendor_writes_is_never_a_formula(workbook: Path) -> None:
    billow("import", workbook, a_list(workbook, PLAN.replace("C-1", "=1+1"), OTHER))
    assert {row["Commitment"] for row in rows(workbook, TABLE)} == {"=1+1", "C-2"}


def test_a_list_with_a_row_that_cannot_be_read_leaves_all_as_it_was(workbook: Path) -> None:
    billow("import", workbook, a_list(workbook, PLAN))
    refused = billow("import", workbook, a_list(workbook, PLAN, OTHER.replace("60", "")))
    assert refused.code == 1
    assert "IMP-097" in refused.err
    assert [row["Commitment"] for row in rows(workbook, TABLE)] == ["C-1"]
