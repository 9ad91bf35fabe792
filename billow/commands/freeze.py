"""Freeze formulas: every cell that calls a function of Billow becomes the value it shows.

Do it before the workbook goes to somebody who has no Billow, or into an archive. The formulas are kept on
sheet Frozen formulas, and Connect formulas brings them back. On the command line the values are those that
Excel or LibreOffice calculated last.
"""

from collections.abc import Sequence
from typing import Any

from billow.commands.desk import At, count_of, log, open_desk
from billow.commands.outcome import Outcome
from billow.problems import Place, Problem, Refused
from billow.workbook.examples import NAMED
from billow.workbook.living import Living
from billow.workbook.markup import Area
from billow.workbook.port import Port


def freeze(workbook: At) -> Outcome:
    """Turn the formulas that need Billow into values, and keep those that are not examples."""
    desk = open_desk(workbook, tolerant=True)
    book = desk.book
    book.refuse_if_busy()
    found = book.living()
    if not found:
        return Outcome(
            ("No cell calls a function of Billow; nothing was changed.",), {"frozen": 0, "kept": 0}
        )
    # of one cell, Excel writes B2 where others write B2:B2
    examples = {(title, str(Area.of(area))) for title, area in book.named_blocks(NAMED).values()}
    own = [one for one in found if (one.title, str(Area.of(one.area))) not in examples]
    _refuse_blank([one for one in own if not book.is_calculated(one)], book)
    if own:
        _keep(book, own)
    book.freeze(found)
    lines = [f"Turned into values: {count_of(len(found), 'formula')}. Connect formulas brings them back."]
    log(desk, "freeze", desk.shown_month, lines)
    book.save()
    return Outcome(tuple(lines), {"frozen": len(found), "kept": len(own)})


def _keep(book: Port, own: Sequence[Living]) -> None:
    """Keep formulas on their sheet; one that was kept for the same cells before is of no use any more."""
    rows = {(row["Sheet"], row["Cells"]): dict(row.values) for row in book.read("tblFormulas")}
    rows |= {(one.title, one.area): _row(book, one) for one in own}
    book.write("tblFormulas", list(rows.values()))


def _row(book: Port, one: Living) -> dict[str, Any]:
    shows = book.text_at(one.title, one.first)
    return {"Sheet": one.title, "Cells": one.area, "Formula": f"={one.text}", "Shows": shows}


def _refuse_blank(unknown: Sequence[Living], book: Port) -> None:
    """A formula that was never calculated would leave a blank cell."""
    if not unknown:
        return
    first, others = unknown[0], len(unknown) - 1
    cell = first.first
    sentence = f"Cell {cell} of sheet {first.title} holds a formula that was never calculated"
    sentence += f"; so do {others} more." if others else "."
    hint = "Open the workbook where the functions are installed, save it, and freeze it then."
    place = Place(book.path.name, first.title, Area.of(cell).top)
    raise Refused([Problem("CMD-061", sentence, place, hint)])
