"""Decisions on sheet To do belong to a month: they come back with it, and are final once it is issued."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands.clerk import MONTH, billow, remove_row, rows, type_into

JULY = "2026-07"
ACCOUNT = {"Vendor": "Skyline Hosting", "Account": "sky-7001"}
UNKNOWN = {"Kind": "unknown account"}
EXCLUDED = {"Decision": "exclude", "Reason": "Test tenant of the vendor", "Decided by": "M. Jansen"}
OURS = {"Decision": "own use", "Reason": "It is our own", "Decided by": "A. Visser"}
BLANK = {"Decision": None, "Reason": None, "Decided by": None}


@pytest.fixture
def unplaced(drafted: Path) -> Path:
    """The drafted month, but nobody said whose account sky-7001 is."""
    remove_row(drafted, "tblAccounts", ACCOUNT)
    assert billow("invoice", drafted, "--period", MONTH).code == 0
    return drafted


def check(workbook: Path, month: str = MONTH) -> list[dict[str, str]]:
    said = billow("check", workbook, "--period", month, "--json")
    assert said.code == 0, said.err
    found: list[dict[str, str]] = said.data["problems"]
    return found


def decided(workbook: Path, where: dict[str, str] = UNKNOWN) -> dict[str, Any]:
    """What the only row of its kind says."""
    (row,) = (row for row in rows(workbook, "tblTodo") if where.items() <= row.items())
    return {name: row[name] for name in BLANK}


def became(workbook: Path) -> set[str]:
    return {
        row["What became of it"]
        for row in rows(workbook, "tblUsage")
        if row["Account"] == "sky-7001" and row["What became of it"] != "tax"
    }


def test_decisions_stand_there_again_when_their_month_is_shown_again(unplaced: Path) -> None:
    type_into(unplaced, "tblTodo", UNKNOWN, EXCLUDED)
    accepted = decided(unplaced, {"Kind": "reports differ"})
    assert accepted["Decision"] == "accept"
    check(unplaced, JULY)
    assert not [row for row in rows(unplaced, "tblTodo") if row["Month"] == MONTH]
    problems = check(unplaced)
    assert (decided(unplaced), became(unplaced)) == (EXCLUDED, {"excluded"})
    assert decided(unplaced, {"Kind": "reports differ"}) == accepted
    assert "RAT-001" not in {problem["code"] for problem in problems}


def test_while_a_month_is_shown_its_sheet_alone_says_what_is_decided(unplaced: Path) -> None:
    type_into(unplaced, "tblTodo", UNKNOWN, EXCLUDED)
    check(unplaced, JULY)
    check(unplaced)
    type_into(unplaced, "tblTodo", UNKNOWN, BLANK)
    check(unplaced)
    assert (decided(unplaced), became(unplaced)) == (BLANK, {"parked"})
    check(unplaced, JULY)
    check(unplaced)
    assert (decided(unplaced), became(unplaced)) == (BLANK, {"parked"})


def test_undoing_a_look_at_another_month_brings_the_decisions_back_too(unplaced: Path) -> None:
    type_into(unplaced, "tblTodo", UNKNOWN, EXCLUDED)
    check(unplaced, JULY)
    assert billow("undo", unplaced).code == 0
    assert decided(unplaced) == EXCLUDED
    check(unplaced)
    assert (decided(unplaced), became(unplaced)) == (EXCLUDED, {"excluded"})


def test_what_an_issued_month_was_decided_with_is_shown_and_changes_no_more(unplaced: Path) -> None:
    type_into(unplaced, "tblTodo", UNKNOWN, EXCLUDED)
    assert billow("invoice", unplaced, "--period", MONTH).code == 0
    said = billow("issue", unplaced, "--period", MONTH, "--reason", "First month")
    assert said.code == 0, said.err
    check(unplaced, JULY)
    assert "CMD-020" not in {problem["code"] for problem in check(unplaced)}
    assert decided(unplaced) == EXCLUDED
    for typed in (OURS, BLANK):
        type_into(unplaced, "tblTodo", UNKNOWN, typed)
        (note,) = (problem for problem in check(unplaced) if problem["code"] == "CMD-020")
        assert note["sentence"].startswith('The decision "exclude" about sky-7001')
        assert note["sentence"].endswith(f"stays: {MONTH} is issued with it.")
        assert (note["severity"], note["sheet"], note["column"]) == ("note", "To do", "Decision")
        assert (decided(unplaced), became(unplaced)) == (EXCLUDED, {"excluded"})
    # typed over, and another month is looked at next
    type_into(unplaced, "tblTodo", UNKNOWN, OURS)
    check(unplaced, JULY)
    check(unplaced)
    assert decided(unplaced) == EXCLUDED


def test_before_the_own_invoice_is_issued_a_decision_may_change(unplaced: Path) -> None:
    """The reports of C-1017 differ; sky-7001 is nobody's, so it is open until the last invoice is issued."""
    differ = {"Kind": "reports differ", "Customer": "C-1017"}
    type_into(unplaced, "tblTodo", UNKNOWN, EXCLUDED)
    assert billow("invoice", unplaced, "--period", MONTH).code == 0
    for customer, is_final in (("C-1001", False), ("C-1017", True)):
        said = billow("issue", unplaced, "--period", MONTH, "--customer", customer, "--reason", "First month")
        assert said.code == 0, said.err
        kept = decided(unplaced, differ)
        other = {**kept, "Reason": f"Looked at again after {customer}"}
        type_into(unplaced, "tblTodo", differ, other)
        type_into(unplaced, "tblTodo", UNKNOWN, OURS if customer == "C-1001" else EXCLUDED)
        assert ("CMD-020" in {problem["code"] for problem in check(unplaced)}) == is_final
        assert decided(unplaced, differ) == (kept if is_final else other)
        assert became(unplaced) == {"own use" if customer == "C-1001" else "excluded"}
