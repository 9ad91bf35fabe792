"""What is billed by users and by own usage: priced like all else, the vendor's charges only its cost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.products import Product, SkuRule
from billow.charges import Charge
from billow.contracts.own_usage import OwnUsage
from billow.contracts.subscriptions import Subscription
from billow.invoicing.draft import drafts
from billow.invoicing.explanation import explaining
from billow.periods import Period
from billow.problems import Place, Severity
from billow.rating.books import Books, Decision
from billow.rating.line import RatedLine
from billow.rating.placing import Fate
from billow.rating.rate import RatedMonth, rate
from billow.users.named import NamedUser

from .samples import (
    ACCOUNTS,
    CUSTOMERS,
    JUNE,
    MONTH,
    PRODUCTS,
    books,
    charge,
    codes,
    contract,
    day,
    days,
    fx,
    invoicing,
    price,
    seats,
    tiers,
)

DESK = Product("DESK", "Workplace", {"nl": "Werkplek"}, unit="user")
HOURS = Product("HOURS", "Engineer", unit="hour")
SEAT = price("desk", product="DESK", model="per_unit", value=Decimal(30), place=Place(sheet="Prices", row=8))
RATE = price("hours", product="HOURS", model="per_unit", value=Decimal(90), per="unit")


def user(key: str, first: str = "1-01", through: str = "", **given: Any) -> NamedUser:
    """Return a user of C-1's workplaces, who is still there if no last day is said."""
    period = days(first, through) if through else Period(day(first), date.max)
    plain = NamedUser("C-1", "DESK", key, period, place=Place(sheet="Users", row=5))
    return replace(plain, **given)


def by_users(name: str = "U-1", **given: Any) -> Subscription:
    """Return a subscription of C-1 that is billed by users at the price of the sheet."""
    plain = contract(name, product="DESK", billed_by="users", agreed_price=None, currency="")
    return replace(plain, **given)


def used(number: int, quantity: str, first: str = "6-03", through: str = "", **given: Any) -> OwnUsage:
    """Return hours of C-1 on one day of June."""
    period = days(first, through or first)
    place = Place(sheet="Own usage", row=number + 4)
    return replace(OwnUsage(number, "C-1", "HOURS", period, Decimal(quantity), place=place), **given)


def month(*charges: Charge, **given: Any) -> RatedMonth:
    """Rate June with workplaces and hours on the price list."""
    return rate(charges, shelf(**given), MONTH)


def shelf(**given: Any) -> Books:
    plain: dict[str, Any] = {"products": (*PRODUCTS, DESK, HOURS), "prices": (SEAT, RATE)}
    return books(**plain | given)


def told(lines: tuple[RatedLine, ...]) -> list[str]:
    return [f"{line.quantity:f} x {line.period} = {line.amount}" for line in lines]


WHOLE = "2026-06-01 through 2026-06-30"

# --- users


USERS = [
    pytest.param("days", [f"1 x {WHOLE} = 30.00"], [user("ada")], id="one user"),
    pytest.param(
        "days",
        ["1 x 2026-06-01 through 2026-06-13 = 13.00", "2 x 2026-06-14 through 2026-06-30 = 34.00"],
        [user("ada"), user("bob", "6-14")], id="by days the one from the 14th pays 17 of 30",
    ),
    pytest.param("average", [f"1.566667 x {WHOLE} = 47.00"], [user("ada"), user("bob", "6-14")],
                 id="on average 47 user days of 30 come to the same"),
    pytest.param("peak", [f"2 x {WHOLE} = 60.00"], [user("ada"), user("bob", "6-14", "6-14")],
                 id="at peak one day is enough"),
    pytest.param("month_end", [f"1 x {WHOLE} = 30.00"], [user("ada"), user("bob", "6-14", "6-29")],
                 id="at the end who left the day before is free"),
    pytest.param("month_start", [f"1 x {WHOLE} = 30.00"], [user("ada"), user("bob", "6-02")],
                 id="on the first who joins on the second is free"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "lines", "who"), USERS)
def test_users_are_billed_as_they_are_counted(rule: str, lines: list[str], who: list[NamedUser]) -> None:
    sold = (*PRODUCTS, replace(DESK, users_counted=rule))
    found = month(products=sold, users=who, subscriptions=(by_users(),))
    assert told(found.lines) == lines
    assert found.problems == ()
    assert {(line.driver, line.subscription) for line in found.lines} == {("users", "U-1")}
    assert all(sum(part.amount for part in line.parts) == line.amount for line in found.lines)


PRICES = [
    pytest.param({"included": Decimal(2)}, "0.00", "30.00", id="two are included, the third is paid"),
    pytest.param({"minimum_quantity": Decimal(5)}, "150.00", "150.00", id="five seats at least"),
    pytest.param({"value": Decimal(0), "model": "volume", "tiers": tiers(("2", "30"), (None, "25"))},
                 "60.00", "75.00", id="the tier is that of all users"),
    pytest.param({"minimum": Decimal(100)}, "100.00", "100.00", id="a hundred a month at least"),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "two", "three"), PRICES)
def test_seats_that_are_included_and_minimums_come_from_the_price(
    terms: dict[str, Any], two: str, three: str
) -> None:
    cost = {"prices": (replace(SEAT, **terms),), "subscriptions": (by_users(),)}
    pair = [user("ada"), user("bob")]
    assert [str(line.amount) for line in month(users=pair, **cost).lines] == [two]
    assert [str(line.amount) for line in month(users=[*pair, user("cor")], **cost).lines] == [three]


def test_a_subscription_from_the_16th_bills_its_users_from_there() -> None:
    found = month(users=[user("ada")], subscriptions=(by_users(start=day("6-16"), agreed_price=Decimal(20)),))
    assert told(found.lines) == ["1 x 2026-06-16 through 2026-06-30 = 10.00"]


def test_users_of_what_was_billed_elsewhere_count_from_the_day_after() -> None:
    found = month(users=[user("ada")], subscriptions=(by_users(billed_until=day("6-20")),))
    assert told(found.lines) == ["1 x 2026-06-21 through 2026-06-30 = 10.00"]


def test_a_tier_over_the_customer_counts_the_seats_of_the_vendor_too() -> None:
    steps = tiers(("10", "30"), (None, "20"))
    one = replace(SEAT, model="volume", tiers=steps, counted_over="customer", applies_to="all", product="")
    licences = seats("a", "9", JUNE, "90.00")
    found = month(licences, prices=(one,), users=[user("ada"), user("bob")], subscriptions=(by_users(),))
    # eleven in all: each costs 20
    assert [(line.driver, str(line.amount)) for line in found.lines] == [
        ("vendor", "180.00"),
        ("users", "40.00"),
    ]


# --- what the vendor charges for them


def office(key: str = "v", cost: str = "25.00", **given: Any) -> Charge:
    """Return the vendor's charge for two seats of what we bill by users."""
    return seats(key, "2", JUNE, cost, sku="DESK-1", **given)


RULES = (SkuRule("Microsoft", "sku", "DESK-1", "DESK"),)
COST_ONLY = [
    pytest.param("U-1", by_users(), id="the vendor's subscription is the one that is billed by users"),
    pytest.param("S-77", by_users(), id="the vendor's product is billed by users"),
    pytest.param("u-1", by_users(), id="its id is written in small letters"),
]


@pytest.mark.parametrize(("vendors", "subscription"), COST_ONLY)
def test_what_the_vendor_charges_for_users_is_only_their_cost(
    vendors: str, subscription: Subscription
) -> None:
    charges = [office(subscription_id=vendors), office("w", "5.50", subscription_id=vendors)]
    found = month(*charges, users=[user("ada"), user("bob")], subscriptions=(subscription,), sku_rules=RULES)
    assert [(str(line.amount), str(line.cost)) for line in found.lines] == [("60.00", "30.50")]
    assert [(item.fate, item.why) for item in found.placed] == [
        (Fate.CONTRACT, "cost of U-1, which is billed by its users")
    ] * 2
    assert found.line_of()["v"] == found.line_of()["w"] == found.lines[0].line_id
    assert found.problems == ()


def test_a_subscription_with_a_row_of_its_own_is_billed_as_that_says() -> None:
    vendors = replace(by_users("S-77"), billed_by="vendor")
    cost = {"subscriptions": (by_users(), vendors), "sku_rules": RULES, "users": [user("ada")]}
    found = month(office(subscription_id="S-77"), **cost)
    assert [(line.driver, str(line.amount)) for line in found.lines] == [
        ("vendor", "60.00"),
        ("users", "30.00"),
    ]
    assert found.problems == ()


def test_a_cost_in_another_currency_needs_its_rate() -> None:
    cost = {"users": [user("ada")], "subscriptions": (by_users(),), "sku_rules": RULES}
    dollars = office(currency="USD")
    assert codes(month(dollars, **cost).problems) == ["FX-001", "RAT-003"]
    found = month(dollars, exchange_rates=(fx("USD", "EUR", "0.90"),), **cost)
    assert [str(line.cost) for line in found.lines] == ["22.50"]


WAITS = "1 row (25 EUR) of Microsoft wait: nothing counted, subscription U-1, which is billed by its users."
FILL_IN = "Fill in sheet Users and the price, or change Billed by on sheet Subscriptions"


def test_without_a_user_the_vendors_charge_waits_and_a_line_is_missed() -> None:
    found = month(office(subscription_id="U-1"), subscriptions=(by_users(),), sku_rules=RULES)
    assert found.lines == ()
    assert [(item.fate, item.customer) for item in found.placed] == [(Fate.PARKED, "C-1")]
    assert [(p.code, p.sentence, p.hint) for p in found.problems] == [
        (
            "RAT-001",
            WAITS,
            f"{FILL_IN}; or decide on sheet To do, with a reason.",
        ),
        (
            "RAT-003",
            "Subscription U-1 of customer C-1 has no line in 2026-06.",
            "Fill in sheet Users, end it on its sheet, or choose waive with a reason.",
        ),
    ]
    assert [(row.expected, row.billed, row.missing) for row in found.expectations] == [(1, 0, 1)]
    key = next(item.key for item in found.open_items if item.kind == "missing line")
    waived = month(subscriptions=(by_users(),), decisions=(Decision(key, "waive", "all on leave"),))
    assert waived.problems == ()


# --- own usage


USAGE = [
    pytest.param([used(1, "3.5")], {}, ["3.5 x 2026-06-03 through 2026-06-03 = 315.00"], id="hours of a day"),
    pytest.param(
        [used(1, "3.5"), used(2, "1.25", "6-30")], {}, ["4.75 x 2026-06-03 through 2026-06-30 = 427.50"],
        id="hours of a month are one line",
    ),
    pytest.param(
        [used(1, "2"), used(2, "1", text="Firewall moved")], {},
        ["1 x 2026-06-03 through 2026-06-03 = 90.00", "2 x 2026-06-03 through 2026-06-03 = 180.00"],
        id="words of its own make a line of its own",
    ),
    pytest.param([used(1, "2", "5-30", "6-02")], {}, ["2 x 2026-05-30 through 2026-06-02 = 180.00"],
                 id="the last day decides the month"),
    pytest.param([used(1, "2", "6-30", "7-01")], {}, [], id="ended in July it is July's"),
    pytest.param([used(1, "2", "5-30", month=MONTH)], {}, ["2 x 2026-05-30 through 2026-05-30 = 180.00"],
                 id="unless the row names its month"),
    pytest.param([used(1, "-2")], {}, ["-2 x 2026-06-03 through 2026-06-03 = -180.00"],
                 id="hours taken back"),
    pytest.param([used(1, "0")], {}, ["0 x 2026-06-03 through 2026-06-03 = 0.00"], id="none, but said"),
    pytest.param(
        [used(1, "12")], {"included": Decimal(10)}, ["12 x 2026-06-03 through 2026-06-03 = 180.00"],
        id="ten are included",
    ),
    pytest.param(
        [used(1, "11"), used(2, "10", "6-04")],
        {"model": "package", "package_size": Decimal(10), "value": Decimal(50)},
        ["21 x 2026-06-03 through 2026-06-04 = 150.00"], id="started packages of the month count in full",
    ),
    pytest.param(
        [used(1, "12")], {"model": "graduated", "tiers": tiers(("10", "90"), (None, "80"))},
        ["12 x 2026-06-03 through 2026-06-03 = 1060.00"], id="ten at 90, two at 80",
    ),
    pytest.param(
        [used(1, "2", "6-01", "6-30"), used(2, "1", "6-16", "6-30")], {"per": "month"},
        ["2 x 2026-06-01 through 2026-06-15 = 90.00", "3 x 2026-06-16 through 2026-06-30 = 135.00"],
        id="at a price per month they are pieces that were there for days",
    ),
    pytest.param(
        [used(1, "2", unit_cost=Decimal("40.25"))], {"model": "markup", "value": Decimal(10)},
        ["1 x 2026-06-03 through 2026-06-03 = 88.55"], id="a tenth on top of what it cost us",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "terms", "lines"), USAGE)
def test_own_usage_is_billed_at_the_price_of_its_product(
    rows: list[OwnUsage], terms: dict[str, Any], lines: list[str]
) -> None:
    found = month(own_usage=rows, prices=(replace(RATE, **terms),))
    assert sorted(told(found.lines)) == lines
    assert found.problems == ()
    assert {line.driver for line in found.lines} <= {"own_usage"}
    assert all(sum(part.amount for part in line.parts) == line.amount for line in found.lines)


def test_the_cost_of_own_usage_is_shown_beside_its_amount() -> None:
    found = month(own_usage=[used(1, "2", unit_cost=Decimal("40.25")), used(2, "1")])
    assert [(str(line.amount), str(line.cost)) for line in found.lines] == [("270.00", "80.50")]


def test_the_cost_of_own_usage_is_in_the_currency_of_the_books() -> None:
    pounds = replace(CUSTOMERS[0], currency="GBP")
    rates = (fx("EUR", "GBP", "0.80"),)
    found = month(
        own_usage=[used(1, "2", unit_cost=Decimal(40))], customers=(pounds,), exchange_rates=rates,
        prices=(replace(RATE, currency="GBP"),),
    )  # fmt: skip
    assert [(line.currency, str(line.amount), str(line.cost)) for line in found.lines] == [
        ("GBP", "180.00", "64.00")
    ]


def test_own_usage_has_a_subscription_and_its_agreed_price_is_per_unit() -> None:
    agreed = by_users("H-1", product="HOURS", billed_by="own_usage", agreed_price=Decimal(75), currency="EUR")
    for named in ("", "h-1"):
        found = month(own_usage=[used(1, "2", subscription=named)], subscriptions=(agreed,))
        assert [(line.subscription, str(line.amount)) for line in found.lines] == [("H-1", "150.00")]
        assert [(row.expected, row.billed) for row in found.expectations] == [(2, 2)]
        assert found.problems == ()


def test_a_subscription_without_own_usage_misses_its_line() -> None:
    found = month(subscriptions=(by_users("H-1", product="HOURS", billed_by="own_usage"),))
    assert [(p.code, p.hint) for p in found.problems] == [
        ("RAT-003", "Fill in sheet Own usage, end it on its sheet, or choose waive with a reason.")
    ]


def test_the_vendors_charge_for_own_usage_is_only_its_cost() -> None:
    own = by_users("H-1", product="HOURS", billed_by="own_usage")
    rules = (SkuRule("Microsoft", "sku", "VM-1", "HOURS"),)
    found = month(charge(cost="50.00"), own_usage=[used(1, "2")], subscriptions=(own,), sku_rules=rules)
    assert [(str(line.amount), str(line.cost)) for line in found.lines] == [("180.00", "50.00")]
    assert [item.fate for item in found.placed] == [Fate.CONTRACT]


# --- what is told


CARE = contract("K-1", product="HOURS")
LONG_AGO = by_users("H-1", product="HOURS", billed_by="own_usage", through=day("5-31"))
TWO = ("H-1", "H-2")
TOLD = [
    pytest.param(
        {"subscriptions": (by_users(), by_users("u-1", billed_by="contract")), "users": [user("ada")]},
        "DRV-001", "Subscription u-1 of customer C-1 is billed twice for 2026-06-01 through 2026-06-30: by "
        "its users and by its contract.", "Billed by", id="one subscription in two rows with two drivers",
    ),
    pytest.param(
        {"subscriptions": (by_users(through=day("6-20")), by_users("U-2", start=day("6-16"))),
         "users": [user("ada")]},
        "DRV-001", "The users of product DESK of customer C-1 are billed twice for 2026-06-16 through "
        "2026-06-20: by subscriptions U-1 and U-2.", "Billed by",
        id="users of one product in two subscriptions",
    ),
    pytest.param(
        {"subscriptions": (CARE,), "own_usage": [used(1, "2", subscription="K-1")]},
        "DRV-001", "Own usage no 1 would bill subscription K-1 of customer C-1 a second time for 2026-06-03 "
        "through 2026-06-03: it is billed by its contract.", "Subscription", id="usage of a contract",
    ),
    pytest.param(
        {"users": [user("ada", name="Ada Byron")]},
        "DRV-002", "Customer C-1 has users of product DESK, among them ada (Ada Byron), but no subscription "
        "runs for it.", "Product", id="users whom nothing bills",
    ),
    pytest.param(
        {"users": [user("ada")], "subscriptions": (contract("K-1", product="DESK"),)},
        "DRV-002", "Customer C-1 has users of product DESK, among them ada, but its subscription is "
        "billed by its contract.", "Product", id="users of what a contract bills",
    ),
    pytest.param(
        {"own_usage": [used(1, "2", customer="C-9")]},
        "DRV-003", "Own usage no 1 is of customer C-9, which is not active.", "Customer",
        id="a closed customer",
    ),
    pytest.param(
        {"own_usage": [used(1, "2", subscription="U-1")], "subscriptions": (by_users(),),
         "users": [user("ada")]},
        "DRV-003", "Own usage no 1 names subscription U-1, which is not one of customer C-1 for product "
        "HOURS.", "Subscription", id="a subscription to something else",
    ),
    pytest.param(
        {"own_usage": [used(1, "2", subscription="H-1")], "subscriptions": (LONG_AGO,)},
        "DRV-003", "Own usage no 1 names subscription H-1, which does not run for 2026-06-03 through "
        "2026-06-03.", "Subscription", id="a subscription that has ended",
    ),
    pytest.param(
        {"own_usage": [used(1, "2")],
         "subscriptions": tuple(replace(LONG_AGO, subscription=name, through=None) for name in TWO)},
        "DRV-003", "Own usage no 1 could belong to subscriptions H-1 and H-2 of customer C-1.",
        "Subscription", id="a choice of two subscriptions",
    ),
    pytest.param(
        {"users": [user("ada")], "subscriptions": (by_users(),),
         "prices": (replace(SEAT, model="percent_off_list"),)},
        "PRC-007", "Contract U-1 of customer C-1 has no vendor's cost to start from, but its price is "
        "percent_off_list.", "", id="users at a price on list",
    ),
    pytest.param(
        {"own_usage": [used(1, "2")], "prices": ()},
        "PRC-001", "There is no price for product HOURS (customer C-1) on 2026-06-03.", "", id="no price",
    ),
    pytest.param(
        {"own_usage": [used(1, "2")], "prices": (replace(RATE, model="markup", value=Decimal(10)),)},
        "PRC-004", "Own usage no 1 of customer C-1 has no unit cost to start from, but its price is markup.",
        "Unit cost", id="a price on cost without one",
    ),
    pytest.param(
        {"own_usage": [used(1, "2")], "prices": (replace(RATE, model="bundle", bundle="SUITE"),)},
        "PRC-009", "Own usage no 1 of customer C-1 is of a product that is sold in bundle SUITE.", "Product",
        id="a part of a bundle",
    ),
    pytest.param(
        {"own_usage": [used(1, "-2")], "prices": (replace(RATE, model="package", package_size=Decimal(10)),)},
        "PRC-008", "Customer C-1 has a net quantity of -2 at a package price, which has no price below zero.",
        "Model", id="fewer than none at a package price",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "code", "sentence", "column"), TOLD)
def test_what_cannot_be_billed_is_told(given: dict[str, Any], code: str, sentence: str, column: str) -> None:
    problem = next(p for p in month(**given).problems if p.code == code)
    assert problem.sentence == sentence
    assert problem.severity is Severity.BLOCK
    assert problem.place.column == column
    assert problem.hint


def test_a_row_that_cannot_be_billed_is_missed_in_the_proof() -> None:
    found = month(own_usage=[used(1, "2"), used(2, "1", subscription="H-9")])
    assert [(row.customer, row.expected, row.billed, row.missing) for row in found.expectations] == [
        ("C-1", 2, 1, 1)
    ]
    assert sorted(codes(found.problems)) == ["DRV-003", "RAT-003"]


def test_users_after_the_end_of_the_month_and_those_taken_out_need_no_subscription() -> None:
    assert month(users=[user("ada", "7-01"), user("svc", counts=False)]).problems == ()


# --- the other currency, the schedule, the words


def test_what_a_schedule_cannot_move_is_told_with_its_driver() -> None:
    found = month(users=[user("ada")], subscriptions=(by_users(in_arrears=True),))
    assert [(p.code, p.sentence) for p in found.problems] == [
        ("CON-006", "Advance/arrears of U-1 has no effect: it is billed by its users.")
    ]


def test_the_explanation_names_the_rows_that_were_counted() -> None:
    shelves = shelf(
        users=[user("ada"), user("bob", "6-14", place=Place(sheet="Users", row=6))],
        subscriptions=(by_users(place=Place(sheet="Subscriptions", row=9)),),
        own_usage=[used(1, "2"), used(2, "1", "6-20")],
        accounts=ACCOUNTS,
    )
    found = rate((), shelves, MONTH)
    made = drafts(found.lines, shelves, invoicing(), MONTH, explaining(found, shelves)).documents
    said = {line.product: [step.text for step in line.explanation] for line in made[0].lines}
    assert said["DESK"][:3] == [
        "Subscriptions row 9: product DESK",
        "Users rows 5, 6: 2 counted by days",
        "Prices row 8: product DESK for everyone",
    ]
    assert said["HOURS"][0] == "Own usage rows 5, 6: product HOURS"


def test_names_of_users_stay_off_the_invoice() -> None:
    shelves = shelf(users=[user("ada@alpha.example", name="Ada Byron")], subscriptions=(by_users(),))
    found = rate((), shelves, MONTH)
    made = drafts(found.lines, shelves, invoicing(), MONTH, explaining(found, shelves)).documents
    assert "ada" not in repr(made).casefold()
