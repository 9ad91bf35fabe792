"""The VBA of the add-in: xlwings' bridge to Python, our callback, and a wrapper per custom function.

The project is written as MS-OVBA wants it from a program other than Office: without caches of compiled code,
which Excel then makes anew from the text.
"""

import re
import tempfile
from pathlib import Path

import xlwings
from billow_udfs.vba import MODULE as FUNCTIONS
from billow_udfs.vba import vba_module
from pyopenvba import ExcelFile, VBAModuleKind
from pyopenvba.cfb import CFB

# MS-OVBA 2.3.4.1: the version says that nothing is compiled, and so no cache follows.
NOT_COMPILED = bytes.fromhex("cc61ffff000100")
# What xlwings' module says -> what ours says, and why. Each must be found as often as is said.
_CHANGES = (
    # Settings are found under our name.
    ('PROJECT_NAME As String = "myaddin"', 'PROJECT_NAME As String = "billow"', 1),
    # Python must not look for modules in the folder that Excel happens to be in.
    ('" -B -c ', '" -B -P -c ', 2),
)
# Which Python runs is never said by the workbook that is open, nor by a file that lies beside it.
_CUTS = (
    ("            'Workbook Sheet Config\n", "            'Add-in Sheet Config"),
    ("    ' Directory Config\n", "    ' User Config"),
)


def modules() -> dict[str, tuple[str, VBAModuleKind]]:
    """Return the text of each module by its name."""
    theirs = Path(xlwings.__file__).parent
    own = Path(__file__).with_name("BillowRibbon.bas").read_text(encoding="ascii")
    return {
        "xlwings": (_bridge((theirs / "xlwings_custom_addin.bas").read_text()), VBAModuleKind.standard),
        "Dictionary": ((theirs / "addin" / "Dictionary.cls").read_text(), VBAModuleKind.other),
        "BillowRibbon": (own, VBAModuleKind.standard),
        FUNCTIONS: (vba_module(), VBAModuleKind.standard),
    }


def vba_project() -> bytes:
    """Return ``vbaProject.bin``, the same bytes each time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.xlam"
        with ExcelFile.create_new(str(path)) as book:
            project = book.vba_project()
            project.delete_module("Module1")
            for name, (text, kind) in modules().items():
                project.add_module(name, re.sub(r"\r?\n", "\r\n", text), kind=kind)
            for module in project.modules:
                module.dirty = bool(module.source)  # read, then written anew: so without its cache
            book.save()
        with ExcelFile(str(path)) as book:
            file = CFB.from_bytes(book.vba_project_bytes())
    file.write_stream_in_storage("VBA", "_VBA_PROJECT", NOT_COMPILED)
    return bytes(file.to_bytes())


def _bridge(text: str) -> str:
    for old, new, times in _CHANGES:
        _expect(text, old, times)
        text = text.replace(old, new)
    for begin, end in _CUTS:
        _expect(text, begin, 1)
        _expect(text, end, 1)
        text = text[: text.index(begin)] + text[text.index(end) :]
    return text


def _expect(text: str, part: str, times: int) -> None:
    if text.count(part) != times:
        raise ValueError(f"xlwings' module has {part!r} {text.count(part)} times, not {times}")
