"""The body of a table, replaced without taking anything from the user.

The user's own columns stay with their rows (found by the table's key), in the user's order where the
table is sorted. Whatever stands outside the table is left alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby, islice
from types import MappingProxyType
from typing import Any, NamedTuple

from billow.sheets.columns import Sheet
from billow.sheets.raw import Raw, day_number
from billow.sheets.values import digits
from billow.workbook.cells import Formula, look_of, raw
from billow.workbook.formulas import FORMULAS
from billow.workbook.markup import Node, column_letters, main
from billow.workbook.moving import moved, unshared
from billow.workbook.row_texts import Column, row_texts
from billow.workbook.rows import RowText, attributes_text, moved_to, row_text, text_of
from billow.workbook.styles import WRAPS, style_of
from billow.workbook.tables import Cells, Table

_TRAVELS = ("hidden", "ht", "customHeight", "outlineLevel", "collapsed")
_LINE, _LETTERS = 13.5, 1.25  # points of a line of text; letters in one unit of a column's width
_NO_LOOKS: Mapping[int, str] = MappingProxyType({})
_NOTHING_SAID: Mapping[str, str] = MappingProxyType({})
_TELLING = 200  # rows whose looks tell how a column looks
_AT_ONCE = 4096  # rows whose texts are held beside the rows


@dataclass
class OldRow:
    """A row as it stood, and what of the words about itself goes with it to another place."""

    text: RowText
    attributes: dict[str, str]

    @property
    def number(self) -> int:
        """Where it stood."""
        return self.text.number

    @property
    def looks(self) -> Mapping[int, str]:
        """The styles of its cells by column, '' for none; those beside the table too."""
        return self.text.looks


class _NewRow(NamedTuple):
    """A row to write: what stood for it before, what it shall say, and the cells that stay with it."""

    number: int
    before: OldRow | None
    values: Mapping[str, Any]
    kept: dict[int, bytes]
    said: Mapping[str, str]


@dataclass
class Writer:
    """Writes one table. ``styles`` are the numbers of the named styles in this workbook."""

    sheet: Sheet
    table: Table
    cells: Cells
    strings: list[str]
    styles: Mapping[str, str]
    since_1904: bool
    moves: dict[int, int] = field(default_factory=dict)

    def replace(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Let the table hold these rows; return whether that is anything new."""
        unshared(self.cells, self.table.body)
        if self._stand(rows):
            return False
        old = self._old(self.table.body.rows)
        self._write(old, self._paired(old, rows))
        return True

    def _stand(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Tell whether the table holds these rows and nothing else, to the byte: most runs find many so."""
        numbers = self.table.body.rows
        if len(numbers) != len(rows):
            return False
        columns = self._columns(self._old(numbers[:_TELLING]))
        pairs = zip(numbers, rows, strict=True)
        new = (_NewRow(number, None, values, {}, _NOTHING_SAID) for number, values in pairs)
        while block := list(islice(new, _AT_ONCE)):
            texts = zip(block, self._texts(block, columns), strict=True)
            if any(text.encode() != self.cells.text(row.number) for row, text in texts):
                return False
        return True

    def append(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows below those that are there."""
        unshared(self.cells, self.table.body)
        old, filled = self._old(self.table.body.rows), self._filled()
        kept = [row for row in old if row.number in filled]
        self._write(old, [(row, None) for row in kept] + [(None, values) for values in rows])

    def overwritten(self, count: int) -> list[tuple[int, str, str]]:
        """Return what stands below the table where ``count`` rows would go: row, header, content."""
        area, found = self.table.area, []
        bottom = self.table.body.top + max(count, 1) - 1 + self.table.totals
        for number in sorted(number for number in self.cells.numbers if area.bottom < number <= bottom):
            for column, cell in self.cells.of_row(number).items():
                if column in area.columns and (there := raw(cell, self.strings)).kind != "blank":
                    found.append((number, self._header(column), there.text))
        return found

    def kept(self) -> int:
        """How many rows of the table hold anything."""
        return len(self._filled())

    def _filled(self) -> set[int]:
        rows = self.cells.of_rows(self.table.body.rows)
        return {number for number, cells in rows if self._holds_anything(cells)}

    def _holds_anything(self, row: Mapping[int, Node]) -> bool:
        """Tell whether a row holds more than the formulas that each row of the table has."""
        calculated = {column.name for column in self.sheet.columns if column.role == "formula"}
        return any(
            raw(row[column], self.strings).kind != "blank"
            for column, name in enumerate(self.table.columns, start=self.table.area.left)
            if column in row and name not in calculated
        )

    def _header(self, column: int) -> str:
        return self.table.columns[column - self.table.area.left]

    def _old(self, numbers: Sequence[int]) -> list[OldRow]:
        rows = (self.cells.row(number) or RowText.empty(number) for number in numbers)
        return [OldRow(row, _travelling(row.said)) for row in rows]

    def _paired(
        self, old: list[OldRow], rows: Sequence[Mapping[str, Any]]
    ) -> list[tuple[OldRow | None, Mapping[str, Any] | None]]:
        """Find for each row the one that stood for it before, and put them in order."""
        keys = self.sheet.key or self.sheet.names
        waiting: dict[tuple[str, ...], list[OldRow]] = {}
        left, columns = self.table.area.left, self.table.columns
        places = [left + columns.index(key) for key in keys]
        for row, *key in zip(old, *(self._said_in(old, place) for place in places), strict=True):
            waiting.setdefault(tuple(key), []).append(row)
        pairs: list[tuple[OldRow | None, Mapping[str, Any] | None]] = []
        if not any(map(any, waiting)):  # only the blank row of a table that was empty
            return [(None, values) for values in rows]
        for values in rows:
            same = waiting.get(tuple(self._said(values.get(column)) for column in keys))
            pairs.append((same.pop(0) if same else None, values))
        if self.table.sorted_by_user:
            pairs.sort(key=lambda pair: (pair[0] is None, pair[0].number if pair[0] else 0))
        return pairs

    def _said_in(self, old: list[OldRow], column: int) -> list[str]:
        """Return what stands in one column of the rows."""
        cells = [row.text.cell(column) for row in old]
        nodes = iter(self.cells.elements(b"".join(cells)))
        return [as_said(raw(next(nodes) if cell else None, self.strings)) for cell in cells]

    def _said(self, value: Any) -> str:
        value = value.value if isinstance(value, Formula) else value
        if isinstance(value, date):
            return str(day_number(value, since_1904=self.since_1904))
        return digits(Decimal(value)) if isinstance(value, Decimal | int) else str(value or "").strip()

    def _write(self, old: list[OldRow], pairs: list[tuple[OldRow | None, Mapping[str, Any] | None]]) -> None:
        columns = self._columns(old)
        body, area = self.table.body, self.table.area
        totals = self.cells.row(area.bottom) if self.table.totals else None
        inside = frozenset(area.columns)
        for row in (*(each.text for each in old), *([totals] if totals else ())):
            self.cells.clear(row, inside, _TRAVELS)
        staying, there = [column for column in columns if column.stays], set(self.cells.numbers)
        rows = (
            _NewRow(
                number,
                before,
                values or {},
                self._kept(number, before, values, columns, staying),
                self.cells.said(number) if number in there else _NOTHING_SAID,
            )
            for number, (before, values) in enumerate(pairs or [(None, {})], start=body.top)
        )
        for kept, group in groupby(rows, lambda row: tuple(row.kept)):
            own = [column for column in columns if column.at not in kept]
            while block := list(islice(group, _AT_ONCE)):
                self._put(block, own)
        self.table.resize(max(len(pairs), 1))
        if totals:
            bottom = self.table.area.bottom
            cells = {c: self._moved(totals, c, bottom) for c in totals.looks if c in inside}
            self.cells.put([(bottom, row_text(bottom, self.cells.said(bottom)), cells)])
        self.cells.finish()

    def _put(self, rows: list[_NewRow], columns: list[Column]) -> None:
        """Write rows: the cells that are new, beside those that stay."""
        texts = self._texts(rows, columns)
        self.cells.put((row.number, text.encode(), row.kept) for row, text in zip(rows, texts, strict=True))
        self.moves.update({row.before.number: row.number for row in rows if row.before})

    def _texts(self, rows: list[_NewRow], columns: list[Column]) -> list[str]:
        """Return rows with the cells that are new."""
        given = [row.values for row in rows]
        values = [[row.get(column.name, column.otherwise) for row in given] for column in columns]
        said = [
            {**row.said, **high, **(row.before.attributes if row.before else {})}
            if row.before or row.said
            else high
            for row, high in zip(rows, self._heights(len(rows), columns, values), strict=True)
        ]
        begun = [(row.number, attributes_text(its)) for row, its in zip(rows, said, strict=True)]
        return row_texts(begun, columns, values, self._looks(rows, columns), since_1904=self.since_1904)

    def _looks(self, rows: list[_NewRow], columns: list[Column]) -> dict[int, list[str]]:
        """Return the looks in columns where not all are the column's own: a cell that was there keeps its."""
        before = [row.before.looks if row.before else _NO_LOOKS for row in rows]
        alike = {id(looks): looks for looks in before}  # thousands of rows look the same
        looks = {}
        for column in columns:
            its = {which: _look_in(there, column) for which, there in alike.items()}
            if any(look != column.look for look in its.values()):
                looks[column.at] = [its[id(there)] for there in before]
        return looks

    def _heights(self, rows: int, columns: list[Column], values: list[list[Any]]) -> list[Mapping[str, str]]:
        """Give rows of long sentences their height; Excel measures it anew when a person edits them."""
        lines = [1] * rows
        for column, texts in zip(columns, values, strict=True):
            letters = self._wrapped.get(column.name, 0)
            for index, text in enumerate(texts if letters else ()):
                if isinstance(text, str) and len(text) > letters:
                    lines[index] = max(lines[index], -(-len(text) // letters))
        return [{"ht": f"{_LINE * count + 2:g}"} if count > 1 else _NOTHING_SAID for count in lines]

    @cached_property
    def _wrapped(self) -> dict[str, int]:
        """The columns whose sentences may need more lines, and how many letters go into one."""
        return {c.name: int(c.width * _LETTERS) for c in self.sheet.columns if c.width >= WRAPS}

    def _columns(self, old: list[OldRow]) -> list[Column]:
        """Return how each column is written: in the style of most of its cells, else in the named one."""
        columns = []
        for index, name in enumerate(self.table.columns, start=self.table.area.left):
            known = self.sheet.by_name.get(name)
            used = Counter(row.looks[index] for row in old[:_TELLING] if index in row.looks)
            named = self.styles.get(style_of(known), "") if known else ""
            style = used.most_common(1)[0][0] if used else named
            calculated = known is not None and known.role == "formula"
            formula = FORMULAS.get(self.sheet.table, {}).get(name) if calculated else None
            columns.append(
                Column(
                    name,
                    index,
                    f'<c r="{column_letters(index)}',
                    f'"{look_of(style)}',
                    formula,
                    stays=known is None or known.role == "input",
                    otherwise=None if known else self._own_formula(name),
                )
            )
        return columns

    def _kept(
        self,
        number: int,
        before: OldRow | None,
        values: Mapping[str, Any] | None,
        columns: list[Column],
        staying: list[Column],
    ) -> dict[int, bytes]:
        """Return the cells that stay with their row: the user's own, and inputs that are not named."""
        if before is None:
            return {}
        return {
            column.at: self._moved(before.text, column.at, number)
            for column in (columns if values is None else staying)
            if column.at in before.looks and (values is None or column.name not in values)
        }

    def _moved(self, row: RowText, column: int, number: int) -> bytes:
        """Return a cell as it stands in another row; its formula looks at that row too."""
        cell = row.cell(column)
        if b"<f" not in cell:
            return moved_to(number, cell)
        holder = self.cells.elements(cell)
        moved(holder[0], row.number, number)
        return text_of(holder)

    def _own_formula(self, name: str) -> Formula | None:
        """The formula of a calculated column that the user has added."""
        path = f"{main('tableColumns')}/{main('tableColumn')}"
        for node, header in zip(self.table.node.iterfind(path), self.table.columns, strict=True):
            formula = node.find(main("calculatedColumnFormula"))
            if header == name and formula is not None and formula.text:
                return Formula(formula.text)
        return None


def _look_in(looks: Mapping[int, str], column: Column) -> str:
    """Return the look that a column has in a row that has these."""
    return f'"{look_of(looks[column.at])}' if column.at in looks else column.look


def _travelling(said: Mapping[str, str]) -> dict[str, str]:
    """What a row says of itself wherever it goes; a height that was not set by hand is measured anew."""
    forgotten = () if said.get("customHeight") else ("ht",)
    return {name: said[name] for name in _TRAVELS if said.get(name) and name not in forgotten}


def as_said(there: Raw) -> str:
    """Return what stands in a cell as text, a number with the digits that Excel keeps."""
    if there.kind == "number":
        return digits(Decimal(format(float(there.text), ".15g")))
    return there.text.strip()
