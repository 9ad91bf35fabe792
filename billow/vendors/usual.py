"""A report as machines write it, normalised and stored in one pass over the file.

Most reports come straight from a vendor's system: decimal points, ISO dates, no blanks around a cell, one
header. Such a file says nothing new when all its cells are looked at together, so it is read once: cells to
charges to Parquet. Numbers, days and what words are made of are checked on the way, texts where they are
written: a column of a million cells has few different ones. The first cell that is written in another way
ends the pass; the report is then read as any other is (``billow.vendors.mapped.map_charges``), with the same
mapping. Both ways make the same charges of the same cells.

A csv is read in parts, one for each core (``billow.vendors.parts``). Their rows are numbered as if each line
were a row; where a line ends inside a cell the numbers have a gap, and the file is read in one piece.

>>> is_day("2026-05-01T00:00:00Z"), is_day("01.05.2026"), is_amount("12.50"), is_amount("12,50")
(True, False, True, False)
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from billow.charges import COLUMNS, ColumnType
from billow.vendors.figures import DecimalSign
from billow.vendors.mapped import Mapping, as_set, quoted_name
from billow.vendors.parquet_types import ROW_NUMBER, Cells, Typed
from billow.vendors.parts import Part, in_one, parts_of
from billow.vendors.reading import PLAIN
from billow.vendors.table import BLANKS, EMPTY, Table, copied, in_any_order, is_empty, texts
from billow.vendors.transforms import Compiler, quoted

if TYPE_CHECKING:
    from billow.vendors.served_parts import Parts

_NUMBER = PLAIN[DecimalSign.POINT]
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z?)?"
_MARK = "unusual"
_UNUSUAL = f"error('{_MARK}')"
_UNREADABLE = (duckdb.DataError, duckdb.InvalidInputException, duckdb.IOException, duckdb.NotSupportedError)
_BEGIN = 1 << 20
_CELL = re.compile(r"\bc([0-9]+)\b")
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_AS_IT_IS = re.compile(r"(?:lower|upper|coalesce)\(|\bc[0-9]+\b|[), ]")


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
    target = _written(table, mapping, parts_of(table.plain.path, 1 if table.plain.typed else None))
    if target is None:
        return False
    written = f"read_parquet({quoted(str(target))})"
    if any(table.fetch(sql) for sql in _odd_texts(written, mapping)):
        target.unlink()
        return False
    ((rows,),) = table.fetch(f"SELECT count(*) FROM {written}")  # noqa: S608 - a path of ours
    checks = "".join(f", true AS check{number}" for number in range(len(mapping.meanings)))
    table.connection.execute(
        "CREATE VIEW charges AS SELECT *, x_ChargeType AS word, BilledCost AS total, "  # noqa: S608
        f"false AS empty_amount{checks} FROM {written}"
    )
    table.connection.execute("CREATE VIEW stored AS SELECT * FROM charges")
    table.rows, table.written = int(str(rows)), target
    return True


def _written(table: Table, mapping: Mapping, parts: Sequence[Part]) -> Path | None:
    """Return the file with the rows of all parts; None without a row, or where a cell needs a second look.

    Where the rows of some parts cannot be read, or their numbers have a gap, they may not have been lines.
    """
    # imported here: only who reads a report waits for what serves its parts
    from billow.vendors.served_parts import Parts  # noqa: PLC0415

    target = table.folder / f"usual-{len(parts)}" / "usual.parquet"
    odd = ["empty_amount", *(f"NOT check{number}" for number in range(len(mapping.meanings)))]
    served = Parts(parts)
    rows = as_set(f"({mapping.charges(_rows(table, mapping, served))}) WHERE {_refused(' OR '.join(odd))}")
    try:
        with in_any_order(table.plain, target.parent, served) as engine:
            engine.execute(copied(rows, target))
            numbers = f"SELECT count(*), max(x_SourceRow) FROM read_parquet({quoted(str(target))})"  # noqa: S608 - ours
            ((count, last),) = engine.execute(numbers).fetchall()
    except _UNREADABLE as error:
        count, last = 0, None if str(error).endswith(_MARK) else 1
    if count and count == last:
        return target
    target.unlink(missing_ok=True)
    return _written(table, mapping, in_one(parts)) if last and len(parts) > 1 else None


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


def _odd_texts(written: str, mapping: Mapping) -> Iterator[str]:
    """Yield a query for each stored text that is a cell as it is: a row where the cell needs a second look.

    They read what is written and not the report: there each word stands once for thousands of rows.
    """
    for column in COLUMNS:
        sql = mapping.columns.get(column.name, "")
        if column.type is ColumnType.TEXT and _cells(sql) and _is_as_it_is(sql):
            yield f"SELECT 1 FROM {written} WHERE {_is_odd(quoted_name(column.name))} LIMIT 1"  # noqa: S608


def _looked_at(mapping: Mapping) -> set[int]:
    """Return the cells that are looked at one by one: something else than a text is made of them."""
    texts_of = {column.name for column in COLUMNS if column.type is ColumnType.TEXT}
    shown, made = set[int](), [mapping.word, *(meaning.sql for meaning in mapping.meanings)]
    for target, sql in mapping.columns.items():
        if target not in texts_of or not _is_as_it_is(sql):
            made.append(sql)
        elif len(cells := _cells(sql)) == 1:
            shown |= cells
    return {cell for sql in made for cell in _cells(sql)} - shown


def _cells(sql: str) -> set[int]:
    return {int(cell) for cell in _CELL.findall(_LITERAL.sub("", sql))}


def _is_as_it_is(sql: str) -> bool:
    """Tell whether an expression shows a cell, the first that is filled of some, or a text of ours.

    >>> _is_as_it_is("coalesce(c57, c0)"), _is_as_it_is("lower(c14)"), _is_as_it_is("c5 || '-'")
    (True, True, False)
    """
    return not _AS_IT_IS.sub("", _LITERAL.sub("", sql))


def _rows(table: Table, mapping: Mapping, parts: "Parts") -> str:
    """Return the query of the data rows; a cell that is not stored as text is checked as it is read."""
    compiler, looked_at = mapping.compiler, _looked_at(mapping)
    if table.plain.typed:
        return _typed_rows(table.plain.typed, table, compiler, looked_at)
    shown = [
        *(
            f"{_text(f'c{number}', looked_at=number in looked_at)} AS c{number}"
            for number in sorted(compiler.used)
        ),
        *(f"{_number(f'c{number}')} AS n{number}" for number in sorted(compiler.numbers)),
        *(_days(number, _moment(f"c{number}")) for number in sorted(compiler.days)),
    ]
    # An empty row needs no look of its own: its amount is empty, and that ends the pass.
    empty = _nothing(table.plain.path)
    rows = " UNION ALL ".join(
        f"SELECT row_number() OVER () + {part.lines_before - 1} AS line, * "  # noqa: S608
        f"FROM {texts(table.plain, name, empty)}"
        for name, part in parts.by_name.items()
    )
    return (
        f"SELECT line, {', '.join(shown)} FROM ({rows}) "  # noqa: S608
        f"WHERE line > 0 AND {_refused(_begins_as_header(table))}"
    )


def _typed_rows(typed: Typed, table: Table, compiler: Compiler, looked_at: set[int]) -> str:
    """Return the query of the data rows of a Parquet file: only its texts and floats are looked at."""
    cells = {number: cell for number, cell in enumerate(typed.cells) if cell}
    exact = {number for number in compiler.numbers if cells[number].number}
    dated = {number for number in compiler.days if cells[number].moment}
    read = [f"{_filled(cell, typed.most)} AS c{number}" for number, cell in cells.items()]
    shown = [
        *(f"{_shown(number, cells[number], looked_at)} AS c{number}" for number in sorted(compiler.used)),
        *(f"p{number} AS n{number}" for number in sorted(exact)),
        *(f"{_number(f'c{number}')} AS n{number}" for number in sorted(compiler.numbers - exact)),
        *(_days(number, _moment(f"c{number}")) for number in sorted(compiler.days - dated)),
        *(_days(number, _usual_moment(f"m{number}")) for number in sorted(dated)),
    ]
    read += [f"{cells[number].number} AS p{number}" for number in sorted(exact)]
    read += [f"{cells[number].moment} AS m{number}" for number in sorted(dated)]
    lengths = [f"strlen(c{number})" for number in sorted(compiler.used) if cells[number].is_text]
    long = f"greatest(0, {', '.join(lengths)}) > {typed.most}" if lengths else "false"
    how = f"{ROW_NUMBER} = true, hive_partitioning = false"
    return (
        f"SELECT line, {', '.join(shown)} FROM (SELECT {ROW_NUMBER} + 1 AS line, {', '.join(read)} "  # noqa: S608
        f"FROM read_parquet({quoted(str(table.plain.path))}, {how})) "
        f"WHERE {_refused(f'{_begins_as_header(table)} OR {long}')}"
    )


def _filled(cell: Cells, most: int) -> str:
    if cell.size:
        return f"CASE WHEN {cell.size} > {most} THEN {_UNUSUAL} ELSE {cell.text} END"
    return f"CASE WHEN {is_empty(cell.text)} THEN NULL ELSE {cell.text} END" if cell.is_text else cell.text


def _shown(number: int, cell: Cells, looked_at: set[int]) -> str:
    name = f"c{number}"
    if cell.is_text:
        return _text(name, looked_at=number in looked_at)
    return f"CASE WHEN {cell.odd.format(name)} THEN {_UNUSUAL} ELSE {name} END" if cell.odd else name


def _begins_as_header(table: Table) -> str:
    number = _first_named(table)
    return f"(c{number} = {quoted(table.plain.header[number])} OR starts_with(c{number}, '\ufeff'))"


def _first_named(table: Table) -> int:
    return next(number for number, name in enumerate(table.plain.header) if name)


def _refused(condition: str) -> str:
    """Return a condition that ends the pass where ``condition`` holds, and else is true."""
    return f"CASE WHEN {condition} THEN {_UNUSUAL} ELSE true END"


def _text(cell: str, *, looked_at: bool) -> str:
    return f"CASE WHEN {_is_odd(cell)} THEN {_UNUSUAL} ELSE {cell} END" if looked_at else cell


def _is_odd(cell: str) -> str:
    """Return the condition that a text has blanks at an end, a guard in front, or says that it is empty."""
    # Most are let through by looking at their first bytes alone.
    guarded = f"{cell} < '(' AND ({cell} < '!' OR {cell} >= '''')"
    blank_first = f"{cell} > '~' AND trim({cell}, {quoted(BLANKS)}) <> {cell}"
    blank_last = " OR ".join(f"suffix({cell}, {quoted(mark)})" for mark in BLANKS)
    return f"({guarded}) OR ({blank_first}) OR {blank_last} OR {is_empty(cell)}"


def _nothing(path: Path) -> list[str]:
    """Return the words for nothing that a report begins with; one that comes later is for a second look."""
    with path.open("rb") as stream:
        begin = stream.read(_BEGIN)
    return [word for word in EMPTY if word.encode() in begin]


def _number(cell: str) -> str:
    # Of up to 25 characters at most 24 are decimals, and what is neither digit, sign nor point fails the
    # cast, apart from these; what more digits would be rounded to is never asked.
    odd = " OR ".join([f"strlen({cell}) > 25", *(f"contains({cell}, '{mark}')" for mark in "eE_")])
    plain = f"regexp_full_match({cell}, {quoted(_NUMBER)})"
    refused = f"({odd}) AND NOT {plain}"
    return f"CASE WHEN {refused} THEN {_UNUSUAL} ELSE CAST({cell} AS DECIMAL(38, 24)) END"


def _moment(cell: str) -> str:
    # the form that most reports have is seen without a pattern, and the arms of a CASE are asked in turn
    most = f"{cell} LIKE '____-__-__T__:__:__Z' AND {cell} >= '1' AND {cell} < '3'"
    # after the last day there is none, and before the first there is nothing
    within = f"{cell} >= '0001' AND {cell} < '9999-12-31'"
    moment = f"CAST({cell} AS TIMESTAMP)"
    return (
        f"CASE WHEN {most} THEN {moment} "
        f"WHEN {within} AND regexp_full_match({cell}, {quoted(_MOMENT)}) THEN {moment} "
        f"WHEN {cell} IS NOT NULL THEN {_UNUSUAL} END"
    )


def _usual_moment(moment: str) -> str:
    return f"CASE WHEN {moment} < '0001-01-01' OR {moment} >= '9999-12-31' THEN {_UNUSUAL} ELSE {moment} END"


def _days(number: int, moment: str) -> str:
    return (
        f"CAST({moment} AS DATE) AS d{number}, "
        # what ends within a day takes the day in, what ends at midnight does not
        f"CAST({moment} + INTERVAL 86399999999 MICROSECONDS AS DATE) AS x{number}, "
        f"CAST({moment} AS DATE) + 1 AS e{number}"
    )
