"""Flat: the price once for the period, however many units.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal("250.00"), "EUR", quantity=Decimal(7)))]
['250']
"""

from functools import partial

from billow.money import times
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the flat fee; the fee is scaled by the share of the period."""
    return (Part(partial(_words, asked), times(asked.value, asked.share)),)


def _words(asked: Asked) -> str:
    return f"flat {asked.money(asked.value)}{asked.share_words}"
