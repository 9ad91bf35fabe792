"""One price and what was used at it become amounts: the order of calculation stands here and nowhere else.

Quantity rules (included, minimum, rounding), the charge model on full units, the share of the period, the
exchange, and the one rounding of each line.

>>> price = Price("p", model="package", value=Decimal(100), package_size=Decimal(10), currency="EUR")
>>> use = Use(Decimal(121), Money("EUR", {"EUR": Fraction(1)}))
>>> priced(price, [use]).lines[0].amount
Decimal('1300.00')
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from billow.catalog.prices import Price
from billow.money import NOTHING, Exact, exact_text, over, times
from billow.periods import Period, Proration
from billow.problems import Place, Problem, Severity
from billow.rating.line import Part, Spending, close, converted
from billow.rating.models import IN_TIERS, MODELS, NEVER_NEGATIVE, ON_ONE_STEP, Asked
from billow.rating.models.steps import reached
from billow.rating.quantities import Held, Stretch, billable, free_part, rule_words, stretches


@dataclass(frozen=True, slots=True)
class Money:
    """The invoice currency, and what one unit of each currency that is needed is worth in it."""

    target: str
    rates: Mapping[str, Fraction]
    base_currency: str = ""


class Use(NamedTuple):
    """What one line used: full units, over which days, or the vendor's amount that a price starts from.

    ``proration`` is None where nothing is prorated. ``events`` are the rows behind the base, as (quantity,
    amount) in the order of their days, where the price looks at them. ``is_void``: seats that were refunded
    to nothing; ``is_late``: seats of an earlier period, which had its minimum when it was billed. ``stub``:
    the days of the month and their share, where a subscription whose use is not prorated ran for a part of
    it; its minimum is. ``mark`` tells the lines that are one (a subscription's stretches) from the others.
    """

    quantity: Decimal
    money: Money
    customer: str = ""
    period: Period | None = None
    proration: Proration | None = None
    base: Exact = Decimal(0)
    events: Sequence[tuple[Decimal, Exact]] = ()
    is_void: bool = False
    is_late: bool = False
    stub: tuple[Period, Fraction] | None = None
    mark: tuple[object, ...] = ()


class PricedLine(NamedTuple):
    """The amount of a line, the parts that sum to it, and what it counts against a minimum or maximum."""

    amount: Decimal
    parts: tuple[Part, ...]
    spending: Spending | None = None


class Priced(NamedTuple):
    """A line per use, in their order; or the problem why there is none."""

    lines: Sequence[PricedLine] = ()
    problem: Problem | None = None


def priced(price: Price, uses: Sequence[Use]) -> Priced:
    """Price what counts together: the stretches of one line, or all lines of a customer or a group.

    The order (design, section 4): quantity rules, the charge model on full units times the share of the
    period, the exchange, one rounding. Discounts, then minimum, maximum and commitment follow over all lines
    of the month (``billow.rating.rate``); each opens the rounding and rounds the line again, once.
    """
    together = _Together(price, uses) if len(uses) > 1 and _counts_together(price) else None
    if _has_no_price_below_zero(price):
        counted = together.counted() if together else [_counted(price, u) for u in uses if not u.is_void]
        least = min(counted, default=0)
        if least < 0:
            return Priced(problem=_negative(price, uses[0].customer, least))
    if together is None:
        return Priced([_closed(price, use, _alone(price, use)) for use in uses])
    return Priced([_closed(price, use, found) for use, found in zip(uses, together.parts(), strict=True)])


def _closed(price: Price, use: Use, parts: tuple[Part, ...]) -> PricedLine:
    """Return a line in the invoice currency, rounded once."""
    money = use.money
    source = currency_of(price, money)
    if parts and source != money.target:
        parts = converted(parts, money.rates[source], source, money.target)
    amount, closed = close(parts, money.target)
    return PricedLine(amount, closed, _spending(price, use) if price.has_spend_rules else None)


def currency_of(price: Price, money: Money) -> str:
    """Return the currency in which the model calculates: that of the price, or of the vendor's amount."""
    return price.currency if price.names_amounts else money.base_currency


def needed_currencies(price: Price, base_currency: str) -> list[str]:
    """Return the currencies of which a rate is needed: the price's own, and that of the vendor's amount."""
    own = [price.currency] if price.names_amounts or price.has_spend_rules else []
    return own if price.is_own_price else [*own, base_currency]


def _counts_together(price: Price) -> bool:
    """Tell whether the model looks at the quantity of all lines: the others look at each alone."""
    if price.model == "percentage":
        return False
    return price.model in IN_TIERS or price.model == "package" or price.has_quantity_rules


def _has_no_price_below_zero(price: Price) -> bool:
    return price.model in NEVER_NEGATIVE or price.has_flat_fees


def _alone(price: Price, use: Use) -> tuple[Part, ...]:
    """Return the parts of a line that is looked at by itself; what was refunded to nothing has none."""
    if use.is_void:
        return ()
    model = MODELS[price.model]
    if not price.has_quantity_rules:
        return model(_asked(price, use, use.quantity, use.proration))
    quantity = billable(price, use.quantity)
    asked = _asked(price, use, quantity, use.proration)
    return (*_rule_parts(price, use.quantity, quantity), *model(asked))


@dataclass
class _Together:
    """Asks the model of a price about each stretch of days, and collects the parts by line."""

    price: Price
    uses: Sequence[Use]
    _found: list[list[Part]] = field(init=False)
    _fees: frozenset[int] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        self._found = [[] for _ in self.uses]

    def counted(self) -> list[Fraction]:
        """Return what is counted in each stretch: units, or for percentages the amount."""
        return [self._measure(stretch) for stretch in self._stretches()]

    def parts(self) -> list[tuple[Part, ...]]:
        """Return the parts of each line; what was refunded to nothing has none."""
        for stretch in self._stretches():
            self._price(stretch)
        return [tuple(parts) for parts in self._found]

    def _stretches(self) -> list[Stretch]:
        held = [
            Held(index, use.quantity, use.period if use.proration else None)
            for index, use in enumerate(self.uses)
            if not use.is_void
        ]
        return list(stretches(held))

    def _measure(self, stretch: Stretch) -> Fraction:
        return sum((Fraction(_counted(self.price, self.uses[i.index])) for i in stretch.held), NOTHING)

    def _price(self, stretch: Stretch) -> None:
        price, whole = self.price, self._measure(stretch)
        quantity = billable(price, stretch.quantity)
        for place, item in enumerate(stretch.held):
            use, found = self.uses[item.index], self._found[item.index]
            asked = _asked(price, use, quantity, _part_of(use, stretch.period))
            if len(stretch.held) > 1:
                own = Fraction(_counted(price, use))
                # Of nothing, the first line has all.
                asked.weight = own / whole if whole else Fraction(int(place == 0))
            if price.model == "graduated_percentage":
                asked.base = whole
            asked.fees_paid = self._fees
            found.extend(_rule_parts(price, stretch.quantity, quantity))
            found.extend(MODELS[price.model](asked))
        self._fees |= self._entered(Fraction(quantity) if price.is_own_price else whole)

    def _entered(self, measure: Fraction) -> frozenset[int]:
        """Return the tiers whose flat fee a stretch has brought, so that the period has each once."""
        if self.price.model not in IN_TIERS:
            return frozenset()
        top = reached(self.price.tiers, measure)
        return frozenset({top} if self.price.model in ON_ONE_STEP else range(top + 1))


def _counted(price: Price, use: Use) -> Exact:
    """Return what a price counts of a line: its units, or for percentages the amount."""
    return _base(price, use) if price.model == "graduated_percentage" else use.quantity


def _rule_parts(price: Price, used: Decimal, quantity: Decimal) -> tuple[Part, ...]:
    """Return what the quantity rules did, as a part of no amount; nothing where they did nothing."""
    if used == quantity:
        return ()
    return (Part(partial(rule_words, price, used, quantity), Decimal(0)),)


def _asked(price: Price, use: Use, quantity: Decimal, share: Proration | None) -> Asked:
    """Return what the model is asked about a line."""
    if price.is_own_price:
        return Asked(
            price.value, price.currency, quantity, share, tiers=price.tiers, package_size=price.package_size
        )
    currency, vendors = currency_of(price, use.money), use.money.base_currency
    return Asked(
        price.value,
        currency,
        quantity,
        share,
        use.base if vendors == currency else _base(price, use),
        price.tiers,
        price.package_size,
        price.fixed_fee,
        _free(price, use) if price.model == "percentage" else Decimal(0),
        "cost" if price.base == "billed" else f"{price.base} cost",
        None if vendors == currency else (use.base, vendors),
    )


def _base(price: Price, use: Use) -> Exact:
    """Return the vendor's amount in the currency in which the model calculates."""
    source, own = use.money.base_currency, currency_of(price, use.money)
    if price.is_own_price or source == own:
        return use.base
    return over(times(use.base, use.money.rates[source]), use.money.rates[own])


def _free(price: Price, use: Use) -> Exact:
    """Return what the included events amount to, in the currency in which the model calculates."""
    if not use.base:
        return Decimal(0)
    free = free_part(use.events, price.included)
    return over(times(free, _base(price, use)), use.base)


def _part_of(use: Use, period: Period | None) -> Proration | None:
    """Return the share of a stretch of the line's days; a line that is not cut keeps its own."""
    if use.proration is None or use.period is None or period is None or period == use.period:
        return use.proration
    share = use.proration.share * Fraction(period.days, use.period.days)
    return replace(use.proration, share=share, counted=())


def _spending(price: Price, use: Use) -> Spending | None:
    """Return what the line counts against minimum, maximum and commitment; void and late seats nothing."""
    if use.is_void or use.is_late:
        return None
    mark = (use.customer, price.price_id, *(() if price.counted_over == "customer" else use.mark))
    rate = use.money.rates[price.currency]
    if use.proration:
        return Spending(mark, price, rate, use.proration.share, use.period)
    return Spending(mark, price, rate, use.stub[1], use.stub[0]) if use.stub else Spending(mark, price, rate)


def _negative(price: Price, customer: str, quantity: Exact) -> Problem:
    place = Place(price.place.file, price.place.sheet, price.place.row, "Model")
    return Problem(
        "PRC-008",
        f"Customer {customer} has a net quantity of {exact_text(quantity)} at a {price.model} price, which "
        "has no price below zero.",
        place,
        "Give the refund a price per unit on sheet Prices, or enter the credit on sheet Adjustments.",
        Severity.BLOCK,
        customer,
    )
