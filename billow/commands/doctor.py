"""Doctor: look at everything that Billow needs, and say of each thing whether it fits and what to do if not.

It looks at Python, the add-in, and, of a workbook, at its sheets, charges and register. It changes nothing.
"""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from billow_ribbon import XLWINGS_PROPERTY, add_in

from billow import __version__
from billow.commands.desk import At, Desk, count_of, open_desk
from billow.commands.machine import MAC, Machine
from billow.commands.outcome import Outcome
from billow.problems import Place, Problem, Refused
from billow.workbook.package import Package
from billow.workbook.pages import SCHEMA
from billow.workbook.properties import property_of

_INSTALL = "Close Excel, run billow install, and start Excel anew."


def doctor(workbook: At | None, machine: Machine) -> Outcome:
    """Look at the computer, and at ``workbook`` if one is named."""
    found = [f"Billow {__version__}, Python {platform.python_version()} in {machine.python}: fits."]
    looked: list[str | Problem] = [*found, *_excel(machine), *(_workbook(workbook) if workbook else ())]
    lines = tuple(each for each in looked if isinstance(each, str))
    problems = tuple(each for each in looked if isinstance(each, Problem))
    end = f"{count_of(len(problems), 'thing')} to put right." if problems else "All is well."
    return Outcome((*lines, end), {"fits": list(lines)}, problems)


def _excel(machine: Machine) -> Iterator[str | Problem]:
    if not machine.has_excel:
        yield f"Excel: there is none for {machine.system}; the commands do without."
        return
    found = (*_add_in(machine), *_settings(machine), *_bridge(machine))
    yield from found or (f"Add-in in {machine.add_in.parent}: fits.",)


def _add_in(machine: Machine) -> Iterator[Problem]:
    place = Place(str(machine.add_in))
    if not machine.add_in.is_file():
        yield Problem("EXC-010", "The add-in is not installed.", place, _INSTALL)
    elif machine.add_in.read_bytes() != add_in().read_bytes():
        sentence = f"The add-in is not that of Billow {__version__}."
        yield Problem("EXC-011", sentence, place, _INSTALL)


def _settings(machine: Machine) -> Iterator[Problem]:
    place = Place(str(machine.settings))
    if not machine.settings.is_file() or machine.settings.read_bytes() != machine.settings_text:
        sentence = f"The add-in does not run the Python that runs Billow, {machine.python}."
        yield Problem("EXC-012", sentence, place, _INSTALL)


def _bridge(machine: Machine) -> Iterator[Problem]:
    """Xlwings must be of the very version that is compiled into the add-in."""
    wanted = property_of(Package(add_in().read_bytes(), add_in().name), XLWINGS_PROPERTY)
    hint = f"pip install xlwings=={wanted}, with the Python named above."
    try:
        installed = version("xlwings")
    except PackageNotFoundError:
        yield Problem("EXC-005", "xlwings is not installed, which leads from Excel to Python.", Place(), hint)
        return
    if installed != wanted:
        sentence = f"xlwings {installed} is installed, and the add-in needs {wanted}."
        yield Problem("EXC-013", sentence, Place(), hint)
    script = machine.scripts / f"xlwings-{wanted}.applescript"
    if machine.system == MAC and not script.is_file():
        yield Problem(
            "EXC-010", "The script that starts Python is not installed.", Place(str(script)), _INSTALL
        )


def _workbook(workbook: At) -> Iterator[str | Problem]:
    try:
        desk = open_desk(workbook, tolerant=True)
    except Refused as refused:
        yield from refused.problems
        return
    wrong = count_of(len(desk.problems), "mistake")
    yield f"{desk.path.name}, schema {SCHEMA}: fits."
    yield f"Sheets: {wrong}, which billow check lists." if desk.problems else "Sheets: no mistake."
    for look in (_store, _register):
        try:
            yield from look(desk)
        except Refused as refused:
            yield from refused.problems


def _store(desk: Desk) -> Iterator[str | Problem]:
    imports = desk.store.imports()
    wrong = tuple(problem for totals in imports for problem in desk.store.verify(totals.import_id))
    yield from wrong or (f"Charges: {count_of(len(imports), 'report')}, each as it was imported.",)


def _register(desk: Desk) -> Iterator[str | Problem]:
    wrong = tuple(desk.register.verify())
    documents = count_of(len(desk.register.documents()), "document")
    yield from wrong or (f"Register: {documents}, none altered.",)
