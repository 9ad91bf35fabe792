"""Writing 1,000 invoice sheets: what it costs against plain XlsxWriter with the same cells and styles.

Run with ``python -m benchmarks.sheets``. Both begin with the finished layouts and end with a file on the
disk.
"""

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import xlsxwriter
from billow_templates import template

from billow.commands.billing_month import look_at
from billow.commands.desk import open_desk
from billow.commands.import_reports import import_reports
from billow.commands.invoice_view import view
from billow.commands.new import new
from billow.workbook.book import Workbook
from billow.workbook.invoice_sheet import layout
from billow.workbook.layout import Cell, SheetLayout
from billow.workbook.styles import PALETTE

SHEETS = 1_000
RUNS = 3
Layouts = dict[str, SheetLayout]


def layouts(folder: Path) -> Layouts:
    """Return the sheets of the example's invoices, again and again until there are enough."""
    workbook = folder / "Billing.xlsx"
    new(workbook, with_example=True, reports=(), progress=_quiet)
    import_reports(workbook, (), None, _quiet)
    documents = look_at(open_desk(workbook), "2026-06").documents
    pages = [layout(view(document)) for document in documents]
    return {f"DRAFT {number}": page for number, page in enumerate(islice(cycle(pages), SHEETS))}


def billow(path: Path, pages: Layouts) -> None:
    """Write the sheets as a run does when there are more than fit the workbook."""
    shutil.copyfile(template("Invoices"), path)
    book = Workbook.open(path, tables=["tblInvoices"])
    for title, page in pages.items():
        book.put_sheet(title, page)
    book.save()


def plain(path: Path, pages: Layouts) -> None:
    """Write the same cells, styles, widths, heights and print setup with XlsxWriter."""
    with xlsxwriter.Workbook(path) as book:
        looks = {name: book.add_format(look) for name, look in PALETTE.items()}
        for title, page in pages.items():
            _plain_sheet(book.add_worksheet(title), page, looks)


def _plain_sheet(sheet: Any, page: SheetLayout, looks: dict[str, Any]) -> None:
    for merge in page.merges:
        sheet.merge_range(merge, "")
    for index, width in enumerate(page.widths):
        sheet.set_column(index, index, width)
    for row, height in page.heights.items():
        sheet.set_row(row - 1, height)
    for cell in page.cells:
        _plain_cell(sheet, cell, looks.get(cell.style))
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(page.footer)
    sheet.print_area(page.print_area)
    if page.repeat_rows:
        sheet.repeat_rows(page.repeat_rows[0] - 1, page.repeat_rows[1] - 1)
    if page.tab_colour:
        sheet.set_tab_color(page.tab_colour)


def _plain_cell(sheet: Any, cell: Cell, look: Any) -> None:
    where = cell.row - 1, cell.column - 1
    if cell.value is None:
        sheet.write_blank(*where, None, look)
    elif isinstance(cell.value, str):
        sheet.write_string(*where, cell.value, look)
    elif isinstance(cell.value, date):
        sheet.write_datetime(*where, cell.value, look)
    elif isinstance(cell.value, int | Decimal):
        sheet.write_number(*where, cell.value, look)


def _seconds(write: Callable[[Path, Layouts], None], path: Path, pages: Layouts) -> float:
    before = process_time()
    write(path, pages)
    return process_time() - before


def _quiet(_text: str, _done: int, _of: int) -> None:
    """Nobody looks at the progress."""


def main() -> None:
    """Measure both in turn and print the medians."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        pages = layouts(folder)
        cells = sum(len(page.cells) for page in pages.values())
        both = [
            (_seconds(plain, folder / "plain.xlsx", pages), _seconds(billow, folder / "billow.xlsx", pages))
            for _ in range(RUNS)
        ]
        sizes = [(folder / f"{kind}.xlsx").stat().st_size // 1000 for kind in ("plain", "billow")]
    one, ours = (median(run[at] for run in both) for at in (0, 1))
    print(f"{len(pages)} sheets, {cells} cells; XlsxWriter {one:.2f} s CPU, {sizes[0]} kB")
    print(f"billow {ours:.2f} s CPU, {sizes[1]} kB: {ours / one:.2f} times (wished: 1.2)")


if __name__ == "__main__":
    main()
