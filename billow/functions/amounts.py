"""Functions of money: VAT as the invoice adds it up, exchange at the rate of the day, splitting to the cent.

>>> allocated(Decimal(100), [1.0, 1.0, 1.0], 2)
[[Decimal('33.34')], [Decimal('33.33')], [Decimal('33.33')]]
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billow.catalog.exchange import missing_rate, rate_on
from billow.functions.cells import Argument, CellError, reader
from billow.functions.registry import function
from billow.functions.tables import Range, Rows, books
from billow.invoicing.document import Line
from billow.invoicing.vat import VatCode, vat_lines
from billow.money import Rounding, allocate_to, is_currency, round_to, rounded, times

_GROUP = "Money"
_NETS = Argument("nets", "number", "The net amounts of the lines, rounded", "list")
_RATES = Argument("rates", "number", "The rate of each line as a percentage, 21 for 21 %", "list")
_CATEGORIES = Argument("categories", "text", "The VAT category of each line", "list", default=None)
_WEIGHTS = Argument("weights", "number", "What each part counts", "list")
# VAT is rounded to the minor unit; EUR stands for every currency with cents.
_CENTS, _CURRENCY = 2, "EUR"


@function(
    "BILLOW_VAT",
    _GROUP,
    _NETS,
    _RATES,
    _CATEGORIES,
    example=[[[10.02], [10.02], [5.0]], [[21.0], [21.0], [9.0]]],
)
def vat(nets: list[Any], rates: list[Any], categories: list[Any] | None) -> Range:
    """VAT per category and rate, on the sum of the nets and rounded half up once, as on the invoice."""
    kinds = categories if categories is not None else ["S"] * len(nets)
    if not len(nets) == len(rates) == len(kinds):
        raise CellError("nets, rates and categories must have the same number of cells.")
    codes: dict[str, VatCode] = {}
    lines: list[Line] = []
    for net, rate, kind in zip(nets, rates, kinds, strict=True):
        category, percent = reader(_CATEGORIES)(kind), reader(_RATES)(rate)
        code = f"{category} {percent:020.10f}"  # sorted as text, yet by rate
        codes[code] = VatCode(code, category, percent)
        lines.append(Line("", "", "", "", _rounded_net(net), code, Decimal(1), ""))
    found = vat_lines(lines, codes, _CURRENCY, "en")
    return [["Category", "Rate", "Net", "VAT"], *([v.category, v.rate, v.net, v.vat] for v in found)]


def _rounded_net(cell: Any) -> Decimal:
    net: Decimal = reader(_NETS)(cell)
    if net != rounded(net, _CENTS, Rounding.HALF_UP):
        raise CellError(f"The net {net} has more than {_CENTS} decimals; round each line first.")
    return net


@function(
    "BILLOW_FX",
    _GROUP,
    Argument("amounts", "number", "The amount", "column"),
    Argument("currency_from", "text", "Its currency", "column"),
    Argument("currency_to", "text", "The currency that is wanted", "column"),
    Argument("dates", "date", "The day of the rate", "column"),
    Argument("fx_table", "table", "Sheet FX: tblFx[#All]", "table", table="tblFx"),
    example=[[[100.0], [250.0]], "USD", "EUR", 46203.0, "tblFx"],
)
def exchanged(fx_table: Rows) -> Callable[..., Decimal]:
    """An amount in another currency, at the rate of that very day on sheet FX, rounded half up."""
    rates = books(fx=fx_table).exchange_rates

    def one(amount: Decimal, source: str, target: str, day: date) -> Decimal:
        for code in (source, target):
            if not is_currency(code):
                raise CellError(f"{code} is not a currency of ISO 4217.")
        rate = rate_on(rates, source, target, day)
        if rate is None:
            raise CellError(missing_rate(source, target, day).sentence)
        return round_to(times(amount, rate), target, Rounding.HALF_UP)

    return one


@function(
    "BILLOW_ALLOCATE",
    _GROUP,
    Argument("total", "number", "The amount to split"),
    _WEIGHTS,
    Argument("decimals", "integer", "How many decimals the parts have", default=2, bounds=(0, 10)),
    example=[100.0, [[1.0], [1.0], [1.0]]],
)
def allocated(total: Decimal, weights: Sequence[Any], decimals: int) -> Range:
    """A total split by weights, so that the parts sum to it to the last cent."""
    shares = [reader(_WEIGHTS)(weight) for weight in weights]
    try:
        return [[part] for part in allocate_to(total, shares, decimals)]
    except ValueError as error:
        raise CellError(f"{error}.") from error
