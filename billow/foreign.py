"""Files from elsewhere: what a zip archive and a workbook must be before anything in them is believed.

A file may be a bomb: a few kilobytes that unpack to gigabytes, markup that declares entities, or one cell in
the last corner of a sheet, for which a reader would make room for seventeen billion. It is looked at first;
what no spreadsheet program writes is refused, with the reason in words. Parts are read in memory and never
unpacked to a name that the file chose.

>>> import io
>>> held = io.BytesIO()
>>> with ZipFile(held, "w") as archive:
...     archive.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "c">]><workbook/>')
>>> with ZipFile(held) as archive:
...     hostile(archive)
'its part xl/workbook.xml declares a document type or entities'
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

MOST_PARTS = 10_000
MOST_BYTES = 500 << 20  # a workbook is read into memory
MOST_RATIO = 200  # a report shrinks to a tenth or so; what shrinks further is no report
_SMALL = 8 << 20  # a blank sheet of some megabytes packs better than any real one
_CHUNK, _OVERLAP = 1 << 20, 128  # what is looked for is shorter than the overlap
_MARKUP = (".xml", ".rels", ".vml")
# A row or a cell, with its place where it says one; without, it follows the one before it.
_CELL = re.compile(rb"""<(?:\w+:)?(row|c)(?=[\s/>])(?:[^>]*?\sr=["']([A-Z]{0,3})([0-9]{1,7})["'])?""")
_SPARSE = 20_000_000  # so many places fit into memory; a stray note at the foot of a sheet may ask for them
_ROOM_PER_CELL = 50


def hostile(archive: ZipFile) -> str:
    """Return why a workbook is not opened, or nothing."""
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        return f"it has {len(entries)} parts"
    if twice(entries):
        return "it has two parts of the same name"
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        return f"it unpacks to more than {MOST_BYTES >> 20} MB"
    return next((reason for entry in entries if (reason := _hostile_part(archive, entry))), "")


def spread_out(archive: ZipFile) -> str:
    """Return why a workbook is not read cell by cell: its cells lie too far apart, or nothing."""
    for entry in archive.infolist():
        if room := _needless_room(archive, entry):
            return f"its part {entry.filename} spreads few cells over {room:,} places"
    return ""


def part_of(archive: ZipFile, part: ZipInfo | str) -> IO[bytes]:
    """Open a part; ``BadZipFile`` where another name, that is no text, stands beside it."""
    try:
        return archive.open(part)
    except ValueError as error:
        raise BadZipFile from error


def twice(entries: Sequence[ZipInfo]) -> bool:
    """Tell whether two parts have one name; which of them is meant, no reader can know."""
    return len({entry.filename for entry in entries}) != len(entries)


def _hostile_part(archive: ZipFile, entry: ZipInfo) -> str:
    if entry.flag_bits & 1:
        return f"its part {entry.filename} is encrypted"
    if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * entry.compress_size:
        return f"its part {entry.filename} unpacks to more than {MOST_RATIO} times its size"
    for number, text in enumerate(_pieces(archive, entry)):
        if not number and not _is_markup(entry.filename, text):
            return ""
        if not number and b"\x00" in text[:4]:  # UTF-16, where the words below would look different
            return f"its part {entry.filename} is not written in UTF-8"
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            return f"its part {entry.filename} declares a document type or entities"
    return ""


def _is_markup(name: str, text: bytes) -> bool:
    """Tell by name or content: a reader follows relations, and takes a part under any name."""
    return name.endswith(_MARKUP) or text.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _needless_room(archive: ZipFile, entry: ZipInfo) -> int:
    """Return the places between a part's first and last cell where they are far more than its cells."""
    cells = row = column = last = widest = 0
    for number, text in enumerate(_pieces(archive, entry)):
        if not number and not _is_markup(entry.filename, text):
            return 0
        for kind, letters, digits in _CELL.findall(text):
            if kind == b"row":
                row, column = int(digits or row + 1), 0
            else:
                cells += 1
                row = int(digits or row)
                column = _number(letters) if letters else column + 1
            last, widest = max(last, row), max(widest, column)
    room = last * widest
    return room if room > max(_SPARSE, cells * _ROOM_PER_CELL) else 0


@cache
def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _pieces(archive: ZipFile, entry: ZipInfo) -> Iterator[bytes]:
    """Yield a part in pieces that overlap a little, so that no word is cut in two."""
    with part_of(archive, entry) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            yield tail + chunk
            tail = chunk[-_OVERLAP:]
