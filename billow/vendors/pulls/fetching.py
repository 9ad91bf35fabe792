"""One source in, its reports out: whatever kind of address it is.

A path, a folder or a pattern on this machine; ``https://`` for one file; ``s3://``, ``abfs://``, ``gs://``
and other stores for files, folders and patterns; ``partner-center://`` for Microsoft's billing. ``{month}``
in an address is the billing month of the import, so that a row needs no change each month.
"""

import glob
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from billow.file_names import safe_name
from billow.vendors.pulls.fetched import PARTNER_CENTER, Errand, Fetched, Source
from billow.vendors.pulls.manifests import listed
from billow.vendors.pulls.parts import joined, shards
from billow.vendors.pulls.secrets import secret_of
from billow.vendors.pulls.stores import Entry, Store, local, remote

MONTH = "{month}"


def fetch(source: Source, errand: Errand) -> list[Fetched]:
    """Return the reports of a source; an empty list where nothing lies there."""
    source = _of_month(source, errand.month)
    scheme, found, _ = source.address.partition("://")
    # a folder of its own: two sources may have files of one name
    folder = errand.folder / hashlib.sha256(source.address.encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    errand = replace(errand, folder=folder)
    if not found:
        return _of_this_machine(source, errand)
    try:
        urlsplit(source.address)
    except ValueError:
        hint = "Check its spelling; brackets stand only around an address of the newer kind."
        raise source.refused("PUL-001", f'"{source.shown}" is not an address.', hint) from None
    ways: dict[str, Callable[[Source, Errand], list[Fetched]]] = {
        PARTNER_CENTER: _of_partner_center,
        "https": _of_web,
    }
    return ways.get(scheme.lower(), _of_store)(source, errand)


def _of_month(source: Source, month: str | None) -> Source:
    if MONTH not in source.address:
        return source
    if month is None:
        sentence = f'"{source.shown}" is an address of a month, and the import names none.'
        raise source.refused("PUL-001", sentence, "Say the month: billow import WORKBOOK --period 2026-06.")
    return replace(source, address=source.address.replace(MONTH, month))


def _of_partner_center(source: Source, errand: Errand) -> list[Fetched]:
    # imported here, as the web below: most imports read what lies in a folder, and should not wait for it
    from billow.vendors.pulls.graph import fetch_billing  # noqa: PLC0415

    return [fetch_billing(source, errand)]


def _of_web(source: Source, errand: Errand) -> list[Fetched]:
    from billow.vendors.pulls.web import Web  # noqa: PLC0415

    parts = urlsplit(source.address)
    name = safe_name(unquote(parts.path).rsplit("/", 1)[-1] or parts.hostname or "report")
    target = errand.folder / name
    secret = secret_of(parts.hostname or "")
    with Web(source, errand.hosts) as web:
        version = web.download(
            source.address,
            target,
            headers={"Authorization": secret} if secret else None,
            stop=lambda version: bool(version) and errand.known(source.shown, version),
        )
    if version is None:
        return [Fetched(source, source.shown, None)]
    return [Fetched(source, source.shown, target, version)]


def _of_this_machine(source: Source, errand: Errand) -> list[Fetched]:
    path = source.base / source.address
    if path.is_dir():
        return _of_folder(local(source, path.as_posix()), errand, is_remote=False)
    # the standard library's patterns, as in a shell; what is no pattern is itself
    names = [str(path)] if path.is_file() else glob.glob(str(path))  # noqa: PTH207
    found = [Path(name) for name in sorted(names) if Path(name).is_file()]
    return [_together(source, errand, group) for group in _by_shards(found)]


def _of_store(source: Source, errand: Errand) -> list[Fetched]:
    store = remote(source, source.address, errand.hosts)
    if store.is_folder():
        return _of_folder(store, errand, is_remote=True)
    return _of_entries(store, store.matching(store.root), errand, is_remote=True)


def _of_folder(store: Store, errand: Errand, *, is_remote: bool) -> list[Fetched]:
    export = listed(store, errand.month)
    if export is None:
        entries = [entry for entry in store.children(store.root) if not entry.is_folder]
        return _of_entries(store, entries, errand, is_remote=is_remote)
    origin = f"{store.source.shown} {export.name}"
    version = _version(export.entries) if is_remote else ""
    return [_delivered(store, origin, export.name, export.entries, errand, version, export.rows)]


def _of_entries(store: Store, entries: Sequence[Entry], errand: Errand, *, is_remote: bool) -> list[Fetched]:
    by_name = {entry.name: entry for entry in entries}
    found = []
    for group in shards(by_name):
        parts = [by_name[name] for name in group]
        version = _version(parts) if is_remote else ""
        origin = f"{store.source.shown} {parts[0].name}"
        found.append(_delivered(store, origin, Path(parts[0].base).stem, parts, errand, version, None))
    return found


def _delivered(
    store: Store,
    origin: str,
    name: str,
    entries: Sequence[Entry],
    errand: Errand,
    version: str,
    rows: int | None,
) -> Fetched:
    if version and errand.known(origin, version):
        return Fetched(store.source, origin, None, version, rows)
    parts = []
    for number, entry in enumerate(entries, start=1):
        folder = errand.folder / hashlib.sha256(f"{origin} {number}".encode()).hexdigest()[:12]
        folder.mkdir(parents=True, exist_ok=True)
        parts.append(store.fetched(entry, folder))
    return Fetched(store.source, origin, joined(parts, name, errand.folder, store.source), version, rows)


def _together(source: Source, errand: Errand, group: Sequence[Path]) -> Fetched:
    return Fetched(source, str(group[0]), joined(group, group[0].stem, errand.folder, source))


def _by_shards(paths: Sequence[Path]) -> list[list[Path]]:
    return [[Path(name) for name in group] for group in shards(map(str, paths))]


def _version(entries: Sequence[Entry]) -> str:
    return hashlib.sha256("".join(entry.state for entry in entries).encode()).hexdigest()
