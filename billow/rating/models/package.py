"""Package: a price for each started package of units; a started one counts in full.

The share of the period scales the price of the packages, not the units that start them.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> asked = Asked(Decimal(100), "EUR", quantity=Decimal(121), package_size=Decimal(10))
>>> [str(part.amount) for part in parts(asked)]
['1300']
"""

from decimal import Decimal
from functools import partial

from billow.money import exact_text, times
from billow.rating.line import Part
from billow.rating.models.asked import Asked
from billow.rating.models.steps import packages


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the started packages at their price."""
    started = packages(asked.quantity, asked.package_size)
    return (Part(partial(_words, asked, started), asked.scaled(times(Decimal(started), asked.value))),)


def _words(asked: Asked, started: int) -> str:
    packaged = f"{started} x {asked.money(asked.value)} per package of {exact_text(asked.package_size)}"
    return packaged + asked.scale_words
