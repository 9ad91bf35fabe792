"""Raise our own prices from a day on: the rows that hold are ended and get dated successors.

It first shows what changes, for whom and in money, and writes only with ``--accept``. The rows stay plain
data on sheet Prices, which finance sees and edits. Agreed prices of contracts get a change of price.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billow.catalog.increase import Also, Increase, in_force, raised
from billow.catalog.prices import Price
from billow.commands.desk import At, Desk, count_of, log, open_desk
from billow.commands.outcome import Outcome
from billow.commands.price_effect import brief, effect_data, effect_lines, last_month, shortened, written
from billow.contracts.agreed_prices import RaisedAgreed, at_prices, raised_agreed
from billow.money import exact_text
from billow.problems import Place, Problem, Refused
from billow.rating.books import Books
from billow.sheets.reading import Row

# The amounts of a price, and the columns in which they stand.
_AMOUNTS = {
    "value": "Price or %",
    "fixed_fee": "Fixed fee",
    "minimum": "Minimum spend",
    "maximum": "Maximum spend",
    "commitment": "Commitment",
}


def increase(
    workbook: At,
    *,
    percent: Decimal,
    start: date,
    products: Sequence[str],
    also: Sequence[Also],
    accept: bool,
) -> Outcome:
    """Show what a dated increase changes, and with ``accept`` close the old rows and add their successors."""
    desk = open_desk(workbook)
    books, month = desk.inputs.books, last_month(desk)
    plan = Increase(percent, start, frozenset(name.casefold() for name in products), frozenset(also))
    pairs = raised(books.prices, plan)
    agreed = _raised_agreed(books, plan)
    if not pairs and not agreed:
        raise Refused([_nothing_to_raise(desk, plan, products)])
    effects = month.effects(*_before_and_after(books, plan, pairs, agreed))
    what = [count_of(len(pairs), "price"), *([count_of(len(agreed), "agreed price")] if agreed else [])]
    lines = [
        f"{' and '.join(what)} by {exact_text(percent)} % from {start}. {_staying(plan)}",
        *shortened([*map(_raise_line, pairs), *map(_agreed_line, agreed)]),
        *effect_lines(month, effects),
    ]
    if accept:
        _write_successors(desk, pairs, plan)
        _write_changes(desk, agreed, plan)
        log(desk, "prices increase", month.name, brief(lines))
        desk.book.save()
    lines.append(written(accept=accept, changed=True, sheet="Prices"))
    data = {
        "percent": exact_text(percent),
        "from": str(start),
        "prices": [_raise_data(old, new) for old, new in pairs],
        "agreed": [_agreed_data(one) for one in agreed],
        **effect_data(month, effects),
        "written": accept,
    }
    return Outcome(tuple(lines), data, desk.inputs.problems)


def _raised_agreed(books: Books, plan: Increase) -> list[RaisedAgreed]:
    """Return the contracts whose agreed price is raised, if that is asked for."""
    if Also.AGREED not in plan.also:
        return []
    named = {
        product.product.casefold()
        for product in books.products
        if not plan.products
        or plan.products & {name.casefold() for name in (product.product, product.family, product.vendor)}
    }
    return raised_agreed(books.subscriptions, books.changes, plan, named)


def _before_and_after(
    books: Books, plan: Increase, pairs: Sequence[tuple[Price, Price]], agreed: Sequence[RaisedAgreed]
) -> tuple[Books, Books]:
    """Return the books with the prices that hold on the first day, before the increase and with it."""
    successors = {old.price_id: new for old, new in pairs}
    standing = in_force(books.prices, plan.start)
    coming = [replace(successors.get(p.price_id, p), valid_from=None, valid_through=None) for p in standing]
    before = {one.subscription.subscription: one.before for one in agreed}
    after = {one.subscription.subscription: one.after for one in agreed}
    contracts = [at_prices(books.subscriptions, books.changes, prices) for prices in (before, after)]
    was, will = (
        replace(books, prices=prices, subscriptions=subscriptions, changes=changes)
        for prices, (subscriptions, changes) in zip((standing, coming), contracts, strict=True)
    )
    return was, will


def _staying(plan: Increase) -> str:
    """Return what is not raised, in a sentence."""
    kept = {
        Also.AGREED: "agreed prices",
        Also.FEES: "fixed fees",
        Also.MINIMUM: "minima",
        Also.MAXIMUM: "maxima",
        Also.COMMITMENT: "commitments",
    }
    named = [words for kind, words in kept.items() if kind not in plan.also]
    return f"{', '.join(['Percentages', *named])} and rows that begin later stay."


def _nothing_to_raise(desk: Desk, plan: Increase, products: Sequence[str]) -> Problem:
    what = f" for {', '.join(products)}" if products else ""
    return Problem(
        "CMD-016",
        f"No price{what} holds before and on {plan.start} that could be raised.",
        Place(desk.path.name, "Prices"),
        "Percentages are not raised, and a row that begins on that day or later stays. What else may be "
        "raised, such as agreed prices, is named with --also.",
    )


def _write_successors(desk: Desk, pairs: Sequence[tuple[Price, Price]], plan: Increase) -> None:
    """End each old row on the day before, and add a row like it with the new price from that day on."""
    rows = {row.number: row for row in desk.inputs.rows["tblPrices"]}
    added: list[dict[str, Any]] = []
    tiers: dict[str, str] = {}
    for old, new in pairs:
        row = rows[old.place.row]
        desk.book.fill("tblPrices", row.number, {"Valid through": plan.start - timedelta(days=1)})
        changed: dict[str, Any] = {"Valid from": new.valid_from, "Valid through": new.valid_through}
        changed |= {
            column: getattr(new, name)
            for name, column in _AMOUNTS.items()
            if row[column] is not None and getattr(new, name) != getattr(old, name)
        }
        if new.tiers != old.tiers:
            tiers[row["Tier set"]] = changed["Tier set"] = f"{row['Tier set']} {plan.start}"
        added.append({**row.values, **changed})
    steps = [row for row in desk.inputs.rows["tblTiers"] if row["Tier set"] in tiers]
    if steps:
        desk.book.append("tblTiers", [_raised_step(row, tiers[row["Tier set"]], plan) for row in steps])
    desk.book.append("tblPrices", added)


def _raised_step(row: Row, name: str, plan: Increase) -> dict[str, Any]:
    figures = {column: row.values.get(column) for column in ("Unit price", "Flat fee")}
    return {
        **row.values,
        "Tier set": name,
        **{column: plan.of(figure) for column, figure in figures.items() if figure is not None},
    }


def _write_changes(desk: Desk, agreed: Sequence[RaisedAgreed], plan: Increase) -> None:
    """Add a change of price for each contract that is raised."""
    last = max((row["No"] or 0 for row in desk.inputs.rows["tblChanges"]), default=0)
    reason = f"Increase of {exact_text(plan.percent)} %"
    rows = [
        {
            "No": number,
            "Subscription": one.subscription.subscription,
            "Effective": plan.start,
            "Kind": "price",
            "Reason": reason,
            "Price": one.after,
        }
        for number, one in enumerate(agreed, start=last + 1)
    ]
    if rows:
        desk.book.append("tblChanges", rows)


def _raise_line(pair: tuple[Price, Price]) -> str:
    old, new = pair
    said = ", ".join(
        f"{words}{exact_text(was)} -> {exact_text(will)}" for words, was, will in _figures(old, new)
    )
    limits = ", ".join(old.limits)
    return f"  {old.described}{f' ({limits})' if limits else ''}: {said} {old.currency}"


def _figures(old: Price, new: Price) -> list[tuple[str, Decimal, Decimal]]:
    """Return what is raised: the price, its steps, and what else was asked for, in words."""
    steps = [(a.unit_price, b.unit_price) for a, b in zip(old.tiers, new.tiers, strict=True)]
    beside = [
        (f"{column.lower()} ", getattr(old, name), getattr(new, name))
        for name, column in _AMOUNTS.items()
        if name != "value"
    ]
    return [
        *([("", old.value, new.value)] if old.value != new.value else []),
        *(("", was, will) for was, will in steps if was != will),
        *((words, was, will) for words, was, will in beside if was != will),
    ]


def _agreed_line(one: RaisedAgreed) -> str:
    of = one.subscription
    said = f"{exact_text(one.before)} -> {exact_text(one.after)} {of.currency}".rstrip()
    return f"  contract {of.subscription} of {of.customer}, {of.product}: {said}"


def _raise_data(old: Price, new: Price) -> dict[str, Any]:
    return {
        "row": old.place.row,
        "price": old.described,
        "currency": old.currency,
        "old": exact_text(old.value),
        "new": exact_text(new.value),
        "steps": [
            [exact_text(a.unit_price), exact_text(b.unit_price)]
            for a, b in zip(old.tiers, new.tiers, strict=True)
        ],
        "also": {
            words.strip(): [exact_text(was), exact_text(will)]
            for words, was, will in _figures(old, new)
            if words
        },
    }


def _agreed_data(one: RaisedAgreed) -> dict[str, Any]:
    return {
        "subscription": one.subscription.subscription,
        "customer": one.subscription.customer,
        "old": exact_text(one.before),
        "new": exact_text(one.after),
    }
