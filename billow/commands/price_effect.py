"""What changed prices would make of each customer's bill of the last imported month.

Both books rate the same charges by the rules of an invoice. The money is that of a month in which every
running term has been renewed: until then a term keeps the price of the day on which it began.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billow.charges import Charge
from billow.commands.collector import collector_paused
from billow.commands.desk import Desk
from billow.commands.import_reports import amount_text
from billow.money import exact_text, total
from billow.rating.books import Books
from billow.rating.rate import rate
from billow.rating.splitting import split

_SHOWN = 30  # lines of one kind that the terminal shows; --json has all
_NOT_WRITTEN = "Nothing was written. Look at it, then run it again with --accept."


@dataclass(frozen=True)
class Effect:
    """What a customer would be billed for the month, before and after."""

    customer: str
    name: str
    currency: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more it would be."""
        return total((self.after, self.before.copy_negate()))


@dataclass(frozen=True)
class LastMonth:
    """The last imported month, which changes are shown for; blank before the first import."""

    name: str
    charges: tuple[Charge, ...] = ()

    def effects(self, before: Books, after: Books) -> list[Effect]:
        """Return the customers whose bill would differ, by number."""
        if not self.name:
            return []
        sums = [_by_customer(self.charges, books, self.name) for books in (before, after)]
        found = []
        for customer, currency in sorted({*sums[0], *sums[1]}):
            was, will = (each.get((customer, currency), Decimal(0)) for each in sums)
            known = before.customer(customer)
            if was != will:
                found.append(Effect(customer, known.name if known else "", currency, was, will))
        return found


def last_month(desk: Desk) -> LastMonth:
    """Return the month of the latest report with its charges."""
    name = max((totals.billing_month for totals in desk.store.imports()), default="")
    charges = split(desk.store.charges(name), desk.inputs.books) if name else ()
    return LastMonth(name, tuple(charge for charge in charges if not charge.corrects))


def _by_customer(charges: Sequence[Charge], books: Books, month: str) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    with collector_paused():
        lines = rate(charges, books, month).lines
    for line in lines:
        sums[line.customer, line.currency].append(line.amount)
    return {key: total(amounts) for key, amounts in sums.items()}


def effect_lines(month: LastMonth, effects: Sequence[Effect]) -> list[str]:
    """Return what customers would be billed, in sentences."""
    if not month.name:
        return ["No report is imported yet, so nothing can be said about customers."]
    if not effects:
        return [f"No customer's bill of {month.name} would change."]
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for effect in effects:
        sums[effect.currency].append(effect.difference)
    whole = ", ".join(f"{signed(total(each))} {currency}" for currency, each in sorted(sums.items()))
    head = f"{month.name}, once every running term is renewed: {whole} before VAT."
    each = [
        f"  {e.customer} {e.name}: {amount_text(e.before)} -> {amount_text(e.after)} {e.currency} "
        f"({signed(e.difference)})"
        for e in effects
    ]
    return [head, *shortened(each)]


def effect_data(month: LastMonth, effects: Sequence[Effect]) -> dict[str, Any]:
    """Return the same for a machine."""
    return {
        "month": month.name,
        "customers": [
            {
                "customer": e.customer,
                "currency": e.currency,
                "before": exact_text(e.before),
                "after": exact_text(e.after),
            }
            for e in effects
        ],
    }


def shortened(lines: list[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = len(lines) - _SHOWN
    return lines if more <= 0 else [*lines[:_SHOWN], f"  and {more} more; --json lists all."]


def brief(lines: Sequence[str]) -> list[str]:
    """Return the lines that sum up, without the details indented below them."""
    return [line for line in lines if not line.startswith("  ")]


def signed(amount: Decimal) -> str:
    """Return an amount with its sign.

    >>> signed(Decimal("12.5")), signed(Decimal(-3))
    ('+12.50', '-3.00')
    """
    return f"+{amount_text(amount)}" if amount >= 0 else amount_text(amount)


def written(*, accept: bool, changed: bool, sheet: str) -> str:
    """Return what became of the sheet, in a sentence."""
    if not changed:
        return f"Sheet {sheet} says all of it already."
    return f"Sheet {sheet} is up to date; run check to see the month with it." if accept else _NOT_WRITTEN
