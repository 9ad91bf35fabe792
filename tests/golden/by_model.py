"""Worked cases of charge models."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billow.catalog.prices import Price, PriceQuery, Tier, choose
from billow.rating.models import MODELS, Asked

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
    """Each unit at the price of its tier."""
    asked = Asked(Decimal(0), "EUR", case.amount("quantity"), tiers=case.tiers())
    return {"amount": exact("graduated", asked)}


def blocks(case: Inputs) -> dict[str, Any]:
    """Blocks of one unit, so many in a tier: graduated tiers with their bounds added up."""
    tiers, bound = [], Decimal(0)
    for row in case.raw("tiers"):
        if Decimal(row["block_size"]) != 1:
            raise NotOurs("not built yet: packages")
        bound += Decimal(row["max_blocks"])
        tiers.append(Tier(bound, Decimal(row["unit"])))
    parts = MODELS["graduated"](Asked(Decimal(0), "EUR", case.amount("quantity"), tiers=tiers))
    amounts = [part.amount for part in parts]
    return {"amount": sum(amounts, Fraction(0)), "tier_amounts": amounts}


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
