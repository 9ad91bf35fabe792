"""Which accounts an invoice line goes to: the rows of sheet Ledger, the most specific one wins.

A row names a revenue group, a customer group and a VAT code; ``*`` stands for all of them. Of the rows
that fit, the one that names most of the three wins. Two that name as many, or none at all, is a problem
and never a silent choice.

>>> rules = [LedgerRule("*", "*", "*", "1300", "8000"), LedgerRule("licences", "*", "*", "1300", "8100")]
>>> found = choose(rules, revenue_group="licences", customer_group="Retail", vat_code="S21")
>>> found.revenue_account
'8100'
"""

from collections.abc import Sequence
from dataclasses import dataclass

from billow.problems import Place, Problem, Severity

ALL = "*"
_SHEET = Place(sheet="Ledger mapping")


@dataclass(frozen=True)
class LedgerRule:
    """One row of sheet Ledger; a blank cost centre leaves the customer's."""

    revenue_group: str
    customer_group: str
    vat_code: str
    debtor_account: str
    revenue_account: str
    vat_account: str = ""
    cost_centre: str = ""
    journal: str = "VRK"
    deferred_revenue: str = ""
    place: Place = _SHEET

    @property
    def key(self) -> tuple[str, str, str]:
        """What the row is for."""
        return self.revenue_group, self.customer_group, self.vat_code

    @property
    def named(self) -> int:
        """How many of revenue group, customer group and VAT code the row names."""
        return sum(part != ALL for part in self.key)

    def fits(self, wanted: tuple[str, str, str]) -> bool:
        """Tell whether the row is for this revenue group, customer group and VAT code."""
        return all(own in (ALL, value) for own, value in zip(self.key, wanted, strict=True))


def choose(
    rules: Sequence[LedgerRule], *, revenue_group: str, customer_group: str, vat_code: str
) -> LedgerRule | Problem:
    """Return the one row that applies, or the problem that there is none or more than one."""
    wanted = (revenue_group, customer_group, vat_code)
    fitting = [rule for rule in rules if rule.fits(wanted)]
    best = max((rule.named for rule in fitting), default=0)
    winners = [rule for rule in fitting if rule.named == best]
    if len(winners) == 1:
        return winners[0]
    what = f'revenue group "{revenue_group}", customer group "{customer_group}" and VAT code "{vat_code}"'
    if not winners:
        return Problem(
            "JRN-001",
            f"No row of sheet Ledger fits {what}.",
            _SHEET,
            "Add a row for it, or one with * in all three columns.",
            Severity.STOP,
        )
    rows = " and ".join(", ".join(rule.key) for rule in winners[:2])
    return Problem(
        "JRN-002",
        f"Two rows of sheet Ledger fit {what} equally well: {rows}.",
        winners[1].place,
        "Add a row that names all three, or remove one of the two.",
        Severity.STOP,
    )
