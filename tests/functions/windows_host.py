"""Calls of functions through xlwings' own Windows code, which needs little of Windows to run here.

Started as a process of its own: ``python -m tests.functions.windows_host`` reads calls as JSON and writes
what Excel would be given. What stands for Windows are empty modules; values, arguments and errors go
xlwings' own way.
"""

import ctypes
import json
import sys
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

MISSING = -2147352572  # what Excel hands over for an argument that is left out
_MODULES = (
    "win32api win32con win32gui win32process win32event win32timezone winerror winreg comtypes win32com "
    "win32com.client win32com.client.dynamic win32com.client.gencache win32com.server win32com.server.util "
    "win32com.server.dispatcher win32com.server.policy pythoncom pywintypes"
).split()


def pretend() -> None:
    """Let the modules of pywin32 be there."""
    modules: dict[str, ModuleType] = {name: MagicMock(name=name) for name in _MODULES}
    for module, name, base in (
        ("win32com.client", "CDispatch", object),
        ("win32com.client", "CoClassBaseClass", object),
        ("win32com.client", "DispatchBaseClass", object),
        ("win32com.server.policy", "EventHandlerPolicy", object),
        ("win32com.server.util", "Collection", object),
        ("pythoncom", "com_error", Exception),
        ("pywintypes", "com_error", Exception),
        ("pywintypes", "TimeType", datetime),
    ):
        setattr(modules[module], name, type(name, (base,), {}))
    modules["pythoncom"].__file__ = "pythoncom.dll"
    modules["win32timezone"].TimeZoneInfo.utc.return_value = UTC
    sys.modules.update(modules)
    sys.modules["pandas"] = None  # type: ignore[assignment]  # xlwings goes without; it would believe in Windows
    for name in ("oledll", "windll", "WinDLL", "OleDLL", "PyDLL"):
        setattr(ctypes, name, MagicMock(name=name))


def main() -> None:
    """Run the calls: a list of a name and its cells, null for a blank, "missing" for what is left out."""
    calls: list[tuple[str, list[Any]]] = json.load(sys.stdin)
    here, sys.platform = sys.platform, "win32"
    pretend()
    from xlwings import udfs  # noqa: PLC0415 - only now is it what it is on Windows

    sys.platform = here
    shown = [
        udfs.call_udf("billow_udfs.com", name, [MISSING if cell == "missing" else cell for cell in cells])
        for name, cells in calls
    ]
    json.dump(shown, sys.stdout, default=str)


if __name__ == "__main__":
    main()
