"""Worked cases of discounts and coupons: lines of a month, and what is taken off them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billow.catalog.discounts import Discount
from billow.catalog.products import Product
from billow.invoicing.discount_lines import discount_lines
from billow.money import Rounding, round_to
from billow.periods import month
from billow.problems import Place
from billow.rating.books import Books
from billow.rating.discounting import discounted
from billow.rating.line import Part, RatedLine, close

from .by_sums import document_totals
from .inputs import Inputs, NotOurs

MONTH = "2026-06"


def line(name: str, amount: str, product: str = "P", vendor: str = "") -> RatedLine:
    """Return a line of June."""
    net, parts = close((Part("fee", Fraction(amount)),), "EUR")
    return RatedLine(
        name, "C-1", vendor, product, "EUR", net, parts, Decimal(1), "", "vendor", period=month(MONTH)
    )


def rated(lines: Sequence[RatedLine], discounts: Iterable[Discount]) -> list[RatedLine]:
    """Return the lines less their discounts, and the discounts' own lines."""
    products = [Product(one.product, one.product, vendor=one.vendor) for one in lines]
    return discounted(lines, Books("EUR", products=products, discounts=list(discounts)), MONTH)[0]


def off_a_line(case: Inputs) -> dict[str, Any]:
    """Percentages and fixed amounts off one line, whichever of them the case gives."""
    percents = case.raw("percents") if case.has("percents") else []
    percents = [*percents, case.raw("percent")] if case.has("percent") else percents
    fixed = [case.raw("fixed")] if case.has("fixed") else []
    discounts = [
        Discount(f"{i}", kind=kind, value=Decimal(str(value)), currency="EUR", place=Place(row=i))
        for i, (kind, value) in enumerate(
            [("fixed", amount) for amount in fixed] + [("percent", share) for share in percents]
        )
    ]
    base = case.raw("base")
    after = rated([line("a", base)], discounts)[0].amount
    return {"discount": Decimal(base) - after, "amount": after}


def coupons(case: Inputs) -> dict[str, Any]:
    """Coupons on some fees, on a plan, or on all, in this order, each spread over what is left."""
    rows = {str(fee["id"]): fee for fee in case.raw("fees")}
    given = [(*_reach(row), Decimal(row["amount"])) for row in case.raw("coupons")]
    named = {
        fee: f"coupon {i}" for i, (kind, fees, _) in enumerate(given) if kind == "product" for fee in fees
    }
    lines = [
        line(key, fee["amount"], named.get(key, key), f"plan {fee['plan']}") for key, fee in rows.items()
    ]
    discounts = [
        Discount(
            f"coupon {i}",
            on="customer",
            applies_to=kind,
            what=f"coupon {i}" if kind == "product" else fees[0],
            kind="fixed",
            value=amount,
            currency="EUR",
            order=("product", "vendor", "all").index(kind),
        )
        for i, (kind, fees, amount) in enumerate(given)
    ]
    own = rated(lines, discounts)[len(lines) :]
    off = dict.fromkeys(rows, Fraction(0))
    for discount in own:
        whole = sum((weight for _, weight in discount.shares), Fraction(0))
        for key, weight in discount.shares:
            off[key] -= Fraction(discount.amount) * weight / whole
    exact = [Fraction(fee["amount"]) - off[key] for key, fee in rows.items()]
    rates = [Fraction(str(fee["tax_pct"])) / 100 for fee in rows.values()]
    taxes = [net * rate for net, rate in zip(exact, rates, strict=True)]
    net, tax, total = _billed(own, rows)
    if round_to(sum(taxes, Fraction(0)), "EUR", Rounding.HALF_UP) != tax:
        raise NotOurs(f"decided otherwise: VAT is on the sum of rounded lines (EN 16931), which gives {tax}")
    return {
        "discount_per_fee": list(off.values()),
        "tax_per_fee": taxes,
        "fees": sum(one.amount for one in lines),
        "coupons": -sum(discount.amount for discount in own),
        "net": net,
        "tax": tax,
        "total": total,
    }


def _reach(row: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return how far a coupon reaches, and what it names."""
    if "applies_to_plan" in row:
        return "vendor", [f"plan {row['applies_to_plan']}"]
    if row["applies_to"] == "all":
        return "all", [""]
    return "product", [str(fee) for fee in row["applies_to"]]


def _billed(own: Sequence[RatedLine], rows: Mapping[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    """Return net, VAT and total as on our invoice: a discount is a line per VAT code, rounded."""
    codes = {key: str(fee["tax_pct"]) for key, fee in rows.items()}
    nets = [(Decimal(fee["amount"]), codes[key]) for key, fee in rows.items()]
    for discount in own:
        split = discount_lines(discount, Discount(discount.discounts[0]), "en", codes)
        nets += [(part.net, part.vat_code) for part in split]
    return document_totals([net for net, _ in nets], *(Decimal(code) for _, code in nets))
