"""Microsoft's arithmetic, to the cent and only to compare: nothing of this is ever billed.

Microsoft cuts amounts off. Of the reconciliation file, licences are ROUNDDOWN(EffectiveUnitPrice x rate, 2)
x BillableQuantity and usage is ROUNDDOWN(ROUNDDOWN(EffectiveUnitPrice x BillableQuantity, 2) x rate, 2); of
the daily usage file each row is FLOOR(EffectiveUnitPrice x Quantity x rate, 2).
Source: Microsoft, "Use the reconciliation files" (Subtotal) and "Daily rated usage" (BillingPreTaxTotal).

>>> seats(Decimal("12.345"), Decimal(1), Decimal(500)), usage(Decimal("0.019"), Decimal("0.9"), Decimal(10))
(Decimal('6170.00'), Decimal('0.17'))
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_DOWN, ROUND_FLOOR, Context, Decimal, Inexact
from enum import StrEnum
from typing import NamedTuple

from billow.charges import Category
from billow.rating.azure_plan import DAILY_FORMAT, MONTHLY_FORMAT

CENT = Decimal("0.01")
ONE = Decimal(1)
# A price, a quantity and a rate have up to 24 decimals each; what is not exact is an error of ours.
EXACT = Context(prec=200, traps=[Inexact])
_CUTTING = Context(prec=200)


class Kind(StrEnum):
    """What arithmetic made an amount; VENDOR_INVOICE is the total that was typed from the vendor's PDF."""

    SEATS = "seats"
    USAGE = "usage"
    DAILY = "daily usage"
    VENDOR_INVOICE = "vendor invoice"


class VendorRows(NamedTuple):
    """Rows of a vendor's reports that are alike in everything named here: ``rows`` of them.

    ``amount`` is that of one row, before tax, in ``currency``; ``price`` is in ``pricing_currency``.
    ``first_row`` is the row of the file in which the first of them stands.
    """

    format_id: str
    vendor: str
    billing_month: str
    invoice: str
    account: str
    subscription: str
    sku: str
    term: str
    billing_frequency: str
    category: str
    frequency: str
    charge_type: str
    price: Decimal | None
    list_price: Decimal | None
    quantity: Decimal | None
    rate: Decimal | None
    pricing_currency: str
    currency: str
    amount: Decimal
    start: date | None
    end: date | None
    subscription_start: date | None
    is_estimate: bool
    is_unknown_type: bool
    rows: int
    first_row: int

    @property
    def kind(self) -> Kind:
        """Which arithmetic made the amount."""
        if self.format_id == DAILY_FORMAT:
            return Kind.DAILY
        is_usage = self.category == Category.USAGE.value or self.frequency == "Usage-Based"
        return Kind.USAGE if is_usage else Kind.SEATS

    @property
    def tolerance(self) -> Decimal:
        """How far one row may be off: a cent per seat, or a cent for a row of usage."""
        return CENT * max(abs(self.quantity or ONE), ONE) if self.kind is Kind.SEATS else CENT


def seats(price: Decimal, rate: Decimal, quantity: Decimal) -> Decimal:
    """Return the amount of licences: the price is cut off at the cent, then multiplied."""
    return EXACT.multiply(_cut(EXACT.multiply(price, rate)), quantity)


def usage(price: Decimal, rate: Decimal, quantity: Decimal) -> Decimal:
    """Return the amount of a usage line: cut off in the pricing currency, and once more in ours."""
    return _cut(EXACT.multiply(_cut(EXACT.multiply(price, quantity)), rate))


def daily(price: Decimal, rate: Decimal, quantity: Decimal) -> Decimal:
    """Return the amount of a row of daily usage: the next lower cent.

    >>> daily(Decimal("0.015"), Decimal(1), Decimal(1)), daily(Decimal("-0.015"), Decimal(1), Decimal(1))
    (Decimal('0.01'), Decimal('-0.02'))
    """
    exact = EXACT.multiply(EXACT.multiply(price, quantity), rate)
    return exact.quantize(CENT, ROUND_FLOOR, _CUTTING)


def _cut(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_DOWN, _CUTTING)


_ARITHMETIC: Mapping[Kind, Callable[[Decimal, Decimal, Decimal], Decimal]] = {
    Kind.SEATS: seats,
    Kind.USAGE: usage,
    Kind.DAILY: daily,
}


def is_replayed(format_id: str) -> bool:
    """Tell whether the arithmetic of a report format is known."""
    return format_id in {MONTHLY_FORMAT, DAILY_FORMAT}


def amount_of(
    row: VendorRows, *, price: Decimal | None = None, rate: Decimal | None = None
) -> Decimal | None:
    """Return what the arithmetic gives for one row, or with another price or rate; None where it cannot.

    A row priced in the currency that it is billed in needs no rate.
    """
    unit = row.price if price is None else price
    found = rate or row.rate
    if found is None and row.pricing_currency in {"", row.currency}:
        found = ONE
    if unit is None or row.quantity is None or found is None:
        return None
    return _ARITHMETIC[row.kind](unit, found, row.quantity)
