"""One invoice in the books: an entry with its lines, and the journal that holds all of them.

>>> line = EntryLine(Role.DEBTOR, "1300", Decimal("121.00"), Decimal(0))
>>> line.balance
Decimal('121.00')
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

NOTHING = Decimal(0)


class Role(StrEnum):
    """What an entry line is: the customer's debt, our revenue, revenue that is earned later, or VAT."""

    DEBTOR = "debtor"
    REVENUE = "revenue"
    DEFERRED = "deferred"
    VAT = "vat"


@dataclass(frozen=True)
class EntryLine:
    """One line of an entry: ``debit`` or ``credit`` is zero, none is negative.

    ``period_from`` and ``period_through`` are both inclusive, as accounting systems want them.
    """

    role: Role
    account: str
    debit: Decimal
    credit: Decimal
    vat_code: str = ""
    cost_centre: str = ""
    text: str = ""
    period_from: date | None = None
    period_through: date | None = None

    @property
    def balance(self) -> Decimal:
        """Debit less credit."""
        return self.debit - self.credit


@dataclass(frozen=True)
class Entry:
    """One invoice in the journal ``journal``, or a month in which what it deferred is earned.

    ``customer`` is the debtor code. An entry that releases has the invoice's number and its own month.
    """

    number: str
    issue_date: date
    due_date: date
    journal: str
    customer: str
    name: str
    description: str
    billing_month: str
    currency: str
    lines: tuple[EntryLine, ...]
    base_currency: str = ""
    exchange_rate: Decimal | None = None

    @property
    def is_foreign(self) -> bool:
        """Tell whether the entry is in another currency than the books."""
        return self.base_currency not in ("", self.currency)


@dataclass(frozen=True)
class Journal:
    """Entries in the order of the documents."""

    entries: tuple[Entry, ...]

    def balances(self, role: Role) -> dict[str, Decimal]:
        """Return debit less credit of all lines of ``role``, per currency."""
        sums: dict[str, Decimal] = {}
        for entry in self.entries:
            balance = sum((line.balance for line in entry.lines if line.role is role), NOTHING)
            sums[entry.currency] = sums.get(entry.currency, NOTHING) + balance
        return sums
