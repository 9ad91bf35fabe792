"""The body of a table, replaced without taking anything from the user.

The user's own columns stay with their rows (found by the table's key), in the user's order where the
table is sorted. Whatever stands outside the table is left alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from billow.sheets.columns import Sheet
from billow.sheets.raw import Raw, day_number
from billow.sheets.values import digits
from billow.workbook.cells import Formula, new_cell, raw
from billow.workbook.formulas import FORMULAS
from billow.workbook.markup import Node, column_letters, forget, main
from billow.workbook.moving import moved, unshared
from billow.workbook.styles import WRAPS, style_of
from billow.workbook.tables import Cells, Table

_TRAVELS = ("hidden", "ht", "customHeight", "outlineLevel", "collapsed")
_LINE, _LETTERS = 13.5, 1.25  # points of a line of text; letters in one unit of a column's width


@dataclass
class OldRow:
    """A row as it stood: its cells by column of the sheet, and what the row itself says."""

    number: int
    cells: dict[int, Node]
    attributes: dict[str, str]


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
        kept = [
            row for row in old if any(raw(cell, self.strings).kind != "blank" for cell in row.cells.values())
        ]
        self._write(old, [(row, None) for row in kept] + [(None, values) for values in rows])

    def overwritten(self, count: int) -> list[tuple[int, str, str]]:
        """Return what stands below the table where ``count`` rows would go: row, header, content."""
        bottom = self.table.body.top + max(count, 1) - 1 + self.table.totals
        found = []
        for number in range(self.table.area.bottom + 1, bottom + 1):
            for column, cell in self.cells.of_row(number).items():
                if column in self.table.area.columns and (there := raw(cell, self.strings)).kind != "blank":
                    found.append((number, self._header(column), there.text))
        return found

    def kept(self) -> int:
        """How many rows of the table hold anything."""
        old = (self.cells.of_row(number) for number in self.table.body.rows)
        columns = self.table.area.columns
        return sum(any(raw(row[c], self.strings).kind != "blank" for c in row if c in columns) for row in old)

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
        for row in old:
            waiting.setdefault(self._old_key(row, keys), []).append(row)
        pairs: list[tuple[OldRow | None, Mapping[str, Any] | None]] = []
        for values in rows:
            same = waiting.get(tuple(self._said(values.get(column)) for column in keys))
            pairs.append((same.pop(0) if same else None, values))
        if self.table.sorted_by_user:
            pairs.sort(key=lambda pair: (pair[0] is None, pair[0].number if pair[0] else 0))
        return pairs

    def _old_key(self, row: OldRow, keys: Iterable[str]) -> tuple[str, ...]:
        left, columns = self.table.area.left, self.table.columns
        return tuple(_as_said(raw(row.cells.get(left + columns.index(key)), self.strings)) for key in keys)

    def _said(self, value: Any) -> str:
        value = value.value if isinstance(value, Formula) else value
        if isinstance(value, date):
            return str(day_number(value, since_1904=self.since_1904))
        return digits(Decimal(value)) if isinstance(value, Decimal | int) else str(value or "").strip()

    def _write(self, old: list[OldRow], pairs: list[tuple[OldRow | None, Mapping[str, Any] | None]]) -> None:
        styles = self._column_styles(old)
        body, area = self.table.body, self.table.area
        totals = self.cells.of_row(area.bottom) if self.table.totals else {}
        outside = {
            number: {c: cell for c, cell in self.cells.of_row(number).items() if c not in area.columns}
            for number in range(body.top, max(area.bottom, body.top + len(pairs) + self.table.totals) + 1)
        }
        for number in range(body.top, area.bottom + 1):
            self._clear(number, outside[number])
        for number, (before, values) in enumerate(pairs or [(None, {})], start=body.top):
            cells = self._row(number, before, values, styles)
            self.cells.set_row(number, outside.get(number, {}) | cells)
            self._fit(number, values)
            if before is not None:
                self.moves[before.number] = number
                for name, text in before.attributes.items():
                    self.cells.rows[number].set(name, text)
        self.table.resize(max(len(pairs), 1))
        if totals:
            bottom = self.table.area.bottom
            inside = {c: moved(cell, area.bottom, bottom) for c, cell in totals.items() if c in area.columns}
            self.cells.set_row(bottom, outside.get(bottom, {}) | inside)
        self.cells.finish()

    def _fit(self, number: int, values: Mapping[str, Any] | None) -> None:
        """Give a row of long sentences its height; Excel measures it anew when a person edits it."""
        lines = 1
        for name, value in (values or {}).items():
            column = self.sheet.by_name.get(name)
            if column and column.width >= WRAPS and isinstance(value, str):
                lines = max(lines, -(-len(value) // int(column.width * _LETTERS)))
        if lines > 1:
            self.cells.rows[number].set("ht", f"{_LINE * lines + 2:g}")

    def _clear(self, number: int, outside: dict[int, Node]) -> None:
        self.cells.set_row(number, outside)
        row = self.cells.rows.get(number)
        if row is not None:
            forget(row, *_TRAVELS)

    def _column_styles(self, old: list[OldRow]) -> dict[int, str]:
        """Return each column's style: the one most of its cells have, else the named one."""
        styles = {}
        for index, name in enumerate(self.table.columns, start=self.table.area.left):
            used = Counter(row.cells[index].get("s", "") for row in old[:200] if index in row.cells)
            named = (
                self.styles.get(style_of(self.sheet.column(name)), "") if name in self.sheet.by_name else ""
            )
            styles[index] = used.most_common(1)[0][0] if used else named
        return styles

    def _row(
        self, number: int, before: OldRow | None, values: Mapping[str, Any] | None, styles: dict[int, str]
    ) -> dict[int, Node]:
        old = before.cells if before else {}
        cells = {}
        for index, name in enumerate(self.table.columns, start=self.table.area.left):
            column = self.sheet.by_name.get(name)
            unnamed = values is not None and name not in values
            keeps = unnamed and (column is None or column.role == "input")
            if index in old and (values is None or keeps):
                cells[index] = moved(old[index], before.number if before else number, number)
                continue
            style = old[index].get("s", "") if index in old else styles[index]
            known = column is not None or name in (values or {})
            value = (values or {}).get(name) if known else self._own_formula(name)
            if column and column.role == "formula" and not isinstance(value, Formula):
                formula = FORMULAS.get(self.sheet.table, {}).get(name)
                value = Formula(formula, value) if formula else value
            reference = f"{column_letters(index)}{number}"
            cells[index] = new_cell(reference, value, style, since_1904=self.since_1904)
        return cells

    def _own_formula(self, name: str) -> Formula | None:
        """The formula of a calculated column that the user has added."""
        path = f"{main('tableColumns')}/{main('tableColumn')}"
        for node, header in zip(self.table.node.iterfind(path), self.table.columns, strict=True):
            formula = node.find(main("calculatedColumnFormula"))
            if header == name and formula is not None and formula.text:
                return Formula(formula.text)
        return None


def _attributes(row: Node) -> dict[str, str]:
    """What a row says of itself; a height that was not set by hand is measured anew."""
    said = {name: row.get(name, "") for name in _TRAVELS if row.get(name)}
    if "customHeight" not in said:
        said.pop("ht", None)
    return said


def _as_said(there: Raw) -> str:
    if there.kind == "number":
        return digits(Decimal(format(float(there.text), ".15g")))
    return there.text.strip()
