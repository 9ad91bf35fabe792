"""DuckDB over files of the store, with no way to anything else."""

from collections.abc import Sequence
from pathlib import Path

import duckdb


def locked(parquet: Sequence[Path]) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that reaches these files and nothing else."""
    connection = duckdb.connect()
    paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in parquet)
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    return connection
