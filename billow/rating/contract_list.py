"""The list price of a contract, which a price that is a percentage off or on list starts from.

A contract has no vendor's row to start from, but its product has articles: those that sheet SKU rules names
for it, and its own code. The one that sheet List prices has for the contract's term and billing plan, the
customer's segment and country, on the day on which the price is looked up, is what the vendor asks for it.
None, or several, is a problem: nothing is chosen silently.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billow.catalog.list_prices import ListPrice, ListQuery, list_amount
from billow.catalog.prices import Price, PriceQuery
from billow.contracts.subscriptions import Subscription
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books
from billow.rating.listed import list_place

_FROM_LIST = frozenset({"percent_off_list", "markup", "margin", "pass_through"})


@dataclass(frozen=True)
class ContractList:
    """The list price of a contract's article, in steps of its quantity."""

    steps: tuple[ListPrice, ...]

    @property
    def currency(self) -> str:
        """The currency of the list."""
        return self.steps[0].currency

    @property
    def origin(self) -> str:
        """Where it stands, in words."""
        return f"list price of {list_place(self.steps)}"

    def amount(self, quantity: Decimal, months: Fraction) -> Fraction:
        """Return what ``quantity`` units list at for so many months; a year's price is twelve of them."""
        return list_amount(self.steps, quantity) * months


def starts_from_list(price: Price) -> bool:
    """Tell whether a contract can have ``price``, though it is not an amount of our own."""
    return price.model in _FROM_LIST and price.starts_from == "list"


def contract_list(
    subscription: Subscription, price: Price, query: PriceQuery, books: Books
) -> ContractList | Problem:
    """Return the one list price that a contract starts from, in its customer's currency before others."""
    own = books.currency_of(subscription.customer)
    articles = _articles(subscription.product, books)
    for currency in dict.fromkeys((own, subscription.currency or own, books.base_currency)):
        asked = [_question(sku, price, query, currency) for sku in articles.values()]
        found = {each.sku: steps for each in asked if (steps := books.list_prices.find(each))}
        if len(found) > 1:
            return _not_one(subscription, query, f"{len(found)} list prices: of {' and '.join(found)}")
        for steps in found.values():
            return ContractList(steps)
    return _not_one(subscription, query, f"no list price on {query.day_for(price)}")


def _articles(product: str, books: Books) -> dict[str, str]:
    """Return the articles by which a product is listed, each once in any case of letters."""
    return {sku.casefold(): sku for sku in _named(product, books) if sku}


def _named(product: str, books: Books) -> Iterator[str]:
    yield product
    for rule in books.sku_rules:
        if rule.match == "sku" and rule.product.casefold() == product.casefold():
            yield rule.sku


def _question(sku: str, price: Price, query: PriceQuery, currency: str) -> ListQuery:
    return ListQuery(
        sku=sku,
        day=query.day_for(price),
        term=query.term,
        billing=query.billing,
        segment=query.segment,
        market=query.market,
        currency=currency,
    )


def _not_one(subscription: Subscription, query: PriceQuery, what: str) -> Problem:
    place = subscription.place
    how = f"term {query.term or 'blank'}, billed {query.billing}"
    return Problem(
        "PRC-014",
        f"Contract {subscription.subscription} of customer {subscription.customer} starts from list, but its "
        f"product {subscription.product} ({how}) has {what}.",
        Place(place.file, place.sheet, place.row, "Product"),
        "Bring its article into sheet List prices and name that one article of the product on sheet SKU "
        "rules; or fill in Agreed price.",
        Severity.BLOCK,
        subscription.customer,
    )
