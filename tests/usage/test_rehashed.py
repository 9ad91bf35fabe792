"""A store whose sets another version of the engine hashed: the same file again is still the same file."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from billow.commands.desk import open_desk
from billow.usage import Status
from billow.usage.measure import hashed_by
from billow.vendors import Formats
from tests.commands.clerk import REPORTS, billow, snapshot
from tests.usage.deliveries import Desk, Row, report

MAY = "2026-05"
FIRST = [Row("a", "10"), Row("b", "20"), Row("b", "20")]
DEARER = [Row("a", "11"), *FIRST[1:]]
MORE = [Row("a", "3", charge_class="Correction")]


def hash_otherwise(data: Path, mark: str) -> None:
    """Leave the catalogue as an engine would have that hashes in another way."""
    with sqlite3.connect(data / "catalogue.sqlite") as connection:
        for number, proved in connection.execute("SELECT number, proved FROM sets").fetchall():
            said = json.loads(proved) | {"hashed_by": mark, "delivered": f"77{number}"}
            connection.execute(
                "UPDATE sets SET content = ?, proved = ? WHERE number = ?",
                [f"77{number}", json.dumps(said), number],
            )
    connection.close()


# a sentence; what was delivered, before and after May was issued; what comes again; what the store says to it
STORES: list[tuple[str, Sequence[list[Row]], Sequence[list[Row]], list[Row], Status]] = [
    ("a whole month", [FIRST], [], FIRST, Status.UNCHANGED),
    ("a whole month, other than it was", [FIRST], [], DEARER, Status.REPLACED),
    ("what was added", [FIRST, MORE], [], MORE, Status.UNCHANGED),
    ("an issued month", [], [FIRST], FIRST, Status.UNCHANGED),
    ("an issued month, other than it was", [], [FIRST], DEARER, Status.CORRECTED),
    ("what corrected an issued month", [FIRST], [DEARER], DEARER, Status.UNCHANGED),
    ("what was added to an issued month", [FIRST], [MORE], MORE, Status.UNCHANGED),
    ("what was there before the correction", [FIRST], [DEARER], FIRST, Status.CORRECTED),
]  # fmt: skip


@pytest.mark.parametrize("mark", ["1", ""], ids=["another engine", "a store of before marks were kept"])
@pytest.mark.parametrize(
    ("open_month", "issued", "again", "status"), [row[1:] for row in STORES], ids=[row[0] for row in STORES]
)
def test_the_same_rows_are_known_whoever_hashed_them(
    open_month: Sequence[list[Row]],
    issued: Sequence[list[Row]],
    again: list[Row],
    status: Status,
    mark: str,
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, Formats.shipped())
    for rows in open_month:
        desk.deliver(report(rows))
    desk.closed = {MAY}
    for rows in issued:
        desk.deliver(report(rows))
    before = desk.costs()
    desk.closed = {MAY} if issued else ()
    hash_otherwise(tmp_path / "Billing.data", mark)
    assert desk.deliver(report(again), "again.csv").status is status
    assert (desk.costs() == before) is (status is Status.UNCHANGED)


def test_a_changed_set_is_found_without_blaming_its_cells(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Formats.shipped())
    totals = desk.deliver(report(FIRST)).totals
    hash_otherwise(tmp_path / "Billing.data", "1")
    assert desk.store.verify(totals.import_id) == []
    (parquet,) = (tmp_path / "Billing.data").rglob("*.parquet")
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT * FROM read_parquet($1)", [str(parquet)])
        connection.execute(
            "COPY (SELECT * FROM t ORDER BY x_SourceRow DESC) TO $1 (FORMAT parquet)", [str(parquet)]
        )
    (problem,) = desk.store.verify(totals.import_id)
    assert problem.sentence.endswith("was changed: its bytes differ from those imported.")


def test_the_mark_is_of_the_engine_and_not_of_the_run() -> None:
    """Two connections agree, and what is hashed has a cell of each type that a set has."""
    with duckdb.connect() as connection:
        row = "'Billow', CAST(NULL AS VARCHAR), DATE '2026-06-30', -1.5::DECIMAL(38, 24), 7::BIGINT, true"
        assert connection.execute(f"SELECT hash({row})::VARCHAR").fetchone() == (hashed_by(),)


def test_a_workbook_reads_its_archived_files_again_as_they_were_read_then(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook).code == 0
    for report_of in ("aws/synthetic_cur2.csv.gz", "vmware/synthetic_vcf_hourly_usage_report.csv"):
        assert billow("import", workbook, REPORTS / report_of).code == 0
    store = open_desk(workbook).store
    assert store.reread is not None
    before = snapshot(store.root)
    for totals in store.imports():
        assert store.reread(store.archived(totals.import_id), totals) == totals.fingerprint
    assert snapshot(store.root) == before
