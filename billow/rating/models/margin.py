"""Margin: the price of which the given percentage is ours; never to be confused with markup.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal(20), "EUR", base=Decimal(80)))]
['80', '20']
"""

from decimal import Decimal
from functools import partial

from billow.money import exact_text, less, over
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the cost and the margin that makes it ``cost / (1 - margin)``; 100 % has no price."""
    price = over(asked.base, less(Decimal(1), asked.share_of_100))
    return (
        Part(asked.base_words, asked.base),
        Part(partial(_words, asked), less(price, asked.base)),
    )


def _words(asked: Asked) -> str:
    return f"margin {exact_text(asked.value)} % of the price"
