"""Worked cases of quantity rules, minimum and maximum spend, and commitments."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

from billow.catalog.prices import Price
from billow.money import exact_text
from billow.periods import Period
from billow.rating.line import Part, RatedLine, Spending, close
from billow.rating.quantities import billable
from billow.rating.spend import held_to_spend

from .by_model import line_of, steps
from .by_sums import document_totals
from .inputs import Inputs, days_of

WHOLE = days_of(1)


def held(price: Price, amounts: Sequence[Fraction], share: Fraction, period: Period) -> list[RatedLine]:
    """Return lines of these amounts, held against the minimum, maximum and commitment of their price."""
    spending = Spending(("case",), price, Fraction(1), share, period)
    lines = []
    for number, exact in enumerate(amounts):
        amount, parts = close([Part("", exact)], "EUR")
        line = RatedLine(
            str(number), "", "", "", "EUR", amount, parts, Decimal(1), "", "vendor",
            spending=spending,
        )  # fmt: skip
        lines.append(line)
    return held_to_spend(lines, {})


def added(line: RatedLine) -> Fraction:
    """Return what the rules added to a line."""
    return sum((part.amount for part in line.parts[1:] if not part.is_rounding), Fraction(0))


def priced_quantity(case: Inputs) -> dict[str, Any]:
    """The quantity that is priced: less what is included, at least the minimum."""
    included = case.amount_or_none("included")
    least = case.amount_or_none("minimum")
    price = Price("case", included=included, minimum_quantity=least)
    return {"billable": billable(price, case.amount("active"))}


def free_units(case: Inputs) -> dict[str, Any]:
    """Free units used up over several invoices: each bills what its units add to the billable ones."""
    price = Price("case", included=case.amount("free_units"))
    used = [Decimal(0), *accumulate(Decimal(text) for text in case.raw("quantities"))]
    return {
        "billable": [billable(price, after) - billable(price, before) for before, after in pairwise(used)],
        "remaining_free": [max(price.included - after, Decimal(0)) for after in used[1:]],
    }


def topped_up(case: Inputs) -> dict[str, Any]:
    """What tiers or packages come to, topped up to a minimum."""
    model = "package" if case.has("package_size") else "volume"
    price = Price(
        "case", model=model, currency="EUR", minimum=case.amount("minimum"),
        value=case.amount("package_price") if model == "package" else Decimal(0),
        package_size=case.amount("package_size") if model == "package" else Decimal(1),
        tiers=() if model == "package" else case.tiers(),
    )  # fmt: skip
    usage = Fraction(line_of(price, case.amount("quantity")).amount)
    (line,) = held(price, [usage], Fraction(1), WHOLE)
    kinds = {"usage": usage, "minimum_spend": added(line)}
    return {
        "amount": line.amount,
        "lines": [{"kind": kind, "amount": exact_text(amount)} for kind, amount in kinds.items() if amount],
    }


def capped(case: Inputs) -> dict[str, Any]:
    """Graduated tiers held against a maximum that earlier lines have partly used up."""
    price = Price("case", currency="EUR", maximum=case.amount("maximum"))
    tiers = steps(case, case.tiers())["tier_amounts"]
    before = case.amount_or_none("previously_billed_amount")
    lines = held(price, [Fraction(before), *tiers], Fraction(1), WHOLE)[1:]
    return {
        "amount": sum((line.amount for line in lines), Decimal(0)),
        "line_discounts": [-added(line) for line in lines],
    }


def capped_units(case: Inputs) -> dict[str, Any]:
    """Units at a price, held against a maximum."""
    price = Price("case", currency="EUR", maximum=case.amount("cap"))
    (line,) = held(price, [Fraction(case.amount("unit") * case.amount("quantity"))], Fraction(1), WHOLE)
    return {"amount": line.amount}


def true_up(case: Inputs) -> dict[str, Any]:
    """What is lacking to a minimum or commitment, for the days of a stub; fees are prorated, usage is not."""
    used, of = (case.count("days"), case.count("period_days")) if case.has("days") else (1, 1)
    share = Fraction(used, of)
    least = case.amount("commitment" if case.has("commitment") else "minimum")
    amount = Fraction(case.amount("fees")) * share if case.has("fees") else Fraction(case.amount("usage"))
    price = Price("case", currency="EUR", commitment=least)
    (line,) = held(price, [amount], share, days_of(used))
    lacking = line.amount - close([Part("", amount)], "EUR")[0]
    _, vat, _ = document_totals([lacking], Decimal(20))
    return {"true_up": lacking, "true_up_tax_20pct": vat}
