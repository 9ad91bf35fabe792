"""The monthly workbook of an invented distributor, "BrightCloud Distribution": backup and security.

Its headers are the distributor's own German ones and its dates are text, day first. Nothing in the code of
Billow knows this format: it is described by rows of the sheets Report formats, Report mapping and
Value maps, as a clerk would describe it.

>>> lines()[0]["Artikel"], lines()[0]["Von"]
('BC-BKP-WS', '01.06.2026')
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from random import Random

import xlsxwriter

from billow.example.parties import SEED, accounts
from billow.example.tables import rows
from billow.money import Rounding, rounded

INVOICE = "BC-260630-118"
VENDOR = "BrightCloud"
_CREATED = datetime(2026, 7, 2, 8, 0, tzinfo=UTC).replace(tzinfo=None)  # a fixed day keeps the bytes stable


def lines(seed: int = SEED) -> list[dict[str, str | Decimal]]:
    """Return the rows of the sheet: one for each contract; amounts and quantities are numbers."""
    chance = Random(f"{seed}/distributor")  # noqa: S311 - an example that repeats itself, not a secret
    names = {account.key: account.name for account in accounts(VENDOR)}
    articles = {row["Artikel"]: row for row in rows("brightcloud_articles")}
    found = []
    for contract in rows("brightcloud_contracts"):
        article = articles[contract["Artikel"]]
        quantity = Decimal(chance.randint(int(contract["Low"]), int(contract["High"])))
        price = Decimal(article["Einzelpreis"])
        line: dict[str, str | Decimal] = {
            "Rechnung": INVOICE,
            "Kunde-Nr": contract["Kunde-Nr"],
            "Kunde": names[contract["Kunde-Nr"]],
            "Vertrag": contract["Vertrag"],
            "Artikel": contract["Artikel"],
            "Bezeichnung": article["Bezeichnung"],
            "Warengruppe": article["Warengruppe"],
            "Art": article["Art"],
            "Lizenzen": quantity,
            "Einheit": article["Einheit"],
            "Von": _german(contract["Von"]),
            "Bis": _german(contract["Bis"]),
            "Einzelpreis": price,
            "Netto": rounded(price * quantity * _share(contract["Von"]), 2, Rounding.HALF_UP),
            "Währung": "EUR",
        }
        found.append(line)
    return found


def report(seed: int = SEED) -> bytes:
    """Return the workbook."""
    content = BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True})
    workbook.set_properties({"author": "BrightCloud Distribution", "created": _CREATED})
    sheet = workbook.add_worksheet("Abrechnung")
    found = lines(seed)
    sheet.write_row(0, 0, list(found[0]), workbook.add_format({"bold": True}))
    for number, line in enumerate(found, 1):
        for column, value in enumerate(line.values()):
            if isinstance(value, Decimal):
                sheet.write_number(number, column, float(value))  # a cell of Excel is a float
            else:
                sheet.write_string(number, column, value)
    sheet.set_column(2, 5, 24)
    workbook.close()
    return content.getvalue()


def _german(day: str) -> str:
    return date.fromisoformat(day).strftime("%d.%m.%Y")


def _share(first: str) -> Decimal:
    """Return the part of June from ``first`` on, in whole halves: the distributor bills half months."""
    return Decimal(1) if first.endswith("-01") else Decimal("0.5")
