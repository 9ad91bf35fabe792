"""What is measured stays true: short functions and files, said modules, tested problems, a clean wheel."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest

from billow.problems import MEANINGS

ROOT = Path(__file__).parents[2]
CODE = ("billow", "addin", "udfs", "tests", "workbook_templates", "pricing_rules")
LONGEST_FUNCTION = 70
LONGEST_FILE = 500
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__", ".hypothesis"}
# Paths of a developer's machine, and hosts of package registries: neither belongs in what we ship.
FOREIGN = re.compile(
    r"(?<![\w.])/(?:home|Users|root|work)/\w"
    r"|[A-Za-z]:\\{1,2}Users\\"
    r"|\b(?:pypi\.org|pythonhosted\.org|anaconda\.org|npmjs\.(?:com|org)|crates\.io|ghcr\.io|docker\.io)\b"
)
FAMILIES = "|".join(sorted({code.split("-")[0] for code in MEANINGS}))
CODE_OF_PROBLEM = re.compile(rf"\b(?:{FAMILIES})-\d{{3}}\b")
TOLD = re.compile(r"Problem\(\s*\"(\w+-\d+)\"")


@cache
def modules() -> tuple[Path, ...]:
    """Return every Python file of ours."""
    return tuple(
        sorted(p for folder in CODE for p in (ROOT / folder).rglob("*.py") if not NOT_OURS & {*p.parts})
    )


@cache
def parsed(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), path.name)


def named(path: Path) -> str:
    """Return a file's path as seen from the project."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Return each function of a module with its number of lines, docstring included."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_there_is_something_to_measure() -> None:
    assert len(modules()) > 100
    assert ROOT / "billow" / "money.py" in modules()


def test_no_function_is_longer_than_70_lines() -> None:
    found = [
        f"{named(p)}: {name} has {n}" for p in modules() for name, n in functions(p) if n > LONGEST_FUNCTION
    ]
    assert found == []


def test_no_file_is_longer_than_500_lines() -> None:
    counted = {named(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert {name: count for name, count in counted.items() if count > LONGEST_FILE} == {}


def test_duckdb_is_opened_in_one_place_which_locks_it() -> None:
    opens = re.compile(r"\bduckdb\.(?:connect|DuckDBPyConnection\(|sql\(|execute\(|query\(|read_|from_)")
    ours = [path for path in modules() if named(path).startswith(("billow/", "addin/", "udfs/"))]
    found = {named(path) for path in ours if opens.search(path.read_text(encoding="utf-8"))}
    # the store's engine hands a locked connection on to Ibis
    assert found == {"billow/locked.py", "billow/usage/engine.py"}
    assert "ibis.duckdb.from_connection(locked(" in (ROOT / "billow/usage/engine.py").read_text("utf-8")


def test_every_module_says_what_it_is() -> None:
    assert [named(p) for p in modules() if not ast.get_docstring(parsed(p))] == []


@pytest.mark.parametrize("door", ["addin", "udfs"])
def test_no_module_lies_loose_in_a_door(door: str) -> None:
    assert [named(path) for path in (ROOT / door).glob("*.py")] == []


def texts() -> Iterator[tuple[str, str]]:
    """Return every text file of the tree; workbooks and PDFs are not text."""
    for folder, names, files in os.walk(ROOT):
        names[:] = [name for name in names if name not in NOT_OURS and not name.endswith("_cache")]
        for path in (Path(folder, name) for name in files):
            content = path.read_bytes()
            if b"\0" not in content[:4096]:
                yield named(path), content.decode("utf-8", "replace")


def test_nothing_names_a_developers_machine_or_a_registry() -> None:
    found = [f"{name}: {match.group()}" for name, text in texts() for match in FOREIGN.finditer(text)]
    assert found == []


def codes_in(folder: str) -> set[str]:
    """Return the problem codes that stand in the Python files of a folder, the list of meanings aside."""
    listed = ROOT / "billow" / "problems.py"
    paths = [path for path in modules() if named(path).startswith(f"{folder}/") and path != listed]
    return {code for path in paths for code in CODE_OF_PROBLEM.findall(path.read_text(encoding="utf-8"))}


def test_every_problem_has_a_test() -> None:
    assert sorted(set(MEANINGS) - codes_in("tests")) == []


def test_every_problem_that_is_told_has_a_meaning() -> None:
    ours = [path for path in modules() if not named(path).startswith("tests/")]
    told = {code for path in ours for code in TOLD.findall(path.read_text(encoding="utf-8"))}
    assert len(told) > 50
    assert sorted((codes_in("billow") | told) - set(MEANINGS)) == []


def test_the_wheel_holds_our_packages_and_nothing_else(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    top = {name.split("/")[0] for name in names}
    ours = {f"billow{name}" for name in ("", "_addin", "_ribbon", "_rules", "_templates", "_udfs")}
    assert {name for name in top if not name.endswith(".dist-info")} == ours
    assert len(top) == len(ours) + 1
    assert "billow/py.typed" in names
    assert "billow_ribbon/billow.xlam" in names
    assert "billow_rules/defaults/vat.cases.yaml" in names
    assert [name for name in names if name.endswith((".pyc", ".xlsm"))] == []
