"""What a contract's changes make of its seats: which quantity is billed on which day, at which price.

The change day belongs to the new state only. A product may say that more or fewer seats count from the end
of the running period on, and that what was added may be given back within a window of hours.

>>> care = Subscription("K-1", "C-1", "CARE", "contract", date(2026, 1, 1), quantity=Decimal(2))
>>> fewer = [Change(1, "K-1", date(2026, 6, 16), "remove", Decimal(1))]
>>> june = Period(date(2026, 6, 1), date(2026, 7, 1))
>>> [(str(s.period), int(s.quantity)) for s in contract_segments(care, fewer, june)]
[('2026-06-01 through 2026-06-15', 2), ('2026-06-16 through 2026-06-30', 1)]
>>> at_end = ChangeRules(on_decrease="period_end")
>>> [(str(s.period), int(s.quantity)) for s in contract_segments(care, fewer, june, at_end)]
[('2026-06-01 through 2026-06-30', 2)]
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from billow.contracts.credits import NEW_COMMERCE_HOURS, in_window
from billow.contracts.schedule import cycle_at, term_at
from billow.contracts.subscriptions import Change, Segment, Subscription
from billow.periods import Period, months_after

NOTHING = Decimal(0)
_T = TypeVar("_T")


@dataclass(frozen=True)
class ChangeRules:
    """How a product's changes are billed.

    ``on_increase``, ``on_decrease``: now or period_end. ``style`` decides which lines are printed, never
    what they come to. With a ``refund`` (prorated, full) seats may be given back within ``window_hours``
    of being added; later they are billed through the end of the term. ``in_full``: a period that is
    touched counts in full, so a seat that is added counts from its start and one removed through its end.
    """

    on_increase: str = "now"
    on_decrease: str = "now"
    style: str = "net_delta"
    refund: str = ""
    window_hours: int = NEW_COMMERCE_HOURS
    in_full: bool = False


PLAIN = ChangeRules()


def contract_segments(
    subscription: Subscription, changes: Sequence[Change], period: Period, rules: ChangeRules = PLAIN
) -> list[Segment]:
    """Return the seats of a contract within the days of ``period`` for which a line is due."""
    active = subscription.active_in(period)
    if active is None:
        return []
    held = _Held(subscription, rules)
    for change in _in_turn(changes):
        held.take(change)
    return held.segments(active)


def overdrawn(subscription: Subscription, changes: Sequence[Change]) -> list[Change]:
    """Return the changes that take away more seats than there are, as known after each month.

    What is given back before its addition was heard of leaves fewer than none, too.
    """
    wrong: dict[int, Change] = {}
    for end in sorted({months_after(change.booked.replace(day=1), 1) for change in changes}):
        known = [change for change in changes if change.booked < end]
        if not awaits_start(changes, known):
            wrong |= {change.number: change for change in _below_zero(subscription, known)}
    return [wrong[number] for number in sorted(wrong)]


def awaits_start(changes: Sequence[Change], known: Sequence[Change]) -> bool:
    """Tell whether a contract begins with a change that is not among the known ones yet."""
    starts = [change for change in changes if change.kind == "start"]
    return bool(starts) and not any(change in known for change in starts)


def _below_zero(subscription: Subscription, changes: Sequence[Change]) -> Iterator[Change]:
    held = _Held(subscription, PLAIN)
    for change in _in_turn(changes):
        held.begin_with(change)
        before = held.seats
        held.take(change)
        if held.seats < min(before, NOTHING):
            yield change


def _in_turn(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (change.effective, change.number))


@dataclass
class _Held:
    """The seats of one contract while its changes are taken in turn."""

    subscription: Subscription
    rules: ChangeRules
    seats: Decimal = NOTHING
    _billed: dict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    _prices: dict[date, Decimal | None] = field(default_factory=dict)
    _paused: dict[date, bool] = field(default_factory=dict)
    _lots: list[tuple[date, Decimal]] = field(default_factory=list)
    _has_begun: bool = False

    def take(self, change: Change) -> None:
        """Take in the next change; several on one day are taken in the order of their numbers."""
        self.begin_with(change)
        amount = NOTHING if change.quantity is None else change.quantity
        match change.kind:
            case "start":
                self._start(change)
            case "add":
                self._more(change.effective, amount)
            case "remove":
                self._fewer(change.effective, amount)
            case "cancel":
                self._fewer(change.effective, self.seats)
            case "set" if amount >= self.seats:
                self._more(change.effective, amount - self.seats)
            case "set":
                self._fewer(change.effective, self.seats - amount)
            case "price":
                self._prices[change.effective] = change.price
            case "pause" | "resume":
                self._paused[change.effective] = change.kind == "pause"

    def begin_with(self, change: Change | None = None) -> None:
        """Let the seats of the contract's own row be there, unless the first change is what starts it."""
        if not self._has_begun and not (change and change.kind == "start"):
            self._begin(self.subscription.start, self.subscription.quantity)

    def segments(self, active: Period) -> list[Segment]:
        """Return the stretches of equal seats at an equal price; days without seats are left out."""
        self.begin_with()
        trial = self.subscription.trial_through
        free = {trial + timedelta(days=1)} if trial else set()
        bounds = {active.start, active.end, *self._billed, *self._prices, *self._paused, *free}
        found: list[Segment] = []
        for start, end in pairwise(sorted(d for d in bounds if active.start <= d <= active.end)):
            quantity = sum((q for day, q in self._billed.items() if day <= start), NOTHING)
            if quantity == 0 or _latest(self._paused, start):
                continue
            price = NOTHING if trial and start <= trial else _latest(self._prices, start)
            last = found[-1] if found else None
            if last and (last.period.end, last.quantity, last.price) == (start, quantity, price):
                found[-1] = Segment(Period(last.period.start, end), quantity, price)
            else:
                found.append(Segment(Period(start, end), quantity, price))
        return found

    def _begin(self, day: date, quantity: Decimal) -> None:
        self._has_begun = True
        self._billed[day] += quantity
        self._lots.append((day, quantity))
        self.seats += quantity

    def _start(self, change: Change) -> None:
        quantity = self.subscription.quantity if change.quantity is None else change.quantity
        if self._has_begun:
            self._more(change.effective, quantity)
        else:
            self._begin(change.effective, quantity)

    def _more(self, day: date, quantity: Decimal) -> None:
        due = day
        if self.rules.in_full:
            due = max(self._cycle(day).start, self.subscription.start)
        elif self.rules.on_increase == "period_end":
            due = self._period_end(day)
        self._billed[due] += quantity
        self._lots.append((day, quantity))
        self.seats += quantity

    def _fewer(self, day: date, quantity: Decimal) -> None:
        """Take seats away, those added last first, each with the window of its own."""
        self.seats -= quantity
        while quantity > 0 and self._lots:
            since, there = self._lots.pop()
            taken = min(there, quantity)
            if there > taken:
                self._lots.append((since, there - taken))
            self._billed[self._given_back(since, day)] -= taken
            quantity -= taken
        self._billed[day] -= quantity

    def _given_back(self, since: date, day: date) -> date:
        """Return the day from which seats held since ``since`` and given up on ``day`` are not billed."""
        term = term_at(self.subscription, day)
        if self.rules.refund:
            since = max(since, term.start) if term else since
            if in_window(since, day, self.rules.window_hours):
                return since if self.rules.refund == "full" else day
            return term.end if term and term.start < day else self._period_end(day)
        if self.rules.in_full or self.rules.on_decrease == "period_end":
            return self._period_end(day)
        return day

    def _cycle(self, day: date) -> Period:
        return cycle_at(self.subscription, day)

    def _period_end(self, day: date) -> date:
        cycle = self._cycle(day)
        return day if day == cycle.start else cycle.end


def _latest(steps: Mapping[date, _T], day: date) -> _T | None:
    """Return what holds on ``day``: the step last taken on or before it."""
    taken = [since for since in steps if since <= day]
    return steps[max(taken)] if taken else None
