"""What a run changes in a workbook, and the workbook as it was before: so that the last run can be undone.

Excel forgets its own *Undo* when a program writes into the sheets. So each run keeps, beside the charges and
the register, the workbook as it was and the names of what was written; *Undo last run* puts just that back,
and what was typed elsewhere since stays.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from billow.workbook.archive import replace_file

_BEFORE, _WHAT = "before.xlsx", "run.json"


@dataclass
class Changes:
    """What one run writes: tables, named cells, sheets that it puts in place or takes out."""

    command: str = ""
    tables: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    put: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def add(self, kind: str, names: Iterable[str]) -> None:
        """Note that these were written; each is noted once."""
        noted: list[str] = getattr(self, kind)
        noted += [name for name in names if name not in noted]

    def put_sheet(self, title: str, *, replaces: bool) -> None:
        """Note a sheet that is put in place."""
        if replaces:
            self.add("dropped", [title])
        self.add("put", [title])

    def drop_sheet(self, title: str) -> None:
        """Note a sheet that is taken out; one that this run has put there leaves no trace."""
        if title in self.put:
            self.put.remove(title)
        else:
            self.add("dropped", [title])


@dataclass(frozen=True)
class BeforeImages:
    """The folder that keeps the workbook as it was before the last run, and what that run wrote."""

    folder: Path

    @property
    def workbook(self) -> Path:
        """The workbook as it was."""
        return self.folder / _BEFORE

    def keep(self, before: bytes, changes: Changes) -> None:
        """Keep the state before a run; that of the run before it is let go."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _WHAT).unlink(missing_ok=True)
        replace_file(self.workbook, before)
        replace_file(self.folder / _WHAT, json.dumps(asdict(changes), indent=1).encode())

    def last(self) -> Changes | None:
        """Return what the last run wrote, nothing when there is none to undo."""
        try:
            return Changes(**json.loads((self.folder / _WHAT).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
