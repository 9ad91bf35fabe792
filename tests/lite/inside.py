"""What runs inside Pyodide: the functions on their cases, and a month; what comes out goes to a file."""

import json
import pickle
import sys
from pathlib import Path

import billow_lite

from billow.functions import FUNCTIONS
from billow.rating.rate import rate
from tests.functions.calls import CALLS
from tests.functions.ranges import day
from tests.lite.shown import lines_of

given = Path("/given")
charges, books, month = pickle.loads((given / "month.pickle").read_bytes())  # noqa: S301 - the test beside wrote it
found = {
    "platform": sys.platform,
    "loaded": sorted({name.partition(".")[0] for name in sys.modules} - {*sys.stdlib_module_names}),
    "calls": [getattr(billow_lite, name)(*cells) for name, cells, _ in CALLS],
    "documented": {name: getattr(billow_lite, name).documented for name in FUNCTIONS},
    "lines": lines_of(rate(charges, books, month)),
}
# Excel is given days as days; the cases show them as the numbers by which a sheet knows them.
text = json.dumps(found, default=lambda moment: day(moment.date().isoformat()))
(given / "found.json").write_text(text, encoding="utf-8")
