"""Archives, opened with care: nothing is unpacked to a name that they chose, or to more than a report holds.

A gzip may have several members one after the other, as blobs are joined. A zip holds one report, or the
parts of one: files with the same header, as AWS and Microsoft deliver large months. Parts have to be
imported together, because a set is replaced as a whole.
"""

import gzip
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Protocol

from billow.foreign import MOST_RATIO, hostile, part_of, spread_out, twice
from billow.problems import Place, Problem, Refused

_RATIO_COUNTS_FROM = 64 << 20
_MAX_UNPACKED = 20 << 30
_MAX_PARTS = 1000
_UNPACK = "Unpack it yourself and import the report inside."
_SAVE_AS_CSV = "If you trust its sender, open it in Excel and save the sheet as csv; else ask for it again."
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the library knows more, and what they raise
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


class Readable(Protocol):
    """Bytes that come in pieces."""

    def read(self, size: int, /) -> bytes:
        """Return the next piece, empty at the end."""
        ...


@contextmanager
def unpacked(path: Path) -> Iterator[Readable]:
    """Open a report, packed or not; what it is packed in is known by its first bytes, not by its name."""
    with path.open("rb") as raw:
        magic = raw.read(4)
        raw.seek(0)
        if magic.startswith(_GZIP):
            with gzip.open(raw) as stream:
                yield _Bounded(stream, path)
        elif magic == _ZIP:
            with _opened_zip(raw) as archive, ExitStack() as opened:
                names = _checked(archive, path)
                _refuse_strangers(archive, names, path)
                yield _Bounded(_Joined(opened, archive, names), path)
        else:
            yield raw


def check_workbook(path: Path) -> None:
    """Refuse a workbook that would unpack to more than fits into memory, or that no program wrote."""
    with path.open("rb") as raw, _opened_zip(raw) as archive:
        _checked(archive, path)
        if reason := hostile(archive) or spread_out(archive):
            raise Refused([_refused(path, reason, "workbook", _SAVE_AS_CSV)])


def most_bytes(path: Path, ratio: int = MOST_RATIO) -> int:
    """Return how much a file may unpack to."""
    return max(path.stat().st_size * ratio, _RATIO_COUNTS_FROM)


@contextmanager
def _opened_zip(raw: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(raw)
    except ValueError as error:  # a name that is no text, a length below zero
        raise zipfile.BadZipFile from error
    with archive:
        if not all(archive.namelist()):
            raise zipfile.BadZipFile("a part has no name")
        yield archive


class _Bounded:
    """A stream that ends in a refusal once it has grown out of proportion to the file it comes from."""

    def __init__(self, stream: Readable, path: Path) -> None:
        self._stream, self._path, self._read = stream, path, 0
        self._most = most_bytes(path)

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(size)
        self._read += len(chunk)
        if self._read > self._most:
            raise Refused([_refused(self._path, "it unpacks to far more than a report could hold")])
        return chunk


class _Joined:
    """The parts of a report one after the other, each ending with a line end."""

    def __init__(self, opened: ExitStack, archive: zipfile.ZipFile, names: Sequence[str]) -> None:
        self._opened, self._archive, self._names = opened, archive, list(names)
        self._current: IO[bytes] | gzip.GzipFile | None = None

    def read(self, size: int) -> bytes:
        while True:
            if self._current and (chunk := self._current.read(size)):
                return chunk
            if not self._names:
                return b""
            began = self._current is not None
            self._current = _member(self._opened, self._archive, self._names.pop(0))
            if began:
                return b"\n"


def _member(opened: ExitStack, archive: zipfile.ZipFile, name: str) -> IO[bytes] | gzip.GzipFile:
    """Open a member; one that is packed again, as parts usually are, is unpacked too."""
    with part_of(archive, name) as stream:
        packed = stream.read(2) == _GZIP
    plain = opened.enter_context(part_of(archive, name))
    return opened.enter_context(gzip.GzipFile(fileobj=plain)) if packed else plain


def _checked(archive: zipfile.ZipFile, path: Path) -> list[str]:
    """Check a zip before anything of it is read; return the names inside in order."""
    # a Mac adds a shadow of every file that it packs
    inside = [i for i in archive.infolist() if not (i.is_dir() or i.filename.startswith("__MACOSX/"))]
    if any(info.flag_bits & 1 for info in inside):
        raise Refused([_refused(path, "it has a password")])
    if any(info.compress_type not in _PACKINGS for info in inside):
        raise Refused([_refused(path, "it is packed in a way that reports are not")])
    if twice(inside):
        raise Refused([_refused(path, "it holds two files of one name")])
    size = sum(info.file_size for info in inside)
    if size > min(most_bytes(path), _MAX_UNPACKED):
        raise Refused([_refused(path, "it unpacks to far more than a report could hold")])
    return sorted(info.filename for info in inside)


def _refuse_strangers(archive: zipfile.ZipFile, names: Sequence[str], path: Path) -> None:
    """Refuse a zip whose files are not the parts of one report."""
    if not 0 < len(names) <= _MAX_PARTS:
        raise Refused([_refused(path, f"it holds {len(names)} files, and one is expected")])
    if len(names) > 1 and len({_first_line(archive, name) for name in names}) > 1:
        raise Refused([_refused(path, f"it holds {len(names)} files that are not parts of one report")])


def _first_line(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a member's header; JSON lines have none, so there the opening brace stands for it."""
    with ExitStack() as opened:
        line = _member(opened, archive, name).readline(1 << 20)
    return b"{" if line.lstrip().startswith(b"{") else line.removeprefix(b"\xef\xbb\xbf").strip()


def _refused(path: Path, reason: str, kind: str = "archive", hint: str = _UNPACK) -> Problem:
    return Problem("IMP-018", f"The {kind} {path.name} is not opened: {reason}.", Place(path.name), hint)
