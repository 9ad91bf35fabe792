"""``billow.xlam``: built to the byte, sound by MS-OVBA, and every button and function runs in VBA."""

import io
import re
import shutil
from functools import cache
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from billow_ribbon import add_in
from billow_ribbon.build import SETTINGS, SETTINGS_SHEET, build
from billow_ribbon.project import modules
from lxml import etree
from pyopenvba.apps.excel import ExcelApplication
from pyvbaanalysis import analyze_office_file

from billow.commands.command_list import COMMANDS, GROUPS, buttons
from billow.functions import FUNCTIONS
from tests.addin.structure import findings_of, read
from tests.office.calc import convert
from tests.office.calc import read as cells_of

UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
OURS = {"ThisWorkbook", "Sheet1", "BillowRibbon", "BillowFunctions"}
BUTTONS = [command.id for command in COMMANDS.values() if command.button]


@cache
def parts() -> dict[str, bytes]:
    with ZipFile(add_in()) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(changed: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_STORED) as archive:
        for name, data in {**parts(), **changed}.items():
            archive.writestr(name, data)
    return stream.getvalue()


# --- the file


def test_the_kept_add_in_is_what_the_code_builds(tmp_path: Path) -> None:
    for name in ("one.xlam", "two.xlam"):
        build(tmp_path / name)
    assert (tmp_path / "one.xlam").read_bytes() == (tmp_path / "two.xlam").read_bytes()
    assert (tmp_path / "one.xlam").read_bytes() == add_in().read_bytes(), "run make addin"


def test_nothing_is_wrong_with_the_structure() -> None:
    assert findings_of(add_in().read_bytes()) == []


@pytest.mark.parametrize(
    ("part", "old", "new", "finding"),
    [
        ("_rels/.rels", b"ui/extensibility", b"ui/else", "the ribbon is not related to the package"),
        ("[Content_Types].xml", b"excel.addin.macro", b"excel.sheet.macro", "content type"),
        (
            "customUI/customUI14.xml",
            b"BillowRibbon.OnAction",
            b"BillowRibbon.Gone",
            "callback BillowRibbon.Gone",
        ),
        ("customUI/customUI14.xml", b"BillowRibbon.OnAction", b"OnAction", "callback OnAction"),
        (
            "xl/vbaProject.bin",
            bytes.fromhex("cc61ffff000100"),
            bytes.fromhex("cc61b500000100"),
            "_VBA_PROJECT",
        ),
        ("xl/vbaProject.bin", b"Module=BillowRibbon", b"Module=BillowRobbin", "PROJECT lists it as None"),
        ("xl/vbaProject.bin", b"BillowFunctions\0", b"BillowFunctionX\0", "PROJECTwm does not list it"),
    ],
)
def test_a_fault_in_the_structure_is_found(part: str, old: bytes, new: bytes, finding: str) -> None:
    assert old in parts()[part]
    found = findings_of(repacked({part: parts()[part].replace(old, new)}))
    assert [text for text in found if finding in text], found


def test_the_modules_are_those_that_were_put_in() -> None:
    held, _ = read(parts()["xl/vbaProject.bin"])
    texts = {module.name: module.text for module in held}
    assert set(texts) == OURS | {"xlwings", "Dictionary"}
    for name, (text, _) in modules().items():
        if name != "Dictionary":  # the head of a class is written by whoever packs it
            assert texts[name].splitlines() == text.splitlines()


def test_the_settings_hold_on_every_machine() -> None:
    assert SETTINGS["ADD_WORKBOOK_TO_PYTHONPATH"] == "false"
    assert not [name for name in SETTINGS if "INTERPRETER" in name]


# --- the ribbon


def test_the_ribbon_shows_the_buttons_of_the_list_and_no_others() -> None:
    tree = etree.fromstring(parts()["customUI/customUI14.xml"])
    shown = {
        str(group.get("label")): [
            (str(button.get("id")), str(button.get("label")), str(button.get("supertip"))) for button in group
        ]
        for group in tree.iter(f"{UI}group")
    }
    assert shown == {
        group: [(c.id, c.button.label, c.help) for c in buttons(group) if c.button]
        for group in GROUPS
        if buttons(group)
    }
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    assert {str(button.get("onAction")) for button in tree.iter(f"{UI}button")} == {"BillowRibbon.OnAction"}


# --- the VBA


def test_the_compiler_of_vba_would_take_it() -> None:
    found = [
        (module, finding.code)
        for module, findings in analyze_office_file(str(add_in())).items()
        for finding in findings
        if module in OURS or finding.severity.value == "error"
    ]
    assert found == []


def test_no_workbook_says_which_python_runs() -> None:
    """A workbook that somebody sends, or a file beside it, must not name the program that a click starts."""
    bridge, _ = modules()["xlwings"]
    config = bridge.partition("Function GetConfig(")[2].partition("End Function")[0]
    assert "GetConfigFilePath()" in config
    assert "ActiveWorkbook" not in config
    assert "GetDirectoryConfigFilePath" not in config
    assert re.findall(r'" -B (\S+)', bridge) == ["-P", "-P"]


ANSWERING = """
Public Function RunPython(PythonCommand As String)
    ActiveSheet.Range("A1").Value = PythonCommand
End Function
Public Function XLPy() As Object
    Set XLPy = New Server
End Function
"""
SILENT = """
Public Function RunPython(PythonCommand As String)
    Err.Raise 1000, Description:="no library"
End Function
Public Function XLPy() As Object
    Err.Raise 1000, Description:="no library"
End Function
"""
SERVER = """
Public Function CallUDF(module As String, name As String, given As Variant, book As Variant, cell As Variant)
    CallUDF = module & " " & name & " " & UBound(given) + 1
End Function
"""
CONTROL = "Public ID As String\n"  # what Excel hands over to a callback
CLICK = """
Sub Click(id As String)
    Dim control As New IRibbonControl
    control.ID = id
    OnAction control
End Sub
"""


def excel(bridge: str, *, more: str = "", with_workbook: bool = True) -> ExcelApplication:
    """Return an interpreter of VBA with our modules; only the bridge to Python is another one."""
    app = ExcelApplication()
    if with_workbook:
        app.add_workbook()
    for name in ("BillowRibbon", "BillowFunctions"):
        text, _ = modules()[name]
        # What the interpreter does not know: attributes, which execute nothing, and the cell that asks.
        text = re.sub(r"(?m)^Attribute \w+\.VB_Description.*\r?\n", "", text)
        app.add_module(text.replace("Application.Caller", "ActiveCell"), name=name)
    app.add_module(bridge, name="xlwings")
    app.add_module(CONTROL, name="IRibbonControl", kind="class")
    app.add_module(SERVER, name="Server", kind="class")
    app.add_module(CLICK + more, name="Clicks")
    return app


@pytest.mark.parametrize("command_id", BUTTONS)
def test_every_button_asks_python_for_its_command(command_id: str) -> None:
    app = excel(ANSWERING)
    app.run("Click", command_id)
    assert app.sheet(1).value("A1") == f"import billow_addin; billow_addin.run('{command_id}')"


@pytest.mark.parametrize(
    ("bridge", "with_workbook", "beginning"),
    [
        (SILENT, True, "Python does not answer: no library"),
        (ANSWERING, False, "Open a billing workbook first."),
    ],
)
def test_a_click_that_cannot_be_served_says_why(bridge: str, beginning: str, *, with_workbook: bool) -> None:
    app = excel(bridge, with_workbook=with_workbook)
    app.run("Click", "check")
    ((_, said, title, *_),) = app.dialogs
    assert title == "Billow"
    assert said.startswith(beginning)


def calls(name: str) -> str:
    given = ", ".join(str(number) for number, _ in enumerate(FUNCTIONS[name].arguments))
    return f'Sub Calculate()\n    ActiveSheet.Range("A1").Value = {name}({given})\nEnd Sub\n'


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_reaches_python_with_all_its_arguments(name: str) -> None:
    app = excel(ANSWERING, more=calls(name))
    app.run("Calculate")
    assert app.sheet(1).value("A1") == f"billow_udfs.com {name} {len(FUNCTIONS[name].arguments)}"


def test_a_function_without_python_says_so_in_its_cell() -> None:
    app = excel(SILENT, more=calls("BILLOW_VAT"))
    app.run("Calculate")
    assert app.sheet(1).value("A1") == "#BILLOW: Python does not answer: no library"


# --- another reader


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_settings_and_modules(tmp_path: Path) -> None:
    made = convert([add_in()], tmp_path, "fods", known_as="Calc MS Excel 2007 VBA XML")[add_in()]
    shown = cells_of(made)[SETTINGS_SHEET]
    held = [shown[f"{column}{row}"].text for row in range(1, len(SETTINGS) + 1) for column in "AB"]
    assert held == [text for setting in SETTINGS.items() for text in setting]
    names = re.findall(r'<(?:\w+:)?module[^>]* (?:\w+:)?name="(\w+)"', made.read_text(encoding="utf-8"))
    assert set(names) >= OURS | {"xlwings", "Dictionary"}
