"""``billow install``, ``uninstall`` and ``doctor``: where Excel looks, what it needs, and what is told."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest
import xlwings
from billow_ribbon import add_in

from billow.commands.add_in import install, uninstall
from billow.commands.doctor import doctor
from billow.commands.machine import MAC, WINDOWS, Machine
from billow.problems import Refused
from tests.commands.clerk import MONTH, billow

MAC_START = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"


def machine(folder: Path, system: str = WINDOWS) -> Machine:
    home = folder / "ann"
    return Machine(system, home, home / "py" / "python", home / "AppData" / "Roaming")


def codes(found: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as refused:
        found()
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("system", "start", "settings", "line"),
    [
        (
            WINDOWS,
            "AppData/Roaming/Microsoft/Excel/XLSTART/billow.xlam",
            ".billow/billow.conf",
            ["INTERPRETER_WIN", "%USERPROFILE%\\py\\python"],
        ),
        (
            MAC,
            f"{MAC_START}/billow.xlam",
            "Library/Containers/com.microsoft.Excel/Data/billow.conf",
            ["INTERPRETER_MAC", "$HOME/py/python"],
        ),
    ],
)
def test_the_add_in_goes_where_excel_looks(
    system: str, start: str, settings: str, line: list[str], tmp_path: Path
) -> None:
    here = machine(tmp_path, system)
    install(here)
    assert (here.home / start).read_bytes() == add_in().read_bytes()
    written = (here.home / settings).read_text(encoding="ascii")
    assert list(csv.reader([written])) == [line]


def test_on_macos_the_script_that_starts_python_comes_along(tmp_path: Path) -> None:
    here = machine(tmp_path, MAC)
    install(here)
    name = f"xlwings-{xlwings.__version__}.applescript"
    script = here.home / "Library" / "Application Scripts" / "com.microsoft.Excel" / name
    assert script.read_bytes() == Path(xlwings.__file__).with_name(name).read_bytes()


@pytest.mark.parametrize("system", [WINDOWS, MAC])
def test_uninstall_takes_out_what_install_put_in_and_nothing_else(system: str, tmp_path: Path) -> None:
    here = machine(tmp_path, system)
    other = here.add_in.with_name("other.xlam")
    other.parent.mkdir(parents=True)
    other.write_bytes(b"")
    install(here)
    uninstall(here)
    assert [path for path in here.home.rglob("*") if path.is_file()] == [other]
    assert uninstall(here).lines == ("Nothing was installed.",)


@pytest.mark.parametrize(
    ("python", "settings"),
    [
        ("ann/Jürgen/python", None),
        ("elsewhere/python", "elsewhere/python"),
        ("elsewhere/日本/python", None),
    ],
)
def test_a_path_that_vba_cannot_read_is_refused(python: str, settings: str | None, tmp_path: Path) -> None:
    here = replace(machine(tmp_path), python=tmp_path / python)
    if settings is None:
        assert codes(lambda: install(here)) == ["EXC-004"]
        assert not here.add_in.exists()
    else:
        install(here)
        assert settings in here.settings.read_text(encoding="ascii")


def test_a_name_with_accents_above_the_home_is_left_to_windows(tmp_path: Path) -> None:
    home = tmp_path / "Jürgen"
    here = Machine(WINDOWS, home, home / "py" / "python", home)
    assert b"%USERPROFILE%\\py\\python" in here.settings_text


@pytest.mark.parametrize("command", [install, uninstall])
def test_where_there_is_no_excel_it_is_told(command: Callable[[Machine], object], tmp_path: Path) -> None:
    assert codes(lambda: command(machine(tmp_path, "Linux"))) == ["EXC-003"]


def test_an_add_in_that_excel_holds_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(source: Path, target: Path) -> None:
        raise PermissionError(13, f"in use, {source}", str(target))

    monkeypatch.setattr(shutil, "copyfile", held)
    assert codes(lambda: install(machine(tmp_path))) == ["EXC-006"]


# --- doctor


def told(here: Machine, workbook: Path | None = None) -> list[str]:
    return [problem.code for problem in doctor(workbook, here).problems]


@pytest.mark.parametrize("system", [WINDOWS, MAC])
def test_after_install_all_is_well(system: str, tmp_path: Path) -> None:
    here = machine(tmp_path, system)
    install(here)
    assert doctor(None, here).problems == ()
    assert doctor(None, here).lines[-1] == "All is well."


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (lambda here: here.add_in.unlink(), "EXC-010"),
        (lambda here: here.add_in.write_bytes(b"of last year"), "EXC-011"),
        (lambda here: here.settings.unlink(), "EXC-012"),
        (lambda here: here.settings.write_text('"INTERPRETER_MAC","/usr/bin/python3"'), "EXC-012"),
        (lambda here: next(here.scripts.iterdir()).unlink(), "EXC-010"),
    ],
)
def test_the_doctor_finds_what_is_broken(
    broken: Callable[[Machine], None], code: str, tmp_path: Path
) -> None:
    here = machine(tmp_path, MAC)
    install(here)
    broken(here)
    (problem,) = doctor(None, here).problems
    assert problem.code == code
    assert "billow install" in problem.hint


@pytest.mark.parametrize(("installed", "code"), [("0.30.0", "EXC-013"), (None, "EXC-005")])
def test_the_doctor_compares_xlwings_with_the_add_in(
    installed: str | None, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if installed is None:
            raise metadata.PackageNotFoundError(name)
        return installed

    here = machine(tmp_path)
    install(here)
    monkeypatch.setattr("billow.commands.doctor.version", version)
    (problem,) = doctor(None, here).problems
    assert problem.code == code
    assert f"xlwings=={xlwings.__version__}" in problem.hint


def test_the_doctor_looks_at_a_workbook_and_changes_nothing(issued: Path) -> None:
    before = issued.read_bytes()
    said = billow("doctor", issued)
    assert said.code == 0, said.err
    assert "Register: 24 documents, none altered." in said.out
    assert "Charges: " in said.out
    assert issued.read_bytes() == before


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (lambda book: (book.with_suffix(".data") / "register.sqlite").unlink(), "REG-002"),
        (lambda book: book.write_bytes(b"not a workbook"), "WBK-001"),
        (lambda book: shutil.copyfile(book, book.with_name("Copy.xlsx")) and book.unlink(), "WBK-001"),
    ],
)
def test_the_doctor_says_what_is_wrong_with_a_workbook(
    broken: Callable[[Path], None], code: str, issued: Path
) -> None:
    broken(issued)
    said = billow("doctor", issued, "--json")
    assert said.code == 1
    assert [problem["code"] for problem in said.data["problems"]] == [code]


def test_help_says_what_each_button_does() -> None:
    said = billow("help").out
    assert "  Generate invoices: Draft the invoices of a month" in said
    assert said.index("Month\n") < said.index("Hand over\n") < said.index("Workbook\n")
    assert MONTH not in said
