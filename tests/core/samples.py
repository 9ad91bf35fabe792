"""A small reseller to test with: two customers, a few accounts, products and prices.

Every sample takes what matters as an argument; the rest is the dullest value that works.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from billow.catalog.exchange import ExchangeRate
from billow.catalog.prices import Price, Tier
from billow.catalog.products import Product, SkuRule
from billow.charges import Category, Charge
from billow.contracts.customers import Account, Customer
from billow.contracts.subscriptions import Subscription
from billow.invoicing.document import Party
from billow.invoicing.draft import Invoicing
from billow.invoicing.vat import VatCode, VatRule
from billow.periods import Period, inclusive, month
from billow.problems import Place, Problem
from billow.rating.books import Books

MONTH = "2026-06"
JUNE = month(MONTH)
ISSUED_THROUGH = JUNE.through


def day(text: str) -> date:
    """Return ``6-16`` as 16 June 2026, and a whole ISO date as it stands."""
    return date.fromisoformat(text if len(text) == len("2026-06-16") else f"2026-{text.zfill(5)}")


def days(first: str, through: str) -> Period:
    """Return the period between two days, both counted."""
    return inclusive(day(first), day(through))


def charge(key: str = "c1", cost: str = "100.00", **given: Any) -> Charge:
    """Return a charge of pay-per-use for account A-1 in June."""
    plain = Charge(
        key=key,
        import_id="imp-1",
        format_id="test",
        vendor="Microsoft",
        billing_month=MONTH,
        customer_key="A-1",
        category=Category.USAGE,
        currency="EUR",
        billed_cost=Decimal(cost),
        rows=1,
        period=JUNE,
        description="Virtual machine",
        sku="VM-1",
        unit="Hours",
    )
    return plain._replace(**given)


def seats(key: str, quantity: str, period: Period, cost: str = "0.00", **given: Any) -> Charge:
    """Return a charge for seats of subscription S-1, negative for a refund."""
    licence = {
        "category": Category.PURCHASE,
        "quantity": Decimal(quantity),
        "period": period,
        "sku": "E5",
        "description": "Office E5",
        "subscription_id": "S-1",
        "frequency": "Recurring",
        "unit": "licence",
    }
    return charge(key, cost, **{**licence, **given})


CUSTOMERS = (
    Customer(
        "C-1", "Alpha B.V.", country="NL", vat_number="NL123456782B12", place=Place(sheet="Customers", row=2)
    ),
    Customer("C-2", "Beta GmbH", country="DE", vat_number="DE136695976", language="de"),
    Customer("C-9", "Gone B.V.", status="closed", country="NL"),
    Customer("C-0", "Nimbus itself", status="own", country="NL"),
)
ACCOUNTS = (
    Account("Microsoft", "A-1", "C-1", confirmed_by="ada"),
    Account("Microsoft", "A-2", "C-2", confirmed_by="ada"),
    Account("AWS", "1001", "C-1", confirmed_by="ada"),
    Account("Microsoft", "A-9", "C-9"),
    Account("Microsoft", "A-0", "C-0"),
)
PRODUCTS = (
    Product("VM", "Virtual machines", vendor="Microsoft", family="Azure"),
    Product("E5", "Office E5", {"de": "Büro E5"}, vendor="Microsoft", family="M365", unit="licence"),
    Product("EC2", "EC2", vendor="AWS", family="AWS"),
    Product("CARE", "Managed service", vat_class="services"),
)
SKU_RULES = (
    SkuRule("Microsoft", "sku", "E5", "E5"),
    SkuRule("Microsoft", "prefix", "VM", "VM"),
    SkuRule("AWS", "vendor", "", "EC2"),
)


def price(price_id: str, **given: Any) -> Price:
    """Return a price for everyone of product VM, passed on."""
    plain = Price(
        price_id, product="VM", model="pass_through", currency="EUR", place=Place(sheet="Prices", row=7)
    )
    return replace(plain, **given)


VM = price("vm", model="markup", value=Decimal(10))
E5 = price("e5", product="E5", model="per_unit", value=Decimal("31.00"))
EC2 = price("ec2", product="EC2", model="markup", value=Decimal(20))
PRICES = (VM, E5, EC2)


def tiers(*steps: tuple[str | None, str]) -> tuple[Tier, ...]:
    """Return tiers from (up to, unit price)."""
    return tuple(Tier(None if up_to is None else Decimal(up_to), Decimal(unit)) for up_to, unit in steps)


def books(**given: Any) -> Books:
    """Return the books of the sample reseller."""
    plain = Books(
        "EUR",
        customers=CUSTOMERS,
        accounts=ACCOUNTS,
        products=PRODUCTS,
        sku_rules=SKU_RULES,
        prices=PRICES,
    )
    return replace(plain, **given)


def contract(name: str = "K-1", **given: Any) -> Subscription:
    """Return a contract of C-1 for managed service, 300 a month, since January."""
    plain = Subscription(
        name, "C-1", "CARE", "contract", day("1-01"), agreed_price=Decimal("300.00"), currency="EUR"
    )
    return replace(plain, **given)


def fx(source: str, target: str, rate: str, on: date = ISSUED_THROUGH) -> ExchangeRate:
    """Return an exchange rate of the last day of June."""
    return ExchangeRate(source, target, on, Decimal(rate), "test")


SELLER = Party("Nimbus Cloud B.V.", country="NL", vat_number="NL123456782B12", iban="NL91ABNA0417164300")
VAT_RULES = (
    VatRule("NL", "any", "*", "S21", Place(sheet="VAT rules", row=2)),
    VatRule("EU", "yes", "*", "AE", Place(sheet="VAT rules", row=3)),
    VatRule("*", "any", "*", "G", Place(sheet="VAT rules", row=4)),
)
VAT_CODES = (
    VatCode("S21", "S", Decimal(21), text="VAT 21 %"),
    VatCode("AE", "AE", Decimal(0), text="Reverse charge", texts={"de": "Steuerschuldnerschaft"}),
    VatCode("G", "G", Decimal(0)),
)


def invoicing(**given: Any) -> Invoicing:
    """Return how the sample reseller makes out invoices."""
    return replace(Invoicing(SELLER, vat_rules=VAT_RULES, vat_codes=VAT_CODES), **given)


def codes(problems: Sequence[Problem]) -> list[str]:
    """Return the codes of the problems, in order."""
    return [problem.code for problem in problems]
