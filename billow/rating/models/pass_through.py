"""Pass-through: the cost as the vendor billed it, nothing added.

>>> from decimal import Decimal
>>> from fractions import Fraction
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal(0), "EUR", base=Fraction("71.42")))]
['3571/50']
"""

from functools import partial

from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the cost; it is already prorated by the vendor."""
    return (Part(partial(_words, asked), asked.base),)


def _words(asked: Asked) -> str:
    return f"{asked.base_words()}, passed on"
