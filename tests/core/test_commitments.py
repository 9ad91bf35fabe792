"""How a contract commitment stands at the end of a month, counted by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from billow.contracts.commitments import Commitment, Use, standing, time_gone, use_problems
from billow.periods import Period

D = Decimal
YEAR = Period(date(2026, 5, 1), date(2027, 5, 1))
SPEND = Commitment("K-1", "C-1", "Spend", YEAR, "USD", cost=D(1200))
HOURS = Commitment("K-1", "C-2", "Usage", YEAR, "USD", cost=D(500), quantity=D(100), unit="Hours")


def use(month: str, amount: str, of: Commitment = SPEND, measure: str = "") -> Use:
    """Use of a commitment in a month."""
    return Use(of.contract, of.name, measure or of.measure, month, D(amount))


# a sentence; the commitment; its uses; this month, so far, left and flag at the end of June 2026
STANDINGS = [
    ("nobody used it", SPEND, [], (0, 0, 1200, "nothing used this month")),
    ("what May and June used", SPEND, [use("2026-05", "130.25"), use("2026-06", "95")],
     (95, D("225.25"), D("974.75"), "")),
    ("July is not looked at yet", SPEND, [use("2026-06", "95"), use("2026-07", "900")], (95, 95, 1105, "")),
    ("what was taken back lowers it", SPEND, [use("2026-05", "130"), use("2026-06", "-30")],
     (-30, 100, 1100, "")),
    ("all of it", SPEND, [use("2026-06", "1200")], (1200, 1200, 0, "used up")),
    ("a cent less than all", SPEND, [use("2026-06", "1199.99")], (D("1199.99"), D("1199.99"), D("0.01"), "")),
    ("a cent more than all", SPEND, [use("2026-06", "1200.01")],
     (D("1200.01"), D("1200.01"), D("-0.01"), "used up")),
    ("hours are counted in hours, whatever they cost", HOURS,
     [use("2026-06", "40", HOURS), use("2026-06", "200", HOURS, "USD")], (40, 40, 60, "")),
    ("another spelling of the unit is the same unit", HOURS, [use("2026-06", "40", HOURS, "hours")],
     (40, 40, 60, "")),
    ("another currency is not added", SPEND, [use("2026-06", "40", SPEND, "EUR")],
     (0, 0, 1200, "nothing used this month")),
    ("another contract's commitment of that name is another", SPEND,
     [use("2026-06", "40", replace(SPEND, contract="K-2"))], (0, 0, 1200, "nothing used this month")),
    ("it begins with July", replace(SPEND, period=Period(date(2026, 7, 1), date(2027, 7, 1))), [],
     (0, 0, 1200, "not begun")),
    ("its first day is the last of June", replace(SPEND, period=Period(date(2026, 6, 30), date(2027, 7, 1))),
     [], (0, 0, 1200, "nothing used this month")),
    ("its last day was the last of May", replace(SPEND, period=Period(date(2025, 6, 1), date(2026, 6, 1))),
     [use("2026-05", "7")], (0, 7, 1193, "ended")),
    ("its last day is the first of June", replace(SPEND, period=Period(date(2025, 6, 2), date(2026, 6, 2))),
     [], (0, 0, 1200, "nothing used this month")),
    ("digits beyond what arithmetic keeps by itself",
     replace(SPEND, cost=D("99999999999999.000000000000000000000001")),
     [use("2026-06", "0.000000000000000000000002")],
     (D("2E-24"), D("2E-24"), D("99999999999998.999999999999999999999999"), "")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("commitment", "uses", "wanted"), [row[1:] for row in STANDINGS], ids=[row[0] for row in STANDINGS]
)
def test_what_was_used_and_what_is_left(
    commitment: Commitment, uses: list[Use], wanted: tuple[Decimal, Decimal, Decimal, str]
) -> None:
    (found,) = standing([commitment], uses, "2026-06")
    assert (found.this_month, found.so_far, found.left, found.flag) == wanted


def test_without_an_amount_there_is_nothing_left_to_tell() -> None:
    (found,) = standing([replace(SPEND, cost=None)], [use("2026-06", "40")], "2026-06")
    assert (found.left, found.share) == (None, None)
    assert (found.so_far, found.flag) == (D(40), "")


def test_the_share_used_beside_the_share_of_time() -> None:
    """225 of 1,200, and 31 + 30 of 365 days."""
    (found,) = standing([SPEND], [use("2026-05", "130"), use("2026-06", "95")], "2026-06")
    assert found.share == Fraction(3, 16)
    assert time_gone(SPEND, "2026-06") == Fraction(61, 365)


# a sentence; the uses of June; code and what is said
ODD = [
    ("all is listed", [use("2026-06", "1"), use("2026-06", "1", HOURS)], []),
    ("a stranger of May is May's", [use("2026-05", "1", replace(SPEND, name="X"))], []),
    (
        "no list names it",
        [use("2026-06", "1", replace(SPEND, name="X"))],
        ["CHK-005 The charges of 2026-06 use commitments that no list names: X of contract K-1."],
    ),
    (
        "of many, three are named",
        [use("2026-06", "1", replace(SPEND, name=name)) for name in "ZYXWV"],
        [
            ("CHK-005 The charges of 2026-06 use commitments that no list names: V of contract K-1, W of "
            "contract K-1, X of contract K-1 and 2 more.")
        ],
    ),
    (
        "hours agreed, minutes used",
        [use("2026-06", "60", HOURS, "Minutes")],
        [
            "CHK-006 The commitment C-2 is agreed in Hours; the charges of 2026-06 use it in Minutes."
        ],
    ),
    ("hours and their cost", [use("2026-06", "1", HOURS), use("2026-06", "9", HOURS, "USD")], []),
]  # fmt: skip


@pytest.mark.parametrize(("uses", "wanted"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_use_that_cannot_be_counted_is_told(uses: list[Use], wanted: list[str]) -> None:
    found = [*use_problems([SPEND, HOURS], uses, "2026-06")]
    assert [f"{problem.code} {problem.sentence}" for problem in found] == wanted
    assert all(problem.hint and problem.place.sheet == "Commitments" for problem in found)
