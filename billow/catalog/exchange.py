"""Dated exchange rates; a missing rate is a problem, never the nearest.

>>> rates = [ExchangeRate("USD", "EUR", date(2026, 6, 30), Decimal("0.8"))]
>>> rate_on(rates, "EUR", "USD", date(2026, 6, 30))
Fraction(5, 4)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billow.problems import Place, Problem, Severity


@dataclass(frozen=True)
class ExchangeRate:
    """One unit of ``source`` is worth ``rate`` units of ``target`` on ``day``."""

    source: str
    target: str
    day: date
    rate: Decimal
    origin: str = ""


def rate_on(rates: Iterable[ExchangeRate], source: str, target: str, day: date) -> Fraction | None:
    """Return the exact rate of that very day, from the row or from its opposite; None if there is none."""
    if source == target:
        return Fraction(1)
    by_pair = {(rate.source, rate.target): Fraction(rate.rate) for rate in rates if rate.day == day}
    if (source, target) in by_pair:
        return by_pair[source, target]
    if opposite := by_pair.get((target, source)):
        return 1 / opposite
    return None


def missing_rate(source: str, target: str, day: date, customer: str = "") -> Problem:
    """Return the problem that a rate is missing."""
    return Problem(
        "FX-001",
        f"There is no exchange rate from {source} to {target} on {day}.",
        Place(sheet="FX"),
        f"Add a row on sheet FX: {source}, {target}, {day}, the rate and where you took it from.",
        Severity.BLOCK,
        customer,
    )
