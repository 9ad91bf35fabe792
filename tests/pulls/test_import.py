"""A month whose reports lie elsewhere: sheet Report sources names addresses, and import fetches them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import pytest

from billow.vendors.pulls import graph as product
from billow.vendors.pulls.graph import Cloud
from tests.commands.clerk import add_row, billow, fill_settings, snapshot
from tests.pulls.conftest import BUCKET
from tests.pulls.fake_graph import APPLICATION, SECRET, TENANT, FakeGraph
from tests.pulls.test_stores import AZURE, azure_export, data_export, put, written


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A new workbook, its company filled in."""
    path = tmp_path / "desk" / "Billing.xlsx"
    path.parent.mkdir()
    assert billow("new", path).code == 0
    fill_settings(path, {"company": "Northstar Cloud B.V."})
    return path


def test_an_export_in_a_bucket_is_imported_once_and_again_when_it_changed(s3: Any, workbook: Path) -> None:
    put(s3, {f"bills/export/{name}": data for name, data in data_export().items()})
    add_row(workbook, "tblSources", {"Path": f"s3://{BUCKET}/bills/export"})
    first = billow("import", workbook, "--period", "2026-06")
    assert first.code == 0, first.err
    assert "export-2026-06.zip: imported; " in first.out
    assert "50 rows" in first.out
    again = billow("import", workbook, "--period", "2026-06")
    assert f"s3://{BUCKET}/bills/export: unchanged since it was imported, not fetched." in again.out
    files = data_export()
    one = "data/BILLING_PERIOD=2026-06/export-00001.csv.gz"
    put(s3, {f"bills/export/{one}": files["data/BILLING_PERIOD=2026-06/export-00002.csv.gz"]})
    assert "replaces the earlier delivery" in billow("import", workbook, "--period", "2026-06").out
    assert not list(workbook.parent.glob("**/incoming")), "what was fetched is not left about"


def test_rows_that_a_manifest_promised_and_the_file_has_not_stop_the_import(workbook: Path) -> None:
    folder = written(workbook.parent / "azure", azure_export(dataRowCount=26)) / "cost" / "partitioned"
    before = snapshot(workbook.parent)
    said = billow("import", workbook, folder, "--period", "2026-05")
    assert said.code == 1
    assert "PUL-009  000001.csv has 25 rows, its manifest says 26." in said.err
    assert snapshot(workbook.parent) == before
    manifest = folder.parent.parent / AZURE / "202606041442" / "73746dc5" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"dataRowCount": 25}))
    assert billow("import", workbook, folder, "--period", "2026-05").code == 0


def parts(folder: Path) -> Iterator[bytes]:
    """Yield every file below a folder, and every part of those that are archives."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        yield path.read_bytes()
        if is_zipfile(path):
            with ZipFile(path) as archive:
                yield from (archive.read(name) for name in archive.namelist())


def test_partner_center_is_imported_and_its_secret_lies_nowhere(
    graph: FakeGraph, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = Path(__file__).parents[1] / "data" / "reports" / "microsoft" / "synthetic_graph_export"
    names = [path.name for path in sorted(export.glob("*.gz"))]
    graph.files |= {f"/files/{name}": (200, {}, (export / name).read_bytes()) for name in names}
    graph.retry_after = "0"
    graph.outcome = {
        "status": "succeeded",
        "resourceLocation": {
            "dataFormat": "compressedJSONLines",
            "eTag": "v1",
            "rootDirectory": f"{graph.url}/files",
            "sasToken": "sv=2024&sig=not-in-any-file",
            "blobCount": len(names),
            "blobs": [{"name": name} for name in names],
        },
    }
    monkeypatch.setattr(product, "GLOBAL", Cloud(graph.url, f"{graph.url}/v1.0", ("localhost",)))
    monkeypatch.setenv("BILLOW_SECRET_B1110W_APP", SECRET)
    fill_settings(workbook, {"partner_tenant": TENANT, "partner_application": APPLICATION})
    add_row(workbook, "tblSources", {"Path": "partner-center://reconciliation/billed/G000123456"})
    said = billow("import", workbook)
    assert said.code == 0, said.err
    assert "billed-G000123456.zip: imported" in said.out
    assert "46 rows" in said.out
    graph.running = 0
    assert "unchanged since it was imported" in billow("import", workbook).out
    seeded = (SECRET.encode(), b"token-1", b"sig=not-in-any-file")
    assert [part for part in parts(workbook.parent) if any(secret in part for secret in seeded)] == []
    assert not any(secret.decode() in said.out + said.err for secret in seeded)
