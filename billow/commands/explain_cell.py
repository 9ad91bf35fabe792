"""Explain this cell: the line of an invoice that the selected row of sheet Rated lines is about."""

from billow.commands.button import Click
from billow.commands.desk import book_at
from billow.commands.explain import DRAFT, explain
from billow.commands.outcome import Outcome
from billow.problems import Place, Problem, Refused
from billow.sheets.columns import SHEETS


def explain_cell(click: Click) -> Outcome:
    """Say why the line of the selected row has its amount."""
    book = book_at(click.workbook)
    row = next((row for row in book.read("tblLines") if row.number == click.row), None)
    sheet = SHEETS["tblLines"].title
    if row is None or click.sheet != sheet:
        sentence = "The selected cell is not in the row of an invoice line."
        hint = f"Select a cell in a row of sheet {sheet}, then click again."
        place = Place(book.path.name, click.sheet, click.row)
        raise Refused([Problem("CMD-040", sentence, place, hint)])
    invoice = str(row["Invoice"])
    named = f"{DRAFT}{row['Customer']}" if invoice == DRAFT.strip() else invoice
    return explain(click.workbook, named, str(row["Line"]))
