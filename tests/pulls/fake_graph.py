"""Microsoft's sign-in and Graph's export of partner billing, as documented, on the loopback.

A test says how it behaves: how often it is busy, how long an operation runs, what it then answers. What was
asked is kept. It also plays a web host with files, redirects and errors, under ``/files/``.
"""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TENANT, APPLICATION, SECRET = "contoso-partner", "b1110w-app", "Sesame/not-in-any-file"
OPERATIONS = "/v1.0/reports/partners/billing/operations/op-1"


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class FakeGraph:
    """The server's address, its behaviour, and what it was asked."""

    url: str = ""
    elsewhere: str = ""
    busy: int = 0
    running: int = 2
    retry_after: str = "3"
    refusal: tuple[int, dict[str, Any]] | None = None
    outcome: dict[str, Any] = field(default_factory=dict)
    files: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        self.asked.append(asked)
        path = asked.path.partition("?")[0]
        if path.startswith("/files/"):
            return self.files.get(path, (404, {}, b""))
        if path.startswith(f"/{TENANT}/"):
            return self._token(asked) if path.endswith("/token") else _json(200, self._endpoints())
        if asked.headers.get("Authorization") != "Bearer token-1":
            return _json(401, {"error": {"code": "InvalidAuthenticationToken"}})
        if self.busy:
            self.busy -= 1
            return 429, {"Retry-After": self.retry_after}, b""
        return self._export(asked.method, path)

    def _export(self, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
        if path == OPERATIONS:
            return self._operation()
        if method != "POST" or not path.endswith("/export"):
            return _json(404, {"error": {"code": "NotFound"}})
        if self.refusal:
            return _json(*self.refusal)
        return 202, {"Location": f"{self.elsewhere or self.url}{OPERATIONS}"}, b""

    def _endpoints(self) -> dict[str, str]:
        base = f"{self.url}/{TENANT}"
        return {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        }

    def _token(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        said = parse_qs(asked.body.decode())
        if (said.get("client_id"), said.get("client_secret")) != ([APPLICATION], [SECRET]):
            return _json(401, {"error": "invalid_client", "error_description": f"not {said}"})
        return _json(200, {"access_token": "token-1", "token_type": "Bearer", "expires_in": 3599})

    def _operation(self) -> tuple[int, dict[str, str], bytes]:
        if self.running:
            self.running -= 1
            status, headers, body = _json(200, {"status": "running"})
            return status, {**headers, "Retry-After": self.retry_after}, body
        return _json(200, self.outcome)


def _json(status: int, said: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(said).encode()


@contextmanager
def served(context: ssl.SSLContext) -> Iterator[FakeGraph]:
    """Run a fake on a free port of the loopback until the test has ended."""
    graph = FakeGraph()

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, said = graph.answer(Asked(self.command, self.path, dict(self.headers), body))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(said)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = _reply  # noqa: N815 - named by the library

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    graph.url = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield graph
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
