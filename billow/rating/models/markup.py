"""Markup: cost and a percentage of the cost on top; never to be confused with margin.

>>> from decimal import Decimal
>>> from billow.rating.models.asked import Asked
>>> [str(part.amount) for part in parts(Asked(Decimal("12.5"), "EUR", base=Fraction(80)))]
['80', '10']
"""

from fractions import Fraction

from billow.money import exact_text
from billow.rating.line import Part
from billow.rating.models.asked import Asked


def parts(asked: Asked) -> tuple[Part, ...]:
    """Return the cost and the markup on it; the cost is already prorated by the vendor."""
    on_top = asked.base * Fraction(asked.value) / 100
    return (
        Part(f"{asked.base_name} {exact_text(asked.base)} {asked.currency}", asked.base),
        Part(f"markup {exact_text(asked.value)} % on {asked.base_name}", on_top),
    )
