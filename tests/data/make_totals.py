"""Add up the total column of every sample report with csv and Decimal alone, and write totals.csv.

It knows nothing of Billow, so that a mistake of the importer cannot be in the expected figures too. Google's
credits are added to its gross cost. Usage reports of VMware say no money: their quantities are added up by
unit, which then stands in the column of the currency. Contract commitments are no charges: added up is what
they come to in money.
"""

# ruff: noqa: INP001 - a script beside its data
import ast
import csv
import gzip
import json
from collections.abc import Iterator
from decimal import Decimal, getcontext
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = {  # the first of these pairs that a header has: amount before tax, currency
    "Subtotal": "Currency",
    "BillingPreTaxTotal": "BillingCurrency",
    "lineItem/UnblendedCost": "lineItem/CurrencyCode",
    "line_item_unblended_cost": "line_item_currency_code",
    "BilledCost": "BillingCurrency",
    "ContractCommitmentCost": "BillingCurrency",
    "costInBillingCurrency": "billingCurrency",
    "CostInBillingCurrency": "BillingCurrencyCode",
    "Cost": "BillingCurrency",
    "PreTaxCost": "Currency",
    "PreTaxCost (PreTaxCost)": "Currency",
    "cost": "currency",
    "Amount": "no currency",
    "cost/myCost": "cost/currencyCode",
    "Units to be Reported": "Unit of Measure",
    "Quantity": "Unit of Measurement",
}
# Refused, and known so: what Billow answers is in tests/vendors/test_samples.py
LEFT_OUT = ("billing_period", "invoice_detail", "opencost_values_Template")


def records(path: Path) -> tuple[list[dict[str, object]], str]:
    """Return the rows of a report, repeated headers left out, and its delimiter."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = data.decode("cp1252" if "cp1252" in path.name else "utf-8-sig")
    if ".json" in path.name:
        return [json.loads(line, parse_float=str, parse_int=str) for line in text.splitlines()], ","
    first = text.partition("\n")[0]
    delimiter = next((mark for mark in ";\t" if first.count(mark) > 2), ",")
    lines = list(csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter))
    return [line for line in lines if "".join(map(str, line.values())) != "".join(line)], delimiter


def amount_in(cell: object, delimiter: str) -> Decimal:
    """Return the amount in a cell."""
    figure = str(cell).strip().lstrip("'$").replace(",", "." if delimiter == ";" else "")
    return Decimal(figure or "0")


def credits_in(cell: object) -> Decimal:
    """Return the sum of a list of credits: JSON, or what Python prints of one."""
    listed = ast.literal_eval(cell) if isinstance(cell, str) else cell
    assert isinstance(listed, list)
    return sum((Decimal(str(credit["amount"])) for credit in listed), Decimal(0))


def added_up(path: Path) -> Iterator[tuple[str, int, str, str]]:
    """Yield file, rows, currency and total of one report, for each currency in it."""
    lines, delimiter = records(path)
    amount = next((name for name in COLUMNS if lines and name in lines[0]), "BilledCost")
    sums: dict[str, Decimal] = {}
    for line in lines:
        currency = str(line.get(COLUMNS[amount]) or "")
        figure = amount_in(line[amount], delimiter) + credits_in(line.get("credits") or "[]")
        sums[currency] = sums.get(currency, Decimal(0)) + figure
    for currency, total in sums.items() or [("", Decimal(0))]:
        yield path.relative_to(HERE / "reports").as_posix(), len(lines), currency, f"{total:f}"


if __name__ == "__main__":
    getcontext().prec = 60
    found = (
        path for path in (HERE / "reports").rglob("*.*") if path.suffix in {".csv", ".gz", ".jsonl", ".tsv"}
    )
    files = sorted(path for path in found if not any(name in path.name for name in LEFT_OUT))
    with (HERE / "totals.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("file", "rows", "currency", "total"))
        for file in files:
            writer.writerows(added_up(file))
