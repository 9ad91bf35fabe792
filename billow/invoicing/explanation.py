"""Why this amount: the chain from the matched product to the rounded net, kept with each line.

product -> price, and the prices that fitted and lost -> share of the period -> parts of the model ->
discounts -> exchange -> rounding. The words are made when documents are, not while lines are rated; an issued
document keeps them, so that it is explained from what held when it was made.

>>> shown(Step("part", "10 x 3.333 EUR", "33.33"))
'10 x 3.333 EUR = 33.33'
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billow.catalog.price_index import PriceIndex
from billow.catalog.prices import Price, PriceQuery
from billow.catalog.products import SkuRule, match_rules
from billow.contracts.drivers import CONTRACT, COUNTED, OWN_USAGE, VENDOR
from billow.invoicing.document import Step
from billow.invoicing.texts import proration_words
from billow.money import exact_text, less
from billow.periods import month
from billow.problems import Place
from billow.rating.books import Books
from billow.rating.contract_lines import contract_query
from billow.rating.line import Part, RatedLine
from billow.rating.rate import RatedMonth

PRODUCT = "product"
PRICE = "price"
LOST = "lost"
SHARE = "share"
PART = "part"
DISCOUNT = "discount"
CURRENCY = "currency"
ROUNDING = "rounding"
_SHOWN_ROWS = 10
_Article = tuple[str, str, str]  # vendor, SKU, service
WITH_AMOUNT = (PART, DISCOUNT, CURRENCY, ROUNDING)


def shown(step: Step) -> str:
    """Return a step as one line of text."""
    return f"{step.text} = {step.amount}" if step.amount else step.text


def explaining(rated: RatedMonth, books: Books) -> Callable[[RatedLine, Decimal], tuple[Step, ...]]:
    """Return what explains a line of the month, of which so much stands on a document."""
    return _Chain(rated, books, PriceIndex(books.prices), {}, {}, {}).steps


@dataclass(frozen=True)
class _Chain:
    """Makes the steps of lines from what they were rated with."""

    rated: RatedMonth
    books: Books
    prices: PriceIndex
    known_rules: dict[_Article, list[SkuRule]]  # many lines are of the same few articles
    known_steps: dict[tuple[_Article, ...], tuple[Step, ...]]
    known_prices: dict[str, Step]

    def steps(self, rated: RatedLine, net: Decimal) -> tuple[Step, ...]:
        """Return the steps in the order of calculation; those with an amount sum to the net."""
        return (
            *self._product(rated),
            self._price(rated.price_row),
            *[Step(LOST, f"{price.described}: {why}") for price, why in self._rivals(rated)],
            *_share(rated),
            *_parts(rated),
            *_rest(rated, net),
        )

    def _price(self, row: str) -> Step:
        if row not in self.known_prices:
            self.known_prices[row] = Step(PRICE, row)
        return self.known_prices[row]

    def _product(self, rated: RatedLine) -> Iterable[Step]:
        if rated.driver == VENDOR:
            return self._by_rules(tuple({(c.vendor, c.sku, c.service): None for c in rated.charges}))
        return self._by_sheets(rated)

    def _by_sheets(self, rated: RatedLine) -> Iterator[Step]:
        contract = self.books.subscription(rated.subscription)
        if contract:
            yield Step(PRODUCT, f"{_row(contract.place, 'Subscriptions')}: product {contract.product}")
        elif rated.driver == "adjustment":
            yield Step(PRODUCT, rated.price_row)
        if rated.driver in COUNTED:
            yield Step(PRODUCT, self._counted(rated))

    def _by_rules(self, articles: tuple[_Article, ...]) -> tuple[Step, ...]:
        if articles not in self.known_steps:
            rules = dict.fromkeys(rule for article in articles for rule in self._matching(*article))
            self.known_steps[articles] = tuple(map(_rule_step, rules))
        return self.known_steps[articles]

    def _matching(self, vendor: str, sku: str, service: str) -> list[SkuRule]:
        key = (vendor, sku, service)
        if key not in self.known_rules:
            rules = match_rules(self.books.sku_rules, vendor=vendor, sku=sku, service=service)
            self.known_rules[key] = rules
        return self.known_rules[key]

    def _counted(self, rated: RatedLine) -> str:
        """Return which rows of our own sheets were counted, and by which rule."""
        keys = {charge.key for charge in rated.charges}
        if rated.driver == OWN_USAGE:
            rows = [row.place.row for row in self.books.own_usage if row.key in keys]
            return f"{_rows('Own usage', rows)}: product {rated.product}"
        days = rated.period or month(self.rated.billing_month)
        named = self.books.users_of(rated.customer, rated.product)
        rows = [user.place.row for user in named if user.period.overlap(days)]
        product = self.books.product(rated.product)
        rule = product.users_counted if product else "days"
        return f"{_rows('Users', rows)}: {exact_text(rated.quantity)} counted by {rule}"

    def _rivals(self, rated: RatedLine) -> Iterable[tuple[Price, str]]:
        """Ask for the price again and return what fitted too."""
        answers = [self.prices.rivals(query) for query in self._queries(rated)]
        return dict.fromkeys(rival for found in answers for rival in found) if any(answers) else ()

    def _queries(self, rated: RatedLine) -> Sequence[PriceQuery]:
        contract = self.books.subscription(rated.subscription) if rated.driver == CONTRACT else None
        if contract is None:
            asked = self.rated.queries
            return [asked[charge.key] for charge in rated.charges if charge.key in asked]
        if contract.agreed_price is None:
            return [contract_query(contract, self.books, self.rated.billing_month)]
        return ()


def _share(rated: RatedLine) -> Sequence[Step]:
    if not rated.proration:
        return ()
    share = proration_words("en", rated.proration) or "one whole period"
    found = exact_text(rated.proration.share)
    return [Step(SHARE, f"{share}, that is {found} ({rated.proration.method.value})")]


def _rest(rated: RatedLine, net: Decimal) -> Sequence[Step]:
    if net == rated.amount:
        return ()
    rest = exact_text(less(net, rated.amount))
    return [Step(PART, f"the rest of {rated.amount} falls under other VAT codes", rest)]


def _rule_step(rule: SkuRule) -> Step:
    article = " ".join(filter(None, [rule.vendor, rule.match, rule.sku]))
    return Step(PRODUCT, f"{_row(rule.place, 'SKU rules')}: {article} is product {rule.product}")


def _parts(rated: RatedLine) -> list[Step]:
    exchanged, discounts = f"in {rated.currency} at ", [f"discount {name}" for name in rated.discounts]
    return [
        Step(_kind(part, text := part.text, exchanged, discounts), text, exact_text(part.exact))
        for part in rated.parts
    ]


def _kind(part: Part, text: str, exchanged: str, discounts: Sequence[str]) -> str:
    if part.is_rounding:
        return ROUNDING
    if text.startswith(exchanged):
        return CURRENCY
    return DISCOUNT if discounts and any(name in text for name in discounts) else PART


def _rows(sheet: str, numbers: Sequence[int]) -> str:
    """Return the rows of a sheet in words, the first few by number."""
    shown = ", ".join(map(str, numbers[:_SHOWN_ROWS]))
    more = len(numbers) - _SHOWN_ROWS
    return f"{sheet} row{'s' if len(numbers) > 1 else ''} {shown}" + (f" and {more} more" if more > 0 else "")


def _row(place: Place, sheet: str) -> str:
    return f"{place.sheet or sheet} row {place.row}" if place.row else sheet
