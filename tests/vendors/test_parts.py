"""A report read in parts, one for each core: the same rows with the same numbers as read line by line.

Only what is larger than some megabytes is cut, so each report here has cells of 60 000 letters. A machine of
one core reads it in one piece, and says what is right.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from billow.vendors import Formats, import_report
from billow.vendors.headers import Header
from billow.vendors.mapped import Lineage, compile_mapping
from billow.vendors.parts import parts_of
from billow.vendors.plain import make_typed
from billow.vendors.table import open_table
from billow.vendors.usual import write_at_once

HEADER = "Net,Kind,Customer,From,To,Quantity,Invoice,Remark"
ROW = "12.50,licence,C1,2026-06-01,2026-06-30,1,{},{}"
LONG = "x" * 60_000
ROWS = 600  # of 60 kB: more than twice what is worth a part
MIDDLE = (ROWS + 1) // 2  # the line in which the half of the file lies

# where a file of 40 bytes in lines of ten is cut: what is special, its bytes, parts wished, (begin, lines)
CUTS = [
    ("halves at a line end take the next line to the first", b"123456789\n" * 4, 2, [(0, 0), (30, 3)]),
    ("a part that begins within a line leaves it to the one before", b"1234567\n" * 5, 2, [(0, 0), (24, 3)]),
    ("four parts", b"123\n" * 10, 4, [(0, 0), (12, 3), (24, 6), (32, 8)]),
    ("one line for all parts", b"1" * 39 + b"\n", 4, [(0, 0)]),
    ("a line over two parts", b"1" * 25 + b"\n" + b"2" * 13 + b"\n", 4, [(0, 0), (26, 1)]),
    ("no line end at the end", b"123\n" * 9 + b"1234", 2, [(0, 0), (24, 6)]),
    ("blank lines are lines", b"\n" * 40, 2, [(0, 0), (21, 21)]),
    ("one core", b"123\n" * 10, 1, [(0, 0)]),
]


@pytest.mark.parametrize(("content", "most", "cuts"), [row[1:] for row in CUTS], ids=[row[0] for row in CUTS])
def test_a_file_is_cut_where_a_line_ends(
    content: bytes, most: int, cuts: list[tuple[int, int]], tmp_path: Path
) -> None:
    (tmp_path / "report.csv").write_bytes(content)
    parts = parts_of(tmp_path / "report.csv", most, least=10)
    assert [(part.begin, part.lines_before) for part in parts] == cuts
    ends = [*(part.begin for part in parts[1:]), len(content)]
    assert [part.end for part in parts] == ends


@pytest.mark.parametrize(("size", "count"), [((1 << 25) - 1, 1), (1 << 25, 2)], ids=["a byte less", "32 MB"])
def test_a_file_is_cut_from_32_megabytes_on(size: int, count: int, tmp_path: Path) -> None:
    (tmp_path / "report.csv").write_bytes((b"x" * 1023 + b"\n") * (size // 1024) + b"x" * (size % 1024))
    assert len(parts_of(tmp_path / "report.csv", 2)) == count


# what is odd about a line, which line, its text, in how many parts it is read at last (0: at a second look)
ODD = [
    ("nothing", MIDDLE, ROW.format("I9", LONG), 2),
    ("a quoted cell with commas and quotation marks", 100, ROW.format("I9", '"a,""b"",c"'), 2),
    ("a quotation mark within a cell", 100, ROW.format("I9", '5" disk'), 2),
    ("a line end in quotes before the cut", 100, ROW.format("I9", '"two\nlines"'), 1),
    ("a line end in quotes where the cut is", MIDDLE, ROW.format("I9", f'"two{LONG}\nlines"'), 1),
    ("a whole row in quotes where the cut is", MIDDLE, ROW.format("I9", f'"{LONG}\n{HEADER}\n"'), 1),
    ("a cell that begins where the cut is", MIDDLE, ROW.format(LONG, '"\nlines"'), 1),
    ("a quoted quotation mark where the cut is", MIDDLE, ROW.format(LONG, '"two""\nlines"'), 1),
    ("a line end in quotes after the cut", 500, ROW.format("I9", '"two\nlines"'), 2),
    ("an empty line before the cut", 100, "", 1),
    ("an empty line after the cut", 500, "", 2),
    ("the header again before the cut", 100, HEADER, 0),
    ("the header again as first line of a part", MIDDLE + 1, HEADER, 0),
    ("a decimal comma in the second part", 500, ROW.format("I9", "").replace("12.50", '"12,50"'), 0),
    ("a field too few in the second part", 500, "12.50,licence,C1", 0),
    ("a quotation mark that is never closed", 100, ROW.format("I9", '"never'), 0),
    ("one that is never closed in the second part", 500, ROW.format("I9", '"never'), 0),
]


@pytest.mark.parametrize(("line", "text", "parts"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_two_cores_read_what_one_reads(
    line: int, text: str, parts: int, house: Formats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _report(tmp_path, {line: text})
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert _parts_read(path, house) == parts
    both = _said(path, house)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert both == _said(path, house)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["line feeds", "as Windows ends lines"])
def test_rows_of_all_parts_have_the_number_of_their_line(
    end: str, house: Formats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    _, rows = _said(_report(tmp_path, {ROWS: ROW.format(f"I{ROWS}", "and no line end")}, end), house)
    assert rows == [(number, f"I{number}") for number in range(1, ROWS + 1)]


def _report(folder: Path, odd: dict[int, str], end: str = "\n") -> Path:
    """Write a report of so many rows, some of its lines replaced, without an end of its last line."""
    lines = [HEADER, *(ROW.format(f"I{number}", LONG) for number in range(1, ROWS + 1))]
    for number, text in odd.items():
        lines[number] = text
    (folder / "report.csv").write_text(end.join(lines), "utf-8", newline="")
    return folder / "report.csv"


def _parts_read(path: Path, house: Formats) -> int:
    """Return in how many parts a report is read; 0 where it needs a second look."""
    plain = make_typed(path, path.parent)
    with TemporaryDirectory(dir=path.parent) as folder, open_table(plain, path.name, Path(folder)) as table:
        mapping = compile_mapping(Header(plain.header), house.by_id["house"], house, Lineage("", "", ""))
        write_at_once(table, mapping)
        return int(table.written.parent.name.removeprefix("usual-")) if table.written else 0


def _said(path: Path, house: Formats) -> tuple[object, list[tuple[int, str]]]:
    """Return what an import says, and the number and invoice of each row; no rows where it is refused."""
    imported = import_report(path, house, out_dir=path.parent / "out", billing_month="2026-06")
    totals = imported.totals
    if totals is None or imported.parquet is None:
        return imported.problems, []
    with duckdb.connect() as connection:
        sql = "SELECT x_SourceRow, InvoiceId FROM read_parquet(?) ORDER BY x_SourceRow, InvoiceId"
        rows = connection.execute(sql, [str(imported.parquet)]).fetchall()
    return (totals.fingerprint, totals.rows_read, totals.billed, imported.problems), rows
