"""Each charge gets one fate: nothing a vendor sent is dropped, whatever cannot be placed is parked.

The fates are the columns of the first completeness proof: imported = billed + contract + kept + tax + own
use + parked + excluded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from billow.catalog.policy import ChargePolicy, explicit_policy, policy_for
from billow.catalog.price_index import PriceIndex
from billow.catalog.prices import Price, PriceQuery
from billow.catalog.products import SkuRule, match_rules
from billow.charges import Category, Charge
from billow.charges.terms import billing_of, term_of
from billow.contracts.changes import contract_segments
from billow.contracts.customers import Account, Customer
from billow.contracts.drivers import COUNTED, VENDOR, words_of
from billow.contracts.subscriptions import Subscription, by_subscription, changes_of
from billow.money import total
from billow.periods import month
from billow.problems import Place, Problem, Severity
from billow.rating import open_items
from billow.rating.bases import base_problem, no_bundle_price
from billow.rating.books import Books
from billow.rating.contract_terms import rules_for
from billow.rating.listed import is_listed
from billow.rating.open_items import OpenItem, item_key, settles


class Fate(StrEnum):
    """What became of a charge."""

    BILLED = "billed"
    CONTRACT = "contract"
    KEPT = "kept"
    TAX = "tax"
    OWN_USE = "own use"
    PARKED = "parked"
    EXCLUDED = "excluded"


class Placed(NamedTuple):
    """A charge and its fate, with the customer, product and price it found and the reason in words.

    ``bundles``: how many bundles a unit makes, where the product is sold in one; the product and the price
    are then those of the bundle. ``driver``: what makes its line; where that is not the vendor's own amount,
    ``covered_by`` names the subscription whose line shows the charge as its cost, in small letters.
    """

    charge: Charge
    fate: Fate
    why: str = ""
    customer: str = ""
    product: str = ""
    price: Price | None = None
    open_key: str = ""
    bundles: Decimal | None = None
    driver: str = VENDOR
    covered_by: str = ""


@dataclass(frozen=True)
class Covering:
    """Which subscription counts a customer's product itself, and for which of them something was counted."""

    by_product: Mapping[tuple[str, str], Subscription]
    counted: frozenset[str]


class Placing:
    """Places charges one by one and keeps the open items and problems it came upon."""

    def __init__(
        self,
        books: Books,
        excluded: Mapping[str, str],
        billing_month: str,
        covering: Covering | None = None,
    ) -> None:
        self._books = books
        self._covering = covering or Covering({}, frozenset())
        self._billing_month = billing_month
        self._excluded = excluded
        self._own = {s.subscription.casefold(): s for s in reversed(books.subscriptions)}
        self._changes = by_subscription(books.changes)
        self._products = {product.product: product for product in books.products}
        self._customers = {customer.customer: customer for customer in reversed(books.customers)}
        self._prices = PriceIndex(books.prices)
        # Thousands of charges ask the same few questions.
        self._policies: dict[tuple[str, str, Category], ChargePolicy] = {}
        self._owners: dict[tuple[str, str, date, str], Account | None] = {}
        self._rules: dict[tuple[str, str, str], tuple[list[SkuRule], dict[str, None]]] = {}
        self.queries: dict[str, PriceQuery] = {}
        self.open_items: dict[str, OpenItem] = {}
        self.problems: list[Problem] = []

    def place(self, charge: Charge) -> Placed:
        """Return the fate of ``charge``: first whose it is, then whether it is billed, then as what."""
        if charge.category is Category.TAX:
            return Placed(charge, Fate.TAX, "the vendor's tax")
        day = (charge.period or month(charge.home_month)).start
        account = self._owner(charge, day)
        if account is None:
            is_shared = bool(self._books.accounts_of(charge.vendor, charge.customer_key))
            return self._park(charge, open_items.unknown_account(charge, is_shared=is_shared), "")
        customer = self._customers.get(account.customer)
        if customer is None or customer.status == "closed":
            item = open_items.closed_customer(charge, account.customer)
            return self._park(charge, item, account.customer)
        if customer.status == "own":
            return Placed(charge, Fate.OWN_USE, "our own account", customer.customer)
        if why := self._excluded.get(charge.key):
            return self._by_policy(charge, customer) or Placed(charge, Fate.EXCLUDED, why, customer.customer)
        return (
            self._by_policy(charge, customer)
            or self._by_contract(charge, customer)
            or self._as_product(charge, customer, day)
        )

    def _owner(self, charge: Charge, day: date) -> Account | None:
        key = (charge.vendor, charge.customer_key, day, charge.share_of)
        if key not in self._owners:
            self._owners[key] = self._books.owner(*key)
        return self._owners[key]

    def _policy(self, charge: Charge) -> ChargePolicy:
        key = (charge.vendor, charge.charge_type, charge.category)
        if key not in self._policies:
            policies = self._books.policies
            self._policies[key] = policy_for(policies, vendor=key[0], charge_type=key[1], category=key[2])
        return self._policies[key]

    def _by_policy(self, charge: Charge, customer: Customer) -> Placed | None:
        policies = self._books.policies
        if charge.is_unknown_type and not explicit_policy(
            policies, vendor=charge.vendor, charge_type=charge.charge_type
        ):
            item = open_items.unknown_charge_type(charge)
            return self._park(charge, item, customer.customer)
        policy = self._policy(charge)
        if policy.policy == "bill":
            return None
        fate = Fate.EXCLUDED if policy.policy == "exclude" else Fate.KEPT
        why = f"{policy.policy}: {policy.reason or policy.charge_type}"
        return Placed(charge, fate, why, customer.customer)

    def _by_contract(self, charge: Charge, customer: Customer) -> Placed | None:
        contract = self._own.get(charge.subscription_id.casefold())
        if contract is None or contract.billed_by == VENDOR:
            return None
        if contract.billed_by in COUNTED and contract.customer == customer.customer:
            return self._by_counting(charge, contract)
        own = contract.customer == customer.customer
        changes = changes_of(contract, self._changes)
        # A contract changed to no seats has no line that could show the charge.
        rules = rules_for(contract, self._books)
        running = month(charge.corrects or self._billing_month)
        if own and contract_segments(contract, changes, running, rules):
            why = f"cost of contract {contract.subscription}"
            return Placed(
                charge, Fate.CONTRACT, why, customer.customer, contract.product,
                covered_by=contract.subscription.casefold(),
            )  # fmt: skip
        item = open_items.contract_not_running(charge, contract, customer.customer)
        return self._park(charge, item, customer.customer)

    def _by_counting(self, charge: Charge, own: Subscription) -> Placed:
        """Return the charge as the cost of what is counted; without a line to show it, it has to wait."""
        if own.subscription.casefold() not in self._covering.counted:
            return self._park(charge, open_items.nothing_counted(charge, own), own.customer)
        why = f"cost of {own.subscription}, which is billed by {words_of(own.billed_by)}"
        covered_by = own.subscription.casefold()
        return Placed(charge, Fate.CONTRACT, why, own.customer, own.product, covered_by=covered_by)

    def _as_product(self, charge: Charge, customer: Customer, day: date) -> Placed:
        rules, products = self._matching(charge)
        if len(products) != 1:
            if products:
                self.problems.append(_tied_rules(charge, rules[0].place, products, customer.customer))
            item = open_items.unknown_product(charge, customer.customer)
            return self._park(charge, item, customer.customer)
        (product,) = products
        counting = self._covering.by_product.get((customer.customer, product))
        if counting and charge.subscription_id.casefold() not in self._own:
            return self._by_counting(charge, counting)
        query = self.queries[charge.key] = self._query(charge, customer, product, day)
        choice = self._prices.choose(query)
        price, problem = choice.price, choice.problem
        if price and price.is_in_bundle:
            return self._in_bundle(charge, customer.customer, product, price, query)
        if price and not problem:
            listed = price.starts_from == "list" and is_listed(charge, price, customer.customer, self._books)
            problem = base_problem(charge, price, customer.customer, is_listed=listed)
        if price is None or problem:
            return self._no_price(charge, customer.customer, product, problem)
        return Placed(charge, Fate.BILLED, price.described, customer.customer, product, price)

    def _in_bundle(
        self, charge: Charge, customer: str, product: str, member: Price, query: PriceQuery
    ) -> Placed:
        """Return the charge as one of its bundle; what the bundle does not count is covered all the same."""
        sold = self._products.get(member.bundle)
        family = sold.family if sold else ""
        asked = query._replace(sku="", product=member.bundle, family=family, vendor="", term="")
        price = self._prices.choose(asked).price
        problem = None if price and price.is_own_price else no_bundle_price(member, customer)
        if price and not problem and member.value:
            problem = base_problem(charge, price, customer)
        if price is None or problem:
            return self._no_price(charge, customer, product, problem)
        why = f"{member.described}, in the bundle: {price.described}"
        return Placed(charge, Fate.BILLED, why, customer, member.bundle, price, bundles=member.value)

    def _matching(self, charge: Charge) -> tuple[list[SkuRule], dict[str, None]]:
        """Return the rules for the charge's article, and the products that they name."""
        key = (charge.vendor, charge.sku, charge.service)
        if key not in self._rules:
            rules = match_rules(self._books.sku_rules, vendor=key[0], sku=key[1], service=key[2])
            self._rules[key] = rules, dict.fromkeys(rule.product for rule in rules)
        return self._rules[key]

    def _query(self, charge: Charge, customer: Customer, product: str, day: date) -> PriceQuery:
        sold = self._products.get(product)
        return PriceQuery(
            day,
            customer.customer,
            customer.group,
            customer.plan,
            charge.subscription_id,
            charge.sku,
            product,
            sold.family if sold else "",
            charge.vendor,
            term_of(charge.term),
            billing_of(charge.billing_frequency, charge.term),
            customer.segment,
            customer.country,
            term_start=charge.subscription_start,
            period_start=month(charge.home_month).start,
        )

    def _no_price(self, charge: Charge, customer: str, product: str, problem: Problem | None) -> Placed:
        placed = self._park(charge, open_items.no_price(charge, customer, product, problem), customer)
        if problem and placed.fate is Fate.PARKED and not self.open_items[placed.open_key].settled:
            self.problems.append(problem)
        return placed._replace(product=product)

    def _park(self, charge: Charge, item: OpenItem, customer: str) -> Placed:
        """Add the charge to its open item; a decision on sheet To do settles what becomes of it."""
        # The month is in the mark: a decision holds for this month only, and is asked again in the next.
        key = item_key(item.key, charge.currency, self._billing_month)
        found = self.open_items.get(key, replace(item, key=key, currency=charge.currency))
        decision = self._books.decision(key)
        settled = settles(item.kind, decision)
        self.open_items[key] = replace(
            found,
            rows=found.rows + charge.rows,
            cost=total((found.cost, charge.billed_cost)),
            billing_month=charge.billing_month,
            settled=settled,
        )
        if decision is None or not settled:
            return Placed(charge, Fate.PARKED, item.kind, customer, open_key=key)
        fate = {"exclude": Fate.EXCLUDED, "own use": Fate.OWN_USE}.get(decision.decision, Fate.PARKED)
        return Placed(charge, fate, f"{decision.decision}: {decision.reason}", customer, open_key=key)


def _tied_rules(charge: Charge, place: Place, products: Iterable[str], customer: str) -> Problem:
    return Problem(
        "PRD-001",
        f'The article "{charge.sku or charge.service}" of {charge.vendor} is more than one product: '
        f"{', '.join(sorted(products))}.",
        place,
        "Leave one of the rows on sheet SKU rules.",
        Severity.BLOCK,
        customer,
    )
