"""The page Functions: each function with its help, its formula as one types it, and room for its answer."""

from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from billow.functions import FUNCTIONS, GROUPS
from billow.workbook import template_tables as tables
from billow.workbook.examples import ASKED, NAMED, example, size, varies
from billow.workbook.pages import PAGES, TABS
from billow.workbook.styles import GREY, LINE
from billow.workbook.template_tables import Book

TITLE = "Functions"
_LAST = 7  # columns of answers, beside the first column with what they answer
_UNTIL = "Press Connect formulas"


def functions(book: Book, page: Any) -> None:
    """Write the page; the formulas themselves are put there by *Connect formulas*."""
    page.hide_gridlines(2)
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 56)
    page.set_column(2, _LAST, 16)
    (tab,) = (tab for tab in TABS if tab.title == TITLE)
    tables.titled(book, page, (tab.title, tab.description), 0)
    row = _asked(book, page, 4)
    for group in GROUPS:
        own = [name for name, called in FUNCTIONS.items() if called.group == group]
        if own:
            page.set_row(row, 24)
            page.write_string(row, 0, group, book.looks["heading"])
            row += 1
        for name in own:
            row = _block(book, page, row, name)
    book.file.define_name(PAGES[TITLE], f"={TITLE}!$A$1:$A${row}")
    page.freeze_panes(tables.HEADER, 0)
    tables.printed(page, tab.group)


def _asked(book: Book, page: Any, row: int) -> int:
    page.set_row(row, 24)
    page.write_string(row, 0, "What the examples ask about; type over it", book.looks["heading"])
    for at, (name, said, formula) in enumerate(ASKED, start=row + 1):
        page.write_string(at, 0, said, book.looks["step_line"])
        look = book.looks["input_date" if name == "Billow_Day" else "input_setting"]
        page.write_formula(at, 1, f"={formula}", look, 46203 if name == "Billow_Day" else "")
        book.file.define_name(name, f"={TITLE}!$B${at + 1}")
    return row + len(ASKED) + 2


def _block(book: Book, page: Any, row: int, name: str) -> int:
    """Write a function: name and help, its formula, and cells for its answer under a name of their own."""
    typed = book.file.add_format({"font_name": "Consolas", "font_size": 9, "font_color": GREY, "indent": 1})
    strong = book.file.add_format({"bold": True, "font_size": 10, "top": 1, "top_color": LINE})
    plain = book.file.add_format({"font_size": 10, "top": 1, "top_color": LINE})
    page.write_string(row, 0, name, strong)
    page.write_string(row, 1, FUNCTIONS[name].help, plain)
    for column in range(2, _LAST + 1):
        page.write_blank(row, column, None, plain)
    page.write_string(row + 1, 0, f"={example(name)}", typed)
    rows, columns = size(name)
    first, last = (row + 2, 1), (row + 1 + rows, columns)
    for at in range(first[0], last[0] + 1):
        for column in range(1, columns + 1):
            page.write_blank(at, column, None, book.looks["calc_answer"])
    page.write_string(*first, _UNTIL, book.looks["calc_answer"])
    hidden = book.file.add_format({"num_format": ";;;", "font_color": "#FFFFFF"})
    beyond = _beyond(first, last, varies=varies(name))
    page.conditional_format(*first, *last, {"type": "formula", "criteria": beyond, "format": hidden})
    _days(book, page, name, (first, last))
    corner = f"${xl_col_to_name(columns)}${last[0] + 1}"
    book.file.define_name(f"{NAMED}{name.removeprefix('BILLOW_')}", f"={TITLE}!$B${first[0] + 1}:{corner}")
    return last[0] + 2


def _beyond(first: tuple[int, int], last: tuple[int, int], *, varies: bool) -> str:
    """Say which cells are beyond an answer that is smaller than its room.

    Programs leave #N/A there; a single row, or a single cell, they repeat to the end of the room instead.
    """
    cell, start, foot, side = (
        xl_rowcol_to_cell(*at, row_abs=fixed, col_abs=fixed)
        for at, fixed in (
            (first, False),
            (first, True),
            ((last[0], first[1]), True),
            ((first[0], last[1]), True),
        )
    )
    if not varies:
        return f"=ISNA({cell})"
    down = f"IF(ROW()>{first[0] + 1},IF(ISNA({foot}),FALSE,{foot}={start}),FALSE)"
    across = f"IF(COLUMN()>{first[1] + 1},IF(ISNA({side}),FALSE,{side}={start}),FALSE)"
    return f"=IF(ISNA({cell}),TRUE,OR({down},{across}))"


def _days(book: Book, page: Any, name: str, where: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Show days as days: in answers that give some, numbers above any price that is likely are days."""
    if FUNCTIONS[name].group != "Time" and name != "BILLOW_QUOTE":
        return
    (first, left), (last, right) = where
    look = book.file.add_format({"num_format": "yyyy-mm-dd"})
    cell = f"{xl_col_to_name(left)}{first + 1}"
    rule = {
        "type": "formula",
        "criteria": f"=AND(ISNUMBER({cell}),{cell}>40000,{cell}<60000)",
        "format": look,
    }
    page.conditional_format(first, left, last, right, rule)
