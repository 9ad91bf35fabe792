"""Which quantity is priced: what is included is taken off, the minimum held, the rest rounded up.

Lines that are counted together (column Counted over) are cut where the quantity of any of them changes,
so that every stretch of days knows the quantity that all of them had.

>>> from billow.catalog.prices import Price
>>> billable(Price("p", included=Decimal(2)), Decimal(3))
Decimal('1')
>>> billable(Price("p", minimum_quantity=Decimal(5)), Decimal(3))
Decimal('5')
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil

from billow.catalog.prices import Price
from billow.money import Exact, exact_text, total
from billow.periods import Period


@dataclass(frozen=True)
class Held:
    """The quantity that one line (``index``) had in a stretch of ``period``; no period is the whole month."""

    index: int
    quantity: Decimal
    period: Period | None


@dataclass(frozen=True)
class Stretch:
    """Days during which no quantity changed, and what each line had in them."""

    period: Period | None
    held: tuple[Held, ...]

    @property
    def days(self) -> int:
        """How many days it has; none where nothing is prorated."""
        return self.period.days if self.period else 0

    @property
    def quantity(self) -> Decimal:
        """What all lines had together."""
        if len(self.held) == 1:
            return self.held[0].quantity
        return total(item.quantity for item in self.held)


def billable(price: Price, quantity: Decimal) -> Decimal:
    """Return the quantity to price, after included, minimum and rounding; a net refund stays as it is."""
    if quantity < 0:
        return quantity
    left = max(quantity - price.included, Decimal(0))
    least = max(left, price.minimum_quantity)
    if price.round_up_to is None:
        return least
    return ceil(Fraction(least) / Fraction(price.round_up_to)) * price.round_up_to


def rule_words(price: Price, quantity: Decimal, priced: Decimal) -> str:
    """Return what the quantity rules did, in words."""
    rules = (
        f"{exact_text(price.included)} included" if price.included else "",
        f"at least {exact_text(price.minimum_quantity)}" if price.minimum_quantity else "",
        f"rounded up to {exact_text(price.round_up_to)}" if price.round_up_to else "",
    )
    return f"{exact_text(quantity)} used, {', '.join(filter(None, rules))}: {exact_text(priced)} priced"


def stretches(held: Sequence[Held]) -> Iterator[Stretch]:
    """Yield the days between any two changes with what each line had in them, in the order of time."""
    undated = tuple(item for item in held if item.period is None)
    if undated:
        yield Stretch(None, undated)
    periods = [item.period for item in held if item.period]
    for start, end in pairwise(sorted({day for period in periods for day in (period.start, period.end)})):
        days = Period(start, end)
        there = tuple(item for item in held if item.period and item.period.overlap(days))
        if there:
            yield Stretch(days, there)


def free_part(events: Iterable[tuple[Decimal, Exact]], included: Decimal) -> Fraction:
    """Return what the first ``included`` events amount to; a row of several events is free in proportion.

    >>> free_part([(Decimal(1), Fraction(50)), (Decimal(2), Fraction(300))], Decimal(2))
    Fraction(200, 1)
    """
    free, left = Fraction(0), Fraction(included)
    for count, amount in events:
        if count > 0 and left > 0:
            taken = min(left, Fraction(count))
            free += Fraction(amount) * taken / Fraction(count)
            left -= taken
    return free
