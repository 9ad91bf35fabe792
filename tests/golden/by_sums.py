"""Worked cases that are sums of lines: changes, VAT, splitting over lines and months."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from billow.contracts.changes import contract_segments
from billow.contracts.credits import capped_credit, in_window
from billow.contracts.subscriptions import Subscription, net_segments
from billow.invoicing.document import Line
from billow.invoicing.vat import VatCode, vat_lines
from billow.journal.deferral import by_month
from billow.money import Rounding, allocate, rounded
from billow.periods import Method, Period, Proration, inclusive, portion, prorate
from billow.rating.line import close
from billow.rating.models import MODELS, Asked
from billow.reconcile.arithmetic import seats

from .inputs import Inputs, NotOurs, first_days, last_days

WHOLE = Proration(Method.NONE, Fraction(1))


def charged(price: Decimal, quantity: Decimal | int = 1, share: Proration = WHOLE) -> Decimal:
    """Return a line: quantity x price x share, rounded once."""
    asked = Asked(price, "EUR", Decimal(quantity), proration=share)
    return close(MODELS["per_unit"](asked), "EUR")[0]


def document_totals(nets: Sequence[Decimal], *rates: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Return net, VAT and total of lines with these nets: each at its own rate, or all at one."""
    each = rates if len(rates) > 1 else rates * len(nets)
    codes = {str(rate): VatCode(str(rate), "S", rate) for rate in each}
    lines = [
        Line(str(i), "", "", "", net, str(rate), Decimal(1), "")
        for i, (net, rate) in enumerate(zip(nets, each, strict=True))
    ]
    found = vat_lines(lines, codes, "EUR", "en")
    net, vat = (sum(column, Decimal(0)) for column in zip(*((f.net, f.vat) for f in found), strict=True))
    return net, vat, net + vat


def credit_and_charge(case: Inputs) -> dict[str, Any]:
    """The old for the remaining days taken back, the new for them charged, each rounded."""
    period = case.days("period_from", "period_to")
    share = portion(Period(case.day("change_date"), period.end), period)
    old, new = case.has("old_price"), case.has("new_price")
    credit = charged(case.amount("old_price"), -case.amount("old_qty"), share) if old else None
    charge = charged(case.amount("new_price"), case.amount("new_qty"), share) if new else None
    return {"credit": credit, "charge": charge, "net": (credit or Decimal(0)) + (charge or Decimal(0))}


def downgrade(case: Inputs) -> dict[str, Any]:
    """Old and new price for the days left; the credit is then taken off the next invoice."""
    days = case.count("period_days")
    share = last_days(days - case.count("used_days"), days)
    credit, charge = (
        charged(case.amount("old_price"), share=share),
        charged(case.amount("new_price"), share=share),
    )
    net = credit - charge
    return {
        "credit": credit,
        "charge": charge,
        "net_credit": net,
        "next_invoice": case.amount("new_price") - net,
    }


def deduct_paid(case: Inputs) -> dict[str, Any]:
    """The new price for the days left less what was paid for them."""
    share = last_days(case.count("remaining_days"), case.count("period_days"))
    new, paid = charged(case.amount("new_price"), share=share), charged(case.amount("old_paid"), share=share)
    return {"new_part": new, "already_paid_part": paid, "amount": new - paid}


def unused_days(case: Inputs) -> dict[str, Any]:
    """The unused days of a paid period, with VAT."""
    net = charged(case.amount("price"), share=last_days(case.count("unused_days"), case.count("period_days")))
    net, vat, total = document_totals([net], case.amount("tax_pct"))
    return {"net": net, "tax": vat, "total": total}


def full_reversal(case: Inputs) -> dict[str, Any]:
    """The whole old fee back, each stretch of seats for its days, and the next cycle."""
    price, cycle = case.amount("price"), case.days("period_from", "period_to")
    if case.has("segments"):
        return _reversed_seats(case, price, cycle)
    changes = [(date.fromisoformat(row["date"]), Decimal(row["qty"])) for row in case.raw("qty_changes")]
    since = [*(day for day, _ in changes), cycle.end]
    stretches = [(Period(a, b), q) for (a, b), (_, q) in zip(pairwise(since), changes, strict=True)]
    middle = [charged(price, s.quantity, portion(s.period, cycle)) for s in net_segments(stretches)]
    lines = [charged(price, -changes[0][1]), *middle, charged(price, changes[-1][1])]
    return {"lines": lines, "net": sum(lines)}


def _reversed_seats(case: Inputs, price: Decimal, cycle: Period) -> dict[str, Any]:
    """The lines of a vendor who prints each line's unit price cut off at the cent."""
    shares = [first_days_of(cycle, row["days"]) for row in case.raw("segments")]
    rows = list(zip(case.raw("segments"), shares, strict=True))
    printed = [rounded(Fraction(price) * share.share, 2, Rounding.DOWN) for share in shares]
    middle = [charged(price, row["qty"], share) for row, share in rows]
    lines = [charged(price, case.count("next_qty")), *middle, charged(price, -case.count("reversed_qty"))]
    return {"unit_prices_truncated": printed, "lines": lines}


def first_days_of(cycle: Period, days: int) -> Proration:
    """Return the share of that many days of a cycle."""
    return portion(Period(cycle.start, date.fromordinal(cycle.start.toordinal() + days)), cycle)


def rebilled(case: Inputs) -> dict[str, Any]:
    """The old quantity charged, taken back for the days left, and the new one charged for them."""
    price, old, new = case.amount("price"), case.count("old_qty"), case.count("new_qty")
    given = case.has("remaining_days")
    share = last_days(case.count("remaining_days"), case.count("period_days")) if given else WHOLE
    lines = [charged(price, old), charged(price, -old, share), charged(price, new, share)]
    return {"lines": lines, "net": sum(lines)}


def converted(case: Inputs) -> dict[str, Any]:
    """One article changed into another on the day it was bought."""
    old, new = case.amount("old"), case.amount("new")
    lines = [charged(old), charged(old, -1), charged(new)]
    return {"lines": lines, "net": sum(lines)}


def whole_fee_reversed(case: Inputs) -> dict[str, Any]:
    """The old for the days before the change, the new for the rest, and the whole old fee back."""
    cycle = inclusive(*(date.fromisoformat(text) for text in case.raw("cycle").split("..")))
    before = case.count("change_after_days")
    old = charged(case.amount("old_full"), share=first_days(before, cycle.days))
    new = charged(case.amount("new_full"), share=last_days(cycle.days - before, cycle.days))
    back = charged(case.amount("old_full"), -1)
    return {"old_part": old, "new_part": new, "reversal": back, "correction_total": old + new + back}


def on_one_invoice(case: Inputs) -> dict[str, Any]:
    """Two subscriptions on one invoice are its net."""
    net, _, _ = document_totals([charged(Decimal(text)) for text in case.raw("prices")], Decimal(0))
    return {"amount": net}


def with_vat(case: Inputs) -> dict[str, Any]:
    """Lines, positive and negative, with VAT on their sum."""
    net, vat, total = document_totals([Decimal(text) for text in case.raw("lines")], case.amount("tax_pct"))
    return {"subtotal": net, "tax": vat, "total": total}


def coupon_then_vat(case: Inputs) -> dict[str, Any]:
    """An amount taken off lines in proportion, then VAT per rate on what is left."""
    fees = [(Decimal(amount), Decimal(rate)) for amount, rate in case.raw("fees")]
    off = allocate(case.amount("coupon"), [amount for amount, _ in fees], "EUR")
    nets = [amount - less for (amount, _), less in zip(fees, off, strict=True)]
    rates = [rate for _, rate in fees]
    each = [document_totals([net], rate)[1] for net, rate in zip(nets, rates, strict=True)]
    net, vat, total = document_totals(nets, *rates)
    return {"discount_per_fee": off, "tax_per_fee": each, "net": net, "tax": vat, "total": total}


def distributed(case: Inputs) -> dict[str, Any]:
    """An amount split over lines by their nets."""
    lines = [Decimal(text) for text in case.raw("lines")]
    off = allocate(case.amount("discount"), lines, "EUR")
    return {"lines_after": [line - less for line, less in zip(lines, off, strict=True)]}


def deferred(case: Inputs) -> dict[str, Any]:
    """An amount spread over the calendar months of its period."""
    found = by_month(case.amount("amount"), case.days("start", "end"), "EUR")
    return {"schedule": [part.amount for part in found]}


def capped(case: Inputs) -> dict[str, Any]:
    """A credit that never exceeds what was billed less what was already credited."""
    billed, before = case.amount("original_amount"), case.amount("previous_credits")
    return {"credit": capped_credit(case.amount("potential_credit"), billed=billed, credited=before)}


def trial(case: Inputs) -> dict[str, Any]:
    """A month of trial and the month after it, as a contract bills them."""
    start, through, end = date(2019, 6, 10), date(2019, 7, 9), date(2019, 8, 10)
    row = Subscription("T", "C", "P", "contract", start, trial_through=through, anchor_day=start.day)
    lines = []
    for segment in contract_segments(row, [], Period(start, end)):
        free = segment.price is not None
        price = case.amount("paid_price") if segment.price is None else segment.price
        share = prorate(segment.period, Method.ANNIVERSARY_DAYS, anchor=start)
        amount = charged(price, segment.quantity, share)
        lines.append({"type": "new" if free else "renew", "amount": amount})
    return {"lines": lines}


def refunded(case: Inputs) -> dict[str, Any]:
    """The whole price back when the service ends within the window, which the description names in days."""
    window = re.search(r"within (\d+) days", case.description)
    if window is None:
        raise NotOurs("the case does not say how long the window is")
    if not in_window(case.day("purchased"), case.day("suspended"), int(window.group(1)) * 24):
        return {"amount": Decimal(0)}
    return {"amount": charged(case.amount("price"), -1)}


def monthly_cost(case: Inputs) -> dict[str, Any]:
    """Yearly amounts spread over twelve months."""
    spread = [allocate(Decimal(text), [1] * 12, "EUR") for text in case.raw("annual_subtotals")]
    return {"monthly": [months[0] for months in spread], "total": sum(months[0] for months in spread)}


def cut_off(case: Inputs) -> dict[str, Any]:
    """Microsoft's own arithmetic: the unit price cut off at the cent, times the quantity."""
    inputs = (case.amount(name) for name in ("effective_unit_price", "fx", "billable_quantity"))
    return {"subtotal": seats(*inputs)}
