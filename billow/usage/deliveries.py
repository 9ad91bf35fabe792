"""What a delivery does to those before it: it replaces them, adds to them, or corrects an issued month.

A vendor delivers the same month many times until it is closed. Deliveries of one set are a *family*: what
counts of it stands in months that are issued, where it never changes, and in the open one, where the next
delivery may take its place. A set's key is its family's, and for what adds or corrects a mark behind it.

>>> family_of("focus|payer|2026-05 ~ 2026-06"), open_month({"2026-04", "2026-05"})
('focus|payer|2026-05', '2026-06')
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

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
    if not style.below_zero:
        return Delivery.REPLACES
    return Problem(
        "IMP-060",
        f"It is not clear whether {file} replaces the earlier delivery or adds to it: what was charged for "
        f"before comes to {exact_text(style.amount_below_zero)} in it.",
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

    def known(self, content: str, *, adds: bool) -> CataloguedSet | None:
        """Return the set that brought this content, if it is the last whole delivery or adds to that."""
        same = (one for one in _latest(self.all) if one.delivered == content and is_added(one) is adds)
        return next(same, None)

    def replaced(self) -> list[CataloguedSet]:
        """Return what a whole delivery takes the place of.

        What was added before any whole delivery came waits for it, and stays.
        """
        return list(self.open) if any(not is_added(one) for one in self.all) else []

    def accepted(self) -> list[CataloguedSet]:
        """Return the deliveries whose sum stands in issued months: the last whole one and what adds to it."""
        return _latest(self.closed)


def is_added(one: CataloguedSet) -> bool:
    """Tell whether a set adds to another."""
    found = _MARKS.search(one.totals.set_key)
    return bool(found and found["adds"])


def _latest(sets: Sequence[CataloguedSet]) -> list[CataloguedSet]:
    whole = [place for place, one in enumerate(sets) if not is_added(one)]
    return list(sets[whole[-1] if whole else 0 :])


def family(totals: ImportTotals, current: Iterable[CataloguedSet], closed: Collection[str]) -> Family:
    """Return the sets of which ``totals`` is the newest delivery.

    Those of its own key; and where it is known by its invoice, the estimate of the same month, which
    Microsoft delivers before there is an invoice.
    """
    own = family_of(totals.set_key)
    keys = {own, _estimate_of(totals)}
    found = [one for one in current if family_of(one.totals.set_key) in keys]
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
