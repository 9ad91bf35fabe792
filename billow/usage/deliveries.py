"""What a delivery does to those before it: it replaces them, adds to them, or corrects an issued month.

A vendor delivers the same month many times until it is closed. Deliveries of one set are a *family*: what
counts of it stands in months that are issued, where it never changes, and in the open one, where the next
delivery may take its place. A set's key is its family's, and for what adds or corrects a mark behind it.

>>> family_of("focus|payer|2026-05 ~ 2026-06"), open_month({"2026-04", "2026-05"})
('focus|payer|2026-05', '2026-06')
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from billow.charges import ImportTotals
from billow.money import exact_text
from billow.periods import month
from billow.problems import Place, Problem
from billow.usage.catalogue import CataloguedSet
from billow.usage.corrections import Style

_MARKS = re.compile(r"(?P<adds> ~ adds \d+)?( ~ \d{4}-\d{2})?$")


class Delivery(StrEnum):
    """What a file says about its month: all of it anew, or only what is to be added to it.

    FOCUS calls the first replacement; the second is delta (rows are negated and charged again) or ledger
    (rows hold the difference).
    """

    REPLACES = "replaces"
    ADDS = "adds"


def delivery_by(style: Style, file: str) -> Delivery | Problem:
    """Return what a file that nobody declared is by its rows, or the problem that they leave it open."""
    if style.is_corrections_only or style.negated:
        return Delivery.ADDS
    if not style.taken_back:
        return Delivery.REPLACES
    return Problem(
        "IMP-060",
        f"It is not clear whether {file} replaces the earlier delivery or adds to it: what was charged for "
        f"before comes to {exact_text(style.amount_taken_back)} in it.",
        Place(file),
        "Name the file on sheet Report sources and choose replaces or adds in column Delivery.",
    )


def family_of(set_key: str) -> str:
    """Return the key that all deliveries of a set share."""
    return _MARKS.sub("", set_key, count=1)


def open_month(closed: Collection[str]) -> str:
    """Return the first month after the last one that is issued: there corrections are billed."""
    return f"{month(max(closed)).end:%Y-%m}"


def marked(family: str, *, content: str = "", landing: str = "") -> str:
    """Return the key of a set that adds (by its content) or corrects (by the month it is billed in)."""
    return family + (f" ~ adds {content}" if content else "") + (f" ~ {landing}" if landing else "")


@dataclass(frozen=True)
class Family:
    """The sets that count of one family: in issued months, and open ones; each in the order of delivery."""

    closed: Sequence[CataloguedSet]
    open: Sequence[CataloguedSet]

    @property
    def all(self) -> list[CataloguedSet]:
        """Every set that counts, first delivery first."""
        return sorted((*self.closed, *self.open), key=lambda one: one.number)

    @property
    def waiting(self) -> list[CataloguedSet]:
        """What was added before any whole delivery came: it waits for that, and stays beside it."""
        return _before_whole(self.all)

    @property
    def counted(self) -> list[CataloguedSet]:
        """The sets whose files come to what the vendor says now: no later one stated them anew."""
        return [*self.waiting, *_standing(self.all)]

    def known(
        self, content: str, delivered: Callable[[CataloguedSet], str], *, adds: bool
    ) -> CataloguedSet | None:
        """Return the set that brought this content, if it is a whole delivery that stands or was added."""
        return next(
            (one for one in self.counted if is_added(one) is adds and delivered(one) == content), None
        )

    def replaced(self) -> list[CataloguedSet]:
        """Return the open sets that a whole delivery takes the place of."""
        return [one for one in self.open if one not in self.waiting]

    def standing(self) -> list[CataloguedSet]:
        """Return the sets in issued months that a whole delivery states anew."""
        return [one for one in self.closed if one not in self.waiting]

    def accepted(self) -> list[CataloguedSet]:
        """Return the deliveries whose files come to what is standing: the last whole ones and those added."""
        return _standing(self.standing())


def is_added(one: CataloguedSet) -> bool:
    """Tell whether a set adds to another."""
    found = _MARKS.search(one.totals.set_key)
    return bool(found and found["adds"])


def _before_whole(sets: Sequence[CataloguedSet]) -> list[CataloguedSet]:
    return list(takewhile(is_added, sets))


def _standing(sets: Sequence[CataloguedSet]) -> list[CataloguedSet]:
    """Return the deliveries that no later whole one stated anew."""
    return [
        one
        for place, one in enumerate(sets)
        if not any(
            not is_added(later) and stated(one.totals) <= stated(later.totals, with_estimates=True)
            for later in sets[place + 1 :]
        )
    ]


def stated(totals: ImportTotals, *, with_estimates: bool = False) -> frozenset[str]:
    """Return what a set states, with its format; a store of before units were kept knows the key only.

    What states an invoice states also the estimate of the same month and account.
    """
    name = totals.set_key.split("|", 1)[0]
    units = [f"{name}|{unit}" for unit in totals.units] or [family_of(totals.set_key)]
    home = totals.corrects or totals.billing_month
    estimates = [f"{unit.rsplit('|', 1)[0]}|{home}" for unit in units] if with_estimates else []
    return frozenset((*units, *estimates))


def left_out(totals: ImportTotals, same: Family) -> Problem | None:
    """Return the problem that a delivery states only a part of what an earlier one did, or None.

    It would take the place of the whole of it, and what it does not hold would be gone without a word.
    """
    for one in _standing(same.all):
        missing = stated(one.totals) - stated(totals, with_estimates=True)
        if missing and not is_added(one):
            names = ", ".join(sorted(unit.split("|", 1)[1].replace("|", " ") for unit in missing))
            return Problem(
                "IMP-061",
                f"{totals.file_name} states anew a part of {one.totals.file_name} only: {names} is not "
                "in it.",
                Place(totals.file_name),
                "Import a report that holds all of it. If the vendor took it off, choose replaces in column "
                "Delivery of sheet Report sources.",
            )
    return None


def family(totals: ImportTotals, current: Iterable[CataloguedSet], closed: Collection[str]) -> Family:
    """Return the sets of which ``totals`` is the newest delivery: they state something that it states too.

    Where it is known by its invoice, that is also the estimate of the same month, which Microsoft delivers
    before there is an invoice.
    """
    keys = {family_of(totals.set_key), _estimate_of(totals)}
    own = stated(totals, with_estimates=True)
    found = [one for one in current if family_of(one.totals.set_key) in keys or own & stated(one.totals)]
    return Family(
        [one for one in found if one.totals.billing_month in closed],
        [one for one in found if one.totals.billing_month not in closed],
    )


def invoiced(totals: ImportTotals, current: Iterable[CataloguedSet]) -> CataloguedSet | None:
    """Return the set by which an estimate comes too late: its month is there with its invoice."""
    own = family_of(totals.set_key)
    if own != _estimate_of(totals):
        return None
    late = (
        one for one in current if own == _estimate_of(one.totals) and family_of(one.totals.set_key) != own
    )
    return next(late, None)


def _estimate_of(totals: ImportTotals) -> str:
    format_and_account = family_of(totals.set_key).rsplit("|", 1)[0]
    return f"{format_and_account}|{totals.corrects or totals.billing_month}"
