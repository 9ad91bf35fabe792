"""How long functions take: a call for a column, a look-up by key, a start, and LibreOffice.

``python -m benchmarks.functions`` measures Python; ``--office PROFILE`` also a LibreOffice whose profile has
the functions (``billow install --calc``).
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from billow.functions import FUNCTIONS, answer
from billow.functions.prices import rate
from billow.summary import Summary, Usage, write

ROWS, LOOKS = 10_000, 200_000
TIMES = 5
UP_TO: list[list[float | None]] = [[10.0], [100.0], [None]]
PRICES = [[5.0], [4.0], [3.0]]
_HOST = Path(__file__).parents[1] / "tests" / "office" / "uno_host.py"
_START = (
    "from billow_udfs.plain import call; print(call('BILLOW_RATE', 12.0, [[10.0], [None]], [[5.0], [4.0]]))"
)


def best_of(run: Callable[[], object], times: int = TIMES) -> float:
    """Return the median of the CPU seconds that a call takes."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        run()
        found.append(time.process_time() - begun)
    return median(found)


# Seats repeat down a column; what a meter counts does not.
QUANTITIES = {
    "seats (499 different)": [float(row % 499 + 1) for row in range(ROWS)],
    "metered (all different)": [round(row * 0.05 + 0.01, 2) for row in range(ROWS)],
}


def array_call(column: Sequence[float]) -> tuple[float, float]:
    """Return the seconds of one call for all rows, and of a bare loop over the same pure function."""
    cells = [[quantity] for quantity in column]
    steps: dict[str, Any] = {
        "model": "graduated",
        "flat_fee": None,
        "included": Decimal(0),
        "in_currency": "EUR",
    }
    one = rate(up_to=[row[0] for row in UP_TO], unit_price=[row[0] for row in PRICES], **steps)
    quantities = [Decimal(str(quantity)) for quantity in column]

    def loop() -> list[Decimal]:
        return [one(quantity) for quantity in quantities]

    def call() -> list[list[Any]]:
        return answer(FUNCTIONS["BILLOW_RATE"], [cells, UP_TO, PRICES])

    shown = [row[0] for row in call()]
    if shown != [float(amount) for amount in loop()]:
        raise AssertionError("the call and the loop differ")
    return best_of(call), best_of(loop)


def look_up() -> tuple[float, float]:
    """Return the seconds of a look-up in the summary, once it is read, and in a bare dict."""
    keys = [(f"C-{number}", f"P-{number % 50}", "2026-06") for number in range(ROWS)]
    used = [Usage(month, who, what, "V", "", "h", "EUR", Decimal(1), Decimal(2)) for who, what, month in keys]
    with TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "summary.sqlite"
        write(path, "run", "2026-06", used)
        summary = Summary.read(path, "run")
    bare = dict(summary.used)
    wanted = [keys[number % ROWS] for number in range(LOOKS)]

    def ours() -> None:
        for key in wanted:
            summary.used[key]

    def theirs() -> None:
        for key in wanted:
            bare[key]

    return best_of(ours) / LOOKS, best_of(theirs) / LOOKS


def start() -> float:
    """Return the seconds from the start of Python to the first result."""
    found = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", _START], check=True, capture_output=True)
        found.append(time.perf_counter() - begun)
    return median(found)


def office(profile: str, column: Sequence[float]) -> tuple[float, float]:
    """Return LibreOffice's seconds to recalculate all rows after a price changed: one formula, or one each.

    A sum of the rows is read, so that all of them are calculated and only one cell is handed over. The
    price changes five times; the medians are returned.
    """
    book = Path(__file__).parents[1] / "workbook_templates" / "billow_templates" / "Billing.xlsx"
    prices = {"E1": 10.0, "E2": 100.0, "F1": 5.0, "F2": 4.0, "F3": 3.0}
    copied = {f"{'J' if place[0] == 'E' else 'K'}{place[1]}": value for place, value in prices.items()}
    sums = {"H1": f"=SUM(B1:B{ROWS})", "H2": f"=SUM(C1:C{ROWS})"}
    cells = [[f"=BILLOW_RATE(A{row};$J$1:$J$3;$K$1:$K$3)"] for row in range(1, ROWS + 1)]
    quantities = [[str(quantity)] for quantity in column]
    changes = [
        {"set": {place: price}, "read": read, "clock": True}
        for price in (6.0, 5.5, 6.5, 5.25, 6.25)
        for place, read in (("F1", "H1"), ("K1", "H2"))
    ]
    asked = {
        "open": book.resolve().as_uri(),
        "steps": [
            {"set": prices | copied, "fill": {f"A1:A{ROWS}": quantities}},
            {"array": {f"B1:B{ROWS}": f"=BILLOW_RATE(A1:A{ROWS};E1:E3;F1:F3)"}},
            {"fill": {f"C1:C{ROWS}": cells}, "set": sums},
            {"read": "H1:H2"},
            *changes,
        ],
    }
    command = ["/usr/bin/python3", str(_HOST), profile]
    done = subprocess.run(command, input=json.dumps(asked), text=True, capture_output=True, check=True)
    clocked = json.loads(done.stdout)[-len(changes) :]
    spilled, each = clocked[0::2], clocked[1::2]
    if [one["found"] for one in spilled] != [one["found"] for one in each]:
        raise AssertionError("the one formula and the cells differ")
    return median(one["seconds"] for one in spilled), median(one["seconds"] for one in each)


def main() -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--office", metavar="PROFILE", help="a profile of LibreOffice with the functions")
    chosen = parser.parse_args()
    for kind, column in QUANTITIES.items():
        call, loop = array_call(column)
        print(
            f"one call for {ROWS} rates   {call * 1e3:8.1f} ms   {call / loop:.2f} times a bare loop, {kind}"
        )
    ours, bare = look_up()
    print(f"a look-up in the summary   {ours * 1e9:8.0f} ns   {ours / bare:.1f} times a dict")
    print(f"start to first result      {start() * 1e3:8.0f} ms")
    for kind, column in QUANTITIES.items() if chosen.office else ():
        spilled, each = office(chosen.office, column)
        times = each / spilled
        print(
            f"LibreOffice, one formula   {spilled * 1e3:8.1f} ms   {times:.0f} times as fast as cells, {kind}"
        )


if __name__ == "__main__":
    main()
