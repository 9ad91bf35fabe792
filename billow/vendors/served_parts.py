"""Parts of a report as files that an engine can open: a file system of this program, over the report itself.

>>> from pathlib import Path
>>> Parts([Part(Path("report.csv"), 0, 22, 0), Part(Path("report.csv"), 22, 30, 2)]).info("part://1")["size"]
8
"""

from collections.abc import Sequence
from typing import Any

from fsspec.spec import AbstractFileSystem

from billow.vendors.parts import Part

_PROTOCOL = "part"


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
