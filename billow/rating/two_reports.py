"""Money that stands in two reports of a vendor: in its own, as it invoices us, and in another one beside it.

Only one of them may bill it. What comes of comparing them says which charges are left aside, and what a
person has to say first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from billow.charges import Charge
from billow.money import total
from billow.problems import Problem
from billow.rating.open_items import OpenItem


@dataclass
class TwoReports:
    """The charges of the same money: in the vendor's ``own`` report, and in the one ``beside`` it."""

    own: list[Charge] = field(default_factory=list)
    beside: list[Charge] = field(default_factory=list)

    @property
    def difference(self) -> Decimal:
        """What the report beside it says more."""
        return total((cost_of(self.beside), cost_of(self.own).copy_negate()))


@dataclass(frozen=True)
class SameMoney:
    """The charges that another report bills (by key, with the reason), and what does not agree."""

    excluded: dict[str, str] = field(default_factory=dict)
    open_items: tuple[OpenItem, ...] = ()
    problems: tuple[Problem, ...] = ()


def cost_of(charges: Sequence[Charge]) -> Decimal:
    """Return what some charges of one currency cost."""
    return total(charge.billed_cost for charge in charges)
