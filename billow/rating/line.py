"""A rated line and its parts, which sum to its amount.

>>> parts = (Part("7 x 3.333 EUR", Fraction("23.331")),)
>>> line_amount, closed = close(parts, "EUR")
>>> line_amount, [exact_text(part.amount) for part in closed]
(Decimal('23.33'), ['23.331', '-0.001'])
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from billow.catalog.prices import Price
from billow.charges import Charge
from billow.money import Rounding, exact_text, round_to
from billow.periods import Period, Proration


@dataclass(frozen=True)
class Part:
    """One step of an amount, in words, with its exact amount in the line's currency."""

    text: str
    amount: Fraction
    is_rounding: bool = False


def close(parts: Iterable[Part], currency: str) -> tuple[Decimal, tuple[Part, ...]]:
    """Round the sum of the parts once, half up, and add what the rounding did as a part of its own."""
    exact = tuple(parts)
    whole = sum((part.amount for part in exact), Fraction(0))
    amount = round_to(whole, currency, Rounding.HALF_UP)
    if Fraction(amount) == whole:
        return amount, exact
    text = f"rounded half up from {exact_text(whole)} to {amount} {currency}"
    return amount, (*exact, Part(text, Fraction(amount) - whole, is_rounding=True))


def converted(parts: tuple[Part, ...], rate: Fraction, source: str, target: str) -> tuple[Part, ...]:
    """Return the parts with one more for what the exchange at ``rate`` added; the rate is exact and dated.

    >>> [str(part.amount) for part in converted((Part("x", Fraction(10)),), Fraction(9, 10), "USD", "EUR")]
    ['10', '-1']
    """
    if rate == 1:
        return parts
    whole = sum((part.amount for part in parts), Fraction(0))
    return (*parts, Part(f"in {target} at {exact_text(rate)} per {source}", whole * rate - whole))


def shown_price(value: Decimal, rate: Fraction) -> Decimal | None:
    """Return a unit price in the invoice currency, or None where it has no end in decimals."""
    text = exact_text(Fraction(value) * rate)
    return None if "/" in text else Decimal(text)


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class RatedLine:
    """A line for one customer and product; ``amount`` is the sum of ``parts``, rounded once.

    ``charges`` are the vendor charges behind it: what the line bills, or for a contract only its cost.
    ``text`` is set where the line has words of its own (an adjustment), else the product's are used.
    ``discounts`` are those within the amount, or the one that the line is; ``shares`` say for a discount's
    own line what was left on each line it is taken off, by line id.
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
