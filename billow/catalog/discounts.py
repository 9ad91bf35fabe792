"""Discounts: what is taken off, from what, for whom and when; each a row finance keeps in a sheet.

A percentage, a fixed amount, or bands of spend. Bands are counted in two ways that give different money:
*progressive*, each band of spend at its own percentage, and *whole*, all spend at that of the band reached.
Bounds are inclusive, as in every tier.

>>> from dataclasses import replace
>>> bands = (Tier(Decimal(1000), Decimal(0)), Tier(None, Decimal(10)))
>>> launch = Discount("Launch", kind="progressive_bands", bands=bands, currency="EUR")
>>> launch.share_of(Fraction(4000)), replace(launch, kind="whole_band").share_of(Fraction(4000))
(Fraction(3, 40), Fraction(1, 10))
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billow.catalog.prices import Tier
from billow.money import exact_text
from billow.problems import NOWHERE, Place

WITHIN_A_LINE = ("line", "product")
BANDS = ("progressive_bands", "whole_band")
_TOGETHER = ("products", "quantity")  # what makes a discount one on several services
_STEPS = {"line": 1, "product": 1, "vendor": 3, "customer": 4, "invoice": 5}


@dataclass(frozen=True)
class Discount:
    """A row of sheet Discounts. ``value`` is a percentage or an amount, ``bands`` hold percentages.

    ``on`` says what it is taken off: the line, the lines of a product, or those of a vendor, the customer
    or the invoice as a line of its own. It is given where ``condition`` (products, quantity, spend) comes
    to ``at_least``, counted over the lines of ``counted_of`` (blank: what it is given on) of one customer,
    vendor, family, product or customer group. ``units_given`` limits it to so many units for each full
    ``at_least`` of quantity, None is all. An exclusive discount stands alone on its lines.
    """

    discount: str
    text: str = ""
    texts: dict[str, str] = field(default_factory=dict, hash=False)
    on: str = "line"
    scope: str = "everyone"
    who: str = ""
    applies_to: str = "all"
    what: str = ""
    kind: str = "percent"
    value: Decimal = Decimal(0)
    currency: str = ""
    bands: tuple[Tier, ...] = ()
    condition: str = ""
    at_least: Decimal = Decimal(0)
    counted_of: str = ""
    counted_per: str = "customer"
    order: int = 0
    exclusive: bool = False
    valid_from: date | None = None
    valid_through: date | None = None
    cap: Decimal | None = None
    revenue_group: str = ""
    place: Place = NOWHERE
    units_given: Decimal | None = None

    @property
    def turn(self) -> tuple[int, int, bool, int, str]:
        """When it acts: the step first, then column Order, percentages before fixed amounts, then the row.

        Steps: line and product, those on several services among them after the others, then lines of
        their own: on several services, vendor, customer, and the invoice last.
        """
        step = _STEPS[self.on]
        if self.condition in _TOGETHER and self.on != "invoice":
            step = 2  # after the lines, before volume and relationship
        return step, self.order, self.kind == "fixed", self.place.row, self.discount

    @property
    def is_within_a_line(self) -> bool:
        """Tell whether it acts before the one rounding of the lines it is given on."""
        return self.on in WITHIN_A_LINE

    def holds_on(self, day: date) -> bool:
        """Tell whether the discount is given on ``day``; both days of its validity count."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_through is None or day <= self.valid_through
        )

    def text_in(self, language: str) -> str:
        """Return what the invoice calls it in ``language``."""
        return self.texts.get(language) or self.text or self.discount

    def filled(self, spend: Fraction) -> list[tuple[Fraction, Decimal]]:
        """Return how much of ``spend`` is taken off at which percentage.

        >>> bands = (Tier(Decimal(9), Decimal(0)), Tier(None, Decimal(5)))
        >>> band = Discount("Volume", kind="whole_band", bands=bands)
        >>> band.filled(Fraction(9)), band.filled(Fraction(10))
        ([(Fraction(9, 1), Decimal('0'))], [(Fraction(10, 1), Decimal('5'))])
        """
        if self.kind == "whole_band":
            reached = next(band for band in self.bands if band.up_to is None or spend <= band.up_to)
            return [(spend, reached.unit_price)]
        found, below = [], Fraction(0)
        for band in self.bands:
            top = spend if band.up_to is None else min(spend, Fraction(band.up_to))
            if top > below:
                found.append((top - below, band.unit_price))
                below = top
        return found

    def share_of(self, spend: Fraction) -> Fraction:
        """Return what share of an amount is taken off when ``spend`` fills the bands."""
        if self.kind == "percent":
            return Fraction(self.value) / 100
        off = sum((amount * Fraction(percent) / 100 for amount, percent in self.filled(spend)), Fraction(0))
        return off / spend if spend > 0 else Fraction(0)

    def capped(self, amount: Fraction, rate: Fraction) -> Fraction:
        """Return ``amount``, or the cap where that is less; one unit of the cap is worth ``rate``."""
        return amount if self.cap is None else min(amount, Fraction(self.cap) * rate)

    def described(self, spends: Iterable[Fraction]) -> str:
        """Return the discount in words, as a step of the amount it is taken off."""
        if self.kind == "fixed":
            words = f"{exact_text(self.value)} {self.currency} discount {self.discount}"
        elif self.kind == "percent":
            words = f"{exact_text(self.value)} % discount {self.discount}"
        else:
            bands = (
                f"{exact_text(percent)} % of {exact_text(amount)}"
                for spend in sorted(spends)
                for amount, percent in self.filled(spend)
            )
            words = f"discount {self.discount} by spend, {' + '.join(bands)} {self.currency}"
        return words if self.cap is None else f"{words}, at most {exact_text(self.cap)} {self.currency}"
