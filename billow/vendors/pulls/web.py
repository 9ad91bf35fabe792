"""The web, reached with care: encrypted, only hosts that were named, never an address inside the house.

A workbook may come from elsewhere, and with it an address that points to a machine of ours or carries a
token away. So each connection, a redirected one too, goes to a host on the list; its name is looked up once,
and the address that was checked is the one that is called. What is busy is asked again after the time that
it says.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import tenacity

from billow.vendors.pulls.fetched import MOST_BYTES, Source
from billow.vendors.pulls.hosts import ALLOW, NotAllowed, checked_address

_TRIES = 5
_LONGEST_WAIT = 120.0
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_CHUNK = 1 << 20
_Answer = TypeVar("_Answer")
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)


class _Again(Exception):  # noqa: N818 - not an error: the other side is busy
    """The answer is to come later; ``after`` says when, if the host did."""

    def __init__(self, after: float | None, reason: str) -> None:
        super().__init__(reason)
        self.after = after


@dataclass
class Web:
    """Asks hosts on behalf of a source; close it by ``with``."""

    source: Source
    hosts: Sequence[str]
    pause: Callable[[float], None] = time.sleep
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._client = httpx.Client(
            transport=_Guarded(self.hosts),
            timeout=_TIMEOUT,
            follow_redirects=True,
            max_redirects=5,
            headers={"Accept-Encoding": "identity"},  # a packed report stays packed
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        """Return an answer that is not *busy*; the caller looks at its status."""

        def once() -> httpx.Response:
            answer = self._client.request(method, url, **more)
            if answer.status_code in _BUSY:
                raise _Again(retry_after(answer.headers), f"answers with status {answer.status_code}")
            return answer

        return self._patient(url, once)

    def download(
        self,
        url: str,
        target: Path,
        *,
        headers: Mapping[str, str] | None = None,
        stop: Callable[[str], bool] = lambda _: False,
    ) -> str | None:
        """Write what lies at ``url`` to ``target`` and return its version; None where ``stop`` wants none."""

        def once() -> str | None:
            with self._client.stream("GET", url, headers=headers) as answer:
                if answer.status_code in _BUSY:
                    raise _Again(retry_after(answer.headers), f"answers with status {answer.status_code}")
                self.refuse_error(answer)
                version = str(answer.headers.get("etag", ""))
                if stop(version):
                    return None
                self._write(answer, target)
                return version

        return self._patient(url, once)

    def refuse_error(self, answer: httpx.Response) -> None:
        """Refuse an answer that is none, in words; never with its address, which may be signed."""
        if answer.is_success:
            return
        host, status = answer.url.host, answer.status_code
        if status in {401, 403}:
            raise self._failed(host, f"refuses access (status {status})", "Check the secret and the rights.")
        if status in {404, 410}:
            raise self._failed(host, f"has nothing at this address (status {status})", "Check the address.")
        raise self._failed(host, f"answers with status {status}", "Try again later, or ask the vendor.")

    def _patient(self, url: str, once: Callable[[], _Answer]) -> _Answer:
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=_wait,
            retry=tenacity.retry_if_exception_type((_Again, httpx.TransportError)),
            sleep=self.pause,
            reraise=True,
        )
        host = "The host"
        try:
            host = httpx.URL(url).host
            return retrying(once)
        except NotAllowed as error:
            raise self.source.refused("PUL-002", f"{error}.", ALLOW) from error
        except _Again as busy:
            hint = "Try again later; nothing was changed."
            raise self._failed(host, f"{busy}, {_TRIES} times", hint) from busy
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            hint = "Check the network, and whether the host's certificate is valid; then try again."
            raise self._failed(host, f"cannot be reached ({type(error).__name__})", hint) from None

    def _write(self, answer: httpx.Response, target: Path) -> None:
        written = 0
        with target.open("wb") as out:
            for chunk in answer.iter_raw(_CHUNK):
                written += out.write(chunk)
                if written > MOST_BYTES:
                    raise self._failed(
                        answer.url.host, "sends more than a report could hold", "Check the address."
                    )

    def _failed(self, host: str, what: str, hint: str) -> Exception:
        return self.source.refused("PUL-006", f"{host} {what}.", hint)


def retry_after(headers: Mapping[str, str], default: float | None = None) -> float | None:
    """Return the seconds that a host asks to wait: a number or a moment.

    >>> retry_after({"Retry-After": "7"}), retry_after({}, 10.0), retry_after({"Retry-After": "soon"})
    (7.0, 10.0, None)
    """
    text = headers.get("Retry-After", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return default
    return min(max(seconds, 0.0), _LONGEST_WAIT) if seconds == seconds else default  # noqa: PLR0124 - not a number


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Again) and error.after is not None:
        return error.after
    return min(2.0**state.attempt_number, _LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311 - no secret


class _Guarded(httpx.BaseTransport):
    """Makes only connections that are allowed, each to the address that was checked."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self._hosts, self._inner = hosts, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the checked address of its host, with the host's name in the certificate."""
        host = request.url.host
        if request.url.scheme != "https":
            raise NotAllowed(f'The host "{host}" is asked without encryption')
        try:
            address = checked_address(host, request.url.port or 443, self._hosts)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError("no such host") from error
        checked = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return self._inner.handle_request(checked)

    def close(self) -> None:
        """Close all connections."""
        self._inner.close()
