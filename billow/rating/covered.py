"""Vendor charges that are only a cost: the line of what is billed instead carries them, once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from billow.catalog.exchange import missing_rate, rate_on
from billow.charges import Charge
from billow.contracts.drivers import COUNTED
from billow.money import Rounding, round_to
from billow.periods import month
from billow.problems import Problem
from billow.rating.books import Books
from billow.rating.line import RatedLine
from billow.rating.placing import Fate, Placed


def covered_by(placed: Iterable[Placed]) -> dict[str, list[Charge]]:
    """Return the charges that are only a cost, by the subscription that is billed for them."""
    found: dict[str, list[Charge]] = defaultdict(list)
    for item in placed:
        if item.fate is Fate.CONTRACT:
            found[item.covered_by].append(item.charge)
    return found


def with_cost(
    lines: list[RatedLine], covered: Sequence[Charge], books: Books, billing_month: str
) -> tuple[list[RatedLine], list[Problem]]:
    """Let the first line carry the vendor's charges beside its own, so that their cost is counted once."""
    first, day = lines[0], month(billing_month).through
    cost = Fraction(0)
    for charge in covered:
        rate = rate_on(books.exchange_rates, charge.currency, first.currency, day)
        if rate is None:
            return [], [missing_rate(charge.currency, first.currency, day, first.customer)]
        cost += Fraction(charge.billed_cost) * rate
    whole = first.cost + round_to(cost, first.currency, Rounding.HALF_UP)
    return [first._replace(charges=(*first.charges, *covered), cost=whole), *lines[1:]], []


def counted_with_cost(
    lines: Sequence[RatedLine], covered: Mapping[str, Sequence[Charge]], books: Books, billing_month: str
) -> tuple[list[RatedLine], list[Problem]]:
    """Give the lines of users and own usage the vendor's charges of their subscriptions."""
    counted: dict[str, list[RatedLine]] = defaultdict(list)
    others: list[RatedLine] = []
    for line in lines:
        own = line.driver in COUNTED and line.charges[0].subscription_id.casefold()
        (counted[own] if own else others).append(line)
    problems: list[Problem] = []
    for name, found in counted.items():
        costed, wrong = with_cost(found, covered.get(name, ()), books, billing_month)
        others += costed
        problems += wrong
    return others, problems
