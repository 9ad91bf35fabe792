"""A charge as rating sees it, and what an import proved about its file."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from billow.periods import Period


class Category(StrEnum):
    """FOCUS 1.4 ChargeCategory: what kind of charge a row is."""

    USAGE = "Usage"
    PURCHASE = "Purchase"
    TAX = "Tax"
    CREDIT = "Credit"
    ADJUSTMENT = "Adjustment"


class Charge(NamedTuple):
    """Like rows of one import, added up: same customer key, product, subscription, kind and unit prices.

    Amounts are exact and before tax, in ``currency``; quantities may be negative (a vendor's refund).
    ``period`` holds the charge dates as delivered, never clipped to ``billing_month`` (``YYYY-MM``, the
    vendor's billing period or invoice). Of usage that is added up it spans first to last day. ``is_proforma``
    charges say what the vendor's customer is told to pay; the vendor's invoice has never heard of them.
    ``split_value`` is the tag's value or the resource group by which a shared account is split, ``share_of``
    the customer whose part of it the charge is.
    ``corrects`` is the issued month that the charge puts right, ``corrected_key`` the charge's key there.
    """

    key: str
    import_id: str
    format_id: str
    vendor: str
    billing_month: str
    customer_key: str
    category: Category
    currency: str
    billed_cost: Decimal
    rows: int
    period: Period | None = None
    customer_name: str = ""
    customer_country: str = ""
    invoice_id: str = ""
    billing_account_id: str = ""
    sub_account_id: str = ""
    sub_account_name: str = ""
    subscription_id: str = ""
    subscription_start: date | None = None
    charge_class: str = ""
    frequency: str = ""
    charge_type: str = ""
    description: str = ""
    service: str = ""
    sku: str = ""
    publisher: str = ""
    term: str = ""
    billing_frequency: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    list_unit_price: Decimal | None = None
    contracted_unit_price: Decimal | None = None
    list_cost: Decimal | None = None
    contracted_cost: Decimal | None = None
    effective_cost: Decimal | None = None
    pricing_currency: str = ""
    exchange_rate: Decimal | None = None
    partner_credit_rate: Decimal | None = None
    credit_type: str = ""
    is_estimate: bool = False
    is_unknown_type: bool = False
    is_proforma: bool = False
    corrects: str = ""
    corrected_key: str = ""
    split_value: str = ""
    share_of: str = ""

    @property
    def home_month(self) -> str:
        """The month whose prices, contracts and rates hold: of a correction the one that it puts right."""
        return self.corrects or self.billing_month


@dataclass(frozen=True)
class ImportTotals:
    """What one import of one file holds and proved: its control totals.

    ``billed`` and ``tax`` are sums per currency of BilledCost without and with category Tax; ``source``
    is the sum of the file's own total column per currency, which must equal ``billed``. ``rows_read`` are
    the data rows of the file; ``rows_stored`` may be more where one row was split (a tax column).

    ``units`` are what the set states, each a billing account and its month or invoice. One that
    ``corrects`` an issued month holds what its file changes against the imports ``against``.
    """

    import_id: str
    format_id: str
    vendor: str
    file_name: str
    sha256: str
    set_key: str
    billing_month: str
    rows_read: int
    rows_stored: int
    fingerprint: str
    billed: dict[str, Decimal] = field(default_factory=dict)
    tax: dict[str, Decimal] = field(default_factory=dict)
    source: dict[str, Decimal] = field(default_factory=dict)
    rows_by_charge_type: dict[str, int] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()
    unknown_charge_types: tuple[str, ...] = ()
    corrects: str = ""
    against: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
