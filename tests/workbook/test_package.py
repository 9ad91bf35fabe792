"""Opening refuses what is no workbook or could do harm; saving replaces the file wholly or not at all."""

import os
import re
import zlib
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from billow import foreign
from billow.problems import Refused
from billow.workbook import SHEETS, Workbook, guard
from billow.workbook.archive import _PIECE, Packed, write_archive
from billow.workbook.pages import SCHEMA
from tests.workbook.making import edited, template

BOMB = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><w>&b;</w>'
UTF16 = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w []><w/>'.encode("utf-16")


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        Workbook.open(path)
    return str(refused.value)


def zipped(path: Path, parts: list[tuple[str, bytes]]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return path


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    said = refusal(tmp_path / "Gone.xlsx")
    assert said.startswith('WBK-001  The file "Gone.xlsx" does not exist.')
    assert "billow new" in said


NOT_A_WORKBOOK = [
    ("an empty file", b"", "is damaged or not an Excel workbook"),
    ("a text", b"Customer;Name\n", "is damaged or not an Excel workbook"),
    ("a protected workbook", guard._OLD_OFFICE + b"x" * 600, "is protected with a password"),  # noqa: SLF001
]


@pytest.mark.parametrize(("case", "data", "sentence"), NOT_A_WORKBOOK)
def test_a_file_that_is_no_workbook(tmp_path: Path, case: str, data: bytes, sentence: str) -> None:
    path = tmp_path / "Billing.xlsx"
    path.write_bytes(data)
    said = refusal(path)
    assert said.startswith("WBK-001"), case
    assert sentence in said
    assert "save it as an Excel workbook" in said


ROWS = b"".join(b"<row r='%d'>%d</row>" % (n, n * 7919 % 100_003) for n in range(400_000))
LENGTHS = (0, 1, _PIECE - 1, _PIECE, _PIECE + 1, 2 * _PIECE + 12_345)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_part_packed_in_pieces_is_whole_to_other_programs(length: int) -> None:
    data = ROWS[:length]
    assert len(data) == length
    cuts = [*range(0, length, 2000), length]
    texts = {"whole.xml": [data], "größer.xml": [data[start:end] for start, end in pairwise(cuts)]}
    empty, out = BytesIO(), BytesIO()
    ZipFile(empty, "w").close()
    write_archive(out, empty, texts, {name: Packed(parts) for name, parts in texts.items()})
    with ZipFile(out) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) == data for name in archive.namelist()] == [True, True]
        packed = sum(info.compress_size for info in archive.infolist())
    assert packed <= 2 * len(zlib.compress(data, 5)) * 1.002 + 30


def test_half_a_workbook_and_another_archive(tmp_path: Path) -> None:
    path = template(tmp_path)
    path.write_bytes(path.read_bytes()[:40_000])
    assert "is damaged" in refusal(path)
    assert "is not an Excel workbook" in refusal(zipped(tmp_path / "b.xlsx", [("mimetype", b"text")]))
    assert "cannot be read" in refusal(tmp_path)


def _without(pattern: bytes, instead: bytes) -> Callable[[bytes], bytes]:
    return lambda data: re.sub(pattern, instead, data, count=1)


# a sentence; the part; what of it is other than it must be
UNPLACED = [
    ("a table that says nowhere where it is", "xl/tables/table3.xml", _without(rb' ref="[^"]*"', b"")),
    ("a table that is at no cell", "xl/tables/table3.xml", _without(rb' ref="[^"]*"', b' ref="A1:ZZ"')),
    (
        "a table of no number of totals",
        "xl/tables/table3.xml",
        _without(b"<table ", b'<table totalsRowCount="x" '),
    ),
    ("a row of no number", "xl/worksheets/sheet1.xml", _without(rb'<row r="[^"]*"', b'<row r="one"')),
    (
        "a sheet without cells",
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b"sheetData", b"sheetDate"),
    ),
]


@pytest.mark.parametrize(("part", "change"), [row[1:] for row in UNPLACED], ids=[row[0] for row in UNPLACED])
def test_a_part_that_does_not_say_where_it_is_is_damaged(
    part: str, change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = template(tmp_path)
    edited(path, {part: change})
    with pytest.raises(Refused) as refused:
        Workbook.open(path).read("tblStart")
    (problem,) = refused.value.problems
    assert (problem.code, f"is damaged in its part {part}." in problem.sentence) == ("WBK-001", True)


def test_a_workbook_whose_parts_are_broken_or_of_the_strict_kind(tmp_path: Path) -> None:
    path = template(tmp_path)
    edited(path, {"xl/tables/table3.xml": lambda data: data[:-9]})
    assert "is damaged in its part xl/tables/table3.xml" in refusal(path)
    edited(
        path,
        {
            "xl/workbook.xml": lambda data: data.replace(
                b"schemas.openxmlformats.org/sp", b"purl.oclc.org/ooxml/sp"
            )
        },
    )
    assert "is saved as Strict Open XML" in refusal(path)


HOSTILE: list[tuple[str, Callable[[Path], object], str]] = [
    (
        "an entity",
        lambda p: edited(p, {"xl/workbook.xml": lambda _: BOMB}),
        "declares a document type or entities",
    ),
    (
        "an entity in a relation",
        lambda p: edited(p, {"_rels/.rels": lambda _: BOMB}),
        "declares a document type",
    ),
    (
        "an entity in UTF-16",
        lambda p: edited(p, {"xl/styles.xml": lambda _: UTF16}),
        "is not written in UTF-8",
    ),
    (
        "a sheet of blanks",
        lambda p: edited(p, {"xl/worksheets/sheet2.xml": lambda _: b" " * 20_000_000}),
        "unpacks to more than 200 times its size",
    ),
]


@pytest.mark.parametrize(("case", "change", "sentence"), HOSTILE)
def test_a_file_that_could_do_harm(
    tmp_path: Path, case: str, change: Callable[[Path], object], sentence: str
) -> None:
    path = template(tmp_path)
    change(path)
    said = refusal(path)
    assert said.startswith('WBK-002  The file "Billing.xlsx" is not opened: its part '), case
    assert sentence in said


def test_too_many_parts_and_too_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = template(tmp_path)
    monkeypatch.setattr(foreign, "MOST_PARTS", 20)
    assert "parts." in refusal(path)
    monkeypatch.setattr(foreign, "MOST_PARTS", 10_000)
    monkeypatch.setattr(foreign, "MOST_BYTES", 2**18)
    assert "it unpacks to more than" in refusal(path)


def test_two_parts_of_one_name(tmp_path: Path) -> None:
    path = tmp_path / "Billing.xlsx"
    with pytest.warns(UserWarning, match="Duplicate name"):
        zipped(path, [("xl/workbook.xml", b"<a/>"), ("xl/workbook.xml", b"<b/>")])
    assert "it has two parts of the same name" in refusal(path)


def test_a_workbook_of_others_and_one_of_a_newer_billow(tmp_path: Path) -> None:
    path = template(tmp_path)
    edited(path, {"docProps/custom.xml": lambda data: data.replace(b"Billow schema", b"Other schema")})
    assert 'WBK-003  The workbook "Billing.xlsx" is not a Billow workbook.' in refusal(path)
    edited(
        path,
        {
            "docProps/custom.xml": lambda data: data.replace(b"Other schema", b"Billow schema").replace(
                f">{SCHEMA}<".encode(), f">{SCHEMA + 1}<".encode()
            )
        },
    )
    assert "was made by a newer Billow" in refusal(path)


def test_all_that_is_missing_is_named_at_once_with_the_nearest_header(tmp_path: Path) -> None:
    path = template(tmp_path)

    def rename(data: bytes) -> bytes:
        return data.replace(b'name="Currency"', b'name="Curency"').replace(
            b'displayName="tblFx"', b'displayName="Table7"'
        )

    with ZipFile(path) as archive:
        tables = [name for name in archive.namelist() if name.startswith("xl/tables/")]
    edited(path, dict.fromkeys(tables, rename))
    with pytest.raises(Refused) as refused:
        Workbook.open(path)
    problems = refused.value.problems
    prices = next(p for p in problems if p.place.sheet == "Prices")
    assert str(prices).split("\n") == [
        "WBK-005  Sheet Prices has no column Currency.",
        "  where   Billing.xlsx, sheet Prices, row 4, column Currency",
        '  hint    Rename the header "Curency" back to "Currency".',
    ]
    with_currency = sum("Currency" in sheet.names for sheet in SHEETS.values())
    assert len(problems) == with_currency + 1
    (gone,) = [p for p in problems if p.code == "WBK-004"]
    assert gone.sentence == "The table tblFx of sheet FX is missing."


def changed(path: Path) -> Workbook:
    book = Workbook.open(path)
    book.append("tblLog", [{"No": 1}])
    return book


def test_a_save_leaves_no_other_file_and_keeps_the_rights(tmp_path: Path) -> None:
    path = template(tmp_path)
    path.chmod(0o640)
    changed(path).save()
    assert [each.name for each in tmp_path.iterdir()] == ["Billing.xlsx"]
    assert path.stat().st_mode & 0o777 == 0o640
    with ZipFile(BytesIO(path.read_bytes())) as archive:
        assert archive.testzip() is None


def test_a_link_to_a_workbook_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    path, link = template(tmp_path / "shared"), tmp_path / "Billing.xlsx"
    link.symlink_to(path)
    changed(link).save()
    assert link.is_symlink()
    assert len(Workbook.open(path).read("tblLog")) == 1


def test_a_save_to_another_place_leaves_the_first_file_alone(tmp_path: Path) -> None:
    path, other = template(tmp_path), tmp_path / "Copy.xlsx"
    before = path.read_bytes()
    book = changed(path)
    book.save(other)
    assert (path.read_bytes(), book.path) == (before, other)
    book.append("tblLog", [{"No": 2}])
    book.save()
    assert [row["No"] for row in Workbook.open(other).read("tblLog")] == [1, 2]


@pytest.mark.parametrize(
    ("mark", "program"), [("~$Billing.xlsx", "Excel"), (".~lock.Billing.xlsx#", "LibreOffice")]
)
def test_a_workbook_that_is_open_elsewhere_is_not_written(tmp_path: Path, mark: str, program: str) -> None:
    path = template(tmp_path)
    before, book = path.read_bytes(), changed(path)
    (tmp_path / mark).touch()
    with pytest.raises(Refused, match=f'WBK-016  The workbook "Billing.xlsx" is open in {program}.'):
        book.save()
    assert path.read_bytes() == before


def test_a_workbook_that_someone_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    path = template(tmp_path)
    first, second = changed(path), changed(path)
    first.save()
    before = path.read_bytes()
    with pytest.raises(Refused, match=r"WBK-017"):
        second.save()
    assert path.read_bytes() == before


def test_a_folder_that_may_not_be_written_or_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = changed(template(tmp_path))
    with pytest.raises(Refused, match=r"WBK-016.*its folder does not exist"):
        book.save(tmp_path / "gone" / "Billing.xlsx")

    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", forbidden)
    with pytest.raises(Refused, match=r"WBK-016.*cannot be written"):
        book.save()
    assert [each.name for each in tmp_path.iterdir()] == ["Billing.xlsx"], "the half-written file is gone"


def test_a_crash_before_the_last_step_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = template(tmp_path)
    before, book = path.read_bytes(), changed(path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        book.save()
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["Billing.xlsx"]


def test_properties_are_kept_and_replaced(tmp_path: Path) -> None:
    path = template(tmp_path)
    book = Workbook.open(path)
    assert (book.property("Billow schema"), book.property("Billow register")) == (str(SCHEMA), "")
    book.set_property("Billow register", "r-1")
    book.set_property("Billow register", "r-2 & <co>")
    book.save()
    assert Workbook.open(path).property("Billow register") == "r-2 & <co>"
