"""Every charge gets one fate; what cannot be placed is parked, blocks, and waits for a decision."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.exchange import ExchangeRate
from billow.catalog.policy import ChargePolicy
from billow.catalog.products import SkuRule
from billow.charges import Category, Charge
from billow.contracts.customers import Account, owner
from billow.contracts.subscriptions import Change
from billow.problems import Severity
from billow.rating.books import Books, Decision
from billow.rating.placing import Fate
from billow.rating.rate import RatedMonth, rate

from .samples import ACCOUNTS, MONTH, PRICES, SKU_RULES, books, charge, codes, contract, day, fx, price, seats

JUNE_1 = day("6-01")
CREDIT = {"category": Category.CREDIT, "charge_type": "SppDiscount"}

TABLE = [
    pytest.param(charge(), {}, Fate.BILLED, "Prices row 7: product VM for everyone", id="known and priced"),
    pytest.param(charge(category=Category.TAX), {}, Fate.TAX, "the vendor's tax", id="the vendor's tax"),
    pytest.param(
        charge(category=Category.TAX, customer_key="?"), {}, Fate.TAX, "the vendor's tax", id="tax of anybody"
    ),
    pytest.param(charge(customer_key="A-0"), {}, Fate.OWN_USE, "our own account", id="our own account"),
    pytest.param(charge(customer_key="a-1"), {}, Fate.BILLED, "", id="an account in small letters"),
    pytest.param(charge(customer_key="A-7"), {}, Fate.PARKED, "unknown account", id="an unknown account"),
    pytest.param(charge(customer_key=""), {}, Fate.PARKED, "unknown account", id="no account in the report"),
    pytest.param(charge(vendor="Google"), {}, Fate.PARKED, "unknown account", id="another vendor's account"),
    pytest.param(charge(customer_key="A-9"), {}, Fate.PARKED, "customer is closed", id="a closed customer"),
    pytest.param(charge(sku="X"), {}, Fate.PARKED, "unknown product", id="an article without a rule"),
    pytest.param(charge(), {"prices": ()}, Fate.PARKED, "no price", id="a product without a price"),
    pytest.param(
        charge(is_unknown_type=True, charge_type="Rebate"), {}, Fate.PARKED, "unknown charge type",
        id="a charge type nobody knows",
    ),
    pytest.param(
        charge(is_unknown_type=True, charge_type="Rebate"),
        {"policies": (ChargePolicy("*", "rebate", "bill"),)},
        Fate.BILLED, "Prices", id="a charge type that the policy names is known",
    ),
    pytest.param(
        charge(**CREDIT), {}, Fate.KEPT, "keep: partner discounts and credits are kept",
        id="a partner discount is kept by default",
    ),
    pytest.param(
        charge(**CREDIT), {"policies": (ChargePolicy("*", "Credit", "bill"),)}, Fate.BILLED, "Prices",
        id="a credit is billed only when a row says so",
    ),
    pytest.param(
        charge(), {"policies": (ChargePolicy("*", "Usage", "absorb", "gift"),)}, Fate.KEPT, "absorb: gift",
        id="what we absorb is kept, with its reason",
    ),
    pytest.param(
        charge(), {"policies": (ChargePolicy("*", "Usage", "exclude", "test"),)}, Fate.EXCLUDED,
        "exclude: test", id="what a policy excludes",
    ),
    pytest.param(
        seats("s", "1", contract().active_in(charge().period), subscription_id="k-1"),  # type: ignore[arg-type]
        {"subscriptions": (contract(),)}, Fate.CONTRACT, "cost of contract K-1",
        id="a charge for a contract is its cost",
    ),
    pytest.param(
        charge(subscription_id="K-1"), {"subscriptions": (contract(through=day("5-31")),)}, Fate.PARKED,
        "contract not active", id="a charge for a contract that ended",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sheets", "fate", "why"), TABLE)
def test_every_charge_has_one_fate(given: Charge, sheets: dict[str, Any], fate: Fate, why: str) -> None:
    (placed,) = rate([given], books(**sheets), MONTH).placed
    assert placed.fate is fate
    assert placed.why.startswith(why)


def test_every_fate_is_in_the_table() -> None:
    assert {row.values[2] for row in TABLE} == set(Fate)


PARKED = [
    pytest.param(
        charge(customer_key="A-7", customer_name="Gamma"), {}, "RAT-001", "",
        "1 row (100 EUR) of Microsoft wait: unknown account, A-7 (Gamma).",
        "Add the account on sheet Accounts and say whose it is; or decide on sheet To do, with a reason.",
        id="an unknown account blocks the run",
    ),
    pytest.param(
        charge(customer_key="A-9"), {}, "RAT-001", "C-9",
        "1 row (100 EUR) of Microsoft wait: customer is closed, account A-9 of customer C-9.",
        "Set the customer's Status to active, or end the account with Valid through; or decide on sheet "
        "To do, with a reason.",
        id="a closed customer blocks itself",
    ),
    pytest.param(
        charge(sku="X-1", description="Thing"), {}, "RAT-001", "C-1",
        "1 row (100 EUR) of Microsoft wait: unknown product, X-1 (Thing).",
        'Add a row on sheet SKU rules for "X-1" of Microsoft; or decide on sheet To do, with a reason.',
        id="an unknown product blocks its customer",
    ),
    pytest.param(
        charge(is_unknown_type=True, charge_type="Rebate"), {}, "RAT-001", "",
        'not decided: 1 row (100 EUR) of Microsoft wait: unknown charge type, charge type "Rebate".',
        'Add "Rebate" on sheet Charge policy: bill, keep, absorb or exclude; or decide on sheet To do, with '
        "a reason.",
        id="an unknown charge type blocks the run",
    ),
    pytest.param(
        charge(subscription_id="K-1"), {"subscriptions": (contract(status="ended"),)}, "RAT-001", "C-1",
        "1 row (100 EUR) of Microsoft wait: contract not active, subscription K-1 is charged by Microsoft.",
        "Term through or Status on sheet Subscriptions, or Billed by to vendor; or decide on sheet To do",
        id="a contract that ended blocks its customer",
    ),
    pytest.param(
        charge(subscription_id="K-1"),
        {"subscriptions": (contract(),), "changes": (Change(1, "K-1", day("5-16"), "cancel"),)},
        "RAT-001", "C-1",
        "1 row (100 EUR) of Microsoft wait: contract not active, subscription K-1 is charged by Microsoft.",
        "Billed by to vendor; or decide on sheet To do, with a reason.",
        id="a contract cancelled by a change has no line to show the charge",
    ),
    pytest.param(
        charge(subscription_id="K-1"), {"subscriptions": (contract(customer="C-2", status="paused"),)},
        "RAT-001", "C-1",
        "1 row (100 EUR) of Microsoft wait: contract of another customer, subscription K-1 is charged by "
        "Microsoft.",
        "Change Customer",
        id="a contract of another customer",
    ),
    pytest.param(
        charge(category=Category.CREDIT, cost="-5", quantity=Decimal(10), charge_type="Cycle discount"),
        {
            "policies": (ChargePolicy("*", "Credit", "bill"),),
            "prices": (price("a", model="per_unit", value=Decimal(30)),),
        },
        "PRC-006", "C-1",
        '"Virtual machine" of customer C-1 is a credit without seats or units, but its price is per_unit.',
        "Set the charge type to keep on sheet Charge policy, or use a price on cost.",
        id="a credit never counts as ten more seats",
    ),
    pytest.param(
        charge(), {"prices": ()}, "PRC-001", "C-1",
        "There is no price for product VM (customer C-1) on 2026-06-01.",
        "Add a row on sheet Prices for product VM, its family, its vendor, or for all.",
        id="a missing price is told once, by its own code",
    ),
    pytest.param(
        charge(), {"prices": (price("a"), price("b"))}, "PRC-003", "C-1",
        "Two prices for product VM (customer C-1) are equally specific: rows 7 and 7.",
        "Make one of them more specific, or end one with Valid through before the other begins.",
        id="two equal prices block the customer",
    ),
    pytest.param(
        charge(), {"prices": (price("a", valid_from=day("7-01")),)}, "PRC-002", "C-1",
        "The prices for product VM (customer C-1) leave a gap on 2026-06-01.",
        "Change Valid from or Valid through so that 2026-06-01 is covered, or add a row for that day.",
        id="a gap blocks the customer",
    ),
    pytest.param(
        charge(), {"prices": (price("a", model="percent_off_list"),)}, "PRC-004", "C-1",
        '"Virtual machine" of customer C-1 has a cost of 100 EUR but no list amount to start from.',
        "Give the product a price of another model or base on sheet Prices.",
        id="no list amount to take a percentage off",
    ),
    pytest.param(
        charge(list_cost=Decimal(0)), {"prices": (price("a", base="list"),)}, "PRC-004", "C-1",
        '"Virtual machine" of customer C-1 has a cost of 100 EUR but no list amount to start from.',
        "Give the product a price of another model or base on sheet Prices.",
        id="a list amount of 0 with a cost would give it away",
    ),
    pytest.param(
        charge(), {"prices": (price("a", base="effective"),)}, "PRC-004", "C-1",
        '"Virtual machine" of customer C-1 has a cost of 100 EUR but no effective amount to start from.',
        "Give the product a price of another model or base on sheet Prices.",
        id="no effective cost in the report",
    ),
    pytest.param(
        charge(), {"prices": (price("a", model="margin", value=Decimal(100)),)}, "PRC-004", "C-1",
        '"Virtual machine" of customer C-1 has a margin of 100 %, and no price has that.',
        "Enter a margin below 100 on sheet Prices, or use markup.",
        id="a margin of 100 % has no price",
    ),
    pytest.param(
        charge(), {"prices": (price("a", model="per_unit", per="unit"),)}, "PRC-005", "C-1",
        'The report gives no quantity for "Virtual machine" of customer C-1, so a price per unit cannot be '
        "used.",
        "Use markup, margin, pass_through or flat for this product on sheet Prices.",
        id="a price per unit without a quantity",
    ),
    pytest.param(
        charge(quantity=Decimal(5)), {"prices": (price("a", model="per_unit"),)}, "PRC-006", "C-1",
        '"Virtual machine" of customer C-1 is pay-per-use, but its price is per month.',
        "Set column Per to unit on sheet Prices, or use a price on cost.",
        id="a price per month for pay-per-use",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sheets", "code", "customer", "sentence", "hint"), PARKED)
def test_what_is_parked_says_what_to_do(
    given: Charge, sheets: dict[str, Any], code: str, customer: str, sentence: str, hint: str
) -> None:
    month = rate([given], books(**sheets), MONTH)
    (problem,) = (p for p in month.problems if p.code != "RAT-003")
    assert (problem.code, problem.severity, problem.customer) == (code, Severity.BLOCK, customer)
    assert problem.sentence == sentence.removeprefix("not decided: ")
    assert hint in problem.hint
    assert [placed.fate for placed in month.placed] == [Fate.PARKED]
    assert month.lines == ()


def test_an_article_that_is_two_products_names_both() -> None:
    twice = (*SKU_RULES, SkuRule("Microsoft", "prefix", "VM", "E5"))
    month = rate([charge()], books(sku_rules=twice), MONTH)
    tied = next(p for p in month.problems if p.code == "PRD-001")
    assert tied.sentence == 'The article "VM-1" of Microsoft is more than one product: E5, VM.'
    assert (tied.hint, tied.customer) == ("Leave one of the rows on sheet SKU rules.", "C-1")
    assert month.placed[0].fate is Fate.PARKED


def test_two_rules_for_the_same_product_are_no_tie() -> None:
    twice = (*SKU_RULES, SkuRule("Microsoft", "prefix", "VM", "VM"))
    assert rate([charge()], books(sku_rules=twice), MONTH).problems == ()


def test_like_charges_wait_in_one_row_and_currencies_apart() -> None:
    lost = {"customer_key": "A-7"}
    charges = [
        charge("a", "10", **lost),
        charge("b", "5", rows=3, **lost),
        charge("c", "7", currency="USD", **lost),
    ]
    items = rate(charges, books(), MONTH).open_items
    assert sorted(f"{i.rows} rows {i.cost} {i.currency}" for i in items) == ["1 rows 7 USD", "4 rows 15 EUR"]


def decided(
    decision: str,
    reason: str = "agreed with Ada",
    by: str = "",
    *,
    lost: Charge | None = None,
    rates: Sequence[ExchangeRate] = (),
) -> RatedMonth:
    """Return the month of an unknown account after a decision on sheet To do."""
    waits = lost or charge(customer_key="A-7")
    (item,) = rate([waits], books(), MONTH).open_items
    made = (Decision(item.key, decision, reason, by),)
    return rate([waits], books(decisions=made, exchange_rates=rates), MONTH)


@pytest.mark.parametrize(
    ("decision", "fate"),
    [
        pytest.param("postpone", Fate.PARKED, id="postponed rows stay parked and return next month"),
        pytest.param("exclude", Fate.EXCLUDED, id="excluded rows are out"),
        pytest.param("own use", Fate.OWN_USE, id="our own use"),
    ],
)
def test_a_decision_with_a_reason_settles_what_waits(decision: str, fate: Fate) -> None:
    month = decided(decision)
    assert (month.placed[0].fate, month.placed[0].why) == (fate, f"{decision}: agreed with Ada")
    assert month.open_items[0].settled
    assert month.problems == ()


def test_a_blank_decision_decides_nothing() -> None:
    assert codes(decided("").problems) == ["RAT-001"]


def test_a_decision_without_a_reason_is_told() -> None:
    (problem,) = decided("postpone", reason="  ").problems
    assert (problem.code, problem.sentence) == ("RAT-005", '"postpone" for A-7 has no reason.')
    assert (problem.place.column, problem.hint) == ("Reason", "Write why in column Reason on sheet To do.")


@pytest.mark.parametrize(
    ("cost", "decision", "by", "expected"),
    [
        pytest.param("500.00", "exclude", "", [], id="up to the limit nobody signs"),
        pytest.param("500.01", "exclude", "", ["RAT-004"], id="a cent above it somebody has to"),
        pytest.param("500.01", "exclude", "Ada", [], id="and did"),
        pytest.param("-500.01", "exclude", "", ["RAT-004"], id="a credit counts by its size"),
        pytest.param("500.01", "own use", "", ["RAT-004"], id="own use is signed for too"),
        pytest.param("500.01", "postpone", "", [], id="what is postponed returns and needs no name"),
    ],
)
def test_a_large_exclusion_needs_a_second_person(
    cost: str, decision: str, by: str, expected: list[str]
) -> None:
    assert codes(decided(decision, by=by, lost=charge(cost=cost, customer_key="A-7")).problems) == expected


def test_the_limit_is_in_the_currency_of_the_books() -> None:
    rates = (fx("USD", "EUR", "0.8"),)
    small, large = (charge(cost=c, currency="USD", customer_key="A-7") for c in ("600.00", "700.00"))
    assert decided("exclude", lost=small, rates=rates).problems == ()
    (problem,) = decided("exclude", lost=large, rates=rates).problems
    assert problem.sentence == (
        "700 USD (A-7) is excluded, above the limit of 500 EUR, and nobody signed for it."
    )
    assert (problem.code, problem.hint) == ("RAT-004", "A second person fills in Decided by on sheet To do.")


def test_a_missing_price_that_is_postponed_no_longer_blocks() -> None:
    without = books(prices=PRICES[1:])
    (item,) = rate([charge()], without, MONTH).open_items
    settled = replace(without, decisions=(Decision(item.key, "postpone", "price follows"),))
    month = rate([charge()], settled, MONTH)
    assert (month.problems, month.placed[0].fate) == ((), Fate.PARKED)


@pytest.mark.parametrize(
    ("on", "customer"),
    [
        pytest.param("5-31", "C-1", id="the last day of the first customer"),
        pytest.param("6-01", "C-2", id="the first day of the next"),
        pytest.param("7-01", None, id="nobody's any more"),
    ],
)
def test_an_account_belongs_to_one_customer_on_a_day(on: str, customer: str | None) -> None:
    accounts = (
        Account("Microsoft", "T", "C-1", valid_through=day("5-31")),
        Account("Microsoft", "T", "C-2", valid_from=JUNE_1, valid_through=day("6-30")),
    )
    found = owner(accounts, "Microsoft", "t", day(on))
    assert (found.customer if found else None) == customer


def test_a_charge_goes_to_whoever_had_the_account_on_its_first_day() -> None:
    moved = (
        *ACCOUNTS,
        Account("Microsoft", "T", "C-1", valid_through=day("6-15")),
        Account("Microsoft", "T", "C-2", valid_from=day("6-16")),
    )
    sheets: Books = books(accounts=moved)
    months = rate([charge(customer_key="T"), charge("c2", customer_key="T", period=None)], sheets, MONTH)
    assert [placed.customer for placed in months.placed] == ["C-1", "C-1"]
