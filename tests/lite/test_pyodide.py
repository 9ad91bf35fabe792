"""Pyodide gives the answers of CPython: functions on the same cases, the example's month, the scripts."""

import json
import pickle
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest

from billow.commands.command_list import COMMANDS
from billow.commands.desk import open_desk
from billow.functions import FUNCTIONS
from billow.inputs import read_inputs
from billow.rating.rate import rate
from billow.workbook import Workbook
from tests.commands.clerk import MONTH, billow, rows, type_into
from tests.commands.refusals import IN_THE_SHEETS
from tests.functions.calls import CALLS
from tests.lite.shown import lines_of
from tests.lite.tables import tables_of

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PYODIDE = ROOT / "build" / "pyodide" / "node_modules" / "pyodide"
LINES = "Rated lines"
# Made in one workbook; each in another table, since writing one loses what cannot be read in it.
MISTAKES = (
    "a word where a price belongs",
    "a date in words",
    "an article of a product that is not there",
    "a VAT rule with a code that is not there",
    "the same subscription twice",
    "a VAT rate of 150 %",
    "tiers that are open twice",
    "an exchange rate of nothing",
    "a VAT number with a wrong digit",
    "an IBAN with a wrong digit",
    "a setting with its unit",
    "a setting that is not a choice",
    "a time zone of letters in the settings",
)


class Found(NamedTuple):
    """What was given to Pyodide, and what came out."""

    month: tuple[Any, ...]
    workbook: Path
    broken: Path
    out: dict[str, Any]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What xlwings Lite installs, built from the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT / "addin" / "lite", check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def found(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What comes out of Pyodide: node starts it once, with the wheel and what Lite has besides."""
    node = shutil.which("node")
    if node is None or not PYODIDE.is_dir():
        pytest.skip("Pyodide is not installed; make packages installs it")
    given = tmp_path_factory.mktemp("given")
    workbook, broken = given / "Billing.xlsx", given / "Broken.xlsx"
    for words in (("new", workbook, "--example"), ("import", workbook), ("check", workbook)):
        billow(*words)
    shutil.copy(workbook, broken)
    _break(broken)
    month = _month(workbook)
    (given / "given.pickle").write_bytes(pickle.dumps((month, _clicks(workbook, broken))))
    for name in ("stdnum", "tzdata"):
        shutil.copytree(str(files(name)), given / "site" / name)
    shutil.copy(HERE / "xlwings.py", given / "site")
    run = [node, HERE / "pyodide.mjs", PYODIDE, wheel, ROOT / "tests", given, HERE / "inside.py"]
    done = subprocess.run([*map(str, run)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    out = json.loads((given / "found.json").read_text(encoding="utf-8"))
    return Found(month, workbook, broken, out)


def _break(workbook: Path) -> None:
    for mistake in MISTAKES:
        IN_THE_SHEETS[mistake][0](workbook)
    type_into(workbook, "tblCustomers", {"Customer": "C-1002"}, {"Country": "=1"})


def _month(workbook: Path) -> tuple[Any, ...]:
    """The example's charges and its sheets, read where files can be read."""
    desk = open_desk(workbook, tolerant=True)
    return [*desk.store.charges(MONTH)], desk.inputs.books, MONTH


def _clicks(workbook: Path, broken: Path) -> dict[str, tuple[Any, ...]]:
    """Which script is run, on which workbook, with which sheet shown and which row of it selected."""
    good, bad = tables_of(workbook), tables_of(broken)
    title, row, (header, *body) = good["tblCustomers"]
    renamed = good | {"tblCustomers": (title, row, [["Nr", *header[1:]], *body])}
    return {
        "in order": ("billow_check", workbook.name, good),
        "broken": ("billow_check", broken.name, bad),
        "a header was changed": ("billow_check", workbook.name, renamed),
        "a line": ("billow_explain", workbook.name, good, LINES, good["tblLines"][1] + 1),
        "no line": ("billow_explain", workbook.name, good, LINES, 1),
        "another sheet": ("billow_explain", workbook.name, good, "Prices", good["tblLines"][1] + 1),
        "help": ("billow_help", workbook.name, good),
        "a mistake of ours": ("billow_explain", None, good),
    }


def shown(found: Found, click: str) -> list[list[str]]:
    """What the sheet shows: every cell is text, whatever it begins with."""
    cells = found.out["shown"][click]
    assert all(cell is None or cell.startswith("'") for row in cells for cell in row)
    return [[cell[1:] for cell in row if cell] for row in cells]


def test_nothing_but_python_and_ours_is_loaded(found: Found) -> None:
    ours = {"billow", "billow_lite", "billow_udfs", "tests", "xlwings", "stdnum", "tzdata"}
    of_pyodide = {"pyodide", "pyodide_js", "js"}
    assert found.out["platform"] == "emscripten"
    assert {name for name in found.out["loaded"] if not name.startswith("_")} - of_pyodide == ours


def test_every_function_shows_what_it_shows_elsewhere(found: Found) -> None:
    assert found.out["calls"] == [expected for _, _, expected in CALLS]


def test_the_host_is_told_what_each_argument_is(found: Found) -> None:
    assert found.out["documented"] == {
        name: {argument.name: argument.help for argument in called.arguments}
        for name, called in FUNCTIONS.items()
    }


def test_a_month_is_rated_to_the_same_lines(found: Found) -> None:
    rated = rate(*found.month)
    assert len(rated.lines) > 100
    assert found.out["lines"] == lines_of(rated)


def test_the_scripts_are_commands_of_tab_billow(found: Found) -> None:
    """Named as the buttons are; what each does stands in Help."""
    buttons = {c.id: f"Billow: {c.button.label}" for c in COMMANDS.values() if c.button}
    assert found.out["scripts"].items() <= buttons.items()
    said = "\n".join(line for (line,) in filter(None, shown(found, "help")))
    for label in found.out["scripts"].values():
        assert f"{label.removeprefix('Billow: ')}: " in said


def test_sheets_in_order_are_in_order(found: Found) -> None:
    assert shown(found, "in order") == [
        ["The sheets are in order."],
        ["Reports, their formats, invoices and the register are checked where Billow is installed."],
    ]


def test_every_mistake_is_told_as_it_is_on_a_computer(found: Found) -> None:
    count, _, header, *told = shown(found, "broken")
    assert header == ["Severity", "Code", "Problem", "Where", "Hint"]
    for mistake in MISTAKES:
        _, code, sentence, where, hint = IN_THE_SHEETS[mistake]
        (row,) = [row for row in told if row[1:3] == [code, sentence]]
        assert where in row[3]
        assert hint in row[4]
    expected = read_inputs(Workbook.open(found.broken)).problems
    assert count == [f"Problems in the sheets: {len(expected)}."]
    assert told == [[p.severity.value, p.code, p.sentence, str(p.place), p.hint] for p in expected]
    assert '"=1" is not a country.' in [row[2] for row in told]


def test_a_header_that_was_changed_is_told(found: Found) -> None:
    *_, told = shown(found, "a header was changed")
    assert told[1:3] == ["WBK-005", "Sheet Customers has no column Customer."]


def test_a_line_is_explained_by_what_its_row_says(found: Found) -> None:
    first = rows(found.workbook, "tblLines")[0]
    said = [line for (line,) in shown(found, "a line")]
    assert said[:2] == [f"Line: {first['Line']}", f"Customer: {first['Customer']}"]
    assert f"Amount: {first['Amount']}" in said
    assert [f"Steps: {step}" for step in first["Steps"].split("; ")] == [
        line for line in said if line.startswith("Steps: ")
    ]


@pytest.mark.parametrize("click", ["no line", "another sheet"])
def test_a_cell_that_is_in_no_line_is_told(found: Found, click: str) -> None:
    *_, told = shown(found, click)
    assert told[1:3] == ["CMD-040", "The selected cell is not in the row of an invoice line."]


def test_a_mistake_of_ours_is_a_sentence(found: Found) -> None:
    (first,), _ = shown(found, "a mistake of ours")
    assert first.startswith("Billow has made a mistake of its own (TypeError")


def test_the_wheel_holds_the_core_and_its_licence_and_no_larger_library(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith("/METADATA"))
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {
        "billow", "billow_lite", "billow_udfs",
    }  # fmt: skip
    assert {"billow_lite/LICENSE", "billow_lite/NOTICE", "billow_lite/py.typed"} <= set(names)
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    assert needed == ["Requires-Dist: python-stdnum>=2.0", "Requires-Dist: tzdata>=2025.1"]
