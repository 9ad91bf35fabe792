"""What stands on the input sheets of the example workbook.

Cells are text, ``Decimal``, ``date`` or whole numbers, and None where they are blank; a table is named as in
the workbook and its columns as on the sheet. What the vendors' invoices say is added up from the reports.

>>> first = input_rows()["tblTiers"][0]
>>> first["Tier set"], first["Up to"], first["Flat fee"]
('backup-gb', Decimal('500'), None)
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from billow.example import aws, distributor, focus, microsoft
from billow.example.azure import INVOICE as MICROSOFT_INVOICE
from billow.example.parties import MONTH_NAME, SEED
from billow.example.tables import Row, rows
from billow.money import Rounding, rounded

_TABLES = {
    "tblCustomers": "customers",
    "tblAccounts": "accounts",
    "tblProducts": "products",
    "tblSkuRules": "skurules",
    "tblPrices": "prices",
    "tblTiers": "tiers",
    "tblListPrices": "listprices",
    "tblDiscounts": "discounts",
    "tblSubscriptions": "subscriptions",
    "tblChanges": "changes",
    "tblAdjustments": "adjustments",
    "tblChargePolicy": "chargepolicy",
    "tblVatRules": "vatrules",
    "tblVat": "vat",
    "tblFx": "fx",
    "tblLedger": "ledger",
    "tblSources": "sources",
    "tblFormats": "formats",
    "tblMapping": "mapping",
    "tblValueMaps": "valuemaps",
}
# Columns that are not text; a name means the same on every sheet it stands on.
_KINDS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("No", "Payment days"), int),
    **dict.fromkeys(
        (
            *("List price", "Cost price", "Price or %", "Up to", "Unit price", "Quantity", "Agreed price"),
            *("Rate", "Package size", "Value", "Flat fee"),
        ),
        Decimal,
    ),
    **dict.fromkeys(
        ("Valid from", "Valid through", "Start", "Term through", "Billed until", "Effective", "Date"),
        date.fromisoformat,
    ),
}
# AWS rounds the services of an invoice one by one, its report does not.
_AWS_DIFFERENCE = Decimal("-0.03")
_AWS_REASON = "AWS rounds each service to whole cents on the invoice"
_AZURE_REASON = "Azure plan of Müllerbach: monthly lines and daily usage differ by 4.37, see To do"


def input_rows(seed: int = SEED) -> dict[str, list[dict[str, object]]]:
    """Return the rows of every input sheet, by table and column."""
    found = {table: [_typed(row) for row in rows(name)] for table, name in _TABLES.items()}
    found["tblVendorInvoices"] = list(vendor_invoices(seed))
    return found


def settings() -> dict[str, str]:
    """Return the settings by key; those that are left out keep their default."""
    return {row["key"]: row["value"] for row in rows("settings")}


def vendor_invoices(seed: int = SEED) -> list[dict[str, object]]:
    """Return the vendors' invoices as a clerk types them from the PDFs."""
    recon, cur, report = microsoft.lines(seed), aws.lines(seed), focus.lines(seed)
    aws_net = _sum(cur, "line_item_unblended_cost", lambda row: row["line_item_line_item_type"] != "Tax")
    aws_tax = _sum(cur, "line_item_unblended_cost", lambda row: row["line_item_line_item_type"] == "Tax")
    aws_typed = rounded(aws_net, 2, Rounding.HALF_UP) + _AWS_DIFFERENCE
    sky_net = _sum(report, "BilledCost", lambda row: row["ChargeCategory"] != "Tax")
    sky_tax = _sum(report, "BilledCost", lambda row: row["ChargeCategory"] == "Tax")
    bright = sum((Decimal(line["Netto"]) for line in distributor.lines(seed)), Decimal(0))
    net, tax = _sum(recon, "Subtotal"), _sum(recon, "TaxTotal")
    return [
        _invoice("Microsoft", MICROSOFT_INVOICE, date(2026, 7, 8), "EUR", net, tax, _AZURE_REASON),
        _invoice("AWS", aws.INVOICE, date(2026, 7, 3), "USD", aws_typed, aws_tax, _AWS_REASON),
        _invoice("Skyline Hosting", focus.INVOICE, date(2026, 7, 1), "EUR", sky_net, sky_tax),
        _invoice(distributor.VENDOR, distributor.INVOICE, date(2026, 6, 30), "EUR", bright, Decimal("0.00")),
    ]


def _invoice(
    vendor: str, number: str, day: date, currency: str, net: Decimal, tax: Decimal, reason: str | None = None
) -> dict[str, object]:
    return {
        "Vendor": vendor,
        "Invoice": number,
        "Date": day,
        "Period": MONTH_NAME,
        "Currency": currency,
        "Net": net,
        "VAT": tax,
        "Reason": reason,
    }


def _sum(lines: Iterable[Row], column: str, wanted: Callable[[Row], bool] = bool) -> Decimal:
    return sum((Decimal(row[column]) for row in lines if wanted(row)), Decimal(0))


def _typed(row: Row) -> dict[str, object]:
    return {name: _KINDS.get(name, str)(cell) if cell else None for name, cell in row.items()}
