"""What runs inside Pyodide: functions on their cases, a month, and scripts; what comes out goes to a file."""

import json
import pickle
import sys
from pathlib import Path

import billow_lite
from billow_lite.scripts import SCRIPTS

from billow.functions import FUNCTIONS
from billow.rating.rate import rate
from tests.functions.calls import CALLS
from tests.functions.ranges import day
from tests.lite.opened import opened
from tests.lite.shown import lines_of

given = Path("/given")
month, clicks = pickle.loads((given / "given.pickle").read_bytes())  # noqa: S301 - the test beside wrote it


def clicked(script: str, *book: object) -> list[list[str | None]]:
    """Run Help and then a script, as people do, and return what the sheet shows in the end."""
    workbook = opened(*book)  # type: ignore[arg-type]
    for each in ("billow_help", script):
        shown = workbook.sheets.active
        getattr(billow_lite, each)(workbook)
        workbook.sheets["Billow Lite"].is_active, shown.is_active = False, True
    return workbook.sheets["Billow Lite"].cells


found = {
    "platform": sys.platform,
    "calls": [getattr(billow_lite, name)(*cells) for name, cells, _ in CALLS],
    "documented": {name: getattr(billow_lite, name).documented for name in FUNCTIONS},
    "lines": lines_of(rate(*month)),
    "shown": {name: clicked(*click) for name, click in clicks.items()},
    "scripts": {name: getattr(billow_lite, f"billow_{name}").shown_as for name in SCRIPTS},
    "loaded": sorted({name.partition(".")[0] for name in sys.modules} - {*sys.stdlib_module_names}),
}
# Excel is given days as days; the cases show them as the numbers by which a sheet knows them.
text = json.dumps(found, default=lambda moment: day(moment.date().isoformat()))
(given / "found.json").write_text(text, encoding="utf-8")
