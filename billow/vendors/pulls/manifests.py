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

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from billow.vendors.pulls.fetched import MOST_FILES, Source
from billow.vendors.pulls.stores import Entry, Store

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
    names, sizes, rows = read_manifest(store.source, manifest.base, store.text(manifest))
    there = {}
    for folder in dict.fromkeys(_folder(store, name) for name in names):
        there.update({entry.name.strip("/"): entry for entry in store.below(folder)})
    entries = []
    for name in names:
        entry = there.get(f"{store.root.rstrip('/')}/{_tail(store.source, name)}".strip("/"))
        if entry is None:
            raise _broken(store.source, manifest.base, f"lists {_base(name)}, which is not there")
        if sizes.get(name, entry.size) != entry.size:
            raise _broken(store.source, manifest.base, f"says another size of {_base(name)}")
        entries.append(entry)
    stem = re.sub(r"-?manifest\.json", "", manifest.base, flags=re.IGNORECASE) or _base(store.root)
    return Listed(f"{stem}-{month}", tuple(entries), rows)


def read_manifest(source: Source, file: str, data: bytes) -> tuple[list[str], dict[str, int], int | None]:
    """Return the files that a manifest lists, their sizes where said, and their rows together."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, Mapping):
        raise _broken(source, file, "is not a manifest")
    sizes: dict[str, int] = {}
    rows: int | None = None
    if isinstance(blobs := said.get("blobs"), list):
        names = [_text(source, file, blob, "blobName") for blob in blobs]
        sizes = dict(_numbers(names, blobs, "byteCount"))
        _refuse_other_count(source, file, said, len(names))
        rows = _count(said.get("dataRowCount"))
    else:
        found = said.get("dataFiles") or said.get("reportKeys")
        names = [name for name in found if isinstance(name, str)] if isinstance(found, list) else []
    if not 0 < len(names) <= MOST_FILES:
        raise _broken(source, file, "lists no files that could be read")
    return names, sizes, rows


def _refuse_other_count(source: Source, file: str, said: Mapping[str, Any], count: int) -> None:
    if _count(said.get("blobCount")) not in {None, count}:
        raise _broken(source, file, f"lists {count} files and says {said['blobCount']}")


def _text(source: Source, file: str, blob: object, key: str) -> str:
    name = blob.get(key) if isinstance(blob, Mapping) else None
    if not isinstance(name, str) or not name:
        raise _broken(source, file, "lists a file without a name")
    return name


def _numbers(names: Sequence[str], blobs: Sequence[Mapping[str, Any]], key: str) -> list[tuple[str, int]]:
    counts = ((name, _count(blob.get(key))) for name, blob in zip(names, blobs, strict=True))
    return [(name, count) for name, count in counts if count is not None]


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


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
