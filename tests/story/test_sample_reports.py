"""A reseller's first month from nothing but reports: ``new --from``, fill in, import, invoice, issue, export.

The reports are the samples of Microsoft licences and daily usage, of AWS, and of FOCUS 1.4. What is expected
is added up here from the raw files: cost per customer, with the proposed markup of 10 % on it; each line is
rounded once, so an invoice may be half a cent per line beside it.
"""

import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billow.commands.settle import settle_todo
from tests.commands.clerk import REPORTS, add_row, billow, fill_settings, records, rows, total

LICENCES = REPORTS / "microsoft" / "synthetic_nce_invoice_recon_us-dates.csv"
DAILY = REPORTS / "microsoft" / "synthetic_daily_rated_usage.csv"
CUR = REPORTS / "aws" / "synthetic_cur2.csv.gz"
FOCUS = REPORTS / "focus" / "focus-data-toolkit_1.4_synthetic_focus_1_4_cost_and_usage.csv"
OURS = {
    "company": "Voorbeeld Cloud B.V.", "address": "Kade 1", "postcode": "3511 AA", "city": "Utrecht",
    "country": "NL", "vat_number": "NL000000100B46", "iban": "NL91ABNA0417164300",
    "email": "invoices@voorbeeld.example",
}  # fmt: skip
# Discounts and credits are ours until sheet Charge policy says otherwise.
AWS_KEPT = {"Credit", "EdpDiscount", "SppDiscount", "BundledDiscount"}


@dataclass(frozen=True)
class Month:
    """A month that went all the way, with the outcome of two of its commands."""

    workbook: Path
    name: str
    invoiced: Mapping[str, Mapping[str, str]]
    checked: Mapping[str, object]


def walk(workbook: Path, name: str, reports: Sequence[Path]) -> Month:
    """Go from reports to journals, as a clerk on the first day would."""
    period = ("--period", name)
    assert billow("new", workbook, "--from", *reports).code == 0
    fill_settings(workbook, OURS)
    rate = {"Currency from": "USD", "Currency to": "EUR", "Date": date(2026, 6, 30)}
    add_row(workbook, "tblFx", {**rate, "Rate": Decimal("0.9213"), "Source": "ECB"})
    assert billow("import", workbook).code == 0
    settle_todo(workbook, "accept", "Daily usage is complete", "M. Jansen")
    invoiced = billow("invoice", workbook, *period, "--json")
    assert invoiced.code == 0
    issued = billow("issue", workbook, *period, "--reason", "First month on Billow", "--json")
    assert issued.code == 0, issued.out
    for target in ("journal-csv", "hledger"):
        assert billow("export", workbook, *period, "--to", target).code == 0
    checked = billow("check", workbook, "--json")
    assert checked.code == 0
    by_customer = {row["customer"]: row for row in invoiced.data["documents"]}
    return Month(workbook, name, by_customer, checked.data)


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory) -> Month:
    return walk(tmp_path_factory.mktemp("june") / "Billing.xlsx", "2026-06", [LICENCES, DAILY, CUR])


@pytest.fixture(scope="module")
def may(tmp_path_factory: pytest.TempPathFactory) -> Month:
    return walk(tmp_path_factory.mktemp("may") / "Billing.xlsx", "2026-05", [FOCUS])


def june_costs() -> dict[str, Decimal]:
    """What is to be billed per account; who has daily usage is not billed the monthly lines of azure."""
    costs: dict[str, Decimal] = defaultdict(Decimal)
    daily = {row["CustomerId"] for row in records(DAILY)}
    for row in records(LICENCES):
        replaced = row["ProductCategory"] == "usage-based" and row["CustomerId"] in daily
        if not replaced and row["ChargeType"] != "customerCredit":
            costs[row["CustomerId"]] += Decimal(row["Subtotal"])
    for row in records(DAILY):
        costs[row["CustomerId"]] += Decimal(row["BillingPreTaxTotal"])
    for row in records(CUR):
        if row["line_item_line_item_type"] not in {"Tax", *AWS_KEPT}:
            costs[row["line_item_usage_account_id"]] += Decimal(row["line_item_unblended_cost"])
    return dict(costs)


def may_costs() -> dict[str, Decimal]:
    """What is to be billed per sub account."""
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for row in records(FOCUS):
        if row["ChargeCategory"] != "Tax":
            costs[row["SubAccountId"]] += Decimal(row["BilledCost"])
    return dict(costs)


def invoices(month: Month, costs: Mapping[str, Decimal]) -> Iterator[tuple[Decimal, Mapping[str, str]]]:
    """Each account's cost beside the invoice of its customer; here every customer has one account."""
    owners = {row["Account"]: row["Customer"] for row in rows(month.workbook, "tblAccounts")}
    assert set(owners) == set(costs)
    for account, cost in costs.items():
        yield cost, month.invoiced[owners[account]]


def check_markup(month: Month, costs: Mapping[str, Decimal]) -> None:
    for cost, invoice in invoices(month, costs):
        allowed = Decimal("0.005") * int(invoice["lines"])
        assert abs(Decimal(invoice["net"]) - cost * Decimal("1.10")) <= allowed


def test_licences_daily_usage_and_aws_are_billed_at_cost_and_ten_percent(june: Month) -> None:
    assert len(june.invoiced) == 7
    check_markup(june, june_costs())


def test_focus_is_billed_at_cost_and_ten_percent(may: Month) -> None:
    assert len(may.invoiced) == 4
    check_markup(may, may_costs())


PROOFS = {
    # file: imported with tax, billed, kept, tax, excluded, each from the raw file
    "licences: monthly azure lines give way to daily usage": (
        LICENCES,
        lambda found: (
            total(found, "Subtotal") + total(found, "TaxTotal"),
            total(found, "Subtotal") - Decimal("-153.21") - Decimal("387.69"),
            Decimal("-153.21"),  # one customer credit
            total(found, "TaxTotal"),
            Decimal("387.69"),  # three customers, 129.23 each
        ),
    ),
    "daily usage is billed whole": (
        DAILY,
        lambda found: (
            total(found, "BillingPreTaxTotal"), total(found, "BillingPreTaxTotal"),
            Decimal(0), Decimal(0), Decimal(0),
        ),
    ),
    "AWS: discounts and credits are kept": (
        CUR,
        lambda found: (
            Decimal("895.13"),
            sum(june_costs()[account] for account in {row["line_item_usage_account_id"] for row in found}),
            sum(of_type(found, kind) for kind in sorted(AWS_KEPT)),
            of_type(found, "Tax"),
            Decimal(0),
        ),
    ),
}  # fmt: skip


def of_type(found: Sequence[Mapping[str, str]], kind: str) -> Decimal:
    """The cost of the rows of one type."""
    own = [row for row in found if row["line_item_line_item_type"] == kind]
    return total(own, "line_item_unblended_cost")


@pytest.mark.parametrize(("report", "expected"), PROOFS.values(), ids=PROOFS)
def test_every_cent_of_a_report_is_accounted_for(june: Month, report: Path, expected: object) -> None:
    assert callable(expected)
    proof = next(row for row in rows(june.workbook, "tblProofFiles") if row["File"] == report.name)
    columns = ("Imported", "Billed", "Kept", "Tax", "Excluded")
    assert tuple(proof[column] for column in columns) == expected(records(report))
    assert (proof["Parked"], proof["Difference"], proof["Result"]) == (0, 0, "OK")


def test_every_cent_of_focus_is_accounted_for(may: Month) -> None:
    found = records(FOCUS)
    proof = rows(may.workbook, "tblProofFiles")[0]
    tax = total([row for row in found if row["ChargeCategory"] == "Tax"], "BilledCost")
    expected = {"Imported": total(found, "BilledCost"), "Tax": tax, "Billed": sum(may_costs().values())}
    for column, amount in expected.items():  # a cell of Excel holds 15 digits
        assert round(proof[column], 9) == round(Decimal(amount), 9)
    assert (proof["Difference"], proof["Result"]) == (0, "OK")


@pytest.mark.parametrize("name", ["june", "may"])
def test_both_completeness_proofs_hold_after_issuing(name: str, request: pytest.FixtureRequest) -> None:
    month: Month = request.getfixturevalue(name)
    proofs = month.checked["proofs"]
    assert isinstance(proofs, list)
    assert proofs
    assert {proof["difference"] for proof in proofs} == {"0"}
    assert (month.checked["missing_lines"], month.checked["blocking"]) == (0, 0)
    assert {row["Result"] for row in rows(month.workbook, "tblChecks")} == {"OK"}


@pytest.mark.parametrize("name", ["june", "may"])
def test_both_journals_carry_the_issued_totals(name: str, request: pytest.FixtureRequest) -> None:
    month: Month = request.getfixturevalue(name)
    out = month.workbook.with_suffix(".data") / "out" / month.name
    debtors = [row for row in records(out / "journal.csv") if row["Role"] == "debtor"]
    by_customer = {row["Customer"]: Decimal(row["Debit"]) - Decimal(row["Credit"]) for row in debtors}
    assert by_customer == {key: Decimal(row["total"]) for key, row in month.invoiced.items()}
    command = ["hledger", "-f", str(out / "journal.hledger"), "check", "--strict"]
    subprocess.run(command, check=True, timeout=60)


def test_a_difference_between_the_two_azure_reports_waits_for_a_person(june: Month) -> None:
    monthly, daily = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for row in records(LICENCES):
        if row["ProductCategory"] == "usage-based":
            monthly[row["CustomerName"]] += Decimal(row["Subtotal"])
    for row in records(DAILY):
        daily[row["CustomerName"]] += Decimal(row["BillingPreTaxTotal"])
    todo = rows(june.workbook, "tblTodo")
    assert {row["Cost"] for row in todo} == {daily[name] - monthly[name] for name in daily}
    assert {(row["Kind"], row["Decision"]) for row in todo} == {("reports differ", "accept")}
