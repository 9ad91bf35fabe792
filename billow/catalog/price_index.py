"""Prices by what they apply to: a month of many products does not read the whole sheet for each line.

>>> from datetime import date
>>> e5, f3 = Price("p1", product="M365-E5"), Price("p2", product="M365-F3")
>>> asked = PriceQuery(day=date(2026, 6, 1), customer="C-1", product="m365-e5")
>>> [price.price_id for price in PriceIndex([e5, f3]).near(asked)]
['p1']
"""

from collections import defaultdict
from collections.abc import Iterable

from billow.catalog.prices import Price, PriceQuery


class PriceIndex:
    """The rows of a price sheet, found by SKU, product, family or vendor."""

    def __init__(self, prices: Iterable[Price]) -> None:
        self._rows: dict[tuple[str, str], list[tuple[int, Price]]] = defaultdict(list)
        for number, price in enumerate(prices):
            what = "" if price.applies_to == "all" else price.product.casefold()
            self._rows[price.applies_to, what].append((number, price))

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
