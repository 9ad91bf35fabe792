"""Functions of time: the share of an amount that some days are, in money and in words; billing periods.

Both days of every pair count. Days outside the cycle are not billed; the methods are those of the invoice.

>>> start, end = date(2026, 6, 14), date(2026, 6, 30)
>>> proration("anniversary_days")(start, end, date(2026, 6, 1), end)
'17 of 30 days'
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billow.contracts.schedule import MONTHS, periods_of
from billow.contracts.subscriptions import Subscription
from billow.functions.cells import Argument, CellError, in_order
from billow.functions.registry import function
from billow.functions.tables import Range
from billow.invoicing.texts import proration_words
from billow.money import Rounding, rounded, times
from billow.periods import Method, Period, Proration, months_after, portion, prorate

_GROUP = "Time"
_LONGEST_CYCLE = 120  # months
_DAYS = (
    Argument("from_date", "date", "The first billed day", "column"),
    Argument("through_date", "date", "The last billed day", "column"),
    Argument("cycle_from", "date", "The first day of the whole cycle", "column"),
    Argument("cycle_through", "date", "The last day of the whole cycle", "column"),
)
_METHOD = Argument(
    "method",
    "choice",
    "How days are counted; anniversary_days: the days over all days of the cycle",
    default="anniversary_days",
    choices=tuple(method.value for method in Method),
)
_DECIMALS = Argument("decimals", "integer", "How many decimals the amount has", default=2, bounds=(0, 10))
# 1 June 2026 is day 46174 of a sheet.
_JUNE = (46187.0, 46203.0, 46174.0, 46203.0)


@function(
    "BILLOW_PRORATE",
    _GROUP,
    Argument("amounts", "number", "The amount of the whole cycle", "column"),
    *_DAYS,
    _METHOD,
    _DECIMALS,
    example=[[[300.0], [45.5]], *_JUNE],
)
def prorated(method: str, decimals: int) -> Callable[..., Decimal]:
    """The part of an amount that the billed days are of the whole cycle, rounded half up."""

    def one(amount: Decimal, *days: date) -> Decimal:
        return rounded(times(amount, _share(method, *days).share), decimals, Rounding.HALF_UP)

    return one


@function("BILLOW_PRORATION", _GROUP, *_DAYS, _METHOD, example=_JUNE)
def proration(method: str) -> Callable[..., str]:
    """The same share in words, as it stands on the invoice: 17 of 30 days."""

    def one(*days: date) -> str:
        return proration_words("en", _share(method, *days)) or "one whole period"

    return one


def _share(method: str, first: date, last: date, cycle_from: date, cycle_through: date) -> Proration:
    billed, cycle = in_order(first, last), in_order(cycle_from, cycle_through)
    active, counted = billed.overlap(cycle), Method(method)
    if counted is Method.NONE:
        return Proration(counted, Fraction(1))
    if active is None or counted is Method.ANNIVERSARY_DAYS:
        return replace(portion(billed, cycle), method=counted)
    months = _months(cycle)
    return prorate(active, counted, cycle_months=months, price_months=months, anchor=cycle.start)


def _months(cycle: Period) -> int:
    """Return how many months a cycle has; the other methods count in months."""
    found = (cycle.end.year - cycle.start.year) * 12 + cycle.end.month - cycle.start.month
    if not 0 < found <= _LONGEST_CYCLE or months_after(cycle.start, found) != cycle.end:
        raise CellError(f"The cycle {cycle} is not a number of whole months; use anniversary_days.")
    return found


@function(
    "BILLOW_PERIODS",
    _GROUP,
    Argument("start", "date", "The first day"),
    Argument("through_date", "date", "The last day"),
    Argument("every", "choice", "How many months are billed at once", choices=tuple(MONTHS)),
    Argument(
        "anchor",
        "integer",
        "The day on which periods begin; default: that of start",
        default=0,
        bounds=(0, 31),
    ),
    example=[46053.0, 46142.0, "monthly"],
)
def periods(start: date, through_date: date, every: str, anchor: int) -> Range:
    """The billing periods from a first through a last day; a month without the anchor day takes its last."""
    in_order(start, through_date)
    contract = Subscription(
        "", "", "", "contract", start, through_date, billing=every, anchor_day=anchor or start.day
    )
    found = [due.period for due in periods_of(contract, through_date)]
    return [["From", "Through"], *([period.start, period.through] for period in found)]
