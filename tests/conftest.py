"""The example month, made once for all tests; a test that changes it works on a copy of its own.

Properties run without a deadline, since a busy machine is no bug, and where CI runs them with the same
examples each time: it judges a change, and looking for new examples is for the desk.
"""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from billow.commands.settle import settle_todo
from tests.commands.clerk import MONTH, billow

REASON = "Compared with the invoice; daily usage is right"

settings.register_profile("billow", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("billow")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "office: starts LibreOffice")
    home = TemporaryDirectory(prefix="billow-home-")  # tests leave nothing with the user who runs them
    os.environ["BILLOW_HOME"] = home.name
    config.add_cleanup(home.cleanup)


@pytest.fixture(scope="session")
def issued_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the example after ``billow demo``: 24 invoices issued and handed over."""
    folder = tmp_path_factory.mktemp("demo")
    made = billow("demo", folder)
    assert made.code == 0, made.err
    return folder / "Billing.xlsx"


@pytest.fixture(scope="session")
def drafted_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the example with its drafts, nothing issued yet."""
    workbook = tmp_path_factory.mktemp("drafts") / "Billing.xlsx"
    for words in (("new", workbook, "--example"), ("import", workbook)):
        assert billow(*words).code == 0
    settle_todo(workbook, "accept", REASON, "M. Jansen")
    assert billow("invoice", workbook, "--period", MONTH).code == 0
    return workbook


@pytest.fixture
def issued(issued_month: Path, tmp_path: Path) -> Path:
    """A copy of the issued month, for a test to change."""
    return _copied(issued_month, tmp_path)


@pytest.fixture
def drafted(drafted_month: Path, tmp_path: Path) -> Path:
    """A copy of the drafted month, for a test to change."""
    return _copied(drafted_month, tmp_path)


def _copied(workbook: Path, folder: Path) -> Path:
    target = folder / "desk"
    shutil.copytree(workbook.parent, target)
    return target / workbook.name
