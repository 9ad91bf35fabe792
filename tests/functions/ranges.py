"""Ranges as a host hands them over: the header of a sheet, and rows of which only some columns are filled."""

from datetime import date
from typing import Any

from billow.functions import FUNCTIONS, answer
from billow.sheets.columns import SHEETS

Range = list[list[Any]]


def day(text: str) -> float:
    """Return the number by which a sheet knows a day, counted from 30 December 1899."""
    return float((date.fromisoformat(text) - date(1899, 12, 30)).days)


def table(name: str, *rows: dict[str, Any]) -> Range:
    """Return a whole table with its header; columns that a row does not name are blank."""
    header = list(SHEETS[name].names)
    return [header, *([row.get(column) for column in header] for row in rows)]


def call(name: str, *cells: Any) -> Any:
    """Return what the cells show: a value, a column as a list, or rows."""
    found = answer(FUNCTIONS[name], cells)
    if len(found[0]) == 1:
        return found[0][0] if len(found) == 1 else [row[0] for row in found]
    return found


CUSTOMERS = table(
    "tblCustomers",
    {"Customer": "C-1", "Name": "Contoso", "Country": "DE", "Group": "Retail", "Plan": "Gold"},
    {"Customer": "C-2", "Name": "Fabrikam", "Country": "NL"},
)
PRODUCTS = table(
    "tblProducts",
    {"Product": "CARE", "Text": "Care", "Vendor": "Own", "Family": "Services", "Unit": "user"},
    {"Product": "M365", "Text": "Microsoft 365", "Vendor": "Microsoft"},
    {"Product": "BACKUP", "Text": "Backup", "Unit": "GB"},
    {"Product": "NEW", "Text": "Without a price"},
)
PRICES = table(
    "tblPrices",
    {"Applies to": "product", "Product": "CARE", "Model": "per_unit", "Price or %": 30.0, "Currency": "EUR"},
    {
        "Scope": "customer", "Who": "C-1", "Applies to": "product", "Product": "CARE", "Model": "per_unit",
        "Price or %": 25.5, "Currency": "EUR", "Valid from": day("2026-07-01"),
    },
    {"Applies to": "vendor", "Product": "Microsoft", "Model": "markup", "Price or %": 8.0},
    {
        "Applies to": "product", "Product": "BACKUP", "Model": "graduated", "Tier set": "gb",
        "Currency": "EUR", "Per": "unit",
    },
)  # fmt: skip
