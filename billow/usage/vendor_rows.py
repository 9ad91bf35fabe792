"""Rows of the store as they came: alike ones counted for the replay, those behind a charge for explain."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis

from billow.charges import Category
from billow.contracts.customers import Kept
from billow.reconcile.arithmetic import VendorRows, is_replayed
from billow.usage.aggregate import GROUPED, SPLIT_VALUE, charge_keys, encoded, grouped, keyed, values
from billow.usage.engine import Engine, fetched

# The fields of VendorRows and the columns that rows have to share; rows and first_row are counted.
_ALIKE = {
    "format_id": "x_FormatId",
    "vendor": "ServiceProviderName",
    "invoice": "InvoiceId",
    "account": "x_CustomerKey",
    "subscription": "x_SubscriptionId",
    "sku": "SkuId",
    "term": "x_Term",
    "billing_frequency": "x_BillingFrequency",
    "category": "ChargeCategory",
    "frequency": "ChargeFrequency",
    "charge_type": "x_ChargeType",
    "price": "ContractedUnitPrice",
    "list_price": "ListUnitPrice",
    "quantity": "PricingQuantity",
    "rate": "x_ExchangeRate",
    "pricing_currency": "PricingCurrency",
    "currency": "BillingCurrency",
    "amount": "BilledCost",
    "start": "ChargePeriodStart",
    "end": "ChargePeriodEnd",
    "subscription_start": "x_SubscriptionStart",
    "is_estimate": "x_IsEstimate",
    "is_unknown_type": "x_IsUnknownType",
}
_HEADER = 1  # rows of the store are counted without the header, those of a file with it
_AS_THEY_ARE = {"price", "list_price", "quantity", "rate", "amount", "start", "end", "subscription_start"}


@dataclass(frozen=True)
class SourceRow:
    """A row of a vendor's file behind a charge; of a correction also of the file that it corrects."""

    row: int
    file: str
    sha256: str
    charge_type: str
    description: str
    first_day: date | None
    end_day: date | None
    quantity: Decimal | None
    amount: Decimal


@dataclass(frozen=True)
class SourceRows:
    """The rows behind a charge: how many, and the first of them."""

    count: int
    shown: tuple[SourceRow, ...]


def read_rows(engine: str, parquet: Sequence[Path]) -> Any:
    """Return the rows of some sets as an Arrow table, in the order of their files; None without a set."""
    if not parquet:
        return None
    with Engine(engine).rows(parquet) as rows:
        return fetched(rows.order_by("x_ImportId", "x_SourceRow"))


def read_alike(engine: str, parquet: Sequence[Path], formats: Sequence[str], month: str) -> list[VendorRows]:
    """Return the rows of a month whose arithmetic is known, tax apart, as groups of alike ones."""
    known = [name for name in formats if is_replayed(name)]
    if not parquet or not known:
        return []
    with Engine(engine).rows(parquet) as rows:
        wanted = rows.filter(rows.x_FormatId.isin(known), rows.ChargeCategory != Category.TAX.value)
        found = wanted.group_by(*[wanted[column].name(name) for name, column in _ALIKE.items()]).aggregate(
            rows=wanted.count(), first_row=wanted.x_SourceRow.min()
        )
        data = fetched(found)
    columns = {name: values(column, _meaning(name)) for name, column in encoded(data).items()}
    columns["billing_month"] = [month] * len(data)
    columns["first_row"] = [row + _HEADER for row in columns["first_row"]]
    groups = map(VendorRows._make, zip(*(columns[name] for name in VendorRows._fields), strict=True))
    return sorted(groups, key=_in_order)


def _in_order(row: VendorRows) -> tuple[object, ...]:
    # rows of two files may stand in one line of each
    return (row.vendor, row.invoice, row.account, row.first_row, row.format_id, row.subscription, row.sku)


def _meaning(name: str) -> Callable[[Any], Any]:
    """Return what says the value of a field's cell: an empty one of most is no nothing."""
    blank = None if name in _AS_THEY_ARE else False if name.startswith("is_") else ""
    return lambda value: blank if value is None else value


def read_source_rows(
    engine: str, parquet: Path, set_key: str, keys: Sequence[str], at_most: int, apart: Sequence[Kept] = ()
) -> dict[str, SourceRows]:
    """Return the rows behind charges of one set, by charge key; at most so many of each, in file order."""
    with Engine(engine).rows([parquet]) as rows:
        found = fetched(grouped(rows, apart))
        places = {key: at for at, key in enumerate(charge_keys(encoded(found), [set_key] * found.num_rows))}
        groups = {key: found.slice(places[key], 1).to_pylist()[0] for key in keys if key in places}
        return {key: _behind(rows, group, at_most, apart) for key, group in groups.items()}


def _behind(rows: Any, group: Mapping[str, Any], at_most: int, apart: Sequence[Kept]) -> SourceRows:
    with_days = keyed(rows, apart)
    same = {name: with_days[column] for name, column in GROUPED.items()}
    same |= {name: with_days[name] for name in ("exact_start", "exact_end", SPLIT_VALUE)}
    # A number without its type would be compared with three decimals.
    wanted = with_days.filter(
        *[column.identical_to(ibis.literal(group[name], column.type())) for name, column in same.items()]
    )
    shown = wanted.order_by("x_SourceRow").limit(at_most).select(
        row="x_SourceRow",
        file="x_SourceFile",
        sha256="x_SourceSha256",
        charge_type="x_ChargeType",
        description="ChargeDescription",
        first_day="ChargePeriodStart",
        end_day="ChargePeriodEnd",
        quantity="PricingQuantity",
        amount="BilledCost",
    )  # fmt: skip
    found = []
    for row in fetched(shown).to_pylist():
        texts = {name: row[name] or "" for name in ("charge_type", "description")}
        found.append(SourceRow(**{**row, **texts, "row": row["row"] + _HEADER}))
    return SourceRows(group["rows"], tuple(found))
