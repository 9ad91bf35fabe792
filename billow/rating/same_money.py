"""Money that stands in two reports: which of them bills it, and what a person has to say first."""

from collections.abc import Sequence

from billow.charges import Charge
from billow.rating import azure_plan, pro_forma
from billow.rating.books import Books
from billow.rating.two_reports import SameMoney


def compare(charges: Sequence[Charge], books: Books, billing_month: str) -> SameMoney:
    """Compare the reports of a month that hold the same money."""
    azure, told = azure_plan.compare(charges, books), pro_forma.compare(charges, books, billing_month)
    return SameMoney(azure.excluded | told.excluded, azure.open_items, (*azure.problems, *told.problems))
