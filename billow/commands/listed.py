"""A vendor's file that lists things beside charges: its invoices, or what was agreed with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from billow.commands.desk import Desk

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class ListFile(Generic[Entry]):
    """A file that was read as a list, and what it lists."""

    path: Path
    sha256: str
    entries: tuple[Entry, ...]

    @property
    def name(self) -> str:
        """The name of the file, for people."""
        return self.path.name


def archive(desk: Desk, lists: Iterable[ListFile[Entry]]) -> None:
    """Keep the files as they were delivered, beside those of charges."""
    for each in lists:
        desk.store.keep(each.path, each.sha256, each.name)
