"""Discounts act: within lines before their one rounding, then as lines of their own.

Order: discounts on line and product (percentages before fixed amounts unless column Order says otherwise),
those on several services, then vendor, customer and invoice as lines of their own, each rounded once.
Bands are filled by what the lines come to when that begins. Nothing is taken off twice: each discount sees
what the earlier ones left, and a fixed amount is capped there. Sources: OpenMeter and Meteroid (percent
before fixed, capped at the remainder), Lago (spread in proportion to what is left).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from billow.catalog.discounts import Discount
from billow.money import exact_text
from billow.periods import Period, month
from billow.problems import Problem, Severity
from billow.rating.books import Books
from billow.rating.given_units import ALL_UNITS, GivenUnits, given_units
from billow.rating.granting import Granting, Key, on_row
from billow.rating.line import Part, RatedLine, close
from billow.rating.vendor_lines import line_id

DISCOUNT = "discount"  # the driver of a line that is a discount

_UNIT: dict[str, Callable[[RatedLine], tuple[str, ...]]] = {
    "line": lambda line: (line.line_id,),
    "product": lambda line: (line.customer, line.product),
    "vendor": lambda line: (line.customer, line.vendor),
    "customer": lambda line: (line.customer,),
    "invoice": lambda line: (line.customer,),
}


def discounted(
    lines: Iterable[RatedLine], books: Books, billing_month: str
) -> tuple[list[RatedLine], list[Problem]]:
    """Return the lines less the discounts within them, the discounts' own lines, and what is wrong."""
    rated, period = list(lines), month(billing_month)
    live = [discount for discount in books.discounts if discount.holds_on(period.through)]
    if not live:
        return rated, []
    parts = {line.line_id: [p for p in line.parts if not p.is_rounding] for line in rated}
    left = {name: sum((p.amount for p in found), Fraction(0)) for name, found in parts.items()}
    granting = Granting(books, period, rated, dict(left))
    run = _Run(granting, period, rated, parts, left)
    granted = granting.granted(sorted(live, key=lambda discount: discount.turn))
    for discount, on in granted:
        if discount.is_within_a_line:
            run.take_off_lines(discount, on)
    run.close()
    for discount, on in granted:
        if not discount.is_within_a_line:
            run.add_lines(discount, on)
    return [*run.lines, *run.own_lines], granting.problems


@dataclass(frozen=True)
class _Off:
    """What a discount takes off each of its lines, exactly, and how it says so."""

    amounts: tuple[Fraction, ...]
    words: tuple[str, ...]

    @property
    def whole(self) -> Fraction:
        return sum(self.amounts, Fraction(0))


@dataclass
class _Run:
    """The lines of a month while discounts act on them; ``left`` is what remains of each."""

    granting: Granting
    period: Period
    lines: list[RatedLine]
    parts: dict[str, list[Part]]
    left: dict[str, Fraction]
    own_lines: list[RatedLine] = field(default_factory=list)
    within: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    spends: dict[tuple[str, Key], Fraction | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What fills the bands is what lines come to before the first of their discounts."""
        self.begun = dict(self.left)

    def take_off_lines(self, discount: Discount, on: Sequence[RatedLine]) -> None:
        """Take a discount off lines, as a part of each of them."""
        given = given_units(discount, on, self.granting)
        for lines in _together(on, _UNIT[discount.on]):
            off = self._off(discount, lines, given)
            for line, amount, words in zip(lines, off.amounts, off.words, strict=True):
                if amount:
                    self.parts[line.line_id].append(Part(words, -amount))
                    self.left[line.line_id] -= amount
                    self.within[line.line_id].append(discount.discount)

    def close(self) -> None:
        """Round each line that has a discount in it once; from here on lines are what they are billed as."""
        for index, line in enumerate(self.lines):
            if line.line_id in self.within:
                amount, parts = close(self.parts[line.line_id], line.currency)
                within = tuple(self.within[line.line_id])
                self.lines[index] = line._replace(amount=amount, parts=parts, discounts=within)
        self.left = {line.line_id: Fraction(line.amount) for line in self.lines}
        self.begun = dict(self.left)
        self.spends.clear()

    def add_lines(self, discount: Discount, on: Sequence[RatedLine]) -> None:
        """Add the discount's own line for each vendor or customer it is given on."""
        for lines in _together(on, _UNIT[discount.on]):
            off = self._off(discount, lines, {})
            if off.whole <= 0:
                continue
            own = self._own_line(discount, lines, off)
            if own.amount:
                self.own_lines.append(own)
                taken = -Fraction(own.amount) / off.whole
                for line, amount in zip(lines, off.amounts, strict=True):
                    self.left[line.line_id] -= amount * taken

    def _own_line(self, discount: Discount, lines: Sequence[RatedLine], off: _Off) -> RatedLine:
        first = lines[0]
        vendor = first.vendor if discount.on == "vendor" else ""
        amount, parts = close((Part(off.words[0], -off.whole),), first.currency)
        return RatedLine(
            line_id=line_id(DISCOUNT, discount.discount, first.customer, vendor, self.period.start),
            customer=first.customer,
            vendor=vendor,
            product="",
            currency=first.currency,
            amount=amount,
            parts=parts,
            quantity=Decimal(1),
            unit="",
            driver=DISCOUNT,
            period=self.period,
            text=discount.text or discount.discount,
            model=discount.kind,
            price_row=f"Discounts row {discount.place.row}: {discount.discount}",
            discounts=(discount.discount,),
            shares=tuple((line.line_id, amount) for line, amount in zip(lines, off.amounts, strict=True)),
        )

    def _off(self, discount: Discount, lines: Sequence[RatedLine], given: Mapping[str, GivenUnits]) -> _Off:
        """Return what is taken off lines that a discount is given on together; nothing without a rate."""
        first = lines[0]
        nothing = _Off((Fraction(0),) * len(lines), ("",) * len(lines))
        left = [self.left[line.line_id] for line in lines]
        rate = self.granting.rate(discount.currency or first.currency, first.currency, first.customer)
        spends = [self._spend(discount, line) for line in lines]
        if rate is None or any(spend is None for spend in spends):
            return nothing
        words = discount.described({spend for spend in spends if spend is not None})
        if discount.kind == "fixed":
            base = sum(left, Fraction(0))
            wanted = discount.capped(Fraction(discount.value) * rate, rate)
            if wanted > base >= 0:
                self._tell_capped(discount, first, base)
                wanted, words = base, f"{words}, capped at what is left"
            offs = [wanted * one / base for one in left] if base > 0 else []
            return _Off(tuple(offs), (words,) * len(lines)) if offs else nothing
        units = [given.get(line.line_id, ALL_UNITS) for line in lines]
        offs = [
            one * discount.share_of(spend or Fraction(0)) * of.share
            for one, spend, of in zip(left, spends, units, strict=True)
        ]
        whole = sum(offs, Fraction(0))
        allowed = discount.capped(whole, rate)
        share = Fraction(1) if allowed == whole else allowed / whole
        return _Off(tuple(off * share for off in offs), tuple(f"{words}{of.words}" for of in units))

    def _spend(self, discount: Discount, line: RatedLine) -> Fraction | None:
        if not discount.bands:
            return Fraction(0)
        key = (discount.discount, self.granting.key(discount, line))
        if key not in self.spends:
            self.spends[key] = self.granting.spend(discount, line, self.begun)
        return self.spends[key]

    def _tell_capped(self, discount: Discount, line: RatedLine, left: Fraction) -> None:
        self.granting.problems.append(
            Problem(
                "DSC-006",
                f"Discount {discount.discount} of {exact_text(discount.value)} {discount.currency} is "
                f"more than the {exact_text(left)} {line.currency} left for "
                f"customer {line.customer}; it is capped.",
                on_row(discount, "Value"),
                "Lower Value, give it on more, or let it come earlier with a lower number in column Order.",
                Severity.NOTE,
                line.customer,
            )
        )


def _together(
    lines: Iterable[RatedLine], unit: Callable[[RatedLine], tuple[str, ...]]
) -> list[list[RatedLine]]:
    found: dict[tuple[str, ...], list[RatedLine]] = {}
    for line in lines:
        found.setdefault(unit(line), []).append(line)
    return list(found.values())
