"""An account that an inventory no longer has at all is gone, if the inventory has most of the others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.commands.order_list import OrderList
from billow.contracts.customers import Account
from billow.contracts.orders import GONE, Order
from billow.rating.orders import SUBSCRIPTIONS, proposals
from billow.vendors.orders import OrderFile
from tests.core.samples import ACCOUNTS, MONTH, books, contract, day
from tests.orders.test_proposing import LINES

MAY, JUNE, JULY = date(2026, 5, 20), date(2026, 6, 20), date(2026, 7, 20)


def inventory(accounts: str, seen: date, vendor: str = "Microsoft", *, kind: str = "active") -> OrderFile:
    """An inventory with one subscription for each letter, S-a of account a and so on."""
    rows = [
        Order(vendor, account, f"S-{account}", kind, date(2026, 1, 1), Decimal(10), sku="E5", seen=seen)
        for account in accounts
    ]
    return OrderFile("stock.csv", "inventory", vendor, tuple(rows))


def gone_after(files: Sequence[OrderFile]) -> str:
    """Return the accounts that are gone after these were read."""
    listed = OrderList()
    for file in files:
        listed = listed.with_file(file)
    return "".join(sorted(order.account for order in listed.orders if order.kind == GONE))


# a sentence; the inventories in the order of reading; who is gone
READ = [
    ("the same accounts again", [inventory("abc", MAY), inventory("abc", JUNE)], ""),
    ("one of three is missing", [inventory("abc", MAY), inventory("ab", JUNE)], "c"),
    ("half of them are missing", [inventory("abcd", MAY), inventory("ab", JUNE)], "cd"),
    ("one more than half is missing: it is a part", [inventory("abc", MAY), inventory("a", JUNE)], ""),
    ("a file for each customer says nothing of another",
     [inventory("a", MAY), inventory("b", MAY), inventory("a", JUNE)], ""),
    ("other accounts altogether", [inventory("ab", MAY), inventory("cd", JUNE)], ""),
    ("another vendor's", [inventory("abc", MAY), inventory("ab", JUNE, "Reseller")], ""),
    ("an empty one says nothing", [inventory("abc", MAY), inventory("", JUNE)], ""),
    ("an older one that is read later says nothing", [inventory("abc", JUNE), inventory("ab", MAY)], ""),
    ("whom only an older one has is gone by now", [inventory("ab", JUNE), inventory("abc", MAY)], "c"),
    ("unless the newer one is a part of it", [inventory("a", JUNE), inventory("abc", MAY)], ""),
    ("an older one brings nobody back",
     [inventory("ab", JUNE), inventory("a", JULY), inventory("ab", MAY)], "b"),
    ("read on the same day it counts", [inventory("abc", JUNE), inventory("ab", JUNE)], "c"),
    ("who comes back is there", [inventory("abc", MAY), inventory("ab", JUNE), inventory("abc", JULY)], ""),
    ("who is gone stays gone", [inventory("abc", MAY), inventory("ab", JUNE), inventory("ab", JULY)], "c"),
    ("a part in between changes nothing for the others",
     [inventory("abcde", MAY), inventory("a", JUNE), inventory("abcd", JULY)], "e"),
    ("what had ended is not asked for again",
     [inventory("ab", MAY), replace(inventory("ab", MAY, kind="ended")), inventory("a", JUNE)], ""),
]  # fmt: skip


@pytest.mark.parametrize(("files", "wanted"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_who_is_gone(files: list[OrderFile], wanted: str) -> None:
    assert gone_after(files) == wanted


def test_a_subscription_that_moved_to_another_account_is_not_gone() -> None:
    newer = inventory("ab", JUNE)
    moved = replace(newer.rows[0], subscription="S-c")
    assert gone_after([inventory("abc", MAY), replace(newer, rows=(*newer.rows, moved))]) == ""


def test_who_is_gone_keeps_the_day_on_which_it_was_seen_first() -> None:
    listed = OrderList()
    for file in (inventory("ab", MAY), inventory("a", JUNE), inventory("a", JULY)):
        listed = listed.with_file(file)
    assert [order.seen for order in listed.orders if order.kind == GONE] == [JUNE]


def seen_of(files: Sequence[OrderFile]) -> set[tuple[str, str, Decimal | None, object]]:
    """Return account, kind, seats and day of what the list holds after these were read."""
    listed = OrderList()
    for file in files:
        listed = listed.with_file(file)
    return {(order.account, order.kind, order.quantity, order.seen) for order in listed.orders}


def test_an_older_inventory_changes_no_account_that_a_newer_one_has() -> None:
    newer = inventory("ab", JUNE)
    rows = [replace(row, quantity=Decimal(99)) for row in inventory("abcde", MAY).rows]
    late = seen_of([newer, replace(newer, rows=tuple(rows))])
    assert {row for row in late if row[0] in "ab"} == {
        ("a", "active", Decimal(10), JUNE), ("b", "active", Decimal(10), JUNE)
    }  # fmt: skip
    assert {row for row in late if row[0] in "cde"} == {(name, "active", Decimal(99), MAY) for name in "cde"}


_SOME = st.sets(st.sampled_from("abcde"), min_size=1).map(lambda found: "".join(sorted(found)))


@given(_SOME, _SOME)
def test_two_inventories_say_the_same_in_whatever_order_they_are_read(older: str, newer: str) -> None:
    files = [inventory(older, MAY), inventory(newer, JUNE)]
    assert seen_of(files) == seen_of(files[::-1])


@given(st.permutations([inventory("abc", MAY), inventory("abcd", JUNE), inventory("abd", JULY)]))
def test_three_months_of_one_vendor_say_the_same_in_whatever_order(files: list[OrderFile]) -> None:
    assert seen_of(files) == {
        *((name, "active", Decimal(10), JULY) for name in "abd"), ("c", GONE, Decimal(10), JULY)
    }  # fmt: skip


SEATS = contract("S-1", product="E5", quantity=Decimal(10))
STATE = Order("Microsoft", "A-1", "S-1", GONE, None, Decimal(10), sku="E5", seen=JUNE)


def test_the_end_of_a_contract_is_proposed_and_says_why() -> None:
    (found,) = proposals([STATE], books(subscriptions=[SEATS]), MONTH, {})
    assert found.item.what == "S-1: cancel from 2026-06-20; account A-1 is in the inventory no longer"
    assert found.item.proposal == (
        "Ask first whether the customer left Microsoft. Choose accept: it is written on sheet Changes"
    )
    assert (found.values["Kind"], found.values["Effective"]) == ("cancel", JUNE)


def test_what_the_vendors_lines_bill_ends_too() -> None:
    (found,) = proposals([STATE], books(subscriptions=[LINES]), MONTH, {})
    assert (found.table, found.values["Term through"]) == (SUBSCRIPTIONS, date(2026, 6, 19))
    assert found.item.what.startswith("S-1 ends before 2026-06-20; account A-1")


def test_what_has_ended_or_is_on_no_sheet_asks_for_nothing() -> None:
    ended = replace(LINES, through=day("5-31"), at_term_end="cancel")
    assert proposals([STATE], books(subscriptions=[ended]), MONTH, {}) == []
    assert proposals([STATE], books(), MONTH, {}) == []


def test_where_another_account_of_the_customer_is_shown_it_is_asked_once() -> None:
    accounts = (*ACCOUNTS, Account("Microsoft", "A-9", "C-1", confirmed_by="ada"))
    shown = replace(STATE, account="A-9", subscription="S-9", kind="active", when=day("1-01"))
    other = contract("S-9", product="E5", quantity=Decimal(10))
    found = proposals([STATE, shown], books(subscriptions=[SEATS, other], accounts=accounts), MONTH, {})
    assert [proposal.item.what for proposal in found] == [
        "S-1: cancel from 2026-06-20; account A-1 is in the inventory no longer"
    ]
