"""What LibreOffice loads from the extension: each function as a method, and nothing of its own."""

import gc
from collections.abc import Callable
from typing import Any

import unohelper
from com.sun.star.lang import XServiceInfo
from org.billow.calc import XFunctions

from billow.functions import FUNCTIONS, OMITTED, Function, answer
from billow_udfs.calc import IDENTIFIER, method_of

_NAME = f"{IDENTIFIER}.Functions"
_SERVICES = (_NAME, "com.sun.star.sheet.AddIn")


class Functions(unohelper.Base, XFunctions, XServiceInfo):  # type: ignore[misc]  # UNO has no types for us
    """The add-in; its methods are made from the registry below."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def getImplementationName(self) -> str:  # noqa: N802 - a name of UNO
        """Return what the component is called."""
        return _NAME

    def supportsService(self, name: str) -> bool:  # noqa: N802 - a name of UNO
        """Tell whether it is an add-in of Calc."""
        return name in _SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802 - a name of UNO
        """Return what it serves as."""
        return _SERVICES


def _method(called: Function) -> Callable[..., Any]:
    def run(_: Functions, *cells: Any) -> tuple[tuple[Any, ...], ...]:
        return tuple(map(tuple, answer(called, [OMITTED if cell is None else cell for cell in cells])))

    return run


for _name, _called in FUNCTIONS.items():
    setattr(Functions, method_of(_name), _method(_called))

# What was loaded stays: the collector, which thousands of cells call up, need not look at it each time.
gc.freeze()

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the name that LibreOffice looks for
g_ImplementationHelper.addImplementation(Functions, _NAME, _SERVICES)
