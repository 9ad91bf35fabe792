"""Functions that look up what an import or a run left behind, by key, with ``Billow_Run`` first.

Every run rewrites that cell; so what it left is looked up anew, and never what an earlier run left.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billow.catalog.list_prices import DEFAULT_SEGMENT, ListPrice, ListPrices, ListQuery
from billow.functions.cells import Argument, CellError
from billow.functions.registry import function
from billow.functions.run import CUSTOMER, PERIOD, RUN, STORE, left_by, left_of_month
from billow.functions.tables import Range
from billow.summary import Line, Usage, open_day

_CUSTOMERS = Argument("customers", "text", "The customer's number", "column")
_KEYS: dict[str, Callable[[Usage], str]] = {
    "product": lambda row: row.product,
    "vendor": lambda row: row.vendor,
    "subscription": lambda row: row.subscription,
}
_BY_VENDOR = ("net", "cost", "margin")


@function(
    "BILLOW_USAGE",
    STORE,
    RUN,
    _CUSTOMERS,
    Argument("products", "text", "Our product", "column"),
    PERIOD,
    Argument("measure", "choice", "What is shown", default="quantity", choices=("quantity", "cost")),
    example=["run", "C-1001", [["M365-BB"], ["BC-BACKUP"]], "2026-06"],
)
def usage(run: str, period: str, measure: str) -> Callable[..., Decimal]:
    """What vendors reported of a product for a customer in a month: its quantity, or its cost before tax."""
    found = left_of_month(run, period)
    used = found.used

    def one(customer: str, product: str) -> Decimal:
        quantity, cost, currency = used.get((customer, product, period), (Decimal(0), Decimal(0), "-"))
        if measure == "quantity":
            return quantity
        if not currency:
            raise CellError(f"The cost of {product} is in several currencies; use BILLOW_USAGE_TABLE.")
        return cost

    return one


@function(
    "BILLOW_USAGE_TABLE",
    STORE,
    RUN,
    CUSTOMER,
    PERIOD,
    Argument("by", "choice", "What a row stands for", default="product", choices=tuple(_KEYS)),
    example=["run", "C-1001", "2026-06"],
)
def usage_table(run: str, customer: str, period: str, by: str) -> Range:
    """What vendors reported for a customer in a month, a row per product, vendor or subscription and unit."""
    found = left_of_month(run, period)
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in found.usage:
        if (row.customer, row.month) == (customer, period):
            both = sums[_KEYS[by](row), row.unit, row.currency]
            both[0] += row.quantity
            both[1] += row.cost
    header = [by.title(), "Quantity", "Unit", "Cost", "Currency"]
    return [header, *([key, q, unit, cost, money] for (key, unit, money), (q, cost) in sorted(sums.items()))]


@function(
    "BILLOW_INVOICED",
    STORE,
    RUN,
    _CUSTOMERS,
    Argument("from_period", "month", "The first billing month"),
    Argument("through_period", "month", "The last one; default: the first", default=""),
    Argument("vendor", "text", "Only lines of this vendor; default: all", default=""),
    Argument(
        "measure", "choice", "What is shown", default="net", choices=("net", "vat", "total", "cost", "margin")
    ),
    example=["run", [["C-1001"], ["C-1002"]], "2026-06"],
)
def invoiced(
    run: str, from_period: str, through_period: str, vendor: str, measure: str
) -> Callable[[str], Decimal]:
    """What was invoiced to a customer from one billing month through another; drafts do not count."""
    found, through = left_by(run), through_period or from_period
    if vendor and measure not in _BY_VENDOR:
        raise CellError(f"{measure} is of a whole invoice and not of a vendor.")

    def one(customer: str) -> Decimal:
        if measure in {"vat", "total"}:
            invoices = found.invoices_of.get(customer, ())
            return _sum(getattr(i, measure) for i in invoices if from_period <= i.month <= through)
        lines = [
            line
            for line in found.by_customer.get(customer, ())
            if line.issued and from_period <= line.month <= through and vendor in {"", line.vendor}
        ]
        return _measured(lines, measure)

    return one


def _measured(lines: Iterable[Line], measure: str) -> Decimal:
    net = cost = Decimal(0)
    for line in lines:
        net += line.net
        cost += line.cost
    return {"net": net, "cost": cost, "margin": net - cost}[measure]


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


@function(
    "BILLOW_CHECK",
    STORE,
    RUN,
    Argument("check", "text", "A row of sheet Checks; default: all of them", default=""),
    example=["run"],
)
def check(run: str, check: str) -> Range:
    """OK or CHECK: the result of one row of sheet Checks, or of all of them together."""
    results = left_by(run).checks
    if not check:
        return [["CHECK" if "CHECK" in results.values() else "OK"]]
    if check not in results:
        raise CellError(f'There is no check "{check}"; there are: {", ".join(results)}.')
    return [[results[check]]]


@function(
    "BILLOW_EXPLAIN",
    STORE,
    RUN,
    Argument("line_id", "text", "The mark of a line, as on sheet Rated lines"),
    example=["run", "line"],
)
def explain(run: str, line_id: str) -> Range:
    """Why a line has its amount: product, price, share, parts and rounding, step by step."""
    line = left_by(run).by_line.get(line_id)
    if line is None:
        raise CellError(f"There is no line {line_id}.")
    steps = (step.split("\t") for step in line.steps.splitlines())
    return [
        ["Step", "Amount"],
        *([text, Fraction(amount) if amount else None] for text, amount in steps),
        ["Net", line.net],
    ]


@function(
    "BILLOW_LIST_PRICE",
    STORE,
    RUN,
    Argument("sku", "text", "The vendor's article", "column"),
    Argument("on_date", "date", "The day", "column"),
    Argument("term", "text", "The term, such as P1Y; default: usage without a term", default=""),
    Argument("billing", "text", "The billing plan, such as monthly; default: none", default=""),
    Argument("in_currency", "text", "The currency of the list", default="EUR"),
    Argument("segment", "text", "The segment, as the vendor names it", default=DEFAULT_SEGMENT),
    Argument("market", "text", "The country of the list; default: lists for all", default=""),
    example=["run", "CFQ7TTC0LCHC/0002", 46203.0, "P1Y", "monthly", "EUR", "Commercial", "NL"],
)
def list_price(
    run: str, term: str, billing: str, in_currency: str, segment: str, market: str
) -> Callable[..., Decimal]:
    """What a vendor's price list asks for one unit on a day; of a term, for the whole term."""
    prices = ListPrices([_listed(row) for row in left_by(run).listed])

    def one(sku: str, day: date) -> Decimal:
        steps = prices.find(ListQuery(sku, day, term, billing, segment, market, in_currency))
        if not steps:
            raise CellError(f"No list price of {sku} holds on {day}.")
        if len(steps) > 1:
            raise CellError(f"The list price of {sku} has {len(steps)} steps; see sheet List prices.")
        return steps[0].list_price

    return one


def _listed(row: Any) -> ListPrice:
    return ListPrice(
        row.sku,
        term=row.term,
        billing=row.billing,
        segment=row.segment,
        market=row.market,
        currency=row.currency,
        up_to=Decimal(row.up_to) if row.up_to else None,
        list_price=row.list_price,
        valid_from=open_day(row.valid_from),
        valid_through=open_day(row.valid_through),
    )
