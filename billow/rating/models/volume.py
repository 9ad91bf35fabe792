"""Volume: all units at the price of the one tier that the quantity reaches, plus that tier's flat fee.

The share of the period scales the price of the units, not the units and not the flat fee: full units
choose the tier (Lago). More units may then cost less; ``cliffs`` names where.

>>> from decimal import Decimal
>>> from billow.catalog.prices import Tier
>>> from billow.rating.models.asked import Asked
>>> tiers = (Tier(Decimal(100), Decimal(2)), Tier(None, Decimal(1)))
>>> [str(part.amount) for part in parts(Asked(Decimal(0), "EUR", quantity=Decimal(101), tiers=tiers))]
['101']
>>> [str(cliff) for cliff in cliffs(tiers)[0]]
['100', '200', '101', '101']
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

from billow.catalog.prices import Tier
from billow.money import times
from billow.rating.line import Part
from billow.rating.models.asked import Asked
from billow.rating.models.steps import bound_words, counted_units, flat_fee, reached, unit_words


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return all units at one price, and the flat fee of the tier reached."""
    index = reached(asked.tiers, asked.quantity)
    tier = asked.tiers[index]
    amount = asked.scaled(times(counted_units(asked.quantity, tier), tier.unit_price))
    return (Part(partial(_words, asked, index), amount), *flat_fee(asked, index))


def _words(asked: Asked, index: int) -> str:
    tier = asked.tiers[index]
    counted = f"all {unit_words(asked.quantity, tier)} x {asked.money(tier.unit_price)}"
    return f"{counted} ({bound_words(asked.tiers, index)}){asked.scale_words}"


def cliffs(tiers: Sequence[Tier]) -> list[tuple[Decimal, Fraction, Decimal, Fraction]]:
    """Return (units, amount, more units, lower amount) where one more unit costs less."""
    found = []
    for tier in tiers[:-1]:
        if tier.up_to is not None:
            at, beyond = _amount(tiers, tier.up_to), _amount(tiers, tier.up_to + 1)
            if beyond < at:
                found.append((tier.up_to, at, tier.up_to + 1, beyond))
    return found


def _amount(tiers: Sequence[Tier], quantity: Decimal) -> Fraction:
    asked = Asked(Decimal(0), "", quantity, tiers=tiers)
    return sum((part.amount for part in parts(asked)), Fraction(0))
