"""Orders and inventories ask for what the sheets do not say, once, on the customer's day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.products import Product, SkuRule
from billow.contracts.orders import Order
from billow.contracts.subscriptions import Change, Subscription
from billow.problems import Place, Severity
from billow.rating.books import Books, Decision
from billow.rating.orders import Proposal, order_problems, proposals
from tests.core.samples import ACCOUNTS, CUSTOMERS, MONTH, PRODUCTS, SKU_RULES, books, contract, day

NIGHT = datetime(2026, 6, 15, 22, 30, tzinfo=UTC)
SEATS = contract("S-1", product="E5", quantity=Decimal(10), place=Place("", "Subscriptions", 5))
LINES = Subscription("S-1", "C-1", "E5", "vendor", day("1-01"), place=Place("", "Subscriptions", 5))
SHARED = (*SKU_RULES, SkuRule("Reseller", "sku", "E5", "E5"))


def order(kind: str = "start", **given: Any) -> Order:
    """Return order O-1 of Microsoft: 4 seats of E5 for A-1 of customer C-1, in the night of 15 June."""
    plain = Order("Microsoft", "A-1", "S-1", kind, NIGHT, Decimal(4), "O-1", "E5")
    return replace(plain, **given)


def state(quantity: str = "10", kind: str = "active", **given: Any) -> Order:
    """Return S-1 as an inventory of 20 June shows it."""
    made = {"quantity": Decimal(quantity), "order": "", "when": day("1-01"), "seen": day("6-20")}
    return order(kind, **{**made, **given})


def changed(kind: str, quantity: str | None, effective: str, **given: Any) -> Change:
    amount = None if quantity is None else Decimal(quantity)
    return Change(1, "S-1", day(effective), kind, amount, **given)


def with_zone(zone: str, **given: Any) -> Books:
    return books(customers=[replace(c, time_zone=zone) for c in CUSTOMERS], **given)


def asked(orders: Sequence[Order], with_books: Books, refused: Sequence[str] = ()) -> list[Proposal]:
    return proposals(orders, with_books, MONTH, dict.fromkeys(refused, "no"))


def shown(found: Sequence[Proposal]) -> list[str]:
    return [proposal.item.what for proposal in found]


@pytest.mark.parametrize(
    ("orders", "given", "expected"),
    [
        pytest.param([order()], books(), ["S-1: 4 x E5 from 2026-06-15"], id="no zone: UTC's day"),
        pytest.param(
            [order()], with_zone("Europe/Amsterdam"), ["S-1: 4 x E5 from 2026-06-16"],
            id="the customer's day is the next one",
        ),
        pytest.param(
            [order()], books(time_zone="Asia/Tokyo"), ["S-1: 4 x E5 from 2026-06-16"],
            id="the setting holds where the customer has no zone",
        ),
        pytest.param(
            [order(when=day("6-15"))], with_zone("Asia/Tokyo"), ["S-1: 4 x E5 from 2026-06-15"],
            id="a day without a time is that day everywhere",
        ),
        pytest.param([order(), order()], books(), ["S-1: 4 x E5 from 2026-06-15"], id="one order told twice"),
        pytest.param([order()], books(subscriptions=[SEATS]), [], id="a subscription that stands there"),
        pytest.param(
            [order(), order("add", order="O-2")], books(),
            ["S-1: 4 x E5 from 2026-06-15", "add of S-1 on 2026-06-15, whose start is not accepted yet"],
            id="a change waits for its start",
        ),
        pytest.param(
            [order("add")], books(),
            ["add of subscription S-1, which is on no sheet"], id="a change of nothing we know",
        ),
        pytest.param(
            [order("add")], books(subscriptions=[SEATS]), ["S-1: add 4 from 2026-06-15"], id="seats are added"
        ),
        pytest.param(
            [order("cancel", quantity=None)], books(subscriptions=[SEATS]), ["S-1: cancel from 2026-06-15"],
            id="a contract is cancelled",
        ),
        pytest.param(
            [order("add")], books(subscriptions=[SEATS], changes=[changed("add", "4", "6-01", order="O-1")]),
            [], id="the order stands there by its number, on a day that was corrected",
        ),
        pytest.param(
            [order("add", order="")], books(subscriptions=[SEATS], changes=[changed("add", "4", "6-15")]),
            [], id="without a number it stands there by what it says",
        ),
        pytest.param(
            [order("add", order="O-2")],
            books(subscriptions=[SEATS], changes=[changed("add", "4", "6-15", order="O-1")]),
            ["S-1: add 4 from 2026-06-15"], id="another order of the same seats on the same day",
        ),
        pytest.param(
            [order("add")], books(subscriptions=[replace(SEATS, order="O-1")]), [],
            id="the order began the subscription",
        ),
        pytest.param(
            [order("add")], books(subscriptions=[LINES]), [], id="the vendor's lines bill more seats"
        ),
        pytest.param(
            [order("cancel")], books(subscriptions=[LINES]), ["S-1 ends before 2026-06-15"],
            id="what the vendor's lines bill ends on its own row",
        ),
        pytest.param(
            [order("cancel")], books(subscriptions=[replace(LINES, through=day("6-10"))]), [],
            id="what ended before has nothing to end",
        ),
        pytest.param(
            [order(account="A-7", customer_name="Zeta")], books(),
            ["subscription S-1 of account A-7 (Zeta)"], id="an account that is nobody's",
        ),
        pytest.param([order(sku="X")], books(), ["subscription S-1 of X"], id="an article without a product"),
        pytest.param([order(account="A-0")], books(), [], id="our own use asks for nothing"),
    ],
)  # fmt: skip
def test_an_order_asks_for_what_the_sheets_do_not_say(
    orders: Sequence[Order], given: Books, expected: list[str]
) -> None:
    assert shown(asked(orders, given)) == expected


@pytest.mark.parametrize(
    ("states", "given", "expected"),
    [
        pytest.param([state()], books(subscriptions=[SEATS]), [], id="the sheets say the same"),
        pytest.param(
            [state("12")], books(subscriptions=[SEATS]), ["S-1: add 2 from 2026-06-20"], id="seats more"
        ),
        pytest.param(
            [state("7")], books(subscriptions=[SEATS]), ["S-1: remove 3 from 2026-06-20"], id="seats fewer"
        ),
        pytest.param(
            [state("12")], books(subscriptions=[SEATS], changes=[changed("add", "2", "6-20")]), [],
            id="the change was accepted",
        ),
        pytest.param(
            [state("10")], books(subscriptions=[SEATS], changes=[changed("add", "5", "6-25")]), [],
            id="what changed after the list was made is no difference",
        ),
        pytest.param([state("4")], books(), ["S-1: 4 x E5 from 2026-01-01"], id="a subscription nobody knew"),
        pytest.param(
            [state("4"), order(quantity=Decimal(4))], books(), ["S-1: 4 x E5 from 2026-06-15"],
            id="the order says better than the list when it began",
        ),
        pytest.param([state(kind="ended")], books(), [], id="what ended and nobody knew"),
        pytest.param(
            [state(kind="ended", when=None)], books(subscriptions=[SEATS]), ["S-1: cancel from 2026-06-20"],
            id="it ended, the list does not say when",
        ),
        pytest.param(
            [state(kind="ended", when=day("6-18"))], books(subscriptions=[SEATS]),
            ["S-1: cancel from 2026-06-18"], id="it ended, and the list says when",
        ),
        pytest.param(
            [state(subscription="S-2", quantity="1")], books(subscriptions=[SEATS]),
            ["S-2: 1 x E5 from 2026-01-01", "S-1: cancel from 2026-06-20"], id="one is new and one vanished",
        ),
        pytest.param(
            [state(subscription="S-2", account="A-2")], books(subscriptions=[SEATS]),
            ["S-2: 10 x E5 from 2026-01-01"], id="the list of another customer says nothing of ours",
        ),
        pytest.param(
            [state(subscription="S-2", sku="VM1")], books(subscriptions=[contract("K-1")]),
            ["S-2: 10 x VM from 2026-01-01"], id="a service of our own is on no vendor's list",
        ),
        pytest.param(
            [state(subscription="S-2", vendor="Reseller", sku="E5", account="R-1")],
            books(
                subscriptions=[SEATS], sku_rules=SHARED,
                accounts=(*ACCOUNTS, replace(ACCOUNTS[0], vendor="Reseller", account="R-1")),
            ),
            ["S-2: 10 x E5 from 2026-01-01"], id="a product of two vendors vanishes only from its own",
        ),
        pytest.param(
            [state(subscription="S-2", account="A-7")], books(),
            ["subscription S-2 of account A-7"], id="an account that is nobody's",
        ),
    ],
)  # fmt: skip
def test_an_inventory_asks_for_the_difference(
    states: Sequence[Order], given: Books, expected: list[str]
) -> None:
    assert shown(asked(states, given)) == expected


def test_a_start_is_a_whole_row_of_the_sheet() -> None:
    (found,) = asked([order(term="P1Y", billing="Annual", description="Office E5")], books())
    assert (found.table, found.values) == (
        "tblSubscriptions",
        {
            "Subscription": "S-1", "Customer": "C-1", "Product": "E5", "Billed by": "vendor", "Term": "P1Y",
            "Start": date(2026, 6, 15), "Quantity": Decimal(4), "Note": "Office E5", "Order": "O-1",
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("billed_by", "others", "expected"),
    [
        pytest.param("", [], ("vendor", None), id="the vendor's lines, if nothing says otherwise"),
        pytest.param("", [contract("S-9", product="E5")], ("contract", "yearly"), id="as the others of it"),
        pytest.param("contract", [], ("contract", "yearly"), id="as the format says"),
    ],
)
def test_how_a_new_subscription_is_billed(
    billed_by: str, others: list[Subscription], expected: tuple[str, str | None]
) -> None:
    (found,) = asked([order(billed_by=billed_by, billing="Annual")], books(subscriptions=others))
    assert (found.values["Billed by"], found.values.get("Billing")) == expected


def test_a_bundle_of_rules_that_tie_leaves_the_product_open() -> None:
    twice = (*SKU_RULES, SkuRule("Microsoft", "sku", "e5", "VM"))
    (found,) = asked([order()], books(sku_rules=twice, products=(*PRODUCTS, Product("X", "X"))))
    assert (found.item.kind, found.table) == ("order that cannot be placed", "")


def test_what_was_excluded_is_never_asked_again_and_what_is_postponed_only_next_month() -> None:
    (found,) = asked([order()], books())
    assert asked([order()], books(), [found.mark]) == []
    later = books(decisions=[Decision(found.item.key, "postpone", "The customer is asked")])
    (postponed,) = asked([order()], later)
    assert order_problems([postponed], later, MONTH) == []
    (next_month,) = proposals([order()], later, "2026-07", {})
    assert [problem.code for problem in order_problems([next_month], later, "2026-07")] == ["RAT-020"]


@pytest.mark.parametrize(
    ("when", "severity"),
    [
        pytest.param(day("6-30"), Severity.BLOCK, id="what begins in the month holds it up"),
        pytest.param(day("7-01"), Severity.NOTE, id="what begins later is only told"),
    ],
)
def test_what_is_not_accepted_holds_up_the_customer_from_its_month_on(when: date, severity: Severity) -> None:
    found = asked([order(when=when)], books())
    (problem,) = order_problems(found, books(), MONTH)
    assert (problem.code, problem.severity, problem.customer) == ("RAT-020", severity, "C-1")
    assert problem.sentence == f"S-1: 4 x E5 from {when} waits on sheet To do: order of Microsoft."
    assert problem.hint.startswith("Choose accept: it is written on sheet Subscriptions;")


def test_a_decision_of_another_kind_is_told() -> None:
    (found,) = asked([order()], books())
    wrong = books(decisions=[Decision(found.item.key, "waive", "Whatever")])
    assert [p.code for p in order_problems(asked([order()], wrong), wrong, MONTH)] == ["RAT-020", "RAT-006"]
