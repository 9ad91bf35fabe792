"""Secrets come from the operating system or the environment, and never lie in a workbook."""

from base64 import b64encode
from hashlib import sha512
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from billow.problems import Place
from billow.vendors.pulls.fetched import Source
from billow.vendors.pulls.secrets import holds_secret, secret_of, variable
from tests.commands.clerk import add_row, billow, rows, type_into

KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq"
TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGci.eyJhdWQiOiJodHRwczovL2dyYXBo.c2ln"  # noqa: S105 - of nobody

# what stands in a cell, whether it is a secret
CELLS = [
    ("reports/2026-06/*.csv", False),
    ("s3://cur-bucket/bills/export", False),
    ("abfs://exports@contosobilling.dfs.core.windows.net/cost/partitioned", False),
    ("partner-center://reconciliation/billed/G000123456", False),
    ("https://reports.example/2026-06/june.csv?view=all", False),
    ("reports/16e57707-f9e3-49be-8be6-b84e684b5194/koku-local-1.csv.gz", False),
    ("reports/73746dc573746dc573746dc573746dc573746dc5.csv", False),
    ("reports/Microsoft_Invoice_2026-06_Partner-Center_Reconciliation.csv", False),
    ("s3://bucket/ReportPartnerCenterReconciliation2026June/Export", False),
    ("Export-16e57707-f9e3-49be-8be6-b84e684b5194-and-73746dc573746dc573746dc5", False),
    ("Partner Center, billed; password is with Anna", False),
    ("https://reports.example/june.csv?sv=2022-11-02&sig=aB3%2Fx", True),
    ("https://cur-bucket.s3.amazonaws.com/j.csv?X-Amz-Credential=AK&X-Amz-Signature=ab", True),
    ("https://anna:Sesame@reports.example/june.csv", True),
    ("AccountName=contoso;AccountKey=abc=", True),
    ("key AKIAIOSFODNN7EXAMPLE", True),
    ("aws_secret_access_key = abc", True),
    (KEY, True),
    ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", False),  # AWS's own example; real ones are shuffled more
    ("secret kept by Anna: 7Hs8Q~xYz3kLmN0pQrStUvWx.Yz12AbCd_ef5G", True),
    (TOKEN, True),
    ("password: Sesame", True),
    ("Wachtwoord=geheim", True),
    ("-----BEGIN RSA PRIVATE KEY-----", True),
]


@pytest.mark.parametrize(("cell", "secret"), CELLS)
def test_a_secret_is_known_when_it_is_seen(cell: str, secret: bool) -> None:
    assert holds_secret(cell) is secret


def test_nearly_every_key_that_a_vendor_makes_is_known() -> None:
    keys = [b64encode(sha512(bytes([number])).digest()).decode()[:40] for number in range(200)]
    assert sum(map(holds_secret, keys)) >= 195


class Drawer(KeyringBackend):
    """A keyring with one secret in it."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """Return the secret of *reports*."""
        return "of the keyring" if (service, username) == ("billow", "reports") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep nothing."""


def test_the_keyring_is_asked_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keyring.get_keyring()
    monkeypatch.setenv(variable("reports"), "of the environment")
    monkeypatch.setenv(variable("other.reports"), "of the environment")
    try:
        keyring.set_keyring(Drawer())  # type: ignore[no-untyped-call] # the library's
        found = [secret_of(name) for name in ("reports", "other.reports", "none")]
    finally:
        keyring.set_keyring(before)
    assert found == ["of the keyring", "of the environment", None]


# an address, how it is shown
SHOWN = [
    ("https://h.example/j.csv?sig=abc", "https://h.example/j.csv"),
    ("https://anna:Sesame@h.example/j.csv", "https://h.example/j.csv"),
    ("abfs://exports@contoso.example/cost", "abfs://exports@contoso.example/cost"),
    ("reports/what?.csv", "reports/what?.csv"),
]


@pytest.mark.parametrize(("address", "shown"), SHOWN)
def test_an_address_is_shown_without_its_secret(address: str, shown: str) -> None:
    assert Source(address, Place(), Path()).shown == shown


def test_a_workbook_with_a_secret_in_it_is_refused_in_words_that_do_not_repeat_it(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook).code == 0
    row = add_row(workbook, "tblSources", {"Path": "s3://cur-bucket/export", "Note": f"key {KEY}"})
    for words in (("import", workbook), ("check", workbook)):
        said = billow(*words)
        assert said.code == 1
        assert "PUL-005  A secret stands in column Note; whoever gets the workbook has it." in said.err
        assert f"sheet Report sources, row {row}, column Note" in said.err
        assert KEY not in said.out + said.err
    shown = [found["Problem"] for found in rows(workbook, "tblProblems")]
    assert any("A secret stands in column Note" in sentence for sentence in shown)
    type_into(workbook, "tblSources", {}, {"Note": None})
    assert "PUL-005" not in billow("check", workbook).err
