"""Reports that were made to do harm: each is refused in words before anything in it is believed."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from billow.vendors import Imported

Read = Callable[..., Imported]
Change = Callable[[bytes], bytes]
ROW = ("12.50", "licence", "Contoso", "2026-06-01", "2026-06-30")
SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'


def workbook(**changes: Change) -> bytes:
    """Return a distributor's workbook with parts changed, or replaced under another name."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Net", "Kind", "Customer", "From", "To"))
        sheet.write_row(1, 0, ROW)
    changed = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, changes["sheet"](data) if name == SHEET and "sheet" in changes else data)
        if "more" in changes:
            new.writestr("xl/more.bin", changes["more"](b""))
    return changed.getvalue()


def cell_at(reference: str, row: str = "1048576") -> Change:
    """Return what adds one cell far away."""
    added = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row></sheetData>'.encode()
    return lambda data: data.replace(b"</sheetData>", added)


def before(text: bytes) -> Change:
    """Return what puts ``text`` in front of a sheet, in place of its declaration."""
    return lambda data: text + data.partition(b"?>")[2]


# what it is, the change, what the reason says
HOSTILE: list[tuple[str, dict[str, Change], str]] = [
    ("entities in a sheet", {"sheet": before(BOMB)}, "declares a document type or entities"),
    ("entities in a part of no known kind", {"more": lambda _: BOMB}, "declares a document type or entities"),
    (
        "a sheet in UTF-16, where entities look different",
        {"sheet": lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16")},
        "is not written in UTF-8",
    ),
    (
        "entities behind a megabyte of spaces, cut in two by the reader's pieces",
        {"sheet": lambda data: b"<?x?>" + b" " * ((1 << 20) - 9) + BOMB + data},
        "declares a document type or entities",
    ),
    ("one cell in the last corner", {"sheet": cell_at("XFD1048576")}, "over 17,179,869,184 places"),
    ("the same, its row not said", {"sheet": cell_at("XFD1048576", row="9")}, "spreads few cells over"),
    (
        "a wide row without places, and empty rows to the last",
        {"sheet": lambda d: d.replace(b"</sheetData>", b"<row>" + b"<c/>" * 9000 + b"</row></sheetData>")
            .replace(b"</sheetData>", b"<row/>" * 50_000 + b"</sheetData>")},
        "spreads few cells over",
    ),
    ("nothing but blanks", {"more": lambda _: b" " * 20_000_000}, "unpacks to more than 200 times its size"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "reason"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_workbook_is_refused(read: Read, changes: dict[str, Change], reason: str) -> None:
    (problem,) = read(workbook(**changes), "r.xlsx").problems
    assert problem.code == "IMP-018"
    assert problem.sentence.startswith("The workbook r.xlsx is not opened: its part xl/")
    assert reason in problem.sentence
    assert "save the sheet as csv" in problem.hint


# what a real program may write: all of it is read
HARMLESS: list[tuple[str, dict[str, Change]]] = [
    ("as it was written", {}),
    ("a note in row one million", {"sheet": cell_at("A1048576")}),
    ("a size that is a lie", {"sheet": lambda data: data.replace(b'ref="A1:E2"', b'ref="A1:XFD1048576"')}),
    ("another kind of part", {"more": lambda _: bytes(9)}),
]


@pytest.mark.parametrize("changes", [row[1] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_an_unusual_workbook_is_read(read: Read, changes: dict[str, Change]) -> None:
    imported = read(workbook(**changes), "r.xlsx")
    assert imported.totals is not None, imported.problems


def test_two_files_of_one_name_are_refused_since_one_would_count_twice(read: Read) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.csv", ",".join(ROW))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", ",".join(ROW))
    (problem,) = read(held.getvalue(), "r.zip").problems
    assert problem.sentence == "The archive r.zip is not opened: it holds two files of one name."


NAMES = (
    "../../up.csv",
    "/etc/passwd",
    "C:\\win\\evil.csv",
    "..\\..\\up.csv",
    "a\u202egpj.csv",
    "CON",
    "a/../../b",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_member_is_never_unpacked_to_the_name_it_chose(read: Read, tmp_path: Path, name: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, "Net,Kind,Customer,From,To\n" + ",".join(ROW) + "\n")
    imported = read(held.getvalue(), "r.zip")
    assert imported.totals is not None
    assert {path.name for path in tmp_path.iterdir()} == {"r.zip", "out"}
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".parquet"]


# what it is, the file, what the reader says of its first line
ENDLESS = [
    ("JSON without end", b'{"Net":' + b"[" * 100_000, "it is not one complete JSON object"),
    ("a header without end", b"Net" * 50_000 + b",Kind\n1,a\n", "a field of it is longer than any header's"),
    ("a quotation without end", b'Net,"' + b"x" * 150_000, "a field of it is longer than any header's"),
]


@pytest.mark.parametrize(("case", "content", "reason"), ENDLESS, ids=[row[0] for row in ENDLESS])
def test_a_line_without_end_is_refused(read: Read, case: str, content: bytes, reason: str) -> None:
    (problem,) = read(content, "r.csv").problems
    assert problem.sentence == f"r.csv is damaged or cut off at line 1: {reason}.", case
    assert problem.code == "IMP-002"


# how many megabytes a remark in the second row has, what is said of its line
LONG = [(15, ""), (17, "longer than 16 MB"), (40, "longer than 16 MB"), (-17, "longer than 16 MB")]


@pytest.mark.parametrize(
    ("size", "reason"),
    LONG,
    ids=["long", "too long", "longer than a buffer", "too long, with semicolons"],
)
def test_a_line_longer_than_any_is_refused(read: Read, size: int, reason: str) -> None:
    header, row = "Net,Kind,Customer,From,To,Remark\n", ",".join([*ROW, "x\n"])
    long = ",".join([*ROW, "x" * (abs(size) << 20) + "\n"])
    report = header + row + long + row
    imported = read(report.replace(",", ";") if size < 0 else report, "r.csv")
    if reason:
        (problem,) = imported.problems
        assert problem.sentence == f"r.csv is damaged or cut off at line 3: it is {reason}."
    else:
        assert imported.totals is not None
