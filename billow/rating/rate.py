"""One month rated: every charge placed, every line priced, every expected line looked for.

Invoice, preview and check all call ``rate``; there is no second path for a price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from billow.catalog.exchange import rate_on
from billow.charges import Charge
from billow.money import exact_text
from billow.periods import month
from billow.problems import Place, Problem, Severity, in_order
from billow.rating import azure_plan
from billow.rating.books import Books
from billow.rating.completeness import Expectation, expectations
from billow.rating.contract_lines import adjustment_lines, contract_lines
from billow.rating.line import RatedLine
from billow.rating.placing import Fate, OpenItem, Placed, Placing, blocking_problems
from billow.rating.vendor_lines import vendor_lines


@dataclass(frozen=True)
class RatedMonth:
    """What a month comes to: lines by customer order, the fate of each charge, and what is open."""

    billing_month: str
    lines: tuple[RatedLine, ...]
    placed: tuple[Placed, ...]
    open_items: tuple[OpenItem, ...]
    expectations: tuple[Expectation, ...]
    problems: tuple[Problem, ...]

    def line_of(self) -> dict[str, str]:
        """Return the line that shows each charge, by charge key."""
        return {charge.key: line.line_id for line in self.lines for charge in line.charges}


def rate(charges: Sequence[Charge], books: Books, billing_month: str) -> RatedMonth:
    """Rate the charges of ``billing_month`` (``YYYY-MM``) with the contracts and adjustments of it.

    The charges are taken in the order of their keys, so that the same charges always give the same month.
    """
    charges = sorted(charges, key=lambda charge: (charge.key, charge.import_id))
    azure = azure_plan.compare(charges, books)
    placing = Placing(books, azure.excluded)
    placed = tuple(placing.place(charge) for charge in charges)
    from_vendors, no_rates = vendor_lines(placed, books, billing_month)
    from_contracts, no_prices = contract_lines(placed, books, billing_month)
    from_adjustments, no_adjustment_rates = adjustment_lines(books, billing_month)
    lines = _sorted([*from_vendors, *from_contracts, *from_adjustments])
    expected, missing = expectations(lines, books, billing_month)
    items = (*placing.open_items.values(), *azure.open_items, *missing)
    problems = [
        *placing.problems, *azure.problems, *no_rates, *no_prices, *no_adjustment_rates,
        *blocking_problems(item for item in items if item.kind not in {"reports differ", "missing line"}),
        *_missing_lines(missing), *_unreasoned(items, books, billing_month),
    ]  # fmt: skip
    return RatedMonth(billing_month, lines, placed, items, expected, in_order(problems))


def _sorted(lines: Sequence[RatedLine]) -> tuple[RatedLine, ...]:
    """Sort by customer, vendor (our own last), product, subscription and first day."""
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                line.customer, line.driver == "adjustment", line.vendor == "", line.vendor, line.product,
                line.subscription, str(line.period), line.line_id,
            ),
        )
    )  # fmt: skip


def _missing_lines(missing: Sequence[OpenItem]) -> list[Problem]:
    return [
        Problem(
            "RAT-003",
            f"{item.what} of customer {item.customer} has no line in {item.billing_month}.",
            Place(sheet="To do"),
            f"{item.proposal}.",
            Severity.BLOCK,
            item.customer,
        )
        for item in missing
        if not item.settled
    ]


def _unreasoned(items: Sequence[OpenItem], books: Books, billing_month: str) -> list[Problem]:
    """Return a problem for each decision without a reason, and each large exclusion without a name."""
    found: list[Problem] = []
    for item in items:
        decision = books.decision(item.key)
        if decision is None:
            continue
        where = Place(sheet="To do", column="Reason")
        if not decision.reason.strip():
            found.append(
                Problem(
                    "RAT-005",
                    f'"{decision.decision}" for {item.what} has no reason.',
                    where,
                    "Write why in column Reason on sheet To do.",
                    Severity.BLOCK,
                    item.customer,
                )
            )
        if decision.decision in {"exclude", "own use"} and not decision.decided_by.strip():
            found += _unnamed(item, books, billing_month)
    return found


def _unnamed(item: OpenItem, books: Books, billing_month: str) -> list[Problem]:
    day = month(billing_month).through
    exchange = rate_on(books.exchange_rates, item.currency, books.base_currency, day)
    in_base = abs(Fraction(item.cost)) * (exchange or 1)
    if in_base <= Fraction(books.exclusion_limit):
        return []
    return [
        Problem(
            "RAT-004",
            f"{exact_text(item.cost)} {item.currency} ({item.what}) is excluded, above the limit "
            f"of {books.exclusion_limit:f} {books.base_currency}, and nobody signed for it.",
            Place(sheet="To do", column="Decided by"),
            "A second person fills in Decided by on sheet To do.",
            Severity.BLOCK,
            item.customer,
        )
    ]


__all__ = ["Fate", "RatedMonth", "rate"]
