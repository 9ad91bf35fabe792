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

from billow.catalog.prices import Price
from billow.money import exact_text
from billow.periods import Period, Proration
from billow.problems import Place, Problem, Severity
from billow.rating.line import Part, Spending, close, converted
from billow.rating.models import IN_TIERS, MODELS, NEVER_NEGATIVE, ON_ONE_STEP, Asked
from billow.rating.models.steps import reached
from billow.rating.quantities import Held, Stretch, billable, free_part, rule_words, stretches


@dataclass(frozen=True)
class Money:
    """The invoice currency, and what one unit of each currency that is needed is worth in it."""

    target: str
    rates: Mapping[str, Fraction]
    base_currency: str = ""


@dataclass(frozen=True)
class Use:
    """What one line used: full units, over which days, or the vendor's amount that a price starts from.

    ``proration`` is None where nothing is prorated. ``events`` are the rows behind the base, as (quantity,
    amount) in the order of their days. ``is_void``: seats that were refunded to nothing; ``is_late``:
    seats of an earlier period, which had its minimum when it was billed. ``stub``: the days
    of the month and their share, where a subscription whose use is not prorated ran for a part of it; its
    minimum is. ``mark`` tells the lines that are one (a subscription's stretches) from the others.
    """

    quantity: Decimal
    money: Money
    customer: str = ""
    period: Period | None = None
    proration: Proration | None = None
    base: Fraction = Fraction(0)
    events: Sequence[tuple[Decimal, Fraction]] = ()
    is_void: bool = False
    is_late: bool = False
    stub: tuple[Period, Fraction] | None = None
    mark: tuple[object, ...] = ()


@dataclass(frozen=True)
class PricedLine:
    """The amount of a line, the parts that sum to it, and what it counts against a minimum or maximum."""

    amount: Decimal
    parts: tuple[Part, ...]
    spending: Spending | None = None


@dataclass(frozen=True)
class Priced:
    """A line per use, in their order; or the problem why there is none."""

    lines: tuple[PricedLine, ...] = ()
    problem: Problem | None = None


def priced(price: Price, uses: Sequence[Use]) -> Priced:
    """Price what counts together: the stretches of one line, or all lines of a customer or a group.

    The order (design, section 4): quantity rules, the charge model on full units times the share of the
    period, the exchange, one rounding. Discounts, then minimum, maximum and commitment follow over all lines
    of the month (``billow.rating.rate``); each opens the rounding and rounds the line again, once.
    """
    asked = _Asking(price, uses)
    problem = asked.problem()
    if problem:
        return Priced(problem=problem)
    lines = []
    for use, parts in zip(uses, asked.parts(), strict=True):
        exchanged = converted(parts, *_exchange(price, use.money)) if parts else ()
        amount, closed = close(exchanged, use.money.target)
        lines.append(PricedLine(amount, closed, _spending(price, use)))
    return Priced(tuple(lines))


def currency_of(price: Price, money: Money) -> str:
    """Return the currency in which the model calculates: that of the price, or of the vendor's amount."""
    return price.currency if price.names_amounts else money.base_currency


def needed_currencies(price: Price, base_currency: str) -> list[str]:
    """Return the currencies of which a rate is needed: the price's own, and that of the vendor's amount."""
    own = [price.currency] if price.names_amounts or price.has_spend_rules else []
    return own if price.is_own_price else [*own, base_currency]


def _exchange(price: Price, money: Money) -> tuple[Fraction, str, str]:
    source = currency_of(price, money)
    return money.rates[source], source, money.target


@dataclass
class _Asking:
    """Asks the model of a price about each stretch of days, and collects the parts by line."""

    price: Price
    uses: Sequence[Use]
    _found: list[list[Part]] = field(init=False)
    _fees: frozenset[int] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        self._found = [[] for _ in self.uses]

    @property
    def _together(self) -> bool:
        """Tell whether the model looks at the quantity of all lines: the others look at each alone."""
        return self.price.model in IN_TIERS or self.price.model == "package" or self.price.has_quantity_rules

    def problem(self) -> Problem | None:
        """Return why nothing can be priced: a net refund of what has no price below zero."""
        price = self.price
        fees = any(tier.flat_fee for tier in price.tiers)
        if price.model not in NEVER_NEGATIVE and not fees:
            return None
        measured = [self._measure(stretch) for stretch in self._stretches()]
        least = min(measured, default=Fraction(0))
        return _negative(price, self.uses[0].customer, least) if least < 0 else None

    def parts(self) -> list[tuple[Part, ...]]:
        """Return the parts of each line; what was refunded to nothing has none."""
        for stretch in self._stretches():
            self._price(stretch)
        return [tuple(parts) for parts in self._found]

    def _held(self) -> list[Held]:
        return [
            Held(index, use.quantity, use.period if use.proration else None)
            for index, use in enumerate(self.uses)
            if not use.is_void
        ]

    def _stretches(self) -> list[Stretch]:
        held = self._held()
        if self._together and self.price.model != "percentage":
            return list(stretches(held))
        return [Stretch(item.period, (item,)) for item in held]

    def _measure(self, stretch: Stretch) -> Fraction:
        """Return what is counted in a stretch: units, or for percentages the amount."""
        if self.price.model == "graduated_percentage":
            return sum((self._base(self.uses[item.index]) for item in stretch.held), Fraction(0))
        return Fraction(stretch.quantity)

    def _base(self, use: Use) -> Fraction:
        """Return the vendor's amount in the currency in which the model calculates."""
        source, own = use.money.base_currency, currency_of(self.price, use.money)
        if self.price.is_own_price or source == own:
            return use.base
        return use.base * use.money.rates[source] / use.money.rates[own]

    def _price(self, stretch: Stretch) -> None:
        whole = self._measure(stretch)
        quantity = billable(self.price, stretch.quantity) if self._together else stretch.quantity
        words = rule_words(self.price, stretch.quantity, quantity)
        for place, item in enumerate(stretch.held):
            use = self.uses[item.index]
            weight = (
                self._weight(item, use, whole, first=place == 0) if len(stretch.held) > 1 else Fraction(1)
            )
            asked = self._asked(use, quantity, weight, whole, _part_of(use, stretch.period))
            if words:
                self._found[item.index].append(Part(words, Fraction(0)))
            self._found[item.index].extend(MODELS[self.price.model](asked))
        self._fees |= self._entered(Fraction(quantity) if self.price.is_own_price else whole)

    def _weight(self, item: Held, use: Use, whole: Fraction, *, first: bool) -> Fraction:
        """Return the line's part of what is counted; of nothing, the first line has all."""
        if whole == 0:
            return Fraction(int(first))
        own = self._base(use) if self.price.model == "graduated_percentage" else Fraction(item.quantity)
        return own / whole

    def _asked(
        self, use: Use, quantity: Decimal, weight: Fraction, whole: Fraction, share: Proration | None
    ) -> Asked:
        price = self.price
        base, name = self._base(use), "cost" if price.base == "billed" else f"{price.base} cost"
        currency = currency_of(price, use.money)
        if not price.is_own_price and use.money.base_currency != currency:
            name += f" {exact_text(use.base)} {use.money.base_currency} ="
        is_percentage = price.model == "percentage"
        return Asked(
            price.value,
            currency,
            quantity,
            proration=share,
            base=whole if price.model == "graduated_percentage" else base,
            base_name=name,
            tiers=price.tiers,
            weight=weight if self._together and not is_percentage else Fraction(1),
            package_size=price.package_size,
            fixed_fee=price.fixed_fee,
            free_base=self._free(use) if is_percentage else Fraction(0),
            fees_paid=self._fees,
        )

    def _free(self, use: Use) -> Fraction:
        free = free_part(use.events, self.price.included)
        return free * self._base(use) / use.base if use.base else Fraction(0)

    def _entered(self, measure: Fraction) -> frozenset[int]:
        """Return the tiers whose flat fee a stretch has brought, so that the period has each once."""
        if self.price.model not in IN_TIERS:
            return frozenset()
        top = reached(self.price.tiers, measure)
        return frozenset({top} if self.price.model in ON_ONE_STEP else range(top + 1))


def _part_of(use: Use, period: Period | None) -> Proration | None:
    """Return the share of a stretch of the line's days; a line that is not cut keeps its own."""
    if use.proration is None or use.period is None or period is None or period == use.period:
        return use.proration
    share = use.proration.share * Fraction(period.days, use.period.days)
    return replace(use.proration, share=share, counted=())


def _spending(price: Price, use: Use) -> Spending | None:
    """Return what the line counts against minimum, maximum and commitment; void and late seats nothing."""
    if not price.has_spend_rules or use.is_void or use.is_late:
        return None
    mark = (use.customer, price.price_id, *(() if price.counted_over == "customer" else use.mark))
    rate = use.money.rates[price.currency]
    if use.proration:
        return Spending(mark, price, rate, use.proration.share, use.period)
    return Spending(mark, price, rate, use.stub[1], use.stub[0]) if use.stub else Spending(mark, price, rate)


def _negative(price: Price, customer: str, quantity: Fraction) -> Problem:
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
