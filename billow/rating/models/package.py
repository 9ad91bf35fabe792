"""Package: a price for each started package of units; a started one counts in full.

The share of the period scales the price of the packages, not the units that start them.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> asked = Asked(Decimal(100), "EUR", quantity=Decimal(121), package_size=Decimal(10))
>>> [str(part.amount) for part in parts(asked)]
['1300']
"""

from fractions import Fraction

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked
from billow.rating.models.steps import packages


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the started packages at their price."""
    started = packages(asked.quantity, asked.package_size)
    text = f"{started} x {asked.money(asked.value)} per package of {exact_text(asked.package_size)}"
    return (Part(text + asked.scale_words, started * Fraction(asked.value) * asked.scale),)
