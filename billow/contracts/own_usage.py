"""Own usage: what a customer used of our own services, such as hours, meters or backup space.

A row is billed in the month of its last day, or in the one that it names. Where that month was already
issued, it is billed in the open one.

>>> from datetime import date
>>> days = Period(date(2026, 5, 28), date(2026, 6, 3))
>>> visit = OwnUsage(7, "C-1", "HOURS", days, Decimal("3.5"))
>>> visit.of_month, visit.bills_in
('2026-06', '2026-06')
"""

from dataclasses import dataclass
from decimal import Decimal

from billow.periods import Period
from billow.problems import NOWHERE, Place

SHEET = "Own usage"


@dataclass(frozen=True)
class OwnUsage:
    """A row of sheet Own usage. ``unit_cost`` is what one unit costs us, in the currency of the books.

    ``billed_in`` is the month in which the row is billed where that is not its own: another issued month
    shows it already, or its own was issued without it. Blank, it is not billed in the month looked at.
    """

    number: int
    customer: str
    product: str
    period: Period
    quantity: Decimal
    subscription: str = ""
    text: str = ""
    unit_cost: Decimal | None = None
    month: str = ""
    billed_in: str | None = None
    place: Place = NOWHERE

    @property
    def of_month(self) -> str:
        """The month to which the row belongs."""
        return self.month or f"{self.period.through:%Y-%m}"

    @property
    def bills_in(self) -> str:
        """The month in which it is billed."""
        return self.of_month if self.billed_in is None else self.billed_in

    @property
    def key(self) -> str:
        """What an issued line keeps of the row."""
        return f"{SHEET} no {self.number}"
