"""AWS's cost and usage report (CUR 2.0 data export) of the reseller's payer account, in US dollars.

Discounts are rows of their own: SppDiscount is what AWS leaves to the solution provider, EdpDiscount what
the reseller agreed for himself. A savings plan is three kinds of rows: the fee, the usage it covers at the
on-demand rate, and a negation that takes that usage off again. Tax is a row for each account.
Source of the columns: AWS, "Cost and Usage Report 2.0 table dictionary".

>>> {line["line_item_line_item_type"] for line in lines()} >= {"Usage", "Tax", "SppDiscount", "Refund"}
True
"""

import gzip
import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random

from billow.example.parties import MONTH, RESELLER, SEED, Account, accounts, guid
from billow.example.tables import Row, columns, csv_text, rows
from billow.money import Rounding, rounded
from billow.periods import Period

INVOICE = "EUINNL26-604411"
_PAYER = "100200300400"
_ISSUER = "Amazon Web Services EMEA SARL"
_SERVICES = 3  # of each account
_TAX, _SPP, _EDP = Decimal("0.21"), Decimal("0.03"), Decimal("0.05")
_EDP_CUSTOMERS = ("C-1008", "C-1024")
_EC2, _S3 = ("AmazonEC2", "Amazon Elastic Compute Cloud"), ("AmazonS3", "Amazon Simple Storage Service")
_PLANS = ("ComputeSavingsPlans", "Compute Savings Plans")
# customer, type, product, description, dollars: what does not follow from usage
_EXTRAS = (
    ("C-1014", "SavingsPlanRecurringFee", _PLANS, "1 year No Upfront Compute Savings Plan", "72.00"),
    ("C-1014", "SavingsPlanCoveredUsage", _EC2, "m5.xlarge covered by Compute Savings Plans", "96.00"),
    ("C-1014", "SavingsPlanNegation", _EC2, "SavingsPlanNegation used by AccountId : 014200300403", "-96.00"),
    ("C-1018", "Credit", _EC2, "AWS Promotional Credits", "-50.00"),
    ("C-1008", "Refund", _S3, "Refund for overcharge in May", "-7.77"),
)


def lines(seed: int = SEED) -> list[Row]:
    """Return the report's rows, account by account."""
    chance = Random(f"{seed}/aws")  # noqa: S311 - an example that repeats itself, not a secret
    services = rows("aws_usage")
    found = []
    seen = set()
    for account in accounts("AWS"):
        chosen = [services[0], *chance.sample(services[1:], _SERVICES - 1)]
        own = [line for service in chosen for line in _usage(chance, account, service)]
        # a customer with two accounts has the extras on the first one only
        own += [] if account.customer in seen else _extras(account)
        seen.add(account.customer)
        own += _discounts(account, own)
        found += [*own, _tax(account, own)]
    return [{"identity_line_item_id": f"id{n:06d}"} | line for n, line in enumerate(found, 1)]


def report(seed: int = SEED) -> bytes:
    """Return the export, gzipped without a time so that its bytes repeat."""
    text = csv_text(columns("cur2"), lines(seed), "\n")
    packed = BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
        file.write(text.encode("utf-8"))
    return packed.getvalue()


def _stamp(day: date) -> str:
    return f"{day}T00:00:00.000Z"


def _line(
    account: Account, kind: str, product: tuple[str, str], text: str, cost: Decimal, period: Period
) -> Row:
    code, service = product
    return {
        "bill_billing_entity": "AWS",
        "bill_billing_period_start_date": _stamp(MONTH.start),
        "bill_billing_period_end_date": _stamp(MONTH.end),
        "bill_bill_type": "Anniversary",
        "bill_invoice_id": INVOICE,
        "bill_invoicing_entity": _ISSUER,
        "bill_payer_account_id": _PAYER,
        "bill_payer_account_name": RESELLER,
        "cost_category": "{}",
        "discount": "{}",
        "line_item_currency_code": "USD",
        "line_item_legal_entity": _ISSUER,
        "line_item_line_item_description": text,
        "line_item_line_item_type": kind,
        "line_item_product_code": code,
        "line_item_unblended_cost": format(cost, "f"),
        "line_item_usage_account_id": account.key,
        "line_item_usage_account_name": account.name,
        "line_item_usage_start_date": _stamp(period.start),
        "line_item_usage_end_date": _stamp(period.end),
        "pricing_currency": "USD",
        "product": json.dumps({"product_name": service, "region": "eu-central-1"}, separators=(",", ":")),
        "reservation": "{}",
        "resource_tags": "{}",
    }


def _usage(chance: Random, account: Account, service: Row) -> list[Row]:
    resource = f"i-{guid(account.key, service['Code'])[:8]}"
    tags = json.dumps({"user_env": "prod", "user_cost_center": account.customer[2:]}, separators=(",", ":"))
    rate = Decimal(service["Rate"])
    found = []
    for number in range(MONTH.days):
        start = MONTH.start + timedelta(days=number)
        amount = chance.randint(int(service["Low"]), int(service["High"]))
        cost = rate * amount
        product = service["Code"], service["Service"]
        line = _line(
            account, "Usage", product, service["Description"], cost, Period(start, start + timedelta(1))
        )
        found.append(line | _priced(service, amount, cost, resource) | {"resource_tags": tags})
    return found


def _priced(service: Row, amount: int, cost: Decimal, resource: str) -> Row:
    return {
        "line_item_operation": service["Operation"],
        "line_item_resource_id": resource,
        "line_item_unblended_rate": service["Rate"],
        "line_item_usage_amount": str(amount),
        "line_item_usage_type": service["UsageType"],
        "pricing_public_on_demand_cost": format(cost, "f"),
        "pricing_public_on_demand_rate": service["Rate"],
        "pricing_term": "OnDemand",
        "pricing_unit": service["Unit"],
        "product_region_code": "eu-central-1",
        "product_sku": service["Sku"],
        "product_servicecode": service["Code"],
    }


def _extras(account: Account) -> list[Row]:
    arn = f"arn:aws:savingsplans::{account.key}:savingsplan/{guid(account.key, 'savings plan')}"
    found = []
    for customer, kind, product, text, dollars in _EXTRAS:
        if customer == account.customer:
            line = _line(account, kind, product, text, Decimal(dollars), MONTH)
            found.append(
                line | ({"savings_plan_savings_plan_arn": arn} if kind.startswith("Savings") else {})
            )
    return found


def _discounts(account: Account, own: list[Row]) -> list[Row]:
    """Return the discounts on what the account used of EC2, to the tenth decimal as AWS writes them."""
    base = sum(
        Decimal(line["line_item_unblended_cost"])
        for line in own
        if line["line_item_line_item_type"] == "Usage" and line["line_item_product_code"] == "AmazonEC2"
    )
    agreed = [("SppDiscount", "Solution Provider Program discount", _SPP)]
    if account.customer in _EDP_CUSTOMERS:
        agreed.append(("EdpDiscount", "Enterprise Discount Program discount", _EDP))
    return [
        _line(account, kind, _EC2, text, -rounded(base * percent, 10, Rounding.HALF_UP), MONTH)
        for kind, text, percent in agreed
    ]


def _tax(account: Account, own: list[Row]) -> Row:
    net = sum(Decimal(line["line_item_unblended_cost"]) for line in own)
    tax = rounded(net * _TAX, 2, Rounding.HALF_UP)
    return _line(account, "Tax", _EC2, "Tax of type VAT", tax, MONTH) | {"line_item_tax_type": "VAT"}
