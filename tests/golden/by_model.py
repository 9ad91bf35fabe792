"""Worked cases of charge models."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from billow.catalog.prices import Price, PriceQuery, Tier, choose
from billow.periods import Method, Proration
from billow.rating.models import MODELS, Asked
from billow.rating.pricing import Money, PricedLine, Use, priced

from .inputs import Inputs, NotOurs


def exact(model: str, asked: Asked) -> Fraction:
    """Return what ``model`` asks, before its one rounding."""
    return sum((part.amount for part in MODELS[model](asked)), Fraction(0))


def per_unit(case: Inputs) -> dict[str, Any]:
    """Quantity times unit price."""
    asked = Asked(case.amount("unit_price"), "EUR", case.amount("quantity"))
    return {"amount": exact("per_unit", asked)}


def price_by_attribute(case: Inputs) -> dict[str, Any]:
    """An attribute that selects the unit price is a price per SKU."""
    prices = [
        Price(sku, applies_to="sku", product=sku, value=Decimal(value))
        for sku, value in case.raw("map").items()
    ]
    chosen = choose(prices, PriceQuery(day=date(2026, 6, 1), sku=case.raw("attribute"))).price
    if chosen is None:
        raise AssertionError("no price was found")
    return {"amount": exact("per_unit", Asked(chosen.value, "EUR", case.amount("quantity")))}


def graduated(case: Inputs) -> dict[str, Any]:
    """Each unit at the price of its tier, and each tier's flat fee; less what was billed before."""
    return steps(case, case.tiers())


def graduated_blocks(case: Inputs) -> dict[str, Any]:
    """Started blocks of units, so many in a tier: graduated tiers with their bounds added up."""
    return steps(case, case.blocks())


def steps(case: Inputs, tiers: Sequence[Tier]) -> dict[str, Any]:
    """Return the amount, and that of each tier: what it adds between the bound before it and its own."""
    before = case.amount_or_none("previously_billed_quantity")
    until = before + case.amount("quantity")
    bounds = [tier.up_to for tier in tiers if tier.up_to is not None and before < tier.up_to < until]
    reached = [
        exact("graduated", Asked(Decimal(0), "EUR", quantity, tiers=tiers)) for quantity in (*bounds, until)
    ]
    billed = exact("graduated", Asked(Decimal(0), "EUR", before, tiers=tiers)) if before else Fraction(0)
    amounts = [after - earlier for earlier, after in pairwise([billed, *reached])]
    return {"amount": sum(amounts, Fraction(0)), "tier_amounts": amounts}


def graduated_events(case: Inputs) -> dict[str, Any]:
    """Seats that come and go: full units choose the tier, each event is priced for its own share."""
    amount = exact("graduated", Asked(Decimal(0), "EUR", Decimal(0), tiers=case.tiers()))
    seats = Decimal(0)
    for row in case.raw("events"):
        full = Decimal(row["full"])
        share = Proration(Method.NONE, Fraction(Decimal(row["prorated"])) / Fraction(full))
        before, after = (
            exact("graduated", Asked(Decimal(0), "EUR", held, proration=share, tiers=case.tiers()))
            for held in (seats, seats + full)
        )
        amount += after - before
        seats += full
    return {"amount": amount}


def volume(case: Inputs) -> dict[str, Any]:
    """All units at the price of the tier reached, and its flat fee."""
    return {"amount": exact("volume", Asked(Decimal(0), "EUR", case.amount("quantity"), tiers=case.tiers()))}


def volume_blocks(case: Inputs) -> dict[str, Any]:
    """All units in started blocks of the tier reached."""
    return {"amount": exact("volume", Asked(Decimal(0), "EUR", case.amount("quantity"), tiers=case.blocks()))}


def volume_prorated(case: Inputs) -> dict[str, Any]:
    """Full units choose the tier, prorated units are priced."""
    full = case.amount("full_units")
    share = Proration(Method.NONE, Fraction(case.amount("prorated_units")) / Fraction(full))
    return {"amount": exact("volume", Asked(Decimal(0), "EUR", full, proration=share, tiers=case.tiers()))}


def package(case: Inputs) -> dict[str, Any]:
    """Started packages beyond the free units; less those that were billed before."""
    free = case.amount_or_none("free_units")
    before = case.amount_or_none("previously_billed_quantity")
    price = Price(
        "package", model="package", value=case.amount("package_price"), currency="EUR", included=free,
        package_size=case.amount("package_size"),
    )  # fmt: skip
    until = before + case.amount("quantity")
    return {"amount": line_of(price, until).amount - line_of(price, before).amount}


def line_of(price: Price, quantity: Decimal, **used: Any) -> PricedLine:
    """Return one line at a price, by the function that invoices use."""
    money = Money("EUR", {"EUR": Fraction(1)}, "EUR")
    return priced(price, [Use(quantity, money, **used)]).lines[0]


def percentage(case: Inputs) -> dict[str, Any]:
    """A percentage of the total and a fixed fee per event; the first events may be free of both."""
    free = case.count("free_events") if case.has("free_events") else 0
    running = [Fraction(text) for text in case.raw("running_totals")] if free else []
    if len(running) < free:
        raise NotOurs("the case does not say what the free events amount to")
    total, events = Fraction(case.amount("total")), case.count("events")
    rows = [(Decimal(1), after - before) for before, after in pairwise([Fraction(0), *running])]
    rest = (Decimal(events - len(rows)), total - sum((amount for _, amount in rows), Fraction(0)))
    price = Price(
        "percentage", model="percentage", value=case.amount("rate_pct"), currency="EUR",
        fixed_fee=case.amount("fixed_per_event"), included=Decimal(free),
    )  # fmt: skip
    line = line_of(price, Decimal(events), base=total, events=[*rows, rest])
    return {"amount": sum((part.amount for part in line.parts if not part.is_rounding), Fraction(0))}


def graduated_percentage(case: Inputs) -> dict[str, Any]:
    """Each band of the amount at its percentage, and each tier's flat fee."""
    asked = Asked(Decimal(0), "EUR", base=Fraction(case.amount("base")), tiers=case.tiers())
    return {"amount": exact("graduated_percentage", asked)}


def rates_of_tier(case: Inputs) -> dict[str, Any]:
    """The price of the last unit used, or of the first where none is."""
    return {f"{kind}_rate": _rate(case, kind) for kind in ("fixed", "variable")}


def _rate(case: Inputs, kind: str) -> Fraction:
    rows = case.raw("tiers")
    bounds = [None if row["up_to"] is None else Decimal(row["up_to"]) for row in rows]
    tiers = [Tier(bound, Decimal(row[kind])) for bound, row in zip(bounds, rows, strict=True)]
    step = Decimal("0.01")
    used = max(case.amount("value"), step)
    before = exact("graduated", Asked(Decimal(0), "EUR", used - step, tiers=tiers))
    return (exact("graduated", Asked(Decimal(0), "EUR", used, tiers=tiers)) - before) / Fraction(step)
