"""Install and uninstall: tab Billow and the functions in Excel, or the functions in LibreOffice Calc.

In Excel it is an add-in, in the folder from which Excel loads when it starts. In LibreOffice Calc it is an
extension, which carries all it needs, so that LibreOffice's own Python (3.11 or newer) serves the functions.
Either program is closed first; it looks for what is installed when it starts.
"""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from billow_udfs.calc import IDENTIFIER, extension

from billow.commands.outcome import Outcome
from billow.problems import Place, Problem, Refused

_PATIENCE = 120  # seconds


def install_calc() -> Outcome:
    """Add the functions to LibreOffice Calc, in place of those of an earlier Billow."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "billow.oxt"
        path.write_bytes(extension())
        _unopkg("add", "--force", "--suppress-license", str(path))
    return Outcome(("LibreOffice Calc has the functions; start it again.",), {"installed": "calc"})


def uninstall_calc() -> Outcome:
    """Take the functions out of LibreOffice Calc."""
    _unopkg("remove", IDENTIFIER)
    return Outcome(("LibreOffice Calc no longer has the functions.",), {"uninstalled": "calc"})


def _unopkg(*words: str) -> None:
    program = _program()
    if program is None:
        sentence = "LibreOffice is not found: there is no program unopkg."
        hint = "Install LibreOffice, and let its folder program be on the search path."
        raise Refused([Problem("INS-001", sentence, Place(), hint)])
    done = subprocess.run(  # noqa: S603 - LibreOffice's own program, with words of ours
        [program, *words], capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=False
    )
    if done.returncode:
        hint = "Close LibreOffice and try again, as the user who works with it."
        raise Refused(
            [Problem("INS-002", f"LibreOffice says: {_said(done.stderr, done.stdout)}", Place(), hint)]
        )


def _program() -> str | None:
    """Return LibreOffice's program for extensions, which lies beside soffice where no path leads to it."""
    if found := shutil.which("unopkg"):
        return found
    office = shutil.which("soffice")
    return shutil.which("unopkg", path=str(Path(office).resolve().parent)) if office else None


def _said(*texts: str) -> str:
    lines = (line.strip() for text in texts for line in text.splitlines())
    return next(filter(None, lines), "nothing, and stopped")
