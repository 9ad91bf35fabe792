"""Buy X, get Y: how many units a discount is given on, where column *Units given* limits them.

For each full *At least* that is counted so many units are discounted: "buy 10, get 2" gives 2 for 10
through 19, and 4 for 20. Units count at the most that were there on one day; units given count as bought
where both are one product. Which of the units it is does not matter: a line's discount is on its part of
all that were there on its days, so that no day has more discounted units than were earned.

>>> earned(Discount("B", condition="quantity", at_least=Decimal(10), units_given=Decimal(2)), Fraction(29))
Decimal('4')
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billow.catalog.discounts import Discount
from billow.money import exact_text
from billow.rating.granting import Granting, Key, peak
from billow.rating.line import RatedLine


@dataclass(frozen=True)
class GivenUnits:
    """The share of a line's amount that a discount is given on, and how a step of the amount says so."""

    share: Fraction = Fraction(1)
    words: str = ""


ALL_UNITS = GivenUnits()


def earned(discount: Discount, counted: Fraction) -> Decimal:
    """Return how many units are given for ``counted`` units that were bought."""
    return (discount.units_given or Decimal(0)) * (counted // Fraction(discount.at_least))


def given_units(discount: Discount, on: Sequence[RatedLine], granting: Granting) -> dict[str, GivenUnits]:
    """Return what is given on each line that is limited, by line id; nothing where all units are."""
    if discount.units_given is None:
        return {}
    together: dict[Key, list[RatedLine]] = defaultdict(list)
    for line in on:
        together[granting.key(discount, line)].append(line)
    return {
        line.line_id: _of_line(line, own, earned(discount, granting.quantity(discount, line)))
        for own in together.values()
        for line in own
    }


def _of_line(line: RatedLine, together: Sequence[RatedLine], units: Decimal) -> GivenUnits:
    days = line.period
    there = peak(
        other for other in together if not days or not other.period or other.period.overlap(days) is not None
    )
    if there <= Fraction(units):
        return ALL_UNITS
    return GivenUnits(Fraction(units) / there, f" on {exact_text(units)} of {exact_text(there)} units")
