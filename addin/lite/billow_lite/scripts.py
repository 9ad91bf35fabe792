"""The commands that need the sheets and nothing beside them: each asks the core, and shows what comes of it.

Import, invoices and all that follows them need the folder beside the workbook, which a browser has not.
"""

from collections.abc import Callable
from typing import Any

import xlwings

from billow.commands.help import help_of
from billow.commands.outcome import Outcome
from billow.commands.selected import selected_line
from billow.inputs import INPUTS, read_inputs
from billow.problems import Refused
from billow.sheets.columns import SHEETS
from billow_lite.sheets import OpenSheets, show

# The label and what is said of each here; the names are those of the buttons of tab Billow.
SCRIPTS = {
    "check": ("Check", "Look at the sheets and list what is wrong or does not fit together."),
    "explain": ("Explain this cell", "Say why the line of the selected row of Rated lines has its amount."),
    "help": ("Help", "Say what each script of Billow does."),
}
_HEADER = ["Severity", "Code", "Problem", "Where", "Hint"]


def check(book: Any) -> Outcome:
    """Read every input sheet, and list all that is wrong."""
    problems = read_inputs(OpenSheets(book, INPUTS)).problems
    lines = (
        f"Problems in the sheets: {len(problems)}." if problems else "The sheets are in order.",
        "Reports, their formats, invoices and the register are checked where Billow is installed.",
    )
    return Outcome(lines, {}, problems)


def explain(book: Any) -> Outcome:
    """Say all that sheet Rated lines knows of the selected line, step by step."""
    row = selected_line(OpenSheets(book, ["tblLines"]), book.sheets.active.name, book.app.selection.row)
    said = [(column.name, row[column.name]) for column in SHEETS["tblLines"].columns]
    lines = (
        f"{name}: {part}" for name, value in said if value is not None for part in str(value).split("; ")
    )
    return Outcome(tuple(lines))


def help_(_: Any) -> Outcome:
    """Say what each script does."""
    return help_of(("xlwings Lite", label, sentence) for label, sentence in SCRIPTS.values())


def _run(book: Any, command: Callable[[Any], Outcome]) -> None:
    """Run a command and show what comes of it, whatever happens: never a traceback."""
    try:
        outcome = command(book)
    except Refused as refused:
        outcome = Outcome(("Nothing was looked at.",), {}, refused.problems)
    except Exception as error:  # noqa: BLE001 - a clerk gets a sentence
        mistake = f"Billow has made a mistake of its own ({type(error).__name__}: {error})."
        outcome = Outcome((mistake, "Please send this sentence to your support."))
    problems = [[p.severity.value, p.code, p.sentence, str(p.place), p.hint] for p in outcome.problems]
    show(book, [*([line] for line in outcome.lines), *([_HEADER] if problems else []), *problems])


@xlwings.script(name="Billow: Check")  # type: ignore[untyped-decorator]
def billow_check(book: xlwings.Book) -> None:
    """Check the sheets."""
    _run(book, check)


@xlwings.script(name="Billow: Explain this cell")  # type: ignore[untyped-decorator]
def billow_explain(book: xlwings.Book) -> None:
    """Explain the line of the selected row."""
    _run(book, explain)


@xlwings.script(name="Billow: Help")  # type: ignore[untyped-decorator]
def billow_help(book: xlwings.Book) -> None:
    """Say what the scripts do."""
    _run(book, help_)
