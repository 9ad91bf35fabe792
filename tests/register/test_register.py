"""Numbers without a gap, documents that never change, and a register that knows its workbook."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from billow.problems import Refused
from billow.register import schema
from billow.register.numbering import NumberFormat
from billow.register.register import Register

from .samples import DAY, NOW, SERIES, WORKBOOK, draft, issue, new_register


def test_numbers_follow_the_given_order_and_dates_are_filled(tmp_path: Path) -> None:
    first, second = issue(new_register(tmp_path), draft("C-2"), draft("C-1"))
    assert (first.number, first.buyer.number, second.number) == ("2026-0001", "C-2", "2026-0002")
    assert (first.issue_date, first.due_date) == (DAY, date(2026, 8, 7))


def test_each_year_of_the_invoice_date_counts_from_one(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    issue(register, draft("C-1"), day=date(2026, 12, 31))
    assert issue(register, draft("C-2"), day=date(2027, 1, 1))[0].number == "2027-0001"
    assert issue(register, draft("C-3"), day=date(2026, 12, 31))[0].number == "2026-0002"
    assert register.verify() == []


def test_a_series_without_a_year_counts_on(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    issue(register, draft("C-1"), day=date(2026, 12, 31), series="F{number:05}")
    assert issue(register, draft("C-2"), day=date(2027, 1, 1), series="F{number:05}")[0].number == "F00002"


def test_the_same_content_again_comes_back_as_issued(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    first = issue(register, draft("C-1"), draft("C-2"))
    again = issue(register, draft("C-2"), draft("C-1"), draft("C-3"), day=date(2026, 7, 9))
    assert again[:2] == first[::-1]
    assert again[2].number == "2026-0003"
    assert issue(register, *first) == first


def test_other_content_is_refused_and_nothing_is_issued(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    issue(register, draft("C-1"))
    with pytest.raises(Refused) as refusal:
        issue(register, draft("C-2"), draft("C-1", "100.01"))
    assert [problem.code for problem in refusal.value.problems] == ["REG-005"]
    assert "credit note" in refusal.value.problems[0].hint
    assert [document.number for document in register.documents()] == ["2026-0001"]
    assert issue(register, draft("C-2"))[0].number == "2026-0002"


def test_a_crash_between_two_documents_leaves_nothing(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    with pytest.raises(ValueError, match="did not give"):
        issue(register, draft("C-1"), replace(draft("C-2"), number="2019-0001"))
    assert register.documents() == []
    assert issue(register, draft("C-1"))[0].number == "2026-0001"


def test_a_credit_note_stands_beside_the_invoice_of_its_month(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    issue(register, draft("C-1"), draft("C-1", "-100.00", kind="credit_note"))
    assert [document.kind for document in register.documents("2026-06", "C-1")] == ["invoice", "credit_note"]


def test_documents_come_back_as_issued_and_by_month_and_customer(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    may = issue(register, draft("C-1", month="2026-05"), draft("C-2", month="2026-05"))
    june = issue(register, draft("C-1"))
    assert register.documents() == may + june
    assert register.documents(month="2026-05", customer="C-2") == [may[1]]
    assert register.last_month_before("2026-07") == {"C-1": june[0], "C-2": may[1]}
    assert register.last_month_before("2026-06") == {"C-1": may[0], "C-2": may[1]}
    assert register.last_month_before("2026-05") == {}


def test_handovers_are_counted_and_found(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    for target in ("journal-csv", "hledger"):
        register.record_handover(
            target=target, billing_month="2026-06", file=f"out/{target}", sha256="ab", numbers=["2026-0001"],
            who="mjansen", now=NOW,
        )  # fmt: skip
    found = register.handovers("2026-06", "hledger")
    assert [(x.no, x.at, x.numbers, x.file) for x in found] == [(2, NOW, ("2026-0001",), "out/hledger")]
    assert len(register.handovers()) == 2
    assert register.handovers(month="2026-07") == []


def test_a_moment_needs_its_zone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        new_register(tmp_path).issue(
            [], issue_date=DAY, number_format=SERIES, who="x", now=datetime(2026, 7, 8)  # noqa: DTZ001
        )  # fmt: skip


def _foreign(path: Path) -> None:
    path.write_text("not a database", encoding="utf-8")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _newer(path: Path) -> None:
    Register.create(path, WORKBOOK)
    _by_hand(path, "DROP TRIGGER meta_update", "UPDATE meta SET schema = 2")


def _other(path: Path) -> None:
    Register.create(path, "workbook-2")


def _nothing(_path: Path) -> None:
    pass


OPENING = [
    # sentence, what lies there, code
    ("no file", _nothing, "REG-002"),
    ("another workbook's register", _other, "REG-003"),
    ("a text file", _foreign, "REG-004"),
    ("an empty file", _empty, "REG-004"),
    ("a newer schema", _newer, "REG-004"),
]


@pytest.mark.parametrize(("sentence", "prepare", "code"), OPENING)
def test_a_register_that_is_not_ours_is_refused(
    tmp_path: Path, sentence: str, prepare: Callable[[Path], None], code: str
) -> None:
    path = tmp_path / "register.sqlite"
    prepare(path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(Refused) as refusal:
        Register.open(path, WORKBOOK)
    assert [(p.code, bool(p.hint)) for p in refusal.value.problems] == [(code, True)], sentence
    assert (path.read_bytes() if path.exists() else None) == before, "opening never creates or changes"


def test_creating_never_replaces_a_register(tmp_path: Path) -> None:
    issue(new_register(tmp_path), draft())
    with pytest.raises(Refused, match="REG-001"):
        new_register(tmp_path)
    assert len(Register.open(tmp_path / "register.sqlite", WORKBOOK).documents()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["register.sqlite"]


def test_a_register_may_lie_in_a_folder_with_any_name(tmp_path: Path) -> None:
    path = tmp_path / "Müller & Co 100% ?#.data" / "register.sqlite"
    Register.create(f"sqlite:///{path}", WORKBOOK)
    assert Register.open(path, WORKBOOK).documents() == []
    assert path.is_file()


def test_other_databases_are_refused_until_they_are_built() -> None:
    with pytest.raises(Refused, match=r"REG-004.*postgresql"):
        Register.open("postgresql://server/billow", WORKBOOK)


def test_a_register_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    (tmp_path / "register.sqlite").unlink()
    with pytest.raises(Refused, match="REG-007"):
        issue(register, draft())
    assert not (tmp_path / "register.sqlite").exists()


def test_a_register_that_somebody_else_holds_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_register(tmp_path)
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.05)
    register = Register.open(tmp_path / "register.sqlite", WORKBOOK)
    holder = sqlite3.connect(tmp_path / "register.sqlite", isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused, match="REG-007") as refusal:
            issue(register, draft())
    finally:
        holder.close()
    assert "nobody else" in refusal.value.problems[0].hint
    assert issue(register, draft())[0].number == "2026-0001"


FORMATS = [
    # sentence, number series, the number of 17 in 2026, or None where it is refused
    ("the default", "{year}-{number:04}", "2026-0017"),
    ("only a number", "{number}", "17"),
    ("text around it", "INV {year}/{number:06}", "INV 2026/000017"),
    ("a padding with spaces would split the number", "{year}-{number:{number}}", None),
    ("no number", "{year}-0001", None),
    ("the number twice", "{number}{number}", None),
    ("another field", "{month}-{number}", None),
    ("an attribute", "{number.__class__}", None),
    ("a position", "{}{0}", None),
    ("a conversion", "{number!r}", None),
    ("an open brace", "{year-{number", None),
    ("a fraction", "{number:.2f}", None),
    ("hexadecimal", "{number:x}", None),
    ("what a spreadsheet would calculate", "={number}", None),
    ("nothing", "", None),
]


@pytest.mark.parametrize(("sentence", "series", "expected"), FORMATS)
def test_number_series(sentence: str, series: str, expected: str | None) -> None:
    if expected is not None:
        assert NumberFormat.parse(series).write(2026, 17) == expected, sentence
        return
    with pytest.raises(Refused, match="REG-006"):
        NumberFormat.parse(series)


APPEND_ONLY = [
    "UPDATE documents SET total = '1.00'",
    "DELETE FROM documents",
    "UPDATE handovers SET file = ''",
    "DELETE FROM handovers",
    "UPDATE series SET last = 0",
    "DELETE FROM series",
    "UPDATE meta SET workbook_id = 'workbook-2'",
    "DELETE FROM meta",
]


@pytest.mark.parametrize("statement", APPEND_ONLY)
def test_the_register_only_grows(tmp_path: Path, statement: str) -> None:
    register = new_register(tmp_path)
    issue(register, draft())
    register.record_handover(
        target="x", billing_month="2026-06", file="f", sha256="", numbers=[], who="w", now=NOW
    )
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        _by_hand(tmp_path / "register.sqlite", statement)


_ALTER = "UPDATE documents SET "
TAMPERING = [
    # sentence, what somebody did after removing the triggers, the codes that verify finds
    (
        "a total in the document",
        _ALTER + "document = replace(document, '121.00', '120.00') WHERE position = 2",
        {"REG-008", "REG-011"},
    ),
    ("a total in the column", _ALTER + "total = '1.00' WHERE position = 2", {"REG-011"}),
    ("the name of who issued", _ALTER + "who = 'nobody' WHERE position = 2", {"REG-008"}),
    ("a fingerprint", _ALTER + "sha256 = 'ab' WHERE position = 2", {"REG-008", "REG-009"}),
    ("a text that is no document", _ALTER + "document = '{}' WHERE position = 2", {"REG-008"}),
    ("the first one removed", "DELETE FROM documents WHERE position = 1", {"REG-009", "REG-010"}),
    ("one in the middle removed", "DELETE FROM documents WHERE position = 2", {"REG-009", "REG-010"}),
    ("the last one removed", "DELETE FROM documents WHERE position = 3", {"REG-010"}),
]


@pytest.mark.parametrize(("sentence", "change", "codes"), TAMPERING)
def test_verify_finds_what_was_altered(tmp_path: Path, sentence: str, change: str, codes: set[str]) -> None:
    register = new_register(tmp_path)
    issue(register, *(draft(f"C-{n}") for n in range(1, 4)))
    assert register.verify() == []
    triggers = ("DROP TRIGGER documents_update", "DROP TRIGGER documents_delete")
    _by_hand(tmp_path / "register.sqlite", *triggers, change)
    assert {problem.code for problem in register.verify()} == codes, sentence


def _by_hand(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()
