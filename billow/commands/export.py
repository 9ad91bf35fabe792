"""Export: hand issued invoices over to accounting, once; a second time must be asked for."""

from datetime import datetime
from pathlib import Path

from billow.commands.billing_month import look_at
from billow.commands.desk import At, Desk, already, billing_month, count_of, log, now, open_desk, who
from billow.commands.outcome import Outcome
from billow.commands.start import show_steps
from billow.exports.registry import export as write_export
from billow.exports.registry import target_named
from billow.invoicing.document import Document
from billow.journal.entries import entries
from billow.journal.entry import Journal
from billow.problems import Place, Problem, Refused, refuse_if_any


def export(workbook: At, period: str, target: str, *, again: bool) -> Outcome:
    """Write the journal of the issued invoices of ``period`` for ``target`` and note the hand-over."""
    name = billing_month(period)
    chosen = target_named(target)
    desk = open_desk(workbook)
    refuse_if_any(desk.register.verify())
    documents = desk.register.documents(name)
    if not documents:
        sentence = f"No invoice of {name} is issued, so there is nothing to hand over."
        hint = "Issue the invoices first; drafts are never exported."
        raise Refused([Problem("CMD-010", sentence, Place(), hint)])
    fresh = documents if again else _fresh(desk, name, target, documents)
    journal = entries(fresh, desk.inputs.ledger, defer=chosen.defers)
    if not isinstance(journal, Journal):
        raise Refused(journal)
    moment = now()
    desk.book.refuse_if_busy()
    path = desk.out(name) / _file_name(chosen.file_name, desk, name, target, moment)
    sha256 = write_export(target, journal, path)
    desk.register.record_handover(
        now=moment,
        who=who(),
        target=target,
        billing_month=name,
        file=path.relative_to(desk.data).as_posix(),
        sha256=sha256,
        numbers=[document.number for document in fresh],
    )
    with already(f"but {path} is written and noted as handed over. Close the workbook and run check."):
        return _noted(desk, name, target, fresh, path)


def _fresh(desk: Desk, month: str, target: str, documents: list[Document]) -> list[Document]:
    """Return what was not handed over to the target yet; refuse when that is nothing."""
    before = {number for handover in desk.register.handovers(month, target) for number in handover.numbers}
    fresh = [document for document in documents if document.number not in before]
    if fresh:
        return fresh
    sentence = f"The invoices of {month} were already handed over to {target}."
    hint = "Importing them twice books them twice. If you really want the file again, add --again."
    raise Refused([Problem("CMD-011", sentence, Place(sheet="Handover log"), hint)])


def _file_name(name: str, desk: Desk, month: str, target: str, moment: datetime) -> str:
    """Return the file's name; a further hand-over never overwrites an earlier file."""
    if not desk.register.handovers(month, target):
        return name
    stem, _, ending = name.rpartition(".")
    return f"{stem} {moment:%Y%m%d-%H%M%S}.{ending}"


def _noted(desk: Desk, month: str, target: str, documents: list[Document], path: Path) -> Outcome:
    totals: dict[str, object] = {}
    for currency in sorted({document.currency for document in documents}):
        totals[currency] = sum(d.total for d in documents if d.currency == currency)
    rows = [
        {
            "When": f"{now():%Y-%m-%d %H:%M:%S}",
            "Who": who(),
            "Target": target,
            "Period": month,
            "Documents": sum(d.currency == currency for d in documents),
            "First": documents[0].number,
            "Last": documents[-1].number,
            "Total": total,
            "Currency": currency,
            "File": path.relative_to(desk.data).as_posix(),
        }
        for currency, total in totals.items()
    ]
    count = len(desk.book.read("tblHandover"))
    desk.book.append("tblHandover", [{"No": count + n, **row} for n, row in enumerate(rows, start=1)])
    sums = ", ".join(f"{currency} {total:,.2f}" for currency, total in totals.items())
    lines = (
        f"{count_of(len(documents), 'invoice')} ({sums} with VAT) handed over to {target}.",
        f"The file is {path}.",
    )
    show_steps(desk, look_at(desk, month), "export")
    log(desk, "export", month, lines)
    desk.book.save()
    data = {"month": month, "target": target, "file": str(path), "documents": len(documents)}
    return Outcome(lines, data)
