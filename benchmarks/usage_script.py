"""The script that stands where Billow is not: pandas, a price list with markups, and ``to_excel``.

It reads the columns it needs, joins the list of accounts and the price list, adds up by customer, account and
SKU, puts the markup on, rounds half up to cents and writes one sheet. ``exact`` keeps each amount a
``Decimal``; ``float`` is what such scripts do.

>>> read = pd.DataFrame({"BilledCost": ["0.1", "0.2"]})
>>> sum(numbers(read, exact=True)["BilledCost"]), sum(numbers(read, exact=False)["BilledCost"])
(Decimal('0.3'), 0.30000000000000004)
"""

import argparse
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd

KINDS = ("exact", "float")
_KEYS = ["Customer", "SubAccountId", "SkuId", "PricingUnit", "BillingCurrency", "ServiceProviderName"]
_AMOUNTS = ["BilledCost", "PricingQuantity", "Markup %"]
_READ = ["x_CustomerId", *_KEYS[1:], *_AMOUNTS[:2], "ChargePeriodStart", "ChargePeriodEnd"]
_SHOWN = {
    "Customer": "Customer", "ServiceProviderName": "Vendor", "SkuId": "Product", "Text": "Text",
    "SubAccountId": "Subscription", "ChargePeriodStart": "From", "ChargePeriodEnd": "Through",
    "PricingQuantity": "Quantity", "PricingUnit": "Unit", "Amount": "Amount", "BillingCurrency": "Currency",
    "BilledCost": "Cost", "Margin": "Margin", "Margin %": "Margin %",
}  # fmt: skip


def numbers(read: pd.DataFrame, *, exact: bool) -> pd.DataFrame:
    """Return the table with its amounts as numbers of one kind."""
    kind = Decimal if exact else float
    return read.assign(**{name: read[name].map(kind) for name in _AMOUNTS if name in read})


def lines(report: Path, accounts: Path, prices: Path, *, exact: bool) -> pd.DataFrame:
    """Return a line per customer, account and SKU with its amount."""
    read = numbers(pd.read_csv(report, usecols=_READ, dtype=str), exact=exact)
    read = read.merge(pd.read_csv(accounts, dtype=str), on="x_CustomerId")
    added = read.groupby(_KEYS, as_index=False).agg(
        {"BilledCost": "sum", "PricingQuantity": "sum", "ChargePeriodStart": "min", "ChargePeriodEnd": "max"}
    )
    found = added.merge(numbers(pd.read_csv(prices, dtype=str), exact=exact), on="SkuId")
    amounts = found["BilledCost"] * (1 + found["Markup %"] / 100)
    cent = Decimal("0.01")
    found["Amount"] = amounts.map(lambda a: a.quantize(cent, ROUND_HALF_UP)) if exact else amounts.round(2)
    found["Margin"] = found["Amount"] - found["BilledCost"]
    found["Margin %"] = [m / a if a else 0 for m, a in zip(found["Margin"], found["Amount"], strict=True)]
    for name in ("ChargePeriodStart", "ChargePeriodEnd"):
        found[name] = pd.to_datetime(found[name]).dt.date
    return found[list(_SHOWN)].rename(columns=_SHOWN)


def main(words: Sequence[str] | None = None) -> None:
    """Write the workbook."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.usage_script", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    for name in ("report", "accounts", "prices", "workbook"):
        parser.add_argument(name, type=Path)
    asked = parser.parse_args(words)
    found = lines(asked.report, asked.accounts, asked.prices, exact=asked.kind == "exact")
    found.to_excel(asked.workbook, sheet_name="Rated lines", index=False, engine="openpyxl")


if __name__ == "__main__":
    main()
