"""How many users are billed: each for their days, on average, at most, or on one day.

Somebody who is written down twice counts once. An exclusion takes a user out on its days, whatever other
rows say.

>>> from datetime import date
>>> june = Period(date(2026, 6, 1), date(2026, 7, 1))
>>> later = Period(date(2026, 6, 14), june.end)
>>> two = [NamedUser("C-1", "E5", "ada", june), NamedUser("C-1", "E5", "bob", later)]
>>> [(str(days), int(count)) for days, count in counted(two, june, "days")]
[('2026-06-01 through 2026-06-13', 1), ('2026-06-14 through 2026-06-30', 2)]
>>> [str(next(counted(two, june, rule))[1]) for rule in ("average", "peak", "month_end", "month_start")]
['1.566667', '2', '2', '1']
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from billow.money import Rounding, rounded
from billow.periods import Period
from billow.users.named import NamedUser

DECIMALS = 6  # of an average; an invoice shows the quantity, so it has to end somewhere


def counted(users: Iterable[NamedUser], days: Period, rule: str) -> Iterator[tuple[Period, Decimal]]:
    """Yield the quantities to bill within ``days``, each with its days; nothing where nobody was there.

    ``days``: every stretch with its users. The other rules give one quantity for all of the days: the
    average over them (rounded half up), the peak, or the users of the first or last of them.
    """
    within = list(levels(users, days))
    if rule == "days":
        yield from ((period, Decimal(count)) for period, count in within if count)
        return
    quantity = _single(within, days, rule)
    if quantity:
        yield days, quantity


def _single(within: list[tuple[Period, int]], days: Period, rule: str) -> Decimal:
    match rule:
        case "average":
            used = sum(period.days * count for period, count in within)
            return rounded(Fraction(used, days.days), DECIMALS, Rounding.HALF_UP).normalize() + 0
        case "peak":
            return Decimal(max(count for _, count in within))
        case "month_end":
            return Decimal(within[-1][1])
        case "month_start":
            return Decimal(within[0][1])
        case _:
            raise ValueError(f"there is no rule {rule!r} to count users by")


def levels(users: Iterable[NamedUser], days: Period) -> Iterator[tuple[Period, int]]:
    """Yield all of ``days`` in stretches of an equal number of users, those without any too."""
    changes: dict[date, int] = defaultdict(int)
    for _, period in stretches(users, days):
        changes[period.start] += 1
        changes[period.end] -= 1
    bounds = sorted({days.start, days.end, *(day for day, by in changes.items() if by)})
    count = 0
    for start, end in pairwise(bounds):
        count += changes.get(start, 0)
        yield Period(start, end), count


def stretches(users: Iterable[NamedUser], days: Period) -> Iterator[tuple[NamedUser, Period]]:
    """Yield each user, once however often it is written down, with the days within ``days`` that count."""
    rows: dict[tuple[str, str, str], list[NamedUser]] = defaultdict(list)
    for user in users:
        rows[user.customer, user.product, user.identity].append(user)
    for own in rows.values():
        for period in _there(own, days):
            yield own[0], period


def _there(rows: list[NamedUser], days: Period) -> Iterator[Period]:
    """Yield the stretches on which one user counts, by all rows of that user."""
    held = [(row.counts, shared) for row in rows if (shared := row.period.overlap(days))]
    bounds = sorted({day for _, period in held for day in (period.start, period.end)})
    begun: date | None = None
    for day in bounds:
        counts = {counts for counts, period in held if period.start <= day < period.end} == {True}
        if counts and begun is None:
            begun = day
        elif begun is not None and not counts:
            yield Period(begun, day)
            begun = None
