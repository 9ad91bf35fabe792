"""Servers for the tests: each listens on a free port of the loopback, and stops with the tests."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import fsspec
import pytest
import trustme
from azure.storage.blob import BlobServiceClient
from moto.server import ThreadedMotoServer

from billow.problems import Place, Refused
from billow.vendors import Formats
from billow.vendors.pulls.fetched import Errand, Fetched, Source
from billow.vendors.pulls.fetching import fetch
from billow.vendors.pulls.secrets import variable
from tests.pulls.fake_graph import APPLICATION, TENANT, FakeGraph, served

AZURITE = Path(__file__).parents[2] / "build" / "azurite" / "node_modules" / ".bin" / "azurite-blob"
ACCOUNT = "devstoreaccount1"
# The key that Azurite documents for its only account; it opens nothing else.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
BUCKET = "cur-bucket"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A certificate authority of the tests, which this process trusts beside no other, and its folder."""
    folder = tmp_path_factory.mktemp("authority")
    made = trustme.CA()
    made.cert_pem.write_to_path(str(folder / "authority.pem"))
    issued = made.issue_cert("localhost", "127.0.0.1")
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    for number, part in enumerate(issued.cert_chain_pems):
        part.write_to_path(str(folder / "certificate.pem"), append=bool(number))
    patched = pytest.MonkeyPatch()
    patched.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
    # aiohttp makes up its mind when it is imported, and that was before
    patched.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context())
    yield folder
    patched.undo()


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds a secret or a profile of whoever runs it; hosts of the tests may be asked."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("BILLOW_PRIVATE_HOSTS", "localhost")
    for name in ("AWS_PROFILE", "AZURE_STORAGE_CONNECTION_STRING", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def graph(authority: Path) -> Iterator[FakeGraph]:
    """A fake of Microsoft's sign-in and Graph."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority / "certificate.pem", authority / "key.pem")
    with served(context) as running:
        yield running


@pytest.fixture(scope="session")
def _moto() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(_moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an S3 whose only bucket is empty; the environment signs in to it."""
    for name, value in {
        "AWS_ENDPOINT_URL": _moto,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield client
    for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture(scope="session")
def _emulator() -> Iterator[str]:
    # imported here: most tests need no Google
    from gcp_storage_emulator.server import create_server  # noqa: PLC0415

    port = _free_port()
    server = create_server("127.0.0.1", port, in_memory=True, default_bucket=BUCKET)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def gs(_emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, bytes], None]]:
    """Put a file into the only bucket of Google's store; the environment signs in to it."""
    for name, value in {
        "STORAGE_EMULATOR_HOST": _emulator,
        variable(BUCKET): "anon",
        # by which it asks a bucket over gRPC, which the emulator does not speak
        "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
    }.items():
        monkeypatch.setenv(name, value)
    files = fsspec.filesystem("gs", token="anon", skip_instance_cache=True)  # noqa: S106 - nobody's
    yield lambda name, data: files.pipe_file(f"{BUCKET}/{name}", data)
    files.invalidate_cache()
    if left := files.find(BUCKET):
        files.rm(left)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def azurite(authority: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Azure's store of blobs, encrypted; the fixture is how to sign in."""
    if not AZURITE.is_file() or shutil.which("node") is None:
        pytest.skip("Azurite is not installed; make packages installs it")
    port = _free_port()
    words: list[str | Path] = [
        *(AZURITE, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--silent"),
        *("--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"),
        *("--cert", authority / "certificate.pem", "--key", authority / "key.pem"),
    ]
    with subprocess.Popen(
        words, cwd=tmp_path_factory.mktemp("azurite"), stdout=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port)
            yield (
                f"DefaultEndpointsProtocol=https;AccountName={ACCOUNT};AccountKey={KEY};"
                f"BlobEndpoint=https://localhost:{port}/{ACCOUNT};"
            )
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("Azurite did not start in a minute")


@pytest.fixture
def container(azurite: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A container of the test's own, its name made of the test's."""
    name = f"c{abs(hash(request.node.name))}"[:40]
    service = BlobServiceClient.from_connection_string(azurite, connection_verify=os.environ["SSL_CERT_FILE"])
    with service.create_container(name) as client:
        yield client


@pytest.fixture
def pulled(tmp_path: Path) -> Callable[..., list[Fetched]]:
    """Fetch what an address names, as an import does."""

    def pull(address: str | Path, **errand: Any) -> list[Fetched]:
        folder = tmp_path / "fetched"
        folder.mkdir(exist_ok=True)
        source = Source(str(address), Place("Billing.xlsx", "Report sources", 5, "Path"), tmp_path)
        given = {"tenant": TENANT, "application": APPLICATION, "hosts": ("localhost",), **errand}
        return fetch(source, Errand(folder, **given))

    return pull


@pytest.fixture
def refusal(pulled: Callable[..., list[Fetched]]) -> Callable[..., str]:
    """Fetch what cannot be fetched; return the problem as a clerk reads it."""

    def refused(address: str | Path, **errand: Any) -> str:
        with pytest.raises(Refused) as caught:
            pulled(address, **errand)
        (problem,) = caught.value.problems
        assert problem.place == Place("Billing.xlsx", "Report sources", 5, "Path")
        assert problem.hint
        return str(problem)

    return refused


@pytest.fixture(scope="session")
def shipped() -> Formats:
    """The formats that come with Billow."""
    return Formats.shipped()
