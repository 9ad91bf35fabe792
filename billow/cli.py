"""``billow``: the month from the command line, the headless twin of the ribbon.

Words and help come from ``billow.commands.command_list``. Every command takes ``--json`` for machines and
ends with 0 when done, 1 when a problem stops it, and 2 for wrong usage.
"""

import json
import re
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from billow import __version__
from billow.catalog.increase import Also
from billow.commands.add_in import install, uninstall
from billow.commands.check import check
from billow.commands.command_list import COMMANDS, ribbon_help
from billow.commands.connect import connect
from billow.commands.doctor import doctor
from billow.commands.documents import Progress as Report
from billow.commands.explain import explain
from billow.commands.export import export
from billow.commands.formats import convert, detect
from billow.commands.freeze import freeze
from billow.commands.import_reports import import_reports
from billow.commands.increase import increase
from billow.commands.install import install_calc, uninstall_calc
from billow.commands.invoice import invoice
from billow.commands.issue import issue
from billow.commands.machine import Machine
from billow.commands.map_format import Wanted, map_format
from billow.commands.migrate import migrate
from billow.commands.orders import orders
from billow.commands.outcome import Outcome
from billow.commands.prices import import_list
from billow.commands.schedule import schedule
from billow.commands.undo import undo
from billow.problems import Problem, Refused, Severity

app = typer.Typer(
    name="billow",
    help="Cloud billing that lives in Excel.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
formats_app = typer.Typer(help="Formats of vendor reports.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(formats_app, name="formats")
prices_app = typer.Typer(help="Prices over time.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(prices_app, name="prices")
_GROUPS = {(): app, ("formats",): formats_app, ("prices",): prices_app}

_ALL_OF_IT = -100

WorkbookPath = Annotated[Path, typer.Argument(metavar="WORKBOOK", help="The billing workbook (.xlsx).")]
Period = Annotated[str, typer.Option(help="Billing month, YYYY-MM.")]
MaybePeriod = Annotated[str | None, typer.Option(help="Billing month, YYYY-MM.")]
Customer = Annotated[str | None, typer.Option(help="Only this customer number.")]
FormatsOf = Annotated[
    Path | None, typer.Option(metavar="FILE.xlsx", help="Know the formats of this workbook too.")
]
Accept = Annotated[bool, typer.Option("--accept", help="Write it; without, it is only shown.")]
Calc = Annotated[bool, typer.Option("--calc", help="In LibreOffice Calc.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]


def _command(id_: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a function run the command of that id; its words and its help stand in the list of commands."""
    listed = COMMANDS[id_]
    *group, name = listed.words
    return _GROUPS[tuple(group)].command(name=name, help=listed.help)


def _percent(text: str) -> Decimal:
    """Read a percentage exactly; a float would not be what was typed."""
    if not re.fullmatch(r"-?\d{1,3}([.,]\d{1,6})?", text.strip()):
        raise typer.BadParameter(f"{text!r} is not a percentage such as 3.5")
    percent = Decimal(text.strip().replace(",", "."))
    if percent == 0 or percent <= _ALL_OF_IT:
        raise typer.BadParameter("an increase is not 0, and takes off less than 100")
    return percent


@app.callback(invoke_without_command=True)
def about(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Cloud billing that lives in Excel."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


@_command("new")
def _new(
    workbook: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to make.")],
    reports: Annotated[
        list[Path] | None, typer.Argument(metavar="[REPORT]...", help="Further reports for --from.")
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Fill it with an example reseller.")] = False,
    first: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="REPORT", help="Propose customers and products from this report."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    # imported here: what makes examples and proposals, no other command should wait for
    from billow.commands.new import new  # noqa: PLC0415

    sources = [*(first or []), *(reports or [])]
    _run(lambda say: new(workbook, with_example=example, reports=sources, progress=say), as_json=as_json)


@_command("import")
def _import(
    workbook: WorkbookPath,
    reports: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REPORT]...", help="Files, folders, patterns or addresses; none: sheet Report sources."
        ),
    ] = None,
    period: MaybePeriod = None,
    as_json: AsJson = False,
) -> None:
    _run(lambda say: import_reports(workbook, reports or [], period, say), as_json=as_json)


@_command("orders")
def _orders(
    workbook: WorkbookPath,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Orders, inventories; none: write what was accepted."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day on which an inventory was made; default now."),
    ] = None,
    format_id: Annotated[
        str | None, typer.Option("--format", help="Its format; default: found from the header.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    day = as_of.date() if as_of else None
    _run(lambda say: orders(workbook, files or [], day, format_id, say), as_json=as_json)


@_command("check")
def _check(workbook: WorkbookPath, period: MaybePeriod = None, as_json: AsJson = False) -> None:
    _run(lambda _: check(workbook, period), as_json=as_json)


@_command("invoice")
def _invoice(
    workbook: WorkbookPath, period: Period, customer: Customer = None, as_json: AsJson = False
) -> None:
    _run(lambda say: invoice(workbook, period, customer, say), as_json=as_json)


@_command("issue")
def _issue(
    workbook: WorkbookPath,
    period: Period,
    customer: Customer = None,
    reason: Annotated[str, typer.Option(help="A written reason for the movement gate.")] = "",
    issue_date: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Invoice date; default today.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    day: date | None = issue_date.date() if issue_date else None
    _run(lambda say: issue(workbook, period, customer, reason, day, say), as_json=as_json)


@_command("export")
def _export(
    workbook: WorkbookPath,
    period: Period,
    to: Annotated[str, typer.Option(help="Target: journal-csv, hledger, deferral-by-month or -by-day.")],
    again: Annotated[bool, typer.Option("--again", help="Hand over a second time.")] = False,
    as_json: AsJson = False,
) -> None:
    _run(lambda _: export(workbook, period, to, again=again), as_json=as_json)


@_command("connect")
def _connect(workbook: WorkbookPath, as_json: AsJson = False) -> None:
    _run(lambda _: connect(workbook), as_json=as_json)


@_command("freeze")
def _freeze(workbook: WorkbookPath, as_json: AsJson = False) -> None:
    _run(lambda _: freeze(workbook), as_json=as_json)


@_command("undo")
def _undo(workbook: WorkbookPath, as_json: AsJson = False) -> None:
    _run(lambda _: undo(workbook), as_json=as_json)


@_command("migrate")
def _migrate(workbook: WorkbookPath, as_json: AsJson = False) -> None:
    _run(lambda _: migrate(workbook), as_json=as_json)


@_command("explain")
def _explain(
    workbook: WorkbookPath,
    invoice_name: Annotated[
        str,
        typer.Argument(metavar="INVOICE", help="Its number, a customer number, or 'DRAFT C-1003'."),
    ],
    line: Annotated[str, typer.Argument(metavar="LINE", help="Its place on the invoice, or its mark.")],
    as_json: AsJson = False,
) -> None:
    _run(lambda _: explain(workbook, invoice_name, line), as_json=as_json)


@_command("schedule")
def _schedule(
    workbook: WorkbookPath,
    subscription: Annotated[str, typer.Argument(metavar="SUBSCRIPTION", help="A contract of the workbook.")],
    through: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Periods that begin by this day; default a year from now."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    day = through.date() if through else None
    _run(lambda _: schedule(workbook, subscription, day), as_json=as_json)


@_command("formats_detect")
def _detect(
    reports: Annotated[list[Path], typer.Argument(metavar="REPORT...", help="Reports to look at.")],
    workbook: FormatsOf = None,
    as_json: AsJson = False,
) -> None:
    _run(lambda _: detect(reports, workbook), as_json=as_json)


@_command("formats_convert")
def _convert(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="The report.")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="Where to write: .csv or .parquet.")],
    period: MaybePeriod = None,
    workbook: FormatsOf = None,
    as_json: AsJson = False,
) -> None:
    _run(lambda _: convert(report, to, period, workbook), as_json=as_json)


@_command("formats_map")
def _map(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="The report that no format knows.")],
    workbook: Annotated[
        Path | None, typer.Option(metavar="FILE.xlsx", help="The workbook that keeps the format.")
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", metavar="NAME", help="How to call the format.")
    ] = "",
    vendor: Annotated[str, typer.Option(help="How the vendor is called on all sheets.")] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="TARGET=HEADER", help="What a column is; no header: none. May be repeated."),
    ] = None,
    currency: Annotated[str, typer.Option(help="The currency, where no column says it.")] = "",
    period: MaybePeriod = None,
    accept: Accept = False,
    as_json: AsJson = False,
) -> None:
    said = dict(_named_column(text) for text in column or [])
    wanted = Wanted(format_name, vendor, said, currency, period, accept)
    _run(lambda _: map_format(report, workbook, wanted), as_json=as_json)


def _named_column(text: str) -> tuple[str, str]:
    target, found, header = text.partition("=")
    if not found or not target.strip():
        raise typer.BadParameter(f"{text!r} is not written as TARGET=HEADER, such as BilledCost=Netto")
    return target.strip(), header.strip()


@_command("prices_import")
def _import_list(
    workbook: WorkbookPath,
    price_list: Annotated[Path, typer.Argument(metavar="LIST", help="Microsoft's price list.")],
    accept: Accept = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Take every article, not only those of this workbook.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    _run(lambda _: import_list(workbook, price_list, accept=accept, everything=everything), as_json=as_json)


@_command("prices_increase")
def _increase(
    workbook: WorkbookPath,
    percent: Annotated[
        Decimal, typer.Option("--by", metavar="PERCENT", parser=_percent, help="How much more; 3.5 is 3.5 %.")
    ],
    start: Annotated[
        datetime, typer.Option("--from", metavar="DATE", formats=["%Y-%m-%d"], help="First day, YYYY-MM-DD.")
    ],
    product: Annotated[
        list[str] | None, typer.Option(help="Only this product, family or vendor; may be repeated.")
    ] = None,
    also: Annotated[
        list[Also] | None,
        typer.Option(help="Raise these too: agreed prices, fixed fees, minimum, maximum, commitment."),
    ] = None,
    accept: Accept = False,
    as_json: AsJson = False,
) -> None:
    first, named, more = start.date(), product or [], also or []
    _run(
        lambda _: increase(workbook, percent=percent, start=first, products=named, also=more, accept=accept),
        as_json=as_json,
    )


@_command("demo")
def _demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to make the example.")] = Path(
        "billow-demo"
    ),
    as_json: AsJson = False,
) -> None:
    # imported here: as for a new workbook
    from billow.commands.demo import demo  # noqa: PLC0415

    _run(lambda say: demo(folder, say), as_json=as_json)


@_command("install")
def _install(calc: Calc = False, as_json: AsJson = False) -> None:
    _run(lambda _: install_calc() if calc else install(Machine.here()), as_json=as_json)


@_command("uninstall")
def _uninstall(calc: Calc = False, as_json: AsJson = False) -> None:
    _run(lambda _: uninstall_calc() if calc else uninstall(Machine.here()), as_json=as_json)


@_command("doctor")
def _doctor(
    workbook: Annotated[
        Path | None, typer.Argument(metavar="[WORKBOOK]", help="Look at this workbook too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    _run(lambda _: doctor(workbook, Machine.here()), as_json=as_json)


@_command("help")
def _help(as_json: AsJson = False) -> None:
    _run(lambda _: ribbon_help(), as_json=as_json)


def _run(command: Callable[[Report], Outcome], *, as_json: bool) -> None:
    """Run a command with a progress bar, print what it came to, and end with its code."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=errors, transient=True, disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("", total=None)
            outcome = command(
                lambda text, done, of: bar.update(task, description=text, completed=done, total=of)
            )
    except Refused as refused:
        _print_refusal(refused, errors, as_json=as_json)
        raise typer.Exit(1) from refused
    if as_json:
        typer.echo(json.dumps({**outcome.data, "problems": _as_data(outcome.problems)}, ensure_ascii=False))
    else:
        typer.echo("\n".join(outcome.lines))
        _print_problems(outcome.problems, errors)
    raise typer.Exit(outcome.exit_code)


def _print_refusal(refused: Refused, errors: Console, *, as_json: bool) -> None:
    if as_json:
        data = {"problems": _as_data(refused.problems), "done": refused.done}
        typer.echo(json.dumps(data, ensure_ascii=False))
        return
    _print_problems(refused.problems, errors)
    count = sum(problem.severity is Severity.STOP for problem in refused.problems)
    done = refused.done or "nothing was changed."
    errors.print(f"Stopped by {count} problem{'s' if count != 1 else ''}; {done}", markup=False)


def _print_problems(problems: tuple[Problem, ...], errors: Console) -> None:
    pressing: dict[str, list[str]] = {}
    for problem in problems:
        if problem.severity is not Severity.NOTE:
            pressing.setdefault(str(problem), []).append(problem.customer)
    for text, customers in pressing.items():
        errors.print(text, markup=False)
        if len(customers) > 1:
            errors.print(f"  for     customers {', '.join(customers)}", markup=False)
    notes = [problem for problem in problems if problem.severity is Severity.NOTE]
    for note in notes[:10]:
        errors.print(f"note: {note.sentence} ({note.place})", markup=False)
    if len(notes) > 10:  # noqa: PLR2004 - what a person reads on a terminal
        errors.print(f"note: and {len(notes) - 10} more, on sheet Checks.", markup=False)


def _as_data(problems: tuple[Problem, ...]) -> list[dict[str, object]]:
    return [
        {
            "code": problem.code,
            "severity": problem.severity.value,
            "sentence": problem.sentence,
            "file": problem.place.file,
            "sheet": problem.place.sheet,
            "row": problem.place.row,
            "column": problem.place.column,
            "hint": problem.hint,
            "customer": problem.customer,
        }
        for problem in problems
    ]


def main() -> None:
    """Run the command line."""
    app()
