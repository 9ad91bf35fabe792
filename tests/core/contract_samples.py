"""A contract and its changes to test with, and a month of them as lines that can be read."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billow.catalog.products import Product
from billow.contracts.subscriptions import Change, Subscription
from billow.rating.rate import RatedMonth, rate

from .samples import MONTH, books, day


def change(on: str, kind: str, quantity: str | None = None, **given_: Any) -> Change:
    amount = None if quantity is None else Decimal(quantity)
    return Change(int(day(on).toordinal()), "K-1", day(on), kind, amount, **given_)


def rated(
    subscription: Subscription | Sequence[Subscription],
    changes: Sequence[Change] = (),
    month: str = MONTH,
    prices: Sequence[Any] = (),
    charges: Sequence[Any] = (),
    **product: Any,
) -> RatedMonth:
    """Return a month of contracts for managed service, a product with these rules."""
    rows = [subscription] if isinstance(subscription, Subscription) else list(subscription)
    care = Product("CARE", "Managed service", **product)
    return rate(charges, books(subscriptions=rows, changes=changes, products=[care], prices=prices), month)


def told(month: RatedMonth) -> list[str]:
    assert all(sum(part.amount for part in line.parts) == Fraction(line.amount) for line in month.lines)
    assert len({line.line_id for line in month.lines}) == len(month.lines)
    lines = sorted(month.lines, key=lambda line: (line.period, line.quantity))
    return [f"{line.quantity:f} x {line.period} = {line.amount}" for line in lines]
