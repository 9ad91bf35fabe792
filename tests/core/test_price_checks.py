"""Ties, gaps and ends in the prices are told before any charge asks for one."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.catalog.price_checks import price_problems
from billow.catalog.prices import Price, PriceQuery, choose
from billow.catalog.products import Product
from billow.problems import Place, Problem, Severity

from .samples import day, price

FAMILY = {"applies_to": "family", "product": "M365"}
PRODUCTS = (Product("E5", "Office E5", vendor="Microsoft", family="M365"),)


def e5(row: int, first: str = "", through: str = "", **given: Any) -> Price:
    """Return a price of product E5 that stands in ``row``, valid on the days from first through last."""
    plain: dict[str, Any] = {
        "product": "E5",
        "valid_from": day(first) if first else None,
        "valid_through": day(through) if through else None,
        "place": Place(sheet="Prices", row=row),
    }
    return price(f"row {row}", **{**plain, **given})


def told(*prices: Price, used: dict[str, date | None] | None = None) -> list[Problem]:
    return list(price_problems(prices, PRODUCTS, used))


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([e5(2, "", "6-30"), e5(3, "7-01")], id="one row follows the other"),
        pytest.param([e5(2), e5(3, scope="customer", who="C-1")], id="a customer's own price"),
        pytest.param([e5(2), e5(3, plan="gold")], id="a price of a plan"),
        pytest.param([e5(2), e5(3, term="P1Y")], id="a price of one term beside the general one"),
        pytest.param([e5(2, term="P1M"), e5(3, term="P1Y")], id="prices of two terms"),
        pytest.param(
            [e5(2, term="P1Y", billing="monthly"), e5(3, term="P1Y", billing="yearly")],
            id="two billing plans",
        ),
        pytest.param([e5(2, segment="Education"), e5(3, segment="Charity")], id="two segments"),
        pytest.param([e5(2, market="NL"), e5(3, market="DE")], id="two countries"),
        pytest.param([e5(2), e5(3, product="E3")], id="another product"),
        pytest.param([e5(2), e5(3, **FAMILY)], id="the family of the product"),
        pytest.param(
            [e5(2, scope="customer", who="C-1"), e5(3, scope="customer", who="C-2")], id="two customers"
        ),
        pytest.param([e5(2, "1-01", "3-31"), e5(3, "4-01", "4-01"), e5(4, "4-02")], id="a price of one day"),
    ],
)
def test_prices_that_get_along_are_not_told(rows: list[Price]) -> None:
    assert told(*rows) == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        pytest.param(
            [e5(2), e5(3)],
            "Two prices of product E5 for everyone are equally specific always: rows 2 and 3.",
            id="both open",
        ),
        pytest.param(
            [e5(2, "1-01", "6-30"), e5(3, "6-30")],
            "Two prices of product E5 for everyone are equally specific from 2026-06-30 through 2026-06-30: "
            "rows 2 and 3.",
            id="both hold on one day",
        ),
        pytest.param(
            [e5(2, "1-01"), e5(3, "7-01", product="e5")],
            "Two prices of product E5 for everyone are equally specific from 2026-07-01: rows 2 and 3.",
            id="the earlier one was not ended; case makes no difference",
        ),
        pytest.param(
            [e5(2, term="P1Y"), e5(3, billing="monthly")],
            "Two prices of product E5 for everyone (P1Y) are equally specific always: rows 2 and 3.",
            id="a yearly term billed monthly is both",
        ),
        pytest.param(
            [e5(2, segment="Education"), e5(3, market="NL")],
            "Two prices of product E5 for everyone (Education) are equally specific always: rows 2 and 3.",
            id="a school in the Netherlands is both",
        ),
        pytest.param(
            [e5(2, applies_to="all"), e5(3, applies_to="all", product="")],
            "Two prices of all for everyone are equally specific always: rows 2 and 3.",
            id="two prices for all, whatever stands in Product",
        ),
    ],
)
def test_a_tie_is_told_with_both_rows(rows: list[Price], sentence: str) -> None:
    (problem,) = told(*rows)
    assert (problem.code, problem.sentence) == ("PRC-011", sentence)
    assert (problem.severity, problem.place) == (
        Severity.BLOCK,
        Place(sheet="Prices", row=3, column="Valid from"),
    )


def test_a_tie_for_one_customer_holds_up_that_customer_only() -> None:
    own = {"scope": "customer", "who": "C-1"}
    (problem,) = told(e5(2, **own), e5(3, **own))
    assert problem.customer == "C-1"


@pytest.mark.parametrize(
    ("rows", "between"),
    [
        pytest.param(
            [e5(2, "", "6-30"), e5(3, "7-02")], ["from 2026-07-01 through 2026-07-01: between rows 2 and 3"],
            id="one day",
        ),
        pytest.param(
            [e5(4, "9-01"), e5(2, "", "3-31"), e5(3, "5-01", "6-30")],
            [
                "from 2026-04-01 through 2026-04-30: between rows 2 and 3",
                "from 2026-07-01 through 2026-08-31: between rows 3 and 4",
            ],
            id="two gaps, rows in any order",
        ),
    ],
)  # fmt: skip
def test_a_gap_is_a_note_that_names_the_days_and_both_rows(rows: list[Price], between: list[str]) -> None:
    found = told(*rows)
    assert [(p.code, p.severity) for p in found] == [("PRC-012", Severity.NOTE)] * len(between)
    assert [p.sentence.removeprefix("The prices of product E5 for everyone leave a gap ") for p in found] == [
        f"{text}." for text in between
    ]


@pytest.mark.parametrize(
    ("rows", "used", "codes"),
    [
        pytest.param([e5(2, "", "6-30")], {"E5": None}, ["PRC-013"], id="used without end"),
        pytest.param([e5(2, "", "6-30")], {"E5": day("7-01")}, ["PRC-013"], id="used one day longer"),
        pytest.param([e5(2, "", "6-30")], {"E5": day("6-30")}, [], id="used through the same day"),
        pytest.param([e5(2, "", "6-30")], {"E3": None}, [], id="not used"),
        pytest.param([e5(2, "", "6-30"), e5(3, **FAMILY)], {"E5": None}, [], id="its family has one"),
        pytest.param(
            [e5(2, "", "6-30"), e5(3, "8-01", **FAMILY)], {"E5": None}, ["PRC-013"],
            id="the family's price comes too late",
        ),
        pytest.param(
            [e5(2, "", "6-30", scope="customer", who="C-1"), e5(3)], {"E5": None}, [],
            id="a customer's price ends and everyone's holds",
        ),
        pytest.param([e5(2, "", "6-30", **FAMILY)], {"E5": None}, [], id="a family is no product"),
    ],
)  # fmt: skip
def test_an_end_is_told_where_the_product_is_still_used(
    rows: list[Price], used: dict[str, date | None], codes: list[str]
) -> None:
    assert [problem.code for problem in told(*rows, used=used)] == codes


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 20))
LIMITS = st.sampled_from([("", ""), ("P1Y", ""), ("", "monthly"), ("P1Y", "monthly")])


@given(st.lists(st.tuples(st.none() | DAYS, st.none() | DAYS, LIMITS), max_size=5), DAYS)
def test_what_the_checks_let_through_never_ties_when_asked(
    rows: list[tuple[date | None, date | None, tuple[str, str]]], asked: date
) -> None:
    prices = [
        e5(number, valid_from=first, valid_through=through, term=term, billing=billing)
        for number, (first, through, (term, billing)) in enumerate(rows, start=2)
    ]
    choice = choose(prices, PriceQuery(day=asked, product="E5", term="P1Y", billing="monthly"))
    tied = choice.problem is not None and choice.problem.code == "PRC-003"
    assert not tied or "PRC-011" in {problem.code for problem in told(*prices)}
