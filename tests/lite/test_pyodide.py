"""Pyodide gives the answers of CPython: every function on the same cases, and the example's month."""

import json
import pickle
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from billow.commands.desk import open_desk
from billow.functions import FUNCTIONS
from billow.rating.rate import rate
from tests.commands.clerk import MONTH, billow
from tests.functions.calls import CALLS
from tests.lite.shown import lines_of

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PYODIDE = ROOT / "build" / "pyodide" / "node_modules" / "pyodide"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What xlwings Lite installs, built from the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT / "addin" / "lite", check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    """The example's charges and its sheets, read where files can be read."""
    workbook = tmp_path_factory.mktemp("month") / "Billing.xlsx"
    for words in (("new", workbook, "--example"), ("import", workbook)):
        assert billow(*words).code == 0
    desk = open_desk(workbook, tolerant=True)
    return [*desk.store.charges(MONTH)], desk.inputs.books, MONTH


@pytest.fixture(scope="module")
def found(wheel: Path, month: tuple[Any, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What comes out of Pyodide: node starts it once, with the wheel and what Lite has besides."""
    given = tmp_path_factory.mktemp("given")
    (given / "month.pickle").write_bytes(pickle.dumps(month))
    site = given / "site"
    shutil.copytree(str(files("tzdata")), site / "tzdata")
    shutil.copy(HERE / "xlwings.py", site)
    node = shutil.which("node")
    if node is None or not PYODIDE.is_dir():
        pytest.skip("Pyodide is not installed; make packages installs it")
    words = [node, HERE / "pyodide.mjs", PYODIDE, wheel, ROOT / "tests", given, HERE / "inside.py"]
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads((given / "found.json").read_text(encoding="utf-8"))
    return read


def test_nothing_but_python_and_ours_is_loaded(found: dict[str, Any]) -> None:
    ours = {"billow", "billow_lite", "billow_udfs", "tests", "xlwings"}
    of_pyodide = {"pyodide", "pyodide_js", "js"}
    assert found["platform"] == "emscripten"
    assert {name for name in found["loaded"] if not name.startswith("_")} - of_pyodide == ours


def test_every_function_shows_what_it_shows_elsewhere(found: dict[str, Any]) -> None:
    assert found["calls"] == [shown for _, _, shown in CALLS]


def test_the_host_is_told_what_each_argument_is(found: dict[str, Any]) -> None:
    assert found["documented"] == {
        name: {argument.name: argument.help for argument in called.arguments}
        for name, called in FUNCTIONS.items()
    }


def test_a_month_is_rated_to_the_same_lines(found: dict[str, Any], month: tuple[Any, ...]) -> None:
    rated = rate(*month)
    assert len(rated.lines) > 100
    assert found["lines"] == lines_of(rated)


def test_the_wheel_holds_the_core_and_its_licence_and_no_larger_library(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith("/METADATA"))
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {
        "billow", "billow_lite", "billow_udfs",
    }  # fmt: skip
    assert {"billow_lite/LICENSE", "billow_lite/NOTICE", "billow_lite/py.typed"} <= set(names)
    assert [line for line in metadata.splitlines() if line.startswith("Requires-Dist")] == [
        "Requires-Dist: tzdata"
    ]
