"""What a case gives: its inputs as exact figures, days and periods."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billow.catalog.prices import Tier
from billow.periods import Period, Proration, inclusive, portion

MONTHS_OF = {"M": 1, "Q": 3, "Y": 12, "monthly": 1, "quarterly": 3, "annual": 12}
SOME_DAY = date(2024, 1, 1)


class Series(list[Any]):
    """A row of figures without an end: as many are compared as the case expects."""


class NotOurs(Exception):  # noqa: N818 - a skip is not an error
    """We do not compute this case; the message is the reason."""


@dataclass(frozen=True)
class Inputs:
    """The inputs of a case and the sentence above them, which sometimes holds one more."""

    given: Mapping[str, Any]
    description: str

    def has(self, key: str) -> bool:
        """Tell whether the case gives ``key``."""
        return self.given.get(key) is not None

    def raw(self, key: str) -> Any:
        """Return a value as it stands in the file."""
        if key not in self.given:
            raise NotOurs(f"the case gives no {key}")
        return self.given[key]

    def months(self, key: str) -> int:
        """Return how many months a length such as 1M, 1Q or 2Y has."""
        text = str(self.raw(key))
        if text[-1] not in MONTHS_OF or not text[:-1].isdigit():
            raise NotOurs(f"not built yet: cycles of {text}")
        return int(text[:-1]) * MONTHS_OF[text[-1]]

    def amount(self, key: str) -> Decimal:
        """Return a figure, exact."""
        return Decimal(str(self.raw(key)))

    def amount_or_none(self, key: str) -> Decimal:
        """Return a figure that a case may leave out: nothing."""
        return self.amount(key) if self.has(key) else Decimal(0)

    def count(self, key: str) -> int:
        """Return a whole number."""
        return int(self.raw(key))

    def day(self, key: str) -> date:
        """Return a day."""
        return date.fromisoformat(str(self.raw(key)))

    def days(self, first: str, through: str) -> Period:
        """Return the period between two inclusive days."""
        return inclusive(self.day(first), self.day(through))

    def before(self, first: str, end: str) -> Period:
        """Return the period up to but not including the second day."""
        return Period(self.day(first), self.day(end))

    def tiers(self) -> tuple[Tier, ...]:
        """Return the tiers by their upper, inclusive bound; without one a tier ends where the next begins."""
        rows = list(self.raw("tiers"))
        following = [row.get("from_") for row in rows[1:]] + [None]
        bounds = [row.get("up_to", row.get("to", after)) for row, after in zip(rows, following, strict=True)]
        return tuple(
            Tier(
                None if bound is None else Decimal(str(bound)),
                Decimal(str(row.get("unit", row.get("rate_pct", 0)))),
                Decimal(str(row.get("flat", 0))),
            )
            for row, bound in zip(rows, bounds, strict=True)
        )

    def blocks(self) -> tuple[Tier, ...]:
        """Return tiers of so many blocks of units each, by their bounds."""
        tiers, bound = [], Decimal(0)
        for row in self.raw("tiers"):
            size = Decimal(row["block_size"])
            bound += size * Decimal(row["max_blocks"])
            each = row.get("price_per_block", row.get("unit"))
            tiers.append(Tier(bound, Decimal(str(each)), package=size))
        return tuple(tiers)


def days_of(days: int) -> Period:
    """Return a cycle with that many days, where a case names no dates."""
    return Period(SOME_DAY, SOME_DAY + timedelta(days))


def first_days(days: int, of: int) -> Proration:
    """Return the share of the first ``days`` days of a cycle of ``of`` days."""
    return portion(days_of(days), days_of(of))


def last_days(days: int, of: int) -> Proration:
    """Return the share of the last ``days`` days of a cycle of ``of`` days."""
    cycle = days_of(of)
    return portion(Period(cycle.end - timedelta(days), cycle.end), cycle)


def words(counted: tuple[int, int]) -> str:
    """Return used days of a cycle as a case writes them."""
    used, of = counted
    return "1" if used == of else f"{used}/{of}"
