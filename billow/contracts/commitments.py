"""What was agreed to be used of a vendor's services, and how much of it the vendor's charges used.

A contract commitment (FOCUS) is agreed by spend, counted in a currency, or by usage, counted in a unit. It is
never billed: what it costs and what it covers stands among the charges, and these say to which commitments
they are applied.

>>> from datetime import date
>>> may = month("2026-05")
>>> plan = Commitment("K-1", "C-1", "Spend", Period(may.start, date(2027, 5, 1)), "USD", cost=Decimal(1200))
>>> used = [Use("K-1", "C-1", "USD", f"2026-0{of}", Decimal(amount)) for of, amount in ((5, 130), (6, 95))]
>>> print(*((now.this_month, now.so_far, now.left, now.flag) for now in standing([plan], used, "2026-06")))
(Decimal('95'), Decimal('225'), Decimal('975'), '')
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billow.money import total
from billow.periods import Period, month
from billow.problems import Place, Problem, Severity

SHEET = "Commitments"
SPEND, USAGE = "Spend", "Usage"
_NAMED = 3


@dataclass(frozen=True)
class Commitment:
    """One commitment of a contract; ``category`` is Spend (of ``cost``) or Usage (of ``quantity``)."""

    contract: str
    name: str
    category: str
    period: Period
    currency: str
    cost: Decimal | None = None
    quantity: Decimal | None = None
    unit: str = ""
    kind: str = ""
    vendor: str = ""
    description: str = ""
    status: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What the charges that are applied to it name."""
        return self.contract, self.name

    @property
    def measure(self) -> str:
        """What its use is counted in: a currency or a unit."""
        return self.currency if self.category == SPEND else self.unit

    @property
    def agreed(self) -> Decimal | None:
        """How much is to be used."""
        return self.cost if self.category == SPEND else self.quantity


@dataclass(frozen=True)
class Use:
    """How much of a commitment the charges of a month used, counted in a currency or a unit."""

    contract: str
    name: str
    measure: str
    month: str
    amount: Decimal

    @property
    def key(self) -> tuple[str, str]:
        """The commitment that it is of."""
        return self.contract, self.name


@dataclass(frozen=True)
class Standing:
    """A commitment as it stands at the end of a month."""

    commitment: Commitment
    this_month: Decimal
    so_far: Decimal
    flag: str

    @property
    def left(self) -> Decimal | None:
        """What is still to be used; negative where more was used than agreed."""
        agreed = self.commitment.agreed
        return None if agreed is None else total((agreed, self.so_far.copy_negate()))

    @property
    def share(self) -> Fraction | None:
        """The part of it that was used."""
        agreed = self.commitment.agreed
        return Fraction(self.so_far) / Fraction(agreed) if agreed else None


def standing(commitments: Iterable[Commitment], uses: Sequence[Use], name: str) -> list[Standing]:
    """Return how each commitment stands at the end of the month ``name``."""
    found = []
    for commitment in commitments:
        own = [use for use in uses if use.key == commitment.key and _is_counted(use, commitment)]
        now = total(use.amount for use in own if use.month == name)
        so_far = total(use.amount for use in own if use.month <= name)
        found.append(Standing(commitment, now, so_far, _flag(commitment, now, so_far, month(name))))
    return found


def time_gone(commitment: Commitment, name: str) -> Fraction:
    """Return the part of the commitment's days that is over at the end of a month.

    >>> from datetime import date
    >>> plan = Commitment("K-1", "C-1", "Usage", Period(date(2026, 6, 1), date(2026, 7, 31)), "EUR")
    >>> time_gone(plan, "2026-05"), time_gone(plan, "2026-06"), time_gone(plan, "2026-12")
    (Fraction(0, 1), Fraction(1, 2), Fraction(1, 1))
    """
    days = (month(name).end - commitment.period.start).days
    return Fraction(min(max(days, 0), commitment.period.days), commitment.period.days)


def _is_counted(use: Use, commitment: Commitment) -> bool:
    return use.measure.casefold() == commitment.measure.casefold()


def _flag(commitment: Commitment, now: Decimal, so_far: Decimal, shown: Period) -> str:
    if commitment.period.start >= shown.end:
        return "not begun"
    if commitment.agreed is not None and so_far >= commitment.agreed:
        return "used up"
    if commitment.period.end <= shown.start:
        return "ended"
    return "" if now else "nothing used this month"


def use_problems(commitments: Sequence[Commitment], uses: Sequence[Use], name: str) -> Iterator[Problem]:
    """Yield what keeps use of this month from being counted: no list names it, or it is in another unit."""
    known = {commitment.key: commitment for commitment in commitments}
    current = [use for use in uses if use.month == name]
    strangers = sorted({use.key for use in current} - {*known})
    if strangers:
        named = ", ".join(f"{key[1]} of contract {key[0]}" for key in strangers[:_NAMED])
        more = f" and {len(strangers) - _NAMED} more" if len(strangers) > _NAMED else ""
        yield Problem(
            "CHK-005",
            f"The charges of {name} use commitments that no list names: {named}{more}.",
            Place(sheet=SHEET),
            "Import the vendor's newest list of contract commitments.",
            Severity.NOTE,
        )
    for key in sorted({use.key for use in current} & {*known}):
        measures = sorted(use.measure for use in current if use.key == key)
        if not any(_is_counted(use, known[key]) for use in current if use.key == key):
            yield Problem(
                "CHK-006",
                f"The commitment {key[1]} is agreed in {known[key].measure or 'no unit'}; the charges of "
                f"{name} use it in {', '.join(measure or 'no unit' for measure in measures)}.",
                Place(sheet=SHEET),
                "Ask the vendor which it is; this use is not counted.",
                Severity.NOTE,
            )
