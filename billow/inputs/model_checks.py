"""Which cells of a price row its model needs, and which it would not use: neither is passed over.

The model decides. A package needs its size, a volume price its tiers, and whatever names an amount needs
a currency; a fixed fee beside a markup would be read by nothing.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from billow.catalog.prices import OWN_PRICES, Price
from billow.money import exact_text
from billow.problems import Problem, Severity
from billow.rating.models import IN_TIERS, IN_UNITS
from billow.rating.models.volume import cliffs
from billow.sheets.reading import Row

_SPEND = ("Minimum spend", "Maximum spend", "Commitment")
_RULES = ("Included", "Minimum quantity", "Round up to")
_WITHOUT_FIGURE = IN_TIERS | {"pass_through"}
# What each of these cells may stand beside; a blank cell always may.
_USED_BY: dict[str, frozenset[str]] = {
    "Included": IN_UNITS | {"percentage"},
    "Minimum quantity": IN_UNITS,
    "Round up to": IN_UNITS,
    "Package size": frozenset({"package"}),
    "Fixed fee": frozenset({"percentage"}),
    "Bundle": frozenset({"bundle"}),
}
_ABOVE_ZERO = ("Round up to", "Package size")
_NOT_BELOW_ZERO = ("Included", "Minimum quantity", "Fixed fee", *_SPEND)


def model_problems(row: Row, tier_sets: set[str]) -> Iterator[Problem]:
    """Return what a row lacks, what it says in vain, and where its figures contradict each other."""
    yield from _lacking(row, tier_sets)
    yield from _in_vain(row)
    yield from _contradictions(row)


def _lacking(row: Row, tier_sets: set[str]) -> Iterator[Problem]:
    model = row["Model"]
    amounts = [column for column in ("Fixed fee", *_SPEND) if row[column] is not None]
    if not row["Currency"] and (model in OWN_PRICES | {"graduated_percentage"} or amounts):
        what = f"A {model} price" if not amounts or model in OWN_PRICES else f"The {amounts[0].lower()}"
        yield _about(row, "INP-002", f"{what} has no currency.", "Currency", "Fill in the currency.")
    if model in IN_TIERS and row["Tier set"] not in tier_sets:
        named = f'"{row["Tier set"]}"' if row["Tier set"] else "blank"
        hint = "Add its steps on sheet Tiers, or name a tier set that is there."
        yield _about(row, "INP-003", f"The tier set of a {model} price is {named}.", "Tier set", hint)
    if model and model not in _WITHOUT_FIGURE and row["Price or %"] is None:
        yield _about(row, "INP-004", f"A {model} price has no figure.", "Price or %", "Fill in the price.")
    needed = {"package": "Package size", "bundle": "Bundle"}.get(model)
    if needed and row[needed] is None:
        yield _about(row, "INP-017", f"A {model} price needs {needed}.", needed, f"Fill in {needed}.")
    if row["Overage %"] and row["Commitment"] is None:
        hint = "Fill in the amount of the commitment, or leave Overage % blank."
        yield _about(row, "INP-017", "An overage has no commitment to lie above.", "Commitment", hint)


def _in_vain(row: Row) -> Iterator[Problem]:
    model = row["Model"]
    for column, models in _USED_BY.items():
        if row[column] and model and model not in models:
            hint = f"Leave {column} blank, or choose {' or '.join(sorted(models))} as the model."
            yield _about(row, "INP-018", f"A {model} price does not use {column}.", column, hint)
    for column in _SPEND:
        if row[column] is not None and model == "bundle":
            hint = "Write it in the row of the bundle's own price."
            yield _about(row, "INP-018", f"A member of a bundle does not use {column}.", column, hint)
    if row["Counted over"] not in {None, "line"} and not _is_counted(row):
        hint = "Choose line, or tiers, included units or a minimum that can be counted together."
        sentence = f"A {model} price such as this has nothing to count over a {row['Counted over']}."
        yield _about(row, "INP-018", sentence, "Counted over", hint)


def _is_counted(row: Row) -> bool:
    """Tell whether something is counted over more than a line."""
    units = row["Model"] in IN_UNITS and any(row[column] for column in _RULES)
    spend = any(row[column] is not None for column in _SPEND)
    return row["Model"] in IN_TIERS | {"package"} or units or spend


def _contradictions(row: Row) -> Iterator[Problem]:
    for column in (*_ABOVE_ZERO, *_NOT_BELOW_ZERO):
        figure: Decimal | None = row[column]
        if figure is not None and (figure < 0 or (figure == 0 and column in _ABOVE_ZERO)):
            hint = f"Write a figure above zero in {column}, or leave it blank."
            yield _about(row, "INP-019", f"{column} is {figure:f}.", column, hint)
    least, most = row["Minimum spend"], row["Maximum spend"]
    if least is not None and most is not None and least > most:
        sentence = f"The minimum spend of {least:f} is above the maximum of {most:f}."
        yield _about(row, "INP-019", sentence, "Minimum spend", "Correct one of the two amounts.")


def _about(row: Row, code: str, sentence: str, column: str, hint: str) -> Problem:
    return Problem(code, sentence, row.at(column), hint)


def cliff_notes(prices: Iterable[Price]) -> Iterator[Problem]:
    """Return a note for each bound of a volume price beyond which more units cost less."""
    for price in prices:
        if price.model != "volume":
            continue
        for units, amount, more, less in cliffs(price.tiers):
            yield Problem(
                "PRC-010",
                f"At this price {exact_text(units)} units cost {exact_text(amount)} {price.currency} and "
                f"{exact_text(more)} units only {exact_text(less)} {price.currency}.",
                price.at("Tier set"),
                "Use a graduated price, or tell customers just below the bound about the cheaper quantity.",
                Severity.NOTE,
            )


def tier_problems(row: Row) -> Iterator[Problem]:
    """Return why a step can hold no unit, or its package is none."""
    for column in ("Up to", "Package size"):
        figure: Decimal | None = row[column]
        if figure is not None and figure <= 0:
            hint = "Write a figure above zero; a step begins where the one before it ends."
            yield _about(row, "INP-008", f"{column} of a step is {figure:f}.", column, hint)
