"""Markup: cost and a percentage of the cost on top; never to be confused with margin.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal("12.5"), "EUR", base=Decimal(80)))]
['80', '10']
"""

from functools import partial

from billow.money import exact_text, times
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the cost and the markup on it; the cost is already prorated by the vendor."""
    return (
        Part(asked.base_words, asked.base),
        Part(partial(_words, asked), times(asked.base, asked.share_of_100)),
    )


def _words(asked: Asked) -> str:
    return f"markup {exact_text(asked.value)} % on {asked.base_name}"
