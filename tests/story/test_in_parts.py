"""A month that is issued and handed over in parts: each invoice reaches the accounts once."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from tests.commands.clerk import MONTH, billow, records, rows

MONTHLY = ("--period", MONTH)
FIRST = ("--customer", "C-1024", "--reason", "Pays in advance")


def booked(paths: Iterable[Path]) -> dict[str, Decimal]:
    """What journals book on debtors, by number of the invoice."""
    found: dict[str, Decimal] = {}
    for path in paths:
        for row in records(path):
            if row["Role"] == "debtor":
                assert row["Number"] not in found, "no invoice is booked twice"
                found[row["Number"]] = Decimal(row["Debit"]) - Decimal(row["Credit"])
    return found


def register(workbook: Path) -> dict[str, Decimal]:
    """The totals of the register by number."""
    path = workbook.with_suffix(".data") / "register.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        return {n: Decimal(t) for n, t in connection.execute("select number, total from documents")}


def export(workbook: Path, *more: str) -> Path:
    said = billow("export", workbook, *MONTHLY, "--to", "journal-csv", *more, "--json")
    assert said.code == 0, said.out
    return Path(said.data["file"])


def test_what_was_handed_over_is_not_handed_over_again(drafted: Path) -> None:
    assert billow("issue", drafted, *MONTHLY, *FIRST).code == 0
    states = {row["Customer"]: (row["State"], row["Number"]) for row in rows(drafted, "tblInvoices")}
    assert states["C-1024"] == ("issued", "NS-2026-0001")
    assert states["C-1001"] == ("draft", None)
    first = export(drafted)
    assert billow("invoice", drafted, *MONTHLY).code == 0
    assert billow("issue", drafted, *MONTHLY, "--reason", "First month on Billow").code == 0
    second = export(drafted)
    assert first != second
    assert booked([first]).keys() == {"NS-2026-0001"}
    assert booked([first, second]) == register(drafted)
    assert len(register(drafted)) == 24


def test_a_second_copy_must_be_asked_for_and_says_so_in_the_log(issued: Path) -> None:
    first = issued.with_suffix(".data") / "out" / MONTH / "journal.csv"
    before = first.read_bytes()
    again = export(issued, "--again")
    assert first.read_bytes() == before
    assert again.read_bytes() == before
    assert again.name != first.name
    log = [row for row in rows(issued, "tblHandover") if row["Target"] == "journal-csv"]
    assert len(log) == 4  # two currencies, twice
    assert {row["Documents"] for row in log} == {23, 1}


def test_drafts_say_so_and_have_no_number(drafted: Path) -> None:
    found = rows(drafted, "tblInvoices")
    assert {(row["State"], row["Number"]) for row in found} == {("draft", None)}
    assert {row["Invoice"] for row in rows(drafted, "tblLines")} == {"DRAFT"}
    assert all(row["Sheet"].startswith("DRAFT ") for row in found)
    assert all(Path(row["PDF"]).name.startswith("DRAFT ") for row in found)
    assert register(drafted) == {}


def test_issued_invoices_leave_no_drafts_behind(issued: Path) -> None:
    assert not list(issued.with_suffix(".data").rglob("DRAFT*"))
    assert not [row for row in rows(issued, "tblInvoices") if row["Sheet"].startswith("DRAFT")]


def test_one_customer_can_be_drafted_anew_alone(drafted: Path) -> None:
    out = drafted.with_suffix(".data") / "out" / MONTH
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.pdf")}
    said = billow("invoice", drafted, *MONTHLY, "--customer", "C-1009", "--json")
    assert [row["customer"] for row in said.data["documents"]] == ["C-1009"]
    after = {path.name: path.stat().st_mtime_ns for path in out.glob("*.pdf")}
    assert {name for name in after if after[name] != before[name]} == {
        "DRAFT C-1009 Zilvermeeuw Media B.V.pdf"
    }
