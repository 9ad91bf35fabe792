"""Build the workbooks that finance opens: ``python -m billow.workbook.template``.

Two builds are the same to the byte: dates are fixed and nothing depends on the machine.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from billow_templates import __file__ as _templates

from billow.sheets.columns import SETTINGS, SHEETS
from billow.workbook import (
    properties,
    template_about,
    template_dashboard,
    template_front,
    template_functions,
    template_tables,
)
from billow.workbook.pages import SCHEMA, TABS
from billow.workbook.styles import PALETTE
from billow.workbook.template_tables import Book

_OF_THEIR_OWN: dict[str, Callable[[Book, Any], None]] = {
    "Start": template_front.start,
    "About": template_about.about,
    "Checks": template_front.checks,
    "Dashboard": template_dashboard.dashboard,
    "Functions": template_functions.functions,
}
_BUILT = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # workbooks hold no time zone


def build(path: Path) -> None:
    """Write the billing workbook: all sheets of the attribute tables, empty, in their order."""
    with xlsxwriter.Workbook(path) as file:
        book = _begin(file, "Billing", "Cloud billing that lives in Excel")
        pages = {tab.title: file.add_worksheet(tab.title) for tab in TABS}
        _lists(book)
        for sheet in SHEETS.values():
            if sheet.title not in _OF_THEIR_OWN:
                template_tables.table_sheet(book, pages[sheet.title], sheet)
        for title, write in _OF_THEIR_OWN.items():
            write(book, pages[title])
        for setting, cell in zip(SETTINGS, book.setting_cells, strict=True):
            file.define_name(f"Set_{setting.key}", cell)
        pages["Start"].activate()


def build_invoices(path: Path) -> None:
    """Write the workbook that takes the invoice sheets when there are more than 25 of them."""
    with xlsxwriter.Workbook(path) as file:
        book = _begin(file, "Invoices", "Invoices of one month, one sheet each")
        sheet = SHEETS["tblInvoices"]
        page = file.add_worksheet(sheet.title)
        _lists(book)
        template_tables.table_sheet(book, page, sheet, alone=True)


def _begin(file: Any, title: str, subject: str) -> Book:
    file.set_properties({"title": title, "subject": subject, "author": "Billow", "created": _BUILT})
    file.set_custom_property(properties.SCHEMA, SCHEMA, "number")
    file.set_calc_mode("auto")
    file.set_size(2400, 1400)
    return Book(file, {name: file.add_format(look) for name, look in PALETTE.items()})


def _lists(book: Book) -> None:
    """The hidden sheet: every style once, and what the dropdowns offer."""
    page = book.file.add_worksheet("Lists")
    page.hide()
    page.set_column(0, 1, 24)
    page.write_string(0, 0, "Style", book.looks["header"])
    page.write_string(0, 1, "Sample", book.looks["header"])
    for row, name in enumerate(PALETTE, start=1):
        page.write_string(row, 0, name)
        page.write_blank(row, 1, None, book.looks[name])
    book.file.define_name("Billow_Styles", f"=Lists!$A$2:$B${len(PALETTE) + 1}")
    template_tables.choices(book, page, first_column=3)


def main() -> None:
    """Rebuild the templates that are kept beside the code."""
    folder = Path(_templates).parent
    build(folder / "Billing.xlsx")
    build_invoices(folder / "Invoices.xlsx")


if __name__ == "__main__":
    main()
