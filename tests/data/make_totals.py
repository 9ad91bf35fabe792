"""Add up the total column of every sample report with csv and Decimal alone, and write totals.csv.

It knows nothing of Billow, so that a mistake of the importer cannot be in the expected figures too.
"""

# ruff: noqa: INP001 - a script beside its data, imported by nobody
import csv
import gzip
import json
from decimal import Decimal, getcontext
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = {  # the first of these pairs that a header has: amount before tax, currency
    "Subtotal": "Currency",
    "BillingPreTaxTotal": "BillingCurrency",
    "lineItem/UnblendedCost": "lineItem/CurrencyCode",
    "line_item_unblended_cost": "line_item_currency_code",
    "BilledCost": "BillingCurrency",
}
getcontext().prec = 60
rows = []
for path in sorted(p for p in (HERE / "reports").rglob("*") if p.name != "SOURCES.md" and p.is_file()):
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = data.decode("cp1252" if "cp1252" in path.name else "utf-8-sig")
    if ".json" in path.name:
        lines = [json.loads(line) for line in text.splitlines()]
    else:
        delimiter = ";" if text.partition("\n")[0].count(";") > 5 else ","
        lines = list(csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter))
    lines = [line for line in lines if "".join(str(cell) for cell in line.values()) != "".join(line)]
    amount = next((name for name in COLUMNS if lines and name in lines[0]), "BilledCost")
    sums: dict[str, Decimal] = {}
    for line in lines:
        currency = line.get(COLUMNS[amount]) or ""
        figure = line[amount].strip().lstrip("'$").rstrip(" ")
        figure = figure.replace(",", "." if ";" in text.partition("\n")[0] else "")
        sums[currency] = sums.get(currency, Decimal(0)) + Decimal(figure or "0")
    for currency, total in sums.items() or [("", Decimal(0))]:
        rows.append((path.relative_to(HERE / "reports").as_posix(), len(lines), currency, f"{total:f}"))
with (HERE / "totals.csv").open("w", encoding="utf-8", newline="") as out:
    csv.writer(out, lineterminator="\n").writerows([("file", "rows", "currency", "total"), *rows])
