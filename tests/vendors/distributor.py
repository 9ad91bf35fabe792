"""The workbook of a distributor that Billow has never heard of, as its accounts department exports it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter

HEADER = (
    "Rechnungs-Nr.,Kd.-Nr.,Endkunde,Vertragsnummer,Art.-Nr.,Artikelbezeichnung,Buchungsart,Leistung von,"
    "Leistung bis,Menge,ME,EK-Preis,Nettobetrag,MwSt,Bruttobetrag,Whg.,Sachbearbeiter"
).split(",")
JUNE, MAY = (date(2026, 6, 1), date(2026, 6, 30)), (date(2026, 5, 1), date(2026, 5, 31))
Cell = str | float | date
# 39.00 + 50.00 - 20.00 + 5.00 = 74.00 before tax, of it 19 % = 7.41 + 9.50 - 3.80 + 0.95 = 14.06
ROWS: Sequence[Sequence[Cell]] = [
    [*start, *period, quantity, unit, price, net, tax, gross, "EUR", clerk]
    for start, period, (quantity, unit, price, net, tax, gross), clerk in [
        (
            ["RE-1", "10021", "Bäcker GmbH", "V1", "SEC-01", "Endpoint-Schutz", "Miete"],
            JUNE,
            (12, "Stück", 3.25, 39.00, 7.41, 46.41),
            "A. Klein",
        ),
        (
            ["RE-1", "10022", "Linde AG", "V2", "BCK-02", "Backup 1 TB", "Verbrauch"],
            JUNE,
            (2.5, "TB", 20.00, 50.00, 9.50, 59.50),
            "A. Klein",
        ),
        (
            ["RE-1", "10022", "Linde AG", "V2", "BCK-02", "Backup 1 TB", "Gutschrift Mai"],
            MAY,
            (-1, "TB", 20.00, -20.00, -3.80, -23.80),
            "B. Groß",
        ),
        (
            ["RE-1", "10023", "Ost KG", "V3", "SET-09", "Einrichtung", "Sonstiges"],
            JUNE,
            (1, "Stück", 5.00, 5.00, 0.95, 5.95),
            "B. Groß",
        ),
    ]
]


def write(path: Path, header: Sequence[str] = HEADER, rows: Sequence[Sequence[Cell]] = ROWS) -> Path:
    """Write the workbook; dates are dates of Excel."""
    book = xlsxwriter.Workbook(str(path))
    sheet, day = book.add_worksheet("Abrechnung"), book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row(0, 0, header)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, datetime.combine(cell, time()), day)
            else:
                sheet.write(number, column, cell)
    book.close()
    return path
