"""Connect formulas: the examples of sheet Functions come to life, and formulas that were frozen come back.

A file holds no formula that needs Billow, since Excel and LibreOffice do not find the functions by the same
names. In Excel the button writes them into the open workbook. This command writes them into the file by the
names that LibreOffice knows; there it calculates them once `billow install --calc` has put the functions in.
"""

from collections.abc import Iterator
from pathlib import Path

from billow.commands.desk import At, count_of, log, open_desk
from billow.commands.outcome import Outcome
from billow.functions import FUNCTIONS
from billow.functions.formulas import called_in, plain
from billow.problems import Problem, Severity
from billow.sheets.reading import Row
from billow.workbook.examples import NAMED, example
from billow.workbook.living import Living
from billow.workbook.markup import Area
from billow.workbook.port import Port

_HEADERS = ("Sheet", "Cells", "Formula", "Shows")


def connect(workbook: At) -> Outcome:
    """Write the formulas of the examples, and those that Freeze formulas has kept."""
    desk = open_desk(workbook, tolerant=True)
    book = desk.book
    book.refuse_if_busy()
    shown = list(examples(book))
    kept = book.read("tblFormulas")
    wrong = {row.number: problem for row in kept if (problem := _in_the_way(book, row))}
    back = [_frozen(row) for row in kept if row.number not in wrong]
    book.connect([*shown, *back])
    book.write("tblFormulas", [{h: row[h] for h in _HEADERS} for row in kept if row.number in wrong])
    lines = [f"Connected on sheet Functions: {count_of(len(shown), 'example')}."]
    lines += [f"Brought back: {count_of(len(back), 'formula')} of your own."] if back else []
    if lacking := len(FUNCTIONS) - len(shown):
        lines.append(
            f"Without a place there: {count_of(lacking, 'function')}; billow migrate gives them one."
        )
    if isinstance(workbook, Path):
        lines.append("LibreOffice calculates them on opening; in Excel, press Connect formulas there.")
    log(desk, "connect", desk.shown_month, lines)
    book.save()
    return Outcome(tuple(lines), {"examples": len(shown), "own": len(back)}, tuple(wrong.values()))


def examples(book: Port) -> Iterator[Living]:
    """Yield the formula of each function that has cells for its example in this workbook."""
    places = book.named_blocks(NAMED)
    for name in FUNCTIONS:
        if place := places.get(f"{NAMED}{name.removeprefix('BILLOW_')}"):
            title, area = place
            yield Living(title, area, example(name), array=":" in area)


def _frozen(row: Row) -> Living:
    cells = str(row["Cells"])
    return Living(str(row["Sheet"]), cells, plain(str(row["Formula"]).removeprefix("=")), array=":" in cells)


def _in_the_way(book: Port, row: Row) -> Problem | None:
    """Say why a formula cannot come back; a cell that was changed since belongs to whoever changed it."""
    place = book.place("tblFormulas", row.number)
    hint = "Type the formula where it belongs, and delete the row."
    try:
        first = str(Area.of(str(row["Cells"]))).partition(":")[0]
    except ValueError:
        first = ""
    if not first or str(row["Sheet"]) not in book.titles():
        sentence = f"There is no cell {row['Cells']} on a sheet {row['Sheet']}."
    elif not called_in(_frozen(row).text):
        sentence = f"The formula of cell {row['Cells']} calls no function of Billow."
    elif book.text_at(str(row["Sheet"]), first) != (row["Shows"] or ""):
        sentence = f"Cell {first} of sheet {row['Sheet']} was changed since its formula was frozen."
    else:
        return None
    return Problem("CMD-060", sentence, place, hint, Severity.NOTE)
