"""What was decided on sheet To do stays with its month, also while the sheets show another one.

The sheet holds the open items of the month that is shown, and there it alone says what is decided. Before a
run shows another month, what was decided is kept beside the workbook; when the month is shown again, so are
its decisions. What was decided about a customer whose invoice is issued, or about anything once the month's
last one is, changes no more: the sheet then shows it, and typing over it changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from billow.commands.desk import Desk
from billow.commands.kept import read_kept, write_kept
from billow.problems import Problem, Severity
from billow.rating.books import Decision
from billow.rating.open_items import ORDER, UNKNOWN_ORDER, OpenItem
from billow.sheets.reading import Row

_TABLE = "tblTodo"
# An order is written or refused by the next run, whatever is issued: it is settled in the first open month.
_NEVER_FINAL = {ORDER, UNKNOWN_ORDER}


@dataclass(frozen=True)
class _Kept:
    """A decision, and whether what it was about is issued."""

    key: str
    decision: str
    reason: str
    decided_by: str
    is_final: bool

    @property
    def as_decision(self) -> Decision:
        return Decision(self.key, self.decision, self.reason, self.decided_by)


def as_decided(desk: Desk, month: str) -> tuple[Desk, list[Problem]]:
    """Return the desk with what was decided in ``month``, and a note where the sheet now says otherwise."""
    shows, on_sheet = desk.shown_month == month, _on_sheet(desk)
    kept = [one for one in _load(desk, month) if one.is_final or not shows]
    if not kept:
        return desk, []
    holding = {one.key: one.as_decision for one in kept}
    books = desk.inputs.books
    decisions = (*(d for d in books.decisions if d.key not in holding), *holding.values())
    inputs = replace(desk.inputs, books=replace(books, decisions=decisions))
    stays = [
        _stays(row, holding[key], month)
        for key, row in on_sheet.items()
        if key in holding and _typed(row) != holding[key]
    ]
    return replace(desk, inputs=inputs), stays


def keep_decisions(
    desk: Desk, month: str, items: Sequence[OpenItem], issued: Collection[str], *, has_drafts: bool
) -> Mapping[str, Mapping[str, Any]]:
    """Keep what was decided; return, by the key of its row, what sheet To do lost and has to show again.

    ``issued`` are the customers whose invoices of the month have their number.
    """
    on_sheet = _on_sheet(desk)
    if desk.shown_month and desk.shown_month != month:
        _keep(desk, desk.shown_month, _with_sheet(_load(desk, desk.shown_month), on_sheet.values()))
    books, closed = as_decided(desk, month)[0].inputs.books, bool(issued) and not has_drafts
    found = [(item, decision) for item in items if (decision := books.decision(item.key))]
    _keep(
        desk,
        month,
        [
            _Kept(
                *(decision.key, decision.decision, decision.reason, decision.decided_by),
                is_final=item.settled
                and item.kind not in _NEVER_FINAL
                and (item.customer in issued if item.customer else closed),
            )
            for item, decision in found
        ],
    )
    return {
        decision.key: {
            "Decision": decision.decision,
            "Reason": decision.reason,
            "Decided by": decision.decided_by,
        }
        for _, decision in found
        if decision.key not in on_sheet or _typed(on_sheet[decision.key]) != decision
    }


def _with_sheet(kept: Iterable[_Kept], rows: Iterable[Row]) -> list[_Kept]:
    """Return what the sheet says of the month that it shows, and what was final before."""
    final = {one.key: one for one in kept if one.is_final}
    typed = [_typed(row) for row in rows]
    own = [_Kept(d.key, d.decision, d.reason, d.decided_by, is_final=False) for d in typed if d.decision]
    return [*final.values(), *(one for one in own if one.key not in final)]


def _on_sheet(desk: Desk) -> dict[str, Row]:
    return {str(row["Key"]): row for row in desk.inputs.rows[_TABLE]}


def _typed(row: Row) -> Decision:
    return Decision(*(str(row[name] or "").strip() for name in ("Key", "Decision", "Reason", "Decided by")))


def _stays(row: Row, decision: Decision, month: str) -> Problem:
    return Problem(
        "CMD-020",
        f'The decision "{decision.decision}" about {row["What"]} stays: {month} is issued with it.',
        row.at("Decision"),
        "The sheet shows again what was decided. Bring a difference to the open month on sheet Adjustments.",
        Severity.NOTE,
    )


def _path(desk: Desk, month: str) -> Path:
    return desk.data / "decisions" / f"{month}.json"


def _load(desk: Desk, month: str) -> list[_Kept]:
    return read_kept(_path(desk, month), list[_Kept]) or []


def _keep(desk: Desk, month: str, kept: Sequence[_Kept]) -> None:
    path = _path(desk, month)
    if kept or path.exists():
        write_kept(path, [asdict(one) for one in kept])
