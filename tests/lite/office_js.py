"""Functions and scripts through xlwings' own code for Office.js, as Lite and Server run it.

Started as a process of its own: ``python -m tests.lite.office_js FILE`` reads a workbook from a file, and
writes what Excel would be given. That code of xlwings wants a licence key, so nothing is run without one.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from billow.functions import OMITTED
from tests.functions.calls import CALLS


def called(name: str, cells: list[Any]) -> Any:
    """Return what a formula shows; a blank cell is an empty text, what is left out is nothing."""
    import billow_lite  # noqa: PLC0415 - xlwings has to know by then where it runs
    from xlwings import __version__, server  # noqa: PLC0415 - the same

    message = {
        "client": "Office.js",
        "version": __version__,
        "runtime": "1.4",
        "func_name": name,
        "args": [None if cell is OMITTED else _range(cell) for cell in cells],
    }
    return asyncio.run(server.custom_functions_call(message, billow_lite))


def _range(cell: Any) -> list[list[Any]]:
    rows = cell if isinstance(cell, list) else [[cell]]
    return [["" if each is None else each for each in row] for row in rows]


def clicked(script: str, workbook: str) -> list[dict[str, Any]]:
    """Return what a script asks Excel to do."""
    import billow_lite  # noqa: PLC0415 - the same
    from xlwings import Book, server  # noqa: PLC0415 - the same

    book = Book(json=json.loads(workbook))
    asyncio.run(server.custom_scripts_call(billow_lite, script, None, {Book: book}))
    actions: list[dict[str, Any]] = book.json()["actions"]
    return actions


def main(workbook: str) -> None:
    """Run every call, and every script on the workbook."""
    os.environ["XLWINGS_ON_SERVER"] = "true"  # what both hosts set before they load xlwings
    import billow_lite  # noqa: PLC0415 - the same
    from xlwings import server  # noqa: PLC0415 - the same

    out = {
        "listed": [each["id"] for each in server.custom_functions_meta(billow_lite)["functions"]],
        "calls": [called(name, cells) for name, cells, _ in CALLS],
        "scripts": {
            each["function_name"]: clicked(each["function_name"], workbook)
            for each in server.custom_scripts_meta(billow_lite)
        },
    }
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]).read_text(encoding="utf-8"))
