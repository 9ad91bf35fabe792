"""Charges of reports that hold quantities and no money get their cost from sheet Cost prices."""

from collections.abc import Sequence
from decimal import Decimal

from billow.catalog.cost_prices import SHEET, cost_on
from billow.charges import Charge
from billow.periods import month
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books


def at_cost(charges: Sequence[Charge], books: Books) -> tuple[list[Charge], list[Problem]]:
    """Return the charges with a cost each, and a problem for each article that has none.

    A report without money names no currency either; by that its charges are known.
    """
    found: list[Charge] = []
    missing: dict[tuple[str, str], Problem] = {}
    for charge in charges:
        if charge.currency or charge.billed_cost or charge.quantity is None:
            found.append(charge)
            continue
        day = month(charge.corrects or charge.billing_month).start
        price = cost_on(books.cost_prices, charge.vendor, charge.sku, day)
        if price is None:
            missing[charge.vendor, charge.sku] = _no_cost(charge)
        cost = price.of(charge.quantity) if price else Decimal(0)
        currency = price.currency if price else books.base_currency
        found.append(charge._replace(currency=currency, billed_cost=cost, effective_cost=cost))
    return found, list(missing.values())


def _no_cost(charge: Charge) -> Problem:
    return Problem(
        "RAT-007",
        f'The report of {charge.vendor} says no money, and "{charge.sku}" has no cost price in '
        f"{charge.corrects or charge.billing_month}.",
        Place(sheet=SHEET, column="Article"),
        f"Add a row for {charge.vendor} and this article on sheet Cost prices; a cost of 0 is a cost too.",
        Severity.BLOCK,
    )
