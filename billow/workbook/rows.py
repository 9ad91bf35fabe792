"""The rows of a sheet as the text that they are in its file: a sheet of 75,000 rows is no tree of elements.

Excel, LibreOffice and Billow write rows in one form: each row and cell says its place first, and elements of
the format have no prefix. ``sliced`` cuts such a sheet at its rows. It believes a text only where nothing in
it can be meant otherwise: it is well-formed, and holds no comment, no CDATA and no instruction, so that each
``<`` is one of an element. A sheet in any other form is read as a tree, and ``straight`` says it in this one.

>>> sheet = sliced(b'<worksheet xmlns="%s"><sheetData><row r="3" ht="20"><c r="B3" s="7"/></row></sheetData>'
...     b'<pageMargins/></worksheet>' % MAIN.encode())
>>> sheet.rows
{3: b'<row r="3" ht="20"><c r="B3" s="7"/></row>'}
>>> row = RowText.of(3, sheet.rows[3])
>>> row.said, row.looks, row.cell(2)
({'ht': '20'}, {2: '7'}, b'<c r="B3" s="7"/>')
"""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr, unescape

from lxml import etree

from billow.workbook.markup import MAIN, Node, column_letters, column_number, column_of, main, parsed

Spaces = Mapping[str | None, str]  # prefixes, and the namespaces for which they stand

_ROW, _CELL = main("row"), main("c")
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_BEGIN = re.compile(rb"<row[\s/>]")
_CELL_BEGIN = re.compile(rb"<c[\s/>]")
_WITHOUT_PLACE = re.compile(rb'<c(?! r=")[\s/>]')
_ORDER: dict[str | bytes, int] = {"r": 0, "s": 1}  # what a cell says first
_ROW_HEAD = re.compile(rb'<row r="([1-9][0-9]*)"((?: [A-Za-z][\w.:-]*="[^"<]*")*) ?(/?)>')
_SAID = re.compile(rb' ([\w.:-]+)="([^"]*)"')
_LETTERS = rb"([A-Z]*)"
# Group 1 is the cell, 2 the letters of its column, 3 its look. No cell stands within a cell.
_CELL_FORM = (
    rb'(<c r="%b[0-9]*+"(?: s="([^"<]*+)")?(?: (?!s=)[\w.:-]++="[^"<]*+")*+ ?'
    rb"(?:/>|>[^<]*+(?:<(?!/?c[\s/>])[^<]*+)*+</c>))"
)
_CELL_TEXT = re.compile(_CELL_FORM % _LETTERS)
_PLACE = re.compile(rb'<c r="%b[0-9]*"' % _LETTERS)
_EMPTY = re.compile(rb'<row r="[0-9]+" ?(?:/>|>\s*</row>)')
_SHORT = 40  # letters that an empty row has at most


class Sliced(NamedTuple):
    """A sheet without its rows, and its rows by number."""

    around: bytes
    rows: dict[int, bytes]


def sliced(data: bytes) -> Sliced | None:
    """Cut a sheet at its rows; nothing where it is not in the form in which that is safe."""
    start, end = data.find(_OPEN) + len(_OPEN), data.rfind(_CLOSE)
    if start < len(_OPEN) or data.count(b"<sheetData") > 1 or not _is_plain(data, start, end):
        return None
    rows = _cut(data, start, end)
    return None if rows is None else Sliced(data[:start] + data[end:], rows)


def _is_plain(data: bytes, start: int, end: int) -> bool:
    """Tell whether each ``<`` is one of an element, and between two places none has a meaning of its own."""
    reader = expat.ParserCreate(namespace_separator=" ")
    odd: list[object] = []
    around: dict[str | None, str] = {}

    def space(prefix: str | None, uri: str) -> None:
        if reader.CurrentByteIndex < start:
            around[prefix] = uri
        elif reader.CurrentByteIndex < end:
            odd.append(uri)

    def encoding(_: str, name: str | None, __: int) -> None:
        if (name or "utf-8").lower() != "utf-8":
            odd.append(name)

    reader.StartNamespaceDeclHandler, reader.XmlDeclHandler = space, encoding
    reader.CommentHandler = odd.append
    reader.ProcessingInstructionHandler = lambda *said: odd.append(said)
    reader.StartCdataSectionHandler = lambda: odd.append("CDATA")
    try:
        reader.Parse(data, True)
    except expat.ExpatError:
        return False
    finally:
        reader.StartNamespaceDeclHandler = None  # it knows the reader, and would keep it
    return not odd and around.get(None) == MAIN


def _cut(data: bytes, start: int, end: int) -> dict[int, bytes] | None:
    """Return the rows between two places of a text that is well-formed and free of comments."""
    if _WITHOUT_PLACE.search(data, start, end):
        return None
    starts = [found.start() for found in _BEGIN.finditer(data, start, end)]
    rows = {}
    for first, after in pairwise([*starts, end]):
        text = data[first:after].rstrip()
        head = _ROW_HEAD.match(text)
        if head is None or not (head.end() == len(text) if head[3] else text.endswith(b"</row>")):
            return None
        rows[int(head[1])] = text
    before = data[start : starts[0] if starts else end]
    return rows if len(rows) == len(starts) and not before.strip() else None


def straight(data: Node, spaces: Spaces) -> tuple[dict[int, bytes], Spaces]:
    """Say the rows of a tree in the one form; return what their prefixes stand for. They leave the tree.

    ``ValueError`` where that cannot be: a cell within a cell, two rows of one number.
    """
    number_rows(data)
    rows = data.findall(_ROW)
    spaces = _all_spaces(rows, spaces)
    holder = parsed(b"<sheetData%b/>" % declared(spaces))
    holder.extend(rows)
    etree.strip_elements(holder, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    for row in rows:
        _straighten(row)
    data[:], data.text = [], None
    text = text_of(holder)
    found = _cut(text, 0, len(text))
    if found is None:
        raise ValueError("the rows of the sheet cannot be told apart")
    return found, spaces


def _all_spaces(rows: list[Node], known: Spaces) -> dict[str | None, str]:
    """Return a prefix for each namespace that is known around the rows or within them."""
    spaces = {None: MAIN} | {prefix: uri for prefix, uri in known.items() if prefix}
    inner = {each for row in rows for node in row.iter("*") for each in node.nsmap.items()}
    for prefix, uri in sorted(inner, key=str):
        if uri not in spaces.values():
            spaces[prefix if prefix and prefix not in spaces else f"own{len(spaces)}"] = uri
    return spaces


def number_rows(data: Node) -> None:
    """Say every row's and cell's place: the format lets a program leave it out."""
    number = 0
    for row in data.iterchildren(_ROW):
        number = int(row.get("r") or number + 1)
        row.set("r", str(number))
        before = ""
        for cell in row.iterchildren(_CELL):
            reference = cell.get("r")
            if not reference:
                reference = f"{column_letters(column_of(before) + 1)}{number}"
                cell.set("r", reference)
            before = reference


def _straighten(row: Node) -> None:
    """Let a row and its cells say their places first, and nothing stand between cells."""
    row.text = row.tail = None
    cells = row.findall(_CELL)
    for node in (row, *cells):
        said = node.attrib.items()
        node.attrib.clear()
        node.attrib.update(sorted(said, key=lambda each: _ORDER.get(each[0], len(_ORDER))))
        node.tail = None
    row[:] = cells + [node for node in row if node.tag != _CELL]


def text_of(holder: Node) -> bytes:
    """Return what stands within an element, as text."""
    text = etree.tostring(holder, encoding="UTF-8")
    return text[text.index(b">") + 1 : text.rindex(b"</")] if len(holder) else b""


@dataclass(frozen=True, slots=True)
class RowText:
    """A row: what it says of itself beside its number, and how its cells look, by column."""

    number: int
    text: bytes
    said: Mapping[str, str]
    looks: Mapping[int, str]
    rest: bytes  # what stands behind the cells

    @classmethod
    def of(cls, number: int, text: bytes) -> "RowText":
        """Return a row; ``ValueError`` where it or its cells are not in the one form."""
        head = _ROW_HEAD.match(text)
        if head is None:
            raise ValueError("not a row in the form that programs write")
        found = _CELL_TEXT.findall(text, head.end())
        cells, letters, looks = zip(*found, strict=True) if found else ((), (), ())
        end = head.end() + sum(map(len, cells))
        rest = b"" if head[3] else text[end : -len(b"</row>")]
        if _CELL_BEGIN.search(rest) or (cells and not text.startswith(cells[-1], end - len(cells[-1]))):
            raise ValueError("not cells in the form that programs write")
        return cls(number, text, _said(head[2]), _looks(letters, looks), rest)

    @classmethod
    def empty(cls, number: int) -> "RowText":
        """Return a row of which nothing is known."""
        return cls(number, b"", {}, {}, b"")

    def cells(self) -> dict[int, bytes]:
        """Return the text of each cell by column."""
        return cells_in(self.text)

    def cell(self, column: int) -> bytes:
        """Return the text of one cell, nothing where there is none."""
        found = _cell_at(column).search(self.text) if column in self.looks else None
        return found[0] if found else b""

    def with_cells(self, cells: Mapping[int, bytes], forgotten: Container[str] = ()) -> bytes:
        """Return the row when it holds these cells, and says no more what is forgotten."""
        said = {name: value for name, value in self.said.items() if name not in forgotten}
        return row_text(self.number, said, [cells[column] for column in sorted(cells)], self.rest)


def cells_in(text: bytes) -> dict[int, bytes]:
    """Return the cells in a text of the one form, by column."""
    return {_column(letters): cell for cell, letters, _ in _CELL_TEXT.findall(text)}


def row_text(number: int, said: Mapping[str, str], cells: Iterable[bytes] = (), rest: bytes = b"") -> bytes:
    """Return a row as it stands in the file."""
    return b'<row r="%d"%b>%b%b</row>' % (number, attributes_text(said).encode(), b"".join(cells), rest)


def attributes_text(said: Mapping[str, str]) -> str:
    """Return what a row says of itself as it stands in its text; few rows say something of their own."""
    return _attributes(*said.items()) if said else ""


@lru_cache(maxsize=256)
def _attributes(*said: tuple[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in said)


def moved_to(number: int, cell: bytes) -> bytes:
    """Return a cell without a formula as it stands in another row."""
    found = _PLACE.match(cell)
    return b'<c r="%b%d"%b' % (found[1], number, cell[found.end() :]) if found else cell


def is_empty(row: bytes) -> bool:
    """Tell whether a row says nothing of itself and holds nothing."""
    return len(row) < _SHORT and _EMPTY.fullmatch(row) is not None


def ends_of(row: bytes) -> tuple[str, ...]:
    """Return the letters of the first and the last column of a row, nothing when it has no cells."""
    first = _PLACE.search(row)
    last = _PLACE.match(row, row.rfind(b"<c r=")) if first else None
    return (first[1].decode(), last[1].decode()) if first and last else ()


def declared(spaces: Spaces) -> bytes:
    """Return what an element says for these prefixes to be known within it."""
    names = {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in spaces.items()}
    return "".join(f" {name}={quoteattr(uri)}" for name, uri in names.items()).encode()


@lru_cache(maxsize=1024)
def _said(attributes: bytes) -> Mapping[str, str]:
    """Return what a row says of itself; thousands of rows say the same.

    ``spans`` is a hint for loading that would be wrong in a row that is changed.
    """
    return {
        name.decode(): unescape(value.decode(), {"&quot;": '"', "&apos;": "'"})
        for name, value in _SAID.findall(attributes)
        if name != b"spans"
    }


@lru_cache(maxsize=1024)
def _looks(letters: tuple[bytes, ...], looks: tuple[bytes, ...]) -> Mapping[int, str]:
    return {_column(of): look.decode() for of, look in zip(letters, looks, strict=True)}


@lru_cache(maxsize=1024)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


@lru_cache(maxsize=1024)
def _cell_at(column: int) -> re.Pattern[bytes]:
    return re.compile(_CELL_FORM % column_letters(column).encode())
