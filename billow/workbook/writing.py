"""The body of a table, replaced without taking anything from the user.

The user's own columns stay with their rows (found by the table's key), in the user's order where the
table is sorted. Whatever stands outside the table is left alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import groupby, islice
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from billow.sheets.columns import Sheet
from billow.sheets.raw import Raw, day_number
from billow.sheets.values import digits
from billow.workbook.cells import Formula, look_of, parsed_in, raw
from billow.workbook.formulas import FORMULAS
from billow.workbook.markup import Node, column_letters, column_of, forget, main
from billow.workbook.moving import moved, unshared
from billow.workbook.row_texts import Column, row_texts
from billow.workbook.styles import WRAPS, style_of
from billow.workbook.tables import Cells, Table

_TRAVELS = ("hidden", "ht", "customHeight", "outlineLevel", "collapsed")
_LINE, _LETTERS = 13.5, 1.25  # points of a line of text; letters in one unit of a column's width
_AT_ONCE = 4096  # rows whose texts are held beside the rows


@dataclass
class OldRow:
    """A row as it stood: its cells by column of the sheet, and what the row itself says."""

    number: int
    cells: dict[int, Node]
    attributes: dict[str, str]


class _NewRow(NamedTuple):
    """A row to write: what stood for it before, what it shall say, and the cells that stay with it."""

    number: int
    before: OldRow | None
    values: Mapping[str, Any] | None
    kept: dict[int, Node]
    outside: dict[int, Node]


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

    def replace(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Let the table hold these rows."""
        old = self._old()
        self._write(old, self._paired(old, rows))

    def append(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows below those that are there."""
        old = self._old()
        kept = [row for row in old if self._holds_anything(row.cells)]
        self._write(old, [(row, None) for row in kept] + [(None, values) for values in rows])

    def overwritten(self, count: int) -> list[tuple[int, str, str]]:
        """Return what stands below the table where ``count`` rows would go: row, header, content."""
        area, found = self.table.area, []
        bottom = self.table.body.top + max(count, 1) - 1 + self.table.totals
        for number in sorted(number for number in self.cells.rows if area.bottom < number <= bottom):
            for column, cell in self.cells.of_row(number).items():
                if column in area.columns and (there := raw(cell, self.strings)).kind != "blank":
                    found.append((number, self._header(column), there.text))
        return found

    def kept(self) -> int:
        """How many rows of the table hold anything."""
        return sum(self._holds_anything(self.cells.of_row(number)) for number in self.table.body.rows)

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

    def _old(self) -> list[OldRow]:
        columns = self.table.area.columns
        unshared(self.cells, self.table.body)
        old = []
        for number in self.table.body.rows:
            inside = {c: cell for c, cell in self.cells.of_row(number).items() if c in columns}
            row = self.cells.rows.get(number)
            old.append(OldRow(number, inside, _attributes(row) if row is not None else {}))
        return old

    def _paired(
        self, old: list[OldRow], rows: Sequence[Mapping[str, Any]]
    ) -> list[tuple[OldRow | None, Mapping[str, Any] | None]]:
        """Find for each row the one that stood for it before, and put them in order."""
        keys = self.sheet.key or self.sheet.names
        waiting: dict[tuple[str, ...], list[OldRow]] = {}
        left, columns = self.table.area.left, self.table.columns
        places = [left + columns.index(key) for key in keys]
        for row in old:
            key = tuple(as_said(raw(row.cells.get(place), self.strings)) for place in places)
            waiting.setdefault(key, []).append(row)
        pairs: list[tuple[OldRow | None, Mapping[str, Any] | None]] = []
        if not any(map(any, waiting)):  # only the blank row of a table that was empty
            return [(None, values) for values in rows]
        for values in rows:
            same = waiting.get(tuple(self._said(values.get(column)) for column in keys))
            pairs.append((same.pop(0) if same else None, values))
        if self.table.sorted_by_user:
            pairs.sort(key=lambda pair: (pair[0] is None, pair[0].number if pair[0] else 0))
        return pairs

    def _said(self, value: Any) -> str:
        value = value.value if isinstance(value, Formula) else value
        if isinstance(value, date):
            return str(day_number(value, since_1904=self.since_1904))
        return digits(Decimal(value)) if isinstance(value, Decimal | int) else str(value or "").strip()

    def _write(self, old: list[OldRow], pairs: list[tuple[OldRow | None, Mapping[str, Any] | None]]) -> None:
        columns = self._columns(old)
        body, area = self.table.body, self.table.area
        totals = self.cells.of_row(area.bottom) if self.table.totals else {}
        bottom = max(area.bottom, body.top + len(pairs) + self.table.totals)
        outside = {
            number: {c: cell for c, cell in self.cells.of_row(number).items() if c not in area.columns}
            for number in self.cells.rows
            if body.top <= number <= bottom
        }
        for number in range(body.top, area.bottom + 1):
            self._clear(number, outside.get(number, {}))
        rows = (
            _NewRow(
                number, before, values, self._kept(number, before, values, columns), outside.get(number, {})
            )
            for number, (before, values) in enumerate(pairs or [(None, {})], start=body.top)
        )
        for is_text, own, block in self._in_blocks(rows, columns):
            self._put(block, own, is_text=is_text)
        self.table.resize(max(len(pairs), 1))
        if totals:
            bottom = self.table.area.bottom
            inside = {c: moved(cell, area.bottom, bottom) for c, cell in totals.items() if c in area.columns}
            self.cells.set_row(bottom, outside.get(bottom, {}) | inside)
        self.cells.finish()

    def _in_blocks(
        self, rows: Iterable[_NewRow], columns: list[Column]
    ) -> Iterator[tuple[bool, list[Column], list[_NewRow]]]:
        """Yield rows that are written alike: whether all of each is new, which columns, and the rows."""

        def how(row: _NewRow) -> tuple[bool, tuple[int, ...]]:
            only_new = not row.kept and not row.outside and self.cells.has_nothing(row.number)
            return only_new, tuple(row.kept)

        for (only_new, kept), group in groupby(rows, how):
            own = [column for column in columns if column.at not in kept]
            while block := list(islice(group, _AT_ONCE)):
                yield only_new, own, block

    def _put(self, rows: list[_NewRow], columns: list[Column], *, is_text: bool) -> None:
        """Write rows: as text where all of them is new, else as elements beside those that stay."""
        said = [
            high | (row.before.attributes if row.before else {})
            for row, high in zip(rows, self._heights(rows), strict=True)
        ]
        texts = self._texts(rows, said, columns)
        for row in rows:
            if row.before is not None:
                self.moves[row.before.number] = row.number
        if is_text:
            made = zip((row.number for row in rows), map(str.encode, texts), strict=True)
            self.cells.set_texts(made, (columns[0].at, columns[-1].at))
            return
        for row, its, new_row in zip(rows, said, parsed_in("".join(texts).encode()), strict=True):
            new = {column_of(cell.get("r", "")): cell for cell in new_row}
            self.cells.set_row(row.number, row.outside | row.kept | new, its)

    def _texts(self, rows: list[_NewRow], said: list[dict[str, str]], columns: list[Column]) -> list[str]:
        """Return each row with its new cells; a cell that was there keeps its look."""
        looks = {}
        for column in columns if any(row.before for row in rows) else ():
            its = [_look_in(row.before, column) for row in rows]
            if any(look != column.look for look in its):
                looks[column.at] = its
        begun = [(row.number, _said(*its.items())) for row, its in zip(rows, said, strict=True)]
        values = [row.values or {} for row in rows]
        return row_texts(begun, columns, values, looks, since_1904=self.since_1904)

    def _heights(self, rows: list[_NewRow]) -> list[dict[str, str]]:
        """Give rows of long sentences their height; Excel measures it anew when a person edits them."""
        lines = [1] * len(rows)
        for name, letters in self._wrapped:
            for index, row in enumerate(rows):
                value = row.values.get(name) if row.values else None
                if isinstance(value, str) and len(value) > letters:
                    lines[index] = max(lines[index], -(-len(value) // letters))
        return [{"ht": f"{_LINE * count + 2:g}"} if count > 1 else {} for count in lines]

    @cached_property
    def _wrapped(self) -> list[tuple[str, int]]:
        """The columns whose sentences may need more lines, and how many letters go into one."""
        return [(c.name, int(c.width * _LETTERS)) for c in self.sheet.columns if c.width >= WRAPS]

    def _clear(self, number: int, outside: dict[int, Node]) -> None:
        self.cells.set_row(number, outside)
        row = self.cells.rows.get(number)
        if row is not None:
            forget(row, *_TRAVELS)

    def _columns(self, old: list[OldRow]) -> list[Column]:
        """Return how each column is written: in the style of most of its cells, else in the named one."""
        columns = []
        for index, name in enumerate(self.table.columns, start=self.table.area.left):
            known = self.sheet.by_name.get(name)
            used = Counter(row.cells[index].get("s", "") for row in old[:200] if index in row.cells)
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
        self, number: int, before: OldRow | None, values: Mapping[str, Any] | None, columns: list[Column]
    ) -> dict[int, Node]:
        """Return the cells that stay with their row: the user's own, and inputs that are not named."""
        if before is None:
            return {}
        return {
            column.at: moved(before.cells[column.at], before.number, number)
            for column in columns
            if column.at in before.cells and (values is None or (column.stays and column.name not in values))
        }

    def _own_formula(self, name: str) -> Formula | None:
        """The formula of a calculated column that the user has added."""
        path = f"{main('tableColumns')}/{main('tableColumn')}"
        for node, header in zip(self.table.node.iterfind(path), self.table.columns, strict=True):
            formula = node.find(main("calculatedColumnFormula"))
            if header == name and formula is not None and formula.text:
                return Formula(formula.text)
        return None


def _look_in(row: OldRow | None, column: Column) -> str:
    """Return the look that a column has in a row."""
    cell = row.cells.get(column.at) if row else None
    return column.look if cell is None else f'"{look_of(cell.get("s"))}'


@lru_cache(maxsize=256)
def _said(*attributes: tuple[str, str]) -> str:
    """Return what a row says of itself as it stands in its text; few rows say something of their own."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes)


def _attributes(row: Node) -> dict[str, str]:
    """What a row says of itself; a height that was not set by hand is measured anew."""
    said = {name: row.get(name, "") for name in _TRAVELS if row.get(name)}
    if "customHeight" not in said:
        said.pop("ht", None)
    return said


def as_said(there: Raw) -> str:
    """Return what stands in a cell as text, a number with the digits that Excel keeps."""
    if there.kind == "number":
        return digits(Decimal(format(float(there.text), ".15g")))
    return there.text.strip()
