"""What cannot be placed is postponed with a reason, and comes back next month until it is billed."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.commands.clerk import MONTH, add_row, billow, remove_row, rows, type_into

JULY = "2026-07"
ACCOUNT = {"Vendor": "Skyline Hosting", "Account": "sky-7001"}


@pytest.fixture
def unplaced(drafted: Path) -> Path:
    """The drafted month, but nobody said whose account sky-7001 is."""
    remove_row(drafted, "tblAccounts", ACCOUNT)
    assert billow("invoice", drafted, "--period", MONTH).code == 0
    return drafted


def waiting(workbook: Path) -> Iterable[dict[str, object]]:
    return [row for row in rows(workbook, "tblTodo") if row["Kind"] == "unknown account"]


def decide(workbook: Path, decision: str, reason: str = "Mapping asked from sales") -> None:
    cells = {"Decision": decision, "Reason": reason, "Decided by": "M. Jansen"}
    type_into(workbook, "tblTodo", {"Kind": "unknown account"}, cells)


def issue(workbook: Path) -> str:
    billow("invoice", workbook, "--period", MONTH)
    return billow("issue", workbook, "--period", MONTH, "--reason", "First month").err


def test_an_unknown_account_holds_up_the_whole_run(unplaced: Path) -> None:
    assert "RAT-001" in issue(unplaced)


def test_accepting_settles_no_unknown_account(unplaced: Path) -> None:
    decide(unplaced, "accept")
    said = issue(unplaced)
    assert 'RAT-006  "accept" does not settle unknown account: sky-7001' in said
    assert "Choose postpone or exclude or own use on sheet To do" in said


def test_what_is_postponed_is_billed_next_month_once_its_customer_is_known(unplaced: Path) -> None:
    (item,) = waiting(unplaced)
    decide(unplaced, "postpone")
    assert "Stopped" not in issue(unplaced)
    customer = "C-1002"
    add_row(unplaced, "tblAccounts", {**ACCOUNT, "Customer": customer, "Confirmed by": "M. Jansen"})
    assert billow("invoice", unplaced, "--period", JULY).code == 0
    late = [row for row in rows(unplaced, "tblUsage") if row["Account"] == "sky-7001"]
    assert {(row["Month"], row["Customer"]) for row in late} == {(MONTH, customer)}
    assert sum((row["Cost"] for row in late if row["What became of it"] != "tax"), Decimal(0)) == item["Cost"]
    assert {row["Result"] for row in rows(unplaced, "tblProofFiles")} == {"OK"}
    assert any(row["From"].month == 6 for row in rows(unplaced, "tblLines") if row["Customer"] == customer)


def test_what_nobody_placed_in_the_meantime_is_asked_again(unplaced: Path) -> None:
    (before,) = waiting(unplaced)
    decide(unplaced, "postpone")
    assert "Stopped" not in issue(unplaced)
    assert billow("check", unplaced, "--period", JULY).code == 0
    (again,) = waiting(unplaced)
    assert (again["Cost"], again["Rows"], again["Decision"]) == (before["Cost"], before["Rows"], None)


def test_what_is_excluded_does_not_come_back(unplaced: Path) -> None:
    decide(unplaced, "exclude", "Test tenant of the vendor")
    assert "Stopped" not in issue(unplaced)
    assert billow("check", unplaced, "--period", JULY).code == 0
    assert not waiting(unplaced)


def test_one_reason_for_all_is_taken_in_the_first_month_only(issued: Path) -> None:
    billow("invoice", issued, "--period", JULY)
    said = billow("issue", issued, "--period", JULY, "--reason", "All as agreed")
    assert said.code == 1
    assert "CMD-007  One reason for all customers is taken in the first month only." in said.err
    assert "Write a reason per customer on sheet Movement, or name the customer." in said.err


def test_a_workbook_without_report_sources_says_how_to_name_a_report(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook).code == 0
    said = billow("import", workbook)
    assert said.code == 1
    assert "CMD-004  There is no report to import." in said.err
    assert "where   Billing.xlsx, sheet Report sources" in said.err
