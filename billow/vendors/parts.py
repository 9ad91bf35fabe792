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
from typing import BinaryIO

_MOST = 4  # each part that is read holds some 200 MB, and an import has 2 GB
_LEAST = 1 << 24  # bytes that are worth a part
_LONGEST = 1 << 24  # no line is longer, or the engine refuses it
_CHUNK = 1 << 20


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
