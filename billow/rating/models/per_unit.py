"""Per unit: quantity times price times the share of the period.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal("0.05"), "EUR", quantity=Decimal(1000)))]
['50']
"""

from fractions import Fraction

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the units at their price; the share scales the amount, not the units."""
    amount = Fraction(asked.quantity) * Fraction(asked.value) * asked.scale
    return (
        Part(
            f"{exact_text(asked.quantity)} x {exact_text(asked.value)} {asked.currency}{asked.scale_words}",
            amount,
        ),
    )
