"""Import usage: read vendor reports, prove their totals, and let each set count as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from billow.commands.ahead import load_ahead
from billow.commands.billing_month import look_at
from billow.commands.collector import collector_paused
from billow.commands.commitments import agreed_at, commitment_rows, take_commitments
from billow.commands.desk import At, Desk, already, billing_month, count_of, latest_month, log, now, open_desk
from billow.commands.documents import Progress
from billow.commands.listed import Entry, ListFile
from billow.commands.order_list import with_decisions
from billow.commands.outcome import Outcome
from billow.commands.results import write_results
from billow.commands.sources import fetch_reports, fetched_into, remember
from billow.commands.start import show_steps
from billow.commands.vendor_bills import Taken, take_bills
from billow.money import exact_text
from billow.problems import Place, Problem, Refused, Severity, in_order
from billow.usage import Commit, Delivery, Status
from billow.vendors import Imported, import_report
from billow.vendors.pulls.fetched import Fetched, Source


@dataclass(frozen=True)
class _Read:
    """A report and what became of it."""

    path: Path
    imported: Imported
    fetched: Fetched
    delivery: Delivery = Delivery.REPLACES
    commit: Commit | None = None

    def listed(self, entries: tuple[Entry, ...]) -> ListFile[Entry]:
        """Return the file as a list of what it holds beside charges."""
        return ListFile(self.path, self.imported.sha256, entries)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What a person should look at; among it, rows that a manifest promised and the file has not."""
        totals, rows = self.imported.totals, self.fetched.rows
        if totals is None or rows is None or totals.rows_read == rows:
            return self.imported.problems
        sentence = f"{self.path.name} has {count_of(totals.rows_read, 'row')}, its manifest says {rows}."
        hint = "The export is not complete. Try again later, or have the vendor write it anew."
        return (*self.imported.problems, Problem("PUL-009", sentence, Place(self.path.name), hint))


def import_reports(workbook: At, reports: Sequence[str], period: str | None, progress: Progress) -> Outcome:
    """Import the ``reports`` at these addresses, or those of sheet Report sources.

    All reports are read before any counts: one with a mistake stops the command, the store and the workbook
    stay as they were.
    """
    wanted = billing_month(period) if period else None
    desk = open_desk(workbook)
    with fetched_into(desk.data / "incoming") as folder:
        fetched = fetch_reports(desk, reports, wanted, folder, progress)
        load_ahead()
        return _import(desk, fetched, wanted, folder / "read", progress)


def _import(
    desk: Desk, fetched: Sequence[Fetched], wanted: str | None, folder: Path, progress: Progress
) -> Outcome:
    read, unclear = _read_all(desk, fetched, wanted, folder, progress)
    problems = in_order((*(problem for item in read for problem in item.problems), *unclear))
    if any(problem.severity is Severity.STOP for problem in problems):
        raise Refused(problems)
    desk.book.refuse_if_busy()
    closed = desk.register.months()
    committed = [
        replace(r, commit=desk.store.commit(r.imported, r.path, closed=closed, delivery=r.delivery))
        for r in read
        if r.imported.totals
    ]
    bills = [r.listed(found) for r in read if (found := r.imported.bills) is not None]
    agreed = [r.listed(own) for r in read if (own := r.imported.commitments) is not None]
    remember(desk, {item.fetched: item.commit.totals for item in committed if item.commit})
    unchanged = [item for item in fetched if item.path is None]
    with already("but the reports are imported. Close the workbook and run check: it shows them."):
        said = take_commitments(desk, agreed)
        return _finish(take_bills(desk, bills), said, committed, unchanged, problems)


def _read_all(
    desk: Desk, fetched: Sequence[Fetched], wanted: str | None, folder: Path, progress: Progress
) -> tuple[list[_Read], list[Problem]]:
    """Read the reports, and find out what each does to the earlier deliveries; nothing counts yet."""
    read: list[_Read] = []
    unclear: list[Problem] = []
    for done, item in enumerate(fetched, start=1):
        if (path := item.path) is None:
            continue
        progress(f"Reading {path.name}", done, len(fetched))
        found = import_report(
            path,
            desk.formats,
            out_dir=folder,
            billing_month=wanted,
            format_id=item.source.format_id or None,
            with_lists=True,
            with_copy=True,
        )
        delivery = _delivery(desk, item.source, found, read)
        if isinstance(delivery, Problem):
            unclear.append(delivery)
            delivery = Delivery.REPLACES
        read.append(_Read(path, found, item, delivery))
    return read, unclear


def _delivery(desk: Desk, source: Source, found: Imported, read: Sequence[_Read]) -> Delivery | Problem:
    """Return what the sheets say of a file, else what its rows do."""
    if found.totals is None:
        return Delivery.REPLACES
    declared = source.delivery or desk.formats[found.totals.format_id].delivery
    beside = [item.imported for item in read if item.imported.totals]
    return desk.store.delivery(found, declared, beside)


@collector_paused()
def _finish(
    taken: Taken,
    agreed: tuple[Sequence[str], Sequence[Mapping[str, object]]],
    read: Sequence[_Read],
    unchanged: Sequence[Fetched],
    problems: tuple[Problem, ...],
) -> Outcome:
    desk, listed = taken.desk, (*taken.lines, *agreed[0])
    # A report of no rows has no month; it counts as delivered, and there is nothing to look at.
    months = sorted({r.commit.totals.billing_month for r in read if r.commit} - {""})
    shown = months[-1] if months else latest_month(desk) if listed else None
    lines = (
        *(line for item in read for line in _described(item)),
        *listed,
        *(f"{item.source.shown}: unchanged since it was imported, not fetched." for item in unchanged),
    )
    problems = in_order((*problems, *taken.problems))
    if shown:
        desk, _ = with_decisions(desk)
        month = look_at(desk, shown, _just_stored(read))
        write_results(desk, month)
        show_steps(desk, month, "import")
        problems = in_order((*problems, *month.problems))
    elif agreed[0]:
        name = f"{now():%Y-%m}"
        desk.book.write("tblCommitments", commitment_rows(agreed_at(desk, name), name))
    if shown or listed:
        log(desk, "import", ", ".join(months), lines)
        desk.book.save()
    data = {
        "months": months,
        "reports": [_data(item) for item in read],
        "vendor_invoices": [*taken.data],
        "commitments": [*agreed[1]],
    }
    return Outcome(lines or ("There was nothing to import.",), data, problems)


def _just_stored(read: Sequence[_Read]) -> set[str]:
    """Return the imports whose files this command put into the store; each was hashed where it lies now."""
    found = (item.commit for item in read if item.commit)
    return {each.totals.import_id for each in found if each.status not in {Status.UNCHANGED, Status.LATE}}


def _described(item: _Read) -> list[str]:
    if item.commit is None:
        return []
    totals, commit = item.commit.totals, item.commit
    said = {
        Status.NEW: "imported",
        Status.UNCHANGED: "already imported, nothing changed",
        Status.REPLACED: "replaces the earlier delivery",
        Status.ADDED: "adds to the earlier delivery",
        Status.CORRECTED: f"corrects {totals.corrects}, which is issued; the difference is billed in "
        f"{totals.billing_month}",
        Status.LATE: f"an estimate that comes after {totals.file_name}, nothing changed",
    }[commit.status]
    tax = _said({currency: amount for currency, amount in totals.tax.items() if amount})
    month = "" if commit.status is Status.CORRECTED else totals.billing_month
    parts = (totals.vendor, month, count_of(totals.rows_read, "row"))
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
    said = ((currency, amount) for currency, amount in sorted(sums.items()) if currency or amount)
    return ", ".join(f"{currency} {amount_text(amount)}".strip() for currency, amount in said)


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
