"""xlwings' own code for Office.js takes our functions and scripts; for those who have its licence.

``XLWINGS_LICENSE_KEY=… python -m pytest tests/lite/test_office_js.py``: the licence of that part of xlwings
does not cover everybody who runs our tests, so they leave it out.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from billow.functions import FUNCTIONS
from tests.commands.clerk import billow, rows
from tests.functions.calls import CALLS
from tests.lite.tables import snapshot_of

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    "XLWINGS_LICENSE_KEY" not in os.environ, reason="xlwings wants the key of its licence"
)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with its rated lines."""
    found = tmp_path_factory.mktemp("office_js") / "Billing.xlsx"
    for words in (("new", found, "--example"), ("import", found), ("check", found)):
        billow(*words)
    return found


@pytest.fixture(scope="module")
def out(workbook: Path) -> dict[str, Any]:
    """What Excel would be given."""
    given = workbook.with_name("given.json")
    given.write_text(json.dumps(snapshot_of(workbook, "Rated lines", "B5")), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.lite.office_js", str(given)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "addin" / "lite")])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_function_is_listed_and_answers(out: dict[str, Any]) -> None:
    assert set(out["listed"]) == set(FUNCTIONS)
    for (name, _, expected), found in zip(CALLS, out["calls"], strict=True):
        assert [[_number(cell) for cell in row] for row in found] == expected, name


def _number(cell: Any) -> Any:
    """Return a day as its number; Excel is also told that it is a date."""
    return cell["basicValue"] if isinstance(cell, dict) else cell


def test_a_script_adds_its_sheet_and_writes_it_once(out: dict[str, Any], workbook: Path) -> None:
    for actions in out["scripts"].values():
        asked = [action["func"] for action in actions]
        assert asked == ["addSheet", "sheetClearContents", "setValues", "activateSheet"]
    written = {name: actions[2]["values"] for name, actions in out["scripts"].items()}
    assert written["billow_check"][0] == ["'The sheets are in order."]
    assert written["billow_explain"][0] == [f"'Line: {rows(workbook, 'tblLines')[0]['Line']}"]
