"""Changes of a contract: what is billed when, in which lines, and that every style comes to the same."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billow.contracts.subscriptions import Change
from billow.problems import Severity

from .contract_samples import change, rated, told
from .samples import contract, day, days, price, seats, tiers

JUNE, REST = "2026-06-01 through 2026-06-30", "2026-06-16 through 2026-06-30"
FIRST = "2026-06-01 through 2026-06-15"
YEAR, FROM_JUNE = "2026-01-01 through 2026-12-31", "2026-06-01 through 2026-12-31"
TO_MAY = "2026-01-01 through 2026-05-31"
ADD = change("6-16", "add", "1")
STYLES = ("net_delta", "credit_and_charge", "full_reversal")


@pytest.mark.parametrize(
    ("given_", "changes", "style", "lines"),
    [
        pytest.param(
            {}, [ADD], "net_delta", [f"1 x {FIRST} = 150.00", f"2 x {REST} = 300.00"], id="the stretches"
        ),
        pytest.param(
            {}, [ADD], "credit_and_charge",
            [f"1 x {JUNE} = 300.00", f"-1 x {REST} = -150.00", f"2 x {REST} = 300.00"],
            id="the month, its rest taken back, two for the rest",
        ),
        pytest.param(
            {}, [ADD], "full_reversal",
            [f"1 x {FIRST} = 150.00", f"-1 x {JUNE} = -300.00", f"1 x {JUNE} = 300.00",
             f"2 x {REST} = 300.00"],
            id="the month, all of it taken back, one and two for their days",
        ),
        pytest.param(
            {}, [change("6-16", "cancel")], "credit_and_charge",
            [f"1 x {JUNE} = 300.00", f"-1 x {REST} = -150.00"],
            id="a cancellation has nothing to charge",
        ),
        pytest.param(
            {}, [], "credit_and_charge", [f"1 x {JUNE} = 300.00"], id="without a change there is one line"
        ),
        pytest.param(
            {}, [change("6-01", "add", "1")], "full_reversal", [f"2 x {JUNE} = 600.00"],
            id="changed on the first day: the period begins with it",
        ),
        pytest.param(
            {"billing": "yearly"}, [change("6-01", "add", "1")], "net_delta",
            [f"1 x {FROM_JUNE} = 2100.00"],
            id="one more in a prepaid year: seven months of 300",
        ),
        pytest.param(
            {"billing": "yearly"}, [change("6-01", "add", "1")], "credit_and_charge",
            [f"-1 x {FROM_JUNE} = -2100.00", f"2 x {FROM_JUNE} = 4200.00"],
            id="one more in a prepaid year: seven months back, two for seven months",
        ),
        pytest.param(
            {"billing": "yearly"}, [change("6-01", "add", "1")], "full_reversal",
            [f"1 x {TO_MAY} = 1500.00", f"-1 x {YEAR} = -3600.00", f"2 x {FROM_JUNE} = 4200.00"],
            id="one more in a prepaid year: all of it back, five and seven months",
        ),
        pytest.param(
            {"billing": "yearly"}, [change("6-01", "cancel")], "net_delta",
            [f"-1 x {FROM_JUNE} = -2100.00"],
            id="cancelled in a prepaid year: seven months back",
        ),
        pytest.param(
            {"billing": "yearly"}, [change("5-01", "add", "1")], "net_delta", [],
            id="what May has settled is not settled again",
        ),
        pytest.param(
            {"billing": "yearly"}, [change("7-01", "add", "1")], "net_delta", [],
            id="what comes in July is not settled yet",
        ),
        pytest.param(
            {}, [change("5-16", "add", "1", reported=day("6-03"))], "net_delta",
            ["1 x 2026-05-16 through 2026-05-31 = 154.84", f"2 x {JUNE} = 600.00"],
            id="heard of in June: 16 of 31 days of May, 300 x 16/31 = 154.84, and two in June",
        ),
        pytest.param(
            {"start": day("5-16")}, [change("5-16", "start", "1", reported=day("6-03"))], "net_delta",
            ["1 x 2026-05-16 through 2026-05-31 = 154.84", f"1 x {JUNE} = 300.00"],
            id="a joiner heard of in June is billed for May too",
        ),
        pytest.param(
            {}, [change("6-16", "start", "4")], "net_delta", [f"4 x {REST} = 600.00"],
            id="started on the 16th, not before",
        ),
        pytest.param(
            {}, [change("6-16", "price", price=Decimal(100))], "net_delta",
            [f"1 x {FIRST} = 150.00", f"1 x {REST} = 50.00"],
            id="another price from the 16th",
        ),
        pytest.param(
            {}, [change("6-11", "pause"), change("6-21", "resume")], "net_delta",
            ["1 x 2026-06-01 through 2026-06-10 = 100.00", "1 x 2026-06-21 through 2026-06-30 = 100.00"],
            id="paused for ten days",
        ),
        pytest.param(
            {}, [change("5-11", "pause"), change("6-05", "add", "1"), change("6-16", "resume")], "net_delta",
            [f"2 x {REST} = 300.00"],
            id="what is added in a pause counts when it ends",
        ),
        pytest.param(
            {"trial_through": day("6-15")}, [], "net_delta",
            [f"1 x {FIRST} = 0.00", f"1 x {REST} = 150.00"],
            id="a trial costs nothing and is shown",
        ),
    ],
)  # fmt: skip
def test_a_change_is_billed(
    given_: dict[str, Any], changes: list[Change], style: str, lines: list[str]
) -> None:
    month = rated(contract(**given_), changes, change_style=style)
    assert told(month) == lines
    assert month.problems == ()


@pytest.mark.parametrize(
    ("given_", "changes", "month"),
    [
        pytest.param({}, [change("6-16", "remove", "2")], "2026-06", id="two of one"),
        pytest.param(
            {"billing": "yearly"}, [change("6-16", "remove", "2")], "2026-06", id="two of one, in a year"
        ),
        pytest.param(
            {}, [change("5-01", "add", "2", reported=day("7-05")), change("6-01", "remove", "3")], "2026-06",
            id="two given back of which nobody has heard yet that they were there",
        ),
        pytest.param({}, [change("6-16", "set", "-1")], "2026-06", id="set to fewer than none"),
        pytest.param({"quantity": Decimal(-1)}, [], "2026-06", id="begins with fewer than none"),
    ],
)  # fmt: skip
def test_fewer_seats_than_none_make_no_line_and_block(
    given_: dict[str, Any], changes: list[Change], month: str
) -> None:
    found = rated(contract(**given_), changes, month)
    assert found.lines == ()
    told_ = {(p.code, p.severity) for p in found.problems if p.code.startswith("CON")}
    assert len(told_) == 1
    assert told_ <= {("CON-004", Severity.BLOCK), ("CON-007", Severity.BLOCK)}


def test_a_start_that_is_not_heard_of_yet_takes_nothing_from_its_contract() -> None:
    rows = [change("5-01", "start", "5", reported=day("6-10")), change("5-15", "remove", "3")]
    month = rated(contract(quantity=Decimal(0)), rows)
    assert told(month)[-1] == f"2 x {JUNE} = 600.00"
    assert month.problems == ()


@pytest.mark.parametrize(
    ("style", "lines"),
    [
        pytest.param(
            "credit_and_charge",
            [f"1 x {JUNE} = 300.00",
             f"-1 x {REST} = -150.00", "2 x 2026-06-16 through 2026-06-20 = 100.00",
             "3 x 2026-06-21 through 2026-06-30 = 300.00"],
            id="what was billed, the credit, then the charges by their days",
        ),
        pytest.param(
            "full_reversal",
            [f"1 x {JUNE} = 300.00", f"-1 x {JUNE} = -300.00", f"1 x {FIRST} = 150.00",
             "2 x 2026-06-16 through 2026-06-20 = 100.00", "3 x 2026-06-21 through 2026-06-30 = 300.00"],
            id="what was billed, all of it back, then the charges by their days",
        ),
    ],
)  # fmt: skip
def test_the_lines_of_a_change_stand_in_the_order_of_its_days(style: str, lines: list[str]) -> None:
    month = rated(contract(), [ADD, change("6-21", "add", "1")], change_style=style)
    assert [f"{line.quantity:f} x {line.period} = {line.amount}" for line in month.lines] == lines


def test_each_credit_stands_before_the_charge_of_its_day() -> None:
    year = contract(billing="yearly", quantity=Decimal(5))
    early = [change("3-01", "add", "1")]
    late = [
        change("2-01", "remove", "1", reported=day("6-05")),
        change("5-01", "add", "1", reported=day("6-05")),
    ]
    month = rated(year, [*early, *late], change_style="credit_and_charge")
    starts = [(line.period.start.month, line.quantity > 0) for line in month.lines if line.period]
    assert starts == [(2, False), (2, True), (3, False), (3, True)]  # from May on it is what was billed


LEAST = price(
    "least", product="CARE", model="per_unit", value=Decimal(300), minimum=Decimal(1000), currency="EUR"
)


@pytest.mark.parametrize("style", STYLES)
def test_a_minimum_is_held_against_the_month_in_every_style(style: str) -> None:
    month = rated(contract(agreed_price=None), [ADD], prices=(LEAST,), change_style=style)
    assert sum(line.amount for line in month.lines) == Decimal("1000.00")


TEN_DAYS = "2026-06-01 through 2026-06-09"


@pytest.mark.parametrize(
    ("changes", "rules", "lines"),
    [
        pytest.param([ADD], {"on_increase": "period_end"}, [f"1 x {JUNE} = 300.00"], id="more: next period"),
        pytest.param(
            [change("6-16", "cancel")], {"on_decrease": "period_end"}, [f"1 x {JUNE} = 300.00"],
            id="cancelled: runs through the period",
        ),
        pytest.param(
            [change("6-01", "cancel")], {"on_decrease": "period_end"}, [],
            id="cancelled on the day on which the period begins",
        ),
        pytest.param(
            [change("5-16", "cancel")], {"on_decrease": "period_end"}, [], id="cancelled in the last one"
        ),
        pytest.param(
            [ADD], {"proration": "full_period"}, [f"2 x {JUNE} = 600.00"],
            id="a period that is touched counts in full, each seat once",
        ),
        pytest.param(
            [change("6-16", "cancel")], {"proration": "whole_months"}, [f"1 x {JUNE} = 300.00"],
            id="one removed as well",
        ),
        pytest.param(
            [change("6-10", "add", "2"), change("6-17", "remove", "2")], {"refund": "prorated"},
            [f"1 x {TEN_DAYS} = 90.00", "3 x 2026-06-10 through 2026-06-16 = 210.00",
             "1 x 2026-06-17 through 2026-06-30 = 140.00"],
            id="given back after seven days: billed for seven",
        ),
        pytest.param(
            [change("6-10", "add", "2"), change("6-18", "remove", "2")], {"refund": "prorated"},
            [f"1 x {TEN_DAYS} = 90.00", "3 x 2026-06-10 through 2026-06-30 = 630.00"],
            id="given back after eight days: billed through the period",
        ),
        pytest.param(
            [change("6-10", "add", "2"), change("6-12", "remove", "2")],
            {"refund": "full", "window_hours": 72}, [f"1 x {JUNE} = 300.00"],
            id="given back within 72 hours: never billed",
        ),
        pytest.param(
            [change("6-10", "add", "2"), change("6-14", "remove", "2")],
            {"refund": "full", "window_hours": 72},
            [f"1 x {TEN_DAYS} = 90.00", "3 x 2026-06-10 through 2026-06-30 = 630.00"],
            id="given back after 96 hours",
        ),
        pytest.param(
            [change("6-01", "add", "1"), change("6-12", "add", "1"), change("6-15", "remove", "2")],
            {"refund": "prorated"},
            ["2 x 2026-06-01 through 2026-06-11 = 220.00", "3 x 2026-06-12 through 2026-06-14 = 90.00",
             "2 x 2026-06-15 through 2026-06-30 = 320.00"],
            id="each seat has a window of its own, the last added goes first",
        ),
    ],
)  # fmt: skip
def test_the_product_says_when_a_change_counts(
    changes: list[Change], rules: dict[str, Any], lines: list[str]
) -> None:
    month = rated(contract(), changes, **rules)
    assert told(month) == lines
    assert month.problems == ()


def test_outside_the_window_a_term_is_billed_to_its_end() -> None:
    term = contract(term="P1Y", through=day("12-31"))
    rows = [change("3-01", "cancel")]
    assert told(rated(term, rows, refund="prorated")) == [f"1 x {JUNE} = 300.00"]
    assert told(rated(term, rows)) == []


OLD = price("old", product="CARE", model="per_unit", value=Decimal(200), valid_through=day("5-31"))
NEW = price("new", product="CARE", model="per_unit", value=Decimal(250), valid_from=day("6-01"))
BY_MONTH = replace(NEW, price_id="month", value=Decimal(290), term="P1M")
TERM = contract(agreed_price=None, currency="", start=day("2025-06-01"), through=day("5-31"), term="P1Y")


@pytest.mark.parametrize(
    ("at_term_end", "amounts"),
    [
        pytest.param("cancel", [], id="it ends"),
        pytest.param("renew", ["250.00"], id="it renews at the price of the day on which it renews"),
        pytest.param("extend", ["290.00"], id="it is extended at the price by the month"),
    ],
)
def test_a_term_ends_renews_or_is_extended(at_term_end: str, amounts: list[str]) -> None:
    month = rated(replace(TERM, at_term_end=at_term_end), prices=(OLD, NEW, BY_MONTH))
    assert [str(line.amount) for line in month.lines] == amounts
    assert month.problems == ()


def test_a_price_for_a_billing_plan_is_for_contracts_billed_so() -> None:
    yearly = replace(NEW, price_id="y", value=Decimal(2000), per="year", billing="yearly")
    year = contract(agreed_price=None, start=day("6-01"), billing="yearly")
    assert told(rated(year, prices=(NEW, yearly))) == ["1 x 2026-06-01 through 2027-05-31 = 2000.00"]
    assert told(rated(replace(year, billing="monthly"), prices=(NEW, yearly))) == [f"1 x {JUNE} = 250.00"]


def test_a_yearly_price_billed_by_the_month_is_a_twelfth() -> None:
    yearly = replace(NEW, value=Decimal(2400), per="year")
    assert told(rated(contract(agreed_price=None), prices=(yearly,))) == [f"1 x {JUNE} = 200.00"]


def test_the_vendors_cost_of_a_year_billed_in_advance_stays_with_the_contract() -> None:
    cost = seats("a", "1", days("6-01", "6-30"), "90.00", subscription_id="K-1")
    month = rated(contract(billing="yearly"), charges=[cost])
    assert [placed.fate.value for placed in month.placed] == ["contract"]
    assert (month.lines, month.problems, month.expectations) == ((), (), ())


def test_a_correction_is_expected_and_counted() -> None:
    month = rated(contract(billing="yearly"), [change("6-01", "add", "1")])
    assert [(e.expected, e.billed) for e in month.expectations] == [(1, 1)]


MONTHS = [f"{year}-{month:02}" for year in (2026, 2027) for month in range(1, 13)]
CHANGES = st.lists(
    st.builds(
        lambda after, kind, quantity, late: Change(
            after, "K-1", day("1-01") + timedelta(after), kind, Decimal(quantity),
            price=Decimal(quantity) * 7, reported=day("1-01") + timedelta(after + late),
        ),
        st.integers(0, 500),
        st.sampled_from(["add", "set", "cancel", "price", "pause", "resume", "start"]),
        st.integers(0, 5),
        st.integers(0, 60),
    ),
    max_size=4,
    unique_by=lambda row: row.number,
)  # fmt: skip
STEPS = price("s", product="CARE", model="graduated", tiers=tiers(("2", "33.33"), (None, "11.11")))


@settings(max_examples=40, deadline=None)
@given(
    changes=CHANGES,
    billing=st.sampled_from(["monthly", "quarterly", "yearly"]),
    in_arrears=st.booleans(),
    anchor=st.none() | st.integers(1, 31),
    refund=st.sampled_from(["", "prorated", "full"]),
    agreed=st.sampled_from([None, Decimal("33.33")]),
    method=st.sampled_from(["calendar_days", "anniversary_days", "fixed_30", "full_period", "annual_365"]),
)
def test_every_style_comes_to_the_same_and_no_credit_exceeds_what_was_billed(
    *,
    changes: list[Change],
    billing: str,
    in_arrears: bool,
    anchor: int | None,
    refund: str,
    agreed: Decimal | None,
    method: str,
) -> None:
    row = contract(
        billing=billing, in_arrears=in_arrears, anchor_day=anchor, agreed_price=agreed,
        quantity=Decimal(2),
    )  # fmt: skip
    totals = []
    for style in STYLES:
        months = [
            rated(row, changes, text, (STEPS,), change_style=style, refund=refund, proration=method)
            for text in MONTHS
        ]
        assert all(told(month) is not None for month in months)
        totals.append([sum(line.amount for line in month.lines) for month in months])
        running = [sum(totals[-1][: count + 1]) for count in range(len(MONTHS))]
        assert min(running) >= 0
    assert totals[0] == totals[1] == totals[2]
