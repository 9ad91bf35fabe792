"""What the models in tiers share: which step a quantity reaches, its bound in words, its flat fee.

A tier has only an upper, inclusive bound, so 100.5 units lie in the step above 100. Source of the bound:
Lago, OpenMeter, ManageIQ and Stripe all take it as included.

>>> from billow.catalog.prices import Tier
>>> steps = (Tier(Decimal(100), Decimal(2)), Tier(None, Decimal(1)))
>>> reached(steps, Decimal(100)), reached(steps, Decimal("100.5")), reached(steps, Decimal(0))
(0, 1, 0)
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import ceil

from billow.catalog.prices import Tier
from billow.money import exact_text, times
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def reached(tiers: Sequence[Tier], quantity: Decimal | Fraction) -> int:
    """Return the index of the step that holds ``quantity``; none is in the first, the last has no end."""
    bounds = (i for i, tier in enumerate(tiers) if tier.up_to is None or quantity <= tier.up_to)
    return next(bounds, len(tiers) - 1)


def bound_words(tiers: Sequence[Tier], index: int) -> str:
    """Return the step in words: up to its bound, or above the one before it.

    >>> steps = (Tier(Decimal(100), Decimal(2)), Tier(None, Decimal(1)))
    >>> bound_words(steps, 0), bound_words(steps, 1), bound_words(steps[1:], 0)
    ('up to 100', 'above', 'any quantity')
    """
    up_to = tiers[index].up_to
    if up_to is not None:
        return f"up to {exact_text(up_to)}"
    return "above" if index else "any quantity"


def flat_fee(asked: Asked, index: int) -> Iterator[Part]:
    """Return the flat fee of a step, once in a period, whatever its share: only units are prorated."""
    tier = asked.tiers[index]
    if tier.flat_fee and index not in asked.fees_paid:
        yield Part(partial(_fee_words, asked, index), times(tier.flat_fee, asked.weight))


def _fee_words(asked: Asked, index: int) -> str:
    fee = f"flat fee {asked.money(asked.tiers[index].flat_fee)}"
    return f"{fee} ({bound_words(asked.tiers, index)}){asked.weight_words}"


def packages(quantity: Decimal, size: Decimal) -> int:
    """Return how many packages of ``size`` were started.

    >>> [packages(Decimal(quantity), Decimal(10)) for quantity in (121, 120, 0)]
    [13, 12, 0]
    """
    return ceil(Fraction(quantity) / Fraction(size))


def counted_units(units: Decimal, tier: Tier) -> Decimal:
    """Return what the price of a step is multiplied by: units, or started packages of them."""
    return units if tier.package is None else Decimal(packages(units, tier.package))


def unit_words(units: Decimal, tier: Tier) -> str:
    """Return in words what the price of a step is multiplied by."""
    counted = exact_text(counted_units(units, tier))
    return counted if tier.package is None else f"{counted} packages of {exact_text(tier.package)}"
