"""The list amount of charges: the report's own, else the list price of sheet List prices.

Which of the two a line was made from is told with its price row. The sheet is asked by article, term,
billing plan, the customer's segment and country, on the day on which the price itself is looked up.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from billow.catalog.list_prices import ListPrice, ListQuery, list_amount
from billow.catalog.prices import Price, PriceQuery
from billow.charges import Charge
from billow.charges.terms import billing_of, term_of
from billow.money import Exact, total
from billow.periods import month
from billow.rating.bases import base_amount, cycle_share
from billow.rating.books import Books


class Bases(NamedTuple):
    """What each of some charges starts from, None for nothing; ``origin`` says where a list price stands."""

    amounts: Sequence[Exact | None]
    origin: str = ""


@dataclass(frozen=True)
class _Listed:
    """The steps that hold for a charge, and the rate from their currency into the charge's."""

    steps: tuple[ListPrice, ...]
    rate: Fraction


def base_amounts(charges: Sequence[Charge], price: Price, customer: str, books: Books) -> Bases:
    """Return what ``price`` starts from for each charge.

    Usage of one article goes through the steps of its list price together, charge after charge.
    """
    base = price.starts_from
    own = [base_amount(charge, base) for charge in charges]
    if base != "list":
        return Bases(own)
    amounts: list[Exact | None] = []
    origins: dict[str, None] = {}
    used: dict[_Listed, Decimal] = defaultdict(Decimal)
    for charge, amount in zip(charges, own, strict=True):
        if amount is not None and (amount != 0 or charge.billed_cost == 0):
            amounts.append(amount)
            origins["list price of the report"] = None
            continue
        found = _listed(charge, price, customer, books)
        amounts.append(None if found is None else _amount(charge, found, used))
        if found:
            origins[f"list price of {list_place(found.steps)}"] = None
    return Bases(amounts, ", ".join(origins))


def is_listed(charge: Charge, price: Price, customer: str, books: Books) -> bool:
    """Tell whether ``price`` starts from list and a list price is known for the charge."""
    return price.starts_from == "list" and base_amounts((charge,), price, customer, books).amounts != [None]


def _amount(charge: Charge, found: _Listed, used: dict[_Listed, Decimal]) -> Fraction:
    """Return the list amount: of seats for the days that were charged, of usage on top of what was used."""
    quantity = charge.quantity or Decimal(0)
    if found.steps[0].term:
        share = cycle_share(charge)
        return list_amount(found.steps, quantity) * found.rate * (share.share if share else 1)
    before = used[found]
    used[found] = total((before, quantity))
    return (list_amount(found.steps, used[found]) - list_amount(found.steps, before)) * found.rate


def _listed(charge: Charge, price: Price, customer: str, books: Books) -> _Listed | None:
    """Return the list price that holds: in the charge's currency, else in the one the vendor prices in."""
    if charge.quantity is None:
        return None
    buyer = books.customer(customer)
    rates = {charge.currency: Fraction(1)}
    if charge.pricing_currency and charge.exchange_rate is not None:
        rates.setdefault(charge.pricing_currency, Fraction(charge.exchange_rate))
    for currency, rate in rates.items():
        query = ListQuery(
            sku=charge.sku,
            day=_price_day(charge, price),
            term=term_of(charge.term),
            billing=billing_of(charge.billing_frequency, charge.term),
            segment=buyer.segment if buyer else "",
            market=(buyer.country if buyer else "") or charge.customer_country,
            currency=currency,
        )
        if steps := books.list_prices.find(query):
            return _Listed(steps, rate)
    return None


def _price_day(charge: Charge, price: Price) -> date:
    first = (charge.period or month(charge.billing_month)).start
    query = PriceQuery(
        day=first,
        term=term_of(charge.term),
        term_start=charge.subscription_start,
        period_start=month(charge.billing_month).start,
    )
    return query.day_for(price)


def list_place(steps: Sequence[ListPrice]) -> str:
    """Return where the steps of a list price stand, in words."""
    rows = [str(step.place.row) for step in steps if step.place.row]
    return f"List prices row{'s' if len(rows) > 1 else ''} {', '.join(rows)}" if rows else "List prices"
