"""The dashboard: revenue, cost and margin by month, by vendor and by customer, and the charts that show them.

Months before this one are what was issued; the month of the run is its documents, drafts too. Margin is
revenue less cost; partner discounts that are kept come on top and stand on sheet Margin. Only invoices in the
base currency are added up, and what is in another one is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from billow.commands.billing_month import BillingMonth
from billow.commands.desk import Desk
from billow.commands.left_for_functions import summary_path
from billow.invoicing.document import Document
from billow.money import Rounding, quotient, total
from billow.periods import month as month_of
from billow.periods import months_after
from billow.summary import issued_between
from billow.workbook.cells import Formula
from billow.workbook.formulas import CARDS

MONTHS = 12
LARGEST = 10
_NOBODY = "Own services"

# What each of the three charts shows of this month, by formula.
_SHOWN = (
    "SUMPRODUCT(--(tblByMonth[Month]=Billow_Period),tblByMonth[{column}])",
    "SUM(tblByVendor[{column}])",
    "SUM(tblByCustomer[{column}])",
)
_OF_LINES = {"Revenue": "Amount", "Cost": "Cost"}

Sums = tuple[Decimal, Decimal]  # revenue and cost
NOTHING: Sums = (Decimal(0), Decimal(0))


def write_dashboard(desk: Desk, month: BillingMonth, all_sums: Mapping[tuple[str, str], Sums]) -> None:
    """Write the three tables of the dashboard and the figures at its head; the summary is there by now."""
    base = desk.inputs.settings.base_currency
    sums = _in_base(month.documents, base, all_sums)
    this = _sum(sums.values())
    months, others = _by_month(desk, month, base, this)
    book = desk.book
    book.write("tblByMonth", months)
    book.write("tblByVendor", _by_vendor(sums))
    names = {customer.customer: customer.name for customer in desk.inputs.books.customers}
    book.write("tblByCustomer", _by_customer(sums, names))
    said = f"In {base}, before VAT; margin is revenue less cost."
    if others:
        said += f" Not added up: invoices in {', '.join(others)}, which are on sheet Margin."
    book.set_cells({"Billow_Dashboard": said, **_cards(month.name, this)})


def off_the_lines(
    documents: Sequence[Document], base: str, all_sums: Mapping[tuple[str, str], Sums]
) -> Formula:
    """Return how many totals of the three tables are not those of the rated lines in the base currency."""
    lines = [line for document in documents if document.currency == base for line in document.lines]
    this = _sum(_in_base(documents, base, all_sums).values())
    wanted = total(line.net for line in lines), total(line.cost for line in lines)
    differ = sum(shown != of_lines for shown, of_lines in zip(this, wanted, strict=True))
    where = f'tblLines[Currency],"{base}"'
    terms = [
        f"(ABS({shown.format(column=column)}-SUMIFS(tblLines[{of_line}],{where}))>0.000001)"
        for column, of_line in _OF_LINES.items()
        for shown in _SHOWN
    ]
    return Formula("+".join(terms), Decimal(differ * len(_SHOWN)))


def _in_base(
    documents: Sequence[Document], base: str, all_sums: Mapping[tuple[str, str], Sums]
) -> dict[tuple[str, str], Sums]:
    """Return what can be added up: the customers whose invoices are in the base currency."""
    buyers = {document.buyer.number for document in documents if document.currency == base}
    return {key: each for key, each in all_sums.items() if key[0] in buyers}


def part_of(part: Decimal, whole: Decimal) -> Decimal:
    """Return which part of a whole an amount is; of nothing, no part.

    >>> part_of(Decimal("27.20"), Decimal("272.00"))
    Decimal('0.100000000000')
    """
    return quotient(part, whole, 12, Rounding.HALF_UP) if whole else Decimal(0)


def by_customer_and_vendor(documents: Iterable[Document]) -> dict[tuple[str, str], Sums]:
    """Return revenue and cost by customer and vendor."""
    sums: dict[tuple[str, str], Sums] = defaultdict(lambda: NOTHING)
    for document in documents:
        vendors = {line.line_id: line.vendor for line in document.lines}
        for line in document.lines:
            for share in line.shares:  # a discount lowers the revenue of the lines it is taken off
                key = document.buyer.number, vendors[share.line_id]
                sums[key] = _added(sums[key], (share.amount, Decimal(0)))
            if not line.shares:
                key = document.buyer.number, line.vendor
                sums[key] = _added(sums[key], (line.net, line.cost))
    return dict(sums)


def _by_month(
    desk: Desk, month: BillingMonth, base: str, this: Sums
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return a row per month, the latest last, and the currencies that are not added up."""
    start = month_of(month.name).start
    names = [f"{months_after(start, -back):%Y-%m}" for back in range(MONTHS - 1, -1, -1)]
    sums: dict[str, Sums] = {}
    currencies = {document.currency for document in month.documents}
    for name, currency, net, cost in issued_between(summary_path(desk), names[0], names[-2]):
        currencies.add(currency)
        if currency == base:
            sums[name] = _added(sums.get(name, NOTHING), (net, cost))
    sums[month.name] = this
    first = names.index(min(sums))
    rows = [{"Month": name, **_figures(sums.get(name, NOTHING)), "State": "issued"} for name in names[first:]]
    if month.drafts or not month.documents:
        rows[-1]["State"] = "draft"
    return rows, sorted(currencies - {base})


def _by_vendor(sums: Mapping[tuple[str, str], Sums]) -> list[dict[str, Any]]:
    vendors: dict[str, Sums] = {}
    for (_, vendor), each in sums.items():
        vendors[vendor] = _added(vendors.get(vendor, NOTHING), each)
    revenue, _ = _sum(vendors.values())
    return [
        {"Vendor": vendor or _NOBODY, **_figures(each), "Share": part_of(each[0], revenue)}
        for vendor, each in _largest(vendors)
    ]


def _by_customer(sums: Mapping[tuple[str, str], Sums], names: Mapping[str, str]) -> list[dict[str, Any]]:
    customers: dict[str, Sums] = {}
    for (customer, _), each in sums.items():
        customers[customer] = _added(customers.get(customer, NOTHING), each)
    return [
        {
            "Name": names.get(customer, customer),
            **_figures(each),
            "Customer": customer if customer in names else "",
        }
        for customer, each in _largest(customers)
    ]


def _largest(sums: Mapping[str, Sums]) -> Iterator[tuple[str, Sums]]:
    """Yield the largest by revenue, and all others as one, so that the rows still sum to the whole."""
    ordered = sorted(sums.items(), key=lambda item: (-item[1][0], item[0]))
    yield from ordered[:LARGEST]
    if rest := ordered[LARGEST:]:
        yield f"All others ({len(rest)})", _sum(each for _, each in rest)


def _figures(sums: Sums) -> dict[str, Any]:
    revenue, cost = sums
    margin = revenue - cost
    return {"Revenue": revenue, "Cost": cost, "Margin": margin, "Margin %": part_of(margin, revenue)}


def _cards(month: str, sums: Sums) -> dict[str, Formula]:
    revenue, cost, margin, share = _figures(sums).values()
    return {
        name: Formula(CARDS[name], value)
        for name, value in zip(CARDS, (month, revenue, cost, margin, share), strict=True)
    }


def _sum(sums: Iterable[Sums]) -> Sums:
    found = NOTHING
    for each in sums:
        found = _added(found, each)
    return found


def _added(one: Sums, other: Sums) -> Sums:
    return one[0] + other[0], one[1] + other[1]
