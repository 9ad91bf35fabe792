"""Excel as the host of a click, through xlwings; about a line for each thing that a click needs."""

import platform
import subprocess
from typing import Any

import xlwings

from billow.commands.machine import MAC
from billow.problems import Place, Problem, Refused
from billow.workbook.live import LiveWorkbook

_TITLE = "Billow"
# Text and proposal are arguments of the script, never part of it.
_MAC_QUESTION = """on run said
return text returned of (display dialog (item 1 of said) default answer (item 2 of said) with title "Billow")
end run"""


class Excel:
    """The Excel that is open, and one workbook in it."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._app = book.app

    @classmethod
    def calling(cls) -> "Excel":
        """Return Excel with the workbook from which the button was clicked."""
        return cls(xlwings.Book.caller())

    def workbook(self) -> LiveWorkbook:
        """Return the workbook as commands see it."""
        try:
            return LiveWorkbook(self._book)
        except xlwings.XlwingsError as error:
            sentence = f"Excel does not say in which folder of this computer {self._book.name} lies."
            hint = "Open it from a folder that OneDrive keeps on this computer, or does not sync."
            raise Refused([Problem("EXC-001", sentence, Place(self._book.name), hint)]) from error

    def selected(self) -> tuple[str, int]:
        """Return the sheet that is shown, and the row of the selected cell; 0 when a picture is selected."""
        chosen = self._app.selection
        return str(self._book.sheets.active.name), int(chosen.row) if chosen is not None else 0

    def ask(self, text: str, proposed: str) -> str | None:
        """Ask in a box with one field."""
        if platform.system() != MAC:
            answer = self._app.api.InputBox(text, _TITLE, proposed)
            return None if answer is False else str(answer)
        words = ["/usr/bin/osascript", "-e", _MAC_QUESTION, text, proposed]
        asked = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
        return asked.stdout.rstrip("\n") if asked.returncode == 0 else None

    def tell(self, text: str) -> None:
        """Show a message box."""
        self._app.alert(text, _TITLE)

    def offer(self, text: str) -> bool:
        """Show a message box with *yes* and *no*."""
        return bool(self._app.alert(text, _TITLE, buttons="yes_no") == "yes")

    def progress(self, text: str) -> None:
        """Write to the status bar; Excel's own text comes back at the end."""
        self._app.status_bar = text or False

    def show(self, sheet: str, row: int) -> None:
        """Show a row of a sheet."""
        if sheet in [each.name for each in self._book.sheets]:
            self._book.sheets[sheet].activate()
            self._book.sheets[sheet].range((max(row, 1), 1)).select()
