"""The charge store: raw files by hash, one Parquet file for each set of charges, and the catalogue.

::

    <root>/archive/<sha256>/<name>                                the vendor's file, as delivered
    <root>/charges/month=2026-06/vendor=Microsoft/<import>.parquet   a set, never changed
    <root>/catalogue.sqlite                                       which sets count

A set is committed, not written: files are put in place first and counted by one transaction last. What
is interrupted before that leaves files that nothing reads.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from billow.charges import Charge, ImportTotals
from billow.file_names import safe_name
from billow.problems import Problem
from billow.usage.catalogue import Catalogue, CataloguedSet
from billow.usage.measure import CustomerDifference, difference_by_customer, measure
from billow.usage.verify import verify_set

if TYPE_CHECKING:
    from billow.reconcile.arithmetic import VendorRows
    from billow.usage.vendor_rows import SourceRows


class ImportedSet(Protocol):
    """What an import hands over: totals and a Parquet file, or neither where it was refused."""

    @property
    def totals(self) -> ImportTotals | None:
        """What was proved about the set."""

    @property
    def parquet(self) -> Path | None:
        """Where the set lies for now."""


class Status(StrEnum):
    """What a commit did to the store."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Commit:
    """The outcome of a commit: the set that now counts, and what it replaced."""

    status: Status
    totals: ImportTotals
    replaced: ImportTotals | None = None
    differences: tuple[CustomerDifference, ...] = ()


@dataclass(frozen=True)
class ChargeStore:
    """The store in the folder ``root``, which need not exist before the first commit."""

    root: Path

    @property
    def _catalogue(self) -> Catalogue:
        return Catalogue(self.root / "catalogue.sqlite")

    def commit(self, imported: ImportedSet, raw_path: Path) -> Commit:
        """Let an imported set count instead of the one with its key.

        The same charges again, under whatever name, packing or order, change nothing in the store.
        """
        if imported.totals is None or imported.parquet is None:
            raise ValueError("an import that was refused has no set to commit")
        totals, found = imported.totals, measure(imported.parquet)
        olds = [old for old in self._catalogue.current() if old.totals.set_key in _keys_replaced(totals)]
        for old in olds:
            same = (old.totals.fingerprint, old.content, old.totals.billing_month, old.totals.set_key)
            if same == (totals.fingerprint, found.content, totals.billing_month, totals.set_key):
                return Commit(Status.UNCHANGED, old.totals)
        archive = self._archive(raw_path, totals)
        parquet = self._place(imported.parquet, totals)
        new = CataloguedSet(
            totals, found.content, self._relative(parquet), _sha256(parquet), self._relative(archive)
        )
        self._catalogue.commit(new, olds)
        if not olds:
            return Commit(Status.NEW, totals)
        differences = difference_by_customer([self.root / old.parquet for old in olds], [parquet])
        return Commit(Status.REPLACED, totals, olds[-1].totals, differences)

    def imports(self, month: str | None = None) -> list[ImportTotals]:
        """Return the totals of the sets that count, of one billing month or of all."""
        return [found.totals for found in self._catalogue.current(month)]

    def archived(self, import_id: str) -> Path:
        """Return the vendor's file of an import; ``KeyError`` if there was no such import."""
        return self.root / self._set(import_id).archive

    def charges(self, month: str) -> list[Charge]:
        """Return the charges of a billing month, like rows added up exactly."""
        # imported here: most commands commit or count and should not wait for what aggregates
        from billow.usage.aggregate import read_charges  # noqa: PLC0415

        sets = self._catalogue.current(month)
        return read_charges(
            [self.root / found.parquet for found in sets],
            {found.totals.import_id: (found.totals.set_key, month) for found in sets},
        )

    def vendor_rows(self, month: str) -> list["VendorRows"]:
        """Return the rows of a month whose vendor arithmetic can be done again, alike ones counted."""
        from billow.usage.vendor_rows import read_alike  # noqa: PLC0415 - as above

        sets = self._catalogue.current(month)
        formats = sorted({found.totals.format_id for found in sets})
        return read_alike([self.root / found.parquet for found in sets], formats, month)

    def totals(self, import_id: str) -> ImportTotals | None:
        """Return the totals of an import, also a superseded one; None if the store never had it."""
        found = self._catalogue.latest(import_id)
        return found.totals if found else None

    def source_rows(self, import_id: str, keys: Sequence[str], at_most: int) -> dict[str, "SourceRows"]:
        """Return the rows of the vendor's file behind charges of an import, also a superseded one.

        What was moved out of the store has none.
        """
        from billow.usage.vendor_rows import read_source_rows  # noqa: PLC0415 - as above

        found = self._catalogue.latest(import_id)
        if found is None or not (self.root / found.parquet).is_file():
            return {}
        return read_source_rows(self.root / found.parquet, found.totals.set_key, keys, at_most)

    def verify(self, import_id: str) -> list[Problem]:
        """Compare a stored set with what was recorded at its import; return what does not agree."""
        return list(verify_set(self.root, self._set(import_id)))

    def difference_by_customer(self, before: str, after: str) -> tuple[CustomerDifference, ...]:
        """Compare two imports, also superseded ones, by customer and currency."""
        old, new = self._set(before), self._set(after)
        return difference_by_customer([self.root / old.parquet], [self.root / new.parquet])

    def _set(self, import_id: str) -> CataloguedSet:
        found = self._catalogue.latest(import_id)
        if found is None:
            raise KeyError(f"there is no import {import_id}")
        return found

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _archive(self, raw_path: Path, totals: ImportTotals) -> Path:
        target = self.root / "archive" / totals.sha256 / safe_name(totals.file_name)
        if not target.exists():
            _copy(raw_path, target)
        if _sha256(target) != totals.sha256:
            target.unlink()
            raise ValueError(f"{raw_path.name} is not the file that was imported; it has changed since")
        return target

    def _place(self, parquet: Path, totals: ImportTotals) -> Path:
        vendor = safe_name(totals.vendor).replace(" ", "_")
        folder = self.root / "charges" / f"month={totals.billing_month or 'none'}" / f"vendor={vendor}"
        target, count = folder / f"{totals.import_id}.parquet", 1
        while (
            target.exists()
        ):  # a set is never changed: the same file read by a corrected format is another set
            count += 1
            target = folder / f"{totals.import_id}-{count}.parquet"
        _copy(parquet, target)
        return target


def _keys_replaced(totals: ImportTotals) -> set[str]:
    """Return the keys of the sets that a new one replaces.

    Its own; and where it is known by its invoice, that of the estimate of the same month, which Microsoft
    delivers before there is an invoice.
    """
    format_and_account = totals.set_key.rsplit("|", 1)[0]
    return {totals.set_key, f"{format_and_account}|{totals.billing_month}"}


def _copy(source: Path, target: Path) -> None:
    """Copy a file so that under its name there is never half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False) as out:
        with source.open("rb") as stream:
            shutil.copyfileobj(stream, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
    Path(out.name).replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
