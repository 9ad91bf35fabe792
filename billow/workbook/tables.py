"""A table on its sheet: where it begins and ends, its columns, and the cells around it."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import islice
from secrets import token_hex
from types import MappingProxyType

from lxml import etree

from billow.sheets.raw import BLANK, Raw
from billow.workbook.cells import parsed_in, raw, unescaped
from billow.workbook.markup import MAIN, Area, Node, column_of, main, parsed, serialised
from billow.workbook.package import Package
from billow.workbook.rows import (
    RowText,
    Spaces,
    cells_in,
    declared,
    ends_of,
    is_empty,
    sliced,
    straight,
    text_of,
)

_CELL = main("c")
_NOTHING: Mapping[str, str] = MappingProxyType({})
_AT_ONCE = 1024  # rows that are elements at a time, when many are asked for

Damaged = Callable[[], Exception]


class Cells:
    """The cells of one sheet, found by row and column.

    Its rows stay the text that they are in the file, those just made too; ``tree`` is the sheet around them.
    Cells that somebody asks for are elements of their own, and stand in the sheet again by ``set_row``.
    """

    def __init__(
        self, tree: Node, rows: dict[int, bytes] | None = None, damaged: Damaged = ValueError
    ) -> None:
        self.tree = tree
        self._texts = rows or {}
        self._damaged = damaged
        found = tree.find(main("sheetData"))
        if found is None:
            raise damaged()
        self.data: Node = found
        self._spaces: Spaces = {None: MAIN, **{k: v for k, v in found.nsmap.items() if k}}

    @classmethod
    def read(cls, data: bytes, damaged: Damaged) -> "Cells":
        """Return the cells of a sheet as it stands in a file."""
        sheet = sliced(data)
        return cls(parsed(sheet.around), sheet.rows, damaged) if sheet else cls(parsed(data), None, damaged)

    def _rows(self) -> dict[int, bytes]:
        """All rows as text; those that stand in the tree leave it."""
        if next(self.data.iterchildren(), None) is not None:
            try:
                self._texts, self._spaces = straight(self.data, self._spaces)
            except ValueError:
                raise self._damaged() from None
        return self._texts

    @property
    def numbers(self) -> list[int]:
        """The numbers of all rows."""
        return list(self._rows())

    def holds(self, words: bytes) -> bool:
        """Tell whether a row holds these words of the format, or of a text."""
        return any(words in text for text in self._rows().values())

    def of_row(self, number: int) -> dict[int, Node]:
        """Return the cells of a row by column."""
        return dict(self.of_rows([number])).get(number, {})

    def of_rows(self, numbers: Iterable[int]) -> Iterator[tuple[int, dict[int, Node]]]:
        """Return the cells of rows that there are, by column; not all of them are elements at a time."""
        rows = self._rows()
        there = (number for number in numbers if number in rows)
        while block := list(islice(there, _AT_ONCE)):
            made = self.elements(b"".join(rows[number] for number in block))
            for number, row in zip(block, made, strict=True):
                yield number, {column_of(cell.get("r", "")): cell for cell in row.iterchildren(_CELL)}

    def elements(self, text: bytes) -> Node:
        """Return rows or cells that are text as elements, within one that holds them."""
        try:
            return parsed_in(text, declared(self._spaces))
        except etree.XMLSyntaxError:  # elements within elements, thousands deep
            raise self._damaged() from None

    def row(self, number: int) -> RowText | None:
        """Return a row as text, nothing when there is none."""
        text = self._rows().get(number)
        if text is None:
            return None
        try:
            return RowText.of(number, text)
        except ValueError:  # said in another order than programs use, with spaces between cells
            self.settle()
        try:
            return RowText.of(number, self._rows()[number])
        except ValueError:
            raise self._damaged() from None

    def text(self, number: int) -> bytes:
        """Return a row as it stands in the file, nothing when there is none."""
        return self._rows().get(number, b"")

    def said(self, number: int) -> Mapping[str, str]:
        """Return what a row says of itself."""
        return row.said if number in self._rows() and (row := self.row(number)) else {}

    def set_row(self, number: int, cells: Mapping[int, Node], said: Mapping[str, str] = _NOTHING) -> None:
        """Let a row hold these cells, and say this of itself too; a row that never was is made."""
        row = self.row(number) or RowText.empty(number)
        if row.text or cells:
            holder = self.elements(b"")
            holder.extend(cells.values())
            row = replace(row, said={**row.said, **said})
            self._texts[number] = row.with_cells(cells_in(text_of(holder)))

    def put(self, rows: Iterable[tuple[int, bytes, Mapping[int, bytes]]]) -> None:
        """Let rows be these texts, each with cells that are kept and what stands there otherwise."""
        there = set(self._rows())
        for number, text, kept in rows:
            whole = self._with_others(number, text, kept) if kept or number in there else text
            self._texts[number] = whole

    def _with_others(self, number: int, text: bytes, kept: Mapping[int, bytes]) -> bytes:
        there = self.row(number) or RowText.empty(number)
        if not (kept or there.looks or there.rest):
            return text
        row = replace(RowText.of(number, text), rest=there.rest)
        return row.with_cells({**there.cells(), **row.cells(), **kept})

    def clear(self, row: RowText, columns: AbstractSet[int], forgotten: Container[str]) -> None:
        """Take from a row its cells in these columns, and let it say no more what is ``forgotten``."""
        cells = {} if row.looks.keys() <= columns else row.cells()
        left = {column: cell for column, cell in cells.items() if column not in columns}
        text = row.with_cells(left, forgotten)
        self._rows().pop(row.number, None)
        if not is_empty(text):
            self._texts[row.number] = text

    def settle(self) -> Node:
        """Put all rows into the tree, and return it; whoever changes a row there changes the sheet."""
        rows = self._rows()
        if rows:
            self.data[:] = list(self.elements(b"".join(rows[number] for number in sorted(rows))))
            self._texts = {}
        return self.tree

    def texts(self) -> list[bytes]:
        """Return the whole sheet as it is written to the file: texts that stand one behind the other."""
        rows = self._rows()
        if not rows:
            return [serialised(self.tree)]
        mark = etree.ProcessingInstruction(f"rows-{token_hex(8)}")  # which no file knows
        self.data[:] = [mark]
        before, after = serialised(self.tree).split(etree.tostring(mark))
        self.data[:] = []
        unknown = {name: uri for name, uri in self._spaces.items() if self.data.nsmap.get(name) != uri}
        return [before[:-1], declared(unknown), b">", *(rows[number] for number in sorted(rows)), after]

    def finish(self) -> None:
        """Put rows in their order, drop empty ones, and say again how far the sheet reaches."""
        rows = self._rows()
        self._texts = {number: rows[number] for number in sorted(rows) if not is_empty(rows[number])}
        dimension = self.tree.find(main("dimension"))
        ends = {number: ends for number, text in self._texts.items() if (ends := ends_of(text))}
        if dimension is not None and ends:
            columns = {column_of(letters) for pair in set(ends.values()) for letters in pair}
            dimension.set("ref", str(Area(min(ends), min(columns), max(ends), max(columns))))


@dataclass
class Table:
    """A table as its part describes it; ``title`` is the sheet's name in this workbook."""

    name: str
    title: str
    part: str
    sheet_part: str
    node: Node

    @property
    def area(self) -> Area:
        """Header, body and, where the user has added one, the row of totals."""
        return Area.of(self.node.get("ref", ""))

    @property
    def totals(self) -> int:
        """How many rows of totals there are, 0 or 1."""
        return int(self.node.get("totalsRowCount", "0"))

    @property
    def body(self) -> Area:
        """The rows between header and totals."""
        area = self.area
        headers = int(self.node.get("headerRowCount", "1"))
        return Area(area.top + headers, area.left, area.bottom - self.totals, area.right)

    @property
    def columns(self) -> list[str]:
        """The headers, the user's own columns among them."""
        nodes = self.node.iterfind(f"{main('tableColumns')}/{main('tableColumn')}")
        return [unescaped(node.get("name", "")).strip() for node in nodes]

    @property
    def sorted_by_user(self) -> bool:
        """Whether somebody has put the rows in an order of their own."""
        return next(self.node.iter(main("sortState")), None) is not None

    def resize(self, rows: int) -> None:
        """Let the body have so many rows; filter and sort state follow."""
        body, area = self.body, self.area
        bottom = body.top + rows - 1
        self.node.set("ref", str(Area(area.top, area.left, bottom + self.totals, area.right)))
        for node in self.node.iter(main("autoFilter"), main("sortState"), main("sortCondition")):
            old = Area.of(node.get("ref", ""))
            if old.bottom == body.bottom:
                node.set("ref", str(Area(old.top, old.left, bottom, old.right)))


def tables_of(package: Package) -> Iterator[Table]:
    """Return every table of the workbook."""
    for title, sheet_part in package.sheet_parts().items():
        for relation in package.relations(sheet_part):
            if relation.kind == "table" and relation.target in package:
                node = package.tree(relation.target)
                name = node.get("displayName") or node.get("name") or ""
                table = Table(name, title, relation.target, sheet_part, node)
                if not _is_placed(table):
                    raise package.damaged(table.part)
                yield table


def cells_of(package: Package, sheet_part: str) -> Cells:
    """Return the cells of a sheet, the same to everyone; ``Refused`` where they do not say where they are."""
    known = package.cells(sheet_part)
    if isinstance(known, Cells):
        return known

    def damaged() -> Exception:
        return package.damaged(sheet_part)

    if package.has_tree(sheet_part):
        cells = Cells(package.tree(sheet_part), damaged=damaged)
    else:
        try:
            cells = Cells.read(package.read(sheet_part), damaged)
        except (etree.XMLSyntaxError, KeyError):
            raise damaged() from None
    package.keep_cells(sheet_part, cells)
    return cells


def _is_placed(table: Table) -> bool:
    """Tell whether a table says where on its sheet it is."""
    try:
        return table.body.top > 0
    except ValueError:
        return False


def raw_rows(table: Table, cells: Cells, strings: list[str]) -> Iterator[tuple[int, dict[str, Raw]]]:
    """Return the body of a table: row number, and what stands under each header."""
    left, columns = table.area.left, table.columns
    for number, found in cells.of_rows(table.body.rows):
        if not found:
            continue
        at = {column: found.get(left + index) for index, column in enumerate(columns)}
        yield (
            number,
            {column: raw(cell, strings) if cell is not None else BLANK for column, cell in at.items()},
        )
