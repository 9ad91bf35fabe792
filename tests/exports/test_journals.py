"""Journal files: read back to the cent, proven by hledger, and deaf to what names say."""

import csv
import hashlib
import io
import os
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billow.exports import hledger, journal_csv
from billow.exports.registry import TARGETS, export, target_named
from billow.invoicing.document import Document
from billow.periods import Period
from billow.problems import Refused

from .samples import DUTCH, invoice, journal, line, long, short

HOSTILE = [
    '#panic("x")',
    "=cmd|' /C calc'!A0",
    '"; drop table',
    "a;b | c  d\n2026-01-01 x\n  a  1 EUR",
    "date:oops [2026-99-99]",
    "(void) * ! @ €",
    "Müller, Söhne",
]


def _named(name: str, number: str = "2026-0001", total: str = "100.00") -> Document:
    return invoice([line("Microsoft", "Seats", total)], buyer=replace(DUTCH, name=name), number=number)


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_table_reads_back_to_the_totals() -> None:
    rows = _read(journal_csv.text(journal(short())))
    assert [rows[0][name] for name in ("Number", "Date", "Due date", "Customer", "Debit", "Credit")] == [
        "2026-0001",
        "2026-07-08",
        "2026-08-07",
        "C-1001",
        "2744.15",
        "0.00",
    ]
    assert [(row["Role"], row["Credit"], row["From"], row["Through"]) for row in rows[1:]] == [
        ("revenue", "2267.89", "2026-06-01", "2026-06-30"),
        ("vat", "476.26", "", ""),
    ]
    assert sum(Decimal(row["Debit"]) - Decimal(row["Credit"]) for row in rows) == 0


def test_another_currency_and_its_rate_are_told() -> None:
    rows = _read(journal_csv.text(journal(long())))
    assert {(row["Currency"], row["Base currency"], row["Exchange rate"]) for row in rows} == {
        ("USD", "EUR", "0.9213")
    }


def test_the_file_has_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "journal.csv"
    fingerprint = export("journal-csv", journal(_named("Müller")), path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfJournal,Number,")
    assert data.count(b"\r\n") == data.count(b"\n") == 4
    assert hashlib.sha256(data).hexdigest() == fingerprint
    assert export("journal-csv", journal(_named("Müller")), path) == fingerprint


PREPAID = Period(date(2026, 6, 15), date(2027, 6, 15))


@pytest.mark.parametrize(
    ("target", "amounts"),
    [
        pytest.param(
            "deferral-by-month", ["52.60", *["100.12"] * 11, "46.08"],
            id="16 of 365 days, eleven equal months, the rest",
        ),
        pytest.param("deferral-by-day", ["52.60", "101.92", "101.92"], id="16, 31 and 31 of 365 days"),
    ],
)  # fmt: skip
def test_prepaid_revenue_is_spread_over_its_months(target: str, amounts: list[str]) -> None:
    prepaid = line("Microsoft", "Seats for a year", "1200.00", period=PREPAID)
    rows = _read(TARGETS[target].text(journal(invoice([prepaid, line("AWS", "Usage", "5.00")], number="1"))))
    assert [row["Amount"] for row in rows][: len(amounts)] == amounts
    assert sum(Decimal(row["Amount"]) for row in rows) == Decimal("1200.00")
    assert (rows[0]["Month"], rows[0]["From"], rows[0]["Through"]) == ("2026-06", "2026-06-15", "2026-06-30")


def test_hledger_proves_that_a_prepaid_year_becomes_revenue(tmp_path: Path) -> None:
    year = line("Microsoft", "Seats for a year", "1200.00", period=PREPAID, recognition="by_month")
    text = _proven(tmp_path, [invoice([year, line("AWS", "Usage", "5.00")])])
    assert "deferred:1900  -1147.40 EUR" in text
    assert _balances(tmp_path, "revenue")["EUR"] == Decimal("-1205.00")
    assert _balances(tmp_path, "deferred") == {}, "all of it is released"
    rows = _read(journal_csv.text(journal(invoice([year], number="7"))))
    assert [(row["Number"], row["Role"], row["Debit"], row["Date"]) for row in rows[4:6]] == [
        ("7.2026-07", "deferred", "100.12", "2026-07-31"),
        ("7.2026-07", "revenue", "0.00", "2026-07-31"),
    ]


def test_codes_that_are_formulas_are_refused_in_the_deferral_too() -> None:
    with pytest.raises(Refused):
        TARGETS["deferral-by-day"].text(journal(_named("Contoso", "=1")))


GUARDS = [
    # sentence, text, what stands in the table
    ("a plain text", "Contoso", "Contoso"),
    ("a formula", "=1+1", "'=1+1"),
    ("a command", "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    ("a formula behind a blank", " =1+1", "' =1+1"),
    ("a formula behind a tab", "\t=1", "' =1"),
    ("a wide equals sign", "\uff1d1+1", "'\uff1d1+1"),
    ("an at sign", "@SUM(1)", "'@SUM(1)"),
    ("a sum that begins with a minus", "-1+1", "'-1+1"),
    ("a negative number", "-12.50", "-12.50"),
    ("a telephone number", "+49 170", "+49 170"),
    ("a line break", "a\r\nb", "a b"),
]


@pytest.mark.parametrize(("sentence", "value", "expected"), GUARDS)
def test_no_text_becomes_a_formula(sentence: str, value: str, expected: str) -> None:
    assert journal_csv.guarded(value) == expected, sentence


def test_a_code_that_would_be_a_formula_is_refused() -> None:
    document = replace(_named("Contoso"), buyer=replace(DUTCH, number="=C1"))
    with pytest.raises(Refused, match="EXP-002") as refusal:
        journal_csv.text(journal(document))
    assert [(p.customer, bool(p.hint)) for p in refusal.value.problems] == [("=C1", True)]


def test_an_unknown_target_names_those_there_are() -> None:
    with pytest.raises(Refused, match="EXP-001") as refusal:
        target_named("exact")
    assert all(name in refusal.value.problems[0].hint for name in TARGETS)


def test_hledger_proves_every_hostile_name(tmp_path: Path) -> None:
    documents = [_named(name, f"2026-{n:04}", f"{n}.01") for n, name in enumerate(HOSTILE, 1)]
    odd = replace(DUTCH, number="C 1:x;(y)")
    documents.append(replace(invoice([line("AWS", "EC2", "-7.00")], buyer=odd), number="F;1 (x)"))
    text = _proven(tmp_path, [*documents, long()])
    assert '#panic("x")' in text
    assert "=cmd|" not in text, "the bar would split payee and note"
    assert '", drop table' in text
    totals = _balances(tmp_path, "debtors")
    assert totals["EUR"] == sum(document.total for document in documents)
    assert totals["USD"] == long().total
    assert _balances(tmp_path, "vat")["EUR"] == -sum(document.vat for document in documents)
    assert _balances(tmp_path, "revenue")["EUR"] == -sum(document.net for document in documents)


def test_hledger_finds_what_is_a_cent_off(tmp_path: Path) -> None:
    path = tmp_path / "off.journal"
    path.write_text(hledger.text(journal(short())).replace("2744.15", "2744.16"), encoding="utf-8")
    assert _hledger(path, "check", "--strict").returncode != 0


def test_hledger_reads_an_empty_journal(tmp_path: Path) -> None:
    _proven(tmp_path, [])


def test_two_codes_never_become_one_account() -> None:
    codes = ["C 1", "C_1", "C:1", "C%1", "C%201", "Ü", ""]
    assert len({hledger.account_part(code) for code in codes}) == len(codes)


def _proven(folder: Path, documents: list[Document]) -> str:
    path = folder / "journal.hledger"
    export("hledger", journal(*documents), path)
    done = _hledger(path, "check", "--strict")
    assert done.returncode == 0, done.stderr
    return path.read_text(encoding="utf-8")


def _balances(folder: Path, account: str) -> dict[str, Decimal]:
    done = _hledger(
        folder / "journal.hledger", "balance", account, "--layout=tidy", "--output-format=csv", "--depth=1"
    )
    assert done.returncode == 0, done.stderr
    return {row["commodity"]: Decimal(row["value"].replace(",", "")) for row in _read(done.stdout)}


def _hledger(path: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["hledger", "-f", path, *words], capture_output=True, text=True, check=False, env=environment
    )
