"""A report whose names and descriptions are formulas, commands and markup; each must arrive as plain text."""

import csv
from pathlib import Path

# Each is the name of a sub account, a service and a description in turn.
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    '=HYPERLINK("http://evil.example";"click")',
    "\t=1+1",
    "#import sys: *bold* _it_ $x$ @ref <tag> & \\escape",
    '"quoted", <b>bold</b>',
    "{=SUM(1)}",
    "_x003D_1+1",
)

FILE = "=HYPERLINK(A1)+cmd.csv"  # a file, and what lies in a bucket, is named by others too


def write_report(folder: Path) -> Path:
    """Write a FOCUS report with a row of 100 euros for each hostile name."""
    path = folder / FILE
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(_row(0)))
        writer.writeheader()
        writer.writerows(_row(number) for number in range(len(HOSTILE)))
    return path


def _row(number: int) -> dict[str, str]:
    text = HOSTILE[number]
    return {
        **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), "100.00"),
        **dict.fromkeys(("InvoiceIssuerName", "ProviderName", "PublisherName"), "Skyline Hosting"),
        **dict.fromkeys(("BillingPeriodStart", "ChargePeriodStart"), "2026-06-01T00:00:00Z"),
        **dict.fromkeys(("BillingPeriodEnd", "ChargePeriodEnd"), "2026-07-01T00:00:00Z"),
        "BillingAccountId": "R-1",
        "BillingCurrency": "EUR",
        "ChargeCategory": "Usage",
        "ChargeDescription": text,
        "ServiceCategory": "Compute",
        "ServiceName": text.strip(),
        "SubAccountId": f"s-{number}",
        "SubAccountName": text,
    }
