"""The dashboard: figures of the month at its head, and three tables, each beside the chart that shows it."""

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from billow.sheets.columns import SHEETS, Sheet
from billow.workbook import template_tables as tables
from billow.workbook.formulas import CARDS
from billow.workbook.styles import GREEN, GREY, INK, LINE, NAVY, PALE, Look
from billow.workbook.template_tables import Book

TITLE = "Dashboard"
_PARTS = (  # table, its heading, the rows that are kept free for it, how its chart looks
    ("tblByMonth", "The last twelve months", 12, "column"),
    ("tblByVendor", "This month by vendor", 11, "column"),
    ("tblByCustomer", "This month by customer", 11, "bar"),
)
_FIRST = 8  # the row of the first heading; above it stand the title and the figures of the month
_BESIDE = 7  # the column in which the charts begin
_WIDE, _ROW, _HEAD = 720, 20, 40  # pixels: a chart; a row; a header
_CAPTIONS = ("BILLING MONTH", "REVENUE", "COST", "MARGIN", "MARGIN %")
_RIGHT: Look = {"align": "right"}
_SERIES = (("Revenue", NAVY), ("Cost", "#A9B8CC"), ("Margin", GREEN))


def dashboard(book: Book, page: Any) -> None:
    """Write the sheet with empty tables; a run fills them, and the charts follow."""
    first = SHEETS[_PARTS[0][0]]
    page.hide_gridlines(2)
    for index, column in enumerate(first.columns):
        page.set_column(index, index, column.width)
    page.set_column(len(first.columns), len(first.columns), 3)
    tables.heading(book, page, first, 0)
    _cards(book, page)
    row = _FIRST
    for name, heading, room, kind in _PARTS:
        page.set_row(row, 24)
        page.write_string(row, 0, heading, book.looks["heading"])
        tables.table(book, page, SHEETS[name], row + 1, 1)
        _only_results(page, SHEETS[name], (row + 2, row + 1 + room))
        chart = _chart(book, SHEETS[name], row + 1, kind)
        chart.set_size({"width": _WIDE, "height": _HEAD + (room + 1) * _ROW})
        said = f"{heading}: revenue, cost and margin, as in the table beside it."
        page.insert_chart(row, _BESIDE, chart, {"object_position": 2, "description": said})
        row += room + 3
    page.freeze_panes(tables.HEADER, 0)
    tables.printed(page, first.group)
    page.fit_to_pages(1, 1)


def _cards(book: Book, page: Any) -> None:
    label: Look = {"bg_color": PALE, "font_size": 8, "bold": True, "font_color": GREY}
    value: Look = {"bg_color": PALE, "font_size": 14, "bold": True, "font_color": INK, "valign": "vcenter"}
    sides: tuple[Look, ...] = ({"align": "left", "indent": 1}, *[_RIGHT] * 4)
    shown = ("General", *["#,##0;[Red]-#,##0"] * 3, "0.0%;[Red]-0.0%")
    page.set_row(4, 16)
    page.set_row(5, 28)
    for index, ((name, formula), caption, side) in enumerate(
        zip(CARDS.items(), _CAPTIONS, sides, strict=True)
    ):
        look = book.file.add_format(value | side | {"num_format": shown[index]})
        page.write_string(4, index, caption, book.file.add_format(label | side))
        page.write_formula(5, index, f"={formula}", look, 0 if index else "no month yet")
        book.file.define_name(name, f"={TITLE}!{xl_rowcol_to_cell(5, index, True, True)}")
    page.write_string(6, 0, "A run of check or invoice fills this sheet.", book.looks["about"])
    book.file.define_name("Billow_Dashboard", f"={TITLE}!$A$7")


def _only_results(page: Any, sheet: Sheet, rows: tuple[int, int]) -> None:
    """Stop a person from typing over results; sheet protection would also stop the run from writing them."""
    rule = {
        "validate": "custom",
        "value": "=FALSE",
        "error_title": "Written by a run",
        "error_message": "Billow fills this table at each run. Keep figures of your own on another sheet.",
    }
    page.data_validation(rows[0], 0, rows[1], len(sheet.columns) - 1, rule)


def _chart(book: Book, sheet: Sheet, header: int, kind: str) -> Any:
    chart = book.file.add_chart({"type": kind})
    for name, colour in _SERIES:
        at = sheet.names.index(name)
        chart.add_series(
            {
                "name": [TITLE, header, at],
                "categories": [TITLE, header + 1, 0, header + 1, 0],
                "values": [TITLE, header + 1, at, header + 1, at],
                "categories_data": [""],  # words: else the empty sheet would make them numbers
                "fill": {"color": colour},
                "gap": 60,
                "overlap": 0,
            }
        )
    small = {"size": 9, "color": GREY}
    names = {"num_font": small, "line": {"color": LINE}, "label_position": "low"}
    amounts = {
        "num_font": small,
        "num_format": "#,##0",
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.75}},
    }
    if kind == "bar":  # its axes lie the other way round; the largest is on top, as in the table
        chart.set_x_axis({**amounts, "label_position": "high"})
        chart.set_y_axis({**names, "reverse": True})
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(amounts)
    chart.set_legend({"position": "top", "font": small})
    chart.set_title({"none": True})
    chart.set_chartarea({"border": {"color": LINE}})
    return chart
