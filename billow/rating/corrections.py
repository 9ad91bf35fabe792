"""Corrections of issued months: what a later report changes is billed in the open one, and nothing twice.

The issued month is rated twice with the same sheets: with the charges as they were accepted, and as the
vendor states them now. The difference of each line is a line of the open month, so tiers, minimums and
discounts see the whole month, and invoices and credits come to what the latest report says. A price that was
changed since is in both and changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billow.charges import Charge
from billow.money import total
from billow.periods import Period
from billow.problems import Problem, Severity
from billow.rating import same_money
from billow.rating.books import Books
from billow.rating.calculation import calculated
from billow.rating.discounting import DISCOUNT
from billow.rating.line import Part, RatedLine
from billow.rating.open_items import OpenItem
from billow.rating.placing import Fate, Placed, Placing
from billow.rating.two_reports import SameMoney
from billow.rating.vendor_lines import line_id

NO_AMOUNT = "a correction of our cost that changes no amount of the customer's"
_SUMS = ("quantity", "list_cost", "contracted_cost", "effective_cost")


@dataclass(frozen=True)
class _Side:
    """An issued month, rated with one statement of its charges."""

    lines: Mapping[str, RatedLine]
    line_of: Mapping[str, str]
    twice: SameMoney
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Restatement:
    """An issued month before and after the charges that correct it."""

    billing_month: str
    charges: Sequence[Charge]
    before: _Side
    after: _Side

    @property
    def excluded(self) -> dict[str, str]:
        """The correcting charges that another report bills, by key, with the reason."""
        excluded = self.after.twice.excluded
        return {c.key: excluded[c.corrected_key] for c in self.charges if c.corrected_key in excluded}

    @property
    def open_items(self) -> list[OpenItem]:
        """What does not agree in the reports now and did before."""
        known = {item.key for item in self.before.twice.open_items}
        return [item for item in self.after.twice.open_items if item.key not in known]


@dataclass(frozen=True)
class Corrected:
    """The lines that a restatement comes to, where its charges went, and what keeps lines from being made."""

    lines: tuple[RatedLine, ...]
    placed: tuple[Placed, ...]
    problems: tuple[Problem, ...]


def restatement(
    billing_month: str, correcting: Sequence[Charge], charges: Sequence[Charge], books: Books
) -> Restatement:
    """Rate an issued month with its ``charges`` as they are now, and without those that correct it."""
    after = _summed(charges)
    before = dict(after)
    for charge in correcting:
        before[charge.corrected_key] = _plus(before[charge.corrected_key], charge, sign=-1)
    sides = (_rated(side.values(), books, billing_month) for side in (before, after))
    return Restatement(billing_month, correcting, *sides)


def corrections(found: Restatement, placed: Sequence[Placed], billing_month: str) -> Corrected:
    """Return the lines of ``billing_month`` that correct an issued month, each behind its charges.

    A charge that changes no line is kept: our price does not follow the vendor's cost.
    """
    changed = {own: _changed(found, own) for own in dict.fromkeys([*found.before.lines, *found.after.lines])}
    shown = {own: line for own, line in changed.items() if line}
    ids = {own: line_id("correction", billing_month, found.billing_month, own) for own in shown}
    behind: dict[str, list[Charge]] = {own: [] for own in shown}
    fates: list[Placed] = []
    for item in placed:
        key = item.charge.corrected_key
        own = found.after.line_of.get(key) or found.before.line_of.get(key, "")
        if item.fate in {Fate.BILLED, Fate.CONTRACT} and own in behind:
            behind[own].append(item.charge)
        fates.append(item if own in behind else _kept(item))
    lines = tuple(
        _with_shares(
            line._replace(line_id=ids[own], charges=tuple(behind[own])),
            tuple(_shares(line, own, found, ids, shown)),
        )
        for own, line in shown.items()
    )
    return Corrected(lines, tuple(fates), tuple(_problems(found, placed)))


def _rated(charges: Iterable[Charge], books: Books, billing_month: str) -> _Side:
    real = sorted((charge for charge in charges if not _is_void(charge)), key=lambda charge: charge.key)
    twice = same_money.compare(real, books, billing_month)
    placing = Placing(books, twice.excluded, billing_month)
    lines, problems = calculated([placing.place(charge) for charge in real], books, billing_month)
    line_of = {charge.key: line.line_id for line in lines for charge in line.charges}
    return _Side({line.line_id: line for line in lines}, line_of, twice, problems)


def _changed(found: Restatement, own: str) -> RatedLine | None:
    """Return by how much the month's line ``own`` is another one now, or None where its amount is not."""
    before, after = found.before.lines.get(own), found.after.lines.get(own)
    line = after or before
    if line is None:  # pragma: no cover - one of both has it
        return None
    new, old = (side.amount if side else Decimal(0) for side in (after, before))
    if new == old:
        return None
    quantity = (after.quantity if after else Decimal(0)) - (before.quantity if before else Decimal(0))
    same_price = before is None or after is None or before.unit_price == after.unit_price
    price = line.unit_price if same_price else None
    is_product = price is not None and Fraction(price) * Fraction(quantity) == Fraction(new - old)
    return line._replace(
        amount=new - old,
        parts=tuple(_parts(before, after, found.billing_month)),
        quantity=quantity or Decimal(1),
        unit=line.unit if quantity else "",
        unit_price=price if is_product else None,
        cost=(after.cost if after else Decimal(0)) - (before.cost if before else Decimal(0)),
        proration=line.proration if is_product else None,
        spending=None,
        corrects=found.billing_month,
    )


def _parts(before: RatedLine | None, after: RatedLine | None, billing_month: str) -> Iterator[Part]:
    if after:
        yield from after.parts
    if before:
        text = f"less {before.amount} {before.currency} for {billing_month} by the earlier report"
        yield Part(text, before.amount.copy_negate())


def _shares(
    line: RatedLine,
    own: str,
    found: Restatement,
    ids: Mapping[str, str],
    shown: Mapping[str, RatedLine],
) -> Iterator[tuple[str, Fraction]]:
    """Yield on which corrected lines a discount's change falls; by them it is split over VAT codes."""
    if line.driver != DISCOUNT:
        return
    sides = [side for side in (found.before.lines.get(own), found.after.lines.get(own)) if side]
    taken_off = dict.fromkeys(name for side in sides for name, _ in side.shares)
    on = [name for name in taken_off if name in ids] or [
        name for name, one in shown.items() if one.customer == line.customer and one.driver != DISCOUNT
    ]
    yield from ((ids[name], abs(Fraction(shown[name].amount))) for name in on)


def _with_shares(line: RatedLine, shares: tuple[tuple[str, Fraction], ...]) -> RatedLine:
    """Return the line with what it is split over; a discount on no corrected line stands for itself.

    That is one whose band changed by what another customer of the group used.
    """
    if line.driver == DISCOUNT and not shares:
        return line._replace(driver="adjustment", shares=(), discounts=())
    return line._replace(shares=shares)


def _kept(item: Placed) -> Placed:
    is_due = item.fate in {Fate.BILLED, Fate.CONTRACT}
    return item._replace(fate=Fate.KEPT, why=NO_AMOUNT) if is_due else item


def _problems(found: Restatement, placed: Sequence[Placed]) -> Iterator[Problem]:
    """Yield what keeps lines of the corrected customers from being made, on either side."""
    customers = {item.customer for item in placed}
    problems = dict.fromkeys((*found.before.problems, *found.after.problems))
    for problem in problems:
        if problem.customer in customers and problem.severity is not Severity.NOTE:
            yield problem
    known = set(found.before.twice.problems)
    yield from (problem for problem in found.after.twice.problems if problem not in known)


# --- charges added up


def _summed(charges: Iterable[Charge]) -> dict[str, Charge]:
    """Return the charges of a month, what corrects one added to it."""
    found: dict[str, Charge] = {}
    for charge in charges:
        key = charge.corrected_key
        found[key] = (
            _plus(found[key], charge, sign=1) if key in found else charge._replace(key=key, import_id="")
        )
    return found


def _plus(charge: Charge, other: Charge, *, sign: int) -> Charge:
    sums: dict[str, Any] = {name: _sum(getattr(charge, name), getattr(other, name), sign) for name in _SUMS}
    cost = total((charge.billed_cost, other.billed_cost.copy_negate() if sign < 0 else other.billed_cost))
    periods = [period for period in (charge.period, other.period) if period]
    span = Period(min(p.start for p in periods), max(p.end for p in periods)) if periods else None
    return charge._replace(billed_cost=cost, period=span, **sums)


def _sum(one: Decimal | None, other: Decimal | None, sign: int) -> Decimal | None:
    if other is None:
        return one
    return total((one or Decimal(0), other.copy_negate() if sign < 0 else other))


def _is_void(charge: Charge) -> bool:
    """Tell whether nothing is left of a charge."""
    return not charge.billed_cost and not any(getattr(charge, name) for name in _SUMS)
