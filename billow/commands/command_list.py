"""The one list of commands: the ribbon, the command line, the manual and the tests are made from it.

A command without a button is for the command line only. A button stands here when its command is built.

>>> COMMANDS["check"].button.label
'Check'
>>> [command.words for command in COMMANDS.values() if command.id == "formats_detect"]
[('formats', 'detect')]
"""

from dataclasses import dataclass

from billow.commands.button import Button, Question
from billow.commands.check import check
from billow.commands.connect import connect
from billow.commands.desk import At, book_at
from billow.commands.doctor import doctor
from billow.commands.explain_cell import explain_cell
from billow.commands.export import export
from billow.commands.freeze import freeze
from billow.commands.help import help_of
from billow.commands.import_reports import import_reports
from billow.commands.invoice import invoice
from billow.commands.issue import issue
from billow.commands.machine import Machine
from billow.commands.outcome import Outcome
from billow.commands.undo import undo
from billow.exports.registry import TARGETS

GROUPS = ("Month", "Hand over", "Look", "Workbook")


@dataclass(frozen=True)
class Command:
    """A command: its words on the command line, one sentence of help, and its button, if it has one."""

    words: tuple[str, ...]
    help: str
    button: Button | None = None

    @property
    def id(self) -> str:
        """The name under which the ribbon calls it."""
        return "_".join(self.words)


def _shown_month(workbook: At) -> str:
    return book_at(workbook).cell("Billow_Period")


MONTH = Question("period", "Which billing month (YYYY-MM)?", _shown_month)
REASON = Question(
    "reason", "The numbers are final. A reason for customers that are new or moved, if none is on Movement:"
)
TARGET = Question(
    "target", f"For which accounting system ({', '.join(TARGETS)})?", lambda _: next(iter(TARGETS))
)

_ALL = (
    Command(("new",), "Make a workbook: empty, with an example, or proposed from last month's reports."),
    Command(
        ("import",),
        "Import vendors' reports; a report with a mistake changes nothing.",
        Button(
            "Month",
            "Import usage",
            "GetExternalDataFromText",
            lambda click: import_reports(click.workbook, [], None, click.progress),
        ),
    ),
    Command(("orders",), "Propose rows of Subscriptions and Changes from orders and inventories."),
    Command(
        ("check",),
        "Look at everything and list what needs attention on sheet Checks.",
        Button("Month", "Check", "Spelling", lambda click: check(click.workbook, None)),
    ),
    Command(
        ("invoice",),
        "Draft the invoices of a month, as sheets and PDF files.",
        Button(
            "Month",
            "Generate invoices",
            "CreateReport",
            lambda click: invoice(click.workbook, click.answers["period"], None, click.progress),
            (MONTH,),
        ),
    ),
    Command(
        ("issue",),
        "Give the drafts their numbers; from then on they never change.",
        Button(
            "Month",
            "Issue",
            "FileMarkAsFinal",
            lambda click: issue(
                click.workbook, click.answers["period"], None, click.answers["reason"], None, click.progress
            ),
            (MONTH, REASON),
        ),
    ),
    Command(
        ("export",),
        "Hand the issued invoices of a month over to accounting.",
        Button(
            "Hand over",
            "Export",
            "ExportTextFile",
            lambda click: export(
                click.workbook, click.answers["period"], click.answers["target"], again=False
            ),
            (MONTH, TARGET),
        ),
    ),
    Command(
        ("explain",),
        "Say why a line has its amount, from the vendor's rows to the rounding.",
        Button("Look", "Explain this cell", "FormulaEvaluate", explain_cell),
    ),
    Command(
        ("connect",),
        "Put the formulas of sheet Functions, and those that were frozen, into their cells.",
        Button("Workbook", "Connect formulas", "DataRefreshAll", lambda click: connect(click.workbook)),
    ),
    Command(
        ("freeze",),
        "Turn formulas that need Billow into values, before the workbook goes to somebody without it.",
        Button("Workbook", "Freeze formulas", "PasteValues", lambda click: freeze(click.workbook)),
    ),
    Command(
        ("undo",),
        "Put the sheets back to what they were before the last run; an issued number stays.",
        Button("Workbook", "Undo last run", "Undo", lambda click: undo(click.workbook)),
    ),
    Command(("migrate",), "Bring a workbook of an earlier Billow up to this one; all that is there stays."),
    Command(
        ("schedule",),
        "List the periods of a contract: their days, the month in which each is billed, the quantity.",
    ),
    Command(
        ("install",),
        "Put tab Billow and the functions into Excel, or the functions into LibreOffice Calc (--calc).",
    ),
    Command(("uninstall",), "Take out of Excel, or of LibreOffice Calc (--calc), what install put there."),
    Command(("formats", "detect"), "Say which format a report has."),
    Command(("formats", "convert"), "Write the normalised charges of a report."),
    Command(
        ("formats", "map"),
        "Propose a format for a new report and show what it gives; with --accept keep it on the sheets.",
    ),
    Command(
        ("prices", "import"),
        "Show what a price list changes and for whom; with --accept fill sheet List prices.",
    ),
    Command(
        ("prices", "increase"),
        "Show what an increase changes and for whom; with --accept add dated rows to sheet Prices.",
    ),
    Command(("demo",), "Make an example reseller and walk one month, from the reports to the journal."),
    Command(
        ("doctor",),
        "Look at Python, add-in, workbook, charges and register, and say what to do about each.",
        Button(
            "Workbook",
            "Doctor",
            "ErrorChecking",
            lambda click: doctor(click.workbook, Machine.here()),
        ),
    ),
    Command(
        ("help",),
        "Say what each button of tab Billow does.",
        Button("Workbook", "Help", "Help", lambda _: ribbon_help()),
    ),
)
COMMANDS = {command.id: command for command in _ALL}


def buttons(group: str) -> list[Command]:
    """Return the commands that have a button in this group, from left to right."""
    return [command for command in COMMANDS.values() if command.button and command.button.group == group]


def ribbon_help() -> Outcome:
    """Say what each button does."""
    shown = [(group, command) for group in GROUPS for command in buttons(group)]
    return help_of((group, c.button.label, c.help) for group, c in shown if c.button)
