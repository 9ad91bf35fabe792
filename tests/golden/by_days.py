"""Worked cases of proration and of where periods end."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from billow.periods import (
    Method,
    Period,
    Proration,
    cycle_of,
    day_in,
    month,
    months_after,
    months_after_end,
    portion,
    prorate,
    started_hours,
)
from billow.rating.line import close
from billow.rating.models import MODELS, Asked

from .by_sums import document_totals
from .inputs import MONTHS_OF, Inputs, NotOurs, Series, days_of, first_days, words

YEAR = 12
FIXED = 30


def charged(price: Decimal, share: Proration, quantity: Decimal = Decimal(1)) -> Decimal:
    """Return a line: quantity x price x share, rounded once."""
    return close(MODELS["per_unit"](Asked(price, "EUR", quantity, proration=share)), "EUR")[0]


def calendar_days(case: Inputs) -> dict[str, Any]:
    """The used days over the days of each calendar month; or the total of such lines."""
    if case.has("lines"):
        net, _, _ = document_totals([Decimal(text) for text in case.raw("lines")], Decimal(0))
        return {"amount": net}
    active = case.days("bill_from", "bill_to") if case.has("bill_from") else case.days("start", "end")
    quantity = case.amount("quantity") if case.has("quantity") else Decimal(1)
    return {"amount": charged(case.amount("price"), prorate(active, Method.CALENDAR_DAYS), quantity)}


def from_start(case: Inputs) -> dict[str, Any]:
    """From the first paid day through the end of its month, with VAT where the case has it."""
    start = case.day("start") + timedelta(case.count("trial_days") if case.has("trial_days") else 0)
    share = prorate(Period(start, month(f"{start:%Y-%m}").end), Method.CALENDAR_DAYS)
    amount = charged(case.amount("price"), share)
    rate = case.amount("tax_pct") if case.has("tax_pct") else Decimal(0)
    _, _, total = document_totals([amount], rate)
    return {"days": share.counted[0][0], "amount": amount, "total_including_tax": total}


def in_quarter(case: Inputs) -> dict[str, Any]:
    """Days of a quarter over all days of that quarter."""
    active, quarter = case.days("bill_from", "bill_to"), case.days("period_from", "period_to")
    share = portion(active, quarter)
    return {"days": share.counted[0][0], "amount": charged(case.amount("price"), share)}


def upgrade_less_invoiced(case: Inputs) -> dict[str, Any]:
    """The new price from the change day on, less what was invoiced before, as a negative line."""
    period = month(case.raw("period"))
    share = prorate(Period(case.day("change_date"), period.end), Method.CALENDAR_DAYS)
    new = charged(case.amount("new_price"), share)
    net, _, _ = document_totals([new, -case.amount("already_invoiced")], Decimal(0))
    return {"days": share.counted[0][0], "new_plan_amount": new, "amount": net}


def up_to_cycle_day(case: Inputs) -> dict[str, Any]:
    """A first part up to the day on which cycles begin."""
    active = case.before("bill_from", "bill_to_exclusive")
    share = prorate(active, Method.ANNIVERSARY_DAYS, anchor=active.end)
    if share.counted[0][1] != case.count("period_days"):
        raise NotOurs("not built yet: a cycle that is no month up to the cycle day")
    return {"days": share.counted[0][0], "amount": charged(case.amount("price"), share)}


def cycles(case: Inputs) -> dict[str, Any]:
    """The used days of each cycle; how long a cycle is stands in the description's first word."""
    active = case.before("start", "end_exclusive")
    months = MONTHS_OF.get(case.description.split(":")[0])
    if months is None:
        raise NotOurs("the case does not say how long a cycle is")
    anchor = active.start.replace(day=case.count("bill_cycle_day"))
    share = prorate(active, Method.ANNIVERSARY_DAYS, cycle_months=months, anchor=anchor)
    return {"cycles": [words(counted) for counted in share.counted]}


def half_open(case: Inputs) -> dict[str, Any]:
    """A change in a period, or the first part of a quarter."""
    if case.has("stub_from"):
        active = case.before("stub_from", "stub_to_exclusive")
        share = portion(active, Period(case.day("full_from"), active.end))
        return {"factor": words(share.counted[0])}
    period = case.before("period_from", "period_to_exclusive")
    share = portion(Period(case.day("change_date"), period.end), period)
    credit, charge = -charged(case.amount("old_price"), share), charged(case.amount("new_price"), share)
    return {"credit": credit, "charge": charge, "net": credit + charge}


def days_of_month(case: Inputs) -> dict[str, Any]:
    """So many days of a month of so many days."""
    price = case.amount("full_amount") if case.has("full_amount") else case.amount("price")
    amount = charged(price, first_days(case.count("days"), case.count("period_days")))
    return {"amount": amount, "exact": amount}


def days_of_year(case: Inputs) -> dict[str, Any]:
    """Days of a term of one year, which has a leap day in it or not."""
    active = case.days("start", "end")
    share = prorate(active, Method.ANNIVERSARY_DAYS, cycle_months=YEAR, anchor=active.start)
    used, of = share.counted[0]
    return {"days": used, "days_in_year": of, "amount": charged(case.amount("annual"), share)}


def segments_of_year(case: Inputs) -> dict[str, Any]:
    """Stretches of seats in a term of 365 days; the source rounded its daily rate, we do not."""
    day, lines = date(2018, 1, 13), []
    for row in case.raw("segments"):
        active = Period(day, day + timedelta(row["days"]))
        share = prorate(active, Method.ANNIVERSARY_DAYS, cycle_months=YEAR, anchor=date(2018, 1, 13))
        lines.append(charged(case.amount("price"), share, Decimal(row["qty"])))
        day = active.end
    return {"exact_lines": lines}


def portions_of_year(case: Inputs) -> dict[str, Any]:
    """A price per year by calendar months: days of the first, whole ones, days of the last."""
    share = prorate(case.days("start", "end"), Method.MONTHLY_PORTIONS, price_months=YEAR)
    return {"amount": charged(case.amount("annual"), share)}


def until_end_of_invoice_month(case: Inputs) -> dict[str, Any]:
    """The rest of the month in which a seat was added, and the month of the invoice."""
    active = Period(case.day("added"), month(case.raw("invoice_month")).end)
    return {"unit_amount": charged(case.amount("price"), prorate(active, Method.CALENDAR_DAYS))}


def until_cancelled(case: Inputs) -> dict[str, Any]:
    """From the start through the day of the cancellation."""
    share = portion(case.days("start", "cancel"), case.days("start", "end"))
    return {"amount": charged(case.amount("price"), share)}


def start_of_month(case: Inputs) -> dict[str, Any]:
    """Whole cycles from the first day, and the days of the cycle in which the rest lies."""
    return _business_central(case, Method.BC_START_OF_MONTH)


def end_of_month(case: Inputs) -> dict[str, Any]:
    """The same, with cycles that keep to the end of the month."""
    return _business_central(case, Method.BC_END_OF_MONTH)


def _business_central(case: Inputs, method: Method) -> dict[str, Any]:
    active = case.days("bill_from", "bill_to")
    share = prorate(active, method, cycle_months=case.months("price_period")).share
    exact = Fraction(case.amount("price")) * share
    return {"unit_price_for_period": exact, "amount": exact}


def fixed_30(case: Inputs) -> dict[str, Any]:
    """Days in months of 30 days."""
    if case.count("fixed_days") != FIXED:
        raise NotOurs("decided otherwise: a fixed month has 30 days")
    share = prorate(case.before("start", "end_exclusive"), Method.FIXED_30)
    return {"days": sum(used for used, _ in share.counted), "factor": share.share}


def hours(case: Inputs) -> dict[str, Any]:
    """The hours from one moment to another, a begun one in full."""
    start, end = (datetime.fromisoformat(str(case.raw(key))) for key in ("start", "end"))
    return {"hours": started_hours(start, end)}


def in_zone(case: Inputs) -> dict[str, Any]:
    """The days between two moments where the customer is; the source takes them off the clock of UTC."""
    start, end = (datetime.fromisoformat(str(case.raw(key))) for key in ("start", "end"))
    days = (day_in(end, case.raw("timezone")) - day_in(start, case.raw("timezone"))).days
    if days != (end.date() - start.date()).days:
        raise NotOurs("decided otherwise: a day begins where the customer is, not where the clock is")
    return {"days_exclusive": days}


def half_months(case: Inputs) -> dict[str, Any]:
    """Half months; the source cuts them up to the next hundredth, which we do to compare with it."""
    share = prorate(case.days("start", "end"), Method.HALF_MONTH).share
    hundredths = -(share * -200 // 1) if "rounded up" in case.description else 200 * share
    return {"quantity": Fraction(hundredths, 100)}


def weeks(case: Inputs) -> dict[str, Any]:
    """Whole weeks, and days of the week in which the rest lies."""
    rest = portion(days_of(case.count("days")), days_of(7)).share
    return {"amount": Fraction(case.amount("price")) * (case.count("full_periods") + rest)}


def period_end(case: Inputs) -> dict[str, Any]:
    """The last day of the cycle that begins on the given day."""
    start = case.day("start")
    return {"end_inclusive": cycle_of(start, case.months("length"), start).through}


def month_end(case: Inputs) -> dict[str, Any]:
    """The last day of a cycle that keeps to the end of the month."""
    end = months_after_end(case.day("start"), case.months("length"))
    return {"end_inclusive": end - timedelta(1)}


def remembered_day(case: Inputs) -> dict[str, Any]:
    """Cycles from an anchor day that short months clamp and long months get back."""
    if case.has("start"):
        anchor = case.day("start")
    else:
        year = re.search(r"20\d\d", case.description)
        anchor = date(int(year.group()) if year else 2023, 1, case.count("anniversary_day"))
    starts = [months_after(anchor, index, anchor.day) for index in range(13)]
    found = [cycle_of(start, 1, anchor) for start in starts[:-1]]
    if [Period(*days) for days in pairwise(starts)] != found:
        raise AssertionError("cycles leave a gap or overlap")
    return {"periods": Series([cycle.start, cycle.through] for cycle in found)}
