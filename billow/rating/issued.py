"""What was issued for a contract's period: no more of it is given back than it came to, credits taken off.

A change of a period that was billed is worked out from the sheets as they are now. Where prices have gone
up since, that would give back more than the customer ever paid; the invoices that were issued are the cap.

>>> june = month("2026-06")
>>> lines = [IssuedLine("K-1", june, Decimal(200), "EUR"), IssuedLine("K-1", june, Decimal(-180), "EUR")]
>>> print(capped_credit(Decimal(100), **sums(lines)))
20
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billow.contracts.credits import capped_credit
from billow.contracts.schedule import BillingPeriod, periods_of
from billow.money import total
from billow.periods import Period, month
from billow.rating.books import Books
from billow.rating.line import Part, RatedLine


@dataclass(frozen=True)
class IssuedLine:
    """A line of a contract on an invoice of an earlier month; a credit is negative."""

    subscription: str
    period: Period
    amount: Decimal
    currency: str


def held_to_issued(
    lines: Sequence[RatedLine], issued: Iterable[IssuedLine], books: Books, billing_month: str
) -> list[RatedLine]:
    """Return the lines, those that give back more than was issued for their period with the rest put back."""
    by_key: dict[str, list[IssuedLine]] = defaultdict(list)
    for line in issued:
        by_key[line.subscription.casefold()].append(line)
    changed: dict[str, RatedLine] = {}
    for subscription in books.subscriptions if by_key else ():
        before = by_key.get(subscription.subscription.casefold())
        if not before:
            continue
        own = [x for x in lines if x.driver == "contract" and x.subscription == subscription.subscription]
        for due in periods_of(subscription, month(billing_month).through):
            capped = _held(
                [line for line in own if line.period and _lies_in(line.period, due)],
                [line for line in before if _lies_in(line.period, due)],
            )
            changed |= {capped.line_id: capped} if capped else {}
    return [changed.get(line.line_id, line) for line in lines]


def sums(lines: Iterable[IssuedLine]) -> Mapping[str, Decimal]:
    """Return what was billed by the lines and what was credited, neither below zero."""
    amounts = [line.amount for line in lines]
    zero = Decimal(0)
    return {
        "billed": total([zero, *(amount for amount in amounts if amount > 0)]),
        "credited": total([zero, *(-amount for amount in amounts if amount < 0)]),
    }


def _lies_in(period: Period, due: BillingPeriod) -> bool:
    return due.period.start <= period.start < due.period.end


def _held(lines: Sequence[RatedLine], issued: Sequence[IssuedLine]) -> RatedLine | None:
    """Return the line of the largest credit with what may not be given back, None where all of it may."""
    same = [line for line in issued if lines and line.currency == lines[0].currency]
    credit = -total(line.amount for line in lines) if same else Decimal(0)
    if credit <= 0:
        return None
    found = sums(same)
    excess = credit - capped_credit(credit, **found)
    if not excess:
        return None
    largest = min(lines, key=lambda line: line.amount)
    left = found["billed"] - found["credited"]
    words = f"no more given back than the {left} {largest.currency} that was issued and not credited yet"
    return largest._replace(
        amount=largest.amount + excess, parts=(*largest.parts, Part(words, Fraction(excess)))
    )
