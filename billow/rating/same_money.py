"""Money that stands in two reports: which of them bills it, and what a person has to say first."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from billow.charges import Charge
from billow.problems import Problem
from billow.rating import azure_plan, pro_forma
from billow.rating.books import Books
from billow.rating.open_items import OpenItem


@dataclass(frozen=True)
class SameMoney:
    """The charges that another report bills (by key, with the reason), and what does not agree."""

    excluded: dict[str, str] = field(default_factory=dict)
    open_items: tuple[OpenItem, ...] = ()
    problems: tuple[Problem, ...] = ()


def compare(charges: Sequence[Charge], books: Books, billing_month: str) -> SameMoney:
    """Compare the reports of a month that hold the same money."""
    azure, told = azure_plan.compare(charges, books), pro_forma.compare(charges, books, billing_month)
    return SameMoney(azure.excluded | told.excluded, azure.open_items, (*azure.problems, *told.problems))
