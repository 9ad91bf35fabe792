"""A prepaid amount is earned over its months, and the parts are the amount."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.journal.deferral import by_day, by_month
from billow.periods import Period

from .samples import day, days

SPREAD = {"by_month": by_month, "by_day": by_day}
YEAR = days("2026-01-01", "2026-12-31")


@pytest.mark.parametrize(
    ("how", "amount", "period", "parts"),
    [
        pytest.param("by_month", "1200.00", YEAR, ["100.00"] * 12, id="twelve equal months"),
        pytest.param(
            "by_month", "100.00", days("1-01", "3-31"), ["33.33", "33.33", "33.34"],
            id="the last takes the remainder",
        ),
        pytest.param(
            "by_month", "1200.00", days("2025-01-15", "2026-01-14"),
            ["55.89", *["99.83"] * 11, "45.98"],
            id="17 of 365 days, eleven equal months, the rest",
        ),
        pytest.param(
            "by_month", "30.00", days("6-16", "7-15"), ["15.00", "15.00"],
            id="two parts of a month: 15 of 30 days each",
        ),
        pytest.param("by_month", "30.00", days("6-10", "6-20"), ["30.00"], id="within one month"),
        pytest.param(
            "by_month", "-1200.00", YEAR, ["-100.00"] * 12, id="a credit is earned back the same way"
        ),
        pytest.param("by_month", "0.00", days("1-01", "2-28"), ["0.00", "0.00"], id="nothing"),
        pytest.param(
            "by_day", "365.00", days("1-01", "3-31"), ["125.72", "113.56", "125.72"],
            id="by day: 31, 28 and 31 of 90 days",
        ),
        pytest.param("by_day", "59.00", days("2-01", "3-31"), ["28.00", "31.00"], id="a euro a day"),
    ],
)  # fmt: skip
def test_an_amount_is_spread(how: str, amount: str, period: Period, parts: list[str]) -> None:
    found = SPREAD[how](Decimal(amount), period, "EUR")
    assert [str(part.amount) for part in found] == parts


@given(
    how=st.sampled_from(sorted(SPREAD)),
    amount=st.decimals(-(10**7), 10**7, places=2),
    start=st.dates(day("2024-01-01"), day("2032-12-31")),
    length=st.integers(1, 1200),
)
def test_the_parts_are_the_amount_and_every_day_is_in_one(
    how: str, amount: Decimal, start: object, length: int
) -> None:
    first = day(str(start))
    period = Period(first, first + timedelta(length))
    found = SPREAD[how](amount, period, "EUR")
    assert sum(part.amount for part in found) == amount
    assert sum(part.period.days for part in found) == period.days
    assert (found[0].period.start, found[-1].period.end) == (period.start, period.end)
