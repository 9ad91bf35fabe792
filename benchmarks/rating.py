"""Rating: explained lines against a bare Decimal loop that builds the same tuples, in one process.

The loop is told everything: which lines there are, their factors, their marks. It multiplies, adds, rounds
and builds a tuple of the same fields with a tuple per part. Billow finds all of that out from charges and
sheets. CPU seconds are those of this process, the best of several runs.

``python -m benchmarks.rating`` prints the figures for 10 000 lines; ``--lines 10000 1000000`` compares sizes.
"""

import argparse
import gc
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from unittest.mock import patch

from benchmarks.mix import MONTH, copies, demo_month
from billow.catalog.prices import Price
from billow.charges import Charge
from billow.commands.collector import collector_paused
from billow.money import minor_units
from billow.rating.books import Books
from billow.rating.line import RatedLine
from billow.rating.placing import Placed, Placing
from billow.rating.pricing import Priced, Use, priced
from billow.rating.rate import rate
from billow.rating.vendor_lines import vendor_lines

GOAL_RATIO, GOAL_GROWTH = 4.0, 1.1
BARE, EXPLAINED, WHOLE_MONTH = "bare Decimal loop", "amounts with their parts", "the whole month"
# What the loop is told of a line: its fields as they will stand in the tuple, where the amount goes, the
# size of a minor unit, and per part a reference and its factors (quantity, price, used, of).
Factors = tuple[str, Decimal, Decimal, int, int]
Told = tuple[tuple[object, ...], Decimal, tuple[Factors, ...]]
Asked = tuple[Price, Sequence[Use]]
FIELDS = RatedLine._fields
AMOUNT, PARTS = FIELDS.index("amount"), FIELDS.index("parts")


def told_of(line: RatedLine) -> Told:
    """Return what the bare loop is told of a line, its amounts taken apart into Decimal factors."""
    share = line.proration.share if line.proration else Fraction(1)
    parts = []
    for part in line.parts:
        if part.is_rounding:
            continue
        scaled = part.amount / share / (Fraction(line.quantity) or 1) if share else part.amount
        price = Decimal(scaled.numerator) / Decimal(scaled.denominator)
        parts.append((part.text, line.quantity or Decimal(1), price, share.numerator, share.denominator))
    values = tuple(getattr(line, name) for name in FIELDS)
    return values, Decimal(1).scaleb(-minor_units(line.currency)), tuple(parts)


def bare_loop(lines: Sequence[Told]) -> list[tuple[object, ...]]:
    """Build a tuple per line: multiply the factors of each part, add them up, round once, half up."""
    found = []
    for values, unit, factors in lines:
        parts = []
        whole = Decimal(0)
        for text, quantity, price, used, of in factors:
            part = quantity * price * used / of
            whole += part
            parts.append((text, part))
        amount = whole.quantize(unit, ROUND_HALF_UP)
        if amount != whole:
            parts.append(("rounded half up", amount - whole))
        found.append((*values[:AMOUNT], amount, tuple(parts), *values[PARTS + 1 :]))
    return found


def cpu(work: Callable[[], object], runs: int) -> float:
    """Return the CPU seconds of the quickest run, the collector held as ``billow`` holds it for a month."""
    best = float("inf")
    for _ in range(runs):
        gc.collect()
        with collector_paused():
            begun = time.process_time()
            result = work()
            best = min(best, time.process_time() - begun)
        del result
    return best


def import_seconds(module: str) -> float:
    """Return how long a fresh interpreter takes to import a module, less what it takes to start."""

    def started(code: str) -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - begun

    return min(started(f"import {module}") for _ in range(5)) - min(started("pass") for _ in range(5))


def memory_per_line(work: Callable[[], Sequence[object]]) -> float:
    """Return the bytes that a result holds, per line."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    result = work()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return held / len(result)


@dataclass(frozen=True)
class Demo:
    """The demo's month, to be copied to any size."""

    charges: list[Charge]
    books: Books

    def of_size(self, lines: int) -> tuple[list[Charge], Books]:
        """Return charges and books that make about so many lines."""
        one = len(rate(self.charges, self.books, MONTH).lines)
        return copies(self.charges, self.books, max(1, round(lines / one)))


def asked_of(placed: Sequence[Placed], books: Books) -> list[Asked]:
    """Return what the lines of vendors' charges are priced by: each price with what was used at it."""
    asked: list[Asked] = []

    def remember(price: Price, uses: Sequence[Use]) -> Priced:
        asked.append((price, uses))
        return priced(price, uses)

    with patch("billow.rating.vendor_lines.priced", remember):
        vendor_lines(placed, books, MONTH)
    return asked


def measured(demo: Demo, lines: int, runs: int) -> dict[str, float]:
    """Print the figures of about so many lines; return the CPU seconds per line of each step."""
    charges, books = demo.of_size(lines)
    with collector_paused():
        first = rate(charges, books, MONTH)
    placed, count = first.placed, len(first.lines)
    told = [told_of(line) for line in first.lines if line.driver == "vendor"]
    del first
    asked, some = asked_of(placed, books), len(told)
    steps: tuple[tuple[str, Callable[[], object], int], ...] = (
        (BARE, lambda: bare_loop(told), some),
        (EXPLAINED, lambda: [priced(price, uses) for price, uses in asked], some),
        ("lines from placed charges", lambda: vendor_lines(placed, books, MONTH), some),
        ("placing the charges", lambda: [*map(Placing(books, {}, MONTH).place, charges)], count),
        (WHOLE_MONTH, lambda: rate(charges, books, MONTH), count),
    )
    print(f"{count:,} lines, {len(charges):,} charges, {len(books.customers):,} customers; CPU per line:")
    times: dict[str, float] = {}
    for name, work, divisor in steps:
        seconds = times[name] = cpu(work, runs) / divisor
        print(f"  {name:26} {seconds * 1e6:9.1f} us {seconds / times[BARE]:8.1f} x the loop", flush=True)
    print(f"  {1 / times[WHOLE_MONTH]:,.0f} lines a second")
    return times


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print, with what was wished for beside it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rating", description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[10_000], help="sizes of the month")
    parser.add_argument("--runs", type=int, default=3, help="the quickest of so many runs counts")
    wished = parser.parse_args(words)
    demo = Demo(*demo_month())
    times = [measured(demo, lines, wished.runs) for lines in wished.lines]
    print(f"goal: amounts with their parts in at most {GOAL_RATIO:g} x the loop")
    if len(times) > 1:
        print(f"time per line, the last size against the first (goal {GOAL_GROWTH} x):")
        for name in (EXPLAINED, WHOLE_MONTH):
            print(f"  {name:26} {times[-1][name] / times[0][name]:.2f} x")
    charges, books = demo.of_size(2_000)
    print(f"memory per line: {memory_per_line(lambda: rate(charges, books, MONTH).lines):,.0f} bytes")
    print(f"import of billow.rating.rate: {import_seconds('billow.rating.rate') * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
