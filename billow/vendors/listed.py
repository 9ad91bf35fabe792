"""Rows of a list that comes beside the charges: each as a person reads it, by the targets of its mapping.

Such a list (invoice lines, contract commitments) is short, and a row that cannot be read is said by its
number.
"""

from collections.abc import Iterable, Mapping

from billow.problems import Place, Problem, refuse_if_any
from billow.vendors.formats import Formats, ReportFormat
from billow.vendors.headers import Header
from billow.vendors.mapped import typed_cells
from billow.vendors.reading import Written, read_days, read_numbers
from billow.vendors.table import Table, keep_cells
from billow.vendors.transforms import Compiler

_HINT = "Correct it in a copy of the file, or on sheet Report mapping or Value maps."

Cells = Mapping[str, object]


def listed_rows(
    table: Table, report: ReportFormat, formats: Formats, targets: Iterable[str]
) -> list[tuple[int, Cells]]:
    """Return each row with its number in the file, by target; amounts with every digit."""
    header = Header(table.plain.header)
    compiler = Compiler(header.find, header.group, formats.value_map, report.end_inclusive)
    columns = dict.fromkeys(targets, "NULL")
    for row in formats.mapping_of(report.format_id):
        columns[row.target] = compiler.expression(row.source, row.steps)
    keep_cells(table, compiler.used)
    read_numbers(table, compiler.numbers, compiler.numbers, report.decimal)
    written = Written(report.dates, report.zone, months=frozenset(compiler.months))
    read_days(table, compiler.days, written, None)
    refuse_if_any(table.problems)
    shown = ", ".join(columns.values())
    rows = table.fetch(f"SELECT line, {shown} FROM ({typed_cells(table, compiler)}) ORDER BY line")  # noqa: S608 - ours
    return [(int(str(line)) + 1, dict(zip(columns, cells, strict=True))) for line, *cells in rows]


def unreadable(code: str, said: str, place: Place) -> Problem:
    """Return the problem that a row cannot be read, and why."""
    return Problem(code, f"Row {place.row} of {place.file} cannot be read: {said}.", place, _HINT)


def no_currency(said: str, place: Place) -> Problem:
    """Return the problem that a row names a currency that there is not."""
    return Problem("IMP-052", f'"{said}" is no currency.', place, _HINT)
