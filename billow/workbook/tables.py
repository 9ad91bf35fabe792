"""A table on its sheet: where it begins and ends, its columns, and the cells around it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from secrets import token_hex
from types import MappingProxyType

from lxml import etree

from billow.sheets.raw import BLANK, Raw
from billow.workbook.cells import parsed_in, raw, unescaped
from billow.workbook.markup import MAIN, Area, Node, column_letters, column_of, forget, main, serialised
from billow.workbook.package import Package

_ROW, _CELL = main("row"), main("c")
_NOTHING_SAID: Mapping[str, str] = MappingProxyType({})


class Cells:
    """The cells of one sheet, found by row and column.

    Rows that were only just made stay the text that they will be in the file; when somebody asks for cells,
    they become elements like all others.
    """

    def __init__(self, tree: Node) -> None:
        self.tree = tree
        self._texts: dict[int, bytes] = {}
        self._text_columns: set[int] = set()
        found = tree.find(main("sheetData"))
        if found is None:
            raise ValueError("the sheet holds no cells")
        self.data: Node = found
        self._rows: dict[int, Node] = {}
        self._number()

    def _number(self) -> None:
        """Say every row's and cell's place: the format lets a program leave it out."""
        number = 0
        for row in self.data.iterchildren(_ROW):
            number = int(row.get("r") or number + 1)
            row.set("r", str(number))
            self._rows[number] = row
            before = ""
            for cell in row.iterchildren(_CELL):
                reference = cell.get("r")
                if not reference:
                    reference = f"{column_letters(column_of(before) + 1)}{number}"
                    cell.set("r", reference)
                before = reference

    @property
    def rows(self) -> dict[int, Node]:
        """All rows as elements, by number."""
        self.settle()
        return self._rows

    def of_row(self, number: int) -> dict[int, Node]:
        """Return the cells of a row by column."""
        row = self.rows.get(number)
        if row is None:
            return {}
        return {column_of(cell.get("r", "")): cell for cell in row.iterchildren(_CELL)}

    def has_nothing(self, number: int) -> bool:
        """Tell whether nothing is known of a row, neither a cell nor a look."""
        row = self._rows.get(number)
        return row is None or (len(row) == 0 and set(row.attrib) <= {"r"})

    def set_texts(self, rows: Iterable[tuple[int, bytes]], ends: tuple[int, int]) -> None:
        """Let rows of which nothing was known be these texts; ``ends`` are their first and last column."""
        for number, text in rows:
            self._rows.pop(number, None)
            self._texts[number] = text
        self._text_columns.update(ends)

    def settle(self) -> None:
        """Turn text into elements."""
        if self._texts:
            for number, row in zip(self._texts, parsed_in(b"".join(self._texts.values())), strict=True):
                self._rows[number] = row
            self._texts.clear()
            self._text_columns.clear()
            self.finish()

    def serialised(self) -> bytes:
        """Return the whole sheet as it is written to the file."""
        if self.tree.nsmap.get(None) != MAIN:  # the program that saved it gives each element a prefix
            self.settle()
        if not self._texts:
            return serialised(self.tree)
        mark = f"rows-{token_hex(8)}"  # which no file knows
        there = dict(self._rows) | {number: etree.ProcessingInstruction(mark) for number in self._texts}
        self.data[:] = [there[number] for number in sorted(there)]
        outside = serialised(self.tree).split(etree.tostring(etree.ProcessingInstruction(mark)))
        self.data[:] = list(self._rows.values())
        texts = [self._texts[number] for number in sorted(self._texts)]
        return b"".join(chain.from_iterable(zip_longest(outside, texts, fillvalue=b"")))

    def set_row(self, number: int, cells: dict[int, Node], said: Mapping[str, str] = _NOTHING_SAID) -> None:
        """Let a row hold these cells, and say of itself what is ``said``; a row that never was is made."""
        self._texts.pop(number, None)
        row = self._rows.get(number)
        if row is None:
            if not cells:
                return
            row = etree.Element(_ROW, r=str(number))
            self._rows[number] = row
        forget(row, "spans")  # a hint for loading that would now be wrong
        rest = [node for node in row if node.tag != _CELL]
        row[:] = [cells[column] for column in sorted(cells)] + rest
        for name, value in said.items():
            row.set(name, value)

    def finish(self) -> None:
        """Put rows in their order, drop empty ones, and say again how far the sheet reaches."""
        kept = {n: row for n, row in sorted(self._rows.items()) if len(row) or len(row.attrib) > 1}
        self._rows = kept
        self.data[:] = list(kept.values())
        dimension = self.tree.find(main("dimension"))
        ends = {n: (cells[0], cells[-1]) for n, row in kept.items() if len(cells := row.findall(_CELL))}
        numbers = [*ends, *self._texts]
        if dimension is not None and numbers:
            columns = {column_of(cell.get("r", "")) for pair in ends.values() for cell in pair}
            columns |= self._text_columns
            area = Area(min(numbers), min(columns), max(numbers), max(columns))
            dimension.set("ref", str(area))


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
    """Return the cells of a sheet; ``Refused`` where they do not say where they are."""
    try:
        return Cells(package.tree(sheet_part))
    except ValueError:
        raise package.damaged(sheet_part) from None


def _is_placed(table: Table) -> bool:
    """Tell whether a table says where on its sheet it is."""
    try:
        return table.body.top > 0
    except ValueError:
        return False


def raw_rows(table: Table, cells: Cells, strings: list[str]) -> Iterator[tuple[int, dict[str, Raw]]]:
    """Return the body of a table: row number, and what stands under each header."""
    left, columns = table.area.left, table.columns
    for number in table.body.rows:
        found = cells.of_row(number)
        if not found:
            continue
        at = {column: found.get(left + index) for index, column in enumerate(columns)}
        yield (
            number,
            {column: raw(cell, strings) if cell is not None else BLANK for column, cell in at.items()},
        )
