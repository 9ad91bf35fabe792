"""Why a vendor's amount is not what its own arithmetic gives, told from what the month's reports say.

>>> Reason("co-term").name, len(Reason)
('CO_TERM', 10)
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from billow.charges.terms import billing_of
from billow.periods import Method, Period, prorate
from billow.rating.bases import CYCLE_MONTHS
from billow.reconcile.arithmetic import Kind, VendorRows, amount_of


class Reason(StrEnum):
    """Why a vendor's amount is not what its own arithmetic gives, with the evidence each needs.

    AGREES: equal to the cent.
    UNMAPPED: the row cannot be done again: its charge type is in no value map, or it has no unit price or no
    quantity (a column that the format does not map). For a vendor's invoice: rows that name no invoice sum
    to the difference.
    ROUNDING: within the tolerance of its kind, 0.01 per seat or 0.01 per row of usage. For a vendor's
    invoice 0.01, or 0.005 for each account and service of the report whose charges do not end on a cent.
    FX: priced in another currency, and another rate of the same two currencies in the month's reports gives
    the amount; or the row names no rate.
    CANCELLED_IN_WINDOW: a refund that begins within the cancellation window after the subscription's first
    day and takes back exactly what another row of the subscription charged.
    CO_TERM: a charge from the first day of a subscription over a part of its cycle (its end was aligned with
    another subscription's); the unit price times the days' share of the cycle gives the amount.
    PRICE_DRIFT: another unit price of the same article and term, on this row (list price) or on another one
    of the month's reports, gives the amount.
    LATE_USAGE: usage that can still change (an estimate, without an invoice yet) or of days before the
    billing month. For a vendor's invoice: it is higher and its reports are estimates, or it has the azure
    plan's monthly lines, from which the daily usage differs by just the difference.
    CREDIT_NOT_IN_FILE: a vendor's invoice that is lower than its report, where every row names that invoice
    and every row is explained: what is missing can only be a credit outside the file.
    UNEXPLAINED: none of these can be told.

    A vendor's invoice gets the reason of its rows where their differences sum to that of the invoice.
    """

    AGREES = "agrees"
    UNMAPPED = "unmapped"
    ROUNDING = "rounding"
    FX = "FX"
    CANCELLED_IN_WINDOW = "cancelled in window"
    CO_TERM = "co-term"
    PRICE_DRIFT = "price drift"
    LATE_USAGE = "late usage"
    CREDIT_NOT_IN_FILE = "credit not in file"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Evidence:
    """What the month's reports say beside a row: other rates, other prices, what was charged before."""

    rates: Mapping[tuple[str, str], set[Decimal]]
    prices: Mapping[tuple[str, str, str], set[Decimal]]
    charged: Mapping[str, set[Decimal]]
    window: timedelta

    @classmethod
    def of(cls, rows: Sequence[VendorRows], window_hours: int) -> "Evidence":
        """Gather it from all rows of the month."""
        rates: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
        prices: dict[tuple[str, str, str], set[Decimal]] = defaultdict(set)
        charged: dict[str, set[Decimal]] = defaultdict(set)
        for row in rows:
            if row.rate is not None:
                rates[row.pricing_currency, row.currency].add(row.rate)
            for price in (row.price, row.list_price):
                if price is not None:
                    prices[row.sku, row.term, row.pricing_currency].add(price)
            if row.subscription and row.amount > 0:
                charged[row.subscription].add(row.amount)
        return cls(rates, prices, charged, timedelta(hours=window_hours))

    def reason(self, row: VendorRows, again: Decimal | None) -> Reason:
        """Return the first reason for which there is evidence."""
        if row.is_unknown_type or row.price is None or row.quantity is None:
            return Reason.UNMAPPED
        if again is not None and abs(row.amount - again) <= row.tolerance:
            return Reason.ROUNDING
        tests: tuple[tuple[Reason, Callable[[VendorRows], bool]], ...] = (
            (Reason.FX, self._other_rate),
            (Reason.CANCELLED_IN_WINDOW, self._taken_back),
            (Reason.CO_TERM, self._aligned),
            (Reason.PRICE_DRIFT, self._other_price),
            (Reason.LATE_USAGE, _is_late),
        )
        return next((reason for reason, holds in tests if holds(row)), Reason.UNEXPLAINED)

    def _other_rate(self, row: VendorRows) -> bool:
        if row.pricing_currency in {"", row.currency}:
            return False
        if row.rate is None:
            return True
        others = self.rates[row.pricing_currency, row.currency] - {row.rate}
        return any(_gives(row, amount_of(row, rate=other)) for other in others)

    def _taken_back(self, row: VendorRows) -> bool:
        if row.amount >= 0 or row.start is None or row.subscription_start is None:
            return False
        in_window = timedelta(0) <= row.start - row.subscription_start <= self.window
        return in_window and -row.amount in self.charged.get(row.subscription, set())

    def _aligned(self, row: VendorRows) -> bool:
        if row.kind is not Kind.SEATS or row.start is None or row.end is None or row.end <= row.start:
            return False
        if row.price is None or row.quantity is None or row.start != row.subscription_start:
            return False
        months = CYCLE_MONTHS.get(billing_of(row.billing_frequency, row.term), 1)
        held = prorate(Period(row.start, row.end), Method.ANNIVERSARY_DAYS, cycle_months=months)
        if held.share >= 1:
            return False
        whole = Fraction(row.price) * Fraction(row.rate or 1) * Fraction(row.quantity)
        return abs(Fraction(row.amount) - whole * held.share) <= Fraction(row.tolerance)

    def _other_price(self, row: VendorRows) -> bool:
        others = self.prices[row.sku, row.term, row.pricing_currency] - {row.price}
        return any(_gives(row, amount_of(row, price=other)) for other in others)


def _gives(row: VendorRows, again: Decimal | None) -> bool:
    return again is not None and abs(row.amount - again) <= row.tolerance


def _is_late(row: VendorRows) -> bool:
    if row.kind is Kind.SEATS:
        return False
    return row.is_estimate or (row.start is not None and f"{row.start:%Y-%m}" < row.billing_month)
