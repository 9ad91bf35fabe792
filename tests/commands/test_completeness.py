"""Nothing is lost and nothing is moved unseen: faults put into the store and the register are found.

Each fault is put into a copy of the drafted month. ``billow check`` must name it and the workbook must say
CHECK, and ``billow issue`` must stop.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from tests.commands.clerk import MONTH, Said, billow, records, rows, snapshot, total

Fault = Callable[[Path], object]


def stored(workbook: Path, vendor: str) -> Path:
    """The Parquet file of a vendor's charges."""
    return next(workbook.with_suffix(".data").glob(f"charges/month={MONTH}/vendor={vendor}/*.parquet"))


def rewritten(path: Path, query: str) -> None:
    """Replace a Parquet file by what a query makes of it (``charges`` with row numbers ``nth``)."""
    target = path.with_suffix(".new")
    with duckdb.connect() as engine:
        engine.execute(
            f"create table charges as select *, row_number() over () as nth from read_parquet('{path}')"  # noqa: S608
        )
        for statement in query.split(";"):
            engine.execute(statement)
        engine.execute(f"copy (select * exclude (nth) from charges) to '{target}' (format parquet)")  # noqa: S608 - our own words
    target.replace(path)


def changed(query: str, vendor: str = "Skyline_Hosting") -> Fault:
    return lambda workbook: rewritten(stored(workbook, vendor), query)


def archive_changed(workbook: Path) -> None:
    """A cent more in the vendor's file as it was archived."""
    path = next(workbook.with_suffix(".data").glob("archive/*/skyline_focus_2026-06.csv"))
    text = path.read_text(encoding="utf-8")
    assert ",148.20,148.20," not in text
    path.write_text(text.replace(",148.20,", ",148.21,", 1), encoding="utf-8")


MOVED = (
    "update charges set BilledCost = BilledCost + 0.01 where nth = (select min(nth) from charges where "
    "SubAccountId = 'sky-7001' and ChargeCategory = 'Usage');"
    "update charges set BilledCost = BilledCost - 0.01 where nth = (select min(nth) from charges where "
    "SubAccountId = 'sky-7002' and ChargeCategory = 'Usage')"
)
# sentence: the fault, words of what check says, and whether the first proof (by file) shows it too
FAULTS: dict[str, tuple[Fault, str, bool]] = {
    "a row is dropped": (
        changed("delete from charges where nth = 5"),
        "it has 199 rows instead of 200",
        True,
    ),
    "a row is doubled": (
        changed("insert into charges select * from charges where nth = 5"),
        "it has 201 rows instead of 200",
        True,
    ),
    "a row is dropped and another doubled": (
        changed("delete from charges where nth = 5; insert into charges select * from charges where nth = 7"),
        "rows were dropped, doubled or exchanged",
        True,
    ),
    "a cent moves from one customer to another": (changed(MOVED), "cells of its rows were changed", False),
    "a row goes to another customer": (
        changed("update charges set SubAccountId = 'sky-7002' where nth = 1"),
        "cells of its rows were changed",
        False,
    ),
    "the file of a vendor's charges is lost": (
        lambda workbook: stored(workbook, "AWS").unlink(),
        "The set of charges of import",
        True,
    ),
    "the file of a vendor's charges is cut off": (
        lambda workbook: stored(workbook, "AWS").write_bytes(stored(workbook, "AWS").read_bytes()[:900]),
        "cannot be read.",
        True,
    ),
    "the archived report is changed": (archive_changed, "The vendor's file of import", True),
    "the archived report is lost": (
        lambda workbook: shutil.rmtree(
            next(workbook.with_suffix(".data").glob("archive/*/skyline_focus_2026-06.csv")).parent
        ),
        "The vendor's file of import",
        True,
    ),
}


@pytest.mark.parametrize(("fault", "words", "by_file"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_the_store_is_found_and_holds_up_issuing(
    drafted: Path, fault: Fault, words: str, *, by_file: bool
) -> None:
    fault(drafted)
    before = snapshot(drafted.parent)
    refused = billow("issue", drafted, "--period", MONTH, "--reason", "First month on Billow")
    assert refused.code == 1
    assert words in refused.err
    assert "Traceback" not in refused.err
    assert snapshot(drafted.parent) == before

    checked = billow("check", drafted, "--json")
    assert any(words in problem["sentence"] for problem in checked.data["problems"])
    if "proofs" in checked.data:
        assert any(proof["difference"] != "0" for proof in checked.data["proofs"]) is by_file
    assert any(words in row["Problem"] for row in rows(drafted, "tblProblems"))
    assert "CHECK" in {row["Result"] for row in rows(drafted, "tblChecks")}


@pytest.mark.parametrize(("fault", "words", "by_file"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_after_issuing_too(issued: Path, fault: Fault, words: str, *, by_file: bool) -> None:
    del by_file  # the documents stand as they were issued, whatever became of the store
    fault(issued)
    checked = billow("check", issued, "--json")
    assert checked.code == 1
    assert any(words in problem["sentence"] for problem in checked.data["problems"])
    assert "CHECK" in {row["Result"] for row in rows(issued, "tblChecks")}


def test_an_import_looks_at_what_it_has_not_just_stored_itself(drafted: Path) -> None:
    archive_changed(drafted)
    again = billow("import", drafted, "--json")
    assert any("The vendor's file of import" in problem["sentence"] for problem in again.data["problems"])


def test_without_a_fault_both_proofs_hold(drafted: Path) -> None:
    checked = billow("check", drafted, "--json")
    assert checked.code == 0
    assert {proof["difference"] for proof in checked.data["proofs"]} == {"0"}
    assert (checked.data["missing_lines"], checked.data["blocking"]) == (0, 0)
    found = records(drafted.parent / "reports" / MONTH / "skyline_focus_2026-06.csv")
    proof = next(row for row in rows(drafted, "tblProofFiles") if row["Vendor"] == "Skyline Hosting")
    assert proof["Imported"] == total(found, "BilledCost")


def forged(workbook: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change the register as somebody would who knows SQL, past the triggers that guard it."""
    path = workbook.with_suffix(".data") / "register.sqlite"
    with closing(sqlite3.connect(path)) as register, register:
        names = [row[0] for row in register.execute("select name from sqlite_master where type = 'trigger'")]
        for name in names:
            register.execute(f"drop trigger {name}")
        change(register)


def new_total(register: sqlite3.Connection) -> None:
    """A cent more on an issued invoice, in the document and beside it."""
    number = "NS-2026-0009"
    (text,) = register.execute("select document from documents where number = ?", (number,)).fetchone()
    assert "420.86" in json.dumps(json.loads(text)) or "347.82" in text
    values = (text.replace("347.82", "347.83").replace("183.60", "183.61"), number)
    register.execute("update documents set document = ? where number = ?", values)


FORGERIES: dict[str, Callable[[sqlite3.Connection], object]] = {
    "a line of an issued invoice is changed": new_total,
    "the total beside an issued invoice is changed": lambda register: register.execute(
        "update documents set total = '420.87' where number = 'NS-2026-0009'"
    ),
    "an issued invoice is taken out": lambda register: register.execute(
        "delete from documents where number = 'NS-2026-0009'"
    ),
    "the last invoice is taken out": lambda register: register.execute(
        "delete from documents where number = 'NS-2026-0024'"
    ),
    "an invoice goes to another customer": lambda register: register.execute(
        "update documents set customer = 'C-1099' where number = 'NS-2026-0009'"
    ),
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_register_is_found(issued: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    forged(issued, change)
    checked = billow("check", issued, "--json")
    found = register_problems(checked)
    assert found, checked.out
    assert any(row["Code"].startswith("REG") for row in rows(issued, "tblProblems"))
    assert "CHECK" in {row["Result"] for row in rows(issued, "tblChecks")}
    # what is not issued yet waits until somebody has looked: next month too
    assert billow("invoice", issued, "--period", "2026-07").code in {0, 1}
    refused = billow("issue", issued, "--period", "2026-07")
    assert refused.code == 1
    assert found[0]["sentence"] in refused.err


def register_problems(said: Said) -> list[dict[str, str]]:
    return [problem for problem in said.data["problems"] if problem["code"].startswith("REG")]
