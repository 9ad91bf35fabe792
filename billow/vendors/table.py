"""A report as a table of texts in an engine, and what all its cells together say about how to read them.

Every cell is read as text first (account numbers keep their zeros, amounts their digits). Then numbers and
dates are decided for the whole file and brought to values column by column; what cannot be read is listed
with its row and column, never guessed and never rounded.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import duckdb
import pyarrow as pa

from billow.locked import locked
from billow.problems import Place, Problem, Refused, Severity
from billow.vendors.figures import DecimalSign
from billow.vendors.plain import Plain, cut_off, make_plain
from billow.vendors.transforms import quoted

if TYPE_CHECKING:
    from billow.vendors.served_parts import Parts

# How empty cells are written by databases and exports; seen in the FOCUS project's own samples.
BLANKS = " \u00a0"  # what cells are rid of at their ends: the space, and the one that does not break
EMPTY = ("", "NULL", "null", "Null", "(null)", "(NULL)", "None", "none", "N/A", "n/a", "\\N")
_LONGEST = 1 << 24  # bytes of a line; left to itself, the engine holds buffers of sixteen such lines
_TOO_LONG = f"it is longer than {_LONGEST >> 20} MB"


@dataclass
class Table:
    """A report read into the engine; rows are numbered from 1 below the header, repeated headers included."""

    plain: Plain
    file: str
    folder: Path
    connection: duckdb.DuckDBPyConnection
    rows: int = 0
    repeated_headers: int = 0
    sign: DecimalSign = DecimalSign.POINT
    written: Path | None = None
    problems: list[Problem] = field(default_factory=list)
    odd_numbers: set[int] = field(default_factory=set)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def column(self, number: int) -> str:
        """Return the header of a column."""
        return self.plain.header[number]

    def store(self, name: str, rows: pa.Table) -> None:
        """Keep a small table of what was read, under ``name``."""
        self.connection.register("incoming", rows)
        self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608 - names are ours
        self.connection.unregister("incoming")

    def write(self, query: str, target: Path) -> None:
        """Write the rows of a query to a Parquet file in ``folder``."""
        self.connection.execute(copied(query, target))

    def fetch(self, sql: str) -> list[tuple[object, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(sql).fetchall()


def open_table(plain: Plain, file: str, folder: Path) -> Table:
    """Open an engine that can reach nothing but the report and ``folder``."""
    return Table(plain, file, folder, _engine([plain.path], folder), problems=list(plain.problems))


@contextmanager
def in_any_order(plain: Plain, folder: Path, parts: "Parts") -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an engine that reads the report and its parts, and writes rows to ``folder`` as they come."""
    folder.mkdir()
    with _engine([plain.path, *parts.by_name], folder, parts, in_order=False) as connection:
        yield connection


def _engine(
    files: Sequence[Path | str], folder: Path, served: "Parts | None" = None, *, in_order: bool = True
) -> duckdb.DuckDBPyConnection:
    connection = locked(files, folder, served)
    # DuckDB 2.0 ends in an internal error where a column's statistics make a whole CASE constant, as in a
    # report whose rows are all of one unknown charge type
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    connection.execute(f"SET preserve_insertion_order = {in_order}")
    connection.execute("SET lock_configuration = true")
    return connection


def copied(query: str, target: Path) -> str:
    """Return the statement that writes the rows of a query to a Parquet file."""
    return f"COPY ({query}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"


def texts(plain: Plain, name: str, empty: Iterable[str] = EMPTY) -> str:
    """Return the source of a report's cells as texts ``c0``, ``c1`` and so on, the header as first row.

    The report, or a part of it, is the file ``name``. A cell that is one of the words ``empty`` is none.
    """
    columns = ", ".join(f"c{number}: 'VARCHAR'" for number in range(len(plain.header)))
    return (
        f"read_csv({quoted(name)}, delim = {quoted(plain.delimiter)}, quote = '\"', "
        f"escape = '\"', new_line = '\\n', header = false, auto_detect = false, all_varchar = true, "
        f"columns = {{{columns}}}, strict_mode = true, null_padding = false, "
        f"max_line_size = {_LONGEST}, buffer_size = {2 * _LONGEST}, "
        f"nullstr = [{', '.join(map(quoted, empty))}])"
    )


def is_empty(cell: str) -> str:
    """Return the condition that a text says that there is nothing, as ``texts`` has it."""
    return f"(strlen({cell}) < 7 AND ({' OR '.join(f'{cell} = {quoted(word)}' for word in EMPTY)}))"


def _load(table: Table) -> None:
    if table.plain.typed:
        table.plain = make_plain(table.plain.path, table.folder)
    try:
        cells = texts(table.plain, str(table.plain.path))
        table.connection.execute(f"CREATE TABLE raw AS SELECT * FROM {cells}")  # noqa: S608 - ours
    except duckdb.InvalidInputException as error:
        raise Refused([_broken_line(table.file, str(error))]) from error
    except duckdb.NotSupportedError as error:  # a line that no buffer holds
        raise Refused([cut_off(table.file, _too_long(table.plain.path), _TOO_LONG)]) from error
    ((headers, rows),) = table.fetch(
        f"SELECT count(*) FILTER (WHERE {_is_header(table)}), "  # noqa: S608
        f"count(*) FILTER (WHERE {_is_data(table)}) FROM raw"
    )
    table.rows, table.repeated_headers = int(str(rows)), max(int(str(headers)) - 1, 0)
    table.problems += _notes_on_rows(table)


def keep_cells(table: Table, used: Iterable[int]) -> None:
    """Read the report and keep its data rows as ``cells``: the columns in use, without decoration."""
    _load(table)
    cells = "".join(f", {_cleaned(f'c{number}')} AS c{number}" for number in sorted(used))
    table.connection.execute(
        f"CREATE TABLE cells AS SELECT rowid AS line{cells} FROM raw WHERE {_is_data(table)}"  # noqa: S608
    )
    table.connection.execute("DROP TABLE raw")


def _is_header(table: Table) -> str:
    # The header is row 0; where blobs were joined it comes again, with or without a byte order mark.
    return " AND ".join(
        f"coalesce(trim(ltrim(c{number}, '\ufeff')), '') = {quoted(text)}"
        for number, text in list(enumerate(table.plain.header))[:8]
        if text
    )


def _is_data(table: Table) -> str:
    names = ", ".join(f"c{number}" for number in range(len(table.plain.header)))
    return f"NOT ({_is_header(table)}) AND coalesce({names}) IS NOT NULL"


def _cleaned(name: str) -> str:
    # An apostrophe before a digit or a sign is a spreadsheet's guard; before a letter it is part of a name.
    guarded = f"{name}[1] = '''' AND regexp_matches({name}, '^''[0-9=+@-]')"
    return f"nullif(trim(CASE WHEN {guarded} THEN {name}[2:] ELSE {name} END, {quoted(BLANKS)}), '')"


def _notes_on_rows(table: Table) -> Iterable[Problem]:
    if table.repeated_headers:
        yield Problem(
            "IMP-016",
            f"{table.file} repeats its header inside ({table.repeated_headers} times); this was left out.",
            Place(table.file),
            "Nothing to do: the vendor joined several files.",
            Severity.NOTE,
        )
    if not table.rows:
        yield Problem(
            "IMP-019",
            f"{table.file} has a header and no rows.",
            Place(table.file),
            "If there should be charges, download the report again.",
            Severity.NOTE,
        )


def _too_long(path: Path) -> int:
    """Return the number of the first line that is longer than any may be."""
    with path.open("rb") as stream:
        lines = iter(partial(stream.readline, _LONGEST + 1), b"")
        return next((number for number, line in enumerate(lines, start=1) if len(line) > _LONGEST), 0)


def _broken_line(file: str, message: str) -> Problem:
    line = re.search(r"CSV Error on Line: (\d+)", message)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if counts:
        reason = f"it has {counts[2]} fields instead of {counts[1]}"
    elif "Maximum line size" in message:
        reason = _TOO_LONG
    elif "quote" in message:
        reason = "a quotation mark is opened and not closed"
    else:
        reason = "it is not a line of a report"
    return cut_off(file, int(line[1]) if line else 0, reason)
