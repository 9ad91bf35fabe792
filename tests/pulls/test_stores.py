"""Reports in buckets, in folders, and in exports with a manifest, of Amazon, Microsoft and Google."""

import codecs
import gzip
import json
import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pytest
from pyarrow import parquet

from billow.vendors import Formats, import_report
from billow.vendors.pulls.fetched import Fetched
from billow.vendors.pulls.secrets import variable
from tests.pulls.conftest import ACCOUNT, BUCKET

Pulled = Callable[..., list[Fetched]]
Refusal = Callable[..., str]
REPORTS = Path(__file__).parents[1] / "data" / "reports"
CUR2, LEGACY = REPORTS / "aws" / "synthetic_cur2.csv.gz", REPORTS / "aws" / "koku-local-1.csv.gz"
FOCUS = REPORTS / "focus" / "fdt_azure_focus-1_3_rows25_credits.csv"
AZURE = "cost/partitioned/20260501-20260531"


def halves(path: Path) -> tuple[bytes, bytes]:
    """Return a report as the two packed parts in which a vendor delivers a large one."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    header, *lines = data.splitlines(keepends=True)
    return gzip.compress(header + b"".join(lines[:9])), gzip.compress(header + b"".join(lines[9:]))


def put(client: Any, files: Mapping[str, bytes]) -> None:
    for key, data in files.items():
        client.put_object(Bucket=BUCKET, Key=key, Body=data)


def written(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def data_export() -> dict[str, bytes]:
    """Return an AWS Data Export of two months, with files that an earlier run left behind."""
    one, two = halves(CUR2)
    june, listed = "data/BILLING_PERIOD=2026-06", ("export-00001.csv.gz", "export-00002.csv.gz")
    files = [f"s3://{BUCKET}/bills/export/{june}/{name}" for name in listed]
    return {
        f"{june}/{listed[0]}": one,
        f"{june}/{listed[1]}": two,
        f"{june}/export-00003.csv.gz": two,
        "data/BILLING_PERIOD=2026-05/export-00001.csv.gz": one,
        "metadata/BILLING_PERIOD=2026-06/export-Manifest.json": json.dumps({"dataFiles": files}).encode(),
        "metadata/BILLING_PERIOD=2026-05/export-Manifest.json": b'{"dataFiles": []}',
    }


def azure_export(**changes: Any) -> dict[str, bytes]:
    """Return an Azure export with two runs, of which the second counts."""
    part, run = FOCUS.read_bytes(), f"{AZURE}/202606041442/73746dc5"
    blob = {"blobName": f"{run}/000001.csv", "byteCount": len(part), "dataRowCount": 25}
    said = {"dataFormat": "csv", "blobCount": 1, "dataRowCount": 25, "blobs": [blob], **changes}
    old = {"blobs": [{"blobName": f"{AZURE}/202605041442/aa/000001.csv"}]}
    return {
        f"{run}/000001.csv": part,
        f"{run}/manifest.json": json.dumps(said).encode(),
        f"{AZURE}/202605041442/aa/000001.csv": part.splitlines(keepends=True)[0],
        f"{AZURE}/202605041442/aa/manifest.json": json.dumps(old).encode(),
    }


def members(path: Path | None) -> int:
    assert path is not None
    with ZipFile(path) as archive:
        return len(archive.namelist())


def test_a_file_a_pattern_and_a_folder_of_a_bucket(s3: Any, pulled: Pulled) -> None:
    put(
        s3, {"in/2026-06/a.csv": b"1", "in/2026-06/b.csv": b"2", "in/2026-06/c.txt": b"3", "in/x/d.csv": b"4"}
    )
    found = {
        address: [
            delivery.path.read_bytes() for delivery in pulled(f"s3://{BUCKET}/{address}") if delivery.path
        ]
        for address in ("in/2026-06/a.csv", "in/2026-06/*.csv", "in/2026-06", "in/2026-06/", "in/gone.csv")
    }
    assert list(found.values()) == [[b"1"], [b"1", b"2"], [b"1", b"2", b"3"], [b"1", b"2", b"3"], []]
    assert [
        one.path.name for one in pulled(f"s3://{BUCKET}/in/{{month}}/a*", month="2026-06") if one.path
    ] == ["a.csv"]


def test_what_did_not_change_in_a_bucket_is_not_fetched(s3: Any, pulled: Pulled) -> None:
    put(s3, {"june.csv": b"1"})
    (first,) = pulled(f"s3://{BUCKET}/june.csv")
    known = {first.origin: first.version}
    (same,) = pulled(f"s3://{BUCKET}/june.csv", known=lambda origin, version: known.get(origin) == version)
    assert same.path is None
    put(s3, {"june.csv": b"2"})
    (newer,) = pulled(f"s3://{BUCKET}/june.csv", known=lambda origin, version: known.get(origin) == version)
    assert newer.path is not None
    assert newer.path.read_bytes() == b"2"


Put = Callable[[str, bytes], None]


def test_a_file_a_pattern_and_a_folder_of_googles_store(gs: Put, pulled: Pulled) -> None:
    for name, data in {"in/2026-06/a.csv": b"1", "in/2026-06/b.csv": b"2", "in/x/c.csv": b"3"}.items():
        gs(name, data)
    found = {
        address: [one.path.read_bytes() for one in pulled(f"gs://{BUCKET}/{address}") if one.path]
        for address in ("in/2026-06/a.csv", "in/2026-06/*.csv", "in/2026-06", "in/gone.csv")
    }
    assert list(found.values()) == [[b"1"], [b"1", b"2"], [b"1", b"2"], []]
    (named,) = pulled(f"gs://{BUCKET}/in/{{month}}/b*", month="2026-06")
    assert named.path is not None
    assert (named.path.name, named.path.read_bytes()) == ("b.csv", b"2")


def test_an_extract_in_googles_store_is_one_report_and_is_fetched_once(
    gs: Put, pulled: Pulled, shipped: Formats, tmp_path: Path
) -> None:
    lines = (
        (REPORTS / "google" / "synthetic_channel_reseller_export.jsonl")
        .read_bytes()
        .splitlines(keepends=True)
    )
    for number, part in enumerate((lines[:9], lines[9:])):
        gs(f"extract/june-00000000000{number}.json.gz", gzip.compress(b"".join(part)))
    (found,) = pulled(f"gs://{BUCKET}/extract")
    assert found.path is not None
    totals = import_report(found.path, shipped, out_dir=tmp_path / "out").totals
    assert totals is not None
    # see tests/data/totals.csv: tax comes as rows here
    assert (totals.rows_read, totals.billed["EUR"] + totals.tax["EUR"]) == (44, Decimal("837.356585"))

    def known(origin: str, version: str) -> bool:
        return (origin, version) == (found.origin, found.version)

    assert [one.path for one in pulled(f"gs://{BUCKET}/extract", known=known)] == [None]
    gs("extract/june-000000000001.json.gz", gzip.compress(b"".join(lines[10:])))
    (newer,) = pulled(f"gs://{BUCKET}/extract", known=known)
    assert newer.path is not None


@pytest.mark.parametrize("month", [None, "2026-06"])
def test_an_aws_data_export_is_what_its_manifest_lists(
    s3: Any, pulled: Pulled, shipped: Formats, tmp_path: Path, month: str | None
) -> None:
    put(s3, {f"bills/export/{name}": data for name, data in data_export().items()})
    (found,) = pulled(f"s3://{BUCKET}/bills/export", month=month)
    assert members(found.path) == 2
    assert found.path is not None
    totals = import_report(found.path, shipped, out_dir=tmp_path / "out").totals
    assert totals is not None
    # see tests/data/totals.csv: tax comes as rows here
    assert (totals.rows_read, totals.billed["USD"] + totals.tax["USD"]) == (50, Decimal("895.130"))


def test_a_copy_of_an_export_on_disk_is_read_in_the_same_way(pulled: Pulled, tmp_path: Path) -> None:
    (found,) = pulled(written(tmp_path / "copy", data_export()))
    assert members(found.path) == 2
    (azure,) = pulled(written(tmp_path / "azure", azure_export()) / "cost" / "partitioned")
    assert (azure.rows, azure.path and azure.path.read_bytes()) == (25, FOCUS.read_bytes())


def test_a_legacy_report_of_aws_follows_the_manifest_above_its_runs(pulled: Pulled, tmp_path: Path) -> None:
    period, run = "20180801-20180901", "16e57707-f9e3-49be-8be6-b84e684b5194"
    said = {"assemblyId": run, "reportKeys": [f"/koku-local/{period}/{run}/koku-local-1.csv.gz"]}
    old = {"assemblyId": "a", "reportKeys": [f"/koku-local/{period}/a/koku-local-1.csv.gz"]}
    files = {
        f"{period}/koku-local-Manifest.json": json.dumps(said).encode(),
        f"{period}/{run}/koku-local-Manifest.json": json.dumps(said).encode(),
        f"{period}/a/koku-local-Manifest.json": json.dumps(old).encode(),
        f"{period}/a/koku-local-1.csv.gz": b"old",
    }
    folder = written(tmp_path / "koku-local", files)
    shutil.copy(LEGACY, folder / period / run)
    (found,) = pulled(folder, month="2018-08")
    assert found.path == folder / period / run / LEGACY.name
    marked = codecs.BOM_UTF8 + files[f"{period}/koku-local-Manifest.json"]
    written(folder, {f"{period}/koku-local-Manifest.json": marked})
    assert pulled(folder, month="2018-08") == [found]


def test_the_newest_run_of_an_azure_export_is_read(
    container: Any, azurite: str, pulled: Pulled, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, data in azure_export().items():
        container.upload_blob(name, data)
    monkeypatch.setenv(variable(ACCOUNT), azurite)
    address = f"abfs://{container.container_name}@{ACCOUNT}.dfs.core.windows.net/cost/partitioned"
    (found,) = pulled(address, month="2026-05")
    assert (found.rows, found.path and found.path.read_bytes()) == (25, FOCUS.read_bytes())
    (again,) = pulled(
        address, known=lambda origin, version: (origin, version) == (found.origin, found.version)
    )
    assert again.path is None


def test_the_shards_of_a_bigquery_extract_are_one_report(s3: Any, pulled: Pulled) -> None:
    lines = [b'{"cost": 1, "currency": "EUR"}\n', b'{"cost": 2, "currency": "EUR"}\n']
    names = [f"extract/june-00000000000{number}.json.gz" for number in (0, 1)]
    put(s3, {name: gzip.compress(line) for name, line in zip(names, lines, strict=True)})
    put(s3, {"extract/may.json": lines[0]})
    joined, alone = pulled(f"s3://{BUCKET}/extract")
    assert members(joined.path) == 2
    assert alone.path is not None
    assert alone.path.name == "may.json"


def test_the_shards_of_a_parquet_extract_are_one_file(
    pulled: Pulled, refusal: Refusal, tmp_path: Path
) -> None:
    folder = tmp_path / "extract"
    folder.mkdir()
    for number in range(2):
        parquet.write_table(pa.table({"cost": [number]}), folder / f"june-00000000000{number}.parquet")
    (found,) = pulled(folder)
    assert parquet.read_table(found.path).to_pydict() == {"cost": [0, 1]}
    parquet.write_table(pa.table({"price": ["a"]}), folder / "june-000000000002.parquet")
    assert "do not fit together" in refusal(folder)


def without(name: str) -> dict[str, bytes]:
    return {key: data for key, data in azure_export().items() if not key.endswith(name)}


PART = f"{AZURE}/202606041442/73746dc5/000001.csv"


def listing(*names: str, **blob: object) -> dict[str, bytes]:
    """Return an export whose manifest lists these files."""
    return azure_export(blobs=[{"blobName": name, **blob} for name in names], blobCount=len(names))


def told(text: bytes) -> dict[str, bytes]:
    """Return an export with this text for a manifest."""
    return {f"{AZURE}/manifest.json": text}


# what is wrong with the export: its files, the month, code, words
BROKEN: list[tuple[str, dict[str, bytes], str | None, str, str]] = [
    ("a month that is not written yet", azure_export(), "2026-06", "PUL-007", "has no export of 2026-06 yet"),
    ("a manifest before its file", without("73746dc5/000001.csv"), None, "PUL-008", "which is not there"),
    ("a file cut off", listing(PART, byteCount=9), None, "PUL-008", "says another size of 000001.csv"),
    ("fewer files than said", azure_export(blobCount=2), None, "PUL-008", "lists 1 files and says 2"),
    ("no file at all", listing(), None, "PUL-008", "lists no files"),
    ("a file without a name", listing(""), None, "PUL-008", "lists a file without a name"),
    ("a file of somebody else", listing(f"{AZURE}/../../x.csv"), None, "PUL-008", "lies outside the export"),
    ("a file in no period", listing("/etc/passwd"), None, "PUL-008", "lies outside the export"),
    ("a size as text", listing(PART, byteCount="9"), None, "PUL-008", "says a size that is no number"),
    ("a count that is no number", azure_export(blobCount=True), None, "PUL-008", "says a count of files"),
    ("half a row", azure_export(dataRowCount=25.5), None, "PUL-008", "says a count of rows that is no"),
    (
        "a name that is none",
        told(b'{"dataFiles": ["", "a"]}'),
        None,
        "PUL-008",
        "lists a file without a name",
    ),
    ("names that are none", told(b'{"reportKeys": [1]}'), None, "PUL-008", "lists no files"),
    ("more files than a month has", listing(*[PART] * 1001), None, "PUL-008", "lists no files that could be"),
    ("a manifest that is none", told(b"[1]"), None, "PUL-008", "is not a manifest"),
    ("a manifest that was cut off", told(b'{"blobs": ['), None, "PUL-008", "is not a manifest"),
    ("a manifest without end", told(b"[" * 100_000), None, "PUL-008", "is not a manifest"),
]


@pytest.mark.parametrize(("case", "files", "month", "code", "words"), BROKEN, ids=[row[0] for row in BROKEN])
def test_an_export_that_is_not_whole_is_not_read(
    refusal: Refusal,
    tmp_path: Path,
    case: str,
    files: dict[str, bytes],
    month: str | None,
    code: str,
    words: str,
) -> None:
    said = refusal(written(tmp_path / "export", files) / "cost" / "partitioned", month=month)
    assert said.startswith(code), case
    assert words in said


def test_a_store_that_refuses_is_said_without_its_keys(
    azurite: str, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable(ACCOUNT), azurite.replace("AccountKey=E", "AccountKey=F"))
    said = refusal(f"abfs://exports@{ACCOUNT}.dfs.core.windows.net/june.csv")
    assert said.startswith("PUL-006")
    assert "refuses access" in said
    assert "FBy8" not in said


def test_a_month_in_an_address_needs_one(refusal: Refusal) -> None:
    assert "Say the month" in refusal("reports/{month}/*.csv")


def test_a_bucket_with_more_than_a_month_of_reports_is_not_read(
    s3: Any, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, {f"all/{number}.csv": b"1" for number in range(4)})
    monkeypatch.setattr("billow.vendors.pulls.stores.MOST_FILES", 3)
    assert "holds more than a month of reports could" in refusal(f"s3://{BUCKET}/all")
