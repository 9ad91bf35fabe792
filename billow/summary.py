"""What the last run left for functions: usage, users, lines and why, invoices, checks, list prices.

One SQLite file beside the workbook's data, written in one transaction by the commands. A function names the
run by the text of the cell ``Billow_Run``, and never by a path: what stands in a cell is looked up in the
index of this user's own runs. What was read is kept until the next run.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     path = Path(folder).resolve() / "summary.sqlite"
...     write(path, "2026-06-30 12:00:00", "2026-06", [Check("all", "OK")])
...     Summary.read(path, "2026-06-30 12:00:00").checks
{'all': 'OK'}
"""

import os
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

_SCHEMA = "2"
_RUN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ([0-9a-f]{8})")
_SEEN = "SELECT month FROM months UNION SELECT month FROM invoice"
_VERSION = "SELECT version FROM run"
_WAIT = 10.0  # seconds, while a command writes


class Usage(NamedTuple):
    """What a customer used of a product in a month, per unit and currency."""

    month: str
    customer: str
    product: str
    vendor: str
    subscription: str
    unit: str
    currency: str
    quantity: Decimal
    cost: Decimal


class User(NamedTuple):
    """A named user of a customer's product, on the days from the first through the last."""

    month: str
    customer: str
    product: str
    user: str
    name: str
    first_day: str
    last_day: str


class Counted(NamedTuple):
    """How many users of a customer's product were counted to be billed, on those days."""

    month: str
    customer: str
    product: str
    first_day: str
    last_day: str
    quantity: Decimal


class Line(NamedTuple):
    """A line of an invoice or draft; ``steps`` are why it has its amount, one a row of text."""

    month: str
    line_id: str
    customer: str
    vendor: str
    product: str
    revenue_group: str
    currency: str
    net: Decimal
    cost: Decimal
    issued: str
    steps: str


class Invoice(NamedTuple):
    """An issued invoice."""

    month: str
    customer: str
    number: str
    currency: str
    net: Decimal
    vat: Decimal
    total: Decimal


class Check(NamedTuple):
    """A row of sheet Checks and its result."""

    name: str
    result: str


class Listed(NamedTuple):
    """A list price; blank dates and steps are open."""

    sku: str
    term: str
    billing: str
    segment: str
    market: str
    currency: str
    up_to: str
    list_price: Decimal
    valid_from: str
    valid_through: str


_Named = TypeVar("_Named", User, Counted)
Record = Usage | User | Counted | Line | Invoice | Check | Listed
_TABLES: dict[str, type[Any]] = {
    "usage": Usage, "user": User, "counted": Counted, "line": Line, "invoice": Invoice, "checked": Check,
    "listed": Listed,
}  # fmt: skip
_DECIMALS = frozenset({"quantity", "cost", "net", "vat", "total", "list_price"})
_BY_MONTH = frozenset({"usage", "user", "counted", "line", "invoice"})


class NoSummary(Exception):  # noqa: N818 - it is an answer, not an error of the program
    """Why there is nothing to look up; a sentence for the cell."""


def home() -> Path:
    """Return the folder of this user's own Billow files: the index of runs."""
    if own := os.environ.get("BILLOW_HOME"):
        return Path(own)
    windows = os.environ.get("LOCALAPPDATA")
    return Path(windows) / "Billow" if windows else Path.home() / ".local" / "share" / "billow"


def index_entry(workbook_id: str) -> Path:
    """Return the file that says where the summary of a workbook lies."""
    return home() / "runs" / workbook_id


def write(path: Path, run: str, month: str, records: Iterable[Record]) -> None:
    """Let the summary hold these records: those of their months, and all checks and list prices, anew."""
    rows: dict[str, list[Record]] = {name: [] for name in _TABLES}
    names = {kind: name for name, kind in _TABLES.items()}
    for record in records:
        rows[names[type(record)]].append(record)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=_WAIT)) as store, store:
        store.execute("BEGIN IMMEDIATE")
        _prepare(store)
        for name, kind in _TABLES.items():
            months = {month, *(str(row[0]) for row in rows[name])} if name in _BY_MONTH else {None}
            for each in months:
                where = "" if each is None else " WHERE month = ?"
                what = () if each is None else (each,)
                store.execute(f"DELETE FROM {name}{where}", what)  # noqa: S608 - our names
            marks = ", ".join("?" * len(kind._fields))
            store.executemany(f"INSERT INTO {name} VALUES ({marks})", _texts(kind, rows[name]))  # noqa: S608 - our names
        store.execute("DELETE FROM run")
        store.execute("INSERT INTO run VALUES (?, ?)", (run, _SCHEMA))
        store.execute("INSERT OR IGNORE INTO months VALUES (?)", (month,))


def known_months(path: Path) -> frozenset[str]:
    """Return the months of which the summary holds anything; an older Billow's holds none."""
    if not path.exists():
        return frozenset()
    with closing(sqlite3.connect(path, timeout=_WAIT)) as store:
        try:
            if store.execute(_VERSION).fetchone() != (_SCHEMA,):
                return frozenset()
            return frozenset(month for (month,) in store.execute(_SEEN))
        except sqlite3.DatabaseError:
            return frozenset()


def issued_between(path: Path, first: str, last: str) -> Iterator[tuple[str, str, Decimal, Decimal]]:
    """Yield month, currency, net and cost of the issued lines of these months, the last one included."""
    asked = "SELECT month, currency, net, cost FROM line WHERE issued != '' AND month BETWEEN ? AND ?"
    with closing(sqlite3.connect(path, timeout=_WAIT)) as store:
        for month, currency, net, cost in store.execute(asked, (first, last)):
            yield month, currency, Decimal(net), Decimal(cost)


def _prepare(store: sqlite3.Connection) -> None:
    """Make the tables; what an older Billow wrote is left out, since a run makes it again."""
    store.execute("CREATE TABLE IF NOT EXISTS run (run TEXT, version TEXT)")
    found = store.execute(_VERSION).fetchone()
    if found and found[0] != _SCHEMA:
        for name in (*_TABLES, "months"):
            store.execute(f"DROP TABLE IF EXISTS {name}")
    for name, kind in _TABLES.items():
        store.execute(f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(kind._fields)})")
    store.execute("CREATE TABLE IF NOT EXISTS months (month TEXT PRIMARY KEY)")


def _texts(kind: type[Any], rows: Sequence[Record]) -> Iterator[tuple[Any, ...]]:
    if not rows:
        return iter(())
    columns = zip(kind._fields, zip(*rows, strict=True), strict=True)
    texts = [[f"{cell:f}" for cell in cells] if field in _DECIMALS else cells for field, cells in columns]
    return zip(*texts, strict=True)


@dataclass(frozen=True)
class Summary:
    """What one run left, by key."""

    run: str
    months: frozenset[str]
    usage: Sequence[Usage]
    users: Sequence[User]
    counted: Sequence[Counted]
    lines: Sequence[Line]
    invoices: Sequence[Invoice]
    checks: Mapping[str, str]
    listed: Sequence[Listed]

    @classmethod
    def read(cls, path: Path, run: str) -> "Summary":
        """Return the summary that ``run`` left; ``NoSummary`` when another run has written since."""
        if not path.is_file():
            raise NoSummary("What the last run left is not there any more; run check again.")
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_WAIT)) as store:
            try:
                store.execute("BEGIN")
                (found,) = store.execute("SELECT run FROM run").fetchone()
                months = frozenset(month for (month,) in store.execute("SELECT month FROM months"))
                read = {name: _read(store, name, kind) for name, kind in _TABLES.items()}
            except (sqlite3.DatabaseError, TypeError) as error:
                raise NoSummary("What the last run left cannot be read; run check again.") from error
        if found != run:
            raise NoSummary("Another run came after the one that this workbook shows; open it again.")
        checks = {check.name: check.result for check in read["checked"]}
        people = (read["user"], read["counted"])
        return cls(run, months, read["usage"], *people, read["line"], read["invoice"], checks, read["listed"])

    @cached_property
    def used(self) -> Mapping[tuple[str, str, str], tuple[Decimal, Decimal, str]]:
        """Quantity, cost and its currency by customer, product and month."""
        found: dict[tuple[str, str, str], tuple[Decimal, Decimal, str]] = {}
        for row in self.usage:
            key = (row.customer, row.product, row.month)
            quantity, cost, currency = found.get(key, (Decimal(0), Decimal(0), row.currency))
            same = currency if currency == row.currency else ""
            found[key] = (quantity + row.quantity, cost + row.cost, same)
        return found

    @cached_property
    def users_of(self) -> Mapping[tuple[str, str, str], Sequence[User]]:
        """The users by customer, product and month."""
        return _by_key(self.users)

    @cached_property
    def counted_of(self) -> Mapping[tuple[str, str, str], Sequence[Counted]]:
        """What was counted by customer, product and month."""
        return _by_key(self.counted)

    @cached_property
    def by_customer(self) -> Mapping[str, Sequence[Line]]:
        """The lines of each customer."""
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            found[line.customer].append(line)
        return found

    @cached_property
    def by_line(self) -> Mapping[str, Line]:
        """The lines by their mark."""
        return {line.line_id: line for line in self.lines}

    @cached_property
    def invoices_of(self) -> Mapping[str, Sequence[Invoice]]:
        """The issued invoices of each customer."""
        found: dict[str, list[Invoice]] = defaultdict(list)
        for invoice in self.invoices:
            found[invoice.customer].append(invoice)
        return found


def _by_key(rows: Sequence[_Named]) -> Mapping[tuple[str, str, str], Sequence[_Named]]:
    found: dict[tuple[str, str, str], list[_Named]] = defaultdict(list)
    for row in rows:
        found[row.customer, row.product, row.month].append(row)
    return found


def _read(store: sqlite3.Connection, name: str, kind: type[Any]) -> list[Any]:
    numbers = [field in _DECIMALS for field in kind._fields]
    rows = store.execute(f"SELECT * FROM {name}")  # noqa: S608 - a name of ours
    return [
        kind(*(Decimal(value) if is_number else value for value, is_number in zip(row, numbers, strict=True)))
        for row in rows
    ]


_KEPT: dict[str, Summary] = {}


def of_run(text: str) -> Summary:
    """Return what the run left that ``Billow_Run`` names; ``NoSummary`` says why there is nothing."""
    kept = _KEPT.get(text)
    if kept is not None:
        return kept
    named = _RUN.fullmatch(text)
    if named is None:
        raise NoSummary(f'"{text}" is not what Billow_Run says; name that cell.')
    entry = index_entry(named[1])
    if not entry.is_file():
        raise NoSummary("The last run was not made on this machine, by this user; run check here.")
    found = Summary.read(Path(entry.read_text(encoding="utf-8")), text)
    _KEPT.clear()  # an earlier run is not asked for again
    _KEPT[text] = found
    return found


def open_day(text: str) -> date | None:
    """Return a day of a list price, None where it is open."""
    return date.fromisoformat(text) if text else None
