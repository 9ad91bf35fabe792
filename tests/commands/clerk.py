"""What a clerk does, for tests: run a command, type into cells, count the coins in the drawer."""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
from typer.testing import CliRunner

from billow.cli import app
from billow.workbook.book import Workbook

MONTH = "2026-06"
REPORTS = Path(__file__).parent.parent / "data" / "reports"
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """How a command ended and what it wrote to the terminal."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """What ``--json`` printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def billow(*words: str | Path) -> Said:
    """Run the command line in this process; an exception that escapes it fails the test."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


# --- the workbook


def rows(workbook: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table as they would be typed."""
    return [dict(row.values) for row in Workbook.open(workbook).read(table)]


def type_into(workbook: Path, table: str, where: Cells, cells: Cells) -> int:
    """Type ``cells`` into the rows that have the values ``where``; return the first one's row number."""
    book = Workbook.open(workbook)
    found = book.read(table)
    hits = [row.number for row in found if all(row[name] == value for name, value in where.items())]
    assert hits, f"no row of {table} has {where}"
    book.write(table, [{**row.values, **(cells if row.number in hits else {})} for row in found])
    book.save()
    return hits[0]


def add_row(workbook: Path, table: str, cells: Cells) -> int:
    """Type a row below the last one of a table; return its row number."""
    book = Workbook.open(workbook)
    book.append(table, [cells])
    book.save()
    return Workbook.open(workbook).read(table)[-1].number


def remove_row(workbook: Path, table: str, where: Cells) -> None:
    """Delete the rows that have the values ``where``."""
    book = Workbook.open(workbook)
    found = book.read(table)
    kept = [row for row in found if any(row[name] != value for name, value in where.items())]
    assert len(kept) < len(found), f"no row of {table} has {where}"
    book.write(table, [dict(row.values) for row in kept])
    book.save()


def fill_settings(workbook: Path, values: Mapping[str, str]) -> None:
    """Fill in sheet Settings, by the keys of the settings."""
    book = Workbook.open(workbook)
    book.set_cells({f"Set_{key}": value for key, value in values.items()})
    book.save()


def snapshot(folder: Path) -> dict[str, str]:
    """Return the content of every file in a folder, by name."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- the vendors' reports, read with nothing of billow


def records(path: Path) -> list[dict[str, str]]:
    """Read a report with Python's own csv (or openpyxl), as text."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        table = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
        return [dict(zip(map(str, table[0]), map(str, row), strict=True)) for row in table[1:]]
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def total(found: Iterable[Mapping[str, str]], column: str) -> Decimal:
    """Add up a column."""
    return sum((Decimal(row[column] or "0") for row in found), Decimal(0))


def cents(amount: Decimal) -> Decimal:
    """Round to cents, half up, as on an invoice."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
