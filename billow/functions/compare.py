"""A customer's month against another one, as the runs left their lines: what came, went, rose and fell."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

from billow.functions.cells import Argument
from billow.functions.registry import function
from billow.functions.run import CUSTOMER, PERIOD, RUN, STORE, left_of_lines
from billow.functions.tables import Range
from billow.summary import Line

_KEYS: dict[str, Callable[[Line], str]] = {
    "product": lambda line: line.product,
    "vendor": lambda line: line.vendor,
    "revenue_group": lambda line: line.revenue_group,
}
_Pair = list[Decimal]


@function(
    "BILLOW_COMPARE",
    STORE,
    RUN,
    CUSTOMER,
    PERIOD,
    Argument("other", "month", "The billing month it is compared with"),
    Argument("by", "choice", "What a row stands for", default="product", choices=tuple(_KEYS)),
    example=["run", "C-1003", "2026-07", "2026-06", "revenue_group"],
)
def compare(run: str, customer: str, period: str, other: str, by: str) -> Range:
    """A customer's net in two months and how much more the first has; drafts count until they are issued."""
    sums: dict[tuple[str, str], _Pair] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    totals: dict[str, _Pair] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in left_of_lines(run, period, other).by_customer.get(customer, ()):
        key = _KEYS[by](line) or f"No {by.replace('_', ' ')}"
        for at, month in enumerate((period, other)):
            if line.month == month:
                sums[key, line.currency][at] += line.net
                totals[line.currency][at] += line.net
    return [
        [by.replace("_", " ").capitalize(), period, other, "Difference", "Currency"],
        *([key, *_with_difference(pair), currency] for (key, currency), pair in sorted(sums.items())),
        *(["Total", *_with_difference(pair), currency] for currency, pair in sorted(totals.items())),
    ]


def _with_difference(pair: _Pair) -> _Pair:
    this, other = pair
    return [this, other, this - other]
