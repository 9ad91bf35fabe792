"""Partner Center's daily-rated usage of the azure plan: what every resource used on every day.

The columns are Microsoft's (55 of them), and so is the arithmetic: BillingPreTaxTotal is
FLOOR(EffectiveUnitPrice x Quantity x PCToBCExchangeRate, 2). The partner earned credit (15 % or none)
is inside EffectiveUnitPrice. Source: Microsoft, "Use the daily rated usage reconciliation file".

>>> billing_total(Decimal("0.1955"), Decimal("21.641127"))
Decimal('3.89')
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from billow.example.parties import MONTH, RESELLER, SEED, Account, accounts, guid
from billow.example.tables import Row, columns, csv_text, rows
from billow.money import Rounding, rounded

RATE = Decimal("0.921300112")  # one US dollar in euros, as Microsoft fixes it for the month
RATE_DAY = MONTH.through
INVOICE = "G048112606"
PARTNER = guid("partner", RESELLER)
PARTNER_MPN = "6001234"
CUSTOMERS = "C-1001 C-1003 C-1004 C-1006 C-1008 C-1013 C-1017 C-1018 C-1019 C-1024".split()
_RESOURCES = 5  # of each customer
_STARTS_LATE = {"C-1006": date(2026, 6, 11), "C-1024": date(2026, 6, 19)}  # one of their resources
_ENVIRONMENTS = ("prod", "test", "backup")


@dataclass(frozen=True)
class Meter:
    """What Azure measures, and its list price in dollars; ``credit`` is the partner's, in percent."""

    row: Row
    list_price: Decimal
    credit: Decimal

    @property
    def price(self) -> Decimal:
        """The effective unit price: the list price less the partner earned credit."""
        return self.list_price * (100 - self.credit) / 100


@dataclass(frozen=True)
class Used:
    """What one resource used on one day, and what Microsoft asks for it in euros before tax."""

    account: Account
    meter: Meter
    resource: str
    environment: str
    day: date
    quantity: Decimal
    total: Decimal


def billing_total(price: Decimal, quantity: Decimal) -> Decimal:
    """Return the amount of a daily row: cut off to the cent, once."""
    return rounded(price * quantity * RATE, 2, Rounding.DOWN)


def used(seed: int = SEED) -> list[Used]:
    """Return a month of usage: some customers, each with the same few resources every day."""
    chance = Random(f"{seed}/azure")  # noqa: S311 - an example that repeats itself, not a secret
    meters = [Meter(row, Decimal(row["UnitPrice"]), Decimal(row["PEC"])) for row in rows("azure_meters")]
    first_account = {account.customer: account for account in reversed(accounts("Microsoft"))}
    found = []
    for customer in CUSTOMERS:
        for number, meter in enumerate(chance.sample(meters, _RESOURCES)):
            late = _STARTS_LATE.get(customer, MONTH.start) if number == 0 else MONTH.start
            environment = chance.choice(_ENVIRONMENTS)
            resource = f"{meter.row['Meter'].lower()}-{environment}-{number + 1}"
            found += _daily(chance, first_account[customer], meter, resource, environment, late)
    return found


def _daily(
    chance: Random, account: Account, meter: Meter, resource: str, environment: str, first: date
) -> list[Used]:
    low, high = (int(Decimal(meter.row[bound]) * 10**6) for bound in ("Low", "High"))
    days = (first + timedelta(days=n) for n in range((MONTH.end - first).days))
    drawn = [(day, Decimal(chance.randint(low, high)).scaleb(-6)) for day in days]
    return [
        Used(account, meter, resource, environment, day, amount, billing_total(meter.price, amount))
        for day, amount in drawn
    ]


def us_date(day: date) -> str:
    """Return a date as the portal writes it.

    >>> us_date(date(2026, 6, 1))
    '6/1/2026'
    """
    return f"{day.month}/{day.day}/{day.year}"


def plan_of(account: Account) -> str:
    """Return the subscription id of the account's azure plan: the same in both of Microsoft's files."""
    return guid(account.key, "azure plan")


def report(seed: int = SEED) -> bytes:
    """Return the report as Partner Center delivers it: with a byte order mark and CRLF."""
    lines = (_line(use) for use in used(seed))
    return csv_text(columns("daily"), lines, "\r\n").encode("utf-8-sig")


def _line(use: Used) -> Row:
    return _who(use.account) | _what(use) | _how_much(use)


def _who(account: Account) -> Row:
    entitlement = guid(account.key, "subscription")
    return {
        "PartnerId": PARTNER,
        "PartnerName": RESELLER,
        "CustomerId": account.key,
        "CustomerName": account.name,
        "CustomerDomainName": account.domain,
        "CustomerCountry": account.country,
        "MpnId": PARTNER_MPN,
        "Tier2MpnId": "0",
        "InvoiceNumber": INVOICE,
        "SubscriptionDescription": "Azure plan",
        "SubscriptionId": plan_of(account),
        "EntitlementId": entitlement,
        "EntitlementDescription": f"Subscription {account.domain.partition('.')[0]}",
        "ChargeStartDate": us_date(MONTH.start),
        "ChargeEndDate": us_date(MONTH.through),
    }


def _what(use: Used) -> Row:
    meter, entitlement = use.meter.row, guid(use.account.key, "subscription")
    group = f"rg-{use.environment}"
    provider = f"{meter['Service']}/{meter['Type']}/{use.resource}"
    tags = {"env": use.environment, "cost_center": use.account.customer[2:]}
    return {
        "ProductId": "DZH318Z0BNZ5",
        "SkuId": meter["SkuId"],
        "AvailabilityId": "DZH318Z08B80",
        "SkuName": meter["Name"],
        "ProductName": meter["Category"],
        "PublisherName": "Microsoft",
        "MeterType": f"{meter['Unit']} - {meter['Name']}",
        "MeterCategory": meter["Category"],
        "MeterId": guid("meter", meter["Meter"]),
        "MeterSubCategory": meter["SubCategory"],
        "MeterName": meter["Name"],
        "MeterRegion": "EU West",
        "Unit": meter["Unit"],
        "UnitType": meter["Unit"],
        "ResourceLocation": "EUWEST",
        "ConsumedService": meter["Service"],
        "ResourceGroup": group,
        "ResourceURI": f"/subscriptions/{entitlement}/resourceGroups/{group}/providers/{provider}",
        "ChargeType": "new",
        "Tags": json.dumps(tags, separators=(",", ":")),
        "AdditionalInfo": json.dumps({"ServiceType": meter["Name"]}, separators=(",", ":")),
    }


def _how_much(use: Used) -> Row:
    return {
        "UsageDate": us_date(use.day),
        "UnitPrice": str(use.meter.list_price),
        "Quantity": str(use.quantity),
        "BillingPreTaxTotal": str(use.total),
        "BillingCurrency": "EUR",
        "PricingPreTaxTotal": format((use.meter.price * use.quantity).normalize(), "f"),
        "PricingCurrency": "USD",
        "EffectiveUnitPrice": format(use.meter.price.normalize(), "f"),
        "PCToBCExchangeRate": str(RATE),
        "PCToBCExchangeRateDate": us_date(RATE_DAY),
        "PartnerEarnedCreditPercentage": str(use.meter.credit),
        "CreditPercentage": "0",
        "CreditType": "Credit Not Applied",
    }
