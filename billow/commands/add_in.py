"""Install the add-in into Excel, for the user who is logged in, or take it out again.

The add-in goes where Excel loads add-ins from when it starts, and trusts them; its settings say which Python
runs. Nothing else on the computer changes, and no administrator is needed.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from billow_ribbon import add_in

from billow.commands.machine import MAC, Machine
from billow.commands.outcome import Outcome
from billow.problems import Place, Problem, Refused


def install(machine: Machine) -> Outcome:
    """Copy the add-in into Excel's start folder and write which Python runs."""
    _refuse_without_excel(machine)
    settings = machine.settings_text
    with _unless_loaded():
        for path in (machine.add_in, machine.settings):
            path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(add_in(), machine.add_in)
        machine.settings.write_bytes(settings)
        for script in _scripts(machine):
            machine.scripts.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(script, machine.scripts / script.name)
    lines = (
        f"The add-in is in {machine.add_in.parent}.",
        f"It runs {machine.python}, as {machine.settings} says.",
        "Start Excel anew; tab Billow is beside tab Data. billow doctor tells whether all fits.",
    )
    return Outcome(lines, {"add_in": str(machine.add_in), "settings": str(machine.settings)})


def uninstall(machine: Machine) -> Outcome:
    """Take out what was installed; workbooks and their data stay."""
    _refuse_without_excel(machine)
    scripts = [machine.scripts / script.name for script in _scripts(machine)]
    found = [path for path in (machine.add_in, machine.settings, *scripts) if path.exists()]
    with _unless_loaded():
        for path in found:
            path.unlink()
    lines = tuple(f"{path} is removed." for path in found)
    return Outcome(lines or ("Nothing was installed.",), {"removed": [str(path) for path in found]})


def _scripts(machine: Machine) -> list[Path]:
    """Return what Excel on macOS needs to start Python: a script that xlwings brings."""
    if machine.system != MAC:
        return []
    try:
        import xlwings  # noqa: PLC0415 - only where Excel is, and only there it is needed
    except ImportError as error:
        sentence = "xlwings is not installed, which leads from Excel to Python."
        hint = "Install Billow with it: pip install 'billow[excel]'."
        raise Refused([Problem("EXC-005", sentence, Place(), hint)]) from error
    return [Path(xlwings.__file__).with_name(f"xlwings-{xlwings.__version__}.applescript")]


def _refuse_without_excel(machine: Machine) -> None:
    if not machine.has_excel:
        sentence = f"There is no Excel for {machine.system}."
        hint = "Use the commands of this command line; they do the same on the file."
        raise Refused([Problem("EXC-003", sentence, Place(), hint)])


@contextmanager
def _unless_loaded() -> Iterator[None]:
    """Excel holds an add-in that it has loaded; on Windows nobody else may write it then."""
    try:
        yield
    except PermissionError as error:
        sentence = "The add-in is in use."
        hint = "Close Excel, all its windows, and run the command again."
        raise Refused([Problem("EXC-006", sentence, Place(str(error.filename or "")), hint)]) from error
