"""Functions of price: what one unit costs, what a quantity comes to, and a quote as an invoice would bill it.

They ask what the invoice asks: one choice of a price, one way from a quantity to an amount, one rounding.

>>> steps = {"up_to": [10.0, None], "unit_price": [5.0, 4.0]}
>>> one = rate(**steps, model="graduated", flat_fee=None, included=Decimal(0), in_currency="EUR")
>>> one(Decimal(12))
Decimal('58.00')
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from billow.catalog.prices import Price, Tier, choose
from billow.contracts.subscriptions import Subscription
from billow.functions.cells import Argument, CellError, reader
from billow.functions.registry import function
from billow.functions.tables import Range, Rows, books
from billow.money import exact_text, is_currency
from billow.rating.books import Books
from billow.rating.contract_terms import contract_query
from billow.rating.pricing import Money, PricedLine, Use, priced

_GROUP = "Price"
_UP_TO = Argument(
    "up_to", "number", "The last unit of each tier, included; the last one may be blank", "list"
)
_UNIT_PRICE = Argument("unit_price", "number", "The price of each tier", "list")
_FLAT_FEE = Argument("flat_fee", "number", "A fee for entering each tier", "list", default=None)
_STEPS = (
    _UP_TO,
    _UNIT_PRICE,
    Argument(
        "model",
        "choice",
        "graduated: each unit at its own tier; volume: all at the tier reached; stair_step: a price per tier",
        default="graduated",
        choices=("graduated", "volume", "stair_step"),
    ),
    _FLAT_FEE,
    Argument("included", "number", "Units that cost nothing", default=Decimal(0)),
    Argument("in_currency", "text", "The currency, which says how to round", default="EUR"),
)
PRICES = Argument("price_table", "table", "Sheet Prices: tblPrices[#All]", "table", table="tblPrices")
CUSTOMERS = Argument(
    "customer_table", "table", "Sheet Customers: tblCustomers[#All]", "table", table="tblCustomers"
)
PRODUCTS = Argument(
    "product_table", "table", "Sheet Products: tblProducts[#All]", "table", table="tblProducts"
)
_SHOWN = ("price", "currency", "model", "why")


@function(
    "BILLOW_PRICE",
    _GROUP,
    Argument("customers", "text", "The customer's number", "column"),
    Argument("products", "text", "Our product", "column"),
    Argument("dates", "date", "The day", "column"),
    PRICES,
    CUSTOMERS,
    PRODUCTS,
    Argument("shows", "choice", "What is shown of the price that applies", default="price", choices=_SHOWN),
    Argument("term", "text", "The term it is asked for, such as P1Y; default: none", default=""),
    example=["C-1001", [["M365-E5"], ["SUPPORT"]], 46203.0, "tblPrices", "tblCustomers", "tblProducts"],
)
def price(
    price_table: Rows, customer_table: Rows, product_table: Rows, shows: str, term: str
) -> Callable[..., Any]:
    """The price on sheet Prices that applies to a customer and a product on a day; the most specific wins."""
    known = books(prices=price_table, customers=customer_table, products=product_table)

    def one(customer: str, product: str, day: date) -> Any:
        found = chosen(known, Subscription("", customer, product, "contract", day, term=term), day)
        match shows:
            case "price":
                return _unit_price(found)
            case "why":
                return found.described
            case _:
                return getattr(found, shows)

    return one


def chosen(known: Books, wanted: Subscription, day: date) -> Price:
    """Return the price that applies, as a contract of that product asks for it."""
    if known.customer(wanted.customer) is None:
        raise CellError(f"There is no customer {wanted.customer} on sheet Customers.")
    if known.product(wanted.product) is None:
        raise CellError(f"There is no product {wanted.product} on sheet Products.")
    choice = choose(known.prices, contract_query(wanted, known, f"{day:%Y-%m}", day))
    if choice.problem:
        raise CellError(choice.problem.sentence)
    assert choice.price is not None  # noqa: S101 - a choice is a price or a problem
    return choice.price


def _unit_price(price: Price) -> Decimal:
    if not price.is_own_price:
        raise CellError(
            f"The price is {price.model}, which starts from the vendor's cost ({price.described})."
        )
    if price.tiers or price.model in {"graduated", "volume", "stair_step"}:
        raise CellError(f"The price is {price.model}: it depends on the quantity ({price.described}).")
    return price.value


@function(
    "BILLOW_RATE",
    _GROUP,
    Argument("quantities", "number", "The quantity", "column"),
    *_STEPS,
    example=[[[5.0], [10.0], [12.0]], [[10.0], [None]], [[5.0], [4.0]]],
)
def rate(**steps: Any) -> Callable[[Decimal], Decimal]:
    """What a quantity comes to at a price in tiers, rounded half up; an upper bound belongs to its tier."""
    line = _rated(**steps)

    def one(quantity: Decimal) -> Decimal:
        return line(quantity).amount

    return one


@function(
    "BILLOW_RATE_PARTS",
    _GROUP,
    Argument("quantity", "number", "The quantity"),
    *_STEPS,
    example=[12.0, [[10.0], [None]], [[5.0], [4.0]]],
)
def rate_parts(quantity: Decimal, **steps: Any) -> Range:
    """The tiers that a quantity fills, in words and money; the parts sum to the amount of BILLOW_RATE."""
    return [["Part", "Amount"], *([part.text, part.amount] for part in _rated(**steps)(quantity).parts)]


def _rated(
    up_to: list[Any],
    unit_price: list[Any],
    model: str,
    flat_fee: list[Any] | None,
    included: Decimal,
    in_currency: str,
) -> Callable[[Decimal], PricedLine]:
    if not is_currency(in_currency):
        raise CellError(f"{in_currency} is not a currency of ISO 4217.")
    tiers = _tiers(up_to, unit_price, flat_fee)
    price = Price("", model=model, currency=in_currency, per="unit", tiers=tiers, included=included)
    money = Money(in_currency, {in_currency: Fraction(1)})

    def line(quantity: Decimal) -> PricedLine:
        found = priced(price, [Use(quantity, money)])
        if found.problem:
            raise CellError(
                f"A {model} price has no price below zero, and the quantity is {exact_text(quantity)}."
            )
        return found.lines[0]

    return line


def _tiers(up_to: list[Any], unit_price: list[Any], flat_fee: list[Any] | None) -> tuple[Tier, ...]:
    """Return the tiers, ascending; only the last bound may be blank, which is open."""
    fees = flat_fee if flat_fee is not None else [0] * len(up_to)
    if not len(up_to) == len(unit_price) == len(fees):
        raise CellError("up_to, unit_price and flat_fee must have the same number of cells.")
    bounds = [
        None if cell in (None, "") and index == len(up_to) - 1 else reader(_UP_TO)(cell)
        for index, cell in enumerate(up_to)
    ]
    closed = [bound for bound in bounds if bound is not None]
    if any(lower >= upper for lower, upper in pairwise(closed)):
        raise CellError("up_to must rise from tier to tier.")
    prices, entering = map(reader(_UNIT_PRICE), unit_price), map(reader(_FLAT_FEE), fees)
    return tuple(map(Tier, bounds, prices, entering))
