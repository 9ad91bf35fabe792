"""A vendor's list prices over time: which one holds for an article, and what it comes to.

A list price is for one unit and the whole term: a year billed monthly costs a twelfth each month. What a
vendor publishes may overlap in time; the row that starts last wins. Prices with steps are graduated for
usage, and for terms the quantity chooses one step.

>>> year = ListPrice("CFQ7TTC0LCHC/0002", term="P1Y", billing="monthly", list_price=Decimal(264))
>>> asked = ListQuery("cfq7ttc0lchc/0002", date(2026, 6, 1), term="P1Y", billing="monthly")
>>> monthly_price(ListPrices([year]).find(asked)[0])
Fraction(22, 1)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from billow.money import total
from billow.problems import NOWHERE, Place

TERM_MONTHS = {"P1M": 1, "P1Y": 12, "P3Y": 36}
DEFAULT_SEGMENT = "Commercial"


@dataclass(frozen=True)
class ListPrice:
    """A row of a price list: ``list_price`` is asked of customers, ``cost_price`` of us, for the whole term.

    ``term`` blank is usage, and then the price is per unit of it. ``up_to`` is the last unit of a step,
    None is open. Validity includes both days; None is open.
    """

    sku: str
    article: str = ""
    term: str = ""
    billing: str = ""
    segment: str = ""
    market: str = ""
    currency: str = "EUR"
    up_to: Decimal | None = None
    list_price: Decimal = Decimal(0)
    cost_price: Decimal | None = None
    unit: str = ""
    valid_from: date | None = None
    valid_through: date | None = None
    source: str = ""
    place: Place = NOWHERE

    @property
    def item(self) -> tuple[str, ...]:
        """What the price is of: article, term, billing plan, segment, market and currency."""
        return (
            self.sku.casefold(), self.term, self.billing, self.segment.casefold(), self.market, self.currency,
        )  # fmt: skip

    @property
    def key(self) -> tuple[object, ...]:
        """What tells the row apart from every other one: its step and its first day as well."""
        return *self.item, self.up_to, self.valid_from

    def holds_on(self, day: date) -> bool:
        """Tell whether the price is valid on ``day``."""
        return (self.valid_from or date.min) <= day <= (self.valid_through or date.max)


@dataclass(frozen=True)
class ListQuery:
    """What a list price is asked for, on ``day``."""

    sku: str
    day: date
    term: str = ""
    billing: str = ""
    segment: str = DEFAULT_SEGMENT
    market: str = ""
    currency: str = "EUR"


@dataclass(frozen=True)
class ListPrices:
    """All list prices that are known. ``on``, if set, is the day that every question is answered for."""

    rows: Sequence[ListPrice] = ()
    on: date | None = None

    @cached_property
    def _by_sku(self) -> dict[str, list[ListPrice]]:
        found: dict[str, list[ListPrice]] = {}
        for row in self.rows:
            found.setdefault(row.sku.casefold(), []).append(row)
        return found

    def find(self, query: ListQuery) -> tuple[ListPrice, ...]:
        """Return the steps of the price that holds, ascending, the open one last; nothing if none does.

        A row for the very segment and market goes before one for all. Of rows that overlap in time the
        last to start holds.
        """
        day = self.on or query.day
        fitting = [
            r for r in self._by_sku.get(query.sku.casefold(), ()) if _fits(r, query) and r.holds_on(day)
        ]
        if not fitting:
            return ()
        best = max((bool(r.segment) + bool(r.market), r.valid_from or date.min) for r in fitting)
        chosen = [r for r in fitting if (bool(r.segment) + bool(r.market), r.valid_from or date.min) == best]
        return tuple(sorted(chosen, key=lambda row: (row.up_to is None, row.up_to or 0)))


def _fits(row: ListPrice, query: ListQuery) -> bool:
    return (
        (row.term, row.currency) == (query.term, query.currency)
        and row.billing == query.billing
        and row.segment.casefold() in {"", (query.segment or DEFAULT_SEGMENT).casefold()}
        and row.market in {"", query.market}
    )


def monthly_price(row: ListPrice) -> Fraction:
    """Return the exact price of one unit for a month of a term, or for one unit of usage.

    >>> str(monthly_price(ListPrice("X", term="P1Y", list_price=Decimal(100))))
    '25/3'
    """
    return Fraction(row.list_price) / TERM_MONTHS.get(row.term, 1)


def list_amount(steps: Sequence[ListPrice], quantity: Decimal) -> Fraction:
    """Return what ``quantity`` units list at: for a month where the price is of a term.

    The sign stays outside of the steps: a vendor's refund takes off what the same units were charged.

    >>> azure = [ListPrice("A", up_to=Decimal(100), list_price=Decimal(1)),
    ...          ListPrice("A", list_price=Decimal("0.8"))]
    >>> str(list_amount(azure, Decimal(101))), str(list_amount(azure, Decimal(-101)))
    ('504/5', '-504/5')
    """
    units, sign = Fraction(abs(quantity)), -1 if quantity < 0 else 1
    if steps[0].term:
        reached = next((s for s in steps if s.up_to is None or units <= s.up_to), steps[-1])
        return sign * units * monthly_price(reached)
    amount, charged = Fraction(0), Fraction(0)
    for step in steps:
        top = units if step is steps[-1] or step.up_to is None else min(units, Fraction(step.up_to))
        if top > charged:
            amount += (top - charged) * monthly_price(step)
            charged = top
    return sign * amount


def step_starts(prices: Iterable[ListPrice]) -> dict[tuple[object, ...], Decimal]:
    """Return the units above which each price counts, by its key: the bound of the step before it.

    >>> steps = [ListPrice("A", up_to=Decimal(100)), ListPrice("A")]
    >>> [str(above) for above in step_starts(steps).values()]
    ['0', '100']
    """
    together: dict[tuple[object, ...], list[ListPrice]] = {}
    for price in prices:
        together.setdefault((price.item, price.valid_from), []).append(price)
    starts = {}
    for steps in together.values():
        above = Decimal(0)
        for step in sorted(steps, key=lambda one: (one.up_to is None, one.up_to or 0)):
            starts[step.key] = above
            above = step.up_to or above
    return starts


def units_in_step(price: ListPrice, above: Decimal, quantities: Iterable[Decimal]) -> Decimal:
    """Return how many units of one customer a step prices: of a term all where it is the one reached.

    >>> usage = ListPrice("A", up_to=Decimal(100))
    >>> units_in_step(usage, Decimal(40), [Decimal(30), Decimal(30)])
    Decimal('20')
    """
    if price.term:
        return total(
            q for q in quantities if above < abs(q) and (price.up_to is None or abs(q) <= price.up_to)
        )
    used = total(quantities)
    return max((used if price.up_to is None else min(used, price.up_to)) - above, Decimal(0))


@dataclass(frozen=True)
class ListChange:
    """What an incoming list makes of one price: ``old`` is None where it is new."""

    old: ListPrice | None
    new: ListPrice

    @property
    def monthly(self) -> Fraction:
        """How much more one unit lists at, for a month or per unit of usage."""
        return monthly_price(self.new) - (monthly_price(self.old) if self.old else 0)


def merged(held: Sequence[ListPrice], incoming: Iterable[ListPrice]) -> tuple[ListPrice, ...]:
    """Return the held prices with the incoming ones: one of the same key is replaced, others are added.

    Nothing is removed: a running term still asks for the price of the day on which it began. What says
    the same stays the very row it is.
    """
    rows = {row.key: row for row in held}
    for new in incoming:
        old = rows.get(new.key)
        if old is None or replace(old, place=new.place, source=new.source) != new:
            rows[new.key] = new
    return tuple(rows.values())


def list_changes(held: Sequence[ListPrice], incoming: Iterable[ListPrice]) -> tuple[ListChange, ...]:
    """Return the incoming prices that differ from what is held on the day they start, or that are new."""
    before: dict[tuple[object, ...], list[ListPrice]] = {}
    for row in held:
        before.setdefault((*row.item, row.up_to), []).append(row)
    changes = []
    for new in incoming:
        start = new.valid_from or date.min
        same = before.get((*new.item, new.up_to), ())
        running = [row for row in same if row.holds_on(start)]
        old = max(running, key=lambda row: row.valid_from or date.min, default=None)
        if old is None or _figures(old) != _figures(new):
            changes.append(ListChange(old, new))
    return tuple(changes)


def _figures(row: ListPrice) -> tuple[Decimal, Decimal | None]:
    return row.list_price, row.cost_price
