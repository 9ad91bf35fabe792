"""Histories of deliveries: in any order, twice, cut off, corrected after invoicing, in three styles.

A machine delivers reports of a reseller of two customers and bills its months one after the other, through
the importer, the store, rating, drafts and the register. Beside it a ledger of plain sums knows what the
vendor said last. Whatever happened: what is issued never changes, a second time changes nothing, and all
invoices and credits come to what one right invoice per month would have been, tiers and rounding included.
"""

import gzip
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from billow.catalog.prices import Price
from billow.catalog.products import Product, SkuRule
from billow.contracts.customers import Account, Customer
from billow.invoicing.document import Document
from billow.invoicing.draft import drafts
from billow.periods import month, months_after
from billow.problems import Severity
from billow.rating.books import Books
from billow.rating.rate import rate
from billow.usage import Status
from billow.vendors import Formats
from tests.core.samples import invoicing, price, tiers
from tests.full import FULL
from tests.register.samples import issue, new_register
from tests.usage.deliveries import Desk, Row, report

FIRST = "2026-05"
FORMATS = Formats.shipped()
CENT = Decimal("0.01")
PRICES: tuple[Price, ...] = (
    price("markup", product="VM", model="markup", value=Decimal(10)),
    price(
        "tiers", product="GB", model="graduated", value=Decimal(0), per="unit",
        tiers=tiers(("10", "0.35"), (None, "0.125")),
    ),
)  # fmt: skip
BOOKS = Books(
    "EUR",
    customers=[
        Customer("C-1", "Alpha B.V.", country="NL", vat_number="NL123456782B12"),
        Customer("C-2", "Beta GmbH", country="DE", vat_number="DE136695976", language="de"),
    ],
    accounts=[
        Account("Cloud", "a", "C-1", confirmed_by="ada"),
        Account("Cloud", "b", "C-2", confirmed_by="ada"),
    ],
    products=[Product("VM", "Machines", vendor="Cloud"), Product("GB", "Storage", vendor="Cloud", unit="GB")],
    sku_rules=[SkuRule("Cloud", "sku", "vm", "VM"), SkuRule("Cloud", "sku", "gb", "GB")],
    prices=PRICES,
)


def due(rows: Sequence[Row]) -> dict[str, Decimal]:
    """Return what each customer owes for a month, by hand: markup of 10 %, and storage in two tiers."""
    found: dict[str, Decimal] = {}
    for account, customer in (("a", "C-1"), ("b", "C-2")):
        machines = sum((Decimal(r.cost) for r in rows if (r.customer, r.sku) == (account, "vm")), Decimal(0))
        stored = sum(
            (Decimal(r.quantity) for r in rows if (r.customer, r.sku) == (account, "gb")), Decimal(0)
        )
        storage = min(stored, Decimal(10)) * Decimal("0.35") + max(stored - 10, Decimal(0)) * Decimal("0.125")
        amounts = (machines * Decimal("1.1"), storage)
        found[customer] = sum((amount.quantize(CENT, ROUND_HALF_UP) for amount in amounts), Decimal(0))
    return found


def _worth(row: Row, times: int, *, more: Decimal = Decimal(0)) -> Row:
    """Return a row of so many times the money and quantity, and some more of both."""
    cost = Decimal(row.cost) * times + more * Decimal("0.125")
    return replace(row, cost=str(cost), quantity=str(Decimal(row.quantity) * times + more))


@dataclass
class Said:
    """What the vendor said of a month: a whole delivery, what was added to it, what waits for one."""

    whole: list[Row] | None = None
    added: list[list[Row]] = field(default_factory=list)
    waiting: list[list[Row]] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        """All rows that count."""
        return [*(self.whole or []), *(row for rows in (*self.added, *self.waiting) for row in rows)]


# Few different rows, so that identical ones are common.
ROWS = st.lists(
    st.builds(
        lambda customer, sku, count: Row(
            customer, str(Decimal(count) / (8 if sku == "vm" else 50)), sku, quantity=str(count)
        ),
        st.sampled_from("ab"),
        st.sampled_from(["vm", "gb"]),
        st.sampled_from([3, 12]),
    ),
    min_size=1,
    max_size=4,
)
BACK, WHICH = st.integers(0, 3), st.integers(0, 9)
DISGUISES: dict[str, Callable[[str], str | bytes]] = {
    "june.csv": str,
    "june.csv.gz": lambda text: gzip.compress(text.encode()),
    "turned.csv": lambda text: "\n".join([text.splitlines()[0], *text.splitlines()[:0:-1]]) + "\n",
    "excel.csv": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
}


class Histories(RuleBasedStateMachine):
    """A desk over some months, and the ledger of what it should come to."""

    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="billow-history-"))
        self.desk = Desk(self.folder, FORMATS)
        self.register = new_register(self.folder)
        self.said: dict[str, Said] = {}
        self.issued: list[Document] = []
        self.looked_at = ""

    def teardown(self) -> None:
        """Bill what is still open, so that each history ends at a balance."""
        for _ in self.said:
            self.bill()
        shutil.rmtree(self.folder)

    def _month(self, ahead: bool) -> str:
        start = month(max(self.desk.closed, default=FIRST)).start
        return f"{months_after(start, 1 if ahead and self.desk.closed else 0):%Y-%m}"

    def _of(self, back: int) -> str:
        known = sorted(name for name, said in self.said.items() if said.whole)
        return known[-1 - back % len(known)]

    def _send(self, rows: Sequence[Row], declared: str = "") -> Status:
        status = self.desk.deliver(report(rows), declared=declared).status
        self.seen[status.value] += 1
        return status

    @initialize(rows=ROWS)
    def begin(self, rows: list[Row]) -> None:
        """The first month is delivered, with two rows that are the same, and billed."""
        self._state(FIRST, [replace(row, month=FIRST) for row in [*rows, rows[0]]])
        self.bill()

    @rule(rows=ROWS, ahead=st.booleans())
    def deliver(self, rows: list[Row], ahead: bool) -> None:
        """A whole month, the first time or anew."""
        name = self._month(ahead)
        self._state(name, [replace(row, month=name) for row in rows])

    @precondition(lambda self: any(said.whole for said in self.said.values()))
    @rule(back=BACK, which=WHICH, how=st.sampled_from(["without", "twice", "dearer", "once"]))
    def restate(self, back: int, which: int, how: str) -> None:
        """A whole month anew, issued or not: a row less, a row more that is the same, another amount."""
        name = self._of(back)
        rows = list(self.said[name].whole or [])
        at = which % len(rows)
        if how == "once":
            rows = list(dict.fromkeys(rows))
        elif how == "dearer":
            rows[at] = _worth(rows[at], 1, more=Decimal("0.0625"))
        else:
            rows = rows[:at] + rows[at + 1 :] if how == "without" and len(rows) > 1 else [*rows, rows[at]]
        self._state(name, rows)

    def _state(self, name: str, rows: list[Row]) -> None:
        said = self.said.setdefault(name, Said())
        again = said.whole is not None and Counter(said.whole) == Counter(rows)
        status = self._send(rows)
        assert (
            (status is Status.UNCHANGED) is (again and not said.added) or status is Status.CORRECTED or again
        )
        if not again:
            said.whole, said.added = rows, []

    @precondition(lambda self: any(said.whole for said in self.said.values()))
    @rule(back=BACK, which=WHICH, more=st.integers(1, 7), style=st.sampled_from(["delta", "ledger"]))
    def correct(self, back: int, which: int, more: int, style: str) -> None:
        """One row of a month is worth more: by negation and a new row, or by the difference."""
        said = self.said[self._of(back)]
        assert said.whole is not None
        old = said.whole[which % len(said.whole)]
        difference = _worth(old, 0, more=Decimal(more))
        rows = [_worth(old, -1), _worth(old, 1, more=Decimal(more))] if style == "delta" else [difference]
        status = self._send(rows, "" if style == "delta" else "adds")
        assert (status is Status.UNCHANGED) is (Counter(rows) in map(Counter, said.added))
        if status is not Status.UNCHANGED:
            said.added.append(rows)

    @rule(rows=ROWS, ahead=st.booleans())
    def late_usage(self, rows: list[Row], ahead: bool) -> None:
        """A file of nothing but corrections, with or without a month to correct."""
        name = self._month(ahead)
        sent = [replace(row, month=name, charge_class="Correction") for row in rows]
        said = self.said.setdefault(name, Said())
        known = [Counter(one) for one in (*said.added, *said.waiting)]
        status = self._send(sent)
        assert (status is Status.UNCHANGED) is (Counter(sent) in known)
        if status is not Status.UNCHANGED:
            (said.waiting if said.whole is None else said.added).append(sent)

    @precondition(lambda self: any(said.whole for said in self.said.values()))
    @rule(back=BACK, disguise=st.sampled_from(sorted(DISGUISES)))
    def duplicate(self, back: int, disguise: str) -> None:
        """The last whole delivery of a month again, under another name or in another packing."""
        said = self.said[self._of(back)]
        assert said.whole is not None
        before = self.desk.store.imports()
        content = DISGUISES[disguise](report(said.whole))
        assert self.desk.deliver(content, disguise).status is Status.UNCHANGED
        assert self.desk.store.imports() == before

    @rule(rows=ROWS, line=st.integers(1, 5), share=st.integers(1, 99))
    def truncate(self, rows: list[Row], line: int, share: int) -> None:
        """A file cut off within a row is refused, and nothing of it counts."""
        lines = report([replace(row, month=self._month(ahead=False)) for row in rows]).splitlines(
            keepends=True
        )
        line = min(line, len(lines) - 1)
        whole = lines[line].rsplit(",", 4)[0]
        cut = "".join(lines[:line]) + whole[: max(1, len(whole) * share // 100)]
        before = self.desk.store.imports()
        imported, _ = self.desk.read(cut, "cut.csv")
        assert imported.totals is None
        assert {problem.code for problem in imported.problems} & {"IMP-002", "IMP-008"}
        assert self.desk.store.imports() == before

    @precondition(lambda self: self.said)
    @rule()
    def bill(self) -> None:
        """Bill the next month; a second time nothing is left to bill."""
        name = self._month(ahead=True)
        made = self._drafts(name)
        if not made:
            return
        self.issued += issue(self.register, *made)
        self.desk.closed = self.register.months()
        assert self._drafts(name) == made
        self._come_to_what_the_vendor_said_last(name)

    def _drafts(self, name: str) -> tuple[Document, ...]:
        charges = self.desk.store.charges(name)
        restated = {
            corrected: self.desk.store.restated(corrected, name)
            for corrected in {charge.corrects for charge in charges} - {""}
        }
        rated = rate(charges, BOOKS, name, restated=restated)
        made = drafts(rated.lines, BOOKS, invoicing(), name)
        assert [p for p in (*rated.problems, *made.problems) if p.severity is not Severity.NOTE] == []
        return made.documents

    def _come_to_what_the_vendor_said_last(self, name: str) -> None:
        owed: dict[str, Decimal] = {"C-1": Decimal(0), "C-2": Decimal(0)}
        for of, said in self.said.items():
            for customer, amount in (due(said.rows) if of <= name else {}).items():
                owed[customer] += amount
        billed = dict.fromkeys(owed, Decimal(0))
        for document in self.issued:
            billed[document.buyer.number] += document.net
            assert document.net == sum((line.net for line in document.lines), Decimal(0))
        assert billed == owed

    @invariant()
    def what_is_issued_never_changes(self) -> None:
        """The register holds what was issued, number by number."""
        assert self.register.documents() == self.issued
        assert self.register.verify() == []

    @invariant()
    def the_store_holds_what_the_vendor_said_last(self) -> None:
        """The charges of all months come to the vendor's last word, exactly."""
        if self.looked_at == repr(self.said):
            return
        self.looked_at = repr(self.said)
        wanted: dict[str, Decimal] = {}
        for row in (row for said in self.said.values() for row in said.rows):
            wanted[row.customer] = wanted.get(row.customer, Decimal(0)) + Decimal(row.cost)
        assert self.desk.costs() == {customer: cost for customer, cost in wanted.items() if cost}


TestHistories: Any = Histories.TestCase
# A few of them in each run, always the same ones: what they catch is what the code was broken for to see.
TestHistories.settings = settings(
    max_examples=300 if FULL else 12,
    stateful_step_count=12 if FULL else 8,
    deadline=None,
    derandomize=not FULL,
)
