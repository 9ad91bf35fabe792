#!/usr/bin/env python3
"""Write the pages of the manual that come from the code: sheets, problems, commands, functions.

``python docs/generate.py`` brings them up to date, and runs the commands shown in the README anew; a test
compares all of it with what this would write.
"""

import contextlib
import importlib
import os
import re
import shlex
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import typer
from typer.testing import CliRunner

from billow.cli import app
from billow.functions import FUNCTIONS, GROUPS, Argument, Function, answer
from billow.functions.formulas import formula
from billow.problems import MEANINGS
from billow.sheets.columns import SETTINGS, SHEETS, Column, Sheet
from billow.workbook.book import Workbook

MANUAL = Path(__file__).parent / "manual"
README = Path(__file__).parents[1] / "README.md"
MADE = "<!-- Made by docs/generate.py from {source}. Do not edit; change the source and run it again. -->"

PARTS = {
    "IMP": "Reading a vendor's report",
    "PUL": "Fetching reports",
    "WBK": "The workbook",
    "CMD": "Commands",
    "EXC": "Excel and the add-in",
    "SET": "Settings",
    "INP": "Input sheets that do not fit together",
    "RUL": "Rule files",
    "PRC": "Prices",
    "DSC": "Discounts",
    "PRD": "Products",
    "FX": "Exchange rates",
    "CON": "Contracts",
    "DRV": "What makes a line",
    "RAT": "Rating",
    "VAT": "VAT",
    "REG": "Register and issuing",
    "JRN": "Journal",
    "EXP": "Files that are handed over",
    "CHK": "Checks",
    "MOV": "Movement",
    "INS": "Installing",
}

WHO = {"input": "you", "result": "Billow", "formula": "formula"}
KINDS = {
    "input": "You fill it in.",
    "result": "Billow fills it in; each run writes it anew.",
    "mixed": "Billow fills in the rows; you fill in the yellow columns.",
}
MODULES = {"import": "import_reports", "uninstall": "install"}  # a module cannot be called import


@cache
def pages() -> dict[str, str]:
    """Return the text of each page by its name."""
    return {
        "sheets.md": "\n".join(_sheets()),
        "problems.md": "\n".join(_problems()),
        "commands.md": "\n".join(_commands()),
        "functions.md": "\n".join(_functions()),
    }


def command_lines() -> Iterator[tuple[str, ...]]:
    """Yield the words of each command that can be run, such as ``("formats", "detect")``."""
    yield from _walk(typer.main.get_command(app), ())


def help_of(words: tuple[str, ...]) -> str:
    """Return what ``billow … --help`` prints."""
    found = CliRunner().invoke(app, [*words, "--help"], prog_name="billow", env={"COLUMNS": "100"})
    return "\n".join(line.rstrip() for line in found.output.rstrip().splitlines())


def played(page: str) -> str:
    """Return a page with its ``console`` block run anew, in an empty folder."""
    head, fence, rest = page.partition("```console\n")
    block, end, tail = rest.partition("```")
    shown: list[str] = []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for line in block.splitlines():
            if line.startswith("$ billow "):
                shown += [line, *_said(shlex.split(line)[2:]), ""]
    return "".join((head, fence, "\n".join(shown[:-1]), "\n", end, tail))


def _said(arguments: list[str]) -> list[str]:
    found = CliRunner().invoke(app, arguments, prog_name="billow")
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.output.rstrip().splitlines()


def _walk(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    commands = getattr(command, "commands", None)
    if commands is None:
        yield words
        return
    for name in commands:
        yield from _walk(commands[name], (*words, name))


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(header)
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        cells = (cell.replace("|", "\\|").replace("<", "&lt;") for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _sheets() -> Iterator[str]:
    yield MADE.format(source="billow/sheets/attributes")
    yield "# The sheets and their columns"
    yield ""
    yield "Yellow cells are for you. *Who* says who fills a column: you, Billow, or a formula."
    yield "Your own columns beside a table, notes, widths, sorting and filters stay when Billow writes."
    yield "Dates are inclusive: *from* and *through* both count."
    yield "A percentage is a plain number: 12.5 is 12.5 %."
    yield ""
    for group in dict.fromkeys(sheet.group for sheet in SHEETS.values()):
        links = (f"[{s.title}](#{_anchor(s)})" for s in SHEETS.values() if s.group == group)
        yield f"- **{group}**: {', '.join(links)}"
    yield ""
    for sheet in SHEETS.values():
        yield from _sheet(sheet)
    yield "## The rows of sheet Settings"
    yield ""
    rows = ((s.name, s.type, s.unit, s.default, s.meaning) for s in SETTINGS)
    yield from _table(("Setting", "Type", "Unit", "Default", "Meaning"), rows)


def _anchor(sheet: Sheet) -> str:
    return re.sub(r"[^a-z0-9 -]", "", _title(sheet).lower()).replace(" ", "-")


def _title(sheet: Sheet) -> str:
    alone = sum(other.title == sheet.title for other in SHEETS.values()) == 1
    return sheet.title if alone else f"{sheet.title} {sheet.table}"


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f"## {_title(sheet)}"
    yield ""
    yield f"{sheet.description} {KINDS[sheet.kind]}"
    key = f" Its rows are told apart by {' + '.join(sheet.key)}." if sheet.key else ""
    yield f"The table is called `{sheet.table}`.{key}"
    yield ""
    header = ("Column", "Who", "Type", "Default", "Choices", "Description", "Example")
    yield from _table(header, map(_column, sheet.columns))


def _column(column: Column) -> tuple[str, ...]:
    unit = f", {column.unit}" if column.unit else ""
    required = " (needed)" if column.required and column.role == "input" else ""
    return (
        column.name + required,
        WHO[column.role],
        column.type + unit,
        column.default,
        _choices(column),
        column.description,
        column.example,
    )


def _choices(column: Column) -> str:
    if column.list_of:
        table, name = column.list_of
        return f"{name} on sheet {SHEETS[table].title}"
    return ", ".join(column.choices)


def _problems() -> Iterator[str]:
    yield MADE.format(source="billow.problems.MEANINGS")
    yield "# What a message means"
    yield ""
    yield "A message has a code, a sentence, a place and a hint. The place says file, sheet, row and column."
    yield "All messages of a run come at once, on the terminal. They also stand on sheet Checks, unless the"
    yield "command stopped before it wrote anything."
    yield ""
    yield "- **stop**: the command ends. Workbook, charges and register stay as they were."
    yield "- **block**: work goes on. The invoices it touches cannot be issued: one customer's, or all."
    yield "- **note**: worth knowing. It holds up nothing."
    yield ""
    for prefix in dict.fromkeys(code.partition("-")[0] for code in MEANINGS):
        yield f"## {PARTS[prefix]}"
        yield ""
        rows = ((code, text) for code, text in MEANINGS.items() if code.startswith(f"{prefix}-"))
        yield from _table(("Code", "It means"), rows)


def _commands() -> Iterator[str]:
    yield MADE.format(source="the command line itself")
    yield "# The commands"
    yield ""
    yield "Each command prints a short summary. `--json` prints the same for a machine."
    yield "It ends with 0 when it is done, 1 when a problem stops it, and 2 when it was called wrongly."
    yield ""
    for words in command_lines():
        yield f"## billow {' '.join(words)}"
        yield ""
        yield from _about(words)
        yield "```text"
        yield help_of(words)
        yield "```"
        yield ""


def _about(words: tuple[str, ...]) -> Iterator[str]:
    if len(words) > 1:  # its module is about several commands; the help says enough
        return
    module = importlib.import_module(f"billow.commands.{MODULES.get(words[0], words[0])}")
    yield (module.__doc__ or "").strip().replace("``", "`")
    yield ""


_EXAMPLE_USERS = [
    {"Customer": "C-1001", "Product": "SUPPORT", "User": user, "Name": name, "From": first, "Through": last}
    for user, name, first, last in (
        ("jan@vlietlandzorg.example", "Jan Jansen", date(2026, 1, 1), date(2026, 7, 13)),
        ("els@vlietlandzorg.example", "Els de Wit", date(2026, 7, 14), None),
    )
]


@cache
def example_ranges() -> Mapping[str, list[list[Any]]]:
    """Return every table of the example month as a formula hands it over, by name, and what is named besides.

    ``run`` is the cell Billow_Run, of a look at the month after it, without reports; what the run left is
    looked up at once, since the folder does not stay. The example has no users, so two are typed.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ.setdefault("BILLOW_HOME", str(Path(folder).resolve()))
        _said(["demo", "example"])
        workbook = Path("example", "Billing.xlsx")
        found = tables_of(workbook)
        book = Workbook.open(workbook)
        book.append("tblUsers", _EXAMPLE_USERS)
        book.save()
        _said(["check", str(workbook), "--period", "2026-07"])
        found["run"] = [[Workbook.open(workbook).cell("Billow_Run")]]
        header, first = found["tblLines"][:2]
        found["line"] = [[first[header.index("Line")]]]
        answer(FUNCTIONS["BILLOW_CHECK"], found["run"][0])
        return found


def tables_of(workbook: Path) -> dict[str, list[list[Any]]]:
    """Return every table of a workbook with its header, the cells as a spreadsheet holds them."""
    return {
        table.name: [[cell.value for cell in row] for row in sheet[table.ref]]
        for sheet in openpyxl.load_workbook(workbook, data_only=True)
        for table in sheet.tables.values()
    }


_ABOUT_FUNCTIONS = """
You type them into cells, as `=BILLOW_RATE(A2:A20, D2:D4, E2:E4)`. They compute and never write, and they come
to what the invoice comes to: one price, one proration, one rounding.

- A *column* gives an answer per cell. Give whole columns in one formula; a formula per row is slow. A single
  cell counts for all rows.
- A *table* is named whole with its header, as `tblPrices[#All]`. A changed price changes the answer at once.
- An argument that is left out takes its default. A cell that is blank never does: the answer says so.
- What cannot be answered begins with `#BILLOW:` and says why; only that row is without an answer.
- Dates are inclusive. Percentages are plain numbers: 21 is 21 %.

In LibreOffice (`billow install --calc`) arguments are separated by semicolons, a table is named without
`[#All]`, as `tblPrices`, and an answer of several cells is entered with Ctrl+Shift+Enter. A single blank cell
comes as 0 there, in a range it is blank. Excel on Windows has the functions with tab *Billow*
(`billow install`); [hosts](../hosts.md) says where else they are.
"""


def _functions() -> Iterator[str]:
    yield MADE.format(source="billow.functions")
    yield "# The functions"
    yield ""
    yield from _ABOUT_FUNCTIONS.strip().splitlines()
    yield ""
    for group in GROUPS:
        own = [called for called in FUNCTIONS.values() if called.group == group]
        yield from (f"## {group}", "") if own else ()
        for called in own:
            yield from _function(called)


def _function(called: Function) -> Iterator[str]:
    names = (f"[{a.name}]" if a.is_optional else a.name for a in called.arguments)
    yield f"### {called.name}"
    yield ""
    yield f"`{called.name}({', '.join(names)})`"
    yield ""
    yield called.help
    yield ""
    yield from _table(("Argument", "What", "Default", "It is"), map(_argument, called.arguments))
    ranges = example_ranges()
    cells = [ranges[cell] if isinstance(cell, str) and cell in ranges else cell for cell in called.example]
    yield "```text"
    yield "=" + formula(called, {"line_id": f'"{ranges["line"][0][0]}"'})
    yield ""
    yield from _aligned([[_shown(cell) for cell in row] for row in answer(called, cells, day=str)])
    yield "```"
    yield ""


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _argument(argument: Argument) -> tuple[str, ...]:
    what = argument.shape if argument.shape != "cell" else argument.kind
    choices = f" ({', '.join(argument.choices)})" if argument.choices else ""
    shown = argument.is_optional and argument.shape == "cell"
    return argument.name, what, _shown(argument.default) if shown else "", argument.help + choices


def _shown(cell: Any) -> str:
    return format(cell, "g") if isinstance(cell, float) else str(cell)


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (MANUAL / name).write_text(text, encoding="utf-8")
    README.write_text(played(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
