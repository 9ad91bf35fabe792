"""Licence subscriptions of the example, and what Microsoft charges for them in the month.

A cycle is charged when it begins, so that one from 15 June runs through 14 July. A change within a
running cycle is written as Microsoft writes it: the old quantity is refunded and the new one charged, both
for the days that are left and at a unit price that is already prorated.
Source: Microsoft, "Charge types in reconciliation files" and "Effective unit price calculation".

>>> added = next(s for s in scripted() if s.change == "addQuantity" and s.customer == "C-1002")
>>> [(c.kind, c.quantity, str(c.period), str(c.price)) for c in charges(added)][1:]
[('addQuantity', -10, '2026-06-12 through 2026-06-30', '11.742000000000'), \
('addQuantity', 15, '2026-06-12 through 2026-06-30', '11.742000000000')]
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

from billow.example.parties import MONTH, SEED, Account, accounts, guid
from billow.example.tables import Row, rows
from billow.money import Rounding, rounded
from billow.periods import Period, cycle_of

TERM_MONTHS = {"P1M": 1, "P1Y": 12, "P3Y": 36}
_MONTHLY_TERM_UPLIFT = Decimal("1.2")  # a term of one month costs a fifth more
_CYCLE_CHARGE = ("cycleCharge", "CycleCharge", "cyclecharge")  # the casing varies in Microsoft's files


@dataclass(frozen=True)
class Licence:
    """A licence of Microsoft's price list; ``monthly_cost`` holds for terms of a year and more."""

    product: str
    product_id: str
    sku_id: str
    name: str
    monthly_cost: Decimal


@dataclass(frozen=True)
class Seats:
    """A subscription to ``quantity`` licences; ``change`` on ``day`` leaves ``after`` of them."""

    account: Account
    subscription: str
    licence: Licence
    quantity: int
    start: date
    term: str
    yearly: bool = False
    change: str = ""
    day: date | None = None
    after: int = 0
    into: Licence | None = None

    @property
    def customer(self) -> str:
        """The customer who has the seats."""
        return self.account.customer

    @property
    def running_term(self) -> Period:
        """The term that holds the last day of the month."""
        return cycle_of(MONTH.through, TERM_MONTHS[self.term], self.start)

    def cycle(self, day: date) -> Period:
        """Return the charge cycle that holds ``day``."""
        return cycle_of(day, 12 if self.yearly else 1, self.start)

    def unit_price(self) -> Decimal:
        """Return what one licence costs for a whole cycle."""
        uplift = _MONTHLY_TERM_UPLIFT if self.term == "P1M" else Decimal(1)
        return rounded(self.licence.monthly_cost * uplift, 2, Rounding.HALF_UP) * (12 if self.yearly else 1)


@dataclass(frozen=True)
class SeatCharge:
    """One line: ``price`` is the effective unit price for ``period``, a refund has a negative quantity."""

    seats: Seats
    kind: str
    quantity: int
    period: Period
    price: Decimal


def licences() -> dict[str, Licence]:
    """Return the price list by product."""
    return {
        row["Product"]: Licence(
            row["Product"], row["ProductId"], row["SkuId"], row["Name"], Decimal(row["Monthly cost"])
        )
        for row in rows("licences")
    }


def scripted() -> list[Seats]:
    """Return the subscriptions with a story, from the table ``seats``."""
    known = licences()
    first_account = {account.customer: account for account in reversed(accounts("Microsoft"))}
    return [_from_row(row, first_account[row["Customer"]], known) for row in rows("seats")]


def _from_row(row: Row, account: Account, known: dict[str, Licence]) -> Seats:
    return Seats(
        account,
        guid(row["Customer"], row["Product"]),
        known[row["Product"]],
        int(row["Quantity"]),
        date.fromisoformat(row["Start"]),
        row["Term"],
        row["Billing"] == "yearly",
        row["Change"],
        date.fromisoformat(row["Day"]) if row["Day"] else None,
        int(row["After"] or 0),
        known[row["Into"]] if row["Into"] else None,
    )


def ordinary(seed: int = SEED) -> list[Seats]:
    """Return the other subscriptions: a few for each tenant, without a change in the month."""
    chance = Random(f"{seed}/seats")  # noqa: S311 - an example that repeats itself, not a secret
    taken = {(row["Customer"], row[column]) for row in rows("seats") for column in ("Product", "Into")}
    found = []
    for account in accounts("Microsoft"):
        free = [one for one in licences().values() if (account.customer, one.product) not in taken]
        for licence in chance.sample(free, chance.choice((2, 2, 3, 3))):
            start = date(2025, chance.randint(7, 12), chance.choice((1, 1, 1, 15, 20)))
            term = chance.choice(("P1Y", "P1Y", "P1Y", "P1M"))
            quantity = chance.randint(3, 8 if account.is_small else 60)
            name = guid(account.key, licence.product)
            found.append(Seats(account, name, licence, quantity, start, term))
    return found


def charges(seats: Seats) -> list[SeatCharge]:
    """Return what is charged in the month: the cycle that begins in it, and the change."""
    found = []
    cycle = seats.cycle(MONTH.through)
    if cycle.start >= MONTH.start:
        changed_before = seats.day is not None and seats.day <= cycle.start
        quantity = seats.after if changed_before else seats.quantity
        found.append(SeatCharge(seats, _cycle_kind(seats, cycle), quantity, cycle, seats.unit_price()))
    if seats.day is not None:
        found += _change(seats, seats.day)
    return found


def _cycle_kind(seats: Seats, cycle: Period) -> str:
    if cycle.start == seats.start:
        return "new"
    if cycle.start == seats.running_term.start:
        return "renew"
    return _CYCLE_CHARGE[int(seats.subscription[:2], 16) % len(_CYCLE_CHARGE)]


def _change(seats: Seats, day: date) -> list[SeatCharge]:
    cycle = seats.cycle(day)
    left = Period(day, cycle.end)
    refund = SeatCharge(seats, seats.change, -seats.quantity, left, _prorated(seats, left, cycle))
    if not seats.after:
        return [refund]
    new = seats
    if seats.into is not None:
        new = replace(seats, licence=seats.into, subscription=guid(seats.customer, seats.into.product))
    charge = SeatCharge(new, seats.change, seats.after, left, _prorated(new, left, cycle))
    return [refund, charge]


def _prorated(seats: Seats, left: Period, cycle: Period) -> Decimal:
    share = Fraction(left.days, cycle.days)
    return rounded(Fraction(seats.unit_price()) * share, 12, Rounding.DOWN)
