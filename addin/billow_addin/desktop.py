"""A click, from the question for the month to the message at the end; Excel itself stays behind ``Host``.

The command runs on the workbook that is open, through its port: what it writes appears on the sheets.
"""

import logging
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Protocol

from billow.commands.button import Button, Click
from billow.commands.command_list import COMMANDS
from billow.commands.desk import At
from billow.commands.machine import Machine
from billow.commands.outcome import Outcome
from billow.problems import Problem, Refused, Severity

LINES_AT_MOST = 40  # a message box that is higher than a screen cannot be closed
_LOG_BYTES = 1_000_000
_logger = logging.getLogger("billow.excel")


class Host(Protocol):
    """What a click needs of the program that shows the workbook."""

    def workbook(self) -> At:
        """Return the active workbook; ``Refused`` when it cannot be worked on."""

    def selected(self) -> tuple[str, int]:
        """Return the sheet that is shown, and the row of the selected cell."""

    def ask(self, text: str, proposed: str) -> str | None:
        """Ask for a text; ``None`` when the question was cancelled."""

    def tell(self, text: str) -> None:
        """Show a message."""

    def offer(self, text: str) -> bool:
        """Show a message with a question, and return whether the answer is yes."""

    def progress(self, text: str) -> None:
        """Show what is going on; '' shows nothing any more."""

    def show(self, sheet: str, row: int) -> None:
        """Show a row of a sheet; nothing happens when there is no such sheet."""


def click(host: Host, command_id: str, log_file: Path | None = None) -> None:
    """Run the command of a button; whatever happens, the person at the machine gets a sentence."""
    log = log_file or Machine.here().log
    try:
        _listen(log)
        _logger.info("%s", command_id)
        _run(host, command_id)
    except Refused as refused:
        _logger.info("refused: %s", ", ".join(problem.code for problem in refused.problems))
        _refusal(host, refused)
    except Exception:  # a click must never end in a traceback
        _logger.exception("%s failed", command_id)
        host.tell(f"Billow has made a mistake of its own. Please send this file to your support:\n\n{log}")
    finally:
        host.progress("")


def _listen(log: Path) -> None:
    """Let what happens be written to the log file, which starts anew when it has grown large."""
    log.parent.mkdir(parents=True, exist_ok=True)
    for old in _logger.handlers[:]:
        _logger.removeHandler(old)
        old.close()
    handler = RotatingFileHandler(log, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _logger.addHandler(handler)
    _logger.setLevel(logging.INFO)


def _run(host: Host, command_id: str) -> None:
    button = COMMANDS[command_id].button
    if button is None:
        raise KeyError(command_id)
    workbook = host.workbook()
    sheet, row = host.selected()
    answers = _answers(host, button, workbook)
    if answers is None:
        return
    host.progress(f"Billow: {button.label}")
    outcome = button.run(Click(workbook, answers, sheet, row, lambda *said: host.progress(_counted(*said))))
    _logger.info("done: %s", " ".join(outcome.lines[:2]))
    _summary(host, outcome)


def _answers(host: Host, button: Button, workbook: At) -> dict[str, str] | None:
    """Ask what the command has to know; ``None`` when one of the questions was cancelled."""
    answers: dict[str, str] = {}
    for question in button.asks:
        answer = host.ask(question.text, question.default(workbook))
        if answer is None:
            return None
        answers[question.name] = answer.strip()
    return answers


def _counted(text: str, done: int, of: int) -> str:
    return f"Billow: {text}, {done} of {of}" if of > 1 else f"Billow: {text}"


# --- what is said at the end


def _summary(host: Host, outcome: Outcome) -> None:
    said = _shortened(outcome.lines)
    pressing = [problem for problem in outcome.problems if problem.severity is not Severity.NOTE]
    if not pressing:
        host.tell(said)
    elif host.offer(f"{said}\n\n{_first(pressing)}\n\nShow sheet Checks?"):
        host.show("Checks", 0)


def _refusal(host: Host, refused: Refused) -> None:
    first, done = refused.problems[0], refused.done or "Nothing was changed."
    said = f"{_first(refused.problems)}\n\n{done[0].upper()}{done[1:]}"
    if not first.place.sheet:
        host.tell(said)
    elif host.offer(f"{said}\n\nShow sheet {first.place.sheet}?"):
        host.show(first.place.sheet, first.place.row or 0)


def _first(problems: Sequence[Problem]) -> str:
    """Return the first problem in full, and how many more there are."""
    more = len(problems) - 1
    return str(problems[0]) + (f"\n\nand {more} more" if more else "")


def _shortened(lines: Sequence[str]) -> str:
    left = len(lines) - LINES_AT_MOST
    return "\n".join([*lines[:LINES_AT_MOST], *([f"… and {left} more lines"] if left > 0 else [])])
