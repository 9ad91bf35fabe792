"""What a unit costs us, where the vendor's report holds quantities and no money (VMware's usage reports).

The cost is looked up on the first day of the billing month; of several rows that hold, the latest counts.

>>> rows = [CostPrice("VMware", "Flex Core", Decimal("7.00"), "EUR", valid_from=date(2026, 6, 1))]
>>> cost_on(rows, "VMware", "flex core", date(2026, 6, 1)).of(Decimal("1.5"))
Decimal('10.500')
>>> cost_on(rows, "VMware", "vSAN", date(2026, 6, 1)) is None
True
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, Inexact

SHEET = "Cost prices"
_EXACT = Context(prec=100, traps=[Inexact])  # both factors have at most 38 digits


@dataclass(frozen=True)
class CostPrice:
    """A row of sheet Cost prices: the cost of one unit, as the vendor's report counts it."""

    vendor: str
    article: str
    cost: Decimal
    currency: str
    valid_from: date | None = None
    valid_through: date | None = None

    def of(self, quantity: Decimal) -> Decimal:
        """Return what a quantity costs, exactly."""
        return _EXACT.multiply(self.cost, quantity)


def cost_on(prices: Iterable[CostPrice], vendor: str, article: str, day: date) -> CostPrice | None:
    """Return what a unit of an article costs on a day, or None."""
    found = [
        price
        for price in prices
        if (price.vendor, price.article.casefold()) == (vendor, article.casefold())
        and (price.valid_from is None or price.valid_from <= day)
        and (price.valid_through is None or day <= price.valid_through)
    ]
    return max(found, key=lambda price: price.valid_from or date.min, default=None)
