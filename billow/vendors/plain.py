"""Whatever a vendor delivers, as one plain text: UTF-8, fields quoted, lines ended by a line feed.

Reports come as csv, tab-separated text, JSON lines, Parquet or xlsx, packed (``billow.vendors.unpacking``) or
not, with or without a byte order mark, and from older Excel in Windows-1252.
"""

import codecs
import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from billow.problems import Place, Problem, Refused, Severity
from billow.vendors.parquet_types import Typed, typed_columns
from billow.vendors.unpacking import Readable, check_workbook, most_bytes, unpacked

# No column is called anything near this long; whoever reads rows allows their cells more.
_HEADER_CHARACTERS = 1 << 17
_CHUNK = 1 << 17  # what a processor keeps at hand while it is looked at in several ways
_INNER_MARK = b"\n" + codecs.BOM_UTF8  # where files with a mark of their own were joined
# How a chunk may end so that what belongs to it is in the next one, the longest first.
_LINE_ENDS = (b"\r\n\xef\xbb", b"\n\xef\xbb", b"\r\n\xef", b"\n\xef", b"\r\n", b"\n", b"\r")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PARQUET = b"PAR1"
_NOT_TABLES = (b"\x1f\x8b", b"PK\x03\x04", _PARQUET, _OLE, b"{", b"[", b"\n")
_WORKBOOKS = {".xlsx", ".xlsm"}
_PARQUET_RATIO = 2_000  # a column of one value is stored once
_PATTERN = re.compile(r"[*?\[]")  # a path that the engine would take for a pattern of paths
_DELIMITERS = ",;\t|"
_DESCRIBES = {"blobs", "dataFiles", "reportKeys", "items"}  # manifests and answers may be one line too


@dataclass(frozen=True)
class Plain:
    """A report as plain text: where it lies for now, its delimiter and header, its SHA-256 as delivered."""

    path: Path
    delimiter: str
    header: tuple[str, ...]
    sha256: str
    problems: tuple[Problem, ...] = ()
    typed: Typed | None = None  # of a Parquet file that is no text yet


def make_plain(path: Path, folder: Path, *, hashed: bool = True) -> Plain:
    """Write the report at ``path`` as plain text into ``folder``; raise ``Refused`` if it cannot be read.

    One that was hashed before, as those of the archive are, has no hash here.
    """
    return _made(path, folder, _looked_through(path, hashed=hashed))


def make_typed(path: Path, folder: Path, copy: Path | None = None) -> Plain:
    """Do as ``make_plain`` does, but leave a Parquet file whose types can be read as they are where it is.

    Where a ``copy`` is wanted, it is made of the very bytes that are looked at, and read instead of the file.
    """
    seen, lies = _looked_through(path, copy=copy), copy or path
    if not _begins(lies, _PARQUET) or _PATTERN.search(str(lies)):
        return _made(lies, folder, seen)
    typed = typed_columns(lies, most=most_bytes(lies, _PARQUET_RATIO))
    if typed is None:
        return _made(lies, folder, seen)
    return Plain(lies, ",", tuple(name.strip() for name in typed.names), seen.sha256, typed=typed)


def _made(path: Path, folder: Path, seen: "_Seen") -> Plain:
    target = folder / "report.csv"
    problems: list[Problem] = []
    try:
        _refuse_sealed(path)
        if seen.is_plain:
            target = path
        elif path.suffix.lower() in _WORKBOOKS:
            check_workbook(path)
            _from_workbook(path, target)
        elif _begins(path, _PARQUET):
            _from_parquet(path, target)
        else:
            with unpacked(path) as stream:
                problems += _to_utf8(stream, target, path)
        if not seen.is_plain:
            _from_json_lines(target, path)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
        raise Refused([_unreadable(path, error)]) from error
    try:
        delimiter = _delimiter(target)
        csv.field_size_limit(_HEADER_CHARACTERS)
        with target.open(encoding="utf-8-sig", newline="") as text:
            header = next((line for line in csv.reader(text, delimiter=delimiter) if line), [])
    except csv.Error as error:
        raise Refused([cut_off(path.name, 1, "a field of it is longer than any header's")]) from error
    if not any(header):
        raise Refused([_empty(path)])
    names = tuple(name.strip() for name in header)
    return Plain(target, delimiter, names, seen.sha256, tuple(problems))


class _Utf8:
    """Whether bytes that come in pieces are UTF-8."""

    def __init__(self) -> None:
        self._decoder, self.is_broken = codecs.getincrementaldecoder("utf-8")(), False

    def look_at(self, chunk: bytes) -> None:
        """Look at the next piece; letters may be cut at its ends."""
        if self.is_broken or (chunk.isascii() and self.is_whole):
            return
        try:
            self._decoder.decode(chunk)
        except UnicodeDecodeError:
            self.is_broken = True

    @property
    def is_whole(self) -> bool:
        """Tell whether all pieces so far are UTF-8 and end with a whole letter."""
        return not (self.is_broken or self._decoder.getstate()[0])


@dataclass
class _Seen:
    """What a first look at all bytes of a file says; most reports are plain and need not be copied."""

    is_plain: bool
    sha256: str = ""


def _looked_through(path: Path, *, hashed: bool = True, copy: Path | None = None) -> _Seen:
    digest, letters, end, seen = hashlib.sha256(), _Utf8(), b"\n", _Seen(is_plain=True)
    with copy.open("wb") if copy else nullcontext() as out:
        for chunk in _chunks(path):
            if hashed:
                digest.update(chunk)
            if seen.is_plain:
                letters.look_at(chunk)
                seen.is_plain = not (letters.is_broken or b"\r" in chunk or _has_mark(end, chunk))
            if out:
                out.write(chunk)
            end = chunk[-3:]
    seen.sha256 = digest.hexdigest() if hashed else ""
    seen.is_plain = seen.is_plain and letters.is_whole and _is_table(copy or path)
    return seen


def _is_table(path: Path) -> bool:
    """Tell whether a file begins as a table of text does, and can be read where it lies."""
    with path.open("rb") as stream:
        begin = stream.read(16).removeprefix(codecs.BOM_UTF8).lstrip(b" ")
    is_text = not begin.startswith(_NOT_TABLES) and path.suffix.lower() not in _WORKBOOKS
    return is_text and not _PATTERN.search(str(path))


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise Refused([_unreadable(path, error)]) from error


def _has_mark(end: bytes, chunk: bytes) -> bool:
    """Tell whether a line of a piece begins with a mark, knowing how the piece before it ends."""
    # the mark's first byte is rare, and one byte is found far faster than four
    rare = b"\xef" in chunk or b"\xef" in end
    return rare and (_INNER_MARK in chunk or _INNER_MARK in end + chunk[:3])


def _unreadable(path: Path, error: Exception) -> Problem:
    if not path.is_file():
        return Problem(
            "IMP-001", f"There is no file {path.name}.", Place(path.name), "Check the folder and the name."
        )
    cut = isinstance(error, EOFError | zlib.error | zipfile.BadZipFile | gzip.BadGzipFile)
    reason = "it is cut off or damaged" if cut else "it is locked, protected or not a report"
    return Problem(
        "IMP-001",
        f"The file {path.name} cannot be opened: {reason}.",
        Place(path.name),
        "Download it again from the vendor." if cut else "Close it in other programs, or save it as csv.",
    )


def _empty(path: Path) -> Problem:
    return Problem(
        "IMP-055",
        f"The file {path.name} is empty.",
        Place(path.name),
        "Download it again. Where nothing was billed, a vendor delivers a header without rows.",
    )


def _refuse_sealed(path: Path) -> None:
    """Refuse what Excel seals with a password, and its binary files of before 2007: they look alike."""
    if _begins(path, _OLE):
        raise Refused(
            [
                Problem(
                    "IMP-001",
                    f"The file {path.name} cannot be opened: it has a password, or is of Excel before 2007.",
                    Place(path.name),
                    "Open it in Excel and save it as .xlsx without a password, or as csv.",
                )
            ]
        )


def _to_utf8(stream: Readable, target: Path, path: Path) -> list[Problem]:
    """Copy a stream as UTF-8 without byte order mark; where it is not UTF-8, say what it was taken for."""
    first = stream.read(_CHUNK)
    if first[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        _copy(first, stream, target, "utf-16")
        return [_other_encoding(path, "UTF-16")]
    held = target.with_suffix(".bytes")
    if _copy_if_utf8(first, stream, held):
        held.replace(target)
        return []
    with held.open("rb") as bytes_again:
        # Windows-1252 leaves five bytes undefined; they are replaced rather than refused, for a name's sake
        _copy(bytes_again.read(_CHUNK), bytes_again, target, "cp1252")
    held.unlink()
    return [_other_encoding(path, "Windows-1252")]


def _other_encoding(path: Path, name: str) -> Problem:
    return Problem(
        "IMP-015",
        f"{path.name} is not written in UTF-8; it was read as {name}.",
        Place(path.name),
        "Look at a customer name with an umlaut or accent. If it is garbled, save the file as CSV UTF-8.",
        Severity.NOTE,
    )


def _copy_if_utf8(first: bytes, stream: Readable, target: Path) -> bool:
    """Copy bytes with plain line ends and tell whether they are UTF-8; all are copied either way."""
    letters, held = _Utf8(), b""
    with target.open("wb") as out:
        chunk = first.removeprefix(codecs.BOM_UTF8)
        while chunk:
            letters.look_at(chunk)
            whole = held + chunk
            held = next((end for end in _LINE_ENDS if whole.endswith(end)), b"")
            out.write(_plain_lines(whole[: len(whole) - len(held)]))
            chunk = stream.read(_CHUNK)
        out.write(_plain_lines(held))
    return letters.is_whole


def _plain_lines(data: bytes) -> bytes:
    lines = data.replace(b"\r\n", b"\n") if b"\r" in data else data
    return lines.replace(_INNER_MARK, b"\n") if b"\xef" in lines else lines


def _copy(first: bytes, stream: Readable, target: Path, encoding: str) -> None:
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors="replace"), True)
    with target.open("w", encoding="utf-8", newline="") as out:
        chunk = first
        while chunk:
            out.write(decoder.decode(chunk))
            chunk = stream.read(_CHUNK)
        out.write(decoder.decode(b"", final=True))


def _from_workbook(path: Path, target: Path) -> None:
    """Write the first sheet that holds anything as csv, every cell as the text it holds."""
    # imported here: a csv, the usual case, should not wait for what reads workbooks
    import fastexcel  # noqa: PLC0415
    from pyarrow import csv as arrow_csv  # noqa: PLC0415

    try:
        book = fastexcel.read_excel(path)
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, dtypes="string", skip_whitespace_tail_rows=True)
            if sheet.width and sheet.height:
                options = arrow_csv.WriteOptions(include_header=False)
                arrow_csv.write_csv(sheet.to_arrow(), str(target), options)
                return
    except fastexcel.FastExcelError as error:
        raise OSError(f"{path.name} is not a workbook") from error
    target.write_text("", encoding="utf-8")


def _begins(path: Path, mark: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(mark)) == mark


def _from_parquet(path: Path, target: Path) -> None:
    """Write a Parquet file as csv; one that is damaged, or made to fill the disk, reads as cut off."""
    # imported here: a csv, the usual case, should not wait for it
    from billow.vendors.parquet_text import Unusable, write_text  # noqa: PLC0415

    try:
        write_text(path, target, most=most_bytes(path, _PARQUET_RATIO))
    except Unusable as error:
        raise EOFError(str(error)) from error


def _from_json_lines(target: Path, path: Path) -> None:
    """Write JSON lines as csv, and leave other text alone; numbers keep every digit as written."""
    with target.open(encoding="utf-8") as stream:
        first = stream.readline().strip()
    if first in {"{", "["}:
        raise Refused([_json_document(path)])
    if not first.startswith("{"):
        return
    lines = target.with_suffix(".jsonl")
    target.replace(lines)
    header: dict[str, None] = {}
    for row in _json_rows(lines, path):
        if not header and _DESCRIBES & row.keys():
            raise Refused([_json_document(path)])
        header.update(dict.fromkeys(row))
    # JSON can spell half a character, which no file can hold
    with target.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.DictWriter(out, list(header), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {name: _cell(value) for name, value in row.items()} for row in _json_rows(lines, path)
        )
    lines.unlink()


def _json_document(path: Path) -> Problem:
    return Problem(
        "IMP-001",
        f"The file {path.name} is a JSON document, not a report with one JSON object in each line.",
        Place(path.name),
        "Take the report's data file; a manifest or an answer of an interface only describes it.",
    )


def _json_rows(lines: Path, path: Path) -> Iterator[dict[str, Any]]:
    with lines.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line, parse_float=str, parse_int=str)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise Refused([cut_off(path.name, number, "it is not one complete JSON object")])
            yield _opened(row)


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the values inside its objects as columns too: ``invoice.month``."""
    inner = {
        f"{name}.{key}": value
        for name, values in row.items()
        if isinstance(values, dict)
        for key, value in values.items()
    }
    return row | inner if inner else row


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def cut_off(file: str, line: int, reason: str) -> Problem:
    """Return the problem of a line that is not whole: the file may be cut off there."""
    return Problem(
        "IMP-002",
        f"{file} is damaged or cut off at line {line}: {reason}.",
        Place(file, row=line),
        "Download the file again. If Excel has saved it, export it again instead of saving it.",
    )


def _delimiter(target: Path) -> str:
    """Return the delimiter that splits the first line into most fields, quoted ones counted as one."""
    with target.open(encoding="utf-8-sig", newline="") as stream:
        first = next((line for line in stream if line.strip()), "")
    counts = {mark: len(next(csv.reader([first], delimiter=mark), [])) for mark in _DELIMITERS}
    return max(counts, key=lambda mark: counts[mark])
