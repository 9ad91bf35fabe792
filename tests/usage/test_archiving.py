"""The vendor's file is copied once, hashed as it is copied, read from the copy, and the copy is archived."""

import gzip
import hashlib
import os
from pathlib import Path

import pytest

from billow.usage import ChargeStore, Status
from billow.vendors import Formats, Imported, import_report
from tests.usage.test_store import DAY1, HEAD

REPORT = (HEAD + DAY1).encode()


@pytest.fixture
def imported(tmp_path: Path) -> Imported:
    """A report that was imported with a copy, and is then saved anew by somebody."""
    (tmp_path / "june.csv").write_bytes(REPORT)
    found = import_report(tmp_path / "june.csv", Formats.shipped(), out_dir=tmp_path / "out", with_copy=True)
    (tmp_path / "june.csv").write_bytes(REPORT + DAY1.encode())
    return found


@pytest.fixture
def store(tmp_path: Path) -> ChargeStore:
    """An empty store."""
    return ChargeStore(tmp_path / "Billing.data")


def test_what_is_archived_is_what_was_read_even_if_the_file_changes_meanwhile(
    imported: Imported, store: ChargeStore, tmp_path: Path
) -> None:
    totals = store.commit(imported, tmp_path / "june.csv").totals
    archived = store.archived(totals.import_id)
    assert archived.read_bytes() == REPORT
    assert hashlib.sha256(REPORT).hexdigest() == totals.sha256
    assert archived.name == "june.csv"
    assert not store.verify(totals.import_id)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights by folder")
def test_what_is_archived_is_for_its_owner_only(
    imported: Imported, store: ChargeStore, tmp_path: Path
) -> None:
    store.commit(imported, tmp_path / "june.csv")
    files = [path for path in store.root.glob("*/**/*") if path.is_file()]
    assert [path.stat().st_mode & 0o077 for path in files] == [0, 0]


def test_what_is_thrown_away_after_a_commit_is_none_of_the_store(
    imported: Imported, store: ChargeStore, tmp_path: Path
) -> None:
    totals = store.commit(imported, tmp_path / "june.csv").totals
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    assert not store.verify(totals.import_id)


def test_a_copy_is_copied_again_to_a_disk_of_its_own(
    imported: Imported, store: ChargeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, _: Path) -> None:
        raise OSError(18, "Invalid cross-device link", str(path))

    monkeypatch.setattr(Path, "hardlink_to", refused)
    totals = store.commit(imported, tmp_path / "june.csv").totals
    assert store.archived(totals.import_id).read_bytes() == REPORT
    assert not store.verify(totals.import_id)


def test_a_copy_that_changed_before_it_came_to_another_disk_is_refused(
    imported: Imported, store: ChargeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(path: Path, _: Path) -> None:
        (imported.copy or path).write_bytes(b"x")
        raise OSError(18, "Invalid cross-device link", str(path))

    monkeypatch.setattr(Path, "hardlink_to", changed)
    with pytest.raises(ValueError, match="changed since"):
        store.commit(imported, tmp_path / "june.csv")
    assert store.imports() == []


def test_the_same_file_under_another_name_is_archived_once(
    imported: Imported, store: ChargeStore, tmp_path: Path
) -> None:
    first = store.commit(imported, tmp_path / "june.csv").totals
    (tmp_path / "again.csv").write_bytes(REPORT)
    again = import_report(tmp_path / "again.csv", Formats.shipped(), out_dir=tmp_path / "out", with_copy=True)
    assert store.commit(again, tmp_path / "again.csv").status is Status.UNCHANGED
    assert [path.name for path in (store.root / "archive" / first.sha256).iterdir()] == ["june.csv"]


REFUSED = [
    ("a file that is no report", b"nothing of use"),
    ("a line that is cut off", REPORT + b"1,2"),
    ("a file that is empty", b""),
]


@pytest.mark.parametrize("content", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_of_a_refused_report_no_copy_stays(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "june.csv").write_bytes(content)
    found = import_report(tmp_path / "june.csv", Formats.shipped(), out_dir=tmp_path / "out", with_copy=True)
    assert (found.totals, found.copy) == (None, None)
    assert not list((tmp_path / "out").iterdir())


def test_a_copy_reads_as_the_file_does_whatever_it_is(tmp_path: Path) -> None:
    (tmp_path / "june[1].csv.gz").write_bytes(gzip.compress(REPORT))
    found = [
        import_report(
            tmp_path / "june[1].csv.gz", Formats.shipped(), out_dir=tmp_path / str(copy), with_copy=copy
        )
        for copy in (True, False)
    ]
    assert found[0].totals == found[1].totals
    assert found[0].totals is not None
