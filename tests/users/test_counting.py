"""Users are counted by a named rule; who is written down twice counts once, who is taken out not at all."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.periods import Period
from billow.users.counting import DECIMALS, counted, levels
from billow.users.named import NamedUser
from tests.core.samples import JUNE, day, days

Row = tuple[str, str, str] | tuple[str, str, str, bool]


def users(*rows: Row) -> list[NamedUser]:
    """Return users from (key, first day, last day), and whether they count."""
    return [
        NamedUser("C-1", "E5", row[0], days(row[1], row[2]), counts=row[3] if len(row) > 3 else True)
        for row in rows
    ]


def told(found: list[tuple[Period, Decimal]]) -> list[str]:
    return [f"{quantity:f} x {period.start:%m-%d} to {period.through:%m-%d}" for period, quantity in found]


ADA = ("ada", "1-01", "12-31")
BY_DAYS = [
    pytest.param([ADA], ["1 x 06-01 to 06-30"], id="who was there all month counts all month"),
    pytest.param(
        [ADA, ("bob", "6-14", "6-30")], ["1 x 06-01 to 06-13", "2 x 06-14 to 06-30"],
        id="who joins on the 14th counts 17 of 30 days",
    ),
    pytest.param(
        [ADA, ("bob", "5-01", "6-01")], ["2 x 06-01 to 06-01", "1 x 06-02 to 06-30"],
        id="who leaves on the first counts that day",
    ),
    pytest.param([("bob", "6-30", "7-31")], ["1 x 06-30 to 06-30"], id="the last day alone"),
    pytest.param([("bob", "7-01", "7-31")], [], id="the day after does not count"),
    pytest.param([("bob", "5-01", "5-31")], [], id="nor the day before"),
    pytest.param([], [], id="nobody is nothing"),
    pytest.param(
        [ADA, ("ADA ", "6-10", "6-20")], ["1 x 06-01 to 06-30"],
        id="one key written twice, in capitals and with a space, is one user",
    ),
    pytest.param(
        [("ada", "6-01", "6-10"), ("ada", "6-11", "6-30")], ["1 x 06-01 to 06-30"],
        id="two rows that follow each other are one stretch",
    ),
    pytest.param(
        [("ada", "6-01", "6-10"), ("bob", "6-11", "6-30")], ["1 x 06-01 to 06-30"],
        id="one who takes over from another leaves the number as it is",
    ),
    pytest.param(
        [("ada", "6-01", "6-10"), ("ada", "6-21", "6-30")], ["1 x 06-01 to 06-10", "1 x 06-21 to 06-30"],
        id="days away do not count",
    ),
    pytest.param(
        [ADA, ("svc", "1-01", "12-31"), ("SVC", "1-01", "12-31", False)], ["1 x 06-01 to 06-30"],
        id="an account taken out does not count, whatever another row says",
    ),
    pytest.param(
        [ADA, ("ada", "6-11", "6-20", False)], ["1 x 06-01 to 06-10", "1 x 06-21 to 06-30"],
        id="and is taken out on its days only",
    ),
    pytest.param([("svc", "1-01", "12-31", False)], [], id="who is only taken out is nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), BY_DAYS)
def test_each_user_counts_for_the_days(rows: list[Row], expected: list[str]) -> None:
    assert told(list(counted(users(*rows), JUNE, "days"))) == expected


THREE = [ADA, ("bob", "6-14", "6-30"), ("cor", "6-10", "6-20")]
# 30 + 17 + 11 user days of 30; from the 14th through the 20th all three; one on the 1st, two on the 30th.
BY_RULE = [
    ("average", "1.933333"),  # 58 / 30
    ("peak", "3"),
    ("month_end", "2"),
    ("month_start", "1"),
]


@pytest.mark.parametrize(("rule", "expected"), BY_RULE)
def test_the_other_rules_give_one_quantity_for_all_days(rule: str, expected: str) -> None:
    assert told(list(counted(users(*THREE), JUNE, rule))) == [f"{expected} x 06-01 to 06-30"]


@pytest.mark.parametrize(
    ("rule", "expected"), [("average", "1.5"), ("peak", "2"), ("month_end", "1"), ("month_start", "2")]
)
def test_a_subscription_that_begins_on_the_16th_counts_from_there(rule: str, expected: str) -> None:
    rows = users(("ada", "1-01", "12-31"), ("bob", "6-02", "6-22"), ("cor", "6-23", "6-23", False))
    # From the 16th there are 15 days: ada on all, bob on the first 7: 22 / 15; cor never.
    expected = {"average": "1.466667"}.get(rule, expected)
    assert told(list(counted(rows, days("6-16", "6-30"), rule))) == [f"{expected} x 06-16 to 06-30"]


@pytest.mark.parametrize("rule", ["average", "peak", "month_end", "month_start"])
def test_nobody_is_no_quantity(rule: str) -> None:
    assert list(counted([], JUNE, rule)) == []


def test_who_was_there_only_in_between_is_nobody_at_the_end() -> None:
    assert list(counted(users(("ada", "6-02", "6-29")), JUNE, "month_end")) == []
    assert list(counted(users(("ada", "6-02", "6-29")), JUNE, "month_start")) == []


def test_a_rule_that_nobody_knows_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no rule 'by heart'"):
        list(counted(users(ADA), JUNE, "by heart"))


# --- laws

STAYS = st.builds(
    lambda key, first, length, counts: NamedUser(
        "C-1", "E5", key, Period(first, first + timedelta(days=length)), counts=counts
    ),
    st.sampled_from(["ada", "Ada", "bob", "cor", "svc"]),
    st.dates(date(2026, 5, 20), date(2026, 7, 5)),
    st.integers(1, 50),
    st.booleans(),
)
SETS = st.lists(STAYS, max_size=12)


def by_hand(rows: list[NamedUser], on: date) -> int:
    """Count one day by looking at every row."""
    there = [row for row in rows if row.period.start <= on < row.period.end]
    out = {row.key.lower() for row in there if not row.counts}
    return len({row.key.lower() for row in there} - out)


@given(SETS)
def test_every_day_has_the_number_that_counting_by_hand_gives(rows: list[NamedUser]) -> None:
    daily = [(period, count) for period, count in levels(rows, JUNE)]
    assert sum(period.days for period, _ in daily) == JUNE.days
    for offset in range(JUNE.days):
        on = JUNE.start + timedelta(days=offset)
        assert [count for period, count in daily if period.start <= on < period.end] == [by_hand(rows, on)]


@given(SETS, st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows: list[NamedUser], random: object) -> None:
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    for rule in ("days", "average", "peak", "month_end", "month_start"):
        assert list(counted(rows, JUNE, rule)) == list(counted(mixed, JUNE, rule))
        assert list(counted(rows, JUNE, rule)) == list(counted([*rows, *mixed], JUNE, rule))


@given(SETS)
def test_the_average_is_that_of_the_days(rows: list[NamedUser]) -> None:
    used = sum((period.days * quantity for period, quantity in counted(rows, JUNE, "days")), Decimal(0))
    average = next(counted(rows, JUNE, "average"), (JUNE, Decimal(0)))[1]
    assert abs(Fraction(average) - Fraction(used) / JUNE.days) <= Fraction(1, 2 * 10**DECIMALS)


def test_a_user_who_is_still_there_has_no_end() -> None:
    forever = NamedUser("C-1", "E5", "ada", Period(day("6-14"), date.max))
    assert told(list(counted([forever], JUNE, "days"))) == ["1 x 06-14 to 06-30"]
