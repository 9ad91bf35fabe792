"""Settle: write one decision for every open row of sheet To do, as a person would type it."""

from billow.commands.desk import At, count_of, log, open_desk
from billow.commands.outcome import Outcome


def settle_todo(workbook: At, decision: str, reason: str, decided_by: str) -> Outcome:
    """Fill in Decision, Reason and Decided by where they are blank."""
    desk = open_desk(workbook)
    rows = desk.book.read("tblTodo")
    desk.book.write(
        "tblTodo",
        [
            dict(row.values)
            if row["Decision"]
            else {**row.values, "Decision": decision, "Reason": reason, "Decided by": decided_by}
            for row in rows
        ],
    )
    count = sum(not row["Decision"] for row in rows)
    lines = (f"{count_of(count, 'row')} of sheet To do: {decision}, {reason}.",)
    log(desk, "decide", desk.shown_month, lines)
    desk.book.save()
    return Outcome(lines, {"decided": count})
