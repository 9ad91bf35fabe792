"""Formulas that call functions of Billow: found in a workbook, put there, or turned into what they show.

They are kept out of the file that is handed on: a program without the functions shows errors in their place,
and Excel and LibreOffice do not even write their names alike.
"""

from dataclasses import dataclass

from billow.functions.formulas import called_in, plain, to_calc
from billow.workbook.cells import Formula, content, new_cell
from billow.workbook.markup import Area, Node, main
from billow.workbook.moving import unshared
from billow.workbook.package import Package
from billow.workbook.tables import Cells, cells_of

_EVERYWHERE = Area(1, 1, 1_048_576, 16_384)
_MARKS = (b"BILLOW_", b"BILLOW.CALC")


@dataclass(frozen=True)
class Living:
    """A formula, as a person types it, in a cell or, as an array, in a block of cells."""

    title: str
    area: str
    text: str
    array: bool = False

    @property
    def first(self) -> str:
        """The cell that holds the formula."""
        return self.area.partition(":")[0]


def living(package: Package, title: str) -> list[Living]:
    """Return the formulas of one sheet that call functions of Billow."""
    part = package.sheet_parts()[title]
    data = package.read(part)
    if not any(mark in data for mark in _MARKS):
        return []
    unshared(cells_of(package, part), _EVERYWHERE)
    found = []
    for cell in package.tree(part).iter(main("c")):
        formula = cell.find(main("f"))
        text = plain(formula.text or "") if formula is not None else ""
        if formula is not None and called_in(text):
            is_array = formula.get("t") == "array"
            area = formula.get("ref", "") if is_array else cell.get("r", "")
            found.append(Living(title, area, text, is_array))
    return found


def put(cells: Cells, one: Living) -> None:
    """Let cells hold a formula, in the words by which LibreOffice finds the functions."""
    area = Area.of(one.area)
    first = area.top, area.left
    for place, old in _standing(cells, area).items():
        _set(cells, place, _cell(old, place, None))
    cell = _cell(cells.of_row(area.top).get(area.left), first, Formula(to_calc(one.text)))
    if one.array:
        cell[0].set("t", "array")
        cell[0].set("ref", one.area)
    _set(cells, first, cell)
    cells.finish()


def freeze(cells: Cells, one: Living, strings: list[str]) -> None:
    """Let cells hold what their formula shows; an error is shown by none."""
    for place, old in _standing(cells, Area.of(one.area)).items():
        there = content(old, strings)
        _set(cells, place, _cell(old, place, there.value if isinstance(there, Formula) else there))
    cells.finish()


def _standing(cells: Cells, area: Area) -> dict[tuple[int, int], Node]:
    """Return the cells of an area that the file holds; a block may be given as a million rows."""
    return {
        (number, column): cell
        for number in cells.numbers
        if number in area.rows
        for column, cell in cells.of_row(number).items()
        if column in area.columns
    }


def _set(cells: Cells, place: tuple[int, int], cell: Node) -> None:
    number, column = place
    cells.set_row(number, {**cells.of_row(number), column: cell})


def _cell(old: Node | None, at: tuple[int, int], value: object) -> Node:
    look = old.get("s") if old is not None else None
    return new_cell(str(Area(*at, *at)), value, look)
