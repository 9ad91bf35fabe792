"""What adds charges up: DuckDB within this program, or an engine that setting *Charge engine* names.

The expressions (``billow.usage.aggregate``, ``billow.usage.vendor_rows``) are written once, as functions of a
table; an engine only says where that table is. DuckDB and Spark read the store's Parquet files. Trino,
Snowflake and BigQuery ask a view ``billow_charges`` over the same files, whose column ``x_File`` tells
from which file a row is, so that only catalogued sets count. docs/engines.md says what each needs.

>>> [Engine(url).reads_files for url in ("", "pyspark://?spark.master=local[2]", "trino://clerk@host:8080/lake")]
[True, True, False]
"""

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

import ibis
import ibis.backends.duckdb  # the engine of all who name no other: loaded with this module

from billow.charges import COLUMNS
from billow.locked import locked
from billow.problems import Place, Problem, Refused

VIEW, FILE = "billow_charges", "x_File"
PASSWORD = "BILLOW_ENGINE_PASSWORD"  # noqa: S105 - the name of a variable
_PARTS = 3  # month=…/vendor=…/file


@dataclass(frozen=True)
class Engine:
    """An engine by its address; blank is DuckDB within this program."""

    url: str = ""

    @property
    def reads_files(self) -> bool:
        """Tell whether the engine reads the files of the store itself."""
        return urlsplit(self.url).scheme in {"", "pyspark"}

    @contextmanager
    def rows(self, parquet: Sequence[Path]) -> Iterator[Any]:
        """Return the rows of some files of the store as a table; ``Refused`` if there is no such engine."""
        with warnings.catch_warnings():
            # What engines' libraries say of each other: Ibis calls DuckDB's older name of an Arrow export,
            # PySpark an option that pandas has given up. The results are the same.
            for kind in (DeprecationWarning, FutureWarning):
                warnings.simplefilter("ignore", category=kind)
            connection = self._connection(parquet)
            try:
                yield self._table(connection, parquet)
            finally:
                connection.disconnect()

    def _connection(self, parquet: Sequence[Path]) -> Any:
        if not self.url:
            return ibis.duckdb.from_connection(locked(parquet))
        try:
            return _spark(self.url) if self.reads_files else ibis.connect(_with_password(self.url))
        except Exception as error:  # each engine has errors of its own, and all mean the same here
            raise Refused([_not_there(self.url, error)]) from error

    def _table(self, connection: Any, parquet: Sequence[Path]) -> Any:
        names = [column.name for column in COLUMNS]
        if not self.url:
            files = [str(path) for path in parquet]
            return connection.read_parquet(files, hive_partitioning=False).select(names)
        if self.reads_files:
            each = [connection.read_parquet(str(path)).select(names) for path in parquet]
            return ibis.union(*each) if len(each) > 1 else each[0]
        rows = connection.table(VIEW)
        files = ["/".join(path.parts[-_PARTS:]) for path in parquet]
        return rows.filter(rows[FILE].isin(files)).select(names)


def fetched(found: Any) -> Any:
    """Return what an expression finds as an Arrow table.

    Ibis asks DuckDB for the very same one, but loads pandas first, for which a clerk would wait.
    """
    backend = found.get_backend()
    if backend.name != "duckdb":
        return found.to_pyarrow()
    return backend.con.sql(backend.compile(found)).to_arrow_table()


def _spark(url: str) -> Any:
    """Return Spark with the settings of its address, some of which count only before it starts."""
    # imported here: it is an extra that few need
    from pyspark.sql import SparkSession  # noqa: PLC0415

    builder = SparkSession.builder.appName("Billow")
    for name, value in parse_qsl(urlsplit(url).query):
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


def _with_password(url: str) -> str:
    """Return an address with the password that the environment holds; a workbook holds none."""
    password, parts = os.environ.get(PASSWORD, ""), urlsplit(url)
    if not password or not parts.username:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{quote(password, safe='')}@{host}"))


def _not_there(url: str, error: Exception) -> Problem:
    name = urlsplit(url).scheme
    return Problem(
        "SET-005",
        f"The engine {name} cannot add up the charges: {str(error).partition(chr(10))[0]}.",
        Place("", "Settings", column="Value"),
        "Correct the setting Charge engine, or clear it: charges are then added up on this computer. What "
        "each engine needs is said in docs/engines.md.",
    )
