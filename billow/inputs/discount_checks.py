"""Which cells of a discount its other cells need, and which they would not use: neither is passed over.

An amount needs its currency, bands their steps, a condition its figure; a value beside bands, or a group
beside *everyone*, would be read by nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from billow.catalog.discounts import BANDS, WITHIN_A_LINE
from billow.catalog.products import Product
from billow.problems import Problem
from billow.sheets.reading import Row

_ALL = Decimal(100)  # percent
_NO_LIMIT = Decimal("Infinity")


def discount_problems(
    rows: Sequence[Row], tiers: Iterable[Row], products: Iterable[Product]
) -> Iterator[Problem]:
    """Return what is wrong with each discount, and with the bands that discounts use."""
    sold = {name.casefold() for p in products for name in (p.product, p.family, p.vendor) if name}
    steps: dict[str, list[Row]] = {}
    for step in tiers:
        steps.setdefault(step["Tier set"], []).append(step)
    for row in rows:
        yield from _lacking(row)
        yield from _in_vain(row)
        yield from _figures(row)
        yield from _named(row, sold, steps)
        first, through = row["Valid from"], row["Valid through"]
        if first and through and through < first:
            sentence = f"Valid through {through} lies before Valid from {first}."
            yield _about(row, "INP-007", sentence, "Valid through", "Swap or correct the two dates.")
    for name in dict.fromkeys(row["Tier set"] for row in rows if row["Tier set"]):
        for step in steps.get(name, ()):
            yield from _band(step)


def _needs(row: Row) -> dict[str, bool]:
    """Return which columns the discount needs; one that is not needed has no effect."""
    bands = row["Kind"] in BANDS
    in_money = row["Kind"] == "fixed" or bands or row["Condition"] == "spend" or row["Cap"] is not None
    return {
        "Value": not bands,
        "Currency": in_money,
        "Tier set": bands,
        "Who": row["Scope"] != "everyone",
        "What": row["Applies to"] != "all",
        "At least": bool(row["Condition"]),
    }


def _lacking(row: Row) -> Iterator[Problem]:
    for column, is_needed in _needs(row).items():
        if is_needed and row[column] is None:
            hint = f"Fill in {column}, or change the column that asks for it."
            yield _about(row, "DSC-001", f"A discount such as this needs {column}.", column, hint)


def _in_vain(row: Row) -> Iterator[Problem]:
    counts = bool(row["Condition"]) or row["Kind"] in BANDS
    used = {
        **_needs(row),
        "Counted of": counts,
        "Counted per": counts,
        "Revenue group": row["On"] not in WITHIN_A_LINE,
        "Cap": row["Kind"] != "fixed",
        "Units given": _is_buy_and_get(row),
    }
    for column, has_effect in used.items():
        if not has_effect and row[column] is not None:
            hint = f"Leave {column} blank, or change the column that would use it."
            yield _about(row, "DSC-002", f"{column} of a discount such as this has no effect.", column, hint)
    if row["On"] == "invoice" and (row["Applies to"] != "all" or row["Scope"] == "subscription"):
        column = "Applies to" if row["Applies to"] != "all" else "Scope"
        hint = "Choose all, or take it off per customer, vendor, product or line."
        sentence = "A discount on the invoice is on all of it, for one or all customers."
        yield _about(row, "DSC-002", sentence, column, hint)


def _is_buy_and_get(row: Row) -> bool:
    """Tell whether units can be given: a percentage of lines, for a quantity that is counted."""
    return row["Condition"] == "quantity" and row["Kind"] == "percent" and row["On"] in WITHIN_A_LINE


def _figures(row: Row) -> Iterator[Problem]:
    most = dict.fromkeys(("Value", "At least", "Cap", "Units given"), _NO_LIMIT)
    if row["Kind"] == "percent":
        most["Value"] = _ALL
    for column, limit in most.items():
        figure = row[column]
        if figure is not None and not 0 < figure <= limit:
            hint = "Write a percentage above 0 and up to 100, or an amount above 0."
            yield _about(row, "DSC-003", f"{column} of a discount is {figure:f}.", column, hint)


def _named(row: Row, sold: set[str], steps: dict[str, list[Row]]) -> Iterator[Problem]:
    for column in ("What", "Counted of"):
        if row[column] and row[column].casefold() not in sold:
            hint = "Name a product, family or vendor of sheet Products."
            yield _about(row, "DSC-004", f'Nothing on sheet Products is "{row[column]}".', column, hint)
    if row["Tier set"] and row["Tier set"] not in steps:
        hint = "Add its steps on sheet Tiers: Up to is the spend, Unit price the percentage."
        yield _about(row, "INP-003", f'The bands of a discount are "{row["Tier set"]}".', "Tier set", hint)


def _band(step: Row) -> Iterator[Problem]:
    percent = step["Unit price"]
    if percent is not None and not 0 <= percent <= _ALL:
        hint = "For a discount Unit price is a percentage: 0 to 100."
        yield _about(step, "DSC-003", f"A band of a discount takes off {percent:f} %.", "Unit price", hint)
    for column in ("Flat fee", "Package size"):
        if step[column] is not None:
            hint = f"Leave {column} blank, or give the discount a tier set of its own."
            yield _about(step, "DSC-002", f"{column} of a discount's band has no effect.", column, hint)


def _about(row: Row, code: str, sentence: str, column: str, hint: str) -> Problem:
    return Problem(code, sentence, row.at(column), hint)
