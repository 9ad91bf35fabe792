r"""A report in parts of whole lines, so that each core reads one; no part lies anywhere but in the report.

The engine numbers the rows of a file one after the other, on one core. In a report without line ends inside
its cells each line is a row; so the lines before a part say the number of its first row, and all parts are
read at once. Whether the rows were the lines is for the reader to prove.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     path = Path(folder) / "report.csv"
...     _ = path.write_bytes(b"Cost,Currency\n0.1,EUR\n0.2,EUR\n")
...     [(part.lines_before, part.begin, part.end) for part in parts_of(path, most=2, least=10)]
[(0, 0, 22), (2, 22, 30)]
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from fsspec.spec import AbstractFileSystem

_MOST = 4  # each part that is read holds some 200 MB, and an import has 2 GB
_LEAST = 1 << 24  # bytes that are worth a part
_LONGEST = 1 << 24  # no line is longer, or the engine refuses it
_CHUNK = 1 << 20
_PROTOCOL = "part"


@dataclass(frozen=True)
class Part:
    """Some whole lines of a file: where they begin and end in it, and how many lines are before them."""

    path: Path
    begin: int
    end: int
    lines_before: int


def parts_of(path: Path, most: int | None = None, least: int = _LEAST) -> list[Part]:
    """Return the parts of a file, as many as this machine has cores; one where the file is small."""
    size = path.stat().st_size
    count = max(min(most or min(os.cpu_count() or 1, _MOST), size // least), 1)
    with path.open("rb") as stream:
        later = {_next_line(stream, size * number // count) for number in range(1, count)}
        parts, lines = [], 0
        for begin, end in pairwise((0, *sorted(later - {size}), size)):
            parts.append(Part(path, begin, end, lines))
            lines += _line_ends(stream, begin, end) if end < size else 0
    return parts


def _next_line(stream: BinaryIO, place: int) -> int:
    stream.seek(place)
    stream.readline(_LONGEST)
    return stream.tell()


def _line_ends(stream: BinaryIO, begin: int, end: int) -> int:
    stream.seek(begin)
    return sum(stream.read(min(_CHUNK, end - at)).count(b"\n") for at in range(begin, end, _CHUNK))


def in_one(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a file as one, the whole file."""
    return [replace(parts[0], end=parts[-1].end)]


# fsspec publishes no types
class Parts(AbstractFileSystem):  # type: ignore[misc]
    """The parts as files that an engine can open, by the names that they have here."""

    protocol = _PROTOCOL
    cachable = False

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__()
        self.by_name = {f"{_PROTOCOL}://{number}": part for number, part in enumerate(parts)}

    def glob(self, path: str, **_: object) -> list[str]:
        """Return the one part of that name."""
        return [path]

    def info(self, path: str, **_: object) -> dict[str, Any]:
        """Return how long a part is."""
        part = self.by_name[path]
        return {"name": path, "size": part.end - part.begin, "type": "file"}

    def open(self, path: str, *_: object, **__: object) -> "_Opened":
        """Open a part for reading."""
        return _Opened(self.by_name[path])


class _Opened:
    """A part as a stream of its own; the file is open while it is read only, as no engine closes all."""

    def __init__(self, part: Part) -> None:
        self._part, self._place = part, part.begin

    def read(self, size: int) -> bytes:
        """Return the next bytes of the part."""
        with self._part.path.open("rb") as stream:
            stream.seek(self._place)
            found = stream.read(min(size, self._part.end - self._place))
        self._place += len(found)
        return found

    def seek(self, place: int) -> None:
        """Go to a place of the part."""
        self._place = self._part.begin + place

    def close(self) -> None:
        """Close nothing."""
