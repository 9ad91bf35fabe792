"""The functions for LibreOffice Calc: an extension that holds them, and all they need, in one file.

It carries its own copy of the core, so that LibreOffice's Python needs nothing installed; that Python has to
be 3.11 or newer. The types stand in it as the text that UNO reads. The same code gives the same bytes.

>>> method_of("BILLOW_RATE_PARTS")
'billowRateParts'
"""

import io
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from billow import __version__
from billow.functions import FUNCTIONS, Argument, Function

IDENTIFIER = "org.billow.calc"
_SERVICE = f"{IDENTIFIER}.Functions"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # what an archive says where nobody should look
_KINDS = (".py", ".csv")
# What functions reach; a test runs them all from the extension alone.
_CORE = (
    "__init__.py", "problems.py", "money.py", "summary.py", "periods", "charges", "catalog", "contracts",
    "users", "rating", "invoicing", "journal", "sheets", "functions",
)  # fmt: skip
_MANIFEST = {
    "types.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "component.py": "application/vnd.sun.star.uno-component;type=Python",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
}
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OOR = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'


def extension() -> bytes:
    """Return the extension as the bytes of its file."""
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "CalcAddIns.xcu": _add_ins(),
        "component.py": files(__package__).joinpath("component.py").read_text(encoding="utf-8"),
        "description.xml": _description(),
        "types.idl": types(),
        **{f"pythonpath/{name}": text for name, text in _modules()},
    }
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_STORED) as archive:
        for name in sorted(parts):
            archive.writestr(ZipInfo(name, _FIRST_DAY), parts[name])
    return held.getvalue()


def method_of(name: str) -> str:
    """Return what UNO calls a function; its names have no underscores."""
    first, *others = name.lower().split("_")
    return first + "".join(word.title() for word in others)


def types() -> str:
    """Return the types in the words of UNO: any cells in, rows of cells out."""
    methods = "\n".join(
        f"    sequence< sequence<any> > {method_of(called.name)}("
        f"{', '.join(f'[in] any {_parameter(argument)}' for argument in called.arguments)});"
        for called in FUNCTIONS.values()
    )
    interface = f"interface XFunctions : com::sun::star::uno::XInterface {{\n{methods}\n  }};"
    return f"module org {{ module billow {{ module calc {{\n  {interface}\n}}; }}; }};\n"


def _parameter(argument: Argument) -> str:
    return argument.name.replace("_", "") + "Cells"  # with a word more, no argument is a word of UNO


def _modules() -> Iterator[tuple[str, str]]:
    """Yield the core and this package as they lie on a Python path."""
    core, own = files("billow"), files("billow_udfs")
    for name in _CORE:
        yield from _texts(core.joinpath(name), f"billow/{name}")
    yield "billow_udfs/__init__.py", own.joinpath("__init__.py").read_text(encoding="utf-8")
    yield (
        "billow_udfs/calc/__init__.py",
        files(__package__).joinpath("__init__.py").read_text(encoding="utf-8"),
    )


def _texts(at: Traversable, name: str) -> Iterator[tuple[str, str]]:
    if at.is_dir():
        for each in at.iterdir():
            yield from _texts(each, f"{name}/{each.name}")
    elif name.endswith(_KINDS):
        yield name, at.read_text(encoding="utf-8")


def _manifest() -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>\n'
        for name, kind in _MANIFEST.items()
    )
    space = 'xmlns:manifest="http://openoffice.org/2001/manifest"'
    return f"{_XML}<manifest:manifest {space}>\n{entries}</manifest:manifest>\n"


def _description() -> str:
    space = 'xmlns="http://openoffice.org/extensions/description/2006"'
    name = '<display-name><name lang="en">Billow</name></display-name>'
    body = f'<identifier value="{IDENTIFIER}"/><version value="{__version__}"/>{name}'
    return f"{_XML}<description {space}>{body}</description>\n"


def _add_ins() -> str:
    """Return what the function wizard shows."""
    nodes = "\n".join(map(_add_in, FUNCTIONS.values()))
    functions = f'<node oor:name="AddInFunctions">\n{nodes}\n</node>'
    inner = f'<node oor:name="{_SERVICE}" oor:op="replace">{functions}</node>'
    head = f'<oor:component-data {_OOR} oor:name="CalcAddIns" oor:package="org.openoffice.Office">'
    return f'{_XML}{head}\n<node oor:name="AddInInfo">{inner}</node>\n</oor:component-data>\n'


def _add_in(called: Function) -> str:
    parameters = "".join(
        f'<node oor:name="{_parameter(argument)}" oor:op="replace">'
        f"{_property('DisplayName', argument.name)}{_property('Description', argument.help)}</node>"
        for argument in called.arguments
    )
    shown = (
        _property("DisplayName", called.name),
        _property("CompatibilityName", called.name),
        _property("Description", called.help),
        '<prop oor:name="Category"><value>Add-In</value></prop>',
        f'<node oor:name="Parameters">{parameters}</node>',
    )
    return f'<node oor:name="{method_of(called.name)}" oor:op="replace">{"".join(shown)}</node>'


def _property(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en">{escape(text)}</value></prop>'
