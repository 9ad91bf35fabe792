"""Writing a file whole or not at all."""

import hashlib
import os
from pathlib import Path

from billow.problems import Place, Problem, Refused


def write_text(path: Path, text: str, *, encoding: str = "utf-8") -> str:
    """Write ``text`` with its line ends as they are; return the SHA-256 of the file."""
    return write_bytes(path, text.encode(encoding))


def write_bytes(path: Path, data: bytes) -> str:
    """Replace the file by ``data`` in one step, safe on the disk; return the SHA-256 of the file."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _keep_name(path.parent)
    except OSError as error:
        _remove(part)
        raise Refused([_problem(path, error)]) from error
    return hashlib.sha256(data).hexdigest()


def _keep_name(folder: Path) -> None:
    """Let the new name survive a power cut, where the system knows that (Windows does not)."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return  # what keeps us from removing it is what the problem already tells


def _problem(path: Path, error: OSError) -> Problem:
    sentence = f"{path.name} cannot be written: {error.strerror}."
    hint = "Close the file where it is open, or look whether the folder may be written and the disk has room."
    return Problem("EXP-003", sentence, Place(str(path)), hint)
