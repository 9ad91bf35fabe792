"""A month from the vendor's file to rated lines in a workbook: ``billow import`` against a pandas script.

The report of ``benchmarks.usage_file`` is billed to 500 customers from a workbook with their accounts and a
markup for each of 300 products. ``billow import`` does the whole way in one command: it reads and
proves the report, stores it, rates the month and writes sheets Rated lines, Usage, Checks and all others.
The script (``benchmarks.usage_script``) reads the columns it needs and writes the same lines to one sheet,
once with exact decimals and once with floats. Each runs in a process of its own, taking turns. How long a
person waits is what counts, the start of the program included; beside it stands the CPU, user and system, of
the whole process. Both must come to the same lines and money.

``python -m benchmarks.usage_month`` measures a million rows; ``--rows 100000`` is quick.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import openpyxl

from benchmarks.usage_file import CUSTOMERS, SKUS, write_report
from benchmarks.usage_script import KINDS
from billow.commands.new import new
from billow.workbook.book import Workbook

GOAL = 4.0
OURS, EXACT = "billow", "exact"
VENDOR = "Contoso Cloud"
Line = tuple[str, str, str, Decimal]


@dataclass(frozen=True)
class Desk:
    """A folder with the report, Billow's workbook, and the two lists that the script reads."""

    folder: Path

    @property
    def report(self) -> Path:
        """The vendor's file."""
        return self.folder / "focus.csv"

    def workbook(self, name: str) -> Path:
        """Return the workbook that a side writes."""
        return self.folder / name / "Billing.xlsx"

    def lay_out(self, rows: int) -> None:
        """Make the report and what both sides know before: who owns each account, what is put on each SKU."""
        write_report(self.report, rows)
        for name, header, found in (
            ("accounts", ("x_CustomerId", "Customer"), _owners()),
            ("prices", ("SkuId", "Text", "Markup %"), _markups()),
        ):
            with (self.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([header, *found])

    def command(self, name: str) -> list[str]:
        """Return the command of a side, its workbook made ready."""
        workbook = self.workbook(name)
        workbook.parent.mkdir(exist_ok=True)
        if name == OURS:
            _fill(workbook)
            return [str(Path(sys.executable).with_name("billow")), "import", str(workbook), str(self.report)]
        lists = [str(self.folder / f"{each}.csv") for each in ("accounts", "prices")]
        return [
            sys.executable,
            "-m",
            "benchmarks.usage_script",
            name,
            str(self.report),
            *lists,
            str(workbook),
        ]

    def lines(self, name: str) -> Counter[Line]:
        """Return customer, subscription, product and amount of each line in a side's workbook."""
        book = openpyxl.load_workbook(self.workbook(name), read_only=True)
        rows = book["Rated lines"].iter_rows(values_only=True)
        wanted = ("Customer", "Subscription", "Product", "Amount")
        header = next(row for row in rows if set(wanted) <= set(row))
        places = [header.index(column) for column in wanted]
        found = Counter(_line(*(row[place] for place in places)) for row in rows if row[places[0]])
        book.close()
        return found


def _line(customer: object, subscription: object, product: object, amount: object) -> Line:
    return str(customer), str(subscription), str(product), Decimal(str(amount)).quantize(Decimal("0.01"))


def _owners() -> list[tuple[str, str]]:
    return [(f"C{number:04}", f"D-{1000 + number}") for number in range(CUSTOMERS)]


def _markups() -> list[tuple[str, str, str]]:
    """Return a markup of 5.00 to 24.99 % for each SKU."""
    return [(f"SKU-{s:05}", f"Meter {s}", str(5 + Decimal(s * 67 % 2000) / 100)) for s in range(SKUS)]


def _fill(workbook: Path) -> None:
    """Make Billow's workbook with the same two lists on its sheets."""
    new(workbook, with_example=False, reports=(), progress=lambda _what, _done, _all: None)
    book = Workbook.open(workbook)
    book.write(
        "tblCustomers",
        [{"Customer": number, "Name": account, "Country": "NL"} for account, number in _owners()],
    )
    book.write(
        "tblAccounts",
        [
            {"Vendor": VENDOR, "Account": account, "Customer": customer, "Confirmed by": "ada"}
            for account, customer in _owners()
        ],
    )
    book.write(
        "tblProducts", [{"Product": sku, "Text": text, "Vendor": VENDOR} for sku, text, _ in _markups()]
    )
    book.write("tblSkuRules", [{"Vendor": VENDOR, "SKU": sku, "Product": sku} for sku, _, _ in _markups()])
    prices = [{"Product": sku, "Model": "markup", "Price or %": Decimal(p)} for sku, _, p in _markups()]
    book.write("tblPrices", prices)
    book.save()


class Spent(NamedTuple):
    """What a run took: seconds on the clock, CPU seconds, and the most memory it had, in MB."""

    clock: float
    cpu: float
    memory: float


def spent(command: Sequence[str]) -> Spent:
    """Run a command to its end."""
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said  # noqa: S101 - a benchmark of a refusal means nothing
    return Spent(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measured(rows: int, runs: int) -> float:
    """Print the figures; return how many times as long as Billow the exact script takes."""
    found: dict[str, list[Spent]] = {name: [] for name in (OURS, *KINDS)}
    with TemporaryDirectory(prefix="billow-month-") as folder:
        Desk(Path(folder)).lay_out(rows)
        for _ in range(runs):
            for name, each in found.items():
                with TemporaryDirectory(dir=folder) as apart:
                    desk = Desk(Path(apart))
                    for file in ("focus.csv", "accounts.csv", "prices.csv"):
                        (desk.folder / file).hardlink_to(Path(folder) / file)
                    each.append(spent(desk.command(name)))
    middle = {name: Spent(*map(statistics.median, zip(*each, strict=True))) for name, each in found.items()}
    ours = middle[OURS]
    print(f"{rows:,} rows, median of {runs}:")
    for name, took in middle.items():
        print(f"  {name:7} {took.clock:8.2f} s {took.clock / ours.clock:6.2f} x billow", end="")
        print(f" {took.cpu:8.2f} s CPU {took.cpu / ours.cpu:6.2f} x {took.memory:7,.0f} MB", flush=True)
    return middle[EXACT].clock / ours.clock


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print, with what was wished for beside it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.usage_month", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the report")
    parser.add_argument("--runs", type=int, default=1, help="the median of so many runs counts")
    asked = parser.parse_args(words)
    print(f"goal: the exact script takes {GOAL} x billow; measured {measured(asked.rows, asked.runs):.2f} x")


if __name__ == "__main__":
    main()
