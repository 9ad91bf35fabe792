"""What moves with a row: formulas of the user, notes, links; and the ranges that grow with a table."""

from collections.abc import Mapping

from billow.workbook.markup import Area, Node, column_letters, forget, main, split_reference
from billow.workbook.package import Package
from billow.workbook.tables import Cells, Table

_F = main("f")
_SHARED = b'"shared"', b"'shared'"
_X14_RANGE = "{http://schemas.microsoft.com/office/excel/2006/main}sqref"
VML = "{urn:schemas-microsoft-com:office:excel}"
_WITH_RANGE = set(map(main, ("conditionalFormatting", "dataValidation", "ignoredError", "protectedRange")))


def moved(cell: Node, old: int, new: int) -> Node:
    """Return a cell as it stands in its new row; its formula looks at the new row too."""
    reference = cell.get("r", "")
    column = split_reference(reference)[1]
    target = f"{column_letters(column)}{new}"
    cell.set("r", target)
    formula = cell.find(_F)
    if formula is not None and old != new:
        if formula.get("ref"):
            formula.set("ref", target)
        if formula.text:
            formula.text = _translated(formula.text, reference, target)
    return cell


def _translated(formula: str, old: str, new: str) -> str:
    # openpyxl is slow to import, and few workbooks have such a formula
    from openpyxl.formula.translate import Translator  # noqa: PLC0415

    return str(Translator(f"={formula}", origin=old).translate_formula(new)).removeprefix("=")


def unshared(cells: Cells, area: Area) -> None:
    """Give every cell of a sheet its own formula where cells of ``area`` share theirs with others."""
    if not any(cells.holds(said) for said in _SHARED):
        return
    sharing = [f for f in cells.settle().iter(_F) if f.get("t") == "shared"]
    touched = {f.get("si") for f in sharing if _inside(_cell_of(f), area)}
    masters = {f.get("si"): (f.text, _cell_of(f).get("r", "")) for f in sharing if f.text}
    for formula in sharing:
        if formula.get("si") not in touched:
            continue
        text, origin = masters[formula.get("si")]
        if not formula.text:
            formula.text = _translated(text or "", origin, _cell_of(formula).get("r", ""))
    for formula in sharing:
        if formula.get("si") in touched:
            forget(formula, "t", "si", "ref")


def _cell_of(formula: Node) -> Node:
    parent = formula.getparent()
    if parent is None:
        raise ValueError("a formula stands in a cell")
    return parent


def _inside(cell: Node, area: Area) -> bool:
    row, column = split_reference(cell.get("r", ""))
    return row in area.rows and column in area.columns


def grow_ranges(tree: Node, body: Area, rows: int) -> None:
    """Let what holds for the whole body of a table (colours, dropdowns) hold for its new rows."""
    others = [
        part for part in tree if part.tag != main("sheetData")
    ]  # the cells are many, and hold no ranges
    for node in (node for part in others for node in part.iter()):
        if node.tag in _WITH_RANGE and node.get("sqref"):
            node.set("sqref", grown(node.get("sqref", ""), body, rows))
        if node.tag == _X14_RANGE:
            node.text = grown(node.text or "", body, rows)


def grown(ranges: str, body: Area, rows: int) -> str:
    """Return ranges that cover the body of a table, for its new number of rows; others as they are."""
    bottom = body.top + rows - 1
    result = []
    for word in ranges.split():
        try:
            area = Area.of(word)
        except ValueError:  # whole columns or rows reach far enough
            result.append(word)
            continue
        whole = body.top - 1 <= area.top <= body.top and area.left >= body.left and area.right <= body.right
        if whole and area.bottom >= body.bottom:
            last = bottom if area.bottom == body.bottom else max(area.bottom, bottom)
            area = Area(area.top, area.left, last, area.right)
        result.append(str(area))
    return " ".join(result)


def move_notes(package: Package, table: Table, tree: Node, body: Area, moves: Mapping[int, int]) -> None:
    """Let notes and links in the body of a table follow their rows; those of a row that went go with it."""
    changes = {number: moves.get(number) for number in body.rows if moves.get(number) != number}
    if not changes:
        return
    _move_links(tree, body, changes)
    for relation in package.relations(table.sheet_part):
        if relation.external or relation.target not in package:
            continue
        if relation.kind in {"comments", "threadedComment"}:
            _move_references(package, relation.target, body, changes)
        if relation.kind == "vmlDrawing":
            _move_shapes(package, relation.target, body, changes)


def _move_links(tree: Node, body: Area, changes: Mapping[int, int | None]) -> None:
    links = tree.find(main("hyperlinks"))
    for link in list(links) if links is not None else ():
        _place(link, body, changes)
    if links is not None and len(links) == 0:
        tree.remove(links)


def _move_references(package: Package, part: str, body: Area, changes: Mapping[int, int | None]) -> None:
    for node in list(package.tree(part).iter()):
        if isinstance(node.tag, str) and node.get("ref"):
            _place(node, body, changes)
    package.touch(part)


def _place(node: Node, body: Area, changes: Mapping[int, int | None]) -> None:
    area = Area.of(node.get("ref", ""))
    if area.top != area.bottom or area.top not in changes or area.left not in body.columns:
        return
    target = changes[area.top]
    parent = node.getparent()
    if target is not None:
        node.set("ref", str(Area(target, area.left, target, area.right)))
    elif parent is not None:
        parent.remove(node)


def _move_shapes(package: Package, part: str, body: Area, changes: Mapping[int, int | None]) -> None:
    """The boxes in which notes are shown count rows and columns from 0."""
    for data in list(package.tree(part).iter(f"{VML}ClientData")):
        row, column = data.find(f"{VML}Row"), data.find(f"{VML}Column")
        if row is None or column is None or data.get("ObjectType") != "Note":
            continue
        number = int(row.text or 0) + 1
        if number not in changes or int(column.text or 0) + 1 not in body.columns:
            continue
        target, shape = changes[number], data.getparent()
        if target is not None:
            row.text = str(target - 1)
            shift_anchor(data.find(f"{VML}Anchor"), target - number)
        elif shape is not None and (drawing := shape.getparent()) is not None:
            drawing.remove(shape)
    package.touch(part)


def shift_anchor(anchor: Node | None, rows: int, columns: int = 0) -> None:
    """Move a box that shows a note.

    An anchor is: left column, offset, top row, offset, right column, offset, bottom row, offset.
    """
    if anchor is None or not anchor.text:
        return
    numbers = [int(part) for part in anchor.text.split(",")]
    for index, by in ((0, columns), (2, rows), (4, columns), (6, rows)):
        numbers[index] = max(numbers[index] + by, 0)
    anchor.text = ", ".join(map(str, numbers))
