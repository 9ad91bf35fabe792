"""Undo last run: the sheets that the last run wrote stand again as they did before it.

Excel forgets its own *Undo* when a program writes into the sheets; this takes its place. It touches what the
run touched and nothing else: what was typed on other sheets since stays. Undoing is a run itself, so doing it
twice brings everything back.

Some things are no sheets, and are not taken back. A number that an invoice has got stays given, since a gap
or a number used twice is what an auditor asks about first; what was handed over lies with somebody else. The
Log and the Hand-over log only grow.
"""

from dataclasses import replace

from billow.commands.desk import At, Desk, count_of, log, open_desk
from billow.commands.invoice import forget_drafts
from billow.commands.outcome import Outcome
from billow.problems import Place, Problem, Refused
from billow.sheets.columns import SHEETS
from billow.workbook.changes import Changes

_RECORDS = {"tblLog", "tblHandover"}
_FINAL = {
    "issue": (
        "issued invoices, and a number that was given is never taken back",
        "Correct an issued invoice in the open month, on sheet Adjustments; a credit has its own number.",
    ),
    "export": (
        "handed invoices over, and what left the house cannot be called back by a sheet",
        "Tell who received the file, and hand over again with export --again.",
    ),
    "connect": ("put formulas into their cells", "Freeze formulas turns them into values again."),
    "freeze": ("turned formulas into values", "Connect formulas brings them back."),
}
_STAYS = {
    "import": "The reports stay imported; import the right ones, they replace these.",
    "invoice": "The drafts are withdrawn: run invoice again before issuing.",
}


def undo(workbook: At) -> Outcome:
    """Put the sheets back to what they were before the last run."""
    desk = open_desk(workbook, tolerant=True)
    desk.book.refuse_if_busy()
    run = _last(desk)
    month = desk.shown_month
    desk.book.restore(desk.before_images.workbook, replace(run, tables=_undone(run)))
    if run.command == "invoice" and month:
        forget_drafts(desk, month)
    titles = list(dict.fromkeys([*(SHEETS[table].title for table in _undone(run)), *run.dropped]))
    lines = [f"{_named(run)} is undone: {count_of(len(titles), 'sheet')} as before it."]
    lines += [_STAYS[run.command]] if run.command in _STAYS else []
    log(desk, "undo", month, lines)
    desk.book.save()
    return Outcome(tuple(lines), {"undone": run.command, "sheets": titles, "taken_out": run.put})


def _last(desk: Desk) -> Changes:
    run = desk.before_images.last()
    if run is None:
        hint = "Only a run of Billow that wrote into this workbook can be undone."
        raise Refused([Problem("CMD-050", "There is no run to undo.", Place(desk.path.name), hint)])
    if run.command in _FINAL:
        what, hint = _FINAL[run.command]
        raise Refused([Problem("CMD-051", f"The last run {what}.", Place(desk.path.name), hint)])
    return run


def _undone(run: Changes) -> list[str]:
    return [table for table in run.tables if table not in _RECORDS]


def _named(run: Changes) -> str:
    return f"The last run, {run.command}," if run.command else "The last run"
