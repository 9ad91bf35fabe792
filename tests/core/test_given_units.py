"""Buy X, get Y: a discount on so many units for each full step of units that are bought."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.periods import Period
from billow.rating.discounting import discounted
from billow.rating.given_units import given_units
from billow.rating.granting import Granting
from billow.rating.line import RatedLine

from .samples import JUNE, MONTH, days
from .test_discounts import line, off, sheets, taken

FIRST, REST = days("6-01", "6-15"), days("6-16", "6-30")


def mail(name: str, units: str, amount: str, stretch: Period = JUNE) -> RatedLine:
    return line(name, amount, "EC2", quantity=Decimal(units), period=stretch)


def bought(units: str) -> RatedLine:
    return line("e5", "200.00", "E5", quantity=Decimal(units))


BUY_TEN_GET_TWO = off(
    "B", "50", applies_to="product", what="EC2", condition="quantity", at_least=Decimal(10),
    counted_of="E5", units_given=Decimal(2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([bought("9"), mail("y", "5", "50.00")], ["50.00"], id="nine are not ten"),
        pytest.param([bought("10"), mail("y", "5", "50.00")], ["40.00"], id="two of five: 50 % of 20"),
        pytest.param([bought("19"), mail("y", "5", "50.00")], ["40.00"], id="19 are ten once"),
        pytest.param([bought("20"), mail("y", "5", "50.00")], ["30.00"], id="four of five: 50 % of 40"),
        pytest.param([bought("30"), mail("y", "5", "50.00")], ["25.00"], id="six, but there are five"),
        pytest.param([bought("10"), mail("y", "2", "20.00")], ["10.00"], id="exactly two"),
        pytest.param([bought("10"), mail("y", "0.5", "5.00")], ["2.50"], id="half a unit is all of it"),
        pytest.param(
            [bought("10"), mail("y", "3", "30.00"), mail("z", "5", "100.00")],
            ["26.25", "87.50"],
            id="two of eight over two lines: 50 % of a quarter of each",
        ),
        pytest.param(
            [bought("10"), mail("y", "2", "10.00", FIRST), mail("z", "4", "20.00", REST)],
            ["5.00", "15.00"],
            id="two of two before the change, two of four after it",
        ),
    ],
)
def test_buy_some_and_get_others(lines: list[RatedLine], expected: list[str]) -> None:
    assert taken(lines, BUY_TEN_GET_TWO) == ["200.00", *expected]


def test_units_given_are_told_in_the_step() -> None:
    found, _ = discounted([bought("10"), mail("y", "5", "50.00")], sheets(BUY_TEN_GET_TWO), MONTH)
    assert [part.text for part in found[1].parts] == ["base", "50 % discount B on 2 of 5 units"]


def test_units_given_of_the_product_that_is_bought_count_as_bought() -> None:
    same = replace(BUY_TEN_GET_TWO, what="E5", counted_of="")
    assert taken([bought("20")], same) == ["180.00"]  # four of twenty at half the price: 200 - 20


@given(
    st.lists(st.tuples(st.integers(1, 29), st.integers(1, 30), st.integers(1, 50)), min_size=1, max_size=5),
    st.integers(0, 60),
)
def test_no_day_has_more_units_discounted_than_were_earned(
    held: list[tuple[int, int, int]], count: int
) -> None:
    stretches = [days(f"6-{min(a, b):02}", f"6-{max(a, b):02}") for a, b, _ in held]
    lines = [
        mail(f"y{i}", str(units), "10.00", stretch)
        for i, (stretch, (_, _, units)) in enumerate(zip(stretches, held, strict=True))
    ]
    all_lines = [bought(str(count)), *lines]
    granting = Granting(sheets(), JUNE, all_lines, {})
    found = given_units(BUY_TEN_GET_TWO, lines, granting)
    for on_day in (date(2026, 6, number) for number in range(1, 31)):
        there = [one for one in lines if one.period and one.period.start <= on_day < one.period.end]
        discounted_units = sum(Fraction(one.quantity) * found[one.line_id].share for one in there)
        assert discounted_units <= count // 10 * 2
