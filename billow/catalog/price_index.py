"""Prices by what they apply to: a month of many products does not read the whole sheet for each line.

What is asked alike is answered once: of a question only what some price looks at makes a difference.

>>> from datetime import date
>>> e5, f3 = Price("p1", product="M365-E5"), Price("p2", product="M365-F3")
>>> asked = PriceQuery(day=date(2026, 6, 1), customer="C-1", product="m365-e5")
>>> PriceIndex([e5, f3]).choose(asked).price.price_id
'p1'
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from billow.catalog.prices import Price, PriceChoice, PriceQuery, choose, rivals

_Answer = tuple[PriceChoice, Sequence[tuple[Price, str]]]
_LIMITS = ("plan", "term", "billing", "segment", "market")
_DAYS = ("day", "term", "term_start", "period_start")


class PriceIndex:
    """The rows of a price sheet, found by SKU, product, family or vendor."""

    def __init__(self, prices: Iterable[Price]) -> None:
        self._rows: dict[tuple[str, str], list[tuple[int, Price]]] = defaultdict(list)
        for number, price in enumerate(prices):
            what = "" if price.applies_to == "all" else price.product.casefold()
            self._rows[price.applies_to, what].append((number, price))
        self._near: dict[tuple[str, ...], _Near] = {}

    def choose(self, query: PriceQuery) -> PriceChoice:
        """Return the price that applies, as the whole sheet would."""
        return self._answer(query)[0]

    def rivals(self, query: PriceQuery) -> Sequence[tuple[Price, str]]:
        """Return the prices that fit beside the one chosen, as the whole sheet would."""
        return self._answer(query)[1]

    def _answer(self, query: PriceQuery) -> _Answer:
        what = (query.sku, query.product, query.family, query.vendor)
        near = self._near.get(what)
        if near is None:
            near = self._near[what] = _Near(self.near(query))
        return near.answer(query)

    def near(self, query: PriceQuery) -> list[Price]:
        """Return the prices that apply to what is asked for, in the order of the sheet, for whomever."""
        asked = (
            ("sku", query.sku),
            ("product", query.product),
            ("family", query.family),
            ("vendor", query.vendor),
            ("all", ""),
        )
        found = [row for kind, what in asked for row in self._rows.get((kind, what.casefold()), ())]
        return [price for _, price in sorted(found, key=lambda row: row[0])]


class _Near:
    """The prices for one product, and what they answered."""

    def __init__(self, prices: Sequence[Price]) -> None:
        self._prices = prices
        self._key = _looked_at(prices)
        self._answers: dict[object, _Answer] = {}

    def answer(self, query: PriceQuery) -> _Answer:
        key = self._key(query)
        found = self._answers.get(key)
        if found is None:
            found = choose(self._prices, query), rivals(self._prices, query)
            if found[0].problem is None:  # a problem says of whom it is, and is nobody else's
                self._answers[key] = found
        return found


def _looked_at(prices: Sequence[Price]) -> Callable[[PriceQuery], object]:
    """Return what takes from a question all that makes a difference to these prices."""
    names = {price.scope for price in prices} - {"everyone"}
    names |= {name for name in _LIMITS if any(getattr(price, name) for price in prices)}
    if any(price.valid_from or price.valid_through for price in prices):
        names.update(_DAYS)
    return attrgetter(*sorted(names)) if names else lambda _query: None
