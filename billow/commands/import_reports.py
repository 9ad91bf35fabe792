"""Import usage: read vendor reports, prove their totals, and let each set count as a whole."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from billow.commands.billing_month import look_at
from billow.commands.desk import Desk, already, billing_month, count_of, log, open_desk
from billow.commands.documents import Progress
from billow.commands.outcome import Outcome
from billow.commands.results import write_results
from billow.commands.start import show_steps
from billow.money import exact_text
from billow.problems import Place, Problem, Refused, Severity, in_order
from billow.usage import Commit, Status
from billow.vendors import Imported, import_report


@dataclass(frozen=True)
class _Read:
    """A report and what became of it."""

    path: Path
    imported: Imported
    commit: Commit | None = None


def import_reports(
    workbook: Path, reports: Sequence[Path], period: str | None, progress: Progress
) -> Outcome:
    """Import ``reports``, or those of sheet Report sources; a report with a mistake changes nothing.

    All reports are read before any counts: one that is refused stops the command, the store and the
    workbook stay as they were.
    """
    wanted = billing_month(period) if period else None
    desk = open_desk(workbook)
    sources = [(path, "") for path in reports] or _sources(desk)
    incoming = desk.data / "incoming"
    read: list[_Read] = []
    for done, (path, format_id) in enumerate(sources, start=1):
        progress(f"Reading {path.name}", done, len(sources))
        found = import_report(
            path, desk.formats, out_dir=incoming, billing_month=wanted, format_id=format_id or None
        )
        read.append(_Read(path, found))
    problems = in_order(problem for item in read for problem in item.imported.problems)
    if any(problem.severity is Severity.STOP for problem in problems):
        _discard(read, incoming)
        raise Refused(problems)
    desk.book.refuse_if_busy()
    committed = [_Read(r.path, r.imported, desk.store.commit(r.imported, r.path)) for r in read]
    _discard(committed, incoming)
    with already("but the reports are imported. Close the workbook and run check: it shows them."):
        return _finish(desk, committed, problems)


def _finish(desk: Desk, read: Sequence[_Read], problems: tuple[Problem, ...]) -> Outcome:
    # A report of no rows has no month; it counts as delivered, and there is nothing to look at.
    months = sorted({r.commit.totals.billing_month for r in read if r.commit} - {""})
    lines = tuple(line for item in read for line in _described(item))
    if months:
        month = look_at(desk, months[-1])
        write_results(desk, month)
        show_steps(desk, month, "import")
        log(desk, "import", ", ".join(months), lines)
        desk.book.save()
        problems = in_order((*problems, *month.problems))
    data = {"months": months, "reports": [_data(item) for item in read]}
    return Outcome(lines or ("There was nothing to import.",), data, problems)


def _sources(desk: Desk) -> list[tuple[Path, str]]:
    """Return the files that sheet Report sources names; a row that finds no file is a problem."""
    found: list[tuple[Path, str]] = []
    problems: list[Problem] = []
    for row in desk.inputs.rows["tblSources"]:
        if row["Active"] == "no" or not row["Path"]:
            continue
        pattern = str(desk.path.parent / row["Path"])
        if Path(pattern).is_dir():
            pattern = str(Path(pattern) / "*")
        files = sorted(Path(name) for name in glob.glob(pattern) if Path(name).is_file())  # noqa: PTH207
        found += [(path, row["Format"] or "") for path in files]
        if not files:
            sentence = f'No report lies at "{row["Path"]}".'
            hint = "Correct the path on sheet Report sources; it is seen from the workbook's folder."
            problems.append(Problem("CMD-003", sentence, row.at("Path"), hint))
    if not found and not problems:
        sentence = "There is no report to import."
        hint = "Name the reports after the workbook, or fill in sheet Report sources."
        problems.append(Problem("CMD-004", sentence, Place(desk.path.name, "Report sources"), hint))
    if problems:
        raise Refused(problems)
    return found


def _discard(read: Sequence[_Read], incoming: Path) -> None:
    """Remove what was read and not taken over."""
    for item in read:
        if item.imported.parquet:
            item.imported.parquet.unlink(missing_ok=True)
    for folder in (incoming, incoming.parent):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _described(item: _Read) -> list[str]:
    if item.commit is None:
        return []
    totals, commit = item.commit.totals, item.commit
    said = {
        Status.NEW: "imported",
        Status.UNCHANGED: "already imported, nothing changed",
        Status.REPLACED: "replaces the earlier delivery",
    }[commit.status]
    tax = _said({currency: amount for currency, amount in totals.tax.items() if amount})
    parts = (totals.vendor, totals.billing_month, count_of(totals.rows_read, "row"))
    what = ", ".join(part for part in parts if part)
    sums = f"{_said(totals.billed) or 'no amounts'} before tax{f', tax {tax}' if tax else ''}"
    return [
        f"{item.path.name}: {said}; {what}, {sums}.",
        *(
            f"  {d.customer_key}: {amount_text(d.before)} -> {amount_text(d.after)} {d.currency}"
            for d in commit.differences
            if d.change
        ),
    ]


def _said(sums: dict[str, Decimal]) -> str:
    return ", ".join(f"{currency} {amount_text(amount)}" for currency, amount in sorted(sums.items()))


def amount_text(amount: Decimal) -> str:
    """Return an exact amount with at least two decimals.

    >>> amount_text(Decimal("4963.3000")), amount_text(Decimal("0.1652904582"))
    ('4,963.30', '0.1652904582')
    """
    whole, _, decimals = exact_text(amount).partition(".")
    return f"{int(whole):,}.{decimals:0<2}" if whole not in {"-0", "0"} else f"{whole}.{decimals:0<2}"


def _data(item: _Read) -> dict[str, object]:
    if item.commit is None:
        return {"file": item.path.name}
    totals = item.commit.totals
    return {
        "file": item.path.name,
        "status": item.commit.status.value,
        "import": totals.import_id,
        "format": totals.format_id,
        "vendor": totals.vendor,
        "month": totals.billing_month,
        "rows": totals.rows_read,
        "billed": _texts(totals.billed),
        "tax": _texts(totals.tax),
    }


def _texts(sums: dict[str, Decimal]) -> dict[str, str]:
    return {currency: exact_text(amount) for currency, amount in sums.items()}
