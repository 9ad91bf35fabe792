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
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from billow.charges import Charge, ImportTotals
from billow.contracts.customers import Kept
from billow.file_names import safe_name
from billow.problems import Problem
from billow.usage.catalogue import Catalogue, CataloguedSet
from billow.usage.corrections import style_of, write_correction
from billow.usage.deliveries import (
    Delivery,
    Family,
    delivery_by,
    family,
    family_of,
    invoiced,
    is_added,
    left_out,
    marked,
    open_month,
)
from billow.usage.measure import CustomerDifference, difference_by_customer, hashed_by, measure
from billow.usage.verify import verify_set

if TYPE_CHECKING:
    from billow.reconcile.arithmetic import VendorRows
    from billow.usage.vendor_rows import SourceRows


# Reads an archived file again, as it was imported then, and returns the fingerprint of its rows.
Reread = Callable[[Path, ImportTotals], str]


class ImportedSet(Protocol):
    """What an import hands over: totals and a Parquet file, or neither where it was refused."""

    @property
    def totals(self) -> ImportTotals | None:
        """What was proved about the set."""

    @property
    def parquet(self) -> Path | None:
        """Where the set lies for now."""

    @property
    def copy(self) -> Path | None:
        """Where a copy of the vendor's file lies for now, hashed as it was made; if there is one."""


class Status(StrEnum):
    """What a commit did to the store."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    ADDED = "added"
    CORRECTED = "corrected"
    LATE = "late"


@dataclass(frozen=True)
class Commit:
    """The outcome of a commit: the set that now counts, and what it replaced."""

    status: Status
    totals: ImportTotals
    replaced: ImportTotals | None = None
    differences: tuple[CustomerDifference, ...] = ()


@dataclass(frozen=True)
class ChargeStore:
    """The store in the folder ``root``, which need not exist before the first commit.

    Charges of the accounts ``apart`` are told apart by a tag or by resource group.
    """

    root: Path
    engine: str = ""  # what adds the charges up; see billow.usage.engine
    apart: tuple[Kept, ...] = ()
    reread: Reread | None = None  # reads an archived file again

    @property
    def _catalogue(self) -> Catalogue:
        return Catalogue(self.root / "catalogue.sqlite")

    def commit(
        self,
        imported: ImportedSet,
        raw_path: Path,
        *,
        closed: Collection[str] = (),
        delivery: Delivery = Delivery.REPLACES,
    ) -> Commit:
        """Let an imported set count, instead of the open ones of its family or beside them.

        The same charges again, under whatever name, packing or order, change nothing in the store. What
        stands in a month of ``closed`` is never touched: what the file changes there becomes a correction.
        """
        totals, parquet = _handed_over(imported)
        current = self._catalogue.current()
        same = family(totals, current, closed)
        content, adds = totals.fingerprint, delivery is Delivery.ADDS
        if known := same.known(content, self._delivered, adds=adds):
            return Commit(Status.UNCHANGED, known.totals)
        if late := invoiced(totals, current):
            return Commit(Status.LATE, late.totals)
        new = _Delivered(totals, parquet, raw_path, imported.copy, content, content if adds else "")
        if same.closed or totals.billing_month in closed:
            return self._correct(new, same, open_month(closed))
        olds = [] if adds else same.replaced()
        status = Status.ADDED if adds else Status.REPLACED if olds else Status.NEW
        own = replace(totals, set_key=marked(family_of(totals.set_key), content=new.mark))
        return self._count(replace(new, totals=own), content, same.open, olds, status)

    def _delivered(self, one: CataloguedSet) -> str:
        """Return what a set's file holds, as today's engine hashes it; another's hashes are made anew."""
        if one.hashed_by == hashed_by():
            return one.delivered
        if one.totals.corrects:  # the set holds differences: only the vendor's file says what was delivered
            return self.reread(self.root / one.archive, one.totals) if self.reread else one.delivered
        return measure(self.root / one.parquet).content

    def _correct(self, new: "_Delivered", same: Family, landing: str) -> Commit:
        """Let what a file changes in an issued month count in the open one."""
        key = marked(family_of(new.totals.set_key), content=new.mark, landing=landing)
        home = same.closed[0].totals if same.closed else new.totals
        import_id = hashlib.sha256(f"{new.totals.import_id} {key}".encode()).hexdigest()[:12]
        olds, standing = ([], []) if new.mark else (same.replaced(), same.standing())
        accepted = same.accepted() if standing else []
        with tempfile.TemporaryDirectory(prefix=".correction-", dir=new.parquet.parent) as folder:
            rows = Path(folder) / "rows.parquet"
            write_correction(new.parquet, self._files(standing), import_id, rows)
            found = measure(rows)
            own = replace(
                new.totals,
                import_id=import_id,
                set_key=key,
                billing_month=landing,
                rows_stored=found.rows,
                fingerprint=found.fingerprint,
                billed=dict(found.billed),
                tax=dict(found.tax),
                corrects=home.corrects or home.billing_month,
                against=tuple(old.totals.import_id for old in accepted),
            )
            correction = replace(new, totals=own, parquet=rows, content=found.content)
            return self._count(correction, new.content, same.all, olds, Status.CORRECTED)

    def _count(
        self,
        new: "_Delivered",
        delivered: str,
        before: Sequence[CataloguedSet],
        olds: Sequence[CataloguedSet],
        status: Status,
    ) -> Commit:
        """Put the files of a set in place, then let it count instead of ``olds``."""
        totals = new.totals
        archive = self.keep(new.raw_path, totals.sha256, totals.file_name, new.copy)
        placed = self._place(new.parquet, totals)
        files = (self._relative(placed), _sha256(placed), self._relative(archive))
        row = CataloguedSet(totals, new.content, *files, delivered=delivered, hashed_by=hashed_by())
        self._catalogue.commit(row, olds)
        if not before:
            return Commit(status, totals)
        kept = self._files(one for one in before if one not in olds)
        differences = difference_by_customer(self._files(before), [*kept, placed])
        return Commit(status, totals, olds[-1].totals if olds else None, differences)

    def delivery(
        self, imported: ImportedSet, declared: str = "", beside: Sequence[ImportedSet] = ()
    ) -> Delivery | Problem:
        """Tell whether a file replaces or adds to its family, or return the problem that it is not clear.

        What is ``declared`` goes; else a file adds whose rows could not be those of a whole delivery.
        ``beside`` are the files that are imported with it, before it.
        """
        if declared:
            return Delivery(declared)
        totals, new = _handed_over(imported)
        same = family(totals, self._catalogue.current(), ())
        if known := next((one for one in same.all if self._delivered(one) == totals.fingerprint), None):
            return Delivery.ADDS if is_added(known) else Delivery.REPLACES
        handed = [_handed_over(one) for one in beside]
        files = [path for other, path in handed if family_of(other.set_key) == family_of(totals.set_key)]
        found = delivery_by(style_of(new, [*self._files(same.all), *files]), totals.file_name)
        partly = left_out(totals, same) if found is Delivery.REPLACES else None
        return partly or found

    def restated(self, month: str, landing: str) -> list[Charge]:
        """Return the charges of an issued month with what corrects it, billed up to month ``landing``."""
        from billow.usage.aggregate import read_charges  # noqa: PLC0415 - as below

        found = [
            one
            for one in self._catalogue.current()
            if (one.totals.corrects or one.totals.billing_month) == month
            and one.totals.billing_month <= landing
        ]
        sets = {one.totals.import_id: one.totals for one in found}
        return read_charges(self.engine, self._files(found), sets, month, self.apart)

    def imports(self, month: str | None = None) -> list[ImportTotals]:
        """Return the totals of the sets that count, of one billing month or of all."""
        return [found.totals for found in self._catalogue.current(month)]

    def counted(self, formats: Collection[str]) -> list[tuple[ImportTotals, Path]]:
        """Return the imports of some formats whose files nothing later stated anew, and where these lie."""
        current = self._catalogue.current()
        own = [one for one in current if one.totals.format_id in formats]
        return [
            (one.totals, self.root / one.archive)
            for one in own
            if one in family(one.totals, current, ()).counted
        ]

    def keep(self, raw_path: Path, sha256: str, name: str, copy: Path | None = None) -> Path:
        """Put a vendor's file into the archive, as delivered, and return where it lies.

        A ``copy`` of ours was hashed as it was made, and need not be made again.
        """
        target = self.root / "archive" / sha256 / safe_name(name)
        if copy and not target.exists() and _is_linked(copy, target):
            return target
        if not target.exists():
            _copy(copy or raw_path, target)
        if _sha256(target) != sha256:
            target.unlink()
            raise ValueError(f"{raw_path.name} is not the file that was imported; it has changed since")
        return target

    def archived(self, import_id: str) -> Path:
        """Return the vendor's file of an import; ``KeyError`` if there was no such import."""
        return self.root / self._set(import_id).archive

    def charges(self, month: str) -> list[Charge]:
        """Return the charges of a billing month, like rows added up exactly."""
        # imported here: most commands commit or count and should not wait for what aggregates
        from billow.usage.aggregate import read_charges  # noqa: PLC0415

        sets = self._catalogue.current(month)
        totals = {found.totals.import_id: found.totals for found in sets}
        return read_charges(self.engine, self._files(sets), totals, apart=self.apart)

    def rows(self, month: str) -> Any:
        """Return every row of a billing month as an Arrow table; None where nothing was imported."""
        from billow.usage.vendor_rows import read_rows  # noqa: PLC0415 - as above

        return read_rows(self.engine, self._files(self._catalogue.current(month)))

    def vendor_rows(self, month: str) -> list["VendorRows"]:
        """Return the rows of a month whose vendor arithmetic can be done again, alike ones counted.

        A correction holds differences of what the vendor calculated, which are nothing it calculated.
        """
        from billow.usage.vendor_rows import read_alike  # noqa: PLC0415 - as above

        sets = [found for found in self._catalogue.current(month) if not found.totals.corrects]
        formats = sorted({found.totals.format_id for found in sets})
        return read_alike(self.engine, self._files(sets), formats, month)

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
        parquet, mark = self.root / found.parquet, found.totals.set_key
        return read_source_rows(self.engine, parquet, mark, keys, at_most, self.apart)

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

    def _files(self, sets: Iterable[CataloguedSet]) -> list[Path]:
        return [self.root / one.parquet for one in sets]

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _place(self, parquet: Path, totals: ImportTotals) -> Path:
        vendor = safe_name(totals.vendor).replace(" ", "_")
        folder = self.root / "charges" / f"month={totals.billing_month or 'none'}" / f"vendor={vendor}"
        target, count = folder / f"{totals.import_id}.parquet", 1
        while (
            target.exists()
        ):  # a set is never changed: the same file read by a corrected format is another set
            count += 1
            target = folder / f"{totals.import_id}-{count}.parquet"
        if not _is_linked(parquet, target):
            _copy(parquet, target)
        return target


@dataclass(frozen=True)
class _Delivered:
    """A set on its way into the store; ``mark`` is its content where it adds to others."""

    totals: ImportTotals
    parquet: Path
    raw_path: Path
    copy: Path | None
    content: str
    mark: str


def _handed_over(imported: ImportedSet) -> tuple[ImportTotals, Path]:
    if imported.totals is None or imported.parquet is None:
        raise ValueError("an import that was refused has no set to commit")
    return imported.totals, imported.parquet


def _is_linked(source: Path, target: Path) -> bool:
    """Give a finished file of ours a name in the store too; False where the disk does not let it have two."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb+") as stream:
        os.fsync(stream.fileno())
    try:
        target.hardlink_to(source)
    except OSError:
        return False
    target.chmod(0o600)  # as what is copied has it
    return True


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
