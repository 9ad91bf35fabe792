"""What a charge model is asked to price."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billow.catalog.prices import Tier
from billow.money import WHOLE, Exact, exact_text, times
from billow.periods import Proration


@dataclass(slots=True)
class Asked:
    """Full ``quantity``, its ``proration``, and the exact ``base`` amount for models on one.

    ``value`` is the price or the percentage, ``currency`` that of the price or of the base. Where units are
    counted over several lines, quantity and base are those of all of them and ``weight`` is the line's part.
    ``fees_paid`` are the tiers whose flat fee the period already has; ``free_base`` is the part of the base
    that costs nothing. ``base_named`` is what the vendor calls the base (cost, list cost), and
    ``base_before`` its amount and currency before the exchange into ``currency``.
    """

    value: Decimal
    currency: str
    quantity: Decimal = Decimal(1)
    proration: Proration | None = None
    base: Exact = Decimal(0)
    tiers: Sequence[Tier] = ()
    package_size: Decimal = Decimal(1)
    fixed_fee: Decimal = Decimal(0)
    free_base: Exact = Decimal(0)
    base_named: str = "cost"
    base_before: tuple[Exact, str] | None = None
    weight: Fraction = WHOLE
    fees_paid: frozenset[int] = frozenset()

    @property
    def share(self) -> Fraction:
        """The share of the period that is billed; 1 where nothing is prorated."""
        return self.proration.share if self.proration else WHOLE

    @property
    def share_of_100(self) -> Decimal:
        """The value where it is a percentage, as a share of one."""
        return self.value.scaleb(-2)

    def scaled(self, amount: Exact) -> Exact:
        """Return an amount times the share of the period and the line's part of the quantity."""
        if self.proration:
            amount = times(amount, self.proration.share)
        return amount if self.weight is WHOLE else times(amount, self.weight)

    @property
    def base_name(self) -> str:
        """What the base is called, with what it was before an exchange."""
        if self.base_before is None:
            return self.base_named
        before, currency = self.base_before
        return f"{self.base_named} {exact_text(before)} {currency} ="

    def base_words(self) -> str:
        """Return the base in words."""
        return f"{self.base_name} {exact_text(self.base)} {self.currency}"

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

    @property
    def weight_words(self) -> str:
        """The line's part of the quantity as a factor for the explanation, blank when it is all of it."""
        return "" if self.weight == 1 else f" x {exact_text(self.weight)} (this line's part)"

    @property
    def scale_words(self) -> str:
        """Both factors for the explanation."""
        return self.share_words + self.weight_words

    def money(self, amount: Decimal) -> str:
        """Return a price in words."""
        return f"{exact_text(amount)} {self.currency}"
