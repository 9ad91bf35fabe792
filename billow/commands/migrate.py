"""Migrate: a workbook of an earlier Billow gets the sheets, columns and settings that this one adds.

The workbook as it was is kept beside it. Rows, own columns and sheets, notes and formats stay as they are.
"""

import shutil
from itertools import count
from pathlib import Path

from billow_templates import template

from billow.commands.desk import count_of, now
from billow.commands.outcome import Outcome
from billow.workbook.archive import refuse_if_open, replace_file
from billow.workbook.book import Workbook
from billow.workbook.guard import read_safely
from billow.workbook.migrating import Migration
from billow.workbook.package import Package


def migrate(workbook: Path) -> Outcome:
    """Bring a workbook up to this version, in its place; what it was stays beside it."""
    refuse_if_open(workbook)
    data = read_safely(workbook)
    Workbook(workbook, data, tables=("tblSettings",))  # refuses what is no workbook of Billow, or a newer one
    old, new = Package(data, workbook.name), Package(template("Billing").read_bytes())
    migration = Migration(old, new, workbook.name)
    migration.run()
    if not migration.added:
        line = f"{workbook.name} has everything that this version of Billow knows; nothing was changed."
        return Outcome((line,), {"added": [], "kept": ""})
    kept = _backup(workbook)
    replace_file(workbook, old.bytes())
    lines = (
        f"{workbook.name} is brought up to this version: {count_of(len(migration.added), 'addition')}.",
        *(f"  {added}" for added in migration.added),
        f"The workbook as it was is {kept.name}.",
    )
    return Outcome(lines, {"added": migration.added, "kept": kept.name})


def _backup(workbook: Path) -> Path:
    """Copy the workbook beside itself, under a name that is free."""
    stem = f"{workbook.stem} before {now():%Y-%m-%d}"
    names = (f"{stem}{f' ({number})' if number > 1 else ''}{workbook.suffix}" for number in count(1))
    free = next(path for name in names if not (path := workbook.with_name(name)).exists())
    shutil.copy2(workbook, free)
    return free
