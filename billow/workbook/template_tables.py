"""The sheets with a table: title, one line on what it is for, the table, and how it prints."""

from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from billow.sheets.columns import SETTINGS, SHEETS, Column, Setting, Sheet
from billow.workbook.formulas import FORMULAS
from billow.workbook.styles import AMBER, GREEN, RED, TABS, header_of, style_of

HEADER = 3  # the row of the header, counted from 0; above it stand title, description and the way back
ROOM = 5000  # dropdowns and colours reach this row, so that rows pasted below the table have them too
_FROZEN_FROM = 9  # a table of so many columns keeps its first one in sight
_FIXED = {"Start", "Dashboard"}  # their tables have few rows and other things beneath them
_OFFERED = {
    "language": ("en", "nl", "de"),
    "proration": SHEETS["tblProducts"].column("Proration").choices,
}


@dataclass
class Book:
    """A workbook while it is built: the file, its styles by name, and where the lists stand."""

    file: Any
    looks: dict[str, Any]
    lists: dict[tuple[str, str], str] = field(default_factory=dict)
    setting_cells: list[str] = field(default_factory=list)


def choices(book: Book, page: Any, first_column: int) -> None:
    """Write the lists of the dropdowns, one column each, and name those that are columns of a table."""
    at = first_column
    fixed = {(s.table, c.name): c.choices for s in SHEETS.values() for c in s.columns if c.choices}
    offered = {("Set", key): words for key, words in _OFFERED.items()}
    for (table, name), words in {**fixed, **offered}.items():
        page.write_string(0, at, f"{table.removeprefix('tbl')} {name}", book.looks["header"])
        page.write_column(1, at, words)
        letter = xl_col_to_name(at)
        book.lists[table, name] = f"=Lists!${letter}$2:${letter}${len(words) + 1}"
        at += 1
    named = {column.list_of for sheet in SHEETS.values() for column in sheet.columns if column.list_of}
    for table, name in sorted(named):
        # a dropdown cannot name a column of a table; a defined name can
        defined = f"List_{table.removeprefix('tbl')}_{name.replace(' ', '_')}"
        book.file.define_name(defined, f"={table}[{name}]")
        book.lists[table, name] = f"={defined}"


def table_sheet(book: Book, page: Any, sheet: Sheet, *, alone: bool = False) -> None:
    """Write one sheet with its table of one empty row (Settings: one row per setting)."""
    heading(book, page, sheet, 0, alone=alone)
    rows = len(SETTINGS) if sheet.table == "tblSettings" else 1
    table(book, page, sheet, HEADER, rows)
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
    if sheet.table == "tblSettings":
        _settings(book, page)
    page.freeze_panes(HEADER + 1, 1 if len(sheet.columns) >= _FROZEN_FROM else 0)
    page.repeat_rows(HEADER)
    printed(page, sheet.group)


def heading(book: Book, page: Any, sheet: Sheet, row: int, *, alone: bool = False) -> None:
    """Write the title, the line below it, and the way back with the flag of all checks."""
    titled(book, page, (sheet.title, sheet.description), row, alone=alone)


def titled(book: Book, page: Any, said: tuple[str, str], row: int, *, alone: bool = False) -> None:
    """Write the same for a sheet that has no table: its title and what it is for."""
    page.set_row(row, 28)
    for at, (text, look) in enumerate(zip(said, ("title", "about"), strict=True), start=row):
        page.write_string(at, 0, text, book.looks[look])
    if alone:
        return
    page.write_url(
        row + 2, 0, "internal:'Start'!A1", book.looks["link"], "<< Start", "Back to the first sheet"
    )
    page.set_row(row + 2, 20)
    page.write_string(row + 2, 1, "Checks: not run", book.looks["flag"])
    for word, colour in (("OK", GREEN), ("CHECK", RED)):
        # a colour rule, and not a formula, so that no stored value is ever out of date
        look = book.file.add_format({"font_color": colour, "num_format": f';;;"Checks: {word}"'})
        rule = {"type": "formula", "criteria": f'=Billow_OK="{word}"', "format": look}
        page.conditional_format(row + 2, 1, row + 2, 1, rule)


def table(book: Book, page: Any, sheet: Sheet, header: int, rows: int, left: int = 0) -> None:
    """Write the table itself: header with notes, styled empty rows, dropdowns and colours."""
    formulas = FORMULAS.get(sheet.table, {})
    specs = []
    for column in sheet.columns:
        spec = {
            "header": column.name,
            "header_format": book.looks[header_of(column)],
            "format": book.looks[style_of(column)],
        }
        specs.append(spec | ({"formula": f"={formulas[column.name]}"} if column.name in formulas else {}))
    page.add_table(
        header, left, header + rows, left + len(sheet.columns) - 1,
        {
            "name": sheet.table,
            "columns": specs,
            "style": "Table Style Light 1",
            "autofilter": sheet.title not in _FIXED and sheet.table not in {"tblSettings", "tblChecks"},
        },
    )  # fmt: skip
    page.set_row(header, 30)
    for index, column in enumerate(sheet.columns, start=left):
        _note(page, header, index, column)
        _body(book, page, (header + 1, header + rows, index), column, formulas.get(column.name))
        _dropdown(book, page, (header + 1, index), column, sheet)
    fixed = sheet.title in _FIXED or sheet.table == "tblChecks"
    _colours(book, page, sheet, (header + 1, header + rows if fixed else ROOM, left))
    letters = xl_col_to_name(left), xl_col_to_name(left + len(sheet.columns) - 1)
    page.ignore_errors({"number_stored_as_text": f"{letters[0]}{header + 2}:{letters[1]}{ROOM}"})


def _note(page: Any, row: int, index: int, column: Column) -> None:
    lines = [column.description]
    if column.unit:
        lines.append(f"In: {column.unit}")
    if column.choices:
        lines.append("One of: " + ", ".join(column.choices))
    if column.default:
        lines.append(f"Blank means: {column.default}")
    if column.required and column.role == "input":
        lines.append("Must be filled in.")
    if column.example:
        lines.append(f"Example: {column.example}")
    look = {
        "author": "Billow",
        "width": 230,
        "height": 26 + 17 * len(lines) + 17 * (len(column.description) // 34),
    }
    page.write_comment(row, index, "\n".join(lines), {**look, "color": "#FFFFFF", "font_size": 9})


def _body(book: Book, page: Any, where: tuple[int, int, int], column: Column, formula: str | None) -> None:
    first, last, index = where
    look = book.looks[style_of(column)]
    for row in range(first, last + 1):
        if formula is not None:
            page.write_formula(row, index, f"={formula}", look, "" if column.type == "text" else 0)
        else:
            page.write_blank(row, index, None, look)


def _dropdown(book: Book, page: Any, where: tuple[int, int], column: Column, sheet: Sheet) -> None:
    if column.role != "input" or not column.choice:
        return
    source = book.lists[column.list_of or (sheet.table, column.name)]
    offered = (
        f"a value of sheet {SHEETS[column.list_of[0]].title}" if column.list_of else "a word of the list"
    )
    rule = {
        "validate": "list",
        "source": source,
        "error_title": "Not in the list",
        "error_message": f"Choose {offered}.",
    }
    page.data_validation(where[0], where[1], ROOM, where[1], rule)


def _ink(book: Book, colour: str, fill: str | None = None) -> Any:
    return book.file.add_format({"font_color": colour, "bold": True} | ({"bg_color": fill} if fill else {}))


def _colours(book: Book, page: Any, sheet: Sheet, where: tuple[int, int, int]) -> None:
    """Colour what asks for a look: verdicts, differences, flags, the state of a step."""
    first, last, left = where
    good, bad, warn = _ink(book, GREEN, "#E4F3EA"), _ink(book, RED, "#FBE9E7"), _ink(book, AMBER, "#FFF4D6")
    words = {
        "Result": {"OK": good, "CHECK": bad, "done": good, "stopped": bad},
        "State": {"done": good, "OK": good, "open": warn, "issued": good, "draft": warn},
        "Severity": {"stop": bad, "block": warn},
    }
    for index, name in enumerate(sheet.names, start=left):
        rules = [
            {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
            for word, look in words.get(name, {}).items()
        ]
        if name in {"Difference", "Missing"}:
            cell = xl_rowcol_to_cell(first, index, col_abs=True)
            rules = [{"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}<>0)", "format": bad}]
        if name == "Flag":
            rules = [{"type": "no_blanks", "format": warn}]
        for rule in rules:
            page.conditional_format(first, index, last, index, rule)


def printed(page: Any, group: str) -> None:
    """Landscape A4, one page wide, page x of y; the tab in the colour of its group."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&L&8&F&C&8&A&R&8Page &P of &N")
    page.set_tab_color(TABS[group])


def _settings(book: Book, page: Any) -> None:
    sheet = SHEETS["tblSettings"]
    for row, setting in enumerate(SETTINGS, start=HEADER + 1):
        shown = {"Name": setting.name, "Unit": setting.unit, "Meaning": setting.meaning}
        for index, column in enumerate(sheet.columns):
            if column.name in shown:
                page.write_string(row, index, shown[column.name], book.looks[style_of(column)])
            else:
                _setting(book, page, (row, index), setting)
                book.setting_cells.append(f"=Settings!{xl_rowcol_to_cell(row, index, True, True)}")


def _setting(book: Book, page: Any, where: tuple[int, int], setting: Setting) -> None:
    look = book.looks["input_text"]
    if setting.type == "text":
        page.write_string(*where, setting.default, look) if setting.default else page.write_blank(
            *where, None, look
        )
    else:
        page.write_number(*where, float(setting.default), book.looks["input_setting"])
    if ("Set", setting.key) in book.lists:
        page.data_validation(*where, *where, {"validate": "list", "source": book.lists["Set", setting.key]})
