"""A report added up a second time, by other means than the import.

The completeness proof compares these sums with what was imported. Nothing of the engine, the mapping or the
transforms is used; what is shared is how a file is unpacked and how a single number is read. A file of bare
numbers is added up by columns (``billow.vendors.control_columns``), any other line by line.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.vendors.control_columns import sums_by_cells
from billow.vendors.credits import read_credits
from billow.vendors.figures import read_number
from billow.vendors.formats import Formats, MappingRow, ReportFormat
from billow.vendors.headers import Header
from billow.vendors.plain import Plain, make_plain

_NO_VALUE = {"", "null", "(null)", "none", "n/a", "\\n"}
_EXACT = Context(prec=60)  # sums of 38 digits stay exact
Line = Sequence[str] | Mapping[int, str]


@dataclass(frozen=True)
class RawTotals:
    """What a file says of itself: data rows, and per currency the amount before tax and the tax.

    A report without money says quantities, here by article.
    """

    rows: int
    billed: dict[str, Decimal] = field(default_factory=dict)
    tax: dict[str, Decimal] = field(default_factory=dict)
    quantities: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class _Columns:
    """Where in a line the figures stand."""

    amount: int | None
    tax: int | None
    credits: int | None
    currency: Sequence[int]
    other_currency: str
    capitals: bool
    category: int | None
    categories: Mapping[str, str]

    def currency_in(self, line: Line) -> str:
        """Return the currency of a line's amounts."""
        found = next((cell for n in self.currency if (cell := cell_of(line, n))), self.other_currency)
        return found.upper() if self.capitals else found


def raw_totals(path: Path, formats: Formats, format_id: str) -> RawTotals:
    """Add up the total column of a report (and its tax, a column or rows of their own)."""
    report = formats[format_id]
    with TemporaryDirectory(prefix="billow-") as folder, localcontext(_EXACT):
        plain = make_plain(path, Path(folder), hashed=False)
        comma = _has_comma(plain, report)
        if report.has_amounts:
            return _added_up(plain, _columns(plain, report, formats), comma=comma)
        return _counted(plain, formats, format_id, comma=comma)


def _counted(plain: Plain, formats: Formats, format_id: str, *, comma: bool) -> RawTotals:
    header, rows = Header(plain.header), 0
    mapped = {row.target: row.sources for row in formats.mapping_of(format_id)}
    article, quantity = (header.first(mapped.get(name, ())) for name in ("SkuId", "PricingQuantity"))
    quantities: dict[str, Decimal] = {}
    for line in data_lines(plain):
        rows, name = rows + 1, cell_of(line, article)
        quantities[name] = quantities.get(name, Decimal(0)) + _amount(line, quantity, comma=comma)
    return RawTotals(rows, quantities=quantities)


def _columns(plain: Plain, report: ReportFormat, formats: Formats) -> _Columns:
    header = Header(plain.header)
    rows = {row.target: row for row in formats.mapping_of(report.format_id)}
    kind, currency = rows.get("ChargeCategory"), rows.get("BillingCurrency")
    maps = [argument for name, argument in kind.steps if name == "map"] if kind else []
    return _Columns(
        amount=header.first(report.total_check),
        tax=header.find(report.tax_column) if report.tax_column else None,
        credits=header.find(report.credits_column) if report.credits_column else None,
        currency=[n for name in _sources(currency) if (n := header.find(name)) is not None],
        other_currency=_other_currency(currency),
        capitals=currency is not None and "upper" in dict(currency.steps),
        category=header.first(tuple(_sources(kind))) if maps else None,
        categories=formats.value_map(maps[0]) if maps else {},
    )


def currency_of(plain: Plain, report: ReportFormat, formats: Formats) -> Callable[[Line], str]:
    """Return what tells the currency of a line."""
    return _columns(plain, report, formats).currency_in


def _other_currency(row: MappingRow | None) -> str:
    steps = dict(row.steps) if row else {}
    return steps.get("const") or steps.get("default") or ""


def _sources(row: MappingRow | None) -> Sequence[str]:
    return row.sources if row else ()


def _has_comma(plain: Plain, report: ReportFormat) -> bool:
    """Tell whether the file writes a decimal comma: no amount has a point, and a comma is no thousands."""
    if report.decimal != "auto":
        return report.decimal == "comma"
    header = Header(plain.header)
    amount = header.first(report.total_check)
    comma = False
    for line in data_lines(plain):
        cell = cell_of(line, amount)
        if "," in cell and "." not in cell[cell.rindex(",") :]:
            digits = len(cell) - cell.rindex(",") - 1
            comma = comma or digits != 3  # noqa: PLR2004 - three digits may be thousands
        elif "." in cell and "," not in cell:
            return False
    return comma


@dataclass(frozen=True)
class _Figures:
    """What some lines of one currency and kind come to."""

    rows: int
    amount: Decimal
    tax: Decimal


def _added_up(plain: Plain, columns: _Columns, *, comma: bool) -> RawTotals:
    rows, billed, tax = 0, dict[str, Decimal](), dict[str, Decimal]()
    for line, figures in _by_columns(plain, columns, comma=comma) or _by_lines(plain, columns, comma=comma):
        rows += figures.rows
        currency = columns.currency_in(line)
        kind = cell_of(line, columns.category).lower()
        is_tax = columns.categories.get(kind) == "Tax"
        sums = tax if is_tax else billed
        sums[currency] = sums.get(currency, Decimal(0)) + figures.amount
        if columns.tax is not None:
            tax[currency] = tax.get(currency, Decimal(0)) + figures.tax
    return RawTotals(rows, billed, tax)


def _by_columns(
    plain: Plain, columns: _Columns, *, comma: bool
) -> list[tuple[dict[int, str], _Figures]] | None:
    """Return the figures for each currency and kind, if the file holds bare numbers only."""
    if comma or columns.amount is None or columns.credits is not None:
        return None
    figures = [columns.amount, *(() if columns.tax is None else (columns.tax,))]
    keys = [*columns.currency, *(() if columns.category is None else (columns.category,))]
    found = sums_by_cells(plain.path, plain.delimiter, plain.header, figures, keys)
    if not found:
        return None
    return [
        (dict(zip(keys, key, strict=True)), _Figures(rows, sums[0], sums[-1]))
        for key, (rows, sums) in found.items()
    ]


def _by_lines(plain: Plain, columns: _Columns, *, comma: bool) -> Iterator[tuple[Sequence[str], _Figures]]:
    for line in data_lines(plain):
        lowered = read_credits(cell_of(line, columns.credits)) or ()
        amounts = [read_number(credit.amount, comma=comma) or Decimal(0) for credit in lowered]
        amount = sum(amounts, _amount(line, columns.amount, comma=comma))
        yield line, _Figures(1, amount, _amount(line, columns.tax, comma=comma))


def _amount(line: Sequence[str], column: int | None, *, comma: bool) -> Decimal:
    return read_number(cell_of(line, column), comma=comma) or Decimal(0)


def cell_of(line: Line, column: int | None) -> str:
    """Return a cell as a person reads it; one that says that there is nothing is blank."""
    if column is None:
        return ""
    cell = line[column].strip()
    return "" if cell.lower() in _NO_VALUE else cell


def data_lines(plain: Plain) -> Iterator[Sequence[str]]:
    """Yield the data lines: without the header, repeated or not, and without empty lines."""
    csv.field_size_limit(1 << 24)
    first = plain.header[0]
    with plain.path.open(encoding="utf-8", newline="") as text:
        for line in csv.reader(text, delimiter=plain.delimiter):
            if any(map(str.strip, line)) and not (_opening(line[0]) == first and _is_header(line, plain)):
                yield line


def _is_header(line: Sequence[str], plain: Plain) -> bool:
    return (_opening(line[0]), *map(str.strip, line[1:])) == plain.header


def _opening(cell: str) -> str:
    return cell.strip().lstrip("\ufeff")
