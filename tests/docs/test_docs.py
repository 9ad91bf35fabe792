"""What the manual says is so: pages made from the code are current, examples run, links lead somewhere."""

import doctest
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest

from billow.problems import MEANINGS
from billow.rating.models import MODELS
from billow.sheets.columns import SETTINGS, SHEETS
from billow.vendors import Formats
from billow.vendors.transforms import TRANSFORMS

ROOT = Path(__file__).parents[2]
DOCS, MANUAL = ROOT / "docs", ROOT / "docs" / "manual"
FOLDERS = ("addin", "addin/lite", "udfs", "pricing_rules", "workbook_templates", "benchmarks")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / name / "README.md" for name in FOLDERS)])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def _generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = _generate()
WORDS: list[tuple[str, ...]] = list(GENERATE.command_lines())


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"```.*?```", "", text(path), flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the places of a page that a link can name, as code hosts name them."""
    heads = re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", ["sheets.md", "problems.md", "commands.md", "functions.md"])
def test_a_page_made_from_the_code_is_current(name: str) -> None:
    assert text(MANUAL / name) == GENERATE.pages()[name], "run python docs/generate.py"


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_command_and_option_stands_in_the_manual(words: tuple[str, ...]) -> None:
    page = text(MANUAL / "commands.md")
    section = page.partition(f"## billow {' '.join(words)}\n")[2].partition("\n## ")[0]
    shown = GENERATE.help_of(words)
    assert "Usage:" in shown
    for option in re.findall(r"--[a-z]+", shown):
        assert option in section


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_the_readme_shows_every_command(words: tuple[str, ...]) -> None:
    assert f"billow {' '.join(words)}" in text(ROOT / "README.md")


def test_the_readme_prints_what_the_commands_say() -> None:
    readme = text(ROOT / "README.md")
    assert GENERATE.played(readme) == readme, "run python docs/generate.py"


def test_every_problem_sheet_column_and_setting_has_its_line() -> None:
    problems, sheets = text(MANUAL / "problems.md"), text(MANUAL / "sheets.md")
    assert [code for code in MEANINGS if f"| {code} |" not in problems] == []
    for sheet in SHEETS.values():
        section = sheets.partition(f"`{sheet.table}`")[2].partition("\n## ")[0]
        for column in sheet.columns:
            assert f"\n| {column.name}" in section, f"{sheet.title}, {column.name}"
            assert column.description, f"{sheet.title}, {column.name}"
    assert [setting.name for setting in SETTINGS if f"| {setting.name} |" not in sheets] == []


def test_every_report_format_and_transform_is_explained() -> None:
    page = text(MANUAL / "formats.md")
    assert [name for name in Formats.shipped().by_id if f"`{name}`" not in page] == []
    assert [name for name in TRANSFORMS if not re.search(rf"`{name}(:[^`]*)?`", page)] == []


def test_every_charge_model_has_a_worked_example() -> None:
    page = text(MANUAL / "pricing.md")
    assert [name for name in MODELS if f'MODELS["{name}"]' not in page] == []


@pytest.mark.parametrize("page", ["pricing.md", "formats.md"])
def test_the_examples_run(page: str) -> None:
    failed, tried = doctest.testfile(str(MANUAL / page), module_relative=False)
    assert tried
    assert not failed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if link.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_make_command_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text(page))) <= targets
    assert set(re.findall(r"^make ([a-z-]+)", text(page), flags=re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", [DOCS / "ARCHITECTURE.md", DOCS / "DECISIONS.md", ROOT / "CONTRIBUTING.md"])
def test_every_file_and_test_that_is_named_exists(page: Path) -> None:
    said = text(page)
    for name in re.findall(r"`((?:billow|tests|docs|workbook_templates)/[\w./-]*)`", said):
        assert (ROOT / name).exists(), name
    modules = "\n".join(text(path) for path in (ROOT / "tests").rglob("*.py"))
    for name in re.findall(r"`(test_\w+)`", said):
        assert f"def {name}(" in modules, name


def test_every_package_is_on_the_map() -> None:
    page = text(DOCS / "ARCHITECTURE.md")
    packages = {path.parent.name for path in (ROOT / "billow").glob("*/__init__.py")}
    modules = {path.stem for path in (ROOT / "billow").glob("*.py")} - {"__init__"}
    assert sorted(name for name in packages | modules if f"`billow.{name}`" not in page) == []


def test_every_invariant_that_names_a_contract_names_one_of_ours() -> None:
    settings = tomllib.loads(text(ROOT / "pyproject.toml"))
    contracts = {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}
    named = re.findall(r'contract "([^"]+)"', re.sub(r"\s+", " ", text(DOCS / "ARCHITECTURE.md")))
    assert named
    assert set(named) <= contracts


def test_the_notice_names_every_family_of_test_data() -> None:
    notice, data = text(ROOT / "NOTICE"), ROOT / "tests" / "data"
    folders = [path for path in [*data.iterdir(), *(data / "reports").iterdir()] if path.is_dir()]
    missing = [path.relative_to(ROOT).as_posix() for path in folders if path.name != "__pycache__"]
    assert [name for name in missing if f"{name}/" not in notice] == []


def test_pictures_are_small() -> None:
    pictures = list((DOCS / "pictures").glob("*.png"))
    assert pictures
    assert all(path.stat().st_size < 200_000 for path in pictures)
