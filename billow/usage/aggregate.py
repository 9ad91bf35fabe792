"""Charges added up into the groups that rating works on: expressions written as functions of a table.

The expressions are Ibis, so the same ones run on another engine when one machine is outgrown. They count,
add and group; they never multiply, divide or average, because engines round there. Amounts stay
DECIMAL(38, 24) from the file to the ``Charge``.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import repeat
from operator import add
from pathlib import Path
from typing import Any

import ibis
from pyarrow import types

from billow.charges import Category, Charge, ImportTotals
from billow.contracts.customers import Kept
from billow.periods import Period
from billow.usage.engine import Engine, fetched

# Charge's field and the column it is grouped by. Rows that differ in one of these are not alike.
GROUPED = {
    "import_id": "x_ImportId",
    "format_id": "x_FormatId",
    "vendor": "ServiceProviderName",
    "customer_key": "x_CustomerKey",
    "category": "ChargeCategory",
    "currency": "BillingCurrency",
    "customer_name": "x_CustomerName",
    "customer_country": "x_CustomerCountry",
    "invoice_id": "InvoiceId",
    "billing_account_id": "BillingAccountId",
    "sub_account_id": "SubAccountId",
    "sub_account_name": "SubAccountName",
    "subscription_id": "x_SubscriptionId",
    "subscription_start": "x_SubscriptionStart",
    "charge_class": "ChargeClass",
    "frequency": "ChargeFrequency",
    "charge_type": "x_ChargeType",
    "description": "ChargeDescription",
    "service": "ServiceName",
    "sku": "SkuId",
    "publisher": "x_PublisherName",
    "term": "x_Term",
    "billing_frequency": "x_BillingFrequency",
    "unit": "PricingUnit",
    "list_unit_price": "ListUnitPrice",
    "contracted_unit_price": "ContractedUnitPrice",
    "pricing_currency": "PricingCurrency",
    "exchange_rate": "x_ExchangeRate",
    "partner_credit_rate": "x_PartnerCreditRate",
    "credit_type": "x_CreditType",
    "is_estimate": "x_IsEstimate",
    "is_unknown_type": "x_IsUnknownType",
    "is_proforma": "x_IsProforma",
}
SUMMED = {
    "billed_cost": "BilledCost",
    "quantity": "PricingQuantity",
    "list_cost": "ListCost",
    "contracted_cost": "ContractedCost",
    "effective_cost": "EffectiveCost",
}
SPLIT_VALUE = "split_value"
_GROUP = "/resourcegroups/([^/]+)"
_EXACT_PERIOD = ("exact_start", "exact_end")


def _as_it_is(value: Any) -> Any:
    return value


# What a cell of these columns means; the others are texts, blank where there is none.
_MEANING: dict[str, Callable[[Any], Any]] = {
    "category": Category,
    **dict.fromkeys(("subscription_start", "list_unit_price", "contracted_unit_price"), _as_it_is),
    **dict.fromkeys(("exchange_rate", "partner_credit_rate"), _as_it_is),
    **dict.fromkeys(("is_estimate", "is_unknown_type", "is_proforma"), bool),
}
# What changes from one delivery of a set to the next is no part of what a group is.
_NOT_IN_KEY = {"import_id", "is_estimate", "is_proforma"}


def grouped(rows: Any, apart: Sequence[Kept] = ()) -> Any:
    """Return the rows of the store added up by group; those ``apart`` by their tag or resource group too.

    Usage that is added up spans from its first to its last day; what is charged for a period (a licence, a
    fee) keeps the vendor's exact dates and is told apart by them, because proration depends on them.
    """
    dated = keyed(rows, apart)
    return dated.group_by(
        *[dated[column].name(name) for name, column in GROUPED.items()],
        *[dated[name] for name in (*_EXACT_PERIOD, SPLIT_VALUE)],
    ).aggregate(
        rows=dated.count(),
        first_day=dated.ChargePeriodStart.min(),
        end_day=dated.ChargePeriodEnd.max(),
        last_start=dated.ChargePeriodStart.max(),
        **{name: dated[column].sum() for name, column in SUMMED.items()},
    )


def keyed(rows: Any, apart: Sequence[Kept] = ()) -> Any:
    """Return the rows with the exact dates by which they are told apart (empty for usage), and the value."""
    by_period = rows.ChargeFrequency.fill_null(rows.ChargeCategory) != "Usage-Based"
    by_period = by_period & ~(rows.ChargeFrequency.isnull() & (rows.ChargeCategory == Category.USAGE.value))
    nothing = ibis.null("date")
    return rows.mutate(
        exact_start=ibis.ifelse(by_period, rows.ChargePeriodStart, nothing),
        exact_end=ibis.ifelse(by_period, rows.ChargePeriodEnd, nothing),
        **{SPLIT_VALUE: _split_value(rows, apart)},
    )


def _split_value(rows: Any, apart: Sequence[Kept]) -> Any:
    """Return a tag's value as its JSON writes it, or the resource group; blank for all other accounts.

    Cells are searched, not parsed: a vendor's tags may be cut off, and every engine knows a pattern.
    """
    value = ibis.literal("")
    for kept in apart:
        tag = rf'"{re.escape(json.dumps(kept.tag)[1:-1])}"\s*:\s*"((?:[^"\\]|\\.)*)"'
        found = rows.Tags.re_extract(tag, 1) if kept.tag else rows.ResourceId.lower().re_extract(_GROUP, 1)
        own = (rows.ServiceProviderName == kept.vendor) & (rows.x_CustomerKey.lower() == kept.account)
        value = ibis.ifelse(own, found.fill_null(""), value)
    return value


def read_charges(
    engine: str,
    parquet: Sequence[Path],
    sets: Mapping[str, ImportTotals],
    restated: str = "",
    apart: Sequence[Kept] = (),
) -> list[Charge]:
    """Return the groups of these files, which are of the imports ``sets``, as ``engine`` adds them up.

    Where a month is ``restated``, all of them are charges of that month, whenever they came.
    """
    if not parquet:
        return []
    with Engine(engine).rows(parquet) as rows:
        found = encoded(fetched(grouped(rows, apart)))
    charges = _charges(found, sets, restated)
    return sorted(charges, key=lambda charge: (charge.vendor, charge.customer_key, charge.sku, charge.key))


def _charges(found: Mapping[str, Any], sets: Mapping[str, ImportTotals], restated: str) -> Iterator[Charge]:
    """Yield a charge per row; what many rows say is made a value of Python once."""
    totals = values(found["import_id"], sets.__getitem__)
    columns: dict[str, Iterable[Any]] = {
        name: values(found[name], _MEANING.get(name, _text)) for name in GROUPED
    }
    columns |= {name: values(found[name]) for name in SUMMED}
    columns["billed_cost"] = values(found["billed_cost"], lambda cost: cost or Decimal(0))
    columns["key"] = charge_keys(found, [each.set_key for each in totals])
    columns["rows"] = values(found["rows"])
    columns["split_value"] = values(found[SPLIT_VALUE], _said)
    columns["period"] = _periods(*(values(found[name]) for name in ("first_day", "end_day", "last_start")))
    columns["billing_month"] = (restated or each.billing_month for each in totals)
    columns["corrects"] = ["" if restated else each.corrects for each in totals]
    if restated or any(each.corrects for each in totals):
        without_set = charge_keys(found, [""] * len(totals))
        pairs = zip(totals, without_set, strict=True)
        columns["corrected_key"] = [key if restated or each.corrects else "" for each, key in pairs]
    nothing = dict.fromkeys(Charge._fields) | {
        name: repeat(value) for name, value in Charge._field_defaults.items()
    }
    return map(Charge._make, zip(*(nothing | columns).values(), strict=False))


def encoded(table: Any) -> dict[str, Any]:
    """Return the columns of a table with each of their values once, blank among them, and where it stands."""
    names = table.column_names
    return {name: table[name].combine_chunks().dictionary_encode("encode") for name in names}


def values(column: Any, meaning: Callable[[Any], Any] = _as_it_is) -> list[Any]:
    """Return what the cells of an encoded column mean; each value is made one of Python once."""
    distinct = [meaning(value) for value in _in_python(column.dictionary)]
    if len(distinct) == 1:
        return distinct * len(column)
    return [distinct[at] for at in column.indices.to_pylist()]


def _in_python(distinct: Any) -> list[Any]:
    """Return Arrow's values as those of Python; decimals by way of their text, which takes half the time."""
    if not types.is_decimal(distinct.type):
        return list(distinct.to_pylist())
    return [None if text is None else Decimal(text) for text in distinct.cast("string").to_pylist()]


def _text(value: str | None) -> str:
    return value or ""


def _key_text(value: Any) -> str:
    return "" if value is None else str(value)


def _said(text: str) -> str:
    """Return a text as JSON means it; one that was cut off as it stands."""
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


def _periods(
    firsts: Sequence[date | None], ends: Sequence[date | None], last_starts: Sequence[date | None]
) -> list[Period | None]:
    known: dict[tuple[date | None, ...], Period | None] = {}
    for days in zip(firsts, ends, last_starts, strict=True):
        if days not in known:
            known[days] = _period(*days)
    return [known[days] for days in zip(firsts, ends, last_starts, strict=True)]


def _period(first: date | None, end: date | None, last_start: date | None) -> Period | None:
    """Return the span of a group; a charge without an end, or that ends as it starts, takes its first day."""
    if first is None:
        return None
    days = [day for day in (end, (last_start or first) + timedelta(days=1)) if day is not None]
    return Period(first, days[0] if days[0] > first else days[-1])


def charge_keys(found: Mapping[str, Any], set_keys: Sequence[str]) -> list[str]:
    """Return the mark of each group: the same rows of a set have it in every delivery."""
    named = [name for name in (*GROUPED, *_EXACT_PERIOD) if name not in _NOT_IN_KEY]
    said = zip(set_keys, *(values(found[name], _key_text) for name in named), strict=True)
    # What is not told apart has the mark that it had before anything was.
    apart = values(found[SPLIT_VALUE], lambda value: f"\x1f{value}" if value else "")
    texts = map(add, map("\x1f".join, said), apart)
    return [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts]
