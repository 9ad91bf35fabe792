"""The two sheets a month begins and ends with: Start, the front page, and Checks."""

from typing import Any

from billow.rating.calculation import ORDER
from billow.sheets.columns import SHEETS, Sheet
from billow.workbook import template_tables as tables
from billow.workbook.formulas import ALL_OK, COMPANY, LAST_RUN, LAST_RUN_SAID
from billow.workbook.pages import TABS, Tab
from billow.workbook.styles import GREEN, GREY, INK, NAVY, PALE, RED
from billow.workbook.styles import TABS as COLOURS
from billow.workbook.template_about import LEGEND
from billow.workbook.template_tables import Book

CHECK_ROWS = 12  # what tblChecks has in the template
CHECK_ROOM = 14  # what fits before tblProblems begins

STEPS = (
    ("1 Import usage", "Reads the vendors' reports and proves their totals.", "Press Import usage."),
    ("2 Check", "Every row is placed and every total agrees.", "Read sheets Checks and To do."),
    ("3 Invoice", "Rates the charges, drafts one invoice per customer.", "Press Generate invoices."),
    ("4 Issue", "Gives the numbers; from then on documents stay as they are.", "Press Issue invoices."),
    ("5 Export", "Hands over: journal, e-invoices, PDF.", "Press Export."),
)
_CARDS = (
    ("Billow_Period", "BILLING MONTH", None, ""),
    (
        "Billow_Company",
        "COMPANY",
        COMPANY,
        "Fill in on sheet Settings",
    ),
    ("Billow_OK", "CHECKS", ALL_OK, "not run"),
    ("Billow_Last", "LAST RUN", LAST_RUN, "not run"),
)
_ATTENTION = "Most urgent first: what stops the run, what holds up invoices, what is worth knowing."
_LEFT = 1  # the table begins in column B; A is the margin


def start(book: Book, page: Any) -> None:
    """The front page: where the month stands, the five steps, and the way to every sheet."""
    sheet = SHEETS["tblStart"]
    page.hide_gridlines(2)
    page.set_column(0, 0, 2)
    for index, column in enumerate(sheet.columns):
        page.set_column(index + _LEFT, index + _LEFT, column.width)
    _banner(book, page)
    _cards(book, page)
    _steps(book, page, sheet, row=8)
    _order(book, page, _links(book, page, row=16) + 2)
    tables.printed(page, sheet.group)
    page.fit_to_pages(1, 1)


def _banner(book: Book, page: Any) -> None:
    band = {"bg_color": NAVY, "font_color": "#FFFFFF", "valign": "vcenter"}
    name = book.file.add_format(band | {"bold": True, "font_size": 24})
    line = book.file.add_format(band | {"font_size": 11, "font_color": "#C9D6E8", "valign": "top"})
    for row, height, look in ((0, 40, name), (1, 22, line)):
        page.set_row(row, height)
        for column in range(5):
            page.write_blank(row, column, None, look)
    page.write_string(0, _LEFT, "Billow", name)
    page.write_string(1, _LEFT, "Cloud billing, from the vendors' reports to the ledger", line)


def _cards(book: Book, page: Any) -> None:
    label = book.file.add_format(
        {"font_size": 8, "bold": True, "font_color": GREY, "bg_color": PALE, "align": "left", "indent": 1}
    )
    value = book.file.add_format(
        {
            "font_size": 14,
            "bold": True,
            "font_color": INK,
            "bg_color": PALE,
            "align": "left",
            "indent": 1,
            "valign": "vcenter",
        }
    )
    below = book.file.add_format(
        {
            "font_size": 8,
            "font_color": GREY,
            "bg_color": PALE,
            "align": "left",
            "indent": 1,
            "valign": "top",
            "text_wrap": True,
        }
    )
    page.set_row(3, 16)
    page.set_row(4, 28)
    page.set_row(5, 26)
    page.set_row(6, 28)
    for index, (name, caption, formula, shown) in enumerate(_CARDS, start=_LEFT):
        page.write_string(3, index, caption, label)
        if formula:
            page.write_formula(4, index, f"={formula}", value, shown)
        else:
            page.write_blank(4, index, None, value)
        page.write_blank(5, index, None, below)
        book.file.define_name(name, f"=Start!${chr(65 + index)}$5")
    page.write_formula(5, index, f"={LAST_RUN_SAID}", below, "")
    # what functions know a run by is for them alone: its text is not shown
    page.write_blank(6, index, None, book.file.add_format({"num_format": ";;;"}))
    for row, name in ((6, "Billow_Last_Said"), (7, "Billow_Run")):
        book.file.define_name(name, f"=Start!${chr(65 + index)}${row}")
    for word, colour in (("OK", GREEN), ("CHECK", RED)):
        look = book.file.add_format({"font_color": colour})
        page.conditional_format(
            "D5", {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
        )


def _section(book: Book, page: Any, row: int, column: int, text: str) -> None:
    page.set_row(row, 20)
    page.write_string(row, column, text, book.looks["section"])


def _steps(book: Book, page: Any, sheet: Sheet, row: int) -> None:
    page.write_string(row - 2, _LEFT, "The five steps of the month", book.looks["heading"])
    tables.table(book, page, sheet, row - 1, len(STEPS), left=_LEFT)
    for at, (step, what, action) in enumerate(STEPS, start=row):
        page.set_row(at, 24)
        for index, text in enumerate((step, what, "open", action), start=_LEFT):
            page.write_string(at, index, text, book.looks["step_name" if index == _LEFT else "step"])


def _links(book: Book, page: Any, row: int) -> int:
    """Every sheet by group; the inputs fill two columns. Return the first row below them."""
    page.write_string(row - 2, _LEFT, "All sheets", book.looks["heading"])
    grouped: dict[str, list[Tab]] = {group: [] for group in COLOURS}
    for tab in TABS:
        if tab.title != "Start":
            grouped[tab.group].append(tab)
    inputs = grouped["Inputs"]
    half = (len(inputs) + 1) // 2
    columns = (grouped["Control"], inputs[:half], inputs[half:], grouped["Results"])
    for index, (group, tabs) in enumerate(
        zip(("Control", "Inputs", "", "Results"), columns, strict=True), start=_LEFT
    ):
        _section(book, page, row - 1, index, group)
        for at, tab in enumerate(tabs, start=row):
            page.set_row(at, 18)
            where = f"internal:'{tab.title}'!A1"
            page.write_url(at, index, where, book.looks["link"], tab.title, tab.description[:250])
    at = row + len(grouped["Results"]) + 1
    _section(book, page, at, 4, "What the colours mean")
    for line, (style, text) in enumerate(LEGEND, start=at + 1):
        page.write_string(line, 4, text, book.looks[style])
    return max(at + 1 + len(LEGEND), row + max(map(len, columns)))


def _order(book: Book, page: Any, row: int) -> None:
    """The order in which every amount is calculated, as the code has it."""
    page.write_string(row, _LEFT, "The order of calculation", book.looks["heading"])
    for at, (step, what) in enumerate(ORDER, start=row + 1):
        page.write_string(at, _LEFT, f"{at - row}. {step}: {what}.")


def checks(book: Book, page: Any) -> None:
    """All checks, and beneath them what needs attention; room is left so that the tables never meet."""
    sheet, problems = SHEETS["tblChecks"], SHEETS["tblProblems"]
    page.hide_gridlines(2)
    for index in range(max(len(sheet.columns), len(problems.columns))):
        both = [each.columns[index].width for each in (sheet, problems) if index < len(each.columns)]
        page.set_column(index, index, max(both))
    tables.heading(book, page, sheet, 0)
    tables.table(book, page, sheet, tables.HEADER, CHECK_ROWS)
    below = tables.HEADER + CHECK_ROOM + 2
    page.set_row(below, 24)
    page.write_string(below, 0, "What needs attention", book.looks["heading"])
    page.write_string(below + 1, 0, _ATTENTION, book.looks["about"])
    tables.table(book, page, problems, below + 2, 1)
    page.freeze_panes(tables.HEADER, 0)
    tables.printed(page, sheet.group)
