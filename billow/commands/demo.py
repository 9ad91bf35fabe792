"""Demo: one month of an example reseller, from the vendors' reports to the journal, in a folder."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from billow.commands.documents import Progress
from billow.commands.export import export
from billow.commands.import_reports import import_reports
from billow.commands.invoice import invoice
from billow.commands.issue import issue
from billow.commands.new import new
from billow.commands.outcome import Outcome
from billow.commands.settle import settle_todo
from billow.exports.registry import TARGETS
from billow.workbook.book import Workbook

MONTH = "2026-06"
ISSUED_ON = date(2026, 7, 8)


def demo(folder: Path, progress: Progress) -> Outcome:
    """Make the example in ``folder`` and walk its month: import, decide, invoice, issue, export."""
    workbook = folder / "Billing.xlsx"
    lines: list[str] = []
    steps: tuple[Callable[[], Outcome], ...] = (
        lambda: new(workbook, with_example=True, reports=(), progress=progress),
        lambda: import_reports(workbook, (), None, progress),
        lambda: settle_todo(
            workbook, "accept", "Compared with the invoice; daily usage is right", "M. Jansen"
        ),
        lambda: invoice(workbook, MONTH, None, progress),
        lambda: issue(
            workbook, MONTH, None, "First month on Billow, compared with the old sheets", ISSUED_ON, progress
        ),
        *(partial(export, workbook, MONTH, name, again=False) for name in TARGETS),
    )
    problems = []
    for step in steps:
        outcome = step()
        lines += outcome.lines
        problems = list(outcome.problems)
    lines += _where(folder, workbook)
    return Outcome(tuple(lines), {"workbook": str(workbook), "month": MONTH}, tuple(problems))


def _where(folder: Path, workbook: Path) -> list[str]:
    out = workbook.with_suffix(".data") / "out" / MONTH
    documents = len(Workbook.open(workbook).read("tblInvoices"))
    return [
        "",
        f"The workbook with {documents} issued invoices: {workbook}",
        f"The invoices as PDF:              {out}",
        f"The journals:                     {out / 'journal.csv'} and {out / 'journal.hledger'}",
        f"The vendors' reports:             {folder / 'reports' / MONTH}",
        "Open the workbook and read sheet Start.",
    ]
