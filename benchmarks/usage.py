"""Usage: import and aggregates against bare DuckDB doing the least that could be called the same.

A FOCUS-like report of 65 columns is made (``benchmarks.usage_file``). Then, each in a process of its own and
taking turns: a bare ``COPY`` of the file to Parquet with the same types and compression; Billow's import
(every column normalised, checks, lineage, fingerprint, one proven Parquet file); and the import with its
commit to the store, which archives the vendor's file. Aggregates of the stored month are compared with the
same GROUP BY in plain SQL, second run in one process. Seconds are CPU, user and system, of all threads.

``python -m benchmarks.usage`` measures a million rows; ``--rows 1000000 10000000`` compares sizes and needs
30 GB of disk.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.usage_file import DECIMALS, HEADER, MOMENTS, NESTED, is_nested, write_report
from billow.usage import ChargeStore
from billow.usage.aggregate import GROUPED, SUMMED, grouped
from billow.usage.engine import Engine
from billow.vendors import Formats, import_report

Figures = dict[str, float]
KINDS = ("csv", "csv.gz", "parquet", "typed.parquet", "nested.parquet")
GOAL_IMPORT, GOAL_MEMORY, GOAL_SUMS, GOAL_GROWTH = 1.5, 2048, 1.2, 1.2


def bare(file: Path, folder: Path) -> None:
    """Copy the report to Parquet with the types that its columns have, and do nothing else."""
    types = {
        name: "DECIMAL(38, 24)" if name in DECIMALS else "TIMESTAMP" if name in MOMENTS else "VARCHAR"
        for name in HEADER
    }
    if file.suffix == ".parquet":
        as_they_are = NESTED if is_nested(file) else ()
        shown = ", ".join(
            f'"{name}"' if name in as_they_are else f'CAST("{name}" AS {kind}) AS "{name}"'
            for name, kind in types.items()
        )
        source = f"SELECT {shown} FROM read_parquet('{file}')"  # noqa: S608 - names are ours
    else:
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        source = (
            f"SELECT * FROM read_csv('{file}', delim = ',', quote = '\"', escape = '\"', header = true, "  # noqa: S608
            f"auto_detect = false, columns = {{{columns}}})"
        )
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY ({source}) TO '{folder / 'bare.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
        )


def imported(file: Path, folder: Path) -> None:
    """Import the report into one proven Parquet file."""
    found = import_report(file, Formats.shipped(), out_dir=folder)
    assert found.totals is not None, found.problems  # noqa: S101 - a benchmark of a refusal means nothing


def stored(file: Path, folder: Path) -> None:
    """Import the report and commit it to a store, which keeps the vendor's file too."""
    found = import_report(file, Formats.shipped(), out_dir=folder, with_copy=True)
    ChargeStore(folder / "store").commit(found, file)


def sums(parquet: Path) -> tuple[float, float]:
    """Return the CPU seconds of a month's aggregates and of the same in plain SQL, first run left out."""
    keys = ", ".join(f'"{name}"' for name in GROUPED.values())
    added = ", ".join(f"sum({name})" for name in SUMMED.values())
    plain = (
        f"SELECT {keys}, count(*), min(ChargePeriodStart), max(ChargePeriodEnd), max(ChargePeriodStart), "  # noqa: S608
        f"{added} FROM read_parquet('{parquet}') GROUP BY {keys}"
    )
    ours, theirs = [], []
    with Engine().rows([parquet]) as rows, duckdb.connect() as connection:
        for _ in range(4):
            begun = time.process_time()
            grouped(rows).to_pyarrow()
            ours.append(time.process_time() - begun)
            begun = time.process_time()
            connection.execute(plain).to_arrow_table()
            theirs.append(time.process_time() - begun)
    return statistics.median(ours[1:]), statistics.median(theirs[1:])


STEPS = {"bare": bare, "imported": imported, "stored": stored}


def step(name: str, file: Path, folder: Path) -> Figures:
    """Do one step in this process and return its CPU seconds and memory in MB; of an import, the sums too."""
    begun = time.process_time()
    STEPS[name](file, folder)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"cpu": time.process_time() - begun, "memory": memory}
    if name == "imported":
        found["sums"], found["plain sums"] = sums(next(folder.glob("*.parquet")))
    return found


def apart(name: str, file: Path) -> Figures:
    """Do one step in a process and a folder of its own."""
    with TemporaryDirectory(dir=file.parent) as folder:
        command = [sys.executable, "-m", "benchmarks.usage", "--step", name, str(file), folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Figures = json.loads(done.stdout)
    return found


def measured(kind: str, rows: int, runs: int, steps: Sequence[str], folder: Path) -> float:
    """Print the figures of one file; return the CPU seconds that its import takes per row."""
    file = folder / f"focus.{kind}"
    write_report(file, rows)
    found: dict[str, list[Figures]] = {name: [] for name in steps}
    for _ in range(runs):
        for name in steps:
            found[name].append(apart(name, file))
    middle = {name: _median(figures) for name, figures in found.items()}
    print(f"{rows:,} rows, {kind}, {file.stat().st_size / 1e6:,.0f} MB, median of {runs}:")
    for name, figures in middle.items():
        ratio = figures["cpu"] / middle["bare"]["cpu"]
        print(f"  {name:9} {figures['cpu']:7.2f} s CPU {ratio:6.2f} x bare {figures['memory']:7,.0f} MB")
    both = middle["imported"]
    ratio = both["sums"] / both["plain sums"]
    print(f"  sums      {both['sums']:7.2f} s CPU {ratio:6.2f} x plain SQL", flush=True)
    file.unlink()
    return both["cpu"] / rows


def _median(figures: Sequence[Figures]) -> Figures:
    return {name: statistics.median(each[name] for each in figures) for name in figures[0]}


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print, with what was wished for beside it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.usage", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000], help="sizes of the file")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="forms of the file")
    parser.add_argument("--runs", type=int, default=3, help="the median of so many runs counts")
    parser.add_argument(
        "--steps", nargs="+", choices=STEPS, default=tuple(STEPS), help="bare and imported, or all"
    )
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    wished = parser.parse_args(words)
    if wished.step:
        warnings.simplefilter("ignore")
        name, file, folder = wished.step
        print(json.dumps(step(name, Path(file), Path(folder))))
        return
    with TemporaryDirectory(prefix="billow-usage-") as folder:
        for kind in wished.kinds:
            per_row = [measured(kind, rows, wished.runs, wished.steps, Path(folder)) for rows in wished.rows]
            if len(per_row) > 1:
                print(f"  per row, the last size against the first: {per_row[-1] / per_row[0]:.2f} x")
    print(f"goals: imported {GOAL_IMPORT} x bare and {GOAL_MEMORY:,} MB, sums {GOAL_SUMS} x, ", end="")
    print(f"per row {GOAL_GROWTH} x")


if __name__ == "__main__":
    main()
