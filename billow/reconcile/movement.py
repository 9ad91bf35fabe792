"""This month against the last issued one, customer by customer: what a person must look at before issuing.

A customer is flagged when its total moved more than the set percentage, its margin is below the minimum,
a line is zero, the total is negative, it is new or has vanished, or an account of it was never confirmed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billow.catalog.exchange import rate_on
from billow.invoicing.document import Document
from billow.money import Rounding, exact_text, round_to
from billow.periods import month
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books
from billow.rating.placing import Fate, Placed


@dataclass(frozen=True)
class Limits:
    """When a customer is flagged: percentages as plain numbers, 25 is 25 %."""

    movement_percent: Decimal
    minimum_margin: Decimal


@dataclass(frozen=True)
class Movement:
    """One customer: last issued net, this month's net, cost and kept credits, and why it is flagged."""

    customer: str
    name: str
    currency: str
    last: Decimal | None
    this: Decimal | None
    cost: Decimal
    kept: Decimal
    flags: tuple[str, ...]

    @property
    def margin(self) -> Fraction | None:
        """Margin on net, or None without a net."""
        if not self.this:
            return None
        return (Fraction(self.this) - Fraction(self.cost) + Fraction(self.kept)) / Fraction(self.this)


def movements(
    documents: Sequence[Document],
    last: Mapping[str, Document],
    placed: Sequence[Placed],
    books: Books,
    limits: Limits,
) -> tuple[Movement, ...]:
    """Return a row per customer with a document this month or in the last issued month."""
    kept = kept_by_customer(placed, books)
    unconfirmed = _unconfirmed(placed, books)
    by_customer = {document.buyer.number: document for document in documents}
    rows = []
    for number in sorted({*by_customer, *last}):
        now, before = by_customer.get(number), last.get(number)
        shown = now or before
        if shown is None:
            continue
        row = Movement(
            customer=number,
            name=shown.buyer.name,
            currency=shown.currency,
            last=before.net if before else None,
            this=now.net if now else None,
            cost=sum((line.cost for line in now.lines), Decimal(0)) if now else Decimal(0),
            kept=kept.get(number, Decimal(0)),
            flags=(),
        )
        rows.append(_flagged(row, now, limits, unconfirmed.get(number, ())))
    return tuple(rows)


def kept_by_customer(placed: Sequence[Placed], books: Books) -> dict[str, Decimal]:
    """Return what was kept per customer in its invoice currency: credits (negative cost) count as plus."""
    kept: dict[str, Fraction] = defaultdict(Fraction)
    for item in placed:
        if item.fate is Fate.KEPT:
            day = month(item.charge.billing_month).through
            rate = rate_on(books.exchange_rates, item.charge.currency, books.currency_of(item.customer), day)
            kept[item.customer] -= Fraction(item.charge.billed_cost) * (rate or 0)
    return {
        customer: round_to(amount, books.currency_of(customer), Rounding.HALF_UP)
        for customer, amount in kept.items()
    }


def _unconfirmed(placed: Sequence[Placed], books: Books) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    doubtful = {(a.vendor, a.account.casefold()) for a in books.accounts if not a.confirmed_by}
    for item in placed if doubtful else ():
        charge = item.charge
        key = (charge.vendor, charge.customer_key)
        if not item.customer or (charge.vendor, charge.customer_key.casefold()) not in doubtful:
            continue
        day = charge.period.start if charge.period else month(charge.billing_month).start
        account = books.owner(*key, day, charge.share_of)
        if account and not account.confirmed_by:
            found[item.customer].add(account.account)
    return {customer: tuple(sorted(keys)) for customer, keys in found.items()}


def _flagged(
    row: Movement, document: Document | None, limits: Limits, unconfirmed: Sequence[str]
) -> Movement:
    flags: list[str] = []
    if row.last is None:
        flags.append("new: no earlier invoice")
    elif row.this is None:
        flags.append("vanished: no invoice this month")
    elif _moved(row.last, row.this) > Fraction(limits.movement_percent) / 100:
        flags.append(f"moved more than {exact_text(limits.movement_percent)} %")
    if row.margin is not None and row.margin * 100 < Fraction(limits.minimum_margin):
        flags.append(f"margin below {exact_text(limits.minimum_margin)} %")
    if row.this is not None and row.this < 0:
        flags.append("negative total")
    zero = [line.text for line in document.lines if line.net == 0] if document else []
    if zero:
        flags.append(f"line of zero: {zero[0]}" + (f" and {len(zero) - 1} more" if len(zero) > 1 else ""))
    flags += [f"account not confirmed: {key}" for key in unconfirmed]
    return Movement(
        row.customer, row.name, row.currency, row.last, row.this, row.cost, row.kept, tuple(flags)
    )


def _moved(last: Decimal, this: Decimal) -> Fraction:
    if last == 0:
        return Fraction(0) if this == 0 else Fraction(10**9)
    return abs(Fraction(this - last) / Fraction(last))


def gate(rows: Sequence[Movement], reasons: Mapping[str, str]) -> list[Problem]:
    """Return a problem for each flagged customer without a written reason; it may not be issued."""
    return [
        Problem(
            "MOV-001",
            f"Customer {row.customer} ({row.name}) needs a reason before its invoice is issued: "
            f"{', '.join(row.flags)}.",
            Place(sheet="Movement", column="Reason"),
            "Look at the customer on sheet Movement and write your reason in column Reason.",
            Severity.STOP,
            row.customer,
        )
        for row in rows
        if row.flags and not reasons.get(row.customer, "").strip()
    ]
