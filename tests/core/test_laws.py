"""What holds for any month whatever: parts sum, nothing is lost, order does not matter."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from billow.charges import Category, Charge, ImportTotals
from billow.contracts.changes import overdrawn
from billow.contracts.subscriptions import Change
from billow.invoicing.archive import to_text
from billow.invoicing.draft import drafts
from billow.money import total
from billow.periods import Method, Period, prorate
from billow.rating.books import Books
from billow.rating.placing import Fate
from billow.rating.rate import RatedMonth, rate
from billow.reconcile.proofs import file_proofs
from tests.full import EXAMPLES

from .samples import (
    CUSTOMERS,
    E5,
    EC2,
    JUNE,
    MONTH,
    PRODUCTS,
    VM,
    books,
    charge,
    contract,
    fx,
    invoicing,
    price,
    seats,
    tiers,
)

RATES = (fx("USD", "EUR", "0.876543"), fx("GBP", "EUR", "1.1537"), fx("USD", "GBP", "0.7601"))
STEPS = price(
    "e5", product="E5", model="graduated", tiers=tiers(("3", "11.11"), ("7", "9.99"), (None, "7.77"))
)
MARGIN = price("ec2", product="EC2", model="margin", value=Decimal("17.5"))
NEW_YEAR = date(2026, 1, 1)
SHARED = tuple(replace(product, show_per="product") for product in PRODUCTS)
BOOKS = st.builds(
    lambda prices, currency, products: books(
        prices=prices,
        products=products,
        exchange_rates=RATES,
        subscriptions=(contract(),),
        customers=[replace(c, currency=currency) for c in CUSTOMERS],
    ),
    st.sampled_from([(VM, E5, EC2), (VM, STEPS, MARGIN)]),
    st.sampled_from(["", "EUR", "USD"]),
    st.sampled_from([PRODUCTS, SHARED]),
)
COSTS = st.decimals(-(10**6), 10**6, places=6)
STAYS = st.builds(
    lambda start, length: Period(JUNE.start + timedelta(start), JUNE.start + timedelta(start + length)),
    st.integers(0, 29),
    st.integers(1, 40),
)
USAGE = st.builds(
    lambda cost, currency, account, category, imported: charge(
        "", str(cost), currency=currency, customer_key=account, category=category, import_id=imported
    ),
    COSTS,
    st.sampled_from(["EUR", "USD", "GBP"]),
    st.sampled_from(["A-1", "A-2", "A-9", "A-0", "unknown"]),
    st.sampled_from([Category.USAGE, Category.CREDIT, Category.TAX]),
    st.sampled_from(["imp-1", "imp-2"]),
)
SEATS = st.builds(
    lambda quantity, stay, cost, name, term, start: seats(
        "", str(quantity), stay, str(cost), subscription_id=name, term=term, subscription_start=start
    ),
    st.integers(-20, 20),
    STAYS,
    COSTS,
    st.sampled_from(["S-1", "S-2", "K-1"]),
    st.sampled_from(["", "One-Year commitment for monthly billing"]),
    st.sampled_from([None, JUNE.start, JUNE.through]),
)
AWS = st.builds(lambda cost: charge("", str(cost), vendor="AWS", customer_key="1001", sku="m5"), COSTS)


def keyed(found: list[Charge]) -> list[Charge]:
    """Return the charges with keys of their own."""
    return [c._replace(key=f"c{number:02}") for number, c in enumerate(found)]


CHARGES = st.lists(st.one_of(USAGE, SEATS, AWS), max_size=12).map(keyed)
MONTHS = settings(max_examples=EXAMPLES)


@MONTHS
@given(CHARGES, BOOKS)
def test_the_amount_of_every_line_is_the_sum_of_its_parts(charges: list[Charge], sheets: Books) -> None:
    for line in rate(charges, sheets, MONTH).lines:
        assert sum((part.amount for part in line.parts), Fraction(0)) == Fraction(line.amount)
        assert line.amount == line.amount.quantize(Decimal("0.01"))


@MONTHS
@given(CHARGES, BOOKS)
def test_every_charge_that_is_billed_stands_behind_exactly_one_line(
    charges: list[Charge], sheets: Books
) -> None:
    month = rate(charges, sheets, MONTH)
    shown = Counter(c.key for line in month.lines for c in line.charges)
    due = {p.charge.key for p in month.placed if p.fate in {Fate.BILLED, Fate.CONTRACT}}
    assert shown == dict.fromkeys(due, 1)
    assert [p.charge.key for p in month.placed] == [c.key for c in charges]


@MONTHS
@given(st.data(), CHARGES, BOOKS)
def test_the_order_of_the_charges_changes_nothing(
    data: st.DataObject, charges: list[Charge], sheets: Books
) -> None:
    shuffled = data.draw(st.permutations(charges))
    one, other = rate(charges, sheets, MONTH), rate(shuffled, sheets, MONTH)
    assert one == other
    assert texts(one, sheets) == texts(other, sheets)


def texts(month: RatedMonth, sheets: Books) -> list[str]:
    return [to_text(document) for document in drafts(month.lines, sheets, invoicing(), MONTH).documents]


@MONTHS
@given(CHARGES, BOOKS)
def test_every_file_is_accounted_for_to_the_last_digit(charges: list[Charge], sheets: Books) -> None:
    month = rate(charges, sheets, MONTH)
    documents = drafts(month.lines, sheets, invoicing(), MONTH).documents
    imported: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for item in charges:
        imported[item.import_id, item.currency].append(item.billed_cost)
    files = [
        ImportTotals(name, "test", "Microsoft", f"{name}.csv", "", "", MONTH, 1, 1, "")
        for name in ("imp-1", "imp-2")
    ]
    sums = {key: total(costs) for key, costs in imported.items()}
    assert [p.difference for p in file_proofs(files, sums, month.placed, documents) if p.difference] == []


@MONTHS
@given(CHARGES, BOOKS)
def test_an_invoice_adds_up(charges: list[Charge], sheets: Books) -> None:
    month = rate(charges, sheets, MONTH)
    for document in drafts(month.lines, sheets, invoicing(), MONTH).documents:
        assert document.net == total(line.net for line in document.lines)
        assert document.net == total(vat.net for vat in document.vat_lines)
        assert document.vat == total(vat.vat for vat in document.vat_lines)
        assert document.total == document.net + document.vat


@MONTHS
@given(CHARGES, BOOKS)
def test_a_line_has_an_id_of_its_own(charges: list[Charge], sheets: Books) -> None:
    ids = Counter(line.line_id for line in rate(charges, sheets, MONTH).lines)
    assert [line for line, count in ids.items() if count > 1] == []


@MONTHS
@given(CHARGES)
def test_what_waits_in_to_do_is_what_is_parked(charges: list[Charge]) -> None:
    month = rate(charges, books(exchange_rates=RATES), MONTH)
    parked = [p for p in month.placed if p.fate is Fate.PARKED]
    assert total(p.charge.billed_cost for p in parked) == total(item.cost for item in month.open_items)
    assert {p.open_key for p in parked} == {item.key for item in month.open_items}


@MONTHS
@given(st.lists(SEATS, min_size=1, max_size=12).map(keyed))
def test_netting_seats_bills_what_each_charge_alone_would(charges: list[Charge]) -> None:
    monthly = [c._replace(term="") for c in charges]
    lines = rate(monthly, books(), MONTH).lines
    each = (
        Fraction(c.quantity or 0) * 31 * prorate(c.period, Method.CALENDAR_DAYS).share
        for c in monthly
        if c.period
    )
    alone = sum(each, Fraction(0))
    billed = sum((Fraction(line.amount) for line in lines), Fraction(0))
    assert abs(billed - alone) <= Fraction(len(lines), 200)


Shown = list[tuple[object, ...]]


def shown(month: RatedMonth) -> Shown:
    """Return what a customer sees of the lines, whatever files the charges came in."""
    return sorted(
        (
            line.customer,
            line.product,
            line.subscription,
            str(line.period),
            line.quantity,
            line.amount,
            line.cost,
        )
        for line in month.lines
    )


def pieces_of(item: Charge, cost: Decimal, quantity: int) -> list[Charge]:
    """Return a charge as two rows in two files, the second with what the first leaves."""
    held = item.quantity
    first = item._replace(
        import_id="part-1", billed_cost=cost, quantity=None if held is None else Decimal(quantity)
    )
    rest = item._replace(
        key=f"{item.key}-rest",
        import_id="part-2",
        billed_cost=total((item.billed_cost, cost.copy_negate())),
        quantity=None if held is None else held - quantity,
    )
    return [first, rest]


@MONTHS
@given(st.data(), CHARGES, BOOKS)
def test_one_file_split_into_many_changes_nothing(
    data: st.DataObject, charges: list[Charge], sheets: Books
) -> None:
    split = [
        piece
        for item in charges
        for piece in pieces_of(item, data.draw(COSTS), data.draw(st.integers(-9, 9)))
    ]
    assert shown(rate(split, sheets, MONTH)) == shown(rate(charges, sheets, MONTH))


@MONTHS
@given(CHARGES, BOOKS)
def test_a_row_of_nothing_changes_nothing(charges: list[Charge], sheets: Books) -> None:
    nothing = [
        c._replace(
            key=f"{c.key}-0", billed_cost=Decimal(0), quantity=None if c.quantity is None else Decimal(0)
        )
        for c in charges
    ]
    assert shown(rate([*charges, *nothing], sheets, MONTH)) == shown(rate(charges, sheets, MONTH))


SHEETS = (
    "customers", "accounts", "products", "sku_rules", "prices", "subscriptions", "exchange_rates",
)  # fmt: skip


@MONTHS
@given(st.data(), CHARGES, BOOKS)
def test_the_order_of_the_rows_of_a_sheet_changes_nothing(
    data: st.DataObject, charges: list[Charge], sheets: Books
) -> None:
    anew: dict[str, Any] = {name: data.draw(st.permutations(list(getattr(sheets, name)))) for name in SHEETS}
    assert rate(charges, replace(sheets, **anew), MONTH) == rate(charges, sheets, MONTH)


@MONTHS
@given(st.integers(0, 28), st.integers(1, 500))
def test_a_contract_that_changes_hands_within_the_month_costs_the_same(days: int, quantity: int) -> None:
    last = JUNE.start + timedelta(days)
    whole = contract(quantity=Decimal(quantity))
    parts = (replace(whole, through=last), replace(whole, subscription="K-2", start=last + timedelta(1)))
    one = rate([], books(subscriptions=(whole,)), MONTH).lines
    two = rate([], books(subscriptions=parts), MONTH).lines
    assert len(two) == 2
    assert abs(total(line.amount for line in two) - one[0].amount) <= Decimal("0.01")


@MONTHS
@given(
    st.sampled_from(["net_delta", "credit_and_charge", "full_reversal"]),
    st.lists(
        st.tuples(
            st.integers(0, 364), st.sampled_from(["add", "remove", "set", "cancel"]), st.integers(0, 4)
        ),
        max_size=4,
    ),
)
def test_a_contract_never_gets_back_more_than_was_billed(
    style: str, moves: list[tuple[int, str, int]]
) -> None:
    year = contract(billing="yearly", start=NEW_YEAR, quantity=Decimal(3))
    changes = [
        Change(number, "K-1", NEW_YEAR + timedelta(day), kind, Decimal(quantity))
        for number, (day, kind, quantity) in enumerate(moves, start=1)
    ]
    products = [replace(p, change_style=style) for p in PRODUCTS]
    sheets = books(subscriptions=(year,), changes=changes, products=products)
    assume(not overdrawn(year, changes))  # more given back than there was is a problem of its own
    billed = Decimal(0)
    for number in range(1, 13):
        billed += total(line.amount for line in rate([], sheets, f"2026-{number:02}").lines)
        assert billed >= 0, f"after month {number}"
