"""Import a vendor's price list into sheet List prices.

It first shows what changes, for whom and in money, and writes only with ``--accept``.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from billow.catalog.list_prices import (
    DEFAULT_SEGMENT,
    TERM_MONTHS,
    ListChange,
    ListPrice,
    ListPrices,
    list_changes,
    merged,
    step_starts,
    units_in_step,
)
from billow.charges import Charge
from billow.charges.terms import billing_of, term_of
from billow.commands.desk import At, count_of, log, open_desk
from billow.commands.outcome import Outcome
from billow.commands.price_effect import (
    brief,
    effect_data,
    effect_lines,
    last_month,
    shortened,
    signed,
    written,
)
from billow.money import Rounding, exact_text, rounded, total
from billow.rating.books import Books
from billow.vendors.price_lists import read_price_list

_KEY = ("SKU", "Term", "Billing", "Segment", "Market", "Currency", "Up to", "Valid from")


def import_list(workbook: At, price_list: Path, *, accept: bool, everything: bool) -> Outcome:
    """Show what a price list changes, and with ``accept`` bring sheet List prices up to date.

    Only articles that the workbook knows are taken, unless ``everything``: a market has tens of thousands.
    """
    desk = open_desk(workbook)
    books, month = desk.inputs.books, last_month(desk)
    known = _articles(books, month.charges)
    listed = read_price_list(price_list, lambda sku: everything or sku.casefold() in known)
    held = books.list_prices.rows
    changes = list_changes(held, listed.prices)
    after = merged(held, listed.prices)
    day = max((price.valid_from for price in listed.prices if price.valid_from), default=None)
    effects = month.effects(
        replace(books, list_prices=ListPrices(held, on=day)),
        replace(books, list_prices=ListPrices(after, on=day)),
    )
    charged: dict[str, list[Charge]] = defaultdict(list)
    for charge in month.charges:
        charged[charge.sku.casefold()].append(charge)
    below = step_starts(listed.prices)
    uses = [
        _Use.of(change, below[change.new.key], charged[change.new.sku.casefold()], books)
        for change in changes
    ]
    new = sum(change.old is None for change in changes)
    taken = f"{count_of(listed.rows, 'price')}, {len(listed.prices)} of articles of this workbook"
    units = f"; units are those charged in {month.name}" if month.name and changes else ""
    lines = [
        f"{listed.file}: {taken}. {len(changes) - new} change, {new} are new{units}.",
        *shortened([use.described() for use in uses]),
        *effect_lines(month, effects),
    ]
    is_written = accept and after != tuple(held)
    if is_written:
        desk.book.write("tblListPrices", [_list_row(price) for price in after])
        log(desk, "prices import", month.name, brief(lines))
        desk.book.save()
    if not listed.prices:
        lines.append("None of its articles is known in this workbook; --all takes every one.")
    lines.append(written(accept=accept, changed=after != tuple(held), sheet="List prices"))
    data = {
        "file": listed.file,
        "rows": listed.rows,
        "taken": len(listed.prices),
        "changes": [use.as_data() for use in uses],
        **effect_data(month, effects),
        "written": is_written,
    }
    return Outcome(tuple(lines), data, listed.problems)


def _articles(books: Books, charges: Iterable[Charge]) -> set[str]:
    """Return the articles that the workbook knows: of its rules, prices and lists, and of last month."""
    return {
        name.casefold()
        for name in (
            *(rule.sku for rule in books.sku_rules if rule.match == "sku"),
            *(price.product for price in books.prices if price.applies_to == "sku"),
            *(price.sku for price in books.list_prices.rows),
            *(charge.sku for charge in charges),
        )
    }


@dataclass(frozen=True)
class _Use:
    """A changed list price, and what it was used for in the last imported month."""

    change: ListChange
    customers: tuple[str, ...]
    units: Decimal

    @classmethod
    def of(cls, change: ListChange, above: Decimal, charges: Iterable[Charge], books: Books) -> "_Use":
        """Return the units for which a list price counts: of a step, those ``above`` the one before it."""
        own = [(_owner(charge, books), charge) for charge in charges if _is_of(change.new, charge)]
        hit: dict[str, list[Decimal]] = defaultdict(list)
        for who, charge in own:
            if who and charge.quantity is not None and _is_for(change.new, who, books):
                hit[who].append(charge.quantity)
        units = {who: units_in_step(change.new, above, quantities) for who, quantities in hit.items()}
        return cls(change, tuple(sorted(who for who in hit if units[who])), total(units.values()))

    @property
    def amount(self) -> Decimal:
        """How much more the units list at, for a month."""
        return rounded(self.change.monthly * Fraction(self.units), 2, Rounding.HALF_UP)

    def described(self) -> str:
        new, old = self.change.new, self.change.old
        limits = (new.term, new.billing, new.segment, new.market, f"up to {new.up_to:f}" if new.up_to else "")
        what = ", ".join(part for part in (f"{new.sku} {new.article}".strip(), *limits) if part)
        was = exact_text(old.list_price) if old else "new"
        since = f" from {new.valid_from}" if new.valid_from else ""
        said = f"  {what}: {was} -> {exact_text(new.list_price)} {new.currency}{since}"
        if not self.customers:
            return f"{said}; not used"
        per = "a month" if new.term in TERM_MONTHS else "at list"
        change = f"; {signed(self.amount)} {new.currency} {per}" if old else ""
        used_by = count_of(len(self.customers), "customer")
        return f"{said}; {exact_text(self.units)} units of {used_by}{change}"

    def as_data(self) -> dict[str, Any]:
        new, old = self.change.new, self.change.old
        return {
            "sku": new.sku,
            "article": new.article,
            "term": new.term,
            "billing": new.billing,
            "segment": new.segment,
            "market": new.market,
            "currency": new.currency,
            "up_to": None if new.up_to is None else exact_text(new.up_to),
            "old": exact_text(old.list_price) if old else None,
            "new": exact_text(new.list_price),
            "valid_from": str(new.valid_from) if new.valid_from else None,
            "customers": list(self.customers),
            "units": exact_text(self.units),
            "amount": exact_text(self.amount) if old else None,
        }


def _is_of(price: ListPrice, charge: Charge) -> bool:
    """Tell whether a charge of the article is of the term and billing plan of a list price."""
    return (
        term_of(charge.term) == price.term
        and billing_of(charge.billing_frequency, charge.term) == price.billing
    )


def _owner(charge: Charge, books: Books) -> str:
    own = books.accounts_of(charge.vendor, charge.customer_key)
    return charge.share_of or next((account.customer for account in own if not account.is_part), "")


def _is_for(price: ListPrice, customer: str, books: Books) -> bool:
    known = books.customer(customer)
    segment = (known.segment if known else "") or DEFAULT_SEGMENT
    country = known.country if known else ""
    return price.segment.casefold() in {"", segment.casefold()} and price.market in {"", country}


def _list_row(price: ListPrice) -> dict[str, Any]:
    """Return a row of the sheet; one that stands there already is only named, and stays as it is."""
    row: dict[str, Any] = {
        "SKU": price.sku,
        "Article": price.article,
        "Term": price.term,
        "Billing": price.billing,
        "Segment": price.segment,
        "Market": price.market,
        "Currency": price.currency,
        "Up to": price.up_to,
        "List price": price.list_price,
        "Cost price": price.cost_price,
        "Unit": price.unit,
        "Valid from": price.valid_from,
        "Valid through": price.valid_through,
        "Source": price.source,
    }
    return {name: row[name] for name in _KEY} if price.place.row else row
