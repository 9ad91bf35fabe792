"""The parts of a workbook file: read, changed one by one, and put back together.

Only parts that were touched are written anew. Which part belongs to which follows the file's own
relations; a part that nothing points to any more is left out.
"""

import io
import posixpath
import re
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol
from zipfile import ZipFile

from lxml import etree

from billow.problems import Place, Problem, Refused
from billow.workbook.archive import Packed, write_archive
from billow.workbook.markup import R_ID, RELATIONS, TYPES, Node, main, parsed, serialised

CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK = "xl/workbook.xml"


@dataclass(frozen=True)
class Relation:
    """One part points to another; ``kind`` is the last word of the relation's type."""

    id: str
    kind: str
    target: str
    external: bool


class SheetCells(Protocol):
    """The cells of a sheet, some of which may not be in its tree yet."""

    def settle(self) -> Node:
        """Put all of them into the tree, and return it."""

    def texts(self) -> list[bytes]:
        """Return the whole sheet as it is written to the file: texts that stand one behind the other."""


@dataclass
class Package:
    """A workbook as its parts."""

    data: bytes
    file: str = ""
    names: list[str] = field(init=False)
    _changed: dict[str, bytes | Packed] = field(default_factory=dict)
    _trees: dict[str, Node] = field(default_factory=dict)
    _touched: set[str] = field(default_factory=set)
    _related: dict[str, list[Relation]] = field(default_factory=dict)
    _sheet_cells: dict[str, SheetCells] = field(default_factory=dict)
    _sheets: dict[str, str] | None = None

    def __post_init__(self) -> None:
        self._archive = ZipFile(io.BytesIO(self.data))
        self.names = self._archive.namelist()

    @property
    def changed(self) -> bool:
        """Whether anything differs from the file that was opened."""
        return bool(self._touched or self._changed or self.names != self._archive.namelist())

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str) -> bytes:
        """Return the bytes of a part as they stand now."""
        if name in self._touched:
            return b"".join(self._texts(name))
        changed = self._changed.get(name)
        if isinstance(changed, Packed):
            return changed.unpacked()
        return self._archive.read(name) if changed is None else changed

    def tree(self, name: str) -> Node:
        """Return a part as a tree; call ``touch`` after changing it."""
        if name in self._sheet_cells:
            return self._sheet_cells[name].settle()
        if name not in self._trees:
            self._trees[name] = self._parsed(name)
        return self._trees[name]

    def _parsed(self, name: str) -> Node:
        try:
            return parsed(self.read(name))
        except (etree.XMLSyntaxError, KeyError):
            raise self.damaged(name) from None

    def damaged(self, name: str) -> Refused:
        """Return the refusal of a workbook of which a part does not say what it must."""
        sentence = f'The file "{self.file}" is damaged in its part {name}.'
        hint = "Open it in Excel, let Excel repair it, and save it; or take an earlier version."
        return Refused([Problem("WBK-001", sentence, Place(self.file), hint)])

    def keep_cells(self, name: str, cells: SheetCells) -> None:
        """Say who keeps the cells of a sheet, before any of them stand outside the tree."""
        self._sheet_cells[name] = cells

    def cells(self, name: str) -> SheetCells | None:
        """Return who keeps the cells of a sheet, nothing when nobody does yet."""
        return self._sheet_cells.get(name)

    def has_tree(self, name: str) -> bool:
        """Tell whether a part was read as a tree, which may have been changed since."""
        return name in self._trees

    def _texts(self, name: str) -> list[bytes]:
        cells = self._sheet_cells.get(name)
        return cells.texts() if cells else [serialised(self._trees[name])]

    def touch(self, name: str) -> None:
        """Say that the tree of a part was changed."""
        self._touched.add(name)

    def pack(self, name: str) -> None:
        """Begin to pack a large part of which all is said; should it be asked for, it is unpacked again."""
        self._changed[name] = Packed(self._texts(name))
        self._forget_tree(name)

    def put(self, name: str, data: bytes, content_type: str) -> None:
        """Add a part, or replace one as a whole."""
        self._forget_tree(name)
        self._changed[name] = data
        if name not in self.names:
            self.names.append(name)
            types = self.tree(CONTENT_TYPES)
            etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)
            self.touch(CONTENT_TYPES)

    def _forget_tree(self, name: str) -> None:
        self._trees.pop(name, None)
        self._sheet_cells.pop(name, None)
        self._touched.discard(name)

    def remove(self, name: str) -> None:
        """Take out a part, its relations, and every part that then nothing points to."""
        related = [relation.target for relation in self.relations(name) if not relation.external]
        for gone in {name, relations_part(name)} & set(self.names):
            self.names.remove(gone)
            self._forget_tree(gone)
            self._changed.pop(gone, None)
            self._related.pop(gone, None)
        types = self.tree(CONTENT_TYPES)
        for override in types.findall(f"{{{TYPES}}}Override[@PartName='/{name}']"):
            types.remove(override)
            self.touch(CONTENT_TYPES)
        pointed = {
            r.target for part in self.names if not part.endswith(".rels") for r in self.relations(part)
        }
        for target in related:
            if target in self.names and target not in pointed:
                self.remove(target)

    def relations(self, part: str) -> list[Relation]:
        """Return what a part points to ('' is the package itself)."""
        name = relations_part(part)
        if name not in self._related:
            folder = posixpath.dirname(part)
            nodes = self.tree(name) if name in self.names else ()
            self._related[name] = [_relation(node, folder) for node in nodes]
        return list(self._related[name])

    def content_type(self, name: str) -> str:
        """Return what kind of part this is, in the words of the format."""
        types = self.tree(CONTENT_TYPES)
        override = types.find(f"{{{TYPES}}}Override[@PartName='/{name}']")
        if override is None:
            ending = posixpath.splitext(name)[1].lstrip(".")
            override = types.find(f"{{{TYPES}}}Default[@Extension='{ending}']")
        return "application/xml" if override is None else override.get("ContentType", "")

    def put_relations(self, part: str, data: bytes) -> None:
        """Say anew and as a whole what a part points to."""
        name = relations_part(part)
        self._related.pop(name, None)
        self._forget_tree(name)
        self._changed[name] = data
        if name not in self.names:
            self.names.append(name)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part point to another one, and return the id of the relation."""
        name = relations_part(part)
        if name not in self.names:
            self.put_relations(part, f'<Relationships xmlns="{RELATIONS}"/>'.encode())
        known = self.relations(part)
        used = {relation.id for relation in known}
        free = next(f"rId{n}" for n in count(len(used) + 1) if f"rId{n}" not in used)
        relative = posixpath.relpath(target, posixpath.dirname(part) or ".")
        said = {"Id": free, "Type": kind, "Target": relative}
        node = etree.SubElement(self.tree(name), f"{{{RELATIONS}}}Relationship", said)
        self._related[name] = [*known, _relation(node, posixpath.dirname(part))]
        self.touch(name)
        return free

    def unrelate(self, part: str, target: str) -> None:
        """Let a part no longer point to another one."""
        name = relations_part(part)
        tree = self.tree(name)
        for node in list(tree):
            if _relation(node, posixpath.dirname(part)).target == target:
                tree.remove(node)
                self._related.pop(name, None)
                self.touch(name)

    @property
    def workbook_part(self) -> str:
        """The part with the list of sheets."""
        return next((r.target for r in self.relations("") if r.kind == "officeDocument"), _WORKBOOK)

    def sheet_parts(self) -> dict[str, str]:
        """Return the part of each sheet by its title, in the order of the tabs."""
        if self._sheets is None:
            part = self.workbook_part
            targets = {relation.id: relation.target for relation in self.relations(part)}
            sheets = self.tree(part).findall(f"{main('sheets')}/{main('sheet')}")
            if any(node.get(R_ID, "") not in targets for node in sheets):
                raise self.damaged(part)
            self._sheets = {node.get("name", ""): targets[node.get(R_ID, "")] for node in sheets}
        return dict(self._sheets)

    def note_sheet(self, title: str, part: str) -> None:
        """Say that a sheet was added behind the others, so that 1,000 sheets do not mean 1,000 readings."""
        self._sheets = {**self.sheet_parts(), title: part}

    def forget_sheets(self) -> None:
        """Say that the list of sheets was changed, so that it is read anew."""
        self._sheets = None

    def free_name(self, pattern: str) -> str:
        """Return a part name that is not taken; ``{}`` in the pattern is a number."""
        taken = re.compile(re.escape(pattern).replace(re.escape("{}"), r"(\d+)"))
        numbers = [int(found[1]) for name in self.names if (found := taken.fullmatch(name))]
        return pattern.format(max(numbers, default=0) + 1)

    def bytes(self) -> bytes:
        """Return the whole file."""
        packed = {
            name: part if isinstance(part, Packed) else Packed([part]) for name, part in self._changed.items()
        }
        packed |= {name: Packed(self._texts(name)) for name in self._touched}
        out = io.BytesIO()
        write_archive(out, io.BytesIO(self.data), self.names, packed)
        return out.getvalue()


def relations_part(part: str) -> str:
    """Return the part that holds what ``part`` points to."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relation(node: Node, folder: str) -> Relation:
    target = node.get("Target", "")
    external = node.get("TargetMode") == "External"
    if not external:
        target = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(folder, target))
        )
    return Relation(node.get("Id", ""), node.get("Type", "").rsplit("/", 1)[-1], target, external)
