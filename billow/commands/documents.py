"""Documents leave the run as sheets in the workbook and PDF files beside it.

Up to 25 invoices are sheets of the workbook itself; above that they go to a workbook of their own, since
a workbook with hundreds of sheets is slow to open. A draft says so and has no number.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from billow_templates import template

from billow.commands.desk import Desk
from billow.commands.invoice_view import view
from billow.exports.pdf import InvoicePrinter
from billow.file_names import safe_name
from billow.invoicing.document import Document
from billow.workbook.book import Workbook
from billow.workbook.invoice_sheet import layout
from billow.workbook.port import Port

SHEETS_AT_MOST = 25

Progress = Callable[[str, int, int], None]


def print_documents(desk: Desk, documents: Sequence[Document], progress: Progress) -> dict[str, Path]:
    """Write a PDF per document and return the files by customer; an issued one is printed once."""
    paths: dict[str, Path] = {}
    logo = desk.inputs.settings.logo
    printer = InvoicePrinter(desk.path.parent / logo if logo else None)
    for done, document in enumerate(documents, start=1):
        folder = desk.out(document.billing_month)
        progress("Printing", done, len(documents))
        name = safe_name(f"{document.name} {document.buyer.name}")
        path = folder / f"{name}.pdf"
        if not document.is_issued or not path.exists():
            printer.print(document, path)
        paths[document.buyer.number] = path
    return paths


def remove_stale_drafts(desk: Desk, month: str, kept: Sequence[Path]) -> None:
    """Remove drafts of the month that this run did not make again."""
    for path in desk.out(month).glob("DRAFT *.pdf"):
        if path not in kept:
            path.unlink()


def put_documents(
    desk: Desk, month: str, documents: Sequence[Document], pdfs: dict[str, Path]
) -> Path | None:
    """Put the invoice sheets in place and the index beside them; return the other workbook, if any."""
    _drop_sheets(desk.book)
    if len(documents) <= SHEETS_AT_MOST:
        titles = _put_sheets(desk.book, documents)
        desk.book.write("tblInvoices", _index(desk, documents, titles, pdfs))
        return None
    target = desk.out(month) / f"Invoices {month}.xlsx"
    _separate_workbook(desk, documents, pdfs, target)
    desk.book.write("tblInvoices", _index(desk, documents, {}, pdfs))
    return target


def _separate_workbook(
    desk: Desk, documents: Sequence[Document], pdfs: dict[str, Path], target: Path
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template("Invoices"), target)
    other = Workbook.open(target, tables=["tblInvoices"])
    titles = _put_sheets(other, documents)
    other.write("tblInvoices", _index(desk, documents, titles, pdfs))
    other.save()


def _drop_sheets(book: Port) -> None:
    """Take out the invoice sheets of the run before: those that its index names."""
    for row in book.read("tblInvoices"):
        if row["Sheet"]:
            book.drop_sheet(row["Sheet"])


def _put_sheets(book: Port, documents: Sequence[Document]) -> dict[str, str]:
    return {
        document.buyer.number: book.put_sheet(document.name, layout(view(document))) for document in documents
    }


def _index(
    desk: Desk, documents: Sequence[Document], titles: dict[str, str], pdfs: dict[str, Path]
) -> list[dict[str, Any]]:
    return [
        {
            "Customer": document.buyer.number,
            "Name": document.buyer.name,
            "Month": document.billing_month,
            "State": "issued" if document.is_issued else "draft",
            "Number": document.number,
            "Invoice date": document.issue_date,
            "Due date": document.due_date,
            "Net": document.net,
            "VAT": document.vat,
            "Total": document.total,
            "Currency": document.currency,
            "Lines": len(document.lines),
            "Sheet": titles.get(document.buyer.number, ""),
            "PDF": _shown(desk, pdfs.get(document.buyer.number)),
        }
        for document in documents
    ]


def _shown(desk: Desk, path: Path | None) -> str:
    if path is None:
        return ""
    return path.relative_to(desk.data).as_posix()
