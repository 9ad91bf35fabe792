"""Checks of all prices before any is used: ties, gaps in time, and ends with nothing after them.

A price that is never asked for would otherwise hide its mistake until the month in which it is.

>>> from datetime import date
>>> from billow.problems import Place
>>> first = Price("row 2", product="E5", valid_through=date(2026, 6, 30), place=Place(sheet="Prices", row=2))
>>> second = Price("row 3", product="E5", valid_from=date(2026, 8, 1), place=Place(sheet="Prices", row=3))
>>> print(price_problems([first, second])[0].sentence)
The prices of product E5 for everyone leave a gap from 2026-07-01 through 2026-07-31: between rows 2 and 3.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from billow.catalog.prices import Price, PriceQuery, choose
from billow.catalog.products import Product
from billow.problems import Problem, Severity

_DAY = timedelta(days=1)


def price_problems(
    prices: Sequence[Price], products: Iterable[Product] = (), used: Mapping[str, date | None] | None = None
) -> tuple[Problem, ...]:
    """Return what is wrong among the prices in time.

    ``used`` are the products that something will ask a price for, each with the last day on which it does,
    None where that is open: an end of their prices with nothing after it is told too.
    """
    targets: dict[tuple[str, ...], list[Price]] = defaultdict(list)
    for price in prices:
        targets[_target(price)].append(price)
    sold = {product.product.casefold(): product for product in products}
    needed = {code.casefold(): last for code, last in (used or {}).items()}
    return (
        *(problem for own in targets.values() for problem in _ties(own)),
        *(problem for own in _same_rows(prices) for problem in _gaps(own)),
        *(problem for own in _same_rows(prices) for problem in _ends(own, prices, sold, needed)),
    )


def _target(price: Price) -> tuple[str, ...]:
    """Return for whom and to what a price is: prices that differ here never tie."""
    who = price.who.casefold() if price.scope != "everyone" else ""
    what = price.product.casefold() if price.applies_to != "all" else ""
    return price.scope, who, price.plan, price.applies_to, what


def _same_rows(prices: Iterable[Price]) -> list[list[Price]]:
    """Return the prices that follow each other in time, each time line by its first day."""
    lines: dict[tuple[str, ...], list[Price]] = defaultdict(list)
    for price in prices:
        if _begin(price) > _through(price):
            continue  # never valid; its two dates are told by themselves
        lines[*_target(price), *_limits(price)].append(price)
    return [sorted(own, key=lambda price: price.valid_from or date.min) for own in lines.values()]


def _ties(prices: Sequence[Price]) -> Iterator[Problem]:
    """Yield two prices of one target that hold on the same day and are limited alike.

    One limited to a term and one to a billing plan tie too: a yearly term billed monthly is both.
    """
    for one, other in combinations(prices, 2):
        first, second = max(_begin(one), _begin(other)), min(_through(one), _through(other))
        if first > second or len(one.limits) != len(other.limits) or not _meet(one, other):
            continue
        since = "always" if first == date.min else f"from {first}"
        yield Problem(
            "PRC-011",
            f"Two prices of {_named(one)} are equally specific {since}{_until(second)}: {_rows(one, other)}.",
            other.at("Valid from"),
            "End the earlier row with Valid through before the later one begins, or make one more specific.",
            Severity.BLOCK,
            one.who if one.scope == "customer" else "",
        )


def _gaps(line: Sequence[Price]) -> Iterator[Problem]:
    """Yield the days between two rows of one time line on which neither holds."""
    held, last = _through(line[0]), line[0]
    for price in line[1:]:
        if held < date.max and held + _DAY < _begin(price):
            yield Problem(
                "PRC-012",
                f"The prices of {_named(price)} leave a gap from {held + _DAY} through "
                f"{_begin(price) - _DAY}: between {_rows(last, price)}.",
                last.at("Valid through"),
                "If a price is due then, change Valid through or Valid from: one row must follow the other.",
                Severity.NOTE,
            )
        if _through(price) >= held:
            held, last = _through(price), price


def _ends(
    line: Sequence[Price],
    prices: Sequence[Price],
    sold: Mapping[str, Product],
    needed: Mapping[str, date | None],
) -> Iterator[Problem]:
    """Yield a time line that ends while its product is still used and no other price would step in."""
    last = max(line, key=_through)
    code = last.product.casefold()
    if last.applies_to != "product" or last.valid_through is None or code not in needed:
        return
    after, used_until = last.valid_through + _DAY, needed[code]
    if used_until is not None and used_until < after:
        return
    if choose(prices, _asked(last, after, sold.get(code))).price is None:
        yield Problem(
            "PRC-013",
            f"The price of {_named(last)} ends on {last.valid_through} and nothing follows, but the product "
            f"is still used: row {last.place.row or last.price_id}.",
            last.at("Valid through"),
            f"Add a row from {after}, or leave Valid through blank.",
            Severity.NOTE,
        )


def _asked(price: Price, day: date, product: Product | None) -> PriceQuery:
    """Return the question that ``price`` would answer, for ``day``."""
    whom = {price.scope: price.who}
    return PriceQuery(
        day=day,
        customer=whom.get("customer", ""),
        group=whom.get("group", ""),
        plan=price.plan,
        subscription=whom.get("subscription", ""),
        product=price.product,
        family=product.family if product else "",
        vendor=product.vendor if product else "",
        term=price.term,
        billing=price.billing,
        segment=price.segment,
        market=price.market,
    )


def _meet(one: Price, other: Price) -> bool:
    """Tell whether one charge can be of the term, billing plan, segment and country of both."""
    return all("" in pair or pair[0] == pair[1] for pair in zip(_limits(one), _limits(other), strict=True))


def _limits(price: Price) -> tuple[str, ...]:
    return price.term, price.billing, price.segment.casefold(), price.market.casefold()


def _begin(price: Price) -> date:
    return price.valid_from or date.min


def _through(price: Price) -> date:
    return price.valid_through or date.max


def _until(day: date) -> str:
    return "" if day == date.max else f" through {day}"


def _named(price: Price) -> str:
    whom = "everyone" if price.scope == "everyone" else f"{price.scope} {price.who}"
    what = "all" if price.applies_to == "all" else f"{price.applies_to} {price.product}"
    limits = ", ".join(part for part in (price.plan, *price.limits) if part)
    return f"{what} for {whom}" + (f" ({limits})" if limits else "")


def _rows(one: Price, other: Price) -> str:
    numbers = [str(price.place.row or price.price_id) for price in (one, other)]
    return f"rows {numbers[0]} and {numbers[1]}"
