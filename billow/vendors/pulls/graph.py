"""Partner Center billing through Microsoft Graph: ask for an export, wait for it, fetch its blobs.

``partner-center://reconciliation/billed/G000123456`` are the lines of an invoice,
``partner-center://usage/billed/G000123456`` its daily usage; ``.../unbilled/EUR/current`` and
``.../unbilled/EUR/last`` are what is not invoiced yet.

Source: Microsoft Graph, "Export partner billing data" (v1.0, permission PartnerBilling.Read.All): the request
is answered by 202 and an address; that is asked until the operation has ended; its manifest names blobs of
packed JSON lines, which a signature opens. Error 5000 says that there is no data yet.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

from billow.vendors.pulls.answers import GraphFailure, GraphManifest, GraphOperation, NotUsable, read
from billow.vendors.pulls.fetched import PARTNER_CENTER, Errand, Fetched, Source
from billow.vendors.pulls.parts import joined
from billow.vendors.pulls.secrets import needed_secret
from billow.vendors.pulls.web import Web, retry_after

_PATH = re.compile(r"(usage|reconciliation)/(?:billed/([A-Z]\w{3,30})|unbilled/([A-Z]{3})/(current|last))")
_NO_DATA = "5000"
_POLL = 10.0  # seconds, where the answer names none
_PATIENCE = 1800.0
_TOKEN = re.compile(r"[\w./-]{1,200}")
_SETTINGS = "Fill in the settings Partner tenant and Partner application."


@dataclass(frozen=True)
class Cloud:
    """Where one sign-in service, Graph and the blobs of exports are."""

    sign_in: str = "https://login.microsoftonline.com"
    graph: str = "https://graph.microsoft.com/v1.0"
    blobs: tuple[str, ...] = ("*.blob.core.windows.net",)


GLOBAL = Cloud()


def fetch_billing(
    source: Source,
    errand: Errand,
    cloud: Cloud | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Return the report that a ``partner-center://`` address names."""
    cloud = cloud or GLOBAL
    request, body = _request(source)
    if not errand.tenant or not errand.application:
        sentence = "Partner Center is asked, and the settings do not say by whom."
        raise source.refused("PUL-004", sentence, _SETTINGS)
    token = _token(source, errand, cloud, pause)
    with Web(source, [_host(cloud.graph)], pause) as graph:
        headers = {"Authorization": f"Bearer {token}"}
        answer = graph.ask("POST", f"{cloud.graph}/{request}", headers=headers, json=body)
        _refuse_no_data(source, _failure(answer))
        graph.refuse_error(answer)
        if not (operation := answer.headers.get("Location", "")):
            raise _unusable(source, "does not say where the export will be")
        manifest = _waited_for(source, graph, operation, headers, pause)
    version = manifest.e_tag or ""
    if version and errand.known(source.address, version):
        return Fetched(source, source.address, None, version)
    return Fetched(source, source.address, _blobs(source, errand, cloud, manifest, pause), version)


def _request(source: Source) -> tuple[str, dict[str, str]]:
    parts = urlsplit(source.address)
    found = _PATH.fullmatch(f"{parts.netloc}{parts.path}")
    if found is None:
        sentence = f'"{source.address}" is not a report of Partner Center.'
        hint = f"Write {PARTNER_CENTER}://reconciliation/billed/G000123456 or {PARTNER_CENTER}://usage/unbilled/EUR/current."
        raise source.refused("PUL-001", sentence, hint)
    kind, invoice, currency, period = found.groups()
    asked = {"invoiceId": invoice} if invoice else {"currencyCode": currency, "billingPeriod": period}
    state = "billed" if invoice else "unbilled"
    return f"reports/partners/billing/{kind}/{state}/export", {**asked, "attributeSet": "full"}


def _token(source: Source, errand: Errand, cloud: Cloud, pause: Callable[[float], None]) -> str:
    # imported here: it takes a third of a second, and most imports ask no vendor
    import msal  # noqa: PLC0415

    secret = needed_secret(errand.application, source)
    with Web(source, [_host(cloud.sign_in)], pause) as web:
        try:
            application = msal.ConfidentialClientApplication(
                errand.application,
                client_credential=secret,
                authority=f"{cloud.sign_in}/{quote(errand.tenant, safe='')}",
                instance_discovery=False,
                http_client=_ForMsal(web),
            )
            found = application.acquire_token_for_client([f"https://{_host(cloud.graph)}/.default"])
        except (ValueError, KeyError):
            found = {"error": "the tenant is not known"}
    if "access_token" in found:
        return str(found["access_token"])
    said = str(found.get("error", ""))
    hint = f"Check the settings and the secret, and that the application may read billing. {_SETTINGS}"
    sentence = (
        f"Microsoft does not let the application sign in ({said if _plain(said) else 'no reason given'})."
    )
    raise source.refused("PUL-006", sentence, hint)


class _ForMsal:
    """The web as msal wants it."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def get(self, url: str, params: object = None, headers: object = None, **_: object) -> httpx.Response:
        return self._web.ask("GET", url, params=params, headers=headers)

    def post(
        self, url: str, params: object = None, data: object = None, headers: object = None, **_: object
    ) -> httpx.Response:
        return self._web.ask("POST", url, params=params, data=data, headers=headers)

    def close(self) -> None:
        """Leave the web open: it is closed by who opened it."""


def _waited_for(
    source: Source, graph: Web, url: str, headers: Mapping[str, str], pause: Callable[[float], None]
) -> GraphManifest:
    """Ask for an operation until it has ended; return the manifest of what it wrote."""
    waited = 0.0
    while waited <= _PATIENCE:
        answer = graph.ask("GET", url, headers=dict(headers))
        graph.refuse_error(answer)
        try:
            operation = read(GraphOperation, answer.content)
        except NotUsable as wrong:
            raise _unusable(source, str(wrong)) from None
        if operation.status == "failed":
            _refuse_no_data(source, operation)
            raise _unusable(source, "could not write the export")
        if operation.status == "succeeded":
            if operation.resource_location is None:
                raise _unusable(source, operation.wrong[""])
            return operation.resource_location
        wait = retry_after(answer.headers, _POLL) or 0.0
        pause(wait)
        waited += max(wait, 0.1)
    raise source.refused(
        "PUL-006", "Partner Center has not finished the export in half an hour.", "Try again later."
    )


def _blobs(
    source: Source, errand: Errand, cloud: Cloud, manifest: GraphManifest, pause: Callable[[float], None]
) -> Path:
    report = urlsplit(source.address).path.strip("/").replace("/", "-")
    root, signature = manifest.root_directory.rstrip("/"), (manifest.sas_token or "").lstrip("?")
    parts = []
    with Web(source, cloud.blobs, pause) as web:
        for number, blob in enumerate(manifest.blobs, start=1):
            target = errand.folder / f"{report}-{number:05}.json.gz"
            web.download(f"{root}/{quote(blob.name)}?{signature}", target)
            parts.append(target)
    return joined(parts, report, errand.folder, source)


def _failure(answer: httpx.Response) -> GraphFailure:
    try:
        return read(GraphFailure, answer.content)
    except NotUsable:
        return GraphFailure()


def _refuse_no_data(source: Source, answer: GraphFailure) -> None:
    if answer.error and str(answer.error.code) == _NO_DATA:
        sentence = f'Partner Center has no data yet for "{source.address}".'
        raise source.refused("PUL-007", sentence, "Try again when the invoice is out; check its number.")


def _unusable(source: Source, what: str) -> Exception:
    return source.refused("PUL-008", f"Partner Center {what}.", "Try again later; else ask Microsoft.")


def _plain(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
