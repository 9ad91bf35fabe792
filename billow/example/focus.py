"""A FOCUS 1.4 cost and usage report of an invented hosting company, "Skyline Hosting", in euros.

Times are UTC and ends exclusive; credits and tax are rows of their own. The list cost is there, so that a
price can be a percentage off list. Source of the columns: FOCUS 1.4, Cost and Usage dataset.

>>> sorted({line["ChargeCategory"] for line in lines()})
['Credit', 'Purchase', 'Tax', 'Usage']
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from billow.example.parties import MONTH, RESELLER, SEED, Account, accounts, guid
from billow.example.tables import Row, columns, csv_text
from billow.money import Rounding, rounded
from billow.periods import Period

INVOICE = "SKY-2026-06-0193"
_VENDOR = "Skyline Hosting"
_TAX = Decimal("0.21")


@dataclass(frozen=True)
class Service:
    """A service of the vendor, with its list price and ours for one unit."""

    name: str
    category: str
    subcategory: str
    sku: str
    unit: str
    list_price: Decimal
    price: Decimal
    charge: str
    frequency: str


_SERVER = Service(
    "Cloud Servers",
    "Compute",
    "Virtual Machines",
    "SKY-CS-4",
    "Hours",
    Decimal("0.0840"),
    Decimal("0.0714"),
    "Usage",
    "Usage-Based",
)
_STORAGE = Service(
    "Object Storage",
    "Storage",
    "Object Storage",
    "SKY-OS",
    "GB",
    Decimal("0.0250"),
    Decimal("0.0200"),
    "Usage",
    "Usage-Based",
)
_DATABASE = Service(
    "Managed Databases",
    "Databases",
    "Relational Databases",
    "SKY-DB-S",
    "Databases",
    Decimal("39.00"),
    Decimal("35.10"),
    "Purchase",
    "Recurring",
)
_DOMAIN = Service(
    "Domain Names",
    "Web",
    "Other (Web)",
    "SKY-DN-NL",
    "Domains",
    Decimal("7.50"),
    Decimal("7.50"),
    "Purchase",
    "One-Time",
)


def lines(seed: int = SEED) -> list[Row]:
    """Return the report's rows: what each customer used and bought, then the credit, then the tax."""
    chance = Random(f"{seed}/focus")  # noqa: S311 - an example that repeats itself, not a secret
    found = [line for account in accounts(_VENDOR) for line in _used(chance, account)]
    found.append(_credit(accounts(_VENDOR)[0]))
    return [*found, *_taxes(found)]


def report(seed: int = SEED) -> bytes:
    """Return the report as UTF-8 text."""
    return csv_text(columns("focus"), lines(seed), "\n").encode("utf-8")


def _used(chance: Random, account: Account) -> Iterator[Row]:
    for number in range(MONTH.days):
        day = MONTH.start + timedelta(days=number)
        hours = Decimal(chance.randint(18, 24))
        yield _bought(account, _SERVER, hours, Period(day, day + timedelta(days=1)))
    yield _bought(account, _STORAGE, Decimal(chance.randint(800, 9000)), MONTH)
    yield _bought(account, _DATABASE, Decimal(chance.randint(1, 3)), MONTH)
    if chance.choice((True, False)):
        day = date(2026, 6, chance.randint(2, 27))
        yield _bought(account, _DOMAIN, Decimal(1), Period(day, day + timedelta(days=1)))


def _stamp(day: date) -> str:
    return f"{day}T00:00:00Z"


def _row(account: Account, category: str, frequency: str, text: str, cost: Decimal, period: Period) -> Row:
    amount = f"{cost:.2f}"
    return {
        "BilledCost": amount,
        "EffectiveCost": amount,
        "ContractedCost": amount,
        "ListCost": amount,
        "PricingCurrencyEffectiveCost": amount,
        "BillingAccountId": "NS-3526",
        "BillingAccountName": RESELLER,
        "BillingAccountType": "Reseller",
        "BillingCurrency": "EUR",
        "PricingCurrency": "EUR",
        "BillingPeriodStart": _stamp(MONTH.start),
        "BillingPeriodEnd": _stamp(MONTH.end),
        "ChargeCategory": category,
        "ChargeDescription": text,
        "ChargeFrequency": frequency,
        "ChargePeriodStart": _stamp(period.start),
        "ChargePeriodEnd": _stamp(period.end),
        "HostProviderName": _VENDOR,
        "ServiceProviderName": _VENDOR,
        "InvoiceIssuerName": _VENDOR,
        "InvoiceId": INVOICE,
        "SubAccountId": account.key,
        "SubAccountName": account.name,
        "SubAccountType": "Project",
        "Tags": json.dumps({"customer": account.customer}, separators=(",", ":")),
    }


def _bought(account: Account, service: Service, quantity: Decimal, period: Period) -> Row:
    cost = rounded(service.price * quantity, 2, Rounding.HALF_UP)
    at_list = rounded(service.list_price * quantity, 2, Rounding.HALF_UP)
    text = f"{service.name}, {service.unit.lower()}"
    resource = guid(account.key, service.name)[:8]
    return _row(account, service.charge, service.frequency, text, cost, period) | {
        "ListCost": f"{at_list:.2f}",
        "ListUnitPrice": str(service.list_price),
        "ContractedUnitPrice": str(service.price),
        "PricingCurrencyListUnitPrice": str(service.list_price),
        "PricingCurrencyContractedUnitPrice": str(service.price),
        "PricingCategory": "Standard",
        "PricingQuantity": str(quantity),
        "PricingUnit": service.unit,
        "ConsumedQuantity": str(quantity) if service.charge == "Usage" else "",
        "ConsumedUnit": service.unit if service.charge == "Usage" else "",
        "RegionId": "nl-utr-1",
        "RegionName": "Utrecht",
        "ResourceId": f"{service.sku.lower()}-{resource}",
        "ResourceName": f"{service.sku.lower()}-{resource[:4]}",
        "ResourceType": service.subcategory,
        "ServiceCategory": service.category,
        "ServiceName": service.name,
        "ServiceSubcategory": service.subcategory,
        "SkuId": service.sku,
        "SkuPriceId": f"{service.sku}-EUR",
    }


def _credit(account: Account) -> Row:
    text = "Bonus for last year's turnover"
    return _row(account, "Credit", "One-Time", text, Decimal("-60.00"), MONTH) | {
        "ServiceCategory": "Other",
        "ServiceName": "Partner bonus",
    }


def _taxes(found: list[Row]) -> Iterator[Row]:
    for account in accounts(_VENDOR):
        net = sum(Decimal(row["BilledCost"]) for row in found if row["SubAccountId"] == account.key)
        tax = rounded(net * _TAX, 2, Rounding.HALF_UP)
        yield _row(account, "Tax", "One-Time", "Btw 21 %", tax, MONTH) | {
            "ServiceCategory": "Other",
            "ServiceName": "Tax",
        }
