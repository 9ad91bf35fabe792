"""A workbook of an earlier Billow gets what this one adds: sheets, columns, settings, words of dropdowns.

What is missing is found by comparing the workbook with the template of this version, so a column is described
in one place only. It comes from the template with its look, its width and its dropdown. Everything that was
there stays: rows, the user's own columns and sheets, notes, formats, the order of the tabs.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from billow.problems import Place, Problem, refuse_if_any
from billow.sheets.columns import SHEETS
from billow.workbook import book_parts, properties
from billow.workbook.book_parts import quoted
from billow.workbook.cells import content, new_cell, raw, shared_strings
from billow.workbook.grafting import TABLE_LOOKS, Looks, graft_sheet
from billow.workbook.markup import Area, Node, column_letters, forget, main, split_reference
from billow.workbook.notes import copy_note
from billow.workbook.package import Package
from billow.workbook.pages import PAGES
from billow.workbook.tables import Cells, Table, cells_of, tables_of

_LISTS = "Lists"  # the hidden sheet with the words of all dropdowns, which Billow owns as a whole
_CARDS_FROM = 2  # the column of the first card on sheet Start
_RUN_BELOW = 2  # rows below the card LAST RUN
# what may stand before the dropdowns on a sheet (ECMA-376 part 1, 18.3.1.99)
_BEFORE_DROPDOWNS = (
    "sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
)  # fmt: skip


@dataclass
class Migration:
    """One workbook on its way; ``added`` says in words what it got."""

    old: Package
    new: Package
    file: str
    added: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._looks = Looks(self.new, self.old)
        self._had = {table.name: table for table in tables_of(self.old)}
        self._has = {table.name: table for table in tables_of(self.new)}

    def run(self) -> None:
        """Add what is missing; ``Refused``, with nothing changed on disk, when something is in the way."""
        refuse_if_any(self._in_the_way())
        tabs = list(self.new.sheet_parts())
        for title in self._missing_sheets():
            graft_sheet(self.new, title, self.old, at=self._after(tabs, title))
            self.added.append(f"sheet {title}")
        self._renew_pages()
        for name, table in self._had.items():
            for column in self._missing_columns(name):
                self._add_column(table, self._has[name], column)
        self._add_settings()
        self._renew_card()
        self._renew_lists()
        self._add_names()
        self._raise_schema()

    # --- what is missing, and whether there is room for it

    def _missing_sheets(self) -> list[str]:
        lacking = {table.title for name, table in self._has.items() if name not in self._had}
        there = book_parts.named_cells(self.old)
        lacking |= {page for page, mark in PAGES.items() if mark not in there}
        return [title for title in self.new.sheet_parts() if title in lacking]

    def _missing_columns(self, name: str) -> list[str]:
        known = SHEETS[name].names if name in SHEETS else ()
        return [column for column in known if column not in self._had[name].columns]

    def _in_the_way(self) -> Iterator[Problem]:
        titles = {title.casefold() for title in self.old.sheet_parts()}
        for title in self._missing_sheets():
            if title.casefold() in titles:
                hint = "Give your own sheet another name; migrate then adds the one that is missing."
                yield self._problem(f"There is a sheet {title} already, which is not Billow's.", title, hint)
        for name, table in self._had.items():
            if count := len(self._missing_columns(name)):
                area = table.area
                room = Area(area.top, area.right + 1, area.bottom, area.right + count)
                yield from self._taken(table.title, room, f"beside table {name}")
        table, count = self._had["tblSettings"], len(self._missing_settings())
        area = table.area
        room = Area(area.bottom + 1, area.left, area.bottom + count, area.right)
        yield from self._taken(table.title, room, f"below table {table.name}")
        if card := self._old_card():
            title, row, column = card
            for room in (Area(row + 1, _CARDS_FROM, row + 1, column), Area(row + 2, column, row + 2, column)):
                yield from self._taken(title, room, "below card LAST RUN")

    def _taken(self, title: str, room: Area, where: str) -> Iterator[Problem]:
        cells = self._cells(title)
        for number in room.rows:
            for column, cell in cells.of_row(number).items():
                if column in room.columns and (said := raw(cell, self._strings).text):
                    place = f"{column_letters(column)}{number}"
                    hint = f"Move what stands {where}, and run migrate again."
                    yield self._problem(f'"{said}" in cell {place} is in the way.', title, hint, number)
                    return

    def _problem(self, sentence: str, sheet: str, hint: str, row: int = 0) -> Problem:
        return Problem("WBK-021", sentence, Place(self.file, sheet, row), hint)

    # --- adding it

    def _after(self, tabs: list[str], title: str) -> int:
        """The place among the tabs: behind the sheet that it follows in the template."""
        there = list(self.old.sheet_parts())
        before = [tab for tab in tabs[: tabs.index(title)] if tab in there]
        return there.index(before[-1]) + 1 if before else 0

    def _add_column(self, table: Table, model: Table, name: str) -> None:
        column, at = table.area.right + 1, model.area.left + model.columns.index(name)
        pattern = cells_of(self.new, model.sheet_part)
        header = pattern.of_row(model.area.top).get(at)
        body = pattern.of_row(model.body.top).get(at)
        cells = self._cells(table.title)
        for number in table.area.rows:
            look = header if number == table.area.top else body
            style = self._looks.cell(look.get("s", "0")) if look is not None else None
            value = name if number == table.area.top else None
            row = cells.of_row(number)
            row[column] = new_cell(f"{column_letters(column)}{number}", value, style)
            cells.set_row(number, row)
        cells.finish()
        self._widen(table, model, name)
        self._copy_width(cells.tree, pattern.tree, column, at)
        self._copy_dropdown(cells.tree, pattern.tree, column, (model.body.top, at))
        header_at, to = (model.area.top, at), (table.area.top, column)
        copy_note(self.new, model.sheet_part, header_at, self.old, table.sheet_part, to)
        self.old.touch(table.sheet_part)
        self.added.append(f"column {name} of sheet {table.title}")

    def _widen(self, table: Table, model: Table, name: str) -> None:
        path = f"{main('tableColumns')}/{main('tableColumn')}"
        node = deepcopy(model.node.findall(path)[model.columns.index(name)])
        columns = table.node.find(main("tableColumns"))
        if columns is None:
            raise ValueError(f"table {table.name} has no columns")
        node.set("id", str(max(int(each.get("id", "0")) for each in columns) + 1))
        for look in TABLE_LOOKS:
            if number := node.get(look):
                node.set(look, self._looks.rule(number))
        forget(node, "dataCellStyle", "headerRowCellStyle", "totalsRowCellStyle")
        columns.append(node)
        columns.set("count", str(len(columns)))
        area = table.area
        for filtered in (table.node, *table.node.findall(main("autoFilter"))):
            old = Area.of(filtered.get("ref", ""))
            filtered.set("ref", str(Area(old.top, area.left, old.bottom, area.right + 1)))
        self.old.touch(table.part)

    def _copy_width(self, tree: Node, pattern: Node, column: int, at: int) -> None:
        widths, model = tree.find(main("cols")), pattern.find(main("cols"))
        if widths is None or model is None or any(_covers(node, column) for node in widths):
            return
        for node in model:
            if _covers(node, at):
                wide = deepcopy(node)
                wide.set("min", str(column))
                wide.set("max", str(column))
                forget(wide, "style")
                position = sum(int(other.get("max", "0")) < column for other in widths)
                widths.insert(position, wide)

    def _copy_dropdown(self, tree: Node, pattern: Node, column: int, where: tuple[int, int]) -> None:
        for rule in pattern.iter(main("dataValidation")):
            if not _is_for(rule, where):
                continue
            rules = tree.find(main("dataValidations"))
            if rules is None:
                rules = etree.Element(main("dataValidations"))
                before = set(map(main, _BEFORE_DROPDOWNS))
                tree.insert(max(i for i, node in enumerate(tree, start=1) if node.tag in before), rules)
            new, reach = deepcopy(rule), Area.of(rule.get("sqref", "").split()[0])
            new.set("sqref", str(Area(reach.top, column, reach.bottom, column)))
            rules.append(new)
            rules.set("count", str(len(rules)))

    def _missing_settings(self) -> dict[int, str]:
        """The rows of the template's settings that are new, and the name of the cell with the value."""
        model, there = self._has["tblSettings"], book_parts.names(self.old)
        cells = book_parts.named_cells(self.new).items()
        rows = {split_reference(at)[0]: name for name, (title, at) in cells if title == model.title}
        return {row: name for row, name in rows.items() if name.startswith("Set_") and name not in there}

    def _add_settings(self) -> None:
        """Add the rows of settings that are new, and their names, at the end of the table."""
        table, model = self._had["tblSettings"], self._has["tblSettings"]
        pattern, strings = cells_of(self.new, model.sheet_part), _strings(self.new)
        cells = self._cells(table.title)
        value = column_letters(table.area.left + table.columns.index("Value"))
        for number, named in self._missing_settings().items():
            bottom = table.area.bottom + 1
            if at := self._row_of_setting(raw(pattern.of_row(number).get(model.area.left), strings).text):
                book_parts.add_name(self.old, named, f"{quoted(table.title)}!${value}${at}")
                self.added.append(f"name of the cell {value}{at} of sheet {table.title}")
                continue
            row, models = cells.of_row(bottom), pattern.of_row(number)
            for index, name in enumerate(model.columns, start=model.area.left):
                old = models.get(index)
                look = self._looks.cell(old.get("s", "0")) if old is not None else None
                column = table.area.left + table.columns.index(name)
                row[column] = new_cell(f"{column_letters(column)}{bottom}", content(old, strings), look)
            cells.set_row(bottom, row)
            table.resize(bottom - table.body.top + 1)
            book_parts.add_name(self.old, named, f"{quoted(table.title)}!${value}${bottom}")
            self.added.append(f"setting {raw(models.get(model.area.left), strings).text}")
            self.old.touch(table.part)
            self.old.touch(table.sheet_part)
        cells.finish()

    def _row_of_setting(self, name: str) -> int | None:
        table = self._had["tblSettings"]
        cells, column = self._cells(table.title), table.area.left + table.columns.index("Name")
        rows = (
            (number, raw(cells.of_row(number).get(column), self._strings).text) for number in table.body.rows
        )
        return next((number for number, text in rows if text == name), None)

    def _old_card(self) -> tuple[str, int, int] | None:
        """Return where the card LAST RUN shows the name that functions know a run by."""
        there = book_parts.named_cells(self.old)
        if "Billow_Run" not in there or "Billow_Last" in there:
            return None
        title, reference = there["Billow_Run"]
        return title, *split_reference(reference)

    def _renew_card(self) -> None:
        """Let the card LAST RUN say what ran, and keep out of sight below it what functions know a run by."""
        card = self._old_card()
        if card is None:
            return
        title, top, right = card
        model = book_parts.named_cells(self.new)
        first, _ = split_reference(model["Billow_Last"][1])
        pattern, strings = cells_of(self.new, self.new.sheet_parts()["Start"]), _strings(self.new)
        cells = self._cells(title)
        run = raw(cells.of_row(top).get(right), self._strings).text
        for below, columns in enumerate(([right], range(_CARDS_FROM, right + 1), [right])):
            row, models = cells.of_row(top + below), pattern.of_row(first + below)
            for column in columns:
                value = run if below == _RUN_BELOW else content(models[column], strings)
                look = self._looks.cell(models[column].get("s", "0"))
                row[column] = new_cell(f"{column_letters(column)}{top + below}", value, look)
            high = {"ht": pattern.said(first + 1).get("ht", ""), "customHeight": "1"} if below == 1 else {}
            cells.set_row(top + below, row, high)
        cells.finish()
        for below, name in enumerate(("Billow_Last", "Billow_Last_Said", "Billow_Run")):
            where = f"{quoted(title)}!${column_letters(right)}${top + below}"
            book_parts.add_name(self.old, name, where)
        self.old.touch(self.old.sheet_parts()[title])
        book_parts.calculate_on_load(self.old)
        self.added.append(f"what card LAST RUN of sheet {title} says")

    def _renew_lists(self) -> None:
        """Let the words of the dropdowns be those of this version, and each dropdown look at its own."""
        at = list(self.old.sheet_parts()).index(_LISTS)
        book_parts.drop_sheet(self.old, _LISTS)
        graft_sheet(self.new, _LISTS, self.old, at=at)
        for name, (title, reference) in book_parts.named_cells(self.new).items():
            if title == _LISTS:
                first, _, last = reference.partition(":")
                area = ":".join(f"${column_letters(c)}${r}" for r, c in map(split_reference, (first, last)))
                book_parts.add_name(self.old, name, f"{_LISTS}!{area}")
        for name, table in self._had.items():
            if name in self._has and name != "tblSettings":
                self._point_dropdowns(table, self._has[name])

    def _point_dropdowns(self, table: Table, model: Table) -> None:
        tree, pattern = self.old.tree(table.sheet_part), self.new.tree(model.sheet_part)
        for index, column in enumerate(table.columns, start=table.area.left):
            if column not in model.columns:
                continue
            at = model.body.top, model.area.left + model.columns.index(column)
            wanted = next((r for r in pattern.iter(main("dataValidation")) if _is_for(r, at)), None)
            for rule in tree.iter(main("dataValidation")):
                formula = rule.find(main("formula1"))
                if formula is None or wanted is None or not _is_for(rule, (table.body.top, index)):
                    continue
                words = wanted.findtext(main("formula1")) or ""
                if (formula.text or "").startswith(f"{_LISTS}!") and formula.text != words:
                    formula.text = words
                    self.old.touch(table.sheet_part)

    def _add_names(self) -> None:
        """Add the names of dropdowns that are columns of tables, and of cells on sheets that were added."""
        there = book_parts.names(self.old)
        for name, text in book_parts.names(self.new).items():
            if name.startswith(("List_", "Billow_")) and name not in there:
                book_parts.add_name(self.old, name, text)

    def _renew_pages(self) -> None:
        """Let a page without tables say what that of this version says; Billow wrote all of it."""
        model, there = book_parts.named_cells(self.new), book_parts.named_cells(self.old)
        for page, mark in PAGES.items():
            if mark not in there or self._words(self.old, mark) == self._words(self.new, mark):
                continue
            title = there[mark][0]
            at = list(self.old.sheet_parts()).index(title)
            book_parts.drop_sheet(self.old, title)
            graft_sheet(self.new, page, self.old, at=at)
            for name, (of, _) in model.items():
                if of == page:
                    book_parts.add_name(self.old, name, book_parts.names(self.new)[name])
            self.added.append(f"what sheet {page} says")

    def _words(self, package: Package, mark: str) -> list[list[str]]:
        title, reference = book_parts.named_cells(package)[mark]
        cells, strings = cells_of(package, package.sheet_parts()[title]), _strings(package)
        area = Area.of(reference)
        rows = (cells.of_row(number) for number in area.rows)
        return [[raw(row.get(column), strings).text for column in area.columns] for row in rows]

    def _raise_schema(self) -> None:
        known = properties.property_of(self.new, properties.SCHEMA)
        if properties.property_of(self.old, properties.SCHEMA) != known:
            properties.set_property(self.old, properties.SCHEMA, known)
            self.added.append(f"the number of its schema, {known}")

    def _cells(self, title: str) -> Cells:
        return cells_of(self.old, self.old.sheet_parts()[title])

    @cached_property
    def _strings(self) -> list[str]:
        return _strings(self.old)


def _strings(package: Package) -> list[str]:
    relations = package.relations(package.workbook_part)
    part = next((relation.target for relation in relations if relation.kind == "sharedStrings"), None)
    return shared_strings(package.tree(part)) if part else []


def _covers(node: Node, column: int) -> bool:
    return int(node.get("min", "0")) <= column <= int(node.get("max", "0"))


def _is_for(rule: Node, where: tuple[int, int]) -> bool:
    row, column = where
    areas = map(Area.of, rule.get("sqref", "").split())
    return any(row in area.rows and column in area.columns for area in areas)
