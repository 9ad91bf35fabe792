"""Graduated: each unit at the price of the tier it falls in; tiers have only an upper, inclusive bound.

Source of the bound: Lago, OpenMeter and Stripe all take a tier's upper bound as included.

>>> from decimal import Decimal
>>> from billow.catalog.prices import Tier
>>> from billow.rating.models.asked import Asked
>>> tiers = (Tier(Decimal(10), Decimal(5)), Tier(None, Decimal(4)))
>>> [str(part.amount) for part in parts(Asked(Decimal(0), "EUR", quantity=Decimal(12), tiers=tiers))]
['50', '8']
"""

from decimal import Decimal
from fractions import Fraction

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return a part per tier entered: full units choose the tier, the share scales the amount.

    A negative quantity (a vendor's net refund) is priced like the positive one, with its sign.
    """
    sign, quantity = (-1, -asked.quantity) if asked.quantity < 0 else (1, asked.quantity)
    found: list[Part] = []
    priced = Decimal(0)
    for tier in asked.tiers:
        top = quantity if tier.up_to is None else min(quantity, tier.up_to)
        if top > priced:
            units = sign * (top - priced)
            amount = Fraction(units) * Fraction(tier.unit_price) * asked.share
            bound = "above" if tier.up_to is None else f"up to {exact_text(tier.up_to)}"
            price = f"{exact_text(tier.unit_price)} {asked.currency}"
            text = f"{exact_text(units)} x {price} ({bound}){asked.share_words}"
            found.append(Part(text, amount))
            priced = top
    return tuple(found)
