"""Percentage: a percentage of an amount spent, and a fixed fee for each event; neither is the cost itself.

The amount is the vendor's, already prorated, so the share scales nothing. Events that are included are
free of both: the fee, and the percentage of what they amount to.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> asked = Asked(Decimal("1.3"), "EUR", Decimal(4), base=Decimal(800), fixed_fee=Decimal(2))
>>> [str(part.amount) for part in parts(asked)]
['52/5', '8']
"""

from functools import partial

from billow.money import exact_text, less, times
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the percentage of the amount that is not free, and the fee of the events that are not."""
    due = less(asked.base, asked.free_base)
    rated = Part(partial(_words, asked), times(due, asked.share_of_100))
    if not asked.fixed_fee:
        return (rated,)
    return (rated, Part(partial(_fee_words, asked), times(asked.quantity, asked.fixed_fee)))


def _words(asked: Asked) -> str:
    free = f" - {exact_text(asked.free_base)} free" if asked.free_base else ""
    return f"{exact_text(asked.value)} % of {asked.base_words()}{free}"


def _fee_words(asked: Asked) -> str:
    return f"{exact_text(asked.quantity)} x {asked.money(asked.fixed_fee)} fixed"
