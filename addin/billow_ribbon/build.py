"""``billow.xlam``: a workbook with one sheet of settings, the VBA project, and the ribbon.

Built twice, it is the same to the byte: nothing in it tells a time, and it is stored without packing, which
would depend on the packer.
"""

import io
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import xlsxwriter
import xlwings

from billow import __version__
from billow_ribbon import XLWINGS_PROPERTY
from billow_ribbon.project import vba_project
from billow_ribbon.ribbon import ribbon

SETTINGS_SHEET = "billow.conf"
# What holds on every machine; which Python runs is written by `billow install` into a file of the user's.
SETTINGS = {
    "ADD_WORKBOOK_TO_PYTHONPATH": "false",  # code comes from the installed package, never from a folder
    "USE UDF SERVER": "TRUE",  # one Python serves buttons and functions; else each click would start one
    "SHOW CONSOLE": "FALSE",
}
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_CUSTOM_UI = "customUI/customUI14.xml"
_RELATION = (
    b'<Relationship Id="rIdRibbon" Target="customUI/customUI14.xml" '
    b'Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"/></Relationships>'
)
_KINDS = (b"vnd.ms-excel.sheet.macroEnabled.main+xml", b"vnd.ms-excel.addin.macroEnabled.main+xml")


def build(path: Path) -> None:
    """Write the add-in to ``path``."""
    with ZipFile(io.BytesIO(_workbook())) as made, ZipFile(path, "w", ZIP_STORED) as archive:
        for name in made.namelist():
            archive.writestr(ZipInfo(name), _changed(name, made.read(name)))
        archive.writestr(ZipInfo(_CUSTOM_UI), ribbon())


def _workbook() -> bytes:
    """Return the workbook with its settings and its VBA, as XlsxWriter writes it."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    about = {"title": "Billow", "comments": "Cloud billing that lives in Excel.", "created": _MADE}
    book.set_properties(about)
    book.set_custom_property("Billow version", __version__)
    book.set_custom_property(XLWINGS_PROPERTY, xlwings.__version__)
    book.set_vba_name("ThisWorkbook")
    book.add_vba_project(io.BytesIO(vba_project()), is_stream=True)
    sheet = book.add_worksheet(SETTINGS_SHEET)
    sheet.set_vba_name("Sheet1")
    for row, setting in enumerate(SETTINGS.items()):
        sheet.write_row(row, 0, setting)
    book.close()
    return stream.getvalue()


def _changed(name: str, data: bytes) -> bytes:
    """Return a part as an add-in with a ribbon has it."""
    if name == "[Content_Types].xml":
        return data.replace(*_KINDS)
    if name == "_rels/.rels":
        return data.replace(b"</Relationships>", _RELATION)
    return data
