"""A named user of a customer's product, from one day through another.

Who has the same key is one user, however often the key is written down.

>>> from datetime import date
>>> ada = NamedUser("C-1", "E5", "Ada@Alpha.example", Period(date(2026, 6, 14), date(2026, 7, 1)))
>>> ada.identity, ada.period.days
('ada@alpha.example', 17)
"""

from dataclasses import dataclass

from billow.periods import Period
from billow.problems import NOWHERE, Place

SHEET = "Users"


@dataclass(frozen=True)
class NamedUser:
    """The days on which somebody used a product, or (``counts`` False) must not be counted."""

    customer: str
    product: str
    key: str
    period: Period
    name: str = ""
    counts: bool = True
    place: Place = NOWHERE

    @property
    def identity(self) -> str:
        """What tells the user apart from every other one of the customer and product."""
        return self.key.strip().casefold()
