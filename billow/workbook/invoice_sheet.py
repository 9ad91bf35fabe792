"""An invoice as a sheet that prints: who, to whom, what, why so much, VAT, total, and how to pay.

The sheet holds values, never formulas: what was sent must not change when a price does.
Every fixed word comes from ``labels``, so that the invoice speaks the customer's language.
"""

from billow.money import minor_units
from billow.workbook.invoice_blocks import Page, heading, lines, parties, payment, totals
from billow.workbook.invoice_view import LABELS, GroupView, InvoiceView, LineView, PartyView, VatView
from billow.workbook.layout import SheetLayout
from billow.workbook.styles import NAVY, RED

__all__ = ["LABELS", "GroupView", "InvoiceView", "LineView", "PartyView", "VatView", "layout"]


def layout(document: InvoiceView) -> SheetLayout:
    """Return the sheet of an invoice or of its draft."""
    page = Page({**LABELS, **document.labels}, _ending(document.currency))
    heading(page, document)
    parties(page, document)
    head = lines(page, document)
    totals(page, document)
    payment(page, document)
    said = page.labels
    number = said["draft"] if document.draft else document.number
    # no "of &N": that is the number of all pages of a print, also where more sheets are printed at once
    footer = f"&L&8 {_plain(document.seller.name)}&C&8 {_plain(number)}&R&8 {said['page']} &P"
    return SheetLayout(
        cells=tuple(page.cells),
        widths=(44, 22, 10, 10, 13, 15),
        heights=page.heights,
        merges=tuple(page.merges),
        print_area=f"A1:F{page.row - 1}",
        repeat_rows=(head, head),
        footer=footer,
        tab_colour=RED if document.draft else NAVY,
    )


def _plain(text: str) -> str:
    """Text in a footer, where an ampersand would begin a command; a digit after a size needs a space."""
    return text.replace("&", "&&")


def _ending(currency: str) -> str:
    """The ending of the styles for amounts in this currency; every one but two decimals has its own."""
    return {0: "_0", 3: "_3"}.get(minor_units(currency), "")
