"""What the reader does before any mapping: each duty with the smallest report that needs it."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from billow.vendors import Imported

Read = Callable[..., Imported]
Rows = Callable[..., list[tuple[Any, ...]]]
HEAD = "Net,Kind,Customer,From,To\n"
ROW = "12.50,licence,Contoso,2026-06-01,2026-06-30\n"


def _zipped(content: str, name: str = "june.csv", second: str = "") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._june.csv", "shadow")
        archive.writestr(name, content)
        if second:
            archive.writestr("b.csv", second)
    return held.getvalue()


def _workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Lines")
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


PACKINGS = [
    ("a plain csv", "june.csv", HEAD + ROW),
    ("tab-separated text", "june.tsv", (HEAD + ROW).replace(",", "\t")),
    ("semicolons", "june.txt", (HEAD + ROW).replace(",", ";")),
    ("bars", "june.txt", (HEAD + ROW).replace(",", "|")),
    ("a byte order mark", "june.csv", "\ufeff" + HEAD + ROW),
    ("UTF-16, as Excel saves Unicode text", "june.txt", (HEAD + ROW).replace(",", "\t").encode("utf-16")),
    ("line ends of Windows", "june.csv", (HEAD + ROW).replace("\n", "\r\n")),
    ("mixed line ends", "june.csv", HEAD.replace("\n", "\r\n") + ROW),
    ("no line end at the end", "june.csv", (HEAD + ROW).rstrip("\n")),
    ("empty lines and rows of empty cells", "june.csv", HEAD + "\n" + ROW + "\n,,,,\n"),
    ("empty lines above the header", "june.csv", "\n\n" + HEAD + ROW),
    ("gzip", "june.csv.gz", gzip.compress((HEAD + ROW).encode())),
    ("gzip under another name", "june.csv", gzip.compress((HEAD + ROW).encode())),
    ("several gzip members", "june.csv.gz", gzip.compress(HEAD.encode()) + gzip.compress(ROW.encode())),
    ("zip with one report and a Mac's shadow", "june.zip", _zipped(HEAD + ROW)),
    (
        "a zip with two parts, each with mark and quoted header",
        "june.zip",
        _zipped(
            '\ufeff"Net","Kind","Customer","From","To"\n' + ROW.strip(),
            "a.csv",
            '\ufeff"Net","Kind","Customer","From","To"\n',
        ),
    ),
    ("a zip that names a place outside", "june.zip", _zipped(HEAD + ROW, "../../june.csv")),
    (
        "a workbook whose first sheet is empty",
        "june.xlsx",
        _workbook(
            tuple(HEAD.strip().split(",")), ("12.50", "licence", "Contoso", "2026-06-01", "2026-06-30")
        ),
    ),
    (
        "a workbook with real numbers and dates",
        "june.xlsx",
        _workbook(
            tuple(HEAD.strip().split(",")), (12.5, "licence", "Contoso", date(2026, 6, 1), date(2026, 6, 30))
        ),
    ),
    (
        "JSON lines with a number of its own",
        "june.jsonl",
        '{"Net":12.50,"Kind":"licence","Customer":"Contoso","From":"2026-06-01","To":"2026-06-30"}\n',
    ),
    (
        "packed JSON lines with a nested value and an empty one",
        "june.json.gz",
        gzip.compress(
            b'{"Net":"12.50","Kind":"licence","Customer":"Contoso","Remark":{"a":[1]},"Invoice":null,'
            b'"From":"2026-06-01","To":"2026-06-30"}\n\n'
        ),
    ),
    ("other casing and blanks in the header", "june.csv", "NET,kind,CUSTOMER ,from,To\n" + ROW),
    (
        "a translated header with the English name in brackets",
        "june.csv",
        HEAD.replace("Net", "Betrag (Net)") + ROW,
    ),
]


@pytest.mark.parametrize(("name", "content"), [row[1:] for row in PACKINGS], ids=[row[0] for row in PACKINGS])
def test_a_report_is_read_whatever_it_is_packed_in(
    name: str, content: str | bytes, read: Read, rows_of: Rows
) -> None:
    imported = read(content, name)
    columns = ("BilledCost", "x_CustomerKey", "ChargePeriodStart", "ChargePeriodEnd", "x_InvoiceMonth")
    assert rows_of(imported, *columns) == [
        (Decimal("12.5"), "contoso", date(2026, 6, 1), date(2026, 7, 1), "2026-06")
    ]
    assert imported.totals is not None
    assert (imported.totals.rows_read, imported.totals.billed) == (1, {"EUR": Decimal("12.5")})


NUMBERS = [
    ("a point", "12.50", "12.5"),
    ("a whole number", "1250", "1250"),
    ("a minus", "-12.50", "-12.5"),
    ("a plus", "+12.50", "12.5"),
    ("accounting brackets", "(12.50)", "-12.5"),
    ("a minus behind, as SAP writes it", "12.50-", "-12.5"),
    ("a typographic minus", "\u221212.50", "-12.5"),
    ("thousands", '"1,234,567.50"', "1234567.5"),
    ("Swiss thousands", "1'234.50", "1234.5"),
    ("narrow blanks between thousands", "1\u202f234.50", "1234.5"),
    ("a currency sign", '"$10,000.00"', "10000"),
    ("a currency code", "EUR 12.50", "12.5"),
    ("an apostrophe as guard", "'12.50", "12.5"),
    ("zero with an exponent", "0E-20", "0"),
    ("an exponent", "1.8E-9", "0.0000000018"),
    ("24 decimals", "0.123456789012345678901234", "0.123456789012345678901234"),
    ("27 decimals of which three are zeros", "0.000000020000000000000000000", "0.00000002"),
    ("14 digits before the point", "12345678901234.5", "12345678901234.5"),
]


@pytest.mark.parametrize(("cell", "amount"), [row[1:] for row in NUMBERS], ids=[row[0] for row in NUMBERS])
def test_an_amount_is_read_exactly(cell: str, amount: str, read: Read, rows_of: Rows) -> None:
    imported = read(f"{HEAD}{cell},licence,Contoso,2026-06-01,2026-06-30\n")
    assert rows_of(imported, "BilledCost") == [(Decimal(amount),)]


COMMAS = [
    ("a comma before two digits decides", ["12,50", "1.234"], ["12.5", "1234"]),
    ("both signs in one number decide", ["1.234,567"], ["1234.567"]),
    ("several points are thousands", ["1.234.567", "7"], ["1234567", "7"]),
    ("a leading zero decides", ["0,125", "3"], ["0.125", "3"]),
    ("points decide the other way", ["12.50", "1,234"], ["12.5", "1234"]),
]


@pytest.mark.parametrize(("cells", "amounts"), [row[1:] for row in COMMAS], ids=[row[0] for row in COMMAS])
def test_the_decimal_sign_is_decided_once_for_a_file(
    cells: list[str], amounts: list[str], read: Read, rows_of: Rows
) -> None:
    lines = "".join(f"{cell};licence;Contoso;01.06.2026;30.06.2026\n" for cell in cells)
    imported = read(HEAD.replace(",", ";") + lines)
    assert rows_of(imported, "BilledCost") == [(Decimal(amount),) for amount in amounts]


DATES = [
    ("ISO days, the end taken in", "2026-06-01", "2026-06-30", date(2026, 6, 1), date(2026, 7, 1)),
    ("ISO moments", "2026-06-01T00:00:00Z", "2026-06-30T23:59:59Z", date(2026, 6, 1), date(2026, 7, 1)),
    (
        "another zone is brought to UTC",
        "2026-06-01T01:00:00+02:00",
        "2026-06-29",
        date(2026, 5, 31),
        date(2026, 6, 30),
    ),
    ("American days, told by the thirtieth", "6/1/2026", "6/30/2026", date(2026, 6, 1), date(2026, 7, 1)),
    ("British days, told by the thirtieth", "01/06/2026", "30/06/2026", date(2026, 6, 1), date(2026, 7, 1)),
    ("German days", "01.06.2026", "30.06.2026", date(2026, 6, 1), date(2026, 7, 1)),
    ("two digits for the year", "6/1/26", "6/30/26", date(2026, 6, 1), date(2026, 7, 1)),
    (
        "a time with a half of the day",
        "6/1/2026 12:00:00 AM",
        "6/30/2026 11:59 PM",
        date(2026, 6, 1),
        date(2026, 7, 1),
    ),
    ("no separators", "20260601", "20260630", date(2026, 6, 1), date(2026, 7, 1)),
    ("the leap day", "2028-02-29", "2028-02-29", date(2028, 2, 29), date(2028, 3, 1)),
]


@pytest.mark.parametrize(
    ("first", "through", "start", "end"), [r[1:] for r in DATES], ids=[r[0] for r in DATES]
)
def test_a_date_is_read(first: str, through: str, start: date, end: date, read: Read, rows_of: Rows) -> None:
    imported = read(f"{HEAD}12.50,licence,Contoso,{first},{through}\n")
    assert rows_of(imported, "ChargePeriodStart", "ChargePeriodEnd") == [(start, end)]


def test_an_exclusive_end_stays_at_midnight_and_takes_in_a_day_begun(read: Read, rows_of: Rows) -> None:
    imported = read(
        "BilledCost,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,BillingCurrency\n"
        "1,Usage,2026-06-01T00:00:00Z,2026-06-02T00:00:00Z,2026-06-01T00:00:00Z,EUR\n"
        "2,Usage,2026-06-01T05:00:00Z,2026-06-01T06:00:00Z,2026-06-01T00:00:00Z,EUR\n"
    )
    assert rows_of(imported, "ChargePeriodEnd") == [(date(2026, 6, 2),)] * 2


AMBIGUOUS = [
    ("the month being billed decides", {"billing_month": "2026-06"}, date(2026, 6, 1)),
    ("and decides the other way", {"billing_month": "2026-01"}, date(2026, 1, 6)),
]


@pytest.mark.parametrize(
    ("settings", "start"), [row[1:] for row in AMBIGUOUS], ids=[row[0] for row in AMBIGUOUS]
)
def test_where_cells_leave_the_order_of_day_and_month_open(
    settings: dict[str, str], start: date, read: Read, rows_of: Rows
) -> None:
    imported = read(f"{HEAD}12.50,licence,Contoso,6/1/2026,6/2/2026\n", **settings)
    assert rows_of(imported, "ChargePeriodStart") == [(start,)]


EMPTY = ["", "NULL", "null", "(null)", "None", "N/A", '""', "  "]


@pytest.mark.parametrize("cell", EMPTY)
def test_an_empty_cell_is_empty_however_it_is_written(cell: str, read: Read, rows_of: Rows) -> None:
    imported = read(
        f"{HEAD.strip()},Invoice,Quantity\n12.50,licence,Contoso,2026-06-01,2026-06-30,{cell},{cell}\n"
    )
    assert rows_of(imported, "InvoiceId", "PricingQuantity") == [(None, None)]


TEXTS = [
    ("leading zeros stay", "0012", "0012"),
    ("long numbers keep every digit", "123456789012345678901", "123456789012345678901"),
    ("a number in the form of an exponent is text", "1E5", "1E5"),
    ("a guard before a digit goes", "'0012", "0012"),
    ("an apostrophe of a name stays", "'t Hof", "'t Hof"),
    ("a lone carriage return within quotes", '"a\rb"', "a\rb"),
    ("a quotation mark in the middle", '24" screen', '24" screen'),
    ("commas, quotes and a line end within quotes", '"a, ""b""\nc"', 'a, "b"\nc'),
]


@pytest.mark.parametrize(("cell", "text"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_a_text_is_kept_as_it_is(cell: str, text: str, read: Read, rows_of: Rows) -> None:
    imported = read(f"{HEAD.strip()},Invoice\n12.50,licence,Contoso,2026-06-01,2026-06-30,{cell}\n")
    assert rows_of(imported, "InvoiceId") == [(text,)]
