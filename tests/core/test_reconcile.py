"""The proofs before issuing: every cent of every file accounted for, every odd movement explained."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from billow.charges import Category, Charge, ImportTotals
from billow.invoicing.document import Document, Line
from billow.invoicing.draft import drafts
from billow.problems import Severity
from billow.rating.books import Books
from billow.rating.placing import Fate, Placed
from billow.rating.rate import rate
from billow.reconcile.movement import Limits, Movement, gate, movements
from billow.reconcile.proofs import FileProof, file_proofs, proof_problems

from .samples import ACCOUNTS, JUNE, MONTH, books, charge, contract, fx, invoicing, seats

IMPORT = ImportTotals("imp-1", "test", "Microsoft", "june.csv", "0" * 64, "set", MONTH, 8, 8, "f" * 8)
SHEETS = books(subscriptions=(contract(),), exchange_rates=(fx("USD", "EUR", "0.8"),))
CHARGES = (
    charge("billed", "100.01"),
    charge("dollars", "7.005", currency="USD"),
    seats("cost", "1", JUNE, "20.10", subscription_id="K-1"),
    charge("kept", "-5.00", category=Category.CREDIT),
    charge("tax", "21.00", category=Category.TAX),
    charge("own", "3.00", customer_key="A-0"),
    charge("parked", "9.99", customer_key="A-7"),
)


def month(charges: Sequence[Charge] = CHARGES, sheets: Books = SHEETS) -> tuple[list[Placed], list[Document]]:
    found = rate(charges, sheets, MONTH)
    return list(found.placed), list(drafts(found.lines, sheets, invoicing(), MONTH).documents)


IMPORTED: Mapping[tuple[str, str], Decimal] = {
    ("imp-1", "EUR"): Decimal("149.10"),
    ("imp-1", "USD"): Decimal("7.005"),
}


def proofs(placed: list[Placed], documents: list[Document], **given: Any) -> tuple[FileProof, ...]:
    return file_proofs([IMPORT], given.get("imported", IMPORTED), placed, documents)


def test_every_fate_has_its_column_and_the_columns_sum_to_what_was_imported() -> None:
    euros, dollars = proofs(*month())
    assert {fate: str(amount) for fate, amount in euros.fates.items() if amount} == {
        Fate.BILLED: "100.01",
        Fate.CONTRACT: "20.10",
        Fate.KEPT: "-5.00",
        Fate.TAX: "21.00",
        Fate.OWN_USE: "3.00",
        Fate.PARKED: "9.99",
    }
    assert euros.difference == dollars.difference == 0
    assert proof_problems([euros, dollars]) == []


def without_source(document: Document) -> Document:
    return replace(document, lines=tuple(line._replace(sources=line.sources[1:]) for line in document.lines))


def with_cent_moved(document: Document) -> Document:
    (first, *rest) = sorted(document.lines, key=lambda line: line.sources[0].currency)
    source = first.sources[0]._replace(cost=first.sources[0].cost + Decimal("0.01"))
    return replace(document, lines=(first._replace(sources=(source,)), *rest))


def test_a_charge_dropped_from_the_documents_breaks_the_proof() -> None:
    placed, documents = month()
    broken = proofs(placed, [without_source(d) for d in documents])
    assert [proof.difference for proof in broken] == [Decimal("120.11"), Decimal("7.005")]


def test_a_charge_dropped_from_the_fates_breaks_the_proof() -> None:
    placed, documents = month()
    broken = proofs([item for item in placed if item.charge.key != "parked"], documents)
    assert broken[0].difference == Decimal("9.99")


def test_a_charge_billed_twice_breaks_the_proof() -> None:
    placed, documents = month()
    assert proofs(placed, documents * 2)[0].difference == Decimal("-120.11")


def test_a_cent_that_moved_breaks_the_proof_and_is_told() -> None:
    placed, documents = month()
    problems = proof_problems(proofs(placed, [with_cent_moved(d) for d in documents]))
    (problem,) = problems
    assert (problem.code, problem.severity, problem.customer) == ("CHK-001", Severity.BLOCK, "")
    assert problem.sentence == "-0.01 EUR of june.csv (Microsoft) is not accounted for."
    assert problem.hint == (
        "Import the report again; if it stays, the store was changed from outside: restore it."
    )


def test_a_customer_that_waits_for_its_vat_rule_does_not_hold_up_the_file() -> None:
    found = rate(CHARGES, SHEETS, MONTH)
    without = drafts(found.lines, SHEETS, invoicing(vat_rules=()), MONTH)
    assert (without.documents, [p.customer for p in without.problems]) == ((), ["C-1"])
    held = file_proofs([IMPORT], IMPORTED, found.placed, without.documents, waiting={"C-1"})
    assert [proof.difference for proof in held] == [0, 0]
    assert held[0].fates[Fate.PARKED] == Decimal("130.10")
    unsaid = file_proofs([IMPORT], IMPORTED, found.placed, without.documents)
    assert unsaid[0].difference == Decimal("120.11")


def test_what_a_document_of_a_waiting_customer_shows_counts_once() -> None:
    placed, documents = month()
    waiting = file_proofs([IMPORT], IMPORTED, placed, documents, waiting={"C-1"})
    assert waiting == proofs(placed, documents)


def test_amounts_of_24_decimals_are_proved_to_the_last_one() -> None:
    costs = ["98765.123456789012345678901234", "-3.000000000000000000000001", "0.000000000000000000000002"]
    charges = [charge(f"c{i}", cost) for i, cost in enumerate(costs)]
    exact = Decimal("98762.123456789012345678901235")
    (proof,) = proofs(*month(charges), imported={("imp-1", "EUR"): exact})
    assert proof.difference == 0
    (broken,) = proofs(*month(charges[:2]), imported={("imp-1", "EUR"): exact})
    assert broken.difference == Decimal("0.000000000000000000000002")


def test_a_cent_too_much_in_the_file_breaks_the_proof() -> None:
    more = {**IMPORTED, ("imp-1", "USD"): Decimal("7.015")}
    assert [proof.difference for proof in proofs(*month(), imported=more)] == [0, Decimal("0.010")]


def test_a_currency_that_the_file_does_not_have_breaks_the_proof() -> None:
    only_euros = {("imp-1", "EUR"): Decimal("149.10")}
    assert [(p.currency, p.difference) for p in proofs(*month(), imported=only_euros)] == [
        ("EUR", Decimal("0.00")),
        ("USD", Decimal("-7.005")),
    ]


def test_two_files_are_proved_apart() -> None:
    moved = [CHARGES[0]._replace(import_id="imp-2"), *CHARGES[1:]]
    placed, documents = month(moved)
    both = [IMPORT, replace(IMPORT, import_id="imp-2")]
    imported = {**IMPORTED, ("imp-2", "EUR"): Decimal(0)}
    found = file_proofs(both, imported, placed, documents)
    assert [(p.import_id, p.currency, p.difference) for p in found] == [
        ("imp-1", "EUR", Decimal("100.01")),
        ("imp-1", "USD", Decimal("0.000")),
        ("imp-2", "EUR", Decimal("-100.01")),
    ]


LIMITS = Limits(Decimal(25), Decimal(10))


def document(net: str, cost: str = "0", *more: Line) -> Document:
    """Return a draft of C-1 over one line."""
    _, (drawn, *_) = month([CHARGES[0]], books())
    line = drawn.lines[0]._replace(net=Decimal(net), cost=Decimal(cost))
    whole = sum((extra.net for extra in more), Decimal(net))
    return replace(drawn, lines=(line, *more), net=whole)


def moved(
    this: Document | None, last: Document | None, placed: Sequence[Placed] = (), sheets: Books | None = None
) -> Movement:
    (row,) = movements(
        [this] if this else [], {"C-1": last} if last else {}, placed, sheets or books(), LIMITS
    )
    return row


SOLD = document("100.00", "50.00")
ZERO = SOLD.lines[0]._replace(net=Decimal(0), cost=Decimal(0))
FLAGS = [
    pytest.param(SOLD, SOLD, (), id="the same as last month"),
    pytest.param(document("125.00", "50.00"), SOLD, (), id="a quarter more is the limit"),
    pytest.param(
        document("125.01", "50.00"), SOLD, ("moved more than 25 %",), id="a cent more is beyond it"
    ),
    pytest.param(document("74.99", "50.00"), SOLD, ("moved more than 25 %",), id="a fall counts as a rise"),
    pytest.param(SOLD, None, ("new: no earlier invoice",), id="a new customer"),
    pytest.param(None, SOLD, ("vanished: no invoice this month",), id="a customer that vanished"),
    pytest.param(document("100.00", "90.00"), SOLD, (), id="a margin of 10 % is enough"),
    pytest.param(document("100.00", "90.01"), SOLD, ("margin below 10 %",), id="a cent less is not"),
    pytest.param(
        document("-1.00", "0.00"), SOLD, ("moved more than 25 %", "negative total"), id="a negative total"
    ),
    pytest.param(
        document("0.00", "0.00"), SOLD,
        ("moved more than 25 %", "line of zero: Virtual machines"), id="nothing to pay",
    ),
    pytest.param(
        document("100.00", "50.00", ZERO, ZERO),
        SOLD, ("line of zero: Virtual machines and 1 more",), id="two lines of zero",
    ),
    pytest.param(SOLD, document("0.00"), ("moved more than 25 %",), id="anything after nothing"),
    pytest.param(document("100.00", "-1.00"), SOLD, (), id="a negative cost is margin"),
]  # fmt: skip


@pytest.mark.parametrize(("this", "last", "flags"), FLAGS)
def test_what_is_odd_is_flagged(this: Document | None, last: Document | None, flags: tuple[str, ...]) -> None:
    assert moved(this, last).flags == flags


def test_an_account_that_nobody_confirmed_is_flagged() -> None:
    unconfirmed = books(accounts=[replace(a, confirmed_by="") for a in ACCOUNTS])
    placed, _ = month([CHARGES[0]], unconfirmed)
    assert moved(SOLD, SOLD, placed, unconfirmed).flags == ("account not confirmed: A-1",)


def test_what_we_keep_is_margin_in_the_customers_currency() -> None:
    credit = charge("kept", "-10.00", category=Category.CREDIT, currency="USD")
    placed, _ = month([credit])
    row = moved(document("100.00", "98.00"), SOLD, placed, SHEETS)
    assert row.margin == Fraction(10, 100)
    assert (str(row.kept), row.flags) == ("8.00", ())


def test_a_flagged_customer_is_held_until_somebody_writes_why() -> None:
    row = moved(SOLD, None)
    (problem,) = gate([row], {"C-2": "fine", "C-1": "  "})
    assert (problem.code, problem.severity, problem.customer) == ("MOV-001", Severity.STOP, "C-1")
    assert problem.sentence == (
        "Customer C-1 (Alpha B.V.) needs a reason before its invoice is issued: new: no earlier invoice."
    )
    assert problem.hint == "Look at the customer on sheet Movement and write your reason in column Reason."
    assert gate([row], {"C-1": "signed on 3 June"}) == []
    assert gate([moved(SOLD, SOLD)], {}) == []
