"""A quote: what a customer would be billed for a product, month by month, discounts and limits included.

It is a contract that nobody has signed, rated by the very function that makes the invoice.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billow.contracts.subscriptions import Subscription
from billow.functions.cells import Argument, CellError, in_order
from billow.functions.prices import CUSTOMERS, PRICES, PRODUCTS, chosen
from billow.functions.registry import function
from billow.functions.tables import Range, Rows, books
from billow.invoicing.texts import proration_words
from billow.periods import Period, month, months_after
from billow.problems import Severity
from billow.rating.books import Books
from billow.rating.line import RatedLine
from billow.rating.rate import rate

_MOST_MONTHS = 120
_QUOTE = "QUOTE"


@function(
    "BILLOW_QUOTE",
    "Price",
    Argument("customer", "text", "The customer's number"),
    Argument("product", "text", "Our product"),
    Argument("quantity", "number", "How many"),
    Argument("from_date", "date", "The first day"),
    Argument("through_date", "date", "The last day"),
    PRICES,
    Argument("tier_table", "table", "Sheet Tiers: tblTiers[#All]", "table", table="tblTiers"),
    Argument("discount_table", "table", "Sheet Discounts: tblDiscounts[#All]", "table", table="tblDiscounts"),
    CUSTOMERS,
    PRODUCTS,
    Argument("fx_table", "table", "Sheet FX, for other currencies", "table", default=Rows(), table="tblFx"),
    example=[
        "C-1001", "SUPPORT", 2.0, 46187.0, 46234.0,
        "tblPrices", "tblTiers", "tblDiscounts", "tblCustomers", "tblProducts",
    ],
)  # fmt: skip
def quote(
    customer: str,
    product: str,
    quantity: Decimal,
    from_date: date,
    through_date: date,
    price_table: Rows,
    tier_table: Rows,
    discount_table: Rows,
    customer_table: Rows,
    product_table: Rows,
    fx_table: Rows,
) -> Range:
    """What a customer would be billed for a product: each period with its days in words and its net."""
    days = in_order(from_date, through_date)
    known = books(
        prices=price_table,
        tiers=tier_table,
        discounts=discount_table,
        customers=customer_table,
        products=product_table,
        fx=fx_table,
    )
    wanted = Subscription(_QUOTE, customer, product, "contract", from_date, through_date, quantity=quantity)
    price = chosen(known, wanted, from_date)
    known = replace(known, subscriptions=[wanted], base_currency=price.currency)
    lines = [line for name in _months(days) for line in _lines(known, name)]
    return [["From", "Through", "Days", "Net", "Currency"], *map(_row, lines)]


def _months(period: Period) -> Iterator[str]:
    day = period.start.replace(day=1)
    for count in range(_MOST_MONTHS + 1):
        first = months_after(day, count)
        if first >= period.end:
            return
        yield f"{first:%Y-%m}"
    raise CellError(f"A quote is for at most {_MOST_MONTHS} months.")


def _lines(known: Books, name: str) -> list[RatedLine]:
    rated = rate([], known, name)
    for problem in rated.problems:
        if problem.severity is not Severity.NOTE:
            raise CellError(problem.sentence)
    return list(rated.lines)


def _row(line: RatedLine) -> list[object]:
    period = line.period or month("2000-01")
    days = proration_words("en", line.proration) if line.proration else ""
    return [period.start, period.through, line.text or days or "one whole period", line.amount, line.currency]
