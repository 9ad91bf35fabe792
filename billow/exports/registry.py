"""Where a journal can be handed over to: one row per target, so a new target is one module and one row.

>>> sorted(TARGETS)
['deferral-by-day', 'deferral-by-month', 'hledger', 'journal-csv']
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from billow.exports import deferral_csv, hledger, journal_csv
from billow.exports.files import write_text
from billow.journal.entry import Journal
from billow.problems import Problem, Refused


@dataclass(frozen=True)
class Target:
    """A kind of file: its text, its encoding, and what it is called in the month's folder.

    ``defers``: its journal books prepaid revenue as it is earned; a schedule says it of all prepaid lines.
    """

    name: str
    title: str
    file_name: str
    text: Callable[[Journal], str]
    encoding: str = "utf-8"
    defers: bool = True


_ALL = (
    Target(
        "journal-csv",
        "Journal as a table, for any accounting system",
        "journal.csv",
        journal_csv.text,
        journal_csv.ENCODING,
    ),
    Target("hledger", "Plain-text journal, for hledger", "journal.hledger", hledger.text),
    Target(
        "deferral-by-month",
        "Prepaid revenue over its months, whole months equal",
        "deferral.csv",
        deferral_csv.text_by_month,
        journal_csv.ENCODING,
        defers=False,
    ),
    Target(
        "deferral-by-day",
        "Prepaid revenue over its months by their days",
        "deferral-by-day.csv",
        deferral_csv.text_by_day,
        journal_csv.ENCODING,
        defers=False,
    ),
)
TARGETS = {target.name: target for target in _ALL}


def target_named(name: str) -> Target:
    """Return the target, or refuse and say which there are."""
    if name not in TARGETS:
        sentence = f'There is no target "{name}".'
        raise Refused([Problem("EXP-001", sentence, hint=f"Choose one of: {', '.join(TARGETS)}.")])
    return TARGETS[name]


def export(name: str, journal: Journal, path: Path) -> str:
    """Write the journal for a target and return the file's SHA-256, for the note of the handover."""
    target = target_named(name)
    return write_text(path, target.text(journal), encoding=target.encoding)
