"""The computer on which Excel runs: where it looks for add-ins, and where the add-in looks for Python.

>>> Machine("Windows", Path("ann"), Path("ann/py/python.exe"), Path("ann/roaming")).add_in.as_posix()
'ann/roaming/Microsoft/Excel/XLSTART/billow.xlam'
"""

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from billow.problems import Place, Problem, Refused

WINDOWS, MAC = "Windows", "Darwin"
# From Excel's sandbox on macOS: https://learn.microsoft.com/office/vba/office-mac/install-and-load-add-ins
_MAC_START = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
_MAC_SETTINGS = "Library/Containers/com.microsoft.Excel/Data"
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"


@dataclass(frozen=True)
class Machine:
    """A computer: its system, the user's home, the Python that runs Billow, and roaming settings."""

    system: str
    home: Path
    python: Path
    roaming: Path

    @classmethod
    def here(cls) -> "Machine":
        """Return this computer."""
        home = Path.home()
        roaming = Path(os.environ.get("APPDATA", home / "AppData" / "Roaming"))
        return cls(platform.system(), home, Path(sys.executable), roaming)

    @property
    def has_excel(self) -> bool:
        """Whether Excel with add-ins exists for this system."""
        return self.system in {WINDOWS, MAC}

    @property
    def add_in(self) -> Path:
        """Where the add-in lies: the folder from which Excel loads when it starts, which it trusts."""
        if self.system == WINDOWS:
            return self.roaming / "Microsoft" / "Excel" / "XLSTART" / "billow.xlam"
        return self.home / _MAC_START / "billow.xlam"

    @property
    def settings(self) -> Path:
        """Where the add-in looks for its settings."""
        if self.system == WINDOWS:
            return self.home / ".billow" / "billow.conf"
        return self.home / _MAC_SETTINGS / "billow.conf"

    @property
    def scripts(self) -> Path:
        """Where Excel on macOS finds the scripts that may start other programs."""
        return self.home / _MAC_SCRIPTS

    @property
    def log(self) -> Path:
        """Where clicks are noted."""
        return self.home / ".billow" / "billow.log"

    @property
    def settings_text(self) -> bytes:
        """Return the settings: which Python runs, as VBA reads it, a name and a value per line.

        VBA knows the letters of one code page only; so the home, where a name may stand, is left to it.
        """
        key = "INTERPRETER_WIN" if self.system == WINDOWS else "INTERPRETER_MAC"
        try:
            return f'"{key}","{self._python()}"\r\n'.encode("ascii")
        except UnicodeEncodeError as error:
            sentence = "Excel cannot read the name of the folder in which Python is installed."
            hint = f"Install Python and Billow below {self.home}, or in a folder named with plain letters."
            raise Refused([Problem("EXC-004", sentence, Place(str(self.python)), hint)]) from error

    def _python(self) -> str:
        """Return the path of Python, the home as a variable of the system."""
        separator, home = ("\\", "%USERPROFILE%") if self.system == WINDOWS else ("/", "$HOME")
        if self.python.is_relative_to(self.home):
            return separator.join([home, *self.python.relative_to(self.home).parts])
        return str(self.python)
