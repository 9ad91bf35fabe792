"""Margin: the price of which the given percentage is ours; never to be confused with markup.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal(20), "EUR", base=Fraction(80)))]
['80', '20']
"""

from fractions import Fraction

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the cost and the margin that makes it ``cost / (1 - margin)``; 100 % has no price."""
    price = asked.base / (1 - Fraction(asked.value) / 100)
    return (
        Part(f"{asked.base_name} {exact_text(asked.base)} {asked.currency}", asked.base),
        Part(f"margin {exact_text(asked.value)} % of the price", price - asked.base),
    )
