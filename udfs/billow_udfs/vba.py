"""The module of VBA that lets Excel call the functions by their names through xlwings' server.

>>> print(vba_module().splitlines()[0])
Attribute VB_Name = "BillowFunctions"
"""

from collections.abc import Iterator

from billow.functions import FUNCTIONS, Function

MODULE = "BillowFunctions"
_PYTHON = "billow_udfs.com"


def vba_module() -> str:
    """Return the text of the module, its lines ended as VBA files end them."""
    lines = [f'Attribute VB_Name = "{MODULE}"', "Option Explicit", ""]
    for called in FUNCTIONS.values():
        lines += _wrapper(called)
    return "\r\n".join([*lines, ""])


def _wrapper(called: Function) -> Iterator[str]:
    """Yield one function: it hands over its arguments, and shows a sentence when Python cannot be reached."""
    declared = ", _\r\n        ".join(
        f"{'Optional ' if argument.is_optional else ''}ByVal {argument.name} As Variant"
        for argument in called.arguments
    )
    handed = ", ".join(argument.name for argument in called.arguments)
    help_ = called.help.replace('"', "'")
    yield f"Public Function {called.name}( _\r\n        {declared}) As Variant"
    yield f'Attribute {called.name}.VB_Description = "{help_}"'
    yield "    On Error GoTo Failed"
    yield f"    {called.name} = XLPy.CallUDF( _"
    yield f'        "{_PYTHON}", "{called.name}", Array({handed}), ThisWorkbook, Application.Caller)'
    yield "    Exit Function"
    yield "Failed:"
    yield f'    {called.name} = "#BILLOW: Python does not answer: " & Err.Description'
    yield "End Function"
    yield ""
