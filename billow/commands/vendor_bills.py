"""The vendors' own invoices, from their lists onto sheet Vendor invoices.

A row that Billow filled follows the vendor's newest list. A row that somebody typed, or changed since, is
never overwritten: where the list says otherwise, that is a problem. What was filled is kept beside the
workbook, and tells the one from the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

from billow.commands.desk import Desk, count_of
from billow.commands.kept import read_kept, write_kept
from billow.commands.listed import ListFile, archive
from billow.commands.order_list import new_row
from billow.problems import Problem, Severity
from billow.sheets.reading import Row
from billow.vendors import VendorBill

_TABLE = "tblVendorInvoices"
_ABOVE = 4  # rows above the first of an empty table: title, description, the way back, and the header
_CELL = Context(prec=15)  # the digits that a cell holds
_Filled = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Taken:
    """What became of the lists: the desk as it is now, a line for each, what differs, and the counts."""

    desk: Desk
    lines: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    data: tuple[Mapping[str, object], ...] = ()


def take_bills(desk: Desk, lists: Sequence[ListFile[VendorBill]]) -> Taken:
    """Fill sheet Vendor invoices from the lists, and keep the files."""
    taken, known = Taken(desk), _load(desk)
    filled = dict(known)
    archive(desk, lists)
    for each in lists:
        taken = _take(taken, each, filled)
    if filled != known:
        write_kept(_path(desk), filled)
    return taken


def _take(taken: Taken, listed: ListFile[VendorBill], filled: dict[str, Mapping[str, str]]) -> Taken:
    desk = taken.desk
    rows = list(desk.inputs.rows[_TABLE])
    new: list[dict[str, Any]] = []
    problems: list[Problem] = []
    changed = 0
    for bill in listed.entries:
        values, row = _values(bill), _row_of(rows, bill, listed.entries)
        key = f"{bill.vendor}|{bill.invoice}|{bill.month}"
        if row is None:
            new.append(values)
            filled[key] = _said(values)
        elif _said(row.values) == _said(values):
            continue
        elif filled.get(key) == _said(row.values):
            desk.book.fill(_TABLE, row.number, values)
            rows[rows.index(row)] = replace(row, values={**row.values, **values})
            filled[key] = _said(values)
            changed += 1
        elif problem := _differs(row, values, listed.name):
            problems.append(problem)
    if new:
        # an empty table has one row, of formulas alone: it is the first to be filled
        (desk.book.append if rows else desk.book.write)(_TABLE, new)
        first = max((row.number for row in rows), default=_ABOVE) + 1
        rows += [new_row(desk, _TABLE, row, number) for number, row in enumerate(new, start=first)]
    inputs = replace(desk.inputs, rows={**desk.inputs.rows, _TABLE: rows})
    counts = {"invoices": len(listed.entries), "new": len(new), "changed": changed, "differ": len(problems)}
    return Taken(
        replace(desk, inputs=inputs),
        (*taken.lines, _told(listed.name, counts)),
        (*taken.problems, *problems),
        (*taken.data, {"file": listed.name, **counts}),
    )


def _told(file: str, counts: Mapping[str, int]) -> str:
    what = f"{file}: {count_of(counts['invoices'], 'invoice')} of the vendor on sheet Vendor invoices"
    said = [f"{counts[name]} {name}" for name in ("new", "changed") if counts[name]]
    said += [f"{counts['differ']} typed otherwise and left as typed"] if counts["differ"] else []
    return f"{what}: {', '.join(said) or 'nothing changed'}."


def _row_of(rows: Sequence[Row], bill: VendorBill, bills: Sequence[VendorBill]) -> Row | None:
    """Return the row of an invoice; one with another period is the same invoice, unless the list has both."""
    own = [r for r in rows if (r["Vendor"], r["Invoice"]) == (bill.vendor, bill.invoice)]
    listed = {each.month for each in bills if (each.vendor, each.invoice) == (bill.vendor, bill.invoice)}
    found = [row for row in own if row["Period"] == bill.month]
    return next(iter([*found, *(row for row in own if row["Period"] not in listed)]), None)


def _values(bill: VendorBill) -> dict[str, Any]:
    return {
        "Vendor": bill.vendor,
        "Invoice": bill.invoice,
        "Date": bill.day,
        "Period": bill.month,
        "Currency": bill.currency,
        "Net": bill.net,
        "VAT": bill.tax,
    }


def _said(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what a row says of its invoice, as a cell can hold it."""
    return {name: _text(values[name]) for name in ("Date", "Period", "Currency", "Net", "VAT")}


def _text(value: Any) -> str:
    if isinstance(value, Decimal | int):
        return f"{_CELL.create_decimal(value).normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _differs(row: Row, values: Mapping[str, Any], file: str) -> Problem | None:
    """Return how a typed row and the list differ; a cell that nobody filled says nothing else."""
    typed, listed = _said(row.values), _said(values)
    names = [name for name in typed if typed[name] and typed[name] != listed[name]]
    if not names:
        return None
    told = ", ".join(f"{name} {listed[name] or 'blank'} where the sheet says {typed[name]}" for name in names)
    return Problem(
        "IMP-096",
        f"{file} says of invoice {row['Invoice']} of {row['Vendor']}: {told}.",
        row.at(names[0]),
        "The row was typed and stays as it is. If the list is right, delete the row and import it again.",
        Severity.NOTE,
    )


def _path(desk: Desk) -> Path:
    return desk.data / "vendor_invoices.json"


def _load(desk: Desk) -> _Filled:
    return read_kept(_path(desk), dict[str, dict[str, str]]) or {}
