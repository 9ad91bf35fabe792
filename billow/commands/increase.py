"""Raise our own prices from a day on: the rows that hold are ended and get dated successors.

It first shows what changes, for whom and in money, and writes only with ``--accept``. The rows stay plain
data on sheet Prices, which finance sees and edits.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from billow.catalog.increase import Increase, in_force, raised
from billow.catalog.prices import Price
from billow.commands.desk import Desk, count_of, log, open_desk
from billow.commands.outcome import Outcome
from billow.commands.price_effect import brief, effect_data, effect_lines, last_month, shortened, written
from billow.money import exact_text
from billow.problems import Place, Problem, Refused
from billow.workbook.reading import Row


def increase(
    workbook: Path, *, percent: Decimal, start: date, products: Sequence[str], accept: bool
) -> Outcome:
    """Show what a dated increase changes, and with ``accept`` close the old rows and add their successors."""
    desk = open_desk(workbook)
    books, month = desk.inputs.books, last_month(desk)
    plan = Increase(percent, start, frozenset(name.casefold() for name in products))
    pairs = raised(books.prices, plan)
    _refuse_nothing(desk, plan, pairs, products)
    successors = {old.price_id: new for old, new in pairs}
    standing = in_force(books.prices, start)
    coming = [replace(successors.get(p.price_id, p), valid_from=None, valid_through=None) for p in standing]
    effects = month.effects(replace(books, prices=standing), replace(books, prices=coming))
    head = f"{count_of(len(pairs), 'price')} by {exact_text(percent)} % from {start}."
    lines = [
        f"{head} Percentages, agreed prices and rows that begin later stay.",
        *shortened([_raise_line(old, new) for old, new in pairs]),
        *effect_lines(month, effects),
    ]
    if accept:
        _write_successors(desk, pairs, plan)
        log(desk, "prices increase", month.name, brief(lines))
        desk.book.save()
    lines.append(written(accept=accept, changed=True, sheet="Prices"))
    data = {
        "percent": exact_text(percent),
        "from": str(start),
        "prices": [_raise_data(old, new) for old, new in pairs],
        **effect_data(month, effects),
        "written": accept,
    }
    return Outcome(tuple(lines), data, desk.inputs.problems)


def _refuse_nothing(
    desk: Desk, plan: Increase, pairs: Sequence[tuple[Price, Price]], products: Sequence[str]
) -> None:
    if pairs:
        return
    what = f" for {', '.join(products)}" if products else ""
    raise Refused(
        [
            Problem(
                "CMD-016",
                f"No price{what} holds before and on {plan.start} that could be raised.",
                Place(desk.path.name, "Prices"),
                "Percentages are not raised, and a row that begins on that day or later stays.",
            )
        ]
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
        if row["Price or %"] is not None:
            changed["Price or %"] = new.value
        if new.tiers:
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


def _raise_line(old: Price, new: Price) -> str:
    figures = [(old.value, new.value)] if old.value else []
    figures += [(a.unit_price, b.unit_price) for a, b in zip(old.tiers, new.tiers, strict=True)]
    said = ", ".join(f"{exact_text(was)} -> {exact_text(will)}" for was, will in figures)
    limits = ", ".join(old.limits)
    return f"  {old.described()}{f' ({limits})' if limits else ''}: {said} {old.currency}"


def _raise_data(old: Price, new: Price) -> dict[str, Any]:
    return {
        "row": old.place.row,
        "price": old.described(),
        "currency": old.currency,
        "old": exact_text(old.value),
        "new": exact_text(new.value),
        "steps": [
            [exact_text(a.unit_price), exact_text(b.unit_price)]
            for a, b in zip(old.tiers, new.tiers, strict=True)
        ],
    }
