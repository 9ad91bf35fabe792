"""Percent off list: the vendor's list amount less a percentage of it.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal(5), "EUR", base=Fraction(200)))]
['200', '-10']
"""

from fractions import Fraction

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the list amount, for the days the vendor charged, and what is taken off."""
    off = asked.base * Fraction(asked.value) / 100
    return (
        Part(f"list {exact_text(asked.base)} {asked.currency}", asked.base),
        Part(f"{exact_text(asked.value)} % off list", -off),
    )
