"""The functions for hosts that speak JSON (Excel on the web, xlwings Lite): what they are, and a call.

>>> dispatch({"function": "BILLOW_RATE", "arguments": [[[12]], [[10], [""]], [[5], [4]], None]})
{'result': [[58.0]]}
"""

from collections.abc import Mapping
from typing import Any

from billow.functions import FUNCTIONS, LEAD, OMITTED, Function, answer


def metadata() -> dict[str, list[dict[str, Any]]]:
    """Return what the host shows and checks: ids, names, help and parameters, as Office.js reads them."""
    return {"functions": [_described(called) for called in FUNCTIONS.values()]}


def _described(called: Function) -> dict[str, Any]:
    parameters = [
        {
            "name": argument.name,
            "description": argument.help,
            "type": "any",
            "dimensionality": "matrix",
            "optional": argument.is_optional,
        }
        for argument in called.arguments
    ]
    result = {"type": "any", "dimensionality": "matrix"}
    named = {"id": called.name, "name": called.name, "description": called.help}
    return {**named, "parameters": parameters, "result": result}


def dispatch(message: Mapping[str, Any]) -> dict[str, list[list[Any]]]:
    """Return the result of one call; null is an omitted argument, an empty text a blank cell."""
    called = FUNCTIONS.get(str(message.get("function")))
    if called is None:
        return {"result": [[f"{LEAD}there is no such function; update the add-in."]]}
    cells = [OMITTED if cell is None else cell for cell in message.get("arguments", ())]
    return {"result": answer(called, cells)}
