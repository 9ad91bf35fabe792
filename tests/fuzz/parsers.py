"""The parsers that meet foreign bytes. Each takes any bytes, and returns or refuses with problems."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from billow_templates import template

from billow.problems import Place, Problem, Refused
from billow.vendors import Formats, import_report
from billow.vendors.days import DayOrder, end_day, needs_order, possible_orders, read_moment
from billow.vendors.figures import DoesNotFit, decimal_sign, fits, read_number
from billow.vendors.plain import make_plain
from billow.vendors.pulls.fetched import Source
from billow.vendors.pulls.manifests import read_manifest
from billow.workbook import Workbook

Parser = Callable[[bytes], None]
HERE = Path(__file__).parent
SOURCE = Source("s3://bucket/export", Place("Billing.xlsx", "Report sources", 5, "Path"), HERE)
_SHEET = "xl/worksheets/sheet1.xml"
_HEADER = b"Net,Kind,Customer,From,To,Quantity\n"


def figure(data: bytes) -> None:
    """Read a cell as a number; what is read is finite and fits the store."""
    text = data.decode("utf-8", "replace")
    decimal_sign([text], ",")
    for comma in (False, True):
        try:
            found = read_number(text, comma=comma)
        except DoesNotFit:
            continue
        assert found is None or (isinstance(found, Decimal) and found.is_finite() and fits(found))


def day(data: bytes) -> None:
    """Read a cell as a day; the day after it exists too."""
    text = data.decode("utf-8", "replace")
    needs_order(text)
    possible_orders([text])
    for order in (None, *DayOrder):
        found = read_moment(text, order)
        if found is not None:
            assert end_day(found) >= found.date()


def text_file(data: bytes) -> None:
    """Read a file as csv, tab-separated text or JSON lines."""
    _plain("report.csv", data)


def archive(data: bytes) -> None:
    """Read a file as a zip or gzip."""
    _plain("report.zip", data)


def sheet(data: bytes) -> None:
    """Read a vendor's workbook whose only sheet is this markup."""
    _plain("report.xlsx", _with_part(_small_workbook(), _SHEET, data))


def parquet(data: bytes) -> None:
    """Read a file as Parquet; its first bytes say that it is, whatever follows."""
    _plain("report.parquet", b"PAR1" + data[4:])


def workbook(data: bytes) -> None:
    """Open a billing workbook that is this, or of which one part is this; the first line says which part."""
    parts, (line, _, rest) = _own_parts(), data.partition(b"\n")
    said = line.decode("utf-8", "replace")
    name = said if said in parts else parts[sum(line) % len(parts)]
    path = _folder() / "Billing.xlsx"
    whole = data.startswith(b"PK")
    path.write_bytes(data if whole else _with_part(template("Billing").read_bytes(), name, rest))
    _or_refused(lambda: Workbook.open(path).read("tblCustomers"))


def manifest(data: bytes) -> None:
    """Read the manifest of an export."""
    _or_refused(lambda: read_manifest(SOURCE, "manifest.json", data))


def report(data: bytes) -> None:
    """Import the rows below a header that the format knows, from the first byte to the store's file."""
    path = _folder() / "report.csv"
    path.write_bytes(_HEADER + data)
    imported = import_report(path, _formats(), out_dir=_folder() / "out", billing_month="2026-06")
    assert imported.problems or imported.totals
    if imported.parquet:
        imported.parquet.unlink()


PARSERS: Mapping[str, Parser] = {
    "figure": figure,
    "day": day,
    "text": text_file,
    "archive": archive,
    "sheet": sheet,
    "parquet": parquet,
    "workbook": workbook,
    "manifest": manifest,
    "report": report,
}


def corpus(parser: str) -> list[bytes]:
    """Return the files that a parser is tried on first."""
    return [path.read_bytes() for path in sorted((HERE / "corpus" / parser).iterdir())]


def words(parser: str) -> list[bytes]:
    """Return the words of a parser's dictionary, which is written as libFuzzer reads it."""
    lines = (HERE / "words" / f"{parser}.dict").read_text(encoding="utf-8").splitlines()
    quoted = (found[1] for line in lines if (found := re.fullmatch(r'"(.*)"', line)))
    return [
        re.sub(r"\\x([0-9A-F]{2})|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], word).encode(
            "latin-1"
        )
        for word in quoted
    ]


def _plain(name: str, data: bytes) -> None:
    path = _folder() / name
    path.write_bytes(data)
    _or_refused(lambda: make_plain(path, _folder()))


def _or_refused(work: Callable[[], object]) -> None:
    problems: Sequence[Problem] = ()
    try:
        work()
    except Refused as refused:
        problems = refused.problems
    assert all(problem.hint for problem in problems), "what is refused says what to do"


@cache
def _open_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="billow-fuzz-")


def _folder() -> Path:
    return Path(_open_folder().name)


@cache
def _small_workbook() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ("Net", "Kind"))
    return made.getvalue()


@cache
def _own_parts() -> list[str]:
    with ZipFile(template("Billing")) as archive:
        return sorted(name for name in archive.namelist() if name.endswith((".xml", ".rels")))


def _with_part(book: bytes, part: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with ZipFile(io.BytesIO(book)) as old, ZipFile(made, "w", ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            new.writestr(name, data if name == part else old.read(name))
    return made.getvalue()


@cache
def _formats() -> Formats:
    """Return a small house format."""
    sources = {
        "BilledCost": ("Net", "num"),
        "BillingCurrency": ("", "const:EUR"),
        "x_CustomerKey": ("Customer", "lower"),
        "ChargeCategory": ("Kind", "text"),
        "ChargePeriodStart": ("From", "date"),
        "ChargePeriodEnd": ("To", "date|end"),
        "PricingQuantity": ("Quantity", "num"),
    }
    mapping = [
        {"format_id": "house", "target": target, "source": source, "transform": transform}
        for target, (source, transform) in sources.items()
    ]
    known = {"format_id": "house", "vendor": "House", "must_have": "Net|Kind|Customer", "dates": "auto"}
    return Formats.shipped().with_rows([{**known, "total_check": "Net"}], mapping, [], file="Billing.xlsx")
