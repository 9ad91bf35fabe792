"""Stair-step: one price for the whole step that the quantity reaches, however many units are in it.

The share of the period scales the price of the step, not the units that choose it and not a flat fee.

>>> from decimal import Decimal
>>> from billow.catalog.prices import Tier
>>> from billow.rating.models.asked import Asked
>>> tiers = (Tier(Decimal(10), Decimal(50)), Tier(None, Decimal(80)))
>>> [str(part.amount) for part in parts(Asked(Decimal(0), "EUR", quantity=Decimal(11), tiers=tiers))]
['80']
"""

from functools import partial

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked
from billow.rating.models.steps import bound_words, flat_fee, reached


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the price of the step reached, and its flat fee."""
    index = reached(asked.tiers, asked.quantity)
    amount = asked.scaled(asked.tiers[index].unit_price)
    return (Part(partial(_words, asked, index), amount), *flat_fee(asked, index))


def _words(asked: Asked, index: int) -> str:
    step = f"{exact_text(asked.quantity)} in the step {bound_words(asked.tiers, index)}"
    return f"{step}: {asked.money(asked.tiers[index].unit_price)}{asked.scale_words}"
