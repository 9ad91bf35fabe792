"""An amount held against a minimum, a maximum and a commitment; each is a part of its own.

The lines that count together are taken in their order: a maximum is used up line by line, what is lacking
to a minimum or a commitment is topped up on the last. Minimum, maximum and commitment are those of the
price's period, scaled by the share of it that the lines cover (a stub has a smaller one) and rounded once.
A net credit is not topped up.

>>> from billow.catalog.prices import Price
>>> spend = Spend(Price("p", minimum=Decimal(100), currency="EUR"), Fraction(1), Fraction(1), "EUR")
>>> amount, parts = spend.close([Part("6 x 10 EUR", Fraction(60))], last=True)
>>> str(amount), [(part.text, str(part.amount)) for part in parts[1:]]
('100.00', [('top-up to the minimum of 100 EUR', '40')])
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from billow.catalog.prices import Price
from billow.money import Rounding, exact_text, round_to
from billow.rating.line import Part, close


@dataclass
class Spend:
    """What the lines of one price came to so far in ``currency``, ``rate`` of which is one of the price's."""

    price: Price
    covered: Fraction
    rate: Fraction
    currency: str
    _charged: Fraction = field(default=Fraction(0), init=False)
    _used: Fraction = field(default=Fraction(0), init=False)

    def close(self, parts: Sequence[Part], *, last: bool) -> tuple[Decimal, tuple[Part, ...]]:
        """Return a line with what the rules add, rounded once: minimum, maximum, then the commitment."""
        found = [*parts]
        found += self._minimum(_sum(found), last=last)
        found += self._maximum(_sum(found))
        before = _sum(found)
        found += self._overage(before)
        surcharge = _sum(found) - before
        found += self._true_up(before, last=last)
        amount, closed = close(found, self.currency)
        self._charged += Fraction(amount)
        self._used += Fraction(amount) - surcharge
        return amount, closed

    def _scaled(self, amount: Decimal) -> Fraction:
        return Fraction(
            round_to(Fraction(amount) * self.covered * self.rate, self.currency, Rounding.HALF_UP)
        )

    def _words(self, name: str, amount: Decimal, scaled: Fraction) -> str:
        full = f"{exact_text(amount)} {self.price.currency}"
        if scaled == amount and self.rate == 1:
            return f"the {name} of {full}"
        share = "" if self.covered == 1 else f" x {exact_text(self.covered)}"
        return f"the {name} of {full}{share} = {exact_text(scaled)} {self.currency}"

    def _minimum(self, amount: Fraction, *, last: bool) -> Iterator[Part]:
        if self.price.minimum is None or not last or self._charged + amount < 0:
            return
        least = self._scaled(self.price.minimum)
        lacking = least - self._charged - amount
        if lacking > 0:
            yield Part(f"top-up to {self._words('minimum', self.price.minimum, least)}", lacking)

    def _maximum(self, amount: Fraction) -> Iterator[Part]:
        if self.price.maximum is None:
            return
        most = self._scaled(self.price.maximum)
        beyond = self._charged + amount - most
        if beyond > 0:
            yield Part(f"cap at {self._words('maximum', self.price.maximum, most)}", -beyond)

    def _overage(self, amount: Fraction) -> Iterator[Part]:
        if self.price.commitment is None or not self.price.overage:
            return
        committed = self._scaled(self.price.commitment)
        above = self._used + amount - max(committed, self._used)
        if above > 0:
            words = self._words("commitment", self.price.commitment, committed)
            text = f"overage {exact_text(self.price.overage)} % on {exact_text(above)} above {words}"
            yield Part(text, above * Fraction(self.price.overage) / 100)

    def _true_up(self, amount: Fraction, *, last: bool) -> Iterator[Part]:
        if self.price.commitment is None or not last:
            return
        committed, whole = self._scaled(self.price.commitment), self._used + amount
        if 0 <= whole < committed:
            words = self._words("commitment", self.price.commitment, committed)
            yield Part(f"true-up to {words}", committed - whole)


def _sum(parts: Iterable[Part]) -> Fraction:
    return sum((part.amount for part in parts), Fraction(0))
