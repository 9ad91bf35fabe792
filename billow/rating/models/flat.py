"""Flat: the price once for the period, however many units.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal("250.00"), "EUR", quantity=Decimal(7)))]
['250']
"""

from fractions import Fraction

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the flat fee; the fee is scaled by the share of the period."""
    amount = Fraction(asked.value) * asked.share
    return (Part(f"flat {exact_text(asked.value)} {asked.currency}{asked.share_words}", amount),)
