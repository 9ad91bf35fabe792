"""The amount of a charge that a price starts from: billed, effective, contracted or list.

Vendor amounts are taken as delivered. A list amount is taken where the report gives one, else it is list
unit price times quantity, for licences times the charge days' share, in the vendor's pricing currency at
the vendor's own rate.
"""

from decimal import Decimal

from billow.catalog.prices import Price
from billow.charges import Category, Charge
from billow.charges.terms import billing_of
from billow.money import Exact, exact_text, times
from billow.periods import Method, Proration, prorate
from billow.problems import Problem, Severity

CYCLE_MONTHS = {"yearly": 12, "triennial": 36}


def is_usage(charge: Charge) -> bool:
    """Tell whether the charge is pay-per-use, whose quantity is not seats over time."""
    return charge.category is Category.USAGE or charge.frequency == "Usage-Based"


def is_seats(charge: Charge) -> bool:
    """Tell whether the charge is seats held over its charge period."""
    return not is_usage(charge) and charge.period is not None and charge.quantity is not None


def cycle_months(charge: Charge) -> int:
    """Return how many months the vendor charges at once: 1, 12 or 36."""
    return CYCLE_MONTHS.get(billing_of(charge.billing_frequency, charge.term), 1)


def is_whole_cycle(charge: Charge) -> bool:
    """Tell whether the charge covers whole cycles, so that its first day is where a cycle begins."""
    if charge.period is None:
        return False
    months = cycle_months(charge)
    own = prorate(charge.period, Method.ANNIVERSARY_DAYS, cycle_months=months, anchor=charge.period.start)
    return own.is_whole


def cycle_share(charge: Charge, price_months: int = 1) -> Proration | None:
    """Return the share of the vendor's charge cycle that the charge covers, in months of price."""
    if charge.period is None:
        return None
    start = charge.period.start
    return prorate(
        charge.period,
        Method.ANNIVERSARY_DAYS,
        cycle_months=cycle_months(charge),
        price_months=price_months,
        anchor=start if is_whole_cycle(charge) else charge.subscription_start or start,
    )


def base_amount(charge: Charge, base: str) -> Exact | None:
    """Return the amount named by ``base`` in the charge's currency; None where the report has none."""
    match base:
        case "billed":
            return charge.billed_cost
        case "effective":
            return charge.effective_cost
        case "contracted":
            if charge.contracted_cost is not None:
                return charge.contracted_cost
            return _from_unit_price(charge, charge.contracted_unit_price)
        case _:
            return _list_amount(charge)


def _list_amount(charge: Charge) -> Exact | None:
    if charge.list_cost is not None and (charge.list_cost != 0 or charge.billed_cost == 0):
        return charge.list_cost
    amount = _from_unit_price(charge, charge.list_unit_price)
    if amount is None or is_usage(charge):
        return amount
    share = cycle_share(charge)
    return times(amount, share.share) if share else amount


def _from_unit_price(charge: Charge, unit_price: Decimal | None) -> Exact | None:
    if unit_price is None or charge.quantity is None:
        return None
    amount = times(unit_price, charge.quantity)
    if charge.pricing_currency in {"", charge.currency}:
        return amount
    return None if charge.exchange_rate is None else times(amount, charge.exchange_rate)


def base_problem(charge: Charge, price: Price, customer: str, *, is_listed: bool = False) -> Problem | None:
    """Return why ``price`` cannot be used for the charge, or None.

    A list price of 0 with a cost would give the service away; a monthly price has nothing to count in
    pay-per-use; a margin of 100 % or more has no price. ``is_listed`` says that sheet List prices has the
    list price that the report has not.
    """
    if price.is_own_price:
        return _own_price_problem(charge, price, customer)
    base = price.starts_from
    amount = base_amount(charge, base)
    what = charge.description or charge.sku
    if price.model == "margin" and price.value >= 100:  # noqa: PLR2004 - percent
        return Problem(
            "PRC-004",
            f'"{what}" of customer {customer} has a margin of {exact_text(price.value)} %, and no price '
            "has that.",
            price.at("Price or %"),
            "Enter a margin below 100 on sheet Prices, or use markup.",
            Severity.BLOCK,
            customer,
        )
    missing = amount is None or (base == "list" and amount == 0 and charge.billed_cost != 0)
    if missing and not (base == "list" and is_listed):
        return Problem(
            "PRC-004",
            f'"{what}" of customer {customer} has a cost of {exact_text(charge.billed_cost)} '
            f"{charge.currency} but no {base} amount to start from.",
            price.at("Base"),
            "Give the product a price of another model or base on sheet Prices."
            + (" Or bring its list price into sheet List prices." if base == "list" else ""),
            Severity.BLOCK,
            customer,
        )
    return _no_quantity(charge, price, customer) if price.fixed_fee or price.included else None


def no_bundle_price(member: Price, customer: str) -> Problem:
    """Return the problem of a bundle whose own price is missing, or is one on cost."""
    return Problem(
        "PRC-009",
        f'The bundle "{member.bundle}" has no price of its own for customer {customer}.',
        member.at("Bundle"),
        f"Add a row for product {member.bundle} on sheet Prices, of a model of our own such as per_unit.",
        Severity.BLOCK,
        customer,
    )


def _own_price_problem(charge: Charge, price: Price, customer: str) -> Problem | None:
    what = charge.description or charge.sku
    if charge.category is Category.CREDIT:
        # Its quantity is that of the charge it belongs to; priced, a credit would add to the invoice.
        return Problem(
            "PRC-006",
            f'"{what}" of customer {customer} is a credit without seats or units, but its price is '
            f"{price.model}.",
            price.at("Model"),
            "Set the charge type to keep on sheet Charge policy, or use a price on cost.",
            Severity.BLOCK,
            customer,
        )
    if price.model != "flat" and (problem := _no_quantity(charge, price, customer)):
        return problem
    if price.model != "flat" and price.per != "unit" and not is_seats(charge):
        return Problem(
            "PRC-006",
            f'"{what}" of customer {customer} is pay-per-use, but its price is per {price.per}.',
            price.at("Per"),
            "Set column Per to unit on sheet Prices, or use a price on cost.",
            Severity.BLOCK,
            customer,
        )
    return None


def _no_quantity(charge: Charge, price: Price, customer: str) -> Problem | None:
    if charge.quantity is not None:
        return None
    return Problem(
        "PRC-005",
        f'The report gives no quantity for "{charge.description or charge.sku}" of customer {customer}, so a '
        "price per unit cannot be used.",
        price.at("Model"),
        "Use markup, margin, pass_through or flat for this product on sheet Prices.",
        Severity.BLOCK,
        customer,
    )
