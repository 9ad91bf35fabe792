"""A click in Excel, from the question to the message, on a real workbook; only Excel itself is a stand-in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from billow_addin.desktop import LINES_AT_MOST, click

from billow.commands import command_list
from billow.commands.button import Button, Click
from billow.commands.command_list import COMMANDS, Command
from billow.commands.desk import At
from billow.commands.outcome import Outcome
from billow.commands.settle import settle_todo
from billow.problems import Problem, Severity
from billow.workbook.book import Workbook
from tests.commands.clerk import MONTH, billow, rows
from tests.conftest import REASON


@dataclass
class Person:
    """Excel and whoever sits before it: answers questions, and keeps what was shown."""

    path: Path
    answers: list[str | None] = field(default_factory=list)
    says_yes: bool = True
    sheet: str = "Start"
    row: int = 1
    told: list[str] = field(default_factory=list)
    shown: list[tuple[str, int]] = field(default_factory=list)
    progressed: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)

    def workbook(self) -> At:
        """The workbook, as a file."""
        return self.path

    def selected(self) -> tuple[str, int]:
        """What is selected."""
        return self.sheet, self.row

    def ask(self, text: str, proposed: str) -> str | None:
        """Answer, or take what is proposed."""
        assert text.endswith(("?", ":"))
        self.proposed.append(proposed)
        return self.answers.pop(0) if self.answers else proposed

    def tell(self, text: str) -> None:
        """Read it."""
        self.told.append(text)

    def offer(self, text: str) -> bool:
        """Read it, and answer."""
        self.told.append(text)
        return self.says_yes

    def progress(self, text: str) -> None:
        """See it go by."""
        self.progressed.append(text)

    def show(self, sheet: str, row: int) -> None:
        """Note it."""
        self.shown.append((sheet, row))


def clicked(path: Path, command_id: str, answers: Sequence[str | None] = (), **more: Any) -> Person:
    """Click a button and return what was seen."""
    person = Person(path, list(answers), **more)
    click(person, command_id, log_of(path))
    return person


def log_of(workbook: Path) -> Path:
    return workbook.parent / "log" / "billow.log"


# --- the month by clicks


def test_a_month_goes_from_the_reports_to_the_journal_by_clicks_alone(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook, "--example").code == 0
    assert "report" in clicked(workbook, "import").told[0]
    settle_todo(workbook, "accept", REASON, "M. Jansen")
    assert MONTH in clicked(workbook, "check").told[0]
    made = clicked(workbook, "invoice")
    assert made.proposed == [MONTH]
    assert "24 drafts" in made.told[0]


def test_issue_and_export_ask_what_the_workbook_does_not_say(drafted: Path) -> None:
    issued = clicked(drafted, "issue", [MONTH, "First month"])
    assert issued.told[0].startswith("24 invoices issued"), issued.told
    exported = clicked(drafted, "export")
    assert exported.proposed == [MONTH, "journal-csv"]
    assert "journal" in exported.told[0]
    assert {row["Target"] for row in rows(drafted, "tblHandover")} == {"journal-csv"}


@pytest.mark.parametrize("command_id", ["doctor", "help"])
def test_what_only_looks_changes_nothing(drafted: Path, command_id: str) -> None:
    before = drafted.read_bytes()
    assert clicked(drafted, command_id).told
    assert drafted.read_bytes() == before


def test_the_last_run_is_undone(drafted: Path) -> None:
    drafts = len(rows(drafted, "tblInvoices"))
    seen = clicked(drafted, "undo")
    assert "is undone" in seen.told[0]
    assert (drafts, len(rows(drafted, "tblInvoices"))) == (24, 0)


def test_the_line_of_the_selected_row_is_explained(drafted: Path) -> None:
    row = Workbook.open(drafted).read("tblLines")[0]
    seen = clicked(drafted, "explain", sheet="Rated lines", row=row.number)
    assert str(row["Text"]) in seen.told[0]


def test_the_status_bar_counts_and_is_given_back(drafted: Path) -> None:
    seen = clicked(drafted, "invoice")
    assert "Billow: Printing, 24 of 24" in seen.progressed
    assert seen.progressed[-1] == ""


# --- what is said


def test_a_question_that_is_cancelled_ends_the_click(drafted: Path) -> None:
    before = drafted.read_bytes()
    seen = clicked(drafted, "issue", [MONTH, None])
    assert seen.told == []
    assert drafted.read_bytes() == before


@pytest.mark.parametrize(("says_yes", "shown"), [(True, [("Movement", 0)]), (False, [])])
def test_a_refusal_leads_to_its_sheet(drafted: Path, says_yes: bool, shown: list[tuple[str, int]]) -> None:
    seen = clicked(drafted, "issue", [MONTH, ""], says_yes=says_yes)
    assert "Show sheet Movement?" in seen.told[0]
    assert "and 23 more" in seen.told[0]
    assert seen.shown == shown


def test_a_workbook_of_somebody_else_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "Budget.xlsx"
    path.write_bytes(b"not a workbook")
    assert clicked(path, "check").told[0].startswith("WBK-001")


def outcome_of(*lines: str, problems: Sequence[Problem] = ()) -> Command:
    button = Button("Look", "Try", "Help", lambda _: Outcome(lines, {}, tuple(problems)))
    return Command(("try",), "Try.", button)


@pytest.mark.parametrize(("severity", "offered"), [(Severity.BLOCK, True), (Severity.NOTE, False)])
def test_the_first_problem_is_shown_with_the_way_to_checks(
    severity: Severity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, offered: bool
) -> None:
    problem = Problem("CMD-005", "There is nothing to invoice.", severity=severity)
    monkeypatch.setitem(command_list.COMMANDS, "try", outcome_of("Done.", problems=[problem, problem]))
    seen = clicked(tmp_path / "Billing.xlsx", "try")
    assert ("There is nothing to invoice." in seen.told[0]) is offered
    assert seen.shown == ([("Checks", 0)] if offered else [])


def test_a_message_is_never_higher_than_a_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"line {number}" for number in range(LINES_AT_MOST + 5)]
    monkeypatch.setitem(command_list.COMMANDS, "try", outcome_of(*lines))
    told = clicked(tmp_path / "Billing.xlsx", "try").told[0].splitlines()
    assert told == [*lines[:LINES_AT_MOST], "… and 5 more lines"]


def test_a_mistake_of_our_own_is_a_sentence_and_a_log(drafted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Click) -> Outcome:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setitem(COMMANDS, "try", Command(("try",), "Try.", Button("Look", "Try", "Help", broken)))
    seen = clicked(drafted, "try")
    (told,) = seen.told
    assert "deep inside" not in told
    assert str(log_of(drafted)) in told
    log = log_of(drafted).read_text(encoding="utf-8")
    assert "ZeroDivisionError: deep inside" in log


def test_the_log_starts_anew_when_it_is_large(tmp_path: Path) -> None:
    log = log_of(tmp_path / "Billing.xlsx")
    log.parent.mkdir()
    log.write_text("x" * 1_000_001, encoding="utf-8")
    clicked(tmp_path / "Billing.xlsx", "help")
    assert log.stat().st_size < 1_000
    assert log.with_name("billow.log.1").stat().st_size > 1_000_000
