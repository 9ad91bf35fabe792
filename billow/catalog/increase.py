"""A scheduled increase: dated successors of the prices that hold, which finance then sees and edits.

What is raised are amounts of our own; percentages on cost or list follow their base by themselves. Fees,
minima, maxima and commitments are raised only where that is asked for: they were agreed one by one.

>>> from datetime import date
>>> price = Price("row 5", product="E5", value=Decimal("56.50"), currency="EUR")
>>> raise_ = Increase(Decimal("3.5"), date(2026, 9, 1))
>>> [(str(after.value), str(after.valid_from)) for _, after in raised([price], raise_)]
[('58.48', '2026-09-01')]
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from billow.catalog.prices import Price, Tier
from billow.money import Rounding, rounded

_FEWEST_DECIMALS, _FEWEST_DIGITS = 2, 3


class Also(StrEnum):
    """What else may be raised: agreed prices of contracts, and amounts beside the price of a row."""

    AGREED = "agreed"
    FEES = "fees"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    COMMITMENT = "commitment"


@dataclass(frozen=True)
class Increase:
    """``percent`` more from ``start`` on, for the named products, families or vendors, or for all.

    ``also`` are the amounts that are raised beside prices of our own.
    """

    percent: Decimal
    start: date
    products: frozenset[str] = frozenset()
    also: frozenset[Also] = frozenset()

    def of(self, figure: Decimal) -> Decimal:
        """Return the figure after the increase, rounded half up once.

        It keeps the decimals it was given in, has at least two, and for a price of cents or less as many
        as make three digits: at 3.5 % more, 0.09 is 0.0932 and not 0.09.

        >>> increase = Increase(Decimal(10), date(2026, 9, 1))
        >>> increase.of(Decimal("0.09")), increase.of(Decimal(5)), increase.of(Decimal("1.2345"))
        (Decimal('0.0990'), Decimal('5.50'), Decimal('1.3580'))
        """
        if not figure:
            return figure
        exponent = figure.as_tuple().exponent
        given = -exponent if isinstance(exponent, int) else 0
        decimals = max(given, _FEWEST_DECIMALS, _FEWEST_DIGITS - 1 - figure.adjusted())
        exact = Fraction(figure) * (1 + Fraction(self.percent) / 100)
        return rounded(exact, decimals, Rounding.HALF_UP)

    def concerns(self, price: Price) -> bool:
        """Tell whether ``price`` holds just before and on the first day, and has an amount to raise."""
        begun = price.valid_from is None or price.valid_from < self.start
        lasts = price.valid_through is None or price.valid_through >= self.start
        named = not self.products or price.product.casefold() in self.products
        return begun and lasts and named and (price.is_own_price or self.raised(price) != price)

    def raised(self, price: Price) -> Price:
        """Return the price with its amounts raised: of our own with its steps, and those asked for."""
        own = price.is_own_price
        return replace(
            price,
            value=self.of(price.value) if own else price.value,
            tiers=tuple(self._step(tier) for tier in price.tiers) if own else price.tiers,
            fixed_fee=self.of(price.fixed_fee) if Also.FEES in self.also else price.fixed_fee,
            minimum=self._limit(price.minimum, Also.MINIMUM),
            maximum=self._limit(price.maximum, Also.MAXIMUM),
            commitment=self._limit(price.commitment, Also.COMMITMENT),
        )

    def _step(self, tier: Tier) -> Tier:
        return replace(tier, unit_price=self.of(tier.unit_price), flat_fee=self.of(tier.flat_fee))

    def _limit(self, amount: Decimal | None, kind: Also) -> Decimal | None:
        return amount if amount is None or kind not in self.also else self.of(amount)


def raised(prices: Iterable[Price], increase: Increase) -> list[tuple[Price, Price]]:
    """Return each price that is raised, with its successor; the steps of a price in tiers are raised too."""
    return [
        (price, replace(increase.raised(price), valid_from=increase.start))
        for price in prices
        if increase.concerns(price)
    ]


def in_force(prices: Iterable[Price], day: date) -> list[Price]:
    """Return the prices that hold on ``day``, without their dates: what all terms pay once renewed."""
    return [
        replace(price, valid_from=None, valid_through=None)
        for price in prices
        if (price.valid_from or date.min) <= day <= (price.valid_through or date.max)
    ]
