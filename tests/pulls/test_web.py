"""Reports from the web: only hosts that were named, encrypted, patiently, and never inside the house."""

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import trustme

from billow.problems import Place, Refused
from billow.vendors.pulls.fetched import Fetched, Source
from billow.vendors.pulls.hosts import PRIVATE_HOSTS
from billow.vendors.pulls.web import Web
from tests.pulls.fake_graph import FakeGraph

Pulled = Callable[..., list[Fetched]]
Refusal = Callable[..., str]
REPORT = b"Net,Kind\n1,licence\n"
SOURCE = Source("https://localhost/june.csv", Place(), Path())

# address, what is wrong with it; each of these hosts stands on the list of the settings
INSIDE = [
    ("https://localhost/r.csv", "its name says so"),
    ("https://127.0.0.1/r.csv", "the machine itself"),
    ("https://127.1/r.csv", "the machine itself, written short"),
    ("https://2130706433/r.csv", "the machine itself, as one number"),
    ("https://0x7f000001/r.csv", "the machine itself, in hexadecimal"),
    ("https://[::1]/r.csv", "the machine itself, in the newer kind of address"),
    ("https://[::ffff:127.0.0.1]/r.csv", "the machine itself, one kind of address in the other"),
    ("https://169.254.169.254/latest/meta-data", "where a cloud keeps the secrets of its machines"),
    ("https://10.1.2.3/r.csv", "an office network"),
    ("https://192.168.0.1/r.csv", "a router at home"),
    ("https://100.64.0.1/r.csv", "a provider's own network"),
    ("https://0.0.0.0/r.csv", "no address at all"),
    ("https://[fd00::1]/r.csv", "an office network, in the newer kind of address"),
    ("https://224.0.0.1/r.csv", "everybody at once"),
]


@pytest.mark.parametrize(("address", "why"), INSIDE)
def test_a_machine_inside_the_house_is_never_asked(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    monkeypatch.delenv(PRIVATE_HOSTS)
    host = address.split("/")[2].strip("[]")
    said = refusal(address, hosts=(host,))
    assert "PUL-002" in said, why
    assert "is a machine inside the house" in said


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["8.8.8.8", "127.0.0.1"])  # a name that means another machine when it is asked again
    called: list[httpx.Request] = []

    def look_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 443))]

    def answer(request: httpx.Request) -> httpx.Response:
        called.append(request)
        return httpx.Response(200, content=REPORT)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(httpx, "HTTPTransport", lambda: httpx.MockTransport(answer))
    with Web(SOURCE, ["reports.example"]) as web:
        assert web.ask("GET", "https://reports.example/june.csv").content == REPORT
    (request,) = called
    assert request.url.host == "8.8.8.8"
    assert request.headers["Host"] == request.extensions["sni_hostname"] == "reports.example"


# address, code, words
REFUSED = [
    ("https://reports.example/june.csv", "PUL-002", 'The host "reports.example" is not among those'),
    ("https://localhost.evil.example/june.csv", "PUL-002", "is not among those that may be asked"),
    ("https://localhost@evil.example/june.csv", "PUL-002", 'The host "evil.example" is not among those'),
    ("http://localhost/june.csv", "PUL-002", 'The host "localhost" is asked without encryption'),
    ("sftp://files.example/june.csv", "PUL-002", 'The host "files.example" is not among those'),
    ("sftp://localhost/june.csv", "PUL-003", "Nothing here reads sftp://"),
    ("nothing://localhost/june.csv", "PUL-003", "Nothing here reads nothing://"),
    ("file:///etc/passwd", "PUL-002", 'The host "" is not among those'),
    ("zip://a.csv::https://localhost/a.zip", "PUL-001", "is not one address"),
    ("https://[bad/june.csv", "PUL-001", "is not an address"),
]


@pytest.mark.parametrize(("address", "code", "words"), REFUSED)
def test_an_address_that_may_not_be_asked_is_refused(
    refusal: Refusal, address: str, code: str, words: str
) -> None:
    said = refusal(address)
    assert said.startswith(code)
    assert words in said


def test_a_store_whose_driver_is_not_installed_is_told_with_the_extra(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "adlfs", None)  # as it is where the extra was never asked for
    said = refusal("az://container/june.csv")
    assert said.startswith("PUL-003")
    assert "What reads az:// is not installed" in said
    assert 'pip install "billow[azure]"' in said


def test_a_report_is_fetched_once_and_again_when_it_changed(
    pulled: Pulled, graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLOW_SECRET_LOCALHOST", "Bearer of-the-host")
    graph.files["/files/june.csv"] = 200, {"ETag": '"v1"'}, REPORT
    address = f"{graph.url}/files/june.csv?part=all"
    (found,) = pulled(address)
    assert found.path is not None
    assert (found.path.name, found.path.read_bytes(), found.version) == ("june.csv", REPORT, '"v1"')
    assert graph.asked[0].headers["Authorization"] == "Bearer of-the-host"
    shown = f"{graph.url}/files/june.csv"
    assert found.origin == shown, "what may be signed is not kept"
    (again,) = pulled(address, known=lambda origin, version: (origin, version) == (shown, '"v1"'))
    assert again.path is None
    graph.files["/files/june.csv"] = 200, {"ETag": '"v2"'}, REPORT
    (changed,) = pulled(address, known=lambda _, version: version == '"v1"')
    assert changed.path is not None


def test_a_redirection_leads_only_to_a_host_on_the_list(
    pulled: Pulled, refusal: Refusal, graph: FakeGraph
) -> None:
    graph.files["/files/june.csv"] = 200, {}, REPORT
    graph.files["/files/here"] = 302, {"Location": f"{graph.url}/files/june.csv"}, b""
    graph.files["/files/there"] = 302, {"Location": "https://evil.example/june.csv"}, b""
    graph.files["/files/open"] = 302, {"Location": "http://localhost/june.csv"}, b""
    graph.files["/files/round"] = 302, {"Location": f"{graph.url}/files/round"}, b""
    (found,) = pulled(f"{graph.url}/files/here")
    assert found.path is not None
    assert found.path.read_bytes() == REPORT
    assert 'The host "evil.example" is not among' in refusal(f"{graph.url}/files/there")
    assert "asked without encryption" in refusal(f"{graph.url}/files/open")
    assert "cannot be reached (TooManyRedirects)" in refusal(f"{graph.url}/files/round")


# status, words
ANSWERS = [
    (401, "localhost refuses access (status 401)."),
    (403, "localhost refuses access (status 403)."),
    (404, "localhost has nothing at this address (status 404)."),
    (418, "localhost answers with status 418."),
]


@pytest.mark.parametrize(("status", "words"), ANSWERS)
def test_an_answer_that_is_no_report_is_said_in_words(
    refusal: Refusal, graph: FakeGraph, status: int, words: str
) -> None:
    graph.files["/files/june.csv"] = status, {}, b"SECRET"
    said = refusal(f"{graph.url}/files/june.csv?sig=abc")
    assert said.startswith(f"PUL-006  {words}")
    assert "sig=" not in said


# what the host says, what is waited at least and at most
WAITS = [("7", 7.0, 7.0), ("0", 0.0, 0.0), ("99999", 120.0, 120.0), ("", 1.0, 2.0), ("soon", 1.0, 2.0)]


@pytest.mark.parametrize(("said", "least", "most"), WAITS)
def test_a_busy_host_is_asked_again_when_it_says(
    graph: FakeGraph, tmp_path: Path, said: str, least: float, most: float
) -> None:
    graph.files["/files/june.csv"] = 503, {"Retry-After": said} if said else {}, b""
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        graph.files["/files/june.csv"] = 200, {}, REPORT

    with Web(SOURCE, ["localhost"], pause) as web:
        web.download(f"{graph.url}/files/june.csv", tmp_path / "june.csv")
    assert (tmp_path / "june.csv").read_bytes() == REPORT
    assert len(pauses) == 1
    assert least <= pauses[0] <= most


def test_a_host_that_stays_busy_is_left_alone(graph: FakeGraph) -> None:
    graph.files["/files/june.csv"] = 429, {"Retry-After": "1"}, b""
    with Web(SOURCE, ["localhost"], lambda _: None) as web, pytest.raises(Refused, match="5 times"):
        web.ask("GET", f"{graph.url}/files/june.csv")
    assert len(graph.asked) == 5


def test_a_host_whose_certificate_nobody_vouches_for_is_not_believed(
    graph: FakeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "another.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "another.pem"))
    with (
        Web(SOURCE, ["localhost"], lambda _: None) as web,
        pytest.raises(Refused, match=r"cannot be reached \(ConnectError\)"),
    ):
        web.ask("GET", f"{graph.url}/files/june.csv")
    assert graph.asked == []
