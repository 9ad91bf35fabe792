"""What the functions that look up a run share: the cell that names it, and what it left.

Every run rewrites the cell ``Billow_Run``; so what it left is looked up anew, and never what an earlier run
left.
"""

from billow.functions.cells import Argument, CellError
from billow.summary import NoSummary, Summary, of_run

STORE = "Store"  # the group of the functions
RUN = Argument("run", "text", "The cell Billow_Run")
CUSTOMER = Argument("customer", "text", "The customer's number")
PERIOD = Argument("period", "month", "The billing month, such as 2026-06")


def left_by(run: str) -> Summary:
    """Return what the run left that the cell names, or say in the cell why there is nothing."""
    try:
        return of_run(run)
    except NoSummary as reason:
        raise CellError(str(reason)) from reason


def left_of_month(run: str, month: str) -> Summary:
    """Return what runs left of a month; one that no run has looked at is not nothing, and is told."""
    found = left_by(run)
    if month not in found.months:
        raise _not_looked_at(month)
    return found


def left_of_lines(run: str, *months: str) -> Summary:
    """Return what runs left of months, also of those of which only the issued invoices are known."""
    found = left_by(run)
    known = found.months | {invoice.month for invoice in found.invoices}
    for month in months:
        if month not in known:
            raise _not_looked_at(month)
    return found


def _not_looked_at(month: str) -> CellError:
    return CellError(f"No run has looked at {month} yet; run check for it.")
