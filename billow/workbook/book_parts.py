"""The list of sheets and names of a workbook: adding a sheet, dropping one, finding a named cell."""

import re
from bisect import bisect_right

from lxml import etree

from billow.workbook.layout import SheetLayout
from billow.workbook.markup import OFFICE, R_ID, Node, main
from billow.workbook.package import Package

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_NAMED_CELL = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]{1,3}\$?[0-9]+)(?::(\$?[A-Z]{1,3}\$?[0-9]+))?"
)
_OWN_NAMES = ("_xlnm.Print_Area", "_xlnm.Print_Titles")
# the elements that may stand before the one to be added (ECMA-376 part 1, 18.2.27)
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_BEFORE_CALC = (*_BEFORE_NAMES, "definedNames")


def quoted(title: str) -> str:
    """Return a sheet title as it stands in a reference."""
    return "'" + title.replace("'", "''") + "'"


def add_sheet(package: Package, title: str, data: bytes, *, state: str = "") -> None:
    """Add a sheet at the end of the tabs; ``state`` may be hidden."""
    workbook = package.workbook_part
    part = package.free_name("xl/worksheets/sheet{}.xml")
    package.put(part, data, _SHEET_TYPE)
    package.sheet_parts()  # before the new one is there, so that it can be noted
    sheets = _child(package.tree(workbook), "sheets")
    number = max((int(node.get("sheetId", "0")) for node in sheets), default=0) + 1
    relation = package.relate(workbook, f"{OFFICE}/worksheet", part)
    said = {"name": title, "sheetId": str(number), "state": state, R_ID: relation}
    etree.SubElement(sheets, main("sheet"), {name: value for name, value in said.items() if value})
    package.note_sheet(title, part)
    package.touch(workbook)


def replace_sheet(package: Package, title: str, data: bytes) -> None:
    """Let the sheet of that title hold something else; it keeps its place among the tabs."""
    part = package.sheet_parts()[title]
    package.remove(part)
    package.put(part, data, _SHEET_TYPE)
    _drop_names(package, list(package.sheet_parts()).index(title), close_up=False)


def drop_sheet(package: Package, title: str) -> None:
    """Take a sheet out of the workbook, with the names that were its own."""
    titles = list(package.sheet_parts())
    index, part = titles.index(title), package.sheet_parts()[title]
    workbook = package.workbook_part
    sheets = _child(package.tree(workbook), "sheets")
    sheets.remove(sheets[index])
    package.forget_sheets()
    package.unrelate(workbook, part)
    package.remove(part)
    _drop_names(package, index, close_up=True)
    for view in package.tree(workbook).iter(main("workbookView")):
        for name in ("activeTab", "firstSheet"):
            at = int(view.get(name, "0"))
            if at >= index and at:
                view.set(name, str(at - 1))
    package.touch(workbook)


def state_of(package: Package, title: str) -> str:
    """Return whether a sheet is hidden, in the words of the format; '' when it is not."""
    sheets = _child(package.tree(package.workbook_part), "sheets")
    return next((node.get("state", "") for node in sheets if node.get("name") == title), "")


def names(package: Package) -> dict[str, str]:
    """Return the names of the whole workbook, and what each stands for."""
    nodes = package.tree(package.workbook_part).iter(main("definedName"))
    return {node.get("name", ""): node.text or "" for node in nodes if node.get("localSheetId") is None}


def add_name(package: Package, name: str, text: str) -> None:
    """Give the whole workbook a name; one that is there then stands for this."""
    for node in package.tree(package.workbook_part).iter(main("definedName")):
        if node.get("name") == name and node.get("localSheetId") is None:
            node.text = text
            package.touch(package.workbook_part)
            return
    _add_name(package, name, text, None)


def move_sheet(package: Package, title: str, at: int) -> None:
    """Let a sheet stand at another place among the tabs, counted from 0; names that are its own follow."""
    workbook = package.workbook_part
    sheets = _child(package.tree(workbook), "sheets")
    before = [node.get("name") for node in sheets]
    sheets.insert(at, sheets[before.index(title)])
    package.forget_sheets()
    after = [node.get("name") for node in sheets]
    where = {str(number): str(after.index(name)) for number, name in enumerate(before)}
    tree = package.tree(workbook)
    for node in tree.iter(main("definedName")):
        if (local := node.get("localSheetId")) in where:
            node.set("localSheetId", where[local or ""])
    for view in tree.iter(main("workbookView")):
        for name in ("activeTab", "firstSheet"):
            if (shown := view.get(name)) in where:
                view.set(name, where[shown or ""])
    package.touch(workbook)


def copy_names(source: Package, target: Package, title: str) -> None:
    """Give a sheet the names that are its own, such as the area that is printed, as in another workbook."""
    index = list(source.sheet_parts()).index(title)
    names = source.tree(source.workbook_part).find(main("definedNames"))
    new = list(target.sheet_parts()).index(title)
    for node in names if names is not None else ():
        if node.get("localSheetId") == str(index):
            _add_name(target, node.get("name", ""), node.text or "", new, hidden=node.get("hidden", ""))


def set_print_names(package: Package, title: str, layout: SheetLayout) -> None:
    """Say which cells of a sheet are printed, and which rows come again on each page."""
    index = list(package.sheet_parts()).index(title)
    if layout.print_area:
        first, _, last = layout.print_area.partition(":")
        area = ":".join(_fixed(end) for end in (first, last or first))
        _add_name(package, "_xlnm.Print_Area", f"{quoted(title)}!{area}", index)
    if layout.repeat_rows:
        top, bottom = layout.repeat_rows
        _add_name(package, "_xlnm.Print_Titles", f"{quoted(title)}!${top}:${bottom}", index)


def _fixed(reference: str) -> str:
    found = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", reference)
    if not found:
        raise ValueError(f"{reference!r} is not a cell")
    return f"${found[1]}${found[2]}"


def _add_name(package: Package, name: str, text: str, sheet: int | None, *, hidden: str = "") -> None:
    tree = package.tree(package.workbook_part)
    names = _child(tree, "definedNames", _BEFORE_NAMES)
    said = {"name": name, "localSheetId": "" if sheet is None else str(sheet), "hidden": hidden}
    node = etree.Element(main("definedName"), {name: value for name, value in said.items() if value})
    node.text = text
    # Excel keeps names in the order of the alphabet, and a sheet's own ones in the order of the sheets
    at = bisect_right(names, _order(node), key=_order)
    names.insert(at, node)
    package.touch(package.workbook_part)


def _order(name: Node) -> tuple[str, int]:
    return name.get("name", "").casefold(), int(name.get("localSheetId", "-1"))


def _drop_names(package: Package, index: int, *, close_up: bool) -> None:
    """Drop the print names of a sheet; with ``close_up`` all its names, and count the later sheets down."""
    names = package.tree(package.workbook_part).find(main("definedNames"))
    if names is None:
        return
    for node in list(names):
        local = int(node.get("localSheetId", "-1"))
        if local == index and (close_up or node.get("name") in _OWN_NAMES):
            names.remove(node)
        elif close_up and local > index:
            node.set("localSheetId", str(local - 1))
    package.touch(package.workbook_part)


def named_cells(package: Package) -> dict[str, tuple[str, str]]:
    """Return the names of the workbook that are one cell or block: sheet title, reference."""
    names = package.tree(package.workbook_part).find(main("definedNames"))
    found = {}
    for node in names if names is not None else ():
        named = _NAMED_CELL.fullmatch((node.text or "").strip())
        if named and node.get("localSheetId") is None:
            title = named[2] or named[1].replace("''", "'")
            reference = ":".join(end.replace("$", "") for end in named.group(3, 4) if end)
            found[node.get("name", "")] = (title, reference)
    return found


def calculate_on_load(package: Package) -> None:
    """Let Excel calculate everything when it opens the file, and forget the old order of calculation."""
    workbook = package.workbook_part
    calc = _child(package.tree(workbook), "calcPr", _BEFORE_CALC)
    if calc.get("fullCalcOnLoad") != "1":
        calc.set("fullCalcOnLoad", "1")
        package.touch(workbook)
    for relation in package.relations(workbook):
        if relation.kind == "calcChain":
            package.unrelate(workbook, relation.target)
            package.remove(relation.target)


def _child(tree: Node, tag: str, before: tuple[str, ...] = ()) -> Node:
    found = tree.find(main(tag))
    if found is None:
        at = max(
            (i for i, node in enumerate(tree, start=1) if node.tag in map(main, before)), default=len(tree)
        )
        found = etree.Element(main(tag))
        tree.insert(at, found)
    return found
