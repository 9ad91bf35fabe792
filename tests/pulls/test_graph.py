"""Partner Center billing, from the question to the blobs: a fake of Graph, and Azurite for the blobs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import ContainerSasPermissions, generate_container_sas

from billow.problems import Place, Refused
from billow.vendors import Formats, import_report
from billow.vendors.pulls import graph as product
from billow.vendors.pulls.fetched import Errand, Fetched, Source
from billow.vendors.pulls.graph import Cloud, fetch_billing
from tests.pulls.conftest import ACCOUNT, KEY
from tests.pulls.fake_graph import OPERATIONS, SECRET, FakeGraph

Pulled = Callable[..., list[Fetched]]
Refusal = Callable[..., str]
EXPORT = Path(__file__).parents[1] / "data" / "reports" / "microsoft" / "synthetic_graph_export"
ADDRESS = "partner-center://reconciliation/billed/G000123456"


@pytest.fixture(autouse=True)
def _cloud(graph: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Microsoft's cloud is the fake; the application's secret is in the environment."""
    cloud = Cloud(sign_in=graph.url, graph=f"{graph.url}/v1.0", blobs=("localhost",))
    monkeypatch.setattr(product, "GLOBAL", cloud)
    monkeypatch.setattr(product, "_POLL", 0.0)
    monkeypatch.setenv("BILLOW_SECRET_B1110W_APP", SECRET)
    graph.retry_after = "0"
    graph.outcome = {"status": "succeeded", "resourceLocation": manifest()}


def manifest(**changes: Any) -> dict[str, Any]:
    """Return the manifest of the sample export, in the words of the documentation."""
    return {
        "id": "a887ae22-1b35-411b-b272-3b9cef44c0d5",
        "schemaVersion": "2",
        "dataFormat": "compressedJSONLines",
        "partitionType": "default",
        "eTag": "v1",
        "rootDirectory": "https://localhost/devstoreaccount1/partner-export",
        "sasToken": "sig=none",
        "blobCount": 2,
        "blobs": [{"name": f"part-0000{n}.json.gz", "partitionValue": str(n)} for n in (1, 2)],
        **changes,
    }


@pytest.fixture
def exported(container: Any, graph: FakeGraph) -> FakeGraph:
    """The sample export lies in a container that only a signature opens."""
    for part in EXPORT.glob("*.gz"):
        container.upload_blob(f"2026/06/{part.name}", part.read_bytes())
    signature = generate_container_sas(
        ACCOUNT,
        container.container_name,
        account_key=KEY,
        permission=ContainerSasPermissions(read=True),
        expiry=datetime.now(UTC) + timedelta(hours=1),
    )
    graph.outcome["resourceLocation"] |= {"rootDirectory": f"{container.url}/2026/06", "sasToken": signature}
    return graph


def test_an_export_becomes_one_report_with_the_rows_and_money_of_its_parts(
    exported: FakeGraph, pulled: Pulled, shipped: Formats, tmp_path: Path
) -> None:
    (found,) = pulled(ADDRESS)
    assert found.path is not None
    assert (found.path.name, found.version, found.origin) == ("billed-G000123456.zip", "v1", ADDRESS)
    imported = import_report(found.path, shipped, out_dir=tmp_path / "out")
    assert imported.totals is not None, imported.problems
    # the two parts' subtotals and rows, see tests/data/totals.csv
    assert imported.totals.rows_read == 46
    assert imported.totals.billed == {"EUR": Decimal("16822.45") + Decimal("9458.61")}
    asked = [(one.method, one.path.partition("?")[0]) for one in exported.asked[2:]]
    export = "/v1.0/reports/partners/billing/reconciliation/billed/export"
    assert asked == [("POST", export), *[("GET", OPERATIONS)] * 3]
    assert json.loads(exported.asked[2].body) == {"invoiceId": "G000123456", "attributeSet": "full"}


def test_what_is_not_invoiced_is_asked_for_by_currency_and_month(graph: FakeGraph, refusal: Refusal) -> None:
    graph.refusal = 400, {"error": {"code": "5000", "message": "no data"}}
    refusal("partner-center://usage/unbilled/EUR/current")
    assert graph.asked[-1].path == "/v1.0/reports/partners/billing/usage/unbilled/export"
    said = {"currencyCode": "EUR", "billingPeriod": "current", "attributeSet": "full"}
    assert json.loads(graph.asked[-1].body) == said


def test_an_export_that_did_not_change_is_not_fetched(exported: FakeGraph, pulled: Pulled) -> None:
    (found,) = pulled(ADDRESS, known=lambda origin, version: (origin, version) == (ADDRESS, "v1"))
    assert (found.path, found.version) == (None, "v1")
    exported.running = 0
    (newer,) = pulled(ADDRESS, known=lambda _, version: version == "v0")
    assert newer.path is not None


def test_the_pauses_are_those_that_graph_asks_for(graph: FakeGraph, tmp_path: Path) -> None:
    graph.busy, graph.running, graph.retry_after = 2, 3, "7"
    graph.outcome = {"status": "failed", "error": {"code": "5000"}}
    pauses: list[float] = []
    errand = Errand(tmp_path, tenant="contoso-partner", application="b1110w-app")
    with pytest.raises(Refused, match="no data yet"):
        fetch_billing(Source(ADDRESS, Place(), tmp_path), errand, pause=pauses.append)
    assert pauses == [7.0] * 5


def test_the_token_goes_to_graph_alone(graph: FakeGraph, refusal: Refusal, pulled: Pulled) -> None:
    graph.files["/files/part-00001.json.gz"] = 200, {}, b"{}"
    graph.outcome["resourceLocation"] |= {"rootDirectory": f"{graph.url}/files", "blobs": [{"name": "part-00001.json.gz"}], "blobCount": 1}  # fmt: skip # noqa: E501
    (found,) = pulled(ADDRESS)
    assert found.path is not None
    assert "Authorization" not in graph.asked[-1].headers
    graph.outcome["resourceLocation"] |= {"rootDirectory": "https://evil.example/files"}
    assert 'The host "evil.example" is not among those' in refusal(ADDRESS)


def test_an_operation_elsewhere_is_never_asked(graph: FakeGraph, refusal: Refusal) -> None:
    graph.elsewhere = "https://evil.example"
    assert 'The host "evil.example" is not among those' in refusal(ADDRESS)
    assert graph.asked[-1].method == "POST"


# what Graph says at last, or what is changed in the manifest; code, words
ANSWERS: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"status": "failed", "error": {"code": "5000"}}, {}, "PUL-007", "has no data yet"),
    ({"status": "failed", "error": {"code": "5001"}}, {}, "PUL-008", "could not write the export"),
    ({"status": "failed"}, {}, "PUL-008", "could not write the export"),
    ({"status": "succeeded"}, {}, "PUL-008", "gives an answer that is not understood"),
    ({"status": "succeeded", "resourceLocation": []}, {}, "PUL-008", "an answer that is not understood"),
    ({}, {"blobCount": 3}, "PUL-008", "lists 2 files and says 3"),
    ({}, {"dataFormat": "csv"}, "PUL-008", "sends an export of a kind that is not known"),
    ({}, {"blobs": [], "blobCount": 0}, "PUL-008", "sends an export without files"),
    ({}, {"blobCount": "2"}, "PUL-008", "gives an answer that is not understood"),
    ({}, {"blobs": {"name": "part-00001.json.gz"}}, "PUL-008", "sends an export without files"),
    ({"status": None}, {}, "PUL-008", "gives an answer that is not understood"),
    ({"status": "failed", "error": {"code": 5000}}, {}, "PUL-007", "has no data yet"),
    ({}, {"blobs": [{}], "blobCount": 1}, "PUL-008", "lists a file without a name"),
    ({}, {"blobs": [{"name": "../up"}], "blobCount": 1}, "PUL-008", "lists a file without a name"),
    ({}, {"rootDirectory": "https://["}, "PUL-002", "is not among those that may be asked"),
    ({}, {"rootDirectory": None}, "PUL-008", "sends an export of a kind that is not known"),
]


@pytest.mark.parametrize(("outcome", "changes", "code", "words"), ANSWERS)
def test_an_answer_that_is_no_export_is_said_in_words(
    graph: FakeGraph,
    refusal: Refusal,
    outcome: dict[str, Any],
    changes: dict[str, Any],
    code: str,
    words: str,
) -> None:
    graph.outcome = outcome or {"status": "succeeded", "resourceLocation": manifest(**changes)}
    said = refusal(ADDRESS)
    assert said.startswith(code)
    assert words in said


# address, settings, code, words
QUESTIONS: list[tuple[str, dict[str, str], str, str]] = [
    ("partner-center://reconciliation/billed/", {}, "PUL-001", "is not a report of Partner Center"),
    ("partner-center://reconciliation/billed/../../x", {}, "PUL-001", "is not a report of Partner Center"),
    (
        "partner-center://usage/unbilled/EUR/june",
        {},
        "PUL-001",
        "partner-center://usage/unbilled/EUR/current",
    ),
    (ADDRESS, {"tenant": ""}, "PUL-004", "Fill in the settings Partner tenant"),
    (ADDRESS, {"application": "another"}, "PUL-004", "python -m keyring set billow another"),
    (ADDRESS, {"tenant": "somebody-else"}, "PUL-006", "does not let the application sign in"),
]


@pytest.mark.parametrize(("address", "settings", "code", "words"), QUESTIONS)
def test_what_cannot_be_asked_is_said_before_asking(
    refusal: Refusal, address: str, settings: dict[str, str], code: str, words: str
) -> None:
    said = refusal(address, **settings)
    assert said.startswith(code)
    assert words in said


def test_a_wrong_secret_is_said_without_it(refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLOW_SECRET_B1110W_APP", "wrong-word")
    said = refusal(ADDRESS)
    assert said.startswith("PUL-006  Microsoft does not let the application sign in (invalid_client).")
    assert "wrong-word" not in said
