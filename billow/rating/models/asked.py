"""What a charge model is asked to price."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billow.catalog.prices import Tier
from billow.money import exact_text
from billow.periods import Proration


@dataclass(frozen=True)
class Asked:
    """Full ``quantity`` of ``unit``, its ``proration``, and the exact ``base`` amount for models on one.

    ``value`` is the price or the percentage, ``currency`` that of the price or of the base.
    """

    value: Decimal
    currency: str
    quantity: Decimal = Decimal(1)
    unit: str = ""
    proration: Proration | None = None
    base: Fraction = Fraction(0)
    base_name: str = "cost"
    tiers: Sequence[Tier] = ()

    @property
    def share(self) -> Fraction:
        """The share of the period that is billed; 1 where nothing is prorated."""
        return self.proration.share if self.proration else Fraction(1)

    @property
    def share_words(self) -> str:
        """The share as a factor for the explanation, blank when it is 1."""
        if self.share == 1 or self.proration is None:
            return ""
        if self.proration.is_whole:
            return f" x {exact_text(self.share)}"
        counted = " + ".join(f"{used}/{of}" for used, of in self.proration.counted)
        scale = Fraction(self.proration.cycle_months, self.proration.price_months)
        return f" x ({counted})" + ("" if scale == 1 else f" x {exact_text(scale)}")
