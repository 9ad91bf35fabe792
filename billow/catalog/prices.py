"""Dated prices, and the one that applies: the most specific wins, a tie or a gap is a problem.

Specific is first for whom (subscription, customer, group, everyone; with a plan before without), then
to what (SKU, product, family, vendor, all), then how much it is limited: to a term, a billing plan, a segment
and a country of customers.

>>> everyone = Price("p1", product="M365-E5", model="per_unit", value=Decimal("59.95"), currency="EUR")
>>> own = Price("p2", scope="customer", who="C-1", product="M365-E5", model="markup", value=Decimal(8))
>>> asked = PriceQuery(day=date(2026, 6, 1), customer="C-1", product="M365-E5")
>>> choose([everyone, own], asked).price.price_id
'p2'
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from billow.problems import NOWHERE, Place, Problem, Severity

OWN_PRICES = frozenset({"flat", "per_unit", "graduated", "volume", "stair_step", "package"})


@dataclass(frozen=True)
class Tier:
    """A step of a price in tiers, up to and including ``up_to``; None is open.

    ``unit_price`` is for each unit in it, or for each started ``package`` of units; for a stair-step price
    it is that of the whole step, for a percentage in tiers the percentage. ``flat_fee`` is for entering.
    """

    up_to: Decimal | None
    unit_price: Decimal
    flat_fee: Decimal = Decimal(0)
    package: Decimal | None = None


@dataclass(frozen=True)
class Price:
    """A row of the price sheet. ``value`` is an amount, or for markup, margin and discount a percentage.

    ``per``: month or year of use, or unit of usage. ``price_date``: the day on which the price is looked
    up (term_start, period_start, charge_date). Validity includes both days; None is open.

    ``included`` units cost nothing, at least ``minimum_quantity`` are priced, rounded up to a multiple of
    ``round_up_to``. ``minimum``, ``maximum`` and ``commitment`` are amounts of the price's period (``per``);
    ``overage`` is the percentage that comes on top of what lies above the commitment. ``counted_over`` says
    what all of these and the tiers count: line, customer or group. ``bundle`` is the product that a member
    of a bundle (model bundle) is sold in; ``value`` is then how many bundles a unit of the member makes.
    """

    price_id: str
    scope: str = "everyone"
    who: str = ""
    plan: str = ""
    applies_to: str = "product"
    product: str = ""
    term: str = ""
    billing: str = ""
    model: str = "per_unit"
    base: str = "billed"
    value: Decimal = Decimal(0)
    currency: str = ""
    per: str = "month"
    tiers: tuple[Tier, ...] = ()
    price_date: str = ""
    valid_from: date | None = None
    valid_through: date | None = None
    place: Place = NOWHERE
    included: Decimal = Decimal(0)
    minimum_quantity: Decimal = Decimal(0)
    round_up_to: Decimal | None = None
    package_size: Decimal = Decimal(1)
    fixed_fee: Decimal = Decimal(0)
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    commitment: Decimal | None = None
    overage: Decimal = Decimal(0)
    counted_over: str = "line"
    bundle: str = ""
    segment: str = ""
    market: str = ""

    @cached_property
    def is_own_price(self) -> bool:
        """Tell whether we set the amount ourselves, so that vendor costs do not enter it."""
        return self.model in OWN_PRICES

    @cached_property
    def is_in_bundle(self) -> bool:
        """Tell whether the product is not sold by itself but in the bundle that the price names."""
        return self.model == "bundle"

    @property
    def limits(self) -> tuple[str, ...]:
        """What the price is limited to, in words: term, billing plan, segment and country."""
        return tuple(filter(None, (self.term, self.billing, self.segment, self.market)))

    @cached_property
    def has_quantity_rules(self) -> bool:
        """Tell whether other units are priced than those that were there."""
        return bool(self.included or self.minimum_quantity or self.round_up_to)

    @cached_property
    def has_flat_fees(self) -> bool:
        """Tell whether a tier costs something for entering it."""
        return any(tier.flat_fee for tier in self.tiers)

    @cached_property
    def has_spend_rules(self) -> bool:
        """Tell whether the amount is held against a minimum, a maximum or a commitment."""
        return (self.minimum, self.maximum, self.commitment) != (None, None, None)

    @cached_property
    def shows_unit_price(self) -> bool:
        """Tell whether quantity times price is the amount, so that an invoice may show the price."""
        return self.model == "per_unit" and not self.has_quantity_rules and not self.has_spend_rules

    @cached_property
    def names_amounts(self) -> bool:
        """Tell whether the model itself takes amounts in the price's currency."""
        return self.is_own_price or self.model == "graduated_percentage" or self.fixed_fee != 0

    @cached_property
    def starts_from(self) -> str:
        """The amount of a charge that a price on cost or list starts from."""
        return "list" if self.model == "percent_off_list" else self.base

    def at(self, column: str) -> Place:
        """Return the place of one cell of the price, for a problem about it."""
        return Place(self.place.file, self.place.sheet, self.place.row, column)

    @cached_property
    def described(self) -> str:
        """Which row it is and why it won, in words."""
        whom = "everyone" if self.scope == "everyone" else f"{self.scope} {self.who}"
        plan = f", plan {self.plan}" if self.plan else ""
        where = f"{self.place.sheet} row {self.place.row}: " if self.place.sheet else ""
        return f"{where}{self.applies_to} {self.product or '*'} for {whom}{plan}"


class PriceQuery(NamedTuple):
    """What a price is asked for. ``day`` is the day for prices that do not name another one."""

    day: date
    customer: str = ""
    group: str = ""
    plan: str = ""
    subscription: str = ""
    sku: str = ""
    product: str = ""
    family: str = ""
    vendor: str = ""
    term: str = ""
    billing: str = ""
    segment: str = ""
    market: str = ""
    term_start: date | None = None
    period_start: date | None = None

    def day_for(self, price: Price) -> date:
        """Return the day on which ``price`` is looked up: its own, or term start for terms."""
        match price.price_date:
            case "term_start":
                return self.term_start or self.day
            case "period_start":
                return self.period_start or self.day
            case "charge_date":
                return self.day
            case _:
                return (self.term_start if self.term else None) or self.day


@dataclass(frozen=True)
class PriceChoice:
    """The price that applies, or the problem why none does."""

    price: Price | None = None
    problem: Problem | None = None


_WHO = {"subscription": 3, "customer": 2, "group": 1, "everyone": 0}
_WHAT = {"sku": 4, "product": 3, "family": 2, "vendor": 1, "all": 0}


def choose(prices: Iterable[Price], query: PriceQuery) -> PriceChoice:
    """Return the most specific price that is valid on its day, or a problem for none, a gap or a tie."""
    fitting = [price for price in prices if _fits(price, query)]
    valid = [price for price in fitting if _valid(price, query.day_for(price))]
    if not valid:
        return PriceChoice(problem=_missing(fitting, query))
    best = max(_specificity(price) for price in valid)
    winners = [price for price in valid if _specificity(price) == best]
    # A gap in the prices of one scope must not fall through to a general one unseen.
    closer = [price for price in fitting if _specificity(price) > best]
    for scope in _WHO:
        own = [price for price in closer if price.scope == scope]
        if own and not _ended(own, query):
            return PriceChoice(problem=_missing(own, query))
    if len(winners) > 1:
        return PriceChoice(problem=_tie(winners, query))
    return PriceChoice(price=winners[0])


def _fits(price: Price, query: PriceQuery) -> bool:
    who = {"subscription": query.subscription, "customer": query.customer, "group": query.group}
    what = {"sku": query.sku, "product": query.product, "family": query.family, "vendor": query.vendor}
    return (
        (
            price.scope == "everyone"
            or (price.who != "" and price.who.casefold() == who[price.scope].casefold())
        )
        and (not price.plan or price.plan == query.plan)
        and (price.applies_to == "all" or price.product.casefold() == what[price.applies_to].casefold() != "")
        and (not price.term or price.term == query.term)
        and (not price.billing or price.billing == query.billing)
        and (not price.segment or price.segment.casefold() == query.segment.casefold())
        and (not price.market or price.market.casefold() == query.market.casefold())
    )


def _valid(price: Price, day: date) -> bool:
    return (price.valid_from is None or price.valid_from <= day) and (
        price.valid_through is None or day <= price.valid_through
    )


def _specificity(price: Price) -> tuple[int, int, int, int]:
    return _WHO[price.scope], int(bool(price.plan)), _WHAT[price.applies_to], len(price.limits)


def _ended(prices: Sequence[Price], query: PriceQuery) -> bool:
    """Tell whether the prices have all ended, or none has begun: then a general price may follow."""
    ended = all(p.valid_through is not None and p.valid_through < query.day_for(p) for p in prices)
    ahead = all(p.valid_from is not None and p.valid_from > query.day_for(p) for p in prices)
    return ended or ahead


def _missing(fitting: Sequence[Price], query: PriceQuery) -> Problem:
    if not fitting:
        return Problem(
            "PRC-001",
            f"There is no price for product {query.product} (customer {query.customer}) on {query.day}.",
            Place(sheet="Prices"),
            f"Add a row on sheet Prices for product {query.product}, its family, its vendor, or for all.",
            Severity.BLOCK,
            query.customer,
        )
    price = fitting[0]
    day = query.day_for(price)
    return Problem(
        "PRC-002",
        f"The prices for product {query.product} (customer {query.customer}) leave a gap on {day}.",
        price.at("Valid through"),
        f"Change Valid from or Valid through so that {day} is covered, or add a row for that day.",
        Severity.BLOCK,
        query.customer,
    )


def _tie(winners: Sequence[Price], query: PriceQuery) -> Problem:
    rows = " and ".join(str(price.place.row or price.price_id) for price in winners)
    return Problem(
        "PRC-003",
        f"Two prices for product {query.product} (customer {query.customer}) are equally specific: "
        f"rows {rows}.",
        winners[0].at("Valid from"),
        "Make one of them more specific, or end one with Valid through before the other begins.",
        Severity.BLOCK,
        query.customer,
    )


def rivals(prices: Sequence[Price], query: PriceQuery) -> list[tuple[Price, str]]:
    """Return the prices that fit a query beside the one chosen, the closest first, each with why it lost.

    >>> list_price = Price("p1", product="M365-E5", place=Place(sheet="Prices", row=7))
    >>> own = Price("p2", scope="customer", who="C-1", product="M365-E5")
    >>> asked = PriceQuery(day=date(2026, 6, 1), customer="C-1", product="M365-E5")
    >>> [why for _, why in rivals([list_price, own], asked)]
    ['a price for a customer goes before one for everyone']
    """
    if len(prices) < 2:  # noqa: PLR2004 - one price has no rival
        return []
    fitting = sorted((price for price in prices if _fits(price, query)), key=_specificity, reverse=True)
    winner = choose(fitting, query).price
    if winner is None:
        return []
    return [(price, _why_lost(price, query, winner)) for price in fitting if price is not winner]


def _why_lost(price: Price, query: PriceQuery, winner: Price) -> str:
    day = query.day_for(price)
    if not _valid(price, day):
        return f"it is not valid on {day}"
    if price.scope != winner.scope:
        return f"a price for {_someone(winner.scope)} goes before one for {_someone(price.scope)}"
    if price.plan != winner.plan:
        return "a price of the customer's plan goes before one without a plan"
    if price.applies_to != winner.applies_to:
        return (
            f"a price for {_something(winner.applies_to)} goes before one for {_something(price.applies_to)}"
        )
    return "a price for this term and billing goes before one for all"


def _someone(scope: str) -> str:
    return scope if scope == "everyone" else f"a {scope}"


def _something(applies_to: str) -> str:
    return {"all": "everything", "sku": "an SKU"}.get(applies_to, f"a {applies_to}")
