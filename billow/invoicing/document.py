"""The invoice as a document: what is printed, journalled and kept, with the figures of EN 16931.

A draft has no number and no issue date; issuing gives both and the document never changes again. Every
figure is rounded to its currency; ``net`` is the sum of the lines' nets, ``vat`` the sum over
``vat_lines``, ``total`` their sum.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from billow.periods import Period


@dataclass(frozen=True)
class Party:
    """Seller or buyer (EN 16931 BG-4, BG-7); ``number`` is the debtor code of a buyer."""

    name: str
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    vat_number: str = ""
    registration_number: str = ""
    email: str = ""
    number: str = ""
    iban: str = ""
    bic: str = ""


class Source(NamedTuple):
    """Where a line comes from: a group of charges of one import, with its cost before tax."""

    charge_key: str
    import_id: str
    currency: str
    cost: Decimal
    rows: int


class Share(NamedTuple):
    """What a discount's own line takes off another line; it serves margin figures only."""

    line_id: str
    amount: Decimal


class Step(NamedTuple):
    """One step of the way to a line's amount; ``amount`` is exact, as text, where the step has one.

    ``kind`` is one of ``billow.invoicing.explanation``; the steps with an amount sum to the line's net.
    """

    kind: str
    text: str
    amount: str = ""


class Line(NamedTuple):
    """One invoice line (BG-25). ``net`` is rounded once; ``steps`` say how it came about.

    ``unit_price`` times ``quantity`` is ``net`` only where nothing was prorated, tiered or marked up; the
    amount is the truth, the price is for the eye. ``cost`` is in the invoice's currency. ``driver``: what
    made the line: the vendor's charges, a contract (its charges are then only cost), an adjustment, or a
    discount, whose ``shares`` sum to its net. ``recognition``: when revenue billed ahead is booked (at_once,
    by_month, by_day). ``explanation`` is the whole way from the charges to the net.
    """

    line_id: str
    vendor: str
    product: str
    text: str
    net: Decimal
    vat_code: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None = None
    note: str = ""
    period: Period | None = None
    subscription: str = ""
    purchase_order: str = ""
    revenue_group: str = ""
    cost: Decimal = Decimal(0)
    driver: str = "vendor"
    model: str = ""
    price_row: str = ""
    steps: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    shares: tuple[Share, ...] = ()
    explanation: tuple[Step, ...] = ()
    recognition: str = "at_once"


@dataclass(frozen=True)
class VatLine:
    """VAT of one code (BG-23): ``rate`` is a percentage, ``vat`` is half-up on the sum ``net``."""

    code: str
    category: str
    rate: Decimal
    net: Decimal
    vat: Decimal
    text: str = ""
    vatex: str = ""


@dataclass(frozen=True)
class Document:
    """An invoice for one customer and billing month, over all vendors.

    ``base_vat`` is the VAT in the books' currency where that is another one (VAT Directive art. 91(2)),
    at ``exchange_rate`` (one unit of ``currency`` in ``base_currency``).
    """

    billing_month: str
    seller: Party
    buyer: Party
    currency: str
    language: str
    lines: tuple[Line, ...]
    vat_lines: tuple[VatLine, ...]
    net: Decimal
    vat: Decimal
    total: Decimal
    payment_days: int
    kind: str = "invoice"
    number: str = ""
    issue_date: date | None = None
    due_date: date | None = None
    buyer_reference: str = ""
    purchase_order: str = ""
    customer_group: str = ""
    cost_centre: str = ""
    base_currency: str = ""
    base_vat: Decimal | None = None
    exchange_rate: Decimal | None = None

    @property
    def is_issued(self) -> bool:
        """Tell whether the document has its number and may no longer change."""
        return bool(self.number)

    @property
    def name(self) -> str:
        """What files and sheets are called by: the number, or DRAFT and the customer number."""
        return self.number or f"DRAFT {self.buyer.number}"
