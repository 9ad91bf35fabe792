"""On which lines a discount is given: for whom, on what, and whether its condition holds.

A condition looks at the month before any discount, so that no discount switches another one on or off.
One-off lines and credits never count and take part in discounts on the invoice only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from billow.catalog.discounts import Discount
from billow.catalog.exchange import missing_rate, rate_on
from billow.periods import Period
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books
from billow.rating.line import RatedLine

ADJUSTMENT = "adjustment"
Key = tuple[str, ...]
Amounts = Mapping[str, Fraction]  # by line id


def peak(lines: Iterable[RatedLine]) -> Fraction:
    """Return the largest quantity held on one day; seats before and after a change are not added up."""
    rows = [(line.period, Fraction(line.quantity)) for line in lines]
    days = {period.start for period, _ in rows if period}
    always = sum((quantity for period, quantity in rows if period is None), Fraction(0))
    held = (
        sum((quantity for period, quantity in rows if period and period.start <= day < period.end), always)
        for day in days
    )
    return max(held, default=always)


def on_row(discount: Discount, column: str) -> Place:
    """Return the place of a cell of the discount, for a problem about it."""
    row = discount.place
    return Place(row.file, row.sheet or "Discounts", row.row, column)


@dataclass
class Granting:
    """The lines of a month, what they come to before any discount, and what was found wrong."""

    books: Books
    period: Period
    lines: Sequence[RatedLine]
    amounts: Amounts
    problems: list[Problem] = field(default_factory=list)
    _found: dict[str, dict[Key, list[RatedLine]]] = field(default_factory=dict)
    _held: dict[tuple[str, Key], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find families and groups once; there are as many look-ups as lines and discounts."""
        self._families = {product.product: product.family for product in self.books.products}
        self._groups = self.books.groups

    def granted(self, discounts: Sequence[Discount]) -> list[tuple[Discount, list[RatedLine]]]:
        """Return each discount with the lines it is given on, after those that stand alone have chosen."""
        found = [(discount, self._given(discount)) for discount in discounts]
        alone: dict[str, list[Discount]] = defaultdict(list)
        for discount, on in found:
            if discount.exclusive:
                for line in on:
                    alone[line.line_id].append(discount)
        winner = {
            line.line_id: self._alone(line, alone[line.line_id])
            for line in self.lines
            if line.line_id in alone
        }
        return [
            (discount, [line for line in on if winner.get(line.line_id, discount) is discount])
            for discount, on in found
        ]

    def _alone(self, line: RatedLine, rivals: Sequence[Discount]) -> Discount | None:
        """Return the discount that has a line to itself: the first by column Order; a tie gives none."""
        first = min(discount.order for discount in rivals)
        winners = [discount for discount in rivals if discount.order == first]
        if len(winners) == 1:
            return winners[0]
        what = line.product or line.text
        self.problems.append(
            Problem(
                "DSC-005",
                f"Discounts {winners[0].discount} and {winners[1].discount} both stand alone on {what} of "
                f"customer {line.customer}; none of them was given.",
                on_row(winners[1], "Order"),
                "Give the one that goes first a lower number in column Order, or let one of them combine.",
                Severity.BLOCK,
                line.customer,
            )
        )
        return None

    def _given(self, discount: Discount) -> list[RatedLine]:
        meant = [line for line in self.lines if self._is_for(discount, line)]
        if discount.on == "invoice":
            holding = {line.customer for line in meant if self._holds(discount, line)}
            return [line for line in meant if line.customer in holding]
        return [
            line
            for line in meant
            if line.driver != ADJUSTMENT and self._is_on(discount, line) and self._holds(discount, line)
        ]

    def _is_for(self, discount: Discount, line: RatedLine) -> bool:
        match discount.scope:
            case "group":
                return _same(discount.who, self._groups.get(line.customer, ""))
            case "customer":
                return _same(discount.who, line.customer)
            case "subscription":
                return _same(discount.who, line.subscription)
            case _:
                return True

    def _is_on(self, discount: Discount, line: RatedLine) -> bool:
        match discount.applies_to:
            case "product":
                return _same(discount.what, line.product)
            case "family":
                return _same(discount.what, self._families.get(line.product, ""))
            case "vendor":
                return _same(discount.what, line.vendor)
            case _:
                return True

    def _holds(self, discount: Discount, line: RatedLine) -> bool:
        """Tell whether the condition holds, which is counted once for lines that count together."""
        key = (discount.discount, self.key(discount, line))
        if key not in self._held:
            self._held[key] = not discount.condition or self._comes_to_enough(discount, line)
        return self._held[key]

    def _comes_to_enough(self, discount: Discount, line: RatedLine) -> bool:
        match discount.condition:
            case "products":
                counted = self._together(discount, line)
                found = Fraction(len({one.product for one in counted if self.amounts[one.line_id] > 0}))
            case "quantity":
                found = self.quantity(discount, line)
            case _:
                spend = self.spend(discount, line, self.amounts)
                if spend is None:
                    return False
                found = spend
        return found >= Fraction(discount.at_least)

    def quantity(self, discount: Discount, line: RatedLine) -> Fraction:
        """Return the most units that the lines that count with ``line`` had on one day."""
        return peak(self._together(discount, line))

    def spend(self, discount: Discount, line: RatedLine, amounts: Amounts) -> Fraction | None:
        """Return what the lines that count with ``line`` come to, in the discount's currency.

        None where an exchange rate is missing, which is a problem of its own.
        """
        spend = Fraction(0)
        for one in self._together(discount, line):
            rate = self.rate(one.currency, discount.currency, one.customer)
            if rate is None:
                return None
            spend += amounts[one.line_id] * rate
        return spend

    def rate(self, source: str, target: str, customer: str) -> Fraction | None:
        """Return the exact rate of the last day of the month, or None and a problem."""
        day = self.period.through
        rate = rate_on(self.books.exchange_rates, source, target, day)
        if rate is None:
            self.problems.append(missing_rate(source, target, day, customer))
        return rate

    def _together(self, discount: Discount, line: RatedLine) -> list[RatedLine]:
        """Return the lines that are counted together with ``line``."""
        if discount.discount not in self._found:
            by_key: dict[Key, list[RatedLine]] = defaultdict(list)
            for one in self.lines:
                if one.driver != ADJUSTMENT and self._is_counted(discount, one):
                    by_key[self.key(discount, one)].append(one)
            self._found[discount.discount] = by_key
        return self._found[discount.discount].get(self.key(discount, line), [])

    def _is_counted(self, discount: Discount, line: RatedLine) -> bool:
        if not discount.counted_of:
            return self._is_on(discount, line)
        names = (line.product, self._families.get(line.product, ""), line.vendor)
        return any(_same(discount.counted_of, name) for name in names)

    def key(self, discount: Discount, line: RatedLine) -> Key:
        """Return what lines have in common that count together for the discount."""
        match discount.counted_per:
            case "group":
                group = self._groups.get(line.customer, "")
                return ("group", group) if group else ("customer", line.customer)
            case "vendor":
                return line.customer, line.vendor
            case "family":
                return line.customer, self._families.get(line.product, "")
            case "product":
                return line.customer, line.product
            case _:
                return (line.customer,)


def _same(named: str, found: str) -> bool:
    return named.casefold() == found.casefold() != ""
