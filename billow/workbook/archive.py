"""The file itself: a zip archive whose untouched parts are carried over byte for byte.

Python's zipfile would unpack and pack every part again. Here a part that did not change keeps its very
bytes, packed as the program that saved it had packed them. A part that did is cut into pieces, which are
packed side by side and beside whatever else runs: the packer lets go of Python's lock.

>>> part = Packed([b"<sheetData>", b"<row/>", b"</sheetData>"])
>>> part.size, part.unpacked()
(29, b'<sheetData><row/></sheetData>')
"""

import contextlib
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial, reduce
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Generic, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from billow.problems import Place, Problem, Refused

T = TypeVar("T")

# APPNOTE.TXT 4.3: local file header, central directory header, end of central directory.
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8, _STREAMED = 0x800, 0x8  # flag bits: the name is UTF-8; sizes follow the data
_NEW = (1980, 1, 1, 0, 0, 0)
_PIECE = 4 << 20  # bytes of a part that are packed by themselves; the file grows by a thousandth
_LEVEL = 5  # against 6, which programs take: a quarter less time, a fiftieth more file
_RAW = -15  # deflate without a header, as archives hold it, looking back 32 KB


class _Beside(Generic[T]):
    """Work that is done beside what runs; whoever needs its result and comes first does it himself."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._lock, self._work = Lock(), [work]
        _workers().submit(self.result)

    def result(self) -> T:
        """Return what the work comes to."""
        with self._lock:
            if self._work:
                self._result = self._work[0]()
                self._work.clear()  # and what it was done with
            return self._result


@cache
def _workers() -> ThreadPoolExecutor:
    """One core is left to the run, which only waits where all else is done."""
    return ThreadPoolExecutor(max((os.cpu_count() or 1) - 1, 1), "packing")


class Packed:
    """A part as it will stand in the archive; it is being packed from the moment it is made.

    It is given as texts one behind the other, which are let go as they are packed.
    """

    def __init__(self, texts: Sequence[bytes]) -> None:
        self.size = sum(map(len, texts))
        *pieces, last = _pieces(texts)
        self._sum = _Beside(partial(_check_sum, texts))
        self._pieces = [_Beside(partial(_squeezed, piece, zlib.Z_FULL_FLUSH)) for piece in pieces]
        self._pieces.append(_Beside(partial(_squeezed, last, zlib.Z_FINISH)))

    @property
    def check_sum(self) -> int:
        """The sum by which a program that unpacks the part knows it to be whole."""
        return self._sum.result()

    def finish(self) -> None:
        """Help to pack the part, from its end."""
        for piece in reversed(self._pieces):
            piece.result()

    def packed(self) -> bytes:
        """Return the part packed; waits until it is."""
        return b"".join(piece.result() for piece in self._pieces)

    def unpacked(self) -> bytes:
        """Return the part as it was given."""
        return zlib.decompress(self.packed(), _RAW, self.size)


def _pieces(texts: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Put texts together, and cut long ones, to pieces of about one size; the last one is what is left."""
    piece, size = [], 0
    for text in chain.from_iterable(map(_cut, texts)):
        piece.append(text)
        size += len(text)
        if size >= _PIECE:
            yield piece
            piece, size = [], 0
    yield piece


def _cut(text: bytes) -> Sequence[bytes]:
    if len(text) <= _PIECE:
        return (text,)
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def _check_sum(texts: Sequence[bytes]) -> int:
    return reduce(lambda before, text: zlib.crc32(text, before), texts, 0)


def _squeezed(piece: list[bytes], end: int) -> bytes:
    """Pack one piece so that another may follow: it ends on a whole byte, and looks at none before it."""
    squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return squeeze.compress(b"".join(piece)) + squeeze.flush(end)


def write_archive(out: BinaryIO, source: BinaryIO, names: Iterable[str], changed: dict[str, Packed]) -> None:
    """Write the parts ``names`` in that order: from ``changed`` where given, else as in ``source``."""
    for part in reversed(changed.values()):
        part.finish()
    central = bytearray()
    count = 0
    with ZipFile(source) as archive:
        known = {info.filename: info for info in archive.infolist()}
        for name in names:
            info = known.get(name) or ZipInfo(name, _NEW)
            if name in changed:
                info, packed = _as_packed(info, changed[name]), changed[name].packed()
            else:
                packed = _as_stored(source, info)
            central += _entry(out, info, packed)
            count += 1
    start = out.tell()
    out.write(central)
    out.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, len(central), start, 0))


def _as_packed(old: ZipInfo, part: Packed) -> ZipInfo:
    info = ZipInfo(old.filename, old.date_time)
    info.compress_type, info.CRC, info.file_size = ZIP_DEFLATED, part.check_sum, part.size
    info.external_attr, info.create_system, info.flag_bits = old.external_attr, old.create_system, 0
    return info


def _as_stored(source: BinaryIO, info: ZipInfo) -> bytes:
    source.seek(info.header_offset)
    header = _LOCAL.unpack(source.read(_LOCAL.size))
    source.seek(header[-2] + header[-1], os.SEEK_CUR)
    return source.read(info.compress_size)


def _entry(out: BinaryIO, info: ZipInfo, packed: bytes) -> bytes:
    """Write one part and return its line of the directory at the end."""
    year, month, day, hour, minute, second = info.date_time
    stamp = (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
    if info.filename.isascii():
        flags, name = info.flag_bits & ~_STREAMED & ~_UTF8, info.filename.encode("ascii")
    else:
        flags, name = info.flag_bits & ~_STREAMED | _UTF8, info.filename.encode("utf-8")
    sizes = (info.CRC, len(packed), info.file_size)
    offset = out.tell()
    out.write(_LOCAL.pack(b"PK\x03\x04", 20, flags, info.compress_type, *stamp, *sizes, len(name), 0))
    out.write(name)
    out.write(packed)
    made_by = 20 | info.create_system << 8
    attributes = (0, info.external_attr, offset)
    head = (b"PK\x01\x02", made_by, 20, flags, info.compress_type, *stamp, *sizes, len(name), 0, 0, 0)
    return _CENTRAL.pack(*head, *attributes) + name


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of ``path``, wholly or not at all; ``Refused`` if it is in use."""
    path, temporary = path.resolve(), None  # a link to a workbook stays a link
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix="~", suffix=".xlsx", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        else:
            temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except PermissionError as error:
        raise in_use(path, "cannot be written") from error
    except FileNotFoundError as error:
        raise in_use(path, "cannot be written: its folder does not exist") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    _flush_folder(path.parent)


def in_use(path: Path, reason: str) -> Refused:
    """Return the refusal for a workbook that cannot be written now."""
    hint = "Close the workbook everywhere it is open, and run the command again."
    return Refused([Problem("WBK-016", f'The workbook "{path.name}" {reason}.', Place(path.name), hint)])


def refuse_if_open(path: Path) -> None:
    """Raise ``Refused`` when Excel or LibreOffice has left its mark that the file is open."""
    for mark, program in ((f"~${path.name}", "Excel"), (f".~lock.{path.name}#", "LibreOffice")):
        if path.with_name(mark).exists():
            raise in_use(path, f"is open in {program}")


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _flush_folder(folder: Path) -> None:
    """Make the new name durable; Windows does not open folders, and does not need it."""
    with contextlib.suppress(PermissionError, NotImplementedError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
