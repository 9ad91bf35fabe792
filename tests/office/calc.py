"""LibreOffice as a second spreadsheet program: it opens our files, calculates them anew and prints them.

It runs without windows in a profile of its own; a setting of that profile makes it calculate every formula
on loading, whatever the file says. What it then holds is read from its flat XML.
"""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from openpyxl.utils import get_column_letter

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ALWAYS = (
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
    '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>'
)


@dataclass(frozen=True)
class Cell:
    """What LibreOffice holds in a cell after calculating: text as shown, number, formula, error or not."""

    text: str
    value: str
    formula: str
    is_error: bool


Sheets = Mapping[str, Mapping[str, Cell]]


def convert(paths: Sequence[Path], folder: Path, kind: str, *, known_as: str = "") -> dict[Path, Path]:
    """Let LibreOffice save files as another kind, all in one go; the originals stay as they are.

    ``known_as`` names the filter for files whose kind it does not know by their name.
    """
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(_ALWAYS, encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", str(folder)]
    command += [f"--infilter={known_as}"] if known_as else []
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=240)
    made = {path: folder / f"{path.stem}.{kind}" for path in paths}
    assert all(path.exists() for path in made.values())
    return made


def read(path: Path) -> Sheets:
    """Return the cells of a flat XML file that hold anything, by sheet and place."""
    tree = etree.parse(path, etree.XMLParser(huge_tree=True))
    etree.strip_elements(
        tree, f"{_TABLE}shapes", f"{_DRAW}frame", with_tail=False
    )  # charts have tables of their own
    return {table.get(f"{_TABLE}name", ""): dict(_cells(table)) for table in tree.iter(f"{_TABLE}table")}


def _cells(table: etree._Element) -> Iterator[tuple[str, Cell]]:
    number = 1
    for row in table.iter(f"{_TABLE}table-row"):
        column = 1
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            found = _cell(cell)
            if found.text or found.value or found.formula:
                yield f"{get_column_letter(column)}{number}", found
            column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        number += int(row.get(f"{_TABLE}number-rows-repeated", "1"))


def _cell(cell: etree._Element) -> Cell:
    paragraphs = cell.iterchildren(f"{_TEXT}p")
    text = "\n".join("".join(map(str, paragraph.itertext())) for paragraph in paragraphs)
    is_error = cell.get(f"{_CALC}value-type") == "error" or text.startswith(("#", "Err:"))
    value = cell.get(f"{_OFFICE}value", "") or cell.get(f"{_OFFICE}string-value", "")
    return Cell(text, value, cell.get(f"{_TABLE}formula", ""), is_error)
