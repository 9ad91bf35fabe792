"""Stair-step: one price for the whole step that the quantity reaches, however many units are in it.

The share of the period scales the price of the step, not the units that choose it and not a flat fee.

>>> from decimal import Decimal
>>> from billow.catalog.prices import Tier
>>> from billow.rating.models.asked import Asked
>>> tiers = (Tier(Decimal(10), Decimal(50)), Tier(None, Decimal(80)))
>>> [str(part.amount) for part in parts(Asked(Decimal(0), "EUR", quantity=Decimal(11), tiers=tiers))]
['80']
"""

from fractions import Fraction

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked
from billow.rating.models.steps import bound_words, flat_fee, reached


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the price of the step reached, and its flat fee."""
    index = reached(asked.tiers, asked.quantity)
    tier = asked.tiers[index]
    text = (
        f"{exact_text(asked.quantity)} in the step {bound_words(asked.tiers, index)}: "
        f"{asked.money(tier.unit_price)}{asked.scale_words}"
    )
    return (Part(text, Fraction(tier.unit_price) * asked.scale), *flat_fee(asked, index))
