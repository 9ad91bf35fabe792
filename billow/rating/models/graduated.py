"""Graduated: each unit at the price of the tier it falls in; tiers have only an upper, inclusive bound.

The share of the period scales the price of the units, not the units and not the flat fees: full units
choose the tier (Lago). The flat fee of each tier entered is added; no units enter the first one.

>>> from decimal import Decimal
>>> from billow.catalog.prices import Tier
>>> from billow.rating.models.asked import Asked
>>> tiers = (Tier(Decimal(10), Decimal(5)), Tier(None, Decimal(4)))
>>> [str(part.amount) for part in parts(Asked(Decimal(0), "EUR", quantity=Decimal(12), tiers=tiers))]
['50', '8']
"""

from decimal import Decimal
from fractions import Fraction

from billow.rating.line import Part
from billow.rating.models.asked import Asked
from billow.rating.models.steps import bound_words, counted_units, flat_fee


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return a part per tier entered: full units choose the tier, the share scales the amount.

    A negative quantity (a vendor's net refund) is priced like the positive one, with its sign.
    """
    sign, quantity = (-1, -asked.quantity) if asked.quantity < 0 else (1, asked.quantity)
    found: list[Part] = []
    priced = Decimal(0)
    for index, tier in enumerate(asked.tiers):
        top = quantity if tier.up_to is None else min(quantity, tier.up_to)
        if top > priced:
            units, words = counted_units(sign * (top - priced), tier)
            amount = Fraction(units) * Fraction(tier.unit_price) * asked.scale
            bound = bound_words(asked.tiers, index)
            found.append(
                Part(f"{words} x {asked.money(tier.unit_price)} ({bound}){asked.scale_words}", amount)
            )
        if top > priced or (index == 0 and quantity == 0):
            found.extend(flat_fee(asked, index))
            priced = top
    return tuple(found)
