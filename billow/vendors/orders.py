"""Orders and inventories read by a format of that kind: any list of a vendor or a distributor.

The mapping fills ``ORDER_TARGETS``. A moment stays a moment: which day it is, the customer's time zone says.
A day without a time is that day everywhere; a time without a zone is one of the format's zone. Where no
column says how a subscription stands, an inventory shows only those that run.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from billow.contracts.orders import ASIDE, EVENTS, STATES, Order
from billow.money import exact_text
from billow.problems import Place, Problem, Refused, refuse_if_any
from billow.vendors.days import DayOrder, read_moment
from billow.vendors.detect import format_of
from billow.vendors.format_checks import ORDER_KINDS
from billow.vendors.formats import ORDER_TARGETS, Formats, ReportFormat
from billow.vendors.headers import Header
from billow.vendors.mapped import typed_cells
from billow.vendors.plain import Plain, make_plain
from billow.vendors.reading import decided_order, read_numbers
from billow.vendors.table import Table, keep_cells, open_table
from billow.vendors.transforms import Compiler

_ZONED = re.compile(r":\d{2}(?:\.\d+)? ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)$", re.IGNORECASE)
_DRIVERS = ("", "vendor", "contract", "users", "own_usage")
_WORD = "word"  # the vendor's own for the kind of a row
_LARGEST_DOCUMENT = 64 * 1024 * 1024

Cells = Mapping[str, str]


@dataclass(frozen=True)
class OrderFile:
    """What a file says: its kind (orders or inventory), its rows, and what a person should look at."""

    file: str
    kind: str
    vendor: str
    rows: tuple[Order, ...]
    problems: tuple[Problem, ...] = ()


def read_orders(path: Path, formats: Formats, seen: date | datetime, format_id: str | None) -> OrderFile:
    """Return the orders or the inventory of a file, ``seen`` then; ``Refused`` if a row cannot be read."""
    with TemporaryDirectory(prefix="billow-") as folder:
        plain = make_plain(_lines_of(path, Path(folder)), Path(folder))
        report = format_of(path.name, plain.header, formats, format_id)
        refuse_if_any(formats.problems_of(report.format_id))
        if report.kind not in ORDER_KINDS:
            raise Refused([_no_orders(path.name, report)])
        with open_table(plain, path.name, Path(folder)) as table:
            rows = _rows(table, plain, report, formats)
            order = _day_order(table, rows, report)
            problems = list(table.problems)
    refuse_if_any(problems)
    found = [_order(cells, report, order, seen, Place(path.name, row=number)) for number, cells in rows]
    refuse_if_any(each for each in found if isinstance(each, Problem))
    kept = tuple(each for each in found if isinstance(each, Order) and each.kind != ASIDE)
    return OrderFile(path.name, report.kind, report.vendor, kept, tuple(problems))


def _no_orders(file: str, report: ReportFormat) -> Problem:
    hint = "Use billow import for it." if report.has_charges else report.notes
    return Problem(
        "IMP-092", f'{file} is known as "{report.format_id}", which holds no orders.', Place(file), hint
    )


def _lines_of(path: Path, folder: Path) -> Path:
    """Return the file itself, or the rows of a JSON document (a list, or one with ``items``) as lines."""
    if path.suffix.lower() != ".json" or not path.is_file() or path.stat().st_size > _LARGEST_DOCUMENT:
        return path
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return path
    rows = found.get("items") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return path
    inner = folder / "document"
    inner.mkdir()
    lines = inner / path.name
    lines.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return lines


def _rows(table: Table, plain: Plain, report: ReportFormat, formats: Formats) -> list[tuple[int, Cells]]:
    """Return each row with its number in the file, by target; quantities with every digit."""
    header = Header(plain.header)
    compiler = Compiler(header.find, header.group, formats.value_map, report.end_inclusive)
    mapping = [row for row in formats.mapping_of(report.format_id) if row.target in ORDER_TARGETS]
    columns = {row.target: compiler.expression(row.source, row.steps) for row in mapping}
    sources = [row.sources for row in mapping if row.target == "x_OrderKind" and row.sources]
    columns[_WORD] = compiler.cell(sources[0][0]) if sources else "NULL"
    keep_cells(table, compiler.used)
    read_numbers(table, compiler.numbers, compiler.numbers, report.decimal)
    refuse_if_any(table.problems)
    shown = ", ".join(f"CAST({sql} AS VARCHAR)" for sql in columns.values())
    rows = table.fetch(f"SELECT line, {shown} FROM ({typed_cells(table, compiler)}) ORDER BY line")  # noqa: S608 - ours
    blank = dict.fromkeys((*ORDER_TARGETS, _WORD), "")
    return [
        (
            int(str(line)) + 1,
            blank | {n: str(v).strip() for n, v in zip(columns, values, strict=True) if v is not None},
        )
        for line, *values in rows
    ]


def _day_order(table: Table, rows: Iterable[tuple[int, Cells]], report: ReportFormat) -> DayOrder | None:
    cells = [row[name] for _, row in rows for name in ("x_OrderTime", "x_EndTime") if row[name]]
    return decided_order(table, cells, report.dates, [], None)


def _order(
    cells: Cells, report: ReportFormat, order: DayOrder | None, seen: date | datetime, place: Place
) -> Order | Problem:
    kinds = EVENTS if report.kind == "orders" else STATES
    kind = cells["x_OrderKind"].casefold() or ("" if report.kind == "orders" else "active")
    if kind not in {*kinds, ASIDE}:
        hint = f"Say on sheet Value maps which it is: {', '.join((*kinds, ASIDE))}."
        return _unreadable(place, f'"{cells[_WORD]}" is no kind of {report.kind}', hint)
    time = cells["x_EndTime"] if kind == "ended" else cells["x_OrderTime"]
    when = _when(time, order, report.zone)
    if when is None and (time or (report.kind == "orders" and kind != ASIDE)):
        said = f'"{time}" is no date' if time else "no date says when it takes effect"
        return _unreadable(place, said, "Correct the date in a copy of the file, or the column Dates.")
    quantity = Decimal(exact_text(Decimal(cells["PricingQuantity"]))) if cells["PricingQuantity"] else None
    wrong = _wrong(cells, kind, quantity)
    if wrong and kind != ASIDE:
        return _unreadable(place, wrong, "Correct it in a copy of the file, or on sheet Report mapping.")
    return Order(
        vendor=report.vendor,
        account=cells["x_CustomerKey"],
        subscription=cells["x_SubscriptionId"],
        kind=kind,
        when=when,
        quantity=quantity,
        order=cells["x_OrderId"],
        sku=cells["SkuId"],
        service=cells["ServiceName"],
        description=cells["ChargeDescription"],
        customer_name=cells["x_CustomerName"],
        term=cells["x_Term"],
        billing=cells["x_BillingFrequency"],
        billed_by=cells["x_BilledBy"].casefold(),
        seen=seen,
    )


def _wrong(cells: Cells, kind: str, quantity: Decimal | None) -> str:
    """Return what is wrong with a row that is to be taken, or nothing."""
    if not cells["x_SubscriptionId"]:
        return "it names no subscription"
    if cells["x_BilledBy"].casefold() not in _DRIVERS:
        return f'"{cells["x_BilledBy"]}" is no way to bill a subscription'
    if quantity is None and kind in {"add", "remove", "set"}:
        return f"it is of kind {kind} and has no quantity"
    if quantity is not None and quantity < 0:
        return f"it has a quantity of {exact_text(quantity)}"
    return ""


def _when(text: str, order: DayOrder | None, zone: str) -> date | datetime | None:
    """Return a day, or a moment of UTC where the text has a time.

    >>> _when("2026-06-30", None, "Europe/Berlin"), _when("2026-06-30 23:30", None, "Europe/Berlin").hour
    (datetime.date(2026, 6, 30), 21)
    """
    moment = read_moment(text, order) if text else None
    if moment is None or ":" not in text:
        return moment.date() if moment else None
    is_local = zone and not _ZONED.search(text.strip())
    return moment.replace(tzinfo=ZoneInfo(zone) if is_local else UTC).astimezone(UTC)


def _unreadable(place: Place, said: str, hint: str) -> Problem:
    return Problem("IMP-091", f"Row {place.row} of {place.file} cannot be read: {said}.", place, hint)
