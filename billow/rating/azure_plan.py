"""Azure-plan money is in two Microsoft reports: monthly totals in the reconciliation, detail in daily usage.

Daily usage bills where it has rows for a customer and invoice, else the monthly line does. The two are
compared per customer and invoice; Microsoft cuts each row off at the cent, so up to a cent per row is
rounding, anything beyond is a difference that a person has to accept.
Source: Partner Center, reconciliation file and daily rated usage file (facts on truncation).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from billow.charges import Category, Charge
from billow.money import exact_text, total
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books
from billow.rating.open_items import REPORTS_DIFFER, OpenItem, item_key, settles

MONTHLY_FORMAT = "ms_nce_recon"
DAILY_FORMAT = "ms_daily_rated"
REPLACED_BY_DAILY = "billed from the daily usage report"


@dataclass
class _Both:
    """What the two reports say of one customer, invoice and currency."""

    monthly: list[Charge] = field(default_factory=list)
    daily: list[Charge] = field(default_factory=list)

    @property
    def difference(self) -> Decimal:
        return total((_cost(self.daily), _cost(self.monthly).copy_negate()))


@dataclass(frozen=True)
class AzurePlan:
    """The monthly lines that daily usage replaces (charge key and why), and what does not agree."""

    excluded: dict[str, str]
    open_items: tuple[OpenItem, ...]
    problems: tuple[Problem, ...]


def compare(charges: Sequence[Charge], books: Books) -> AzurePlan:
    """Compare the two reports of the azure plan and say which monthly lines are not billed."""
    both: dict[tuple[str, str, str], _Both] = defaultdict(_Both)
    for charge in charges:
        if charge.format_id == DAILY_FORMAT and charge.category is not Category.TAX:
            both[_invoiced(charge)].daily.append(charge)
        if charge.format_id == MONTHLY_FORMAT and charge.category is Category.USAGE:
            both[_invoiced(charge)].monthly.append(charge)
    excluded: dict[str, str] = {}
    items: list[OpenItem] = []
    problems: list[Problem] = []
    for (_, invoice, _), reports in both.items():
        if not reports.daily:
            continue
        excluded |= dict.fromkeys((c.key for c in reports.monthly), REPLACED_BY_DAILY)
        if not reports.monthly or reports.difference == 0:
            continue
        item = _item(reports, invoice, books)
        problems.append(_problem(reports, item, invoice))
        if not _is_rounding(reports):
            items.append(item)
    return AzurePlan(excluded, tuple(items), tuple(problems))


def _invoiced(charge: Charge) -> tuple[str, str, str]:
    return charge.customer_key, charge.invoice_id, charge.currency


def _is_rounding(reports: _Both) -> bool:
    rows = sum(charge.rows for charge in (*reports.daily, *reports.monthly))
    return abs(reports.difference) <= Decimal("0.01") * rows


def _item(reports: _Both, invoice: str, books: Books) -> OpenItem:
    first = reports.daily[0]
    day = first.period.start if first.period else None
    account = books.owner(first.vendor, first.customer_key, day) if day else None
    key = item_key("azure", first.customer_key, invoice, first.currency, exact_text(reports.difference))
    decision = books.decision(key)
    return OpenItem(
        key,
        REPORTS_DIFFER,
        f"azure plan of {first.customer_name or first.customer_key} on invoice {invoice}: daily usage "
        f"{exact_text(_cost(reports.daily))}, monthly lines {exact_text(_cost(reports.monthly))}",
        "Compare both reports; accept the difference, or import the report that is complete",
        vendor=first.vendor,
        customer=account.customer if account else "",
        cost=reports.difference,
        currency=first.currency,
        billing_month=first.billing_month,
        settled=settles(REPORTS_DIFFER, decision),
    )


def _problem(reports: _Both, item: OpenItem, invoice: str) -> Problem:
    rounding = _is_rounding(reports)
    note = rounding or item.settled
    first = reports.daily[0]
    return Problem(
        "RAT-002",
        f"Azure plan of {first.customer_name or first.customer_key}, invoice {invoice}: "
        f"daily usage and monthly lines differ by {exact_text(item.cost)} {item.currency}.",
        Place(sheet="To do"),
        "Within a cent per row: Microsoft cuts each row off."
        if rounding
        else "Daily usage is billed. Compare both reports, then choose accept on sheet To do, with a reason.",
        Severity.NOTE if note else Severity.BLOCK,
        item.customer,
    )


def _cost(charges: Sequence[Charge]) -> Decimal:
    return total(charge.billed_cost for charge in charges)
