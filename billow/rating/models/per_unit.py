"""Per unit: quantity times price times the share of the period.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal("0.05"), "EUR", quantity=Decimal(1000)))]
['50']
"""

from functools import partial

from billow.money import exact_text, times
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the units at their price; the share scales the amount, not the units."""
    return (Part(partial(_words, asked), asked.scaled(times(asked.quantity, asked.value))),)


def _words(asked: Asked) -> str:
    return f"{exact_text(asked.quantity)} x {asked.money(asked.value)}{asked.scale_words}"
