"""New: a workbook of one's own, empty, with an example, or filled from last month's reports.

The register of issued invoices is made here and nowhere else, and its mark is written into the workbook,
so that a copy of the workbook cannot issue the same numbers again.
"""

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from billow_templates import template

from billow import example
from billow.charges import Charge
from billow.commands.desk import REGISTER_PROPERTY, data_folder, register_path
from billow.commands.documents import Progress
from billow.commands.outcome import Outcome
from billow.commands.proposals import defaults, propose
from billow.example import workbook as example_workbook
from billow.problems import Place, Problem, Refused, refuse_if_any
from billow.register.register import Register
from billow.usage import ChargeStore
from billow.vendors import Formats, import_report
from billow.workbook.book import Workbook


def new(workbook: Path, *, with_example: bool, reports: Sequence[Path], progress: Progress) -> Outcome:
    """Make ``workbook`` with its register beside it; an existing one is never overwritten."""
    _refuse_overwriting(workbook)
    charges = _read(reports, progress) if reports else []
    book = Workbook.open(template("Billing"))
    begin = defaults()
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = begin
    settings: Mapping[str, str] = {}
    lines = [f"{workbook} is ready."]
    if with_example:
        tables, settings = {**begin, **example_workbook.input_rows()}, example_workbook.settings()
        made = example.write_reports(workbook.parent / "reports" / "2026-06")
        lines.append(
            f"{len(made)} example reports of 2026-06 are in {workbook.parent / 'reports' / '2026-06'}."
        )
    elif reports:
        proposal = propose(charges, [str(path.resolve()) for path in reports])
        tables, settings = {**begin, **proposal.tables}, proposal.settings
        lines += proposal.said
    for table, rows in tables.items():
        book.write(table, rows)
    book.set_cells({f"Set_{key}": value for key, value in settings.items() if value})
    _save(book, workbook, settings.get("data_folder", ""))
    lines.append("Fill in sheet Settings next." if not with_example else "Import usage next.")
    return Outcome(tuple(lines), {"workbook": str(workbook)})


def _refuse_overwriting(workbook: Path) -> None:
    hint = "Choose another name; an existing workbook or register is never overwritten."
    for path in (workbook, register_path(data_folder(workbook, ""))):
        if path.exists():
            raise Refused([Problem("CMD-012", f"{path.name} already exists.", Place(str(path)), hint)])
    if workbook.suffix.lower() != ".xlsx":
        sentence = f'"{workbook.name}" is not the name of a workbook.'
        raise Refused([Problem("CMD-012", sentence, Place(str(workbook)), "Let the name end in .xlsx.")])


def _read(reports: Sequence[Path], progress: Progress) -> list[Charge]:
    """Read the reports into a store that is thrown away: only what they name is wanted."""
    formats = Formats.shipped()
    charges: list[Charge] = []
    problems: list[Problem] = []
    with TemporaryDirectory(prefix="billow-") as folder:
        store = ChargeStore(Path(folder))
        for done, path in enumerate(reports, start=1):
            progress(f"Reading {path.name}", done, len(reports))
            found = import_report(path, formats, out_dir=Path(folder) / "incoming")
            problems += found.problems
            if found.totals:
                store.commit(found, path)
        refuse_if_any(problems)
        for month in sorted({totals.billing_month for totals in store.imports()}):
            charges += store.charges(month)
    return charges


def _save(book: Workbook, workbook: Path, setting: str) -> None:
    """Save the workbook and make its register; neither stays without the other."""
    mark = str(uuid.uuid4())
    data = data_folder(workbook, setting)
    data.mkdir(parents=True, exist_ok=True)
    workbook.parent.mkdir(parents=True, exist_ok=True)
    Register.create(register_path(data), mark)
    try:
        book.set_property(REGISTER_PROPERTY, mark)
        book.save(workbook)
    except BaseException:
        register_path(data).unlink()
        raise
