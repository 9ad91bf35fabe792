"""The line of an invoice that is selected: its row on sheet Rated lines."""

from billow.inputs import Tables
from billow.problems import Place, Problem, Refused
from billow.sheets.columns import SHEETS
from billow.sheets.reading import Row


def selected_line(book: Tables, sheet: str, row: int) -> Row:
    """Return the row of sheet Rated lines in which a cell is selected; ``Refused`` when it is in none."""
    rated = SHEETS["tblLines"].title
    found = next((each for each in book.read("tblLines") if each.number == row), None)
    if found is None or sheet != rated:
        sentence = "The selected cell is not in the row of an invoice line."
        hint = f"Select a cell in a row of sheet {rated}, then click again."
        raise Refused([Problem("CMD-040", sentence, Place(book.path.name, sheet, row), hint)])
    return found
