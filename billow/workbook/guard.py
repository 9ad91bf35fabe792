"""What a file must be before it is opened as a workbook.

A file from elsewhere may be a bomb: a few kilobytes that unpack to gigabytes, or markup that declares
entities. It is looked at first; what no spreadsheet program writes is refused.
"""

import io
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from billow.foreign import hostile
from billow.problems import Place, Problem, Refused

_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_OPEN_AGAIN = "Open it in Excel and save it as an Excel workbook (.xlsx)."


def read_safely(path: Path) -> bytes:
    """Return the bytes of a workbook that is safe to open; ``Refused`` otherwise."""
    data = _bytes(path)
    if data[:8] == _OLD_OFFICE:
        raise _refused("WBK-001", path, "is protected with a password or in an old format", _OPEN_AGAIN)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise _refused("WBK-001", path, "is not an Excel workbook", _OPEN_AGAIN)
            if reason := hostile(archive):
                hint = "It was not made by a spreadsheet program. Ask its sender for the workbook itself."
                raise _refused("WBK-002", path, f"is not opened: {reason}", hint)
            if b"purl.oclc.org/ooxml" in archive.read("xl/workbook.xml"):
                raise _refused("WBK-001", path, "is saved as Strict Open XML", _OPEN_AGAIN)
    except (BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise _refused("WBK-001", path, "is damaged or not an Excel workbook", _OPEN_AGAIN) from error
    return data


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        hint = "Check the name and the folder; billow new makes a workbook."
        raise _refused("WBK-001", path, "does not exist", hint) from None
    except PermissionError:
        raise _refused("WBK-001", path, "cannot be read", "Ask for the right to read this file.") from None
    except OSError:
        raise _refused(
            "WBK-001", path, "cannot be read", "Check that it is a file, on a drive in reach."
        ) from None


def _refused(code: str, path: Path, sentence: str, hint: str) -> Refused:
    return Refused([Problem(code, f'The file "{path.name}" {sentence}.', Place(path.name), hint)])
