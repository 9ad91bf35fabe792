"""Lines held against the minimum, the maximum and the commitment of their price, after all discounts.

The lines that count together (a subscription's in the month, or all of a customer at that price) are taken
in their order: a maximum is used up line by line, what is lacking to a minimum or a commitment is topped
up on the last. Each is a part of its own. Minimum, maximum and commitment are those of the price's period,
scaled by the share of it that the lines cover (a stub has a smaller one) and rounded before they are
compared with rounded lines. A net credit is not topped up.

Counted over a customer group, what all lines of its customers come to is held against it, and what it adds
is split over the lines by what each came to: the parts sum to it, to the cent. So every customer bears its
share on its own invoice; where nothing was used, all customers bear the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from billow.catalog.prices import Price
from billow.money import Rounding, allocate, exact_text, round_to
from billow.rating.line import Part, RatedLine, Spending, close
from billow.rating.quantities import Held, stretches


def held_to_spend(lines: Sequence[RatedLine], groups: Mapping[str, str]) -> list[RatedLine]:
    """Return the lines, those of a price with a minimum, maximum or commitment with what it adds.

    ``groups`` are the customer groups by customer; a customer that is not there counts alone.
    """
    together: dict[tuple[object, ...], list[tuple[RatedLine, Spending]]] = defaultdict(list)
    for line in lines:
        if line.spending:
            together[_counted(line, line.spending, groups)].append((line, line.spending))
    changed = {line.line_id: line for own in together.values() for line in _held(own, groups)}
    return [changed.get(line.line_id, line) for line in lines]


def _counted(line: RatedLine, spending: Spending, groups: Mapping[str, str]) -> tuple[object, ...]:
    """Return what the lines have in common that count together."""
    if spending.price.counted_over != "group":
        return spending.mark
    group = groups.get(line.customer, "")
    return (*(("group", group) if group else ("customer", line.customer)), spending.price.price_id)


def _held(pairs: Sequence[tuple[RatedLine, Spending]], groups: Mapping[str, str]) -> Iterator[RatedLine]:
    first, spending = pairs[0]
    if spending.price.counted_over == "group":
        yield from _held_together(pairs, groups.get(first.customer) or f"of customer {first.customer}")
        return
    spend = Spend(spending.price, covered(pairs), spending.rate, first.currency)
    for line, _ in pairs:
        yield spend.line(line, last=line is pairs[-1][0])


def _held_together(pairs: Sequence[tuple[RatedLine, Spending]], group: str) -> Iterator[RatedLine]:
    """Yield the lines of a group, each with its part of what the rules add to all of them as one.

    Lines are counted in their own currency where all have the same, else in that of the price.
    """
    first, spending = pairs[0]
    same = all(line.currency == first.currency for line, _ in pairs)
    currency, rate = (first.currency, spending.rate) if same else (spending.price.currency, Fraction(1))
    worth = [rate / own.rate for _, own in pairs]  # of one unit of the line's currency in the common one
    spent = [Fraction(line.amount) * each for (line, _), each in zip(pairs, worth, strict=True)]
    whole = first._replace(currency=currency, parts=(Part("", sum(spent, Fraction(0))),))
    held = Spend(spending.price, covered(pairs), rate, currency).line(whole, last=True)
    weights = _weights([line for line, _ in pairs], spent)
    shares: list[list[Part]] = [[] for _ in pairs]
    for added in held.parts[1:]:
        if added.is_rounding:
            continue
        amount = round_to(added.amount, currency, Rounding.HALF_UP)
        split = allocate(amount, weights, currency)
        for own, share, weight, each in zip(shares, split, weights, worth, strict=True):
            if share:
                by = f"{exact_text(weight)} of {exact_text(sum(weights, Fraction(0)))}"
                text = f"{added.text} over group {group}: {share} of {amount} {currency}, by {by}"
                own.append(Part(text, Fraction(share) / each))
    for (line, _), own in zip(pairs, shares, strict=True):
        amount, closed = close([*(part for part in line.parts if not part.is_rounding), *own], line.currency)
        yield line._replace(amount=amount, parts=closed)


def _weights(lines: Sequence[RatedLine], spent: Sequence[Fraction]) -> list[Fraction]:
    """Return what each line came to, a credit nothing; where none came to anything, 1 for each customer."""
    weights = [max(amount, Fraction(0)) for amount in spent]
    if any(weights):
        return weights
    last = {line.customer: line.line_id for line in lines}
    return [Fraction(last[line.customer] == line.line_id) for line in lines]


def covered(lines: Sequence[tuple[RatedLine, Spending]]) -> Fraction:
    """Return the share of the price's period that the lines cover together, each day counted once.

    A line without days of its own covers the month, and so the days of the others in it.
    """
    held = [Held(index, line.quantity, spending.period) for index, (line, spending) in enumerate(lines)]
    undated = dated = Fraction(0)
    for stretch in stretches(held):
        if stretch.quantity < 0:
            continue
        share = max(_share(lines[item.index][1], item, stretch.days) for item in stretch.held)
        if stretch.period is None:
            undated = share
        else:
            dated += share
    return max(undated, dated)


def _share(spending: Spending, item: Held, days: int) -> Fraction:
    if spending.share is None or item.period is None:
        return Fraction(1)
    return spending.share * Fraction(days, item.period.days)


@dataclass
class Spend:
    """What the lines of one price came to so far in ``currency``, ``rate`` of which is one of the price's."""

    price: Price
    covered: Fraction
    rate: Fraction
    currency: str
    _charged: Fraction = field(default=Fraction(0), init=False)
    _used: Fraction = field(default=Fraction(0), init=False)

    def line(self, line: RatedLine, *, last: bool) -> RatedLine:
        """Return a line with what the rules add, rounded once: minimum, maximum, then the commitment."""
        found = [part for part in line.parts if not part.is_rounding]
        found += self._minimum(_sum(found), last=last)
        found += self._maximum(_sum(found))
        before = _sum(found)
        found += self._overage(before)
        surcharge = _sum(found) - before
        found += self._true_up(before, last=last)
        amount, closed = close(found, self.currency)
        self._charged += Fraction(amount)
        self._used += Fraction(amount) - surcharge
        return line._replace(amount=amount, parts=closed)

    def _scaled(self, amount: Fraction) -> Fraction:
        return Fraction(round_to(amount * self.covered * self.rate, self.currency, Rounding.HALF_UP))

    def _words(self, name: str, amount: Fraction, scaled: Fraction) -> str:
        full = f"{exact_text(amount)} {self.price.currency}"
        if scaled == amount and self.rate == 1:
            return f"the {name} of {full}"
        share = "" if self.covered == 1 else f" x {exact_text(self.covered)}"
        return f"the {name} of {full}{share} = {exact_text(scaled)} {self.currency}"

    def _minimum(self, amount: Fraction, *, last: bool) -> Iterator[Part]:
        if self.price.minimum is None or not last or self._charged + amount < 0:
            return
        asked = Fraction(self.price.minimum)
        least = self._scaled(asked)
        lacking = least - self._charged - amount
        if lacking > 0:
            yield Part(f"top-up to {self._words('minimum', asked, least)}", lacking)

    def _maximum(self, amount: Fraction) -> Iterator[Part]:
        if self.price.maximum is None:
            return
        asked = Fraction(self.price.maximum)
        most = self._scaled(asked)
        beyond = self._charged + amount - most
        if beyond > 0:
            yield Part(f"cap at {self._words('maximum', asked, most)}", -beyond)

    def _overage(self, amount: Fraction) -> Iterator[Part]:
        if self.price.commitment is None or not self.price.overage:
            return
        asked = Fraction(self.price.commitment)
        committed = self._scaled(asked)
        above = self._used + amount - max(committed, self._used)
        if above > 0:
            words = self._words("commitment", asked, committed)
            text = f"overage {exact_text(self.price.overage)} % on {exact_text(above)} above {words}"
            yield Part(text, above * Fraction(self.price.overage) / 100)

    def _true_up(self, amount: Fraction, *, last: bool) -> Iterator[Part]:
        if self.price.commitment is None or not last:
            return
        asked = Fraction(self.price.commitment)
        committed, whole = self._scaled(asked), self._used + amount
        if 0 <= whole < committed:
            yield Part(f"true-up to {self._words('commitment', asked, committed)}", committed - whole)


def _sum(parts: Iterable[Part]) -> Fraction:
    return sum((part.amount for part in parts), Fraction(0))
