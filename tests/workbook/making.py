"""Workbooks for tests: one with a cell as a program left it, one with everything a user may have added."""

import io
import struct
import subprocess
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from billow.sheets.columns import SHEETS
from billow.workbook.package import Package
from billow.workbook.pages import TABS
from billow.workbook.styles import PALETTE
from billow.workbook.tables import tables_of
from billow.workbook.template import build

FIRST = 5  # the first row below the header in the template


def template(folder: Path) -> Path:
    """Return a fresh workbook."""
    path = folder / "Billing.xlsx"
    build(path)
    return path


def edited(
    path: Path, changes: Mapping[str, Callable[[bytes], bytes]], added: Mapping[str, str] | None = None
) -> Path:
    """Change parts of a file as another program would."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts[name])
    parts |= {name: text.encode() for name, text in (added or {}).items()}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def part_of(table: str) -> str:
    """Return the part of the sheet on which a table stands in the template."""
    titles = [tab.title for tab in TABS]
    return f"xl/worksheets/sheet{titles.index(SHEETS[table].title) + 1}.xml"


def with_cells(path: Path, table: str, cells: Mapping[str, str], row: int = FIRST) -> Path:
    """Put cells, given as the file holds them (``<c …/>`` without its place), into a row of a table."""
    letters = {name: chr(65 + index) for index, name in enumerate(SHEETS[table].names)}
    placed = "".join(
        cells[name].replace("<c", f'<c r="{letters[name]}{row}"', 1)
        for name in SHEETS[table].names
        if name in cells
    )

    def change(data: bytes) -> bytes:
        text = data.decode()
        start = text.index(f'<row r="{row}"') if f'<row r="{row}"' in text else text.index("</sheetData>")
        end = text.index("</row>", start) + 6 if f'<row r="{row}"' in text else start
        return (text[:start] + f'<row r="{row}">{placed}</row>' + text[end:]).encode()

    part = next(each.sheet_part for each in tables_of(Package(path.read_bytes())) if each.name == table)
    return edited(path, {part: change})


def said(text: str) -> str:
    """A cell with text."""
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def number(text: str) -> str:
    """A cell with a number."""
    return f"<c><v>{text}</v></c>"


def png() -> io.BytesIO:
    """Return a picture of one dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", 1, 1, 8, 0, 0, 0, 0)
    dot = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x7f")) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + dot)


def rich(path: Path) -> Path:
    """A workbook as a user has made it: own columns, sums, colours, notes, charts, pictures, sheets."""
    margin = SHEETS["tblMargin"]
    with xlsxwriter.Workbook(path) as book:
        book.set_custom_property("Billow schema", 1, "number")
        book.set_custom_property("Auditor", "M. Jansen")
        page, other = book.add_worksheet("Marge"), book.add_worksheet("Mijn grafiek")
        lists = book.add_worksheet("Lists")
        for row, (name, look) in enumerate(PALETTE.items()):
            lists.write(row, 0, name)
            lists.write_blank(row, 1, None, book.add_format(look))
        book.define_name("Billow_Styles", f"=Lists!$A$1:$B${len(PALETTE)}")
        book.define_name("MyRate", "=1.21")
        _margin(book, page, margin.names)
        book.define_name("MyBlock", "=Marge!$H$4:$H$6")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"categories": "=Marge!$B$4:$B$6", "values": "=Marge!$H$4:$H$6"})
        chart.add_series({"name": "=Marge!$H$3", "values": "='Mijn grafiek'!$A$1:$A$3"})
        other.insert_chart("G2", chart)
        _others(page, other)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
    added = {"customXml/item1.xml": "<mine xmlns='urn:mine'>kept</mine>"}
    line = f'<Relationship Id="rIdMine" Type="{relation}" Target="customXml/item1.xml"/></Relationships>'
    return edited(path, {"_rels/.rels": lambda data: data.replace(b"</Relationships>", line.encode())}, added)


def _margin(book: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet, names: tuple[str, ...]) -> None:
    """Header in row 3, three rows, two columns of the user: a remark and a doubled amount."""
    yellow, odd = book.add_format({"bg_color": "#FFFF00"}), book.add_format({"num_format": "0.000"})
    rows = [("C-3", "Litware", "AWS"), ("C-1", "Contoso", "Microsoft"), ("C-2", "Fabrikam", "VMware")]
    columns = [{"header": name} for name in (*names, "My remark", "My double")]
    columns[-1]["formula"] = "=tblMargin[[#This Row],[Kept]]*2"
    page.add_table(2, 1, 5, len(columns), {"name": "tblMargin", "columns": columns})
    page.write("A1", "My own heading")
    for at, row in enumerate(rows, start=3):
        page.write_row(at, 1, row)
        page.write(at, 1 + names.index("Kept"), 10 * at, odd)
        page.write(at, 1 + len(names), f"remark on {row[0]}", yellow)
        page.write_formula(at, 2 + len(names), "=tblMargin[[#This Row],[Kept]]*2", None, 20 * at)
    page.write("P4", "beside the table")
    page.write_formula("P5", "=H5*2", None, 7)
    page.write_comment("B5", "ask Contoso about this")
    page.write_comment("B3", "a note on the header")
    page.conditional_format("H4:H6", {"type": "data_bar", "data_bar_2010": True})
    page.conditional_format("F4:F6", {"type": "cell", "criteria": ">", "value": 5, "format": yellow})
    page.data_validation("L4:L6", {"validate": "length", "criteria": "<", "value": 40})
    page.set_column("C:C", 41.5)
    page.set_row(4, 33)


def _others(page: xlsxwriter.worksheet.Worksheet, other: xlsxwriter.worksheet.Worksheet) -> None:
    page.freeze_panes(3, 2)
    other.write_column("A1", [3, 1, 2])
    other.write_formula("B1", "=SUM(A1:A3)", None, 6)
    other.add_sparkline("C1", {"range": "A1:A3"})
    other.insert_image("E2", "dot.png", {"image_data": png()})


def calculated(path: Path, folder: Path, kind: str = "fods") -> Path:
    """Let LibreOffice open a workbook, calculate it anew, and save it as another kind of file."""
    profile = folder / "profile"
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    item = "/org.openoffice.Office.Calc/Formula/Load"
    settings.write_text(
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f'<item oor:path="{item}"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
        "<value>0</value></prop></item>"
        "</oor:items>",
        encoding="utf-8",
    )
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    subprocess.run(
        [*command, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=180
    )
    return folder / f"{path.stem}.{kind}"
