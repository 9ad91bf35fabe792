"""Explain this cell: the line of an invoice that the selected row of sheet Rated lines is about."""

from billow.commands.button import Click
from billow.commands.desk import book_at
from billow.commands.explain import DRAFT, explain
from billow.commands.outcome import Outcome
from billow.commands.selected import selected_line


def explain_cell(click: Click) -> Outcome:
    """Say why the line of the selected row has its amount."""
    row = selected_line(book_at(click.workbook), click.sheet, click.row)
    invoice = str(row["Invoice"])
    named = f"{DRAFT}{row['Customer']}" if invoice == DRAFT.strip() else invoice
    return explain(click.workbook, named, str(row["Line"]))
