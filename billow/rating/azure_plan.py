"""Azure-plan money is in two Microsoft reports: monthly totals in the reconciliation, detail in daily usage.

Daily usage bills where it has rows for a customer and invoice, else the monthly line does. The two are
compared per customer and invoice; Microsoft cuts each row off at the cent, so up to a cent per row is
rounding, anything beyond is a difference that a person has to accept.
Source: Partner Center, reconciliation file and daily rated usage file (facts on truncation).
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from billow.charges import Category, Charge
from billow.money import exact_text
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books
from billow.rating.open_items import REPORTS_DIFFER, OpenItem, item_key, settles
from billow.rating.two_reports import SameMoney, TwoReports, cost_of

MONTHLY_FORMAT = "ms_nce_recon"
DAILY_FORMAT = "ms_daily_rated"
REPLACED_BY_DAILY = "billed from the daily usage report"


def compare(charges: Sequence[Charge], books: Books) -> SameMoney:
    """Compare the monthly lines with the daily usage beside them, and say which of those are not billed."""
    both: dict[tuple[str, str, str], TwoReports] = defaultdict(TwoReports)
    for charge in charges:
        if charge.format_id == DAILY_FORMAT and charge.category is not Category.TAX:
            both[_invoiced(charge)].beside.append(charge)
        if charge.format_id == MONTHLY_FORMAT and charge.category is Category.USAGE:
            both[_invoiced(charge)].own.append(charge)
    excluded: dict[str, str] = {}
    items: list[OpenItem] = []
    problems: list[Problem] = []
    for (_, invoice, _), reports in both.items():
        if not reports.beside:
            continue
        excluded |= dict.fromkeys((c.key for c in reports.own), REPLACED_BY_DAILY)
        if not reports.own or reports.difference == 0:
            continue
        item = _item(reports, invoice, books)
        problems.append(_problem(reports, item, invoice))
        if not _is_rounding(reports):
            items.append(item)
    return SameMoney(excluded, tuple(items), tuple(problems))


def _invoiced(charge: Charge) -> tuple[str, str, str]:
    return charge.customer_key, charge.invoice_id, charge.currency


def _is_rounding(reports: TwoReports) -> bool:
    rows = sum(charge.rows for charge in (*reports.beside, *reports.own))
    return abs(reports.difference) <= Decimal("0.01") * rows


def _item(reports: TwoReports, invoice: str, books: Books) -> OpenItem:
    first = reports.beside[0]
    day = first.period.start if first.period else None
    account = books.owner(first.vendor, first.customer_key, day) if day else None
    key = item_key("azure", first.customer_key, invoice, first.currency, exact_text(reports.difference))
    decision = books.decision(key)
    return OpenItem(
        key,
        REPORTS_DIFFER,
        f"azure plan of {first.customer_name or first.customer_key} on invoice {invoice}: daily usage "
        f"{exact_text(cost_of(reports.beside))}, monthly lines {exact_text(cost_of(reports.own))}",
        "Compare both reports; accept the difference, or import the report that is complete",
        vendor=first.vendor,
        customer=account.customer if account else "",
        cost=reports.difference,
        currency=first.currency,
        billing_month=first.billing_month,
        settled=settles(REPORTS_DIFFER, decision),
    )


def _problem(reports: TwoReports, item: OpenItem, invoice: str) -> Problem:
    rounding = _is_rounding(reports)
    note = rounding or item.settled
    first = reports.beside[0]
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
