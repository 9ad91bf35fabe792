"""Graduated percentage: each band of an amount spent at the percentage of its tier.

The amount is the vendor's, already prorated, so the share scales nothing. The flat fee of each tier
entered is added; nothing spent enters the first one.

>>> from decimal import Decimal
>>> from billow.catalog.prices import Tier
>>> from billow.rating.models.asked import Asked
>>> tiers = (Tier(Decimal(1000), Decimal(10)), Tier(None, Decimal(5)))
>>> [str(part.amount) for part in parts(Asked(Decimal(0), "EUR", base=Decimal(1200), tiers=tiers))]
['100', '10']
"""

from fractions import Fraction
from functools import partial

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked
from billow.rating.models.steps import bound_words, flat_fee


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return a part per tier entered; a negative amount (a credit) mirrors the positive one."""
    spent = abs(Fraction(asked.base))
    found: list[Part] = []
    priced = Fraction(0)
    for index, tier in enumerate(asked.tiers):
        top = spent if tier.up_to is None else min(spent, Fraction(tier.up_to))
        if top > priced:
            band = top - priced if asked.base >= 0 else priced - top
            amount = band * Fraction(tier.unit_price) / 100 * asked.weight
            found.append(Part(partial(_words, asked, index, band), amount))
        if top > priced or (index == 0 and spent == 0):
            found.extend(flat_fee(asked, index))
            priced = top
    return tuple(found)


def _words(asked: Asked, index: int, band: Fraction) -> str:
    spent = f"{exact_text(asked.tiers[index].unit_price)} % of {exact_text(band)} {asked.currency}"
    return f"{spent} of {asked.base_name} ({bound_words(asked.tiers, index)}){asked.weight_words}"
