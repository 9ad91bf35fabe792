"""Everything finance keeps in sheets that rating needs, as values."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from billow.catalog.cost_prices import CostPrice
from billow.catalog.discounts import Discount
from billow.catalog.exchange import ExchangeRate
from billow.catalog.list_prices import ListPrices
from billow.catalog.policy import ChargePolicy
from billow.catalog.prices import Price
from billow.catalog.products import Product, SkuRule
from billow.contracts.customers import Account, Customer, owner
from billow.contracts.own_usage import OwnUsage
from billow.contracts.subscriptions import Adjustment, Change, Subscription
from billow.periods import Method
from billow.users.named import NamedUser


@dataclass(frozen=True)
class Decision:
    """What a person decided on sheet To do about an open item."""

    key: str
    decision: str
    reason: str = ""
    decided_by: str = ""


@dataclass(frozen=True)
class Books:
    """The sheets of one workbook: customers, catalog, contracts, rates, decisions and defaults."""

    base_currency: str
    proration: Method = Method.CALENDAR_DAYS
    exclusion_limit: Decimal = Decimal(500)
    customers: Sequence[Customer] = ()
    accounts: Sequence[Account] = ()
    products: Sequence[Product] = ()
    sku_rules: Sequence[SkuRule] = ()
    prices: Sequence[Price] = ()
    discounts: Sequence[Discount] = ()
    policies: Sequence[ChargePolicy] = ()
    subscriptions: Sequence[Subscription] = ()
    changes: Sequence[Change] = ()
    adjustments: Sequence[Adjustment] = ()
    own_usage: Sequence[OwnUsage] = ()
    users: Sequence[NamedUser] = ()
    exchange_rates: Sequence[ExchangeRate] = ()
    decisions: Sequence[Decision] = ()
    cost_prices: Sequence[CostPrice] = ()
    list_prices: ListPrices = field(default_factory=ListPrices)
    time_zone: str = ""

    def customer(self, number: str) -> Customer | None:
        """Return the customer with that number, or None."""
        return self._customers.get(number)

    def accounts_of(self, vendor: str, account: str) -> Sequence[Account]:
        """Return the rows of sheet Accounts for a vendor's account, in capitals or not."""
        return self._accounts.get((vendor, account.casefold()), ())

    def owner(self, vendor: str, account: str, day: date, share_of: str = "") -> Account | None:
        """Return the row by which a vendor account belongs to a customer on ``day``, or None."""
        return owner(self.accounts_of(vendor, account), vendor, account, day, share_of)

    def product(self, code: str) -> Product | None:
        """Return the product with that code, or None."""
        return self._products.get(code)

    @cached_property
    def groups(self) -> dict[str, str]:
        """The customer groups by customer number, of customers that are in one."""
        return {customer.customer: customer.group for customer in self.customers if customer.group}

    @cached_property
    def _accounts(self) -> dict[tuple[str, str], list[Account]]:
        found: dict[tuple[str, str], list[Account]] = defaultdict(list)
        for account in self.accounts:
            found[account.vendor, account.account.casefold()].append(account)
        return dict(found)

    @cached_property
    def _customers(self) -> dict[str, Customer]:
        """The customers by number; where one stands twice, the first row."""
        return {customer.customer: customer for customer in reversed(self.customers)}

    @cached_property
    def _products(self) -> dict[str, Product]:
        """The products by code; where one stands twice, the first row."""
        return {product.product: product for product in reversed(self.products)}

    def subscription(self, name: str) -> Subscription | None:
        """Return the subscription with that id, in capitals or not, or None."""
        return self._subscriptions.get(name.casefold())

    def subscriptions_of(self, customer: str, product: str) -> Sequence[Subscription]:
        """Return the subscriptions of a customer to a product, in the order of their rows."""
        return self._subscriptions_of.get((customer, product), ())

    def users_of(self, customer: str, product: str) -> Sequence[NamedUser]:
        """Return the rows of sheet Users for a customer and product."""
        return self._users_of.get((customer, product), ())

    @cached_property
    def _subscriptions(self) -> dict[str, Subscription]:
        """The subscriptions by id; where one stands twice, the first row."""
        return {each.subscription.casefold(): each for each in reversed(self.subscriptions)}

    @cached_property
    def _subscriptions_of(self) -> dict[tuple[str, str], list[Subscription]]:
        found: dict[tuple[str, str], list[Subscription]] = defaultdict(list)
        for each in self.subscriptions:
            found[each.customer, each.product].append(each)
        return dict(found)

    @cached_property
    def _users_of(self) -> dict[tuple[str, str], list[NamedUser]]:
        found: dict[tuple[str, str], list[NamedUser]] = defaultdict(list)
        for each in self.users:
            found[each.customer, each.product].append(each)
        return dict(found)

    def decision(self, key: str) -> Decision | None:
        """Return what was decided about an open item, or None."""
        return next((d for d in self.decisions if d.key == key and d.decision), None)

    def currency_of(self, customer: str) -> str:
        """Return the invoice currency of a customer: its own, else that of the books."""
        found = self.customer(customer)
        return (found.currency if found else "") or self.base_currency

    def zone_of(self, customer: str) -> str:
        """Return the time zone of a customer: its own, else that of the books."""
        found = self.customer(customer)
        return (found.time_zone if found else "") or self.time_zone
