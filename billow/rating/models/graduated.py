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
from functools import partial

from billow.money import less, times
from billow.rating.line import Part
from billow.rating.models.asked import Asked
from billow.rating.models.steps import bound_words, counted_units, flat_fee, unit_words


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return a part per tier entered: full units choose the tier, the share scales the amount.

    A negative quantity (a vendor's net refund) is priced like the positive one, with its sign.
    """
    quantity = asked.quantity.copy_abs()
    found: list[Part] = []
    priced = Decimal(0)
    for index, tier in enumerate(asked.tiers):
        top = quantity if tier.up_to is None else min(quantity, tier.up_to)
        if top > priced:
            units = less(top, priced) if asked.quantity >= 0 else less(priced, top)
            amount = asked.scaled(times(counted_units(units, tier), tier.unit_price))
            found.append(Part(partial(_words, asked, index, units), amount))
        if top > priced or (index == 0 and quantity == 0):
            found.extend(flat_fee(asked, index))
            priced = top
    return tuple(found)


def _words(asked: Asked, index: int, units: Decimal) -> str:
    tier = asked.tiers[index]
    counted = f"{unit_words(units, tier)} x {asked.money(tier.unit_price)}"
    return f"{counted} ({bound_words(asked.tiers, index)}){asked.scale_words}"
