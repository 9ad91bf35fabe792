"""The script that stands where Billow is not: pandas, a price list with markups, and ``to_excel``.

It reads the columns it needs, joins the list of accounts and the price list, adds up by customer, account and
SKU, puts the markup on, rounds half up to cents and writes one sheet, with the columns of sheet Rated
lines and the same said in them. ``exact`` keeps each amount a ``Decimal``; ``float`` is what such scripts do.

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
_NAMED = {
    "ServiceProviderName": "Vendor", "SkuId": "Product", "SubAccountId": "Subscription",
    "ChargePeriodStart": "From", "ChargePeriodEnd": "Through", "PricingQuantity": "Quantity",
    "PricingUnit": "Unit", "BillingCurrency": "Currency", "BilledCost": "Cost",
}  # fmt: skip
_SAME = {"Invoice": "DRAFT", "VAT code": "S21", "Model": "markup", "Billed by": "vendor"}
_NOTHING = ["Unit price", "Proration", "Prices that lost", "Share"]
_SHOWN = [
    "Line", "Customer", "Invoice", "Month", "Vendor", "Product", "Text", "Subscription", "From", "Through",
    "Quantity", "Unit", "Unit price", "Proration", "Amount", "Currency", "Cost", "Margin", "Margin %",
    "VAT code", "Model", "Price row", "Steps", "Product rule", "Prices that lost", "Share", "Sources",
    "Billed by",
]  # fmt: skip


def numbers(read: pd.DataFrame, *, exact: bool) -> pd.DataFrame:
    """Return the table with its amounts as numbers of one kind."""
    kind = Decimal if exact else float
    return read.assign(**{name: read[name].map(kind) for name in _AMOUNTS if name in read})


def lines(report: Path, accounts: Path, prices: Path, *, exact: bool) -> pd.DataFrame:
    """Return a line per customer, account and SKU with its amount."""
    read = numbers(pd.read_csv(report, usecols=_READ, dtype=str), exact=exact)
    read = read.merge(pd.read_csv(accounts, dtype=str), on="x_CustomerId")
    wanted = {
        "BilledCost": ("BilledCost", "sum"),
        "PricingQuantity": ("PricingQuantity", "sum"),
        "ChargePeriodStart": ("ChargePeriodStart", "min"),
        "ChargePeriodEnd": ("ChargePeriodEnd", "max"),
        "Rows": ("BilledCost", "size"),
    }
    found = read.groupby(_KEYS, as_index=False).agg(**wanted)
    listed = numbers(pd.read_csv(prices, dtype=str), exact=exact)
    found = found.merge(listed.assign(Row=range(5, 5 + len(listed))), on="SkuId")
    exactly = found["BilledCost"] * (1 + found["Markup %"] / 100)
    cent = Decimal("0.01")
    found["Amount"] = exactly.map(lambda a: a.quantize(cent, ROUND_HALF_UP)) if exact else exactly.round(2)
    return _in_words(found.assign(Exactly=exactly), report.name)


def _in_words(found: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return the lines with the columns of sheet Rated lines."""
    found = found.assign(Month=found["ChargePeriodStart"].str[:7], **_SAME, **dict.fromkeys(_NOTHING))
    for name in ("ChargePeriodStart", "ChargePeriodEnd"):
        found[name] = pd.to_datetime(found[name]).dt.date
    found["Line"] = [f"L-{number:06}" for number in range(len(found))]
    found["Margin"] = found["Amount"] - found["BilledCost"]
    found["Margin %"] = [m / a if a else 0 for m, a in zip(found["Margin"], found["Amount"], strict=True)]
    found["Price row"] = [
        f"Prices row {row}: product {sku}" for row, sku in found[["Row", "SkuId"]].to_numpy()
    ]
    found["Steps"] = [
        f"cost {cost} EUR; markup {markup} % on cost; rounded half up from {exactly} to {amount} EUR"
        for cost, markup, exactly, amount in found[["BilledCost", "Markup %", "Exactly", "Amount"]].to_numpy()
    ]
    found["Product rule"] = [f"SKU {sku} is product {sku}" for sku in found["SkuId"]]
    found["Sources"] = [f"{rows} rows of {file}" for rows in found["Rows"]]
    return found.rename(columns=_NAMED)[_SHOWN]


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
