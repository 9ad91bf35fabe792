"""A real LibreOffice that is told what to do: run by the system's Python, which has UNO.

``python3 uno_host.py PROFILE`` reads a workbook and steps as JSON, and writes what the cells hold. A step
sets places to values or formulas, sets an array formula, fills a range with formulas, and reads one; with a
clock it says how many seconds that took.
"""

import contextlib
import json
import subprocess
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

PATIENCE = 90  # seconds until LibreOffice answers
HERE = "Functions try-out"


def start(profile: str) -> tuple[subprocess.Popen[bytes], Any]:
    """Start LibreOffice with the profile and return its process and context."""
    pipe = f"billow{time.time_ns()}"
    options = ["--headless", "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;"]
    process = subprocess.Popen(["soffice", f"-env:UserInstallation=file://{profile}", *options])
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return process, resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # UNO's own, made at run time
            if time.monotonic() > until:
                process.kill()
                raise
            time.sleep(0.2)


def take(sheet: Any, step: dict[str, Any]) -> Any:
    """Do one step; return what it read, and how long it took if that is asked."""
    begun = time.perf_counter()
    for place, value in step.get("set", {}).items():
        cell = sheet.getCellRangeByName(place)
        if isinstance(value, str):
            cell.setFormula(value)
        else:
            cell.setValue(value)
    for place, formula in step.get("array", {}).items():
        sheet.getCellRangeByName(place).setArrayFormula(formula)
    for place, rows in step.get("fill", {}).items():
        sheet.getCellRangeByName(place).setFormulaArray(tuple(map(tuple, rows)))
    if "read" in step:
        found = [list(row) for row in sheet.getCellRangeByName(step["read"]).getDataArray()]
        return {"seconds": time.perf_counter() - begun, "found": found} if step.get("clock") else found
    return None


def main() -> None:
    """Open the workbook, add a sheet, take the steps on it or on the sheet that they name."""
    asked = json.load(sys.stdin)
    process, context = start(sys.argv[1])
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    hidden = (PropertyValue("Hidden", 0, True, 0),)
    book = desktop.loadComponentFromURL(asked["open"], "_blank", 0, hidden)
    book.Sheets.insertNewByName(HERE, 0)
    try:
        shown = [take(book.Sheets.getByName(step.get("sheet", HERE)), step) for step in asked["steps"]]
        json.dump(shown, sys.stdout)
    finally:
        book.close(True)
        with contextlib.suppress(Exception):
            desktop.terminate()
        process.wait(PATIENCE)


if __name__ == "__main__":
    main()
