"""Add up the total column of every sample report with csv and Decimal alone, and write totals.csv.

It knows nothing of Billow, so that a mistake of the importer cannot be in the expected figures too.
"""

# ruff: noqa: INP001 - a script beside its data
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
}


def added_up(path: Path) -> Iterator[tuple[str, int, str, str]]:
    """Yield file, rows, currency and total of one report, for each currency in it."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = data.decode("cp1252" if "cp1252" in path.name else "utf-8-sig")
    delimiter = ";" if text.partition("\n")[0].count(";") > 5 else ","
    if ".json" in path.name:
        lines = [json.loads(line) for line in text.splitlines()]
    else:
        lines = list(csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter))
    lines = [line for line in lines if "".join(map(str, line.values())) != "".join(line)]  # repeated header
    amount = next((name for name in COLUMNS if lines and name in lines[0]), "BilledCost")
    sums: dict[str, Decimal] = {}
    for line in lines:
        currency = line.get(COLUMNS[amount]) or ""
        figure = line[amount].strip().lstrip("'$").replace(",", "." if delimiter == ";" else "")
        sums[currency] = sums.get(currency, Decimal(0)) + Decimal(figure or "0")
    for currency, total in sums.items() or [("", Decimal(0))]:
        yield path.relative_to(HERE / "reports").as_posix(), len(lines), currency, f"{total:f}"


if __name__ == "__main__":
    getcontext().prec = 60
    files = sorted(path for path in (HERE / "reports").rglob("*.*") if path.suffix in {".csv", ".gz"})
    with (HERE / "totals.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("file", "rows", "currency", "total"))
        for file in files:
            writer.writerows(added_up(file))
