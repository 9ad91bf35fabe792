"""A report as machines write it, normalised and stored in one pass over the file.

Most reports come straight from a vendor's system: decimal points, ISO dates, no blanks around a cell, one
header. Such a file says nothing new when all its cells are looked at together, so it is read once: cells to
charges to Parquet. Each cell is checked on the way, and the first that is written in another way ends the
pass; the report is then read as any other is (``billow.vendors.mapped.map_charges``), with the same mapping.
Both ways make the same charges of the same cells.

>>> is_day("2026-05-01T00:00:00Z"), is_day("01.05.2026"), is_amount("12.50"), is_amount("12,50")
(True, False, True, False)
"""

import re

import duckdb

from billow.vendors.figures import DecimalSign
from billow.vendors.mapped import Mapping, as_set
from billow.vendors.parquet_types import Cells, Typed
from billow.vendors.reading import PLAIN
from billow.vendors.table import BLANKS, Table, is_empty, texts
from billow.vendors.transforms import Compiler, quoted

_NUMBER = PLAIN[DecimalSign.POINT]
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z?)?"
_UNUSUAL = "error('unusual')"


def is_amount(cell: str) -> bool:
    """Tell whether a number is written as machines write it."""
    return re.fullmatch(_NUMBER, cell) is not None


def is_day(cell: str) -> bool:
    """Tell whether a day or moment is written as machines write it: in UTC or without zone."""
    return re.fullmatch(_MOMENT, cell) is not None


def write_at_once(table: Table, mapping: Mapping) -> bool:
    """Write the set and create ``charges`` and ``stored`` over it; False where the report is another kind."""
    if not _is_simple(table, mapping):
        return False
    target = table.folder / "usual.parquet"
    odd = ["empty_amount", *(f"NOT check{number}" for number in range(len(mapping.meanings)))]
    charges = mapping.charges(_rows(table, mapping.compiler))
    try:
        table.write(as_set(f"({charges}) WHERE {_refused(' OR '.join(odd))}"), target)
    except (duckdb.DataError, duckdb.InvalidInputException, duckdb.IOException, duckdb.NotSupportedError):
        target.unlink(missing_ok=True)
        return False
    written = f"read_parquet({quoted(str(target))})"
    ((rows,),) = table.fetch(f"SELECT count(*) FROM {written}")  # noqa: S608 - a path of ours
    if not rows:
        return False
    checks = "".join(f", true AS check{number}" for number in range(len(mapping.meanings)))
    table.connection.execute(
        "CREATE VIEW charges AS SELECT *, x_ChargeType AS word, BilledCost AS total, "  # noqa: S608
        f"false AS empty_amount{checks} FROM {written}"
    )
    table.connection.execute("CREATE VIEW stored AS SELECT * FROM charges")
    table.rows, table.written = int(str(rows)), target
    return True


def _is_simple(table: Table, mapping: Mapping) -> bool:
    """Tell whether all that is proved about a set can be read from the set itself.

    Files with semicolons come from spreadsheets, where a comma may be a decimal sign.
    """
    return (
        table.plain.delimiter != ";"
        and _is_typed(table, mapping.compiler)
        and mapping.tax == mapping.credits == "NULL"
        and mapping.report.decimal in {"auto", DecimalSign.POINT}
        and not mapping.report.zone
        and mapping.total == mapping.amount
        and mapping.word in {"NULL", mapping.columns.get("x_ChargeType")}
    )


def _is_typed(table: Table, compiler: Compiler) -> bool:
    """Tell whether a Parquet file's columns in use, and the one that shows a header, are of types we know."""
    typed = table.plain.typed
    return typed is None or all(typed.cells[number] for number in {_first_named(table), *compiler.used})


def _rows(table: Table, compiler: Compiler) -> str:
    """Return the query of the data rows, each cell checked as it is read."""
    if table.plain.typed:
        return _typed_rows(table.plain.typed, table, compiler)
    blanks = BLANKS if table.plain.has_hard_blanks else " "
    shown = [
        *(f"{_text(f'c{number}', blanks)} AS c{number}" for number in sorted(compiler.used)),
        *(f"{_number(f'c{number}')} AS n{number}" for number in sorted(compiler.numbers)),
        *(_days(number) for number in sorted(compiler.days)),
    ]
    # An empty row needs no look of its own: its amount is empty, and that ends the pass.
    return (
        f"SELECT line, {', '.join(shown)} FROM (SELECT row_number() OVER () - 1 AS line, * "  # noqa: S608
        f"FROM {texts(table.plain)}) WHERE line > 0 AND {_refused(_begins_as_header(table))}"
    )


def _typed_rows(typed: Typed, table: Table, compiler: Compiler) -> str:
    """Return the query of the data rows of a Parquet file: only its texts and floats are looked at."""
    cells = {number: cell for number, cell in enumerate(typed.cells) if cell}
    exact = {number for number in compiler.numbers if cells[number].number}
    read = [f"{_filled(cell)} AS c{number}" for number, cell in cells.items()]
    shown = [
        *(f"{_shown(f'c{number}', cells[number])} AS c{number}" for number in sorted(compiler.used)),
        *(f"p{number} AS n{number}" for number in sorted(exact)),
        *(f"{_number(f'c{number}')} AS n{number}" for number in sorted(compiler.numbers - exact)),
        *(_days(number) for number in sorted(compiler.days)),
    ]
    lengths = [f"strlen(c{number})" for number in sorted(compiler.used) if cells[number].is_text]
    long = f"greatest(0, {', '.join(lengths)}) > {typed.most}" if lengths else "false"
    return (
        f"SELECT line, {', '.join(shown)} FROM (SELECT row_number() OVER () AS line, "  # noqa: S608
        f"{', '.join([*read, *(f'{cells[number].number} AS p{number}' for number in sorted(exact))])} "
        f"FROM read_parquet({quoted(str(table.plain.path))}, hive_partitioning = false)) "
        f"WHERE {_refused(f'{_begins_as_header(table)} OR {long}')}"
    )


def _filled(cell: Cells) -> str:
    return f"CASE WHEN {is_empty(cell.text)} THEN NULL ELSE {cell.text} END" if cell.is_text else cell.text


def _shown(name: str, cell: Cells) -> str:
    if cell.is_text:
        return _text(name, BLANKS)
    return f"CASE WHEN {cell.odd.format(name)} THEN {_UNUSUAL} ELSE {name} END" if cell.odd else name


def _begins_as_header(table: Table) -> str:
    number = _first_named(table)
    return f"(c{number} = {quoted(table.plain.header[number])} OR starts_with(c{number}, '\ufeff'))"


def _first_named(table: Table) -> int:
    return next(number for number, name in enumerate(table.plain.header) if name)


def _refused(condition: str) -> str:
    """Return a condition that ends the pass where ``condition`` holds, and else is true."""
    return f"CASE WHEN {condition} THEN {_UNUSUAL} ELSE true END"


def _text(cell: str, blanks: str) -> str:
    # This runs for every cell of the file: most are let through by looking at their first bytes alone.
    guarded = f"{cell} < '(' AND ({cell} < '!' OR {cell} >= '''')"
    blank_first = f"{cell} > '~' AND trim({cell}, {quoted(BLANKS)}) <> {cell}"
    blank_last = " OR ".join(f"suffix({cell}, {quoted(mark)})" for mark in blanks)
    return f"CASE WHEN ({guarded}) OR ({blank_first}) OR {blank_last} THEN {_UNUSUAL} ELSE {cell} END"


def _number(cell: str) -> str:
    # Of up to 25 characters at most 24 are decimals, and what is neither digit, sign nor point fails the
    # cast, apart from these; what more digits would be rounded to is never asked.
    odd = " OR ".join([f"strlen({cell}) > 25", *(f"contains({cell}, '{mark}')" for mark in "eE_")])
    plain = f"regexp_full_match({cell}, {quoted(_NUMBER)})"
    refused = f"({odd}) AND NOT {plain}"
    return f"CASE WHEN {refused} THEN {_UNUSUAL} ELSE CAST({cell} AS DECIMAL(38, 24)) END"


def _days(number: int) -> str:
    cell = f"c{number}"
    # the form that most reports have is seen without a pattern
    most = f"({cell} LIKE '____-__-__T__:__:__Z' AND {cell} >= '1' AND {cell} < '3')"
    plain = f"({most} OR regexp_full_match({cell}, {quoted(_MOMENT)}))"
    moment = f"CASE WHEN NOT {plain} THEN {_UNUSUAL} ELSE CAST({cell} AS TIMESTAMP) END"
    return (
        f"CAST({moment} AS DATE) AS d{number}, "
        # what ends within a day takes the day in, what ends at midnight does not
        f"CAST({moment} + INTERVAL 86399999999 MICROSECONDS AS DATE) AS x{number}, "
        f"CAST({moment} AS DATE) + 1 AS e{number}"
    )
