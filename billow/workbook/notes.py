"""Notes on cells: what they say, and one carried to another workbook with the box in which it is shown."""

from copy import deepcopy

from lxml import etree

from billow.workbook.markup import OFFICE, R_ID, Node, column_letters, main, split_reference
from billow.workbook.moving import VML, shift_anchor
from billow.workbook.package import Package

Cell = tuple[int, int]  # row and column
_SHAPE = "{urn:schemas-microsoft-com:vml}shape"
_PATTERNS = {"comments": "xl/comments{}.xml", "vmlDrawing": "xl/drawings/vmlDrawing{}.vml"}
_FIRST_SHAPE = 1025  # programs number the boxes of a sheet from here
# what stands behind the boxes of notes on a sheet (ECMA-376 part 1, 18.3.1.99)
_BEHIND = ("legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")


def copy_note(source: Package, from_sheet: str, at: Cell, target: Package, to_sheet: str, to: Cell) -> None:
    """Give a cell of ``target`` the note that a cell of ``source`` has; sheets are named by their parts."""
    texts, boxes = _part(source, from_sheet, "comments"), _part(source, from_sheet, "vmlDrawing")
    if texts is None or boxes is None:
        return
    note = next((n for n in source.tree(texts).iter(main("comment")) if n.get("ref") == _name(at)), None)
    box = next((b for b in source.tree(boxes).iter(_SHAPE) if _place(b) == at), None)
    if note is not None and box is not None:
        _add_text(target, _made(source, texts, target, to_sheet, "comments"), deepcopy(note), to)
        _add_box(target, _made(source, boxes, target, to_sheet, "vmlDrawing"), deepcopy(box), at, to)


def notes_of(package: Package, sheet: str) -> dict[Cell, str]:
    """Return the notes of a sheet by their cells; a discussion in threaded comments is none."""
    part = _part(package, sheet, "comments")
    if part is None:
        return {}
    thread = _part(package, sheet, "threadedComment")
    talked = {node.get("ref") for node in package.tree(thread).iter() if node.get("ref")} if thread else set()
    return {
        split_reference(node.get("ref", "")): "".join(text.text or "" for text in node.iter(main("t")))
        for node in package.tree(part).iter(main("comment"))
        if node.get("ref") not in talked
    }


def _name(at: Cell) -> str:
    return f"{column_letters(at[1])}{at[0]}"


def _place(box: Node) -> Cell | None:
    """Return the cell of a box; it counts rows and columns from 0."""
    row, column = (box.findtext(f"{VML}ClientData/{VML}{word}") for word in ("Row", "Column"))
    return (int(row) + 1, int(column) + 1) if row and column else None


def _part(package: Package, sheet: str, kind: str) -> str | None:
    return next((r.target for r in package.relations(sheet) if r.kind == kind and not r.external), None)


def _made(source: Package, model: str, target: Package, sheet: str, kind: str) -> str:
    """Return the part with the notes of a sheet; where it has none, one like the ``model``, but empty."""
    if (there := _part(target, sheet, kind)) is not None:
        return there
    pattern, tree = _PATTERNS[kind], deepcopy(source.tree(model))
    for node in [*tree.iter(main("comment"), _SHAPE)]:
        if (parent := node.getparent()) is not None:
            parent.remove(node)
    name = target.free_name(pattern)
    target.put(name, etree.tostring(tree), source.content_type(model))
    relation = target.relate(sheet, f"{OFFICE}/{kind}", name)
    if kind == "vmlDrawing":
        page = target.tree(sheet)
        at = next((i for i, node in enumerate(page) if node.tag in map(main, _BEHIND)), len(page))
        page.insert(at, etree.Element(main("legacyDrawing"), {R_ID: relation}))
        target.touch(sheet)
    return name


def _add_text(target: Package, part: str, note: Node, to: Cell) -> None:
    tree = target.tree(part)
    authors, listed = tree.find(main("authors")), tree.find(main("commentList"))
    if authors is None or listed is None:
        return
    names = [author.text for author in authors]
    if "Billow" not in names:
        etree.SubElement(authors, main("author")).text = "Billow"
        names.append("Billow")
    note.set("ref", _name(to))
    note.set("authorId", str(names.index("Billow")))
    listed.append(note)
    target.touch(part)


def _add_box(target: Package, part: str, box: Node, at: Cell, to: Cell) -> None:
    tree = target.tree(part)
    used = [_number(each) for each in tree.iter(_SHAPE)]
    box.set("id", f"_x0000_s{max([_FIRST_SHAPE - 1, *used]) + 1}")
    fields: dict[str, int] = {"Row": to[0] - 1, "Column": to[1] - 1}
    for word, number in fields.items():
        node = box.find(f"{VML}ClientData/{VML}{word}")
        if node is not None:
            node.text = str(number)
    shift_anchor(box.find(f"{VML}ClientData/{VML}Anchor"), to[0] - at[0], to[1] - at[1])
    tree.append(box)
    target.touch(part)


def _number(box: Node) -> int:
    digits = "".join(filter(str.isdigit, box.get("id", "").rpartition("_s")[2]))
    return int(digits or 0)
