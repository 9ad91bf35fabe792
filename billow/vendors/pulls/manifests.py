"""Exports that come with a manifest: which files are one report, and how many rows they must have.

AWS and Azure write a month's export as files beside a manifest, and the old files of an earlier run may still
lie there. So only what the newest manifest lists is read.

::

    <export>/metadata/BILLING_PERIOD=2026-06/<name>-Manifest.json       AWS Data Exports (CUR 2.0, FOCUS)
    <export>/data/BILLING_PERIOD=2026-06/<name>-00001.csv.gz
    <report>/20260601-20260701/<name>-Manifest.json                     AWS Cost and Usage Report
    <report>/20260601-20260701/<assembly>/<name>-1.csv.gz
    <export>/20260601-20260630/<run>/<guid>/manifest.json               Azure Cost Management
    <export>/20260601-20260630/<run>/<guid>/000001.csv.gz

A manifest names its files by where they were written; here they are looked for below the folder that the
source names, so that a copy of the export on a disk is read in the same way.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billow.vendors.pulls.fetched import Source
from billow.vendors.pulls.stores import Entry, Store

if TYPE_CHECKING:
    from billow.vendors.pulls.answers import Manifest

_PERIOD = re.compile(r"BILLING_PERIOD=(\d{4}-\d{2})|(\d{4})(\d{2})01-\d{8}")
_MANIFEST = re.compile(r"(.+-)?manifest\.json", re.IGNORECASE)
_RUN = re.compile(r"\d{12,14}")
_HINT = "Wait until the vendor has finished writing the export, or have it written anew."


@dataclass(frozen=True)
class Listed:
    """The files of one report, all there, and the rows that they must have together (None: not said)."""

    name: str
    entries: tuple[Entry, ...]
    rows: int | None


def listed(store: Store, month: str | None) -> Listed | None:
    """Return the export in a folder, of a month or the newest; None where the folder is no export."""
    top = {entry.base: entry for entry in store.children(store.root) if entry.is_folder}
    folder = f"{store.root.rstrip('/')}/metadata"
    found = store.children(folder) if "metadata" in top else list(top.values())
    periods = {entry: when for entry in found if entry.is_folder and (when := _month(entry.base))}
    if not periods:
        return None
    chosen = month or max(periods.values())
    folders = [entry for entry, when in periods.items() if when == chosen]
    manifests = [
        one for period in folders for one in store.below(period.name) if _MANIFEST.fullmatch(one.base)
    ]
    if not manifests:
        sentence = f'"{store.source.shown}" has no export of {chosen} yet.'
        raise store.source.refused("PUL-007", sentence, "Try again when the vendor has written it.")
    manifest = max(manifests, key=_newest)
    return _resolved(store, manifest, chosen)


def _month(folder: str) -> str:
    found = _PERIOD.fullmatch(folder)
    return "" if found is None else found[1] or f"{found[2]}-{found[3]}"


def _newest(manifest: Entry) -> tuple[int, str, str, str]:
    # AWS keeps the current manifest above the folders of the runs. A run is named by its moment, or by an id.
    run = next((part for part in manifest.name.split("/") if _RUN.fullmatch(part)), "")
    return -manifest.name.count("/"), run, manifest.modified, manifest.name


def _resolved(store: Store, manifest: Entry, month: str) -> Listed:
    said = read_manifest(store.source, manifest.base, store.text(manifest))
    there = {}
    for folder in dict.fromkeys(_folder(store, file.blob_name) for file in said.blobs):
        there.update({entry.name.strip("/"): entry for entry in store.below(folder)})
    entries = []
    for file in said.blobs:
        entry = there.get(f"{store.root.rstrip('/')}/{_tail(store.source, file.blob_name)}".strip("/"))
        if entry is None:
            raise _broken(store.source, manifest.base, f"lists {_base(file.blob_name)}, which is not there")
        if file.byte_count not in {None, entry.size}:
            raise _broken(store.source, manifest.base, f"says another size of {_base(file.blob_name)}")
        entries.append(entry)
    stem = re.sub(r"-?manifest\.json", "", manifest.base, flags=re.IGNORECASE) or _base(store.root)
    return Listed(f"{stem}-{month}", tuple(entries), said.data_row_count)


def read_manifest(source: Source, file: str, data: bytes) -> "Manifest":
    """Return the files that a manifest lists, their sizes where said, and their rows together."""
    # imported here: pydantic takes a tenth of a second, and most imports have no manifest
    from billow.vendors.pulls.answers import Manifest, NotUsable, read  # noqa: PLC0415

    try:
        return read(Manifest, data)
    except NotUsable as wrong:
        raise _broken(source, file, str(wrong)) from None


def _tail(source: Source, name: str) -> str:
    """Return a listed file as seen from the export's folder."""
    parts = name.split("/")
    starts = [n for n, part in enumerate(parts) if _month(part)]
    if not starts or {"..", "."} & set(parts):
        raise _broken(source, name, "lies outside the export")
    first = starts[-1]
    data = first > 0 and parts[first].startswith("BILLING_PERIOD=") and parts[first - 1] == "data"
    return "/".join(parts[first - data :])


def _folder(store: Store, name: str) -> str:
    return f"{store.root.rstrip('/')}/{_tail(store.source, name).rpartition('/')[0]}"


def _base(name: str) -> str:
    return name.rstrip("/").rsplit("/", 1)[-1]


def _broken(source: Source, file: str, what: str) -> Exception:
    return source.refused("PUL-008", f"{_base(file)} {what}.", _HINT)
