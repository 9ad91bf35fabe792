"""Percent off list: the vendor's list amount less a percentage of it.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal(5), "EUR", base=Decimal(200)))]
['200', '-10']
"""

from functools import partial

from billow.money import exact_text, times
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the list amount, for the days the vendor charged, and what is taken off."""
    return (
        Part(partial(_list_words, asked), asked.base),
        Part(partial(_words, asked), times(asked.base, -asked.share_of_100)),
    )


def _list_words(asked: Asked) -> str:
    return f"list {exact_text(asked.base)} {asked.currency}"


def _words(asked: Asked) -> str:
    return f"{exact_text(asked.value)} % off list"
