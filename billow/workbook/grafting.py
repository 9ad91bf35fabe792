"""A sheet carried from one workbook into another, with its notes, pictures, charts and its very look.

The two files number their colours and texts each in its own way, so the looks are found again or added, and
texts travel within their cells. What the receiving workbook held before stays as it was.
"""

import posixpath
import re
from copy import deepcopy
from functools import cached_property

from lxml import etree

from billow.workbook import book_parts
from billow.workbook.markup import Node, forget, main, serialised
from billow.workbook.package import Package, relations_part

_STYLES = "xl/styles.xml"
_FIRST_OWN_FORMAT = 164  # number formats below have a meaning that is fixed by the format
_LOOKS = {"fonts": "fontId", "fills": "fillId", "borders": "borderId"}
TABLE_LOOKS = ("headerRowDxfId", "dataDxfId", "totalsRowDxfId", "headerRowBorderDxfId", "tableBorderDxfId")


class Looks:
    """Finds for a look of ``source`` the number it has in ``target``; one that is not there is added."""

    def __init__(self, source: Package, target: Package) -> None:
        self._from, self._to = source.tree(_STYLES), target.tree(_STYLES)
        self._target = target
        self._cells: dict[str, str] = {}

    def cell(self, number: str) -> str:
        """Return the number of a cell's look."""
        if number not in self._cells:
            look = deepcopy(self._from_group("cellXfs")[int(number)])
            for group, name in _LOOKS.items():
                wanted = self._from_group(group)[int(look.get(name, "0"))]
                look.set(name, str(self._found(group, wanted)))
            look.set("numFmtId", self._number_format(look.get("numFmtId", "0")))
            look.set("xfId", "0")
            self._cells[number] = str(self._found("cellXfs", look))
        return self._cells[number]

    def rule(self, number: str) -> str:
        """Return the number of the look that a rule of colour, or a table, gives."""
        return str(self._found("dxfs", self._from_group("dxfs")[int(number)]))

    def _from_group(self, group: str) -> Node:
        found = self._from.find(main(group))
        if found is None:
            raise ValueError(f"the styles have no {group}")
        return found

    @cached_property
    def _known(self) -> dict[str, list[bytes]]:
        return {etree.QName(group).localname: [_said(node) for node in group] for group in self._to}

    def _found(self, group: str, wanted: Node) -> int:
        known, said = self._known.setdefault(group, []), _said(wanted)
        if said not in known:
            holder = self._to.find(main(group))
            if holder is None:
                # dxfs and numFmts are the two that may be left out (ECMA-376 part 1, 18.8.39)
                holder = etree.Element(main(group))
                after = self._to.find(main("cellStyles"))
                self._to.insert(
                    0 if group == "numFmts" or after is None else self._to.index(after) + 1, holder
                )
            holder.append(deepcopy(wanted))
            holder.set("count", str(len(holder)))
            known.append(said)
            self._target.touch(_STYLES)
        return known.index(said)

    def _number_format(self, number: str) -> str:
        if int(number) < _FIRST_OWN_FORMAT:
            return number
        codes = {node.get("numFmtId"): node.get("formatCode", "") for node in self._from_group("numFmts")}
        holder = self._to.find(main("numFmts"))
        there = (
            {node.get("formatCode"): node.get("numFmtId", "") for node in holder}
            if holder is not None
            else {}
        )
        code = codes[number]
        if code not in there:
            there[code] = str(max([_FIRST_OWN_FORMAT - 1, *map(int, there.values())]) + 1)
            self._found("numFmts", etree.Element(main("numFmt"), numFmtId=there[code], formatCode=code))
        return there[code]


def _said(node: Node) -> bytes:
    return etree.tostring(node, method="c14n", exclusive=True, with_tail=False)


def graft_sheet(source: Package, title: str, target: Package, *, at: int | None = None) -> None:
    """Add a sheet of ``source`` to ``target``, at place ``at`` among the tabs, else as the last."""
    part = source.sheet_parts()[title]
    looks, tree = Looks(source, target), deepcopy(source.tree(part))
    _with_own_texts(source, tree)
    restyle(tree, looks)
    book_parts.add_sheet(target, title, serialised(tree), state=book_parts.state_of(source, title))
    _carry_relations(source, part, target, target.sheet_parts()[title], looks)
    book_parts.copy_names(source, target, title)
    if at is not None:
        book_parts.move_sheet(target, title, at)


def restyle(tree: Node, looks: Looks) -> None:
    """Let everything on a sheet have the numbers that its looks have in the other workbook."""
    for node in tree.iter(main("row"), main("c")):
        if number := node.get("s"):
            node.set("s", looks.cell(number))
    for node in tree.iter(main("col")):
        if number := node.get("style"):
            node.set("style", looks.cell(number))
    for node in tree.iter(main("cfRule")):
        if number := node.get("dxfId"):
            node.set("dxfId", looks.rule(number))


def _with_own_texts(source: Package, tree: Node) -> None:
    relations = source.relations(source.workbook_part)
    part = next((relation.target for relation in relations if relation.kind == "sharedStrings"), None)
    texts = list(source.tree(part)) if part else []
    for cell in tree.iter(main("c")):
        value = cell.find(main("v"))
        if cell.get("t") == "s" and value is not None:
            text = etree.Element(main("is"))
            text.extend(deepcopy(each) for each in texts[int(value.text or "0")])
            cell.replace(value, text)
            cell.set("t", "inlineStr")


def _carry_relations(source: Package, old: str, target: Package, new: str, looks: Looks) -> None:
    """Carry over what a part points to, all the way down; the ids by which it points stay."""
    if relations_part(old) not in source:
        return
    tree = deepcopy(source.tree(relations_part(old)))
    by_id = {relation.id: relation for relation in source.relations(old)}
    for node in tree:
        relation = by_id[node.get("Id", "")]
        if relation.external:
            continue
        name = target.free_name(re.sub(r"\d*(\.\w+)$", r"{}\1", relation.target))
        target.put(
            name, _carried(source, relation.target, target, looks), source.content_type(relation.target)
        )
        _carry_relations(source, relation.target, target, name, looks)
        node.set("Target", posixpath.relpath(name, posixpath.dirname(new)))
    target.put_relations(new, etree.tostring(tree))


def _carried(source: Package, name: str, target: Package, looks: Looks) -> bytes:
    """Return a part as it may stand in the other file: a table gets a number and looks of its own there."""
    data = source.read(name)
    if not re.fullmatch(r"xl/tables/[^/]+\.xml", name):
        return data
    tree = deepcopy(source.tree(name))
    tree.set("id", str(free_table_number(target)))
    for node in tree.iter():
        for look in TABLE_LOOKS:
            if number := node.get(look):
                node.set(look, looks.rule(number))
        forget(node, "dataCellStyle", "headerRowCellStyle", "totalsRowCellStyle")
    return serialised(tree)


def free_table_number(package: Package) -> int:
    """Return a number that no table of the workbook has."""
    tables = [name for name in package.names if re.fullmatch(r"xl/tables/[^/]+\.xml", name)]
    return max((int(package.tree(name).get("id", "0")) for name in tables), default=0) + 1
