"""A rated line and its parts, which sum to its amount.

>>> parts = (Part("7 x 3.333 EUR", Decimal("23.331")),)
>>> line_amount, closed = close(parts, "EUR")
>>> line_amount, [exact_text(part.amount) for part in closed]
(Decimal('23.33'), ['23.331', '-0.001'])
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from billow.catalog.prices import Price
from billow.charges import Charge
from billow.money import Exact, Rounding, exact_text, less, round_to, times, whole
from billow.periods import Period, Proration


class Part:
    """One step of an amount with its exact amount in the line's currency.

    ``told`` is what it says, or how to say it: what a line refers to becomes words when a person reads them,
    and then once.
    """

    __slots__ = ("_told", "exact", "is_rounding")

    def __init__(self, told: str | Callable[[], str], exact: Exact, is_rounding: bool = False) -> None:
        self._told = told
        self.exact = exact
        self.is_rounding = is_rounding

    @property
    def text(self) -> str:
        """The step in words."""
        if not isinstance(self._told, str):
            self._told = self._told()
        return self._told

    @property
    def amount(self) -> Fraction:
        """The exact amount."""
        return Fraction(self.exact)

    def __eq__(self, other: object) -> bool:
        """Tell whether both say the same and come to the same."""
        return isinstance(other, Part) and (self.text, self.exact, self.is_rounding) == (
            other.text,
            other.exact,
            other.is_rounding,
        )

    def __repr__(self) -> str:
        """Return what it says and comes to."""
        return f"Part({self.text!r}, {self.exact!r}, is_rounding={self.is_rounding})"

    def __hash__(self) -> int:
        """Return one number for equal parts."""
        return hash((self.amount, self.is_rounding))


def close(parts: Iterable[Part], currency: str) -> tuple[Decimal, tuple[Part, ...]]:
    """Round the sum of the parts once, half up, and add what the rounding did as a part of its own."""
    exact = tuple(parts)
    found = whole([part.exact for part in exact])
    amount = round_to(found, currency, Rounding.HALF_UP)
    rest = less(amount, found)
    if not rest:
        return amount, exact
    return amount, (*exact, Part(partial(_rounded, found, amount, currency), rest, is_rounding=True))


def _rounded(found: Exact, amount: Decimal, currency: str) -> str:
    return f"rounded half up from {exact_text(found)} to {amount} {currency}"


def converted(parts: tuple[Part, ...], rate: Fraction, source: str, target: str) -> tuple[Part, ...]:
    """Return the parts with one more for what the exchange at ``rate`` added; the rate is exact and dated.

    >>> [str(part.amount) for part in converted((Part("x", Decimal(10)),), Fraction(9, 10), "USD", "EUR")]
    ['10', '-1']
    """
    if source == target or rate == 1:
        return parts
    found = whole([part.exact for part in parts])
    added = less(times(found, rate), found)
    return (*parts, Part(partial(_exchanged, rate, source, target), added))


def _exchanged(rate: Fraction, source: str, target: str) -> str:
    return f"in {target} at {exact_text(rate)} per {source}"


def shown_price(value: Decimal, rate: Fraction) -> Decimal | None:
    """Return a unit price in the invoice currency, or None where it has no end in decimals."""
    text = exact_text(times(value, rate))
    return None if "/" in text else Decimal(text)


@dataclass(frozen=True, slots=True)
class Spending:
    """What a line counts against the minimum, maximum or commitment of its price, with all of its ``mark``.

    ``rate`` is one unit of the price's currency in that of the line; ``share`` is that of the price's period
    which the line covers with its ``period``, both None where the whole month counts.
    """

    mark: tuple[object, ...]
    price: Price = field(hash=False)
    rate: Fraction
    share: Fraction | None = None
    period: Period | None = None


class RatedLine(NamedTuple):
    """A line for one customer and product; ``amount`` is the sum of ``parts``, rounded once.

    ``charges`` are the vendor charges behind it: what the line bills, or for a contract only its cost.
    ``text`` is set where the line has words of its own (an adjustment), else the product's are used.
    ``discounts`` are those within the amount, or the one that the line is; ``shares`` say for a discount's
    own line what was left on each line it is taken off, by line id. ``corrects`` is the issued month of which
    the line is a correction.
    """

    line_id: str
    customer: str
    vendor: str
    product: str
    currency: str
    amount: Decimal
    parts: tuple[Part, ...]
    quantity: Decimal
    unit: str
    driver: str
    cost: Decimal = Decimal(0)
    unit_price: Decimal | None = None
    period: Period | None = None
    proration: Proration | None = None
    subscription: str = ""
    subscription_name: str = ""
    purchase_order: str = ""
    text: str = ""
    model: str = ""
    price_row: str = ""
    charges: tuple[Charge, ...] = ()
    spending: Spending | None = None
    discounts: tuple[str, ...] = ()
    shares: tuple[tuple[str, Fraction], ...] = ()
    corrects: str = ""
