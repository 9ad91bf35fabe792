"""Folders and buckets as one kind of place: what lies there, in which version, and its bytes.

A folder of this machine and a bucket of any store that fsspec knows look the same from here. What reads a
store is installed as an extra of Billow, and brings the vendor's own way of signing in; a secret of ours is
handed over where there is one for the bucket or the storage account.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from billow.file_names import safe_name
from billow.problems import Refused
from billow.vendors.pulls.fetched import MOST_BYTES, MOST_FILES, Source
from billow.vendors.pulls.hosts import ALLOW, NotAllowed, checked_address
from billow.vendors.pulls.secrets import secret_of

_EXTRAS = {"s3": "aws", "abfs": "azure", "abfss": "azure", "az": "azure", "gs": "gcp", "gcs": "gcp"}
_UNENCRYPTED = frozenset({"http", "ftp"})
_ANY_PORT = 443
_STATE = ("ETag", "etag", "md5", "content_md5", "LastModified", "last_modified", "mtime", "updated", "size")


@dataclass(frozen=True)
class Entry:
    """A file or folder of a store: its full name, its size, and what changes when it does."""

    name: str
    is_folder: bool
    size: int
    state: str
    modified: str

    @property
    def base(self) -> str:
        """The last part of the name."""
        return self.name.rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Store:
    """A place that holds reports, and the root that a source names there."""

    source: Source
    files: Any  # an fsspec file system; the package publishes no types
    root: str

    def children(self, folder: str) -> list[Entry]:
        """Return what lies in a folder, without what is below; nothing if there is no such folder."""
        with self.explained():
            try:
                found = self.files.ls(folder, detail=True)
            except (FileNotFoundError, NotADirectoryError):
                return []
            return self._entries(info for info in found if str(info["name"]).strip("/") != folder.strip("/"))

    def below(self, folder: str) -> list[Entry]:
        """Return all files in a folder and below."""
        with self.explained():
            return self._entries(self.files.find(folder, detail=True).values())

    def matching(self, pattern: str) -> list[Entry]:
        """Return the files that a pattern names; a name without ``*`` is itself."""
        with self.explained():
            found = self.files.glob(pattern, detail=True).values()
            return [entry for entry in self._entries(found) if not entry.is_folder]

    def is_folder(self) -> bool:
        """Tell whether the source names a folder."""
        with self.explained():
            return bool(self.files.isdir(self.root))

    def text(self, entry: Entry) -> bytes:
        """Return a small file, such as a manifest."""
        if entry.size > 64 << 20:
            raise self.source.refused("PUL-008", f"{entry.base} is too large for a manifest.", _ASK)
        with self.explained():
            return bytes(self.files.cat_file(entry.name))

    def fetched(self, entry: Entry, folder: Path) -> Path:
        """Return a local copy of a file in ``folder``, or the file itself where it lies on this machine."""
        if isinstance(self.files.protocol, tuple) and "file" in self.files.protocol:
            return Path(entry.name)
        target = folder / safe_name(entry.base)
        with self.explained():
            self.files.get_file(entry.name, str(target))
        return target

    def _entries(self, found: Any) -> list[Entry]:
        entries = sorted(map(_entry, found), key=lambda entry: entry.name)
        files = [entry for entry in entries if not entry.base.startswith(".")]
        if len(files) > MOST_FILES or sum(entry.size for entry in files) > MOST_BYTES:
            hint = "Name the reports of one month, by a pattern or a folder of their own."
            raise self.source.refused(
                "PUL-001", f'"{self.source.shown}" holds more than a month of reports could.', hint
            )
        return files

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Let what a store's own library raises end in words."""
        try:
            yield
        except (ImportError, MemoryError, RecursionError):
            raise
        except FileNotFoundError:
            raise self.source.refused(
                "PUL-006", f'"{self.source.shown}" is not there.', "Check bucket, folder and spelling."
            ) from None
        except Exception as error:  # noqa: BLE001 - each store has errors of its own; Refused is passed on
            raise _explained(self.source, error) from None


_ASK = "Ask the vendor, or whoever set up the export."


def local(source: Source, path: str) -> Store:
    """Return a folder of this machine as a store."""
    import fsspec  # noqa: PLC0415 - as the stores below

    return Store(source, fsspec.filesystem("file"), path)


def remote(source: Source, url: str, hosts: tuple[str, ...]) -> Store:
    """Return the store that an address names; ``Refused`` if it may not be asked or nothing here can."""
    scheme, _, _ = url.partition("://")
    parts = urlsplit(url)
    if "::" in url or not scheme.isalnum():
        raise source.refused(
            "PUL-001", f'"{source.shown}" is not one address.', "Write a single address, without ::."
        )
    if scheme not in _EXTRAS:
        _refuse_host(source, scheme, parts, hosts)
    # imported here: an import from a folder, the usual case, should not wait for it
    from fsspec.core import url_to_fs  # noqa: PLC0415

    try:
        # a new one each time: what a store listed an hour ago is not what lies there now
        files, root = url_to_fs(
            url, skip_instance_cache=True, **_sign_in(scheme, parts.hostname or "", parts.username)
        )
    except (ImportError, ValueError) as error:
        raise _no_driver(source, scheme, error) from None
    except Exception as error:  # noqa: BLE001 - as in Store.explained
        raise _explained(source, error) from None
    return Store(source, files, root)


def _refuse_host(source: Source, scheme: str, parts: SplitResult, hosts: tuple[str, ...]) -> None:
    """Refuse a host that may not be asked; buckets need none of it, since their addresses name no host."""
    if scheme in _UNENCRYPTED:
        sentence = f'The host "{parts.hostname}" is asked without encryption.'
        raise source.refused("PUL-002", sentence, ALLOW)
    try:
        checked_address(parts.hostname or "", parts.port or _ANY_PORT, hosts)
    except NotAllowed as error:
        raise source.refused("PUL-002", f"{error}.", ALLOW) from error
    except (OSError, UnicodeError):
        raise source.refused(
            "PUL-006", f"{parts.hostname} cannot be reached.", "Check the address."
        ) from None


def _no_driver(source: Source, scheme: str, error: Exception) -> Exception:
    if extra := _EXTRAS.get(scheme):
        hint = f'Install it with: pip install "billow[{extra}]".'
        return source.refused("PUL-003", f"What reads {scheme}:// is not installed.", hint)
    hint = "Known are s3://, abfs://, gs:// and https://; others need a package of fsspec."
    return source.refused("PUL-003", f"Nothing here reads {scheme}:// ({type(error).__name__}).", hint)


def _sign_in(scheme: str, host: str, container: str | None) -> Mapping[str, object]:
    """Return how to sign in with a secret of ours; without one, the vendor's own way applies."""
    account = host.partition(".")[0] if container else host
    secret = secret_of(account)
    if scheme in {"abfs", "abfss", "az"}:
        if secret and "AccountName=" in secret:
            return {"connection_string": secret}
        return {"sas_token": secret} if secret else {"anon": False}
    if secret and scheme == "s3":
        key, _, word = secret.partition(":")
        return {"key": key, "secret": word}
    return {"token": secret} if secret and _EXTRAS.get(scheme) == "gcp" else {}


def _entry(info: Mapping[str, Any]) -> Entry:
    modified = next(
        (info[key] for key in ("LastModified", "last_modified", "mtime", "updated") if key in info), ""
    )
    state = "|".join(f"{key}={info[key]}" for key in _STATE if key in info)
    return Entry(
        name=str(info["name"]),
        is_folder=info.get("type") == "directory",
        size=int(info.get("size") or 0),
        state=hashlib.sha256(f"{info['name']}|{state}".encode()).hexdigest(),
        modified=modified.isoformat() if isinstance(modified, datetime) else f"{modified:>20}",
    )


def _explained(source: Source, error: Exception) -> Exception:
    """Return an error of a store's library as a refusal; its text may hold a key, so its kind is said."""
    if isinstance(error, Refused):
        return error
    kind = type(error).__name__
    denied = any(map(_is_denial, _chain(error)))
    hint = (
        "Check the secret and the rights." if denied else "Check the address and the network; then try again."
    )
    what = "refuses access" if denied else "cannot be read"
    return source.refused("PUL-006", f'"{source.shown}" {what} ({kind}).', hint)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_denial(error: BaseException) -> bool:
    named = any(word in type(error).__name__ for word in ("Credential", "Auth", "Forbidden"))
    return named or isinstance(error, PermissionError) or getattr(error, "status_code", None) in {401, 403}
