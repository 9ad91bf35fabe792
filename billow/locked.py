"""DuckDB over some files, with no way to anything else: every engine within this program is opened here.

What vendors write reaches queries as texts of cells only; were one ever to become a part of a query, it could
still read no other file, write none and ask no network. Where a set may be larger than memory, DuckDB works
on disk in a folder of its own, as Excel needs room too.

>>> with locked([]) as connection:
...     connection.execute("SELECT * FROM read_text('README.md')")  # doctest: +ELLIPSIS
Traceback (most recent call last):
...
_duckdb.PermissionException: Permission Error: Cannot access file "README.md" ...
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

_MEMORY = "2GB"  # beyond that it works on disk


def locked(
    files: Sequence[Path | str], folder: Path | None = None, served: Any = None
) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that reaches these files, and ``folder`` where it works, and nothing else.

    Files that lie on no disk are ``served`` by a file system (fsspec) of this program.
    """
    connection = duckdb.connect(str(folder / "work.duckdb") if folder else ":memory:")
    if served:
        connection.register_filesystem(served)
    if folder:
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute(f"SET temp_directory = {_quoted(folder / 'spill')}")
        connection.execute(f"SET allowed_directories = [{_quoted(folder)}]")
    connection.execute(f"SET allowed_paths = [{', '.join(map(_quoted, files))}]")
    connection.execute("SET enable_external_access = false")
    return connection


def _quoted(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"
