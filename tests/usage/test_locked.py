"""DuckDB reaches the files that it is given, and neither another file nor the network."""

from pathlib import Path

import duckdb
import pytest

from billow.locked import locked

REACHES = {
    "reads another file": "SELECT * FROM read_csv('{other}')",
    "lists a folder": "SELECT * FROM glob('{folder}/*')",
    "writes a file": "COPY (SELECT 1 AS a) TO '{folder}/new.csv'",
    "opens another database": "ATTACH '{folder}/other.duckdb'",
    "asks the network": "SELECT * FROM read_csv('http://127.0.0.1:9/report.csv')",
    "loads an extension": "INSTALL httpfs",
    "opens the lock": "SET enable_external_access = true",
    "lets itself in": "SET allowed_paths = ['{other}']",
}


@pytest.mark.parametrize("with_folder", [False, True], ids=["in memory", "with a folder to work in"])
@pytest.mark.parametrize("what", REACHES)
def test_nothing_else_is_reached(what: str, with_folder: bool, tmp_path: Path) -> None:
    given, other, work = tmp_path / "given.csv", tmp_path / "other.csv", tmp_path / "it's work"
    work.mkdir()
    for path in (given, other):
        path.write_text("a,b\n1,2\n")
    with locked([given], work if with_folder else None) as connection:
        assert connection.execute(f"SELECT * FROM read_csv('{given}')").fetchall() == [(1, 2)]  # noqa: S608
        with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
            connection.execute(REACHES[what].format(other=other, folder=tmp_path))


def test_where_it_works_it_reads_and_writes(tmp_path: Path) -> None:
    with locked([], tmp_path) as connection:
        connection.execute(f"COPY (SELECT 1 AS a) TO '{tmp_path}/new.csv' (HEADER)")
        assert connection.execute(f"SELECT a FROM '{tmp_path}/new.csv'").fetchall() == [(1,)]  # noqa: S608
