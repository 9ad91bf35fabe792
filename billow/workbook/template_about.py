"""The page About: what the workbook is for, how it is built, what its colours mean, and what made it."""

from collections.abc import Sequence
from typing import Any

from billow import __version__
from billow.workbook import template_tables as tables
from billow.workbook.pages import PAGES, SCHEMA, TABS
from billow.workbook.styles import TABS as COLOURS
from billow.workbook.template_tables import Book

TITLE = "About"
LEGEND = (
    ("input_text", "You type here"),
    ("calc_text", "Calculated: do not overtype"),
    ("text", "Written by a run: replaced by the next one"),
)
_PURPOSE = (
    "Bills the customers of a cloud reseller once a month: from vendors' reports to invoices and journal.",
    "The buttons of tab Billow in Excel, or the command billow, do the work.",
    "The sheets say how it is to be done, and show what came of it.",
)
_MADE = (
    ("Billow_Version", "Made by Billow", __version__),
    ("Billow_Schema", "Number of the schema", str(SCHEMA)),
)
_GROUPS = {
    "Control": "Where the month stands, whether everything agrees, and what was done.",
    "Inputs": "What you decide: customers, prices, rules. Each fact stands in one place.",
    "Results": "What a run found. It is written anew each time and never read back.",
}
_RULES = (
    "Every check on sheet Checks must read OK before invoices are issued; each sheet shows at its top if so.",
    "An amount is exact until it is rounded once, on its line; the parts of a total always sum to it.",
    "Rates and limits stand in tables and on sheet Settings, never inside a formula.",
    "Dates are inclusive: from and through both count. A percentage is a plain number: 12.5 is 12.5 %.",
    "What is calculated has one formula per column. The tables of sheet Dashboard cannot be typed over.",
    "Columns, notes, colours and sheets of your own stay, also when the rows of a table change.",
    "An issued invoice never changes; a mistake is put right by a credit or in the open month.",
    "There are no macros in this workbook, and no formulas that need Billow until you connect them.",
)
_BESIDE = (
    "Beside this workbook lies a folder of its name that ends in .data. In it are the reports as they came,",
    "the charges, the register of issued documents, and what is handed over.",
    "Move and copy both together; a copy of the workbook alone cannot issue.",
)


def about(book: Book, page: Any) -> None:
    """Write the page."""
    page.hide_gridlines(2)
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 104)
    (tab,) = (tab for tab in TABS if tab.title == TITLE)
    tables.titled(book, page, (tab.title, tab.description), 0)
    row = _lines(book, page, 4, "What it is for", _PURPOSE)
    row = _made(book, page, row)
    row = _groups(book, page, row)
    row = _colours(book, page, row)
    row = _lines(book, page, row, "How it is built", _RULES)
    row = _lines(book, page, row, "What belongs to it", _BESIDE)
    last = _sheets(book, page, row)
    book.file.define_name(PAGES[TITLE], f"={TITLE}!$A$1:$B${last}")
    page.freeze_panes(tables.HEADER, 0)
    tables.printed(page, tab.group)
    page.set_portrait()


def _heading(book: Book, page: Any, row: int, text: str) -> int:
    page.set_row(row, 24)
    page.write_string(row, 0, text, book.looks["heading"])
    return row + 1


def _lines(book: Book, page: Any, row: int, heading: str, lines: Sequence[str]) -> int:
    row = _heading(book, page, row, heading)
    for at, line in enumerate(lines, start=row):
        page.write_string(at, 0, line, book.looks["step_line"])
    return row + len(lines) + 1


def _made(book: Book, page: Any, row: int) -> int:
    row = _heading(book, page, row, "What made it")
    for at, (name, said, value) in enumerate(_MADE, start=row):
        page.write_string(at, 0, said, book.looks["step_line"])
        page.write_string(at, 1, value, book.looks["step_line"])
        book.file.define_name(name, f"={TITLE}!$B${at + 1}")
    row += len(_MADE)
    page.write_string(row, 0, "What was run, and by whom", book.looks["step_line"])
    page.write_url(row, 1, "internal:'Log'!A1", book.looks["link"], "sheet Log")
    return row + 2


def _groups(book: Book, page: Any, row: int) -> int:
    row = _heading(book, page, row, "Three kinds of sheets, by the colour of their tab")
    for at, (group, said) in enumerate(_GROUPS.items(), start=row):
        look = {
            "bold": True,
            "font_size": 10,
            "font_color": "#FFFFFF",
            "bg_color": COLOURS[group],
            "indent": 1,
        }
        page.write_string(at, 0, group, book.file.add_format(look))
        page.write_string(at, 1, said, book.looks["step_line"])
    return row + len(_GROUPS) + 1


def _colours(book: Book, page: Any, row: int) -> int:
    row = _heading(book, page, row, "What the colours of cells mean")
    for at, (style, said) in enumerate(LEGEND, start=row):
        page.write_string(at, 0, "Example", book.looks[style])
        page.write_string(at, 1, said, book.looks["step_line"])
    return row + len(LEGEND) + 1


def _sheets(book: Book, page: Any, row: int) -> int:
    row = _heading(book, page, row, "All sheets")
    for at, tab in enumerate(TABS, start=row):
        page.write_url(at, 0, f"internal:'{tab.title}'!A1", book.looks["link"], tab.title)
        page.write_string(at, 1, tab.description, book.looks["step_line"])
    return row + len(TABS)
