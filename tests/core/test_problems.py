"""A problem makes sense alone, stands in order, and stops only what it should."""

import pytest

from billow.problems import MEANINGS, Place, Problem, Refused, Severity, in_order, refuse_if_any

STOP = Problem("IMP-001", "The file is damaged.", Place("b.csv"))
BLOCK = Problem("PRC-001", "There is no price.", Place("w.xlsx", "Prices", 9), severity=Severity.BLOCK)
EARLIER = Problem("PRC-003", "Two prices.", Place("w.xlsx", "Prices", 4), severity=Severity.BLOCK)
NOTE = Problem("IMP-016", "Header rows were left out.", Place("a.csv"), severity=Severity.NOTE)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        pytest.param(Place(), "", id="nowhere"),
        pytest.param(Place("a.csv", row=3), "a.csv, row 3", id="a row of a file"),
        pytest.param(
            Place("w.xlsx", "Prices", 4, "Price"), "w.xlsx, sheet Prices, row 4, column Price", id="a cell"
        ),
        pytest.param(Place(sheet="To do", column="Reason"), "sheet To do, column Reason", id="a column"),
    ],
)
def test_a_place_is_told_as_people_look_for_it(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_problem_tells_what_where_and_what_to_do() -> None:
    told = Problem("PRC-001", "There is no price.", Place(sheet="Prices", row=9), "Add a row.")
    assert str(told) == "PRC-001  There is no price.\n  where   sheet Prices, row 9\n  hint    Add a row."
    assert str(Problem("PRC-001", "There is no price.")) == "PRC-001  There is no price."


def test_problems_stand_by_weight_then_by_place_and_each_once() -> None:
    assert in_order([NOTE, BLOCK, EARLIER, STOP, BLOCK]) == (STOP, EARLIER, BLOCK, NOTE)


def test_a_stop_refuses_and_carries_all_the_others() -> None:
    with pytest.raises(Refused) as refused:
        refuse_if_any([NOTE, STOP])
    assert refused.value.problems == (STOP, NOTE)
    assert "IMP-001  The file is damaged." in str(refused.value)


@pytest.mark.parametrize("problems", [[], [BLOCK, NOTE]])
def test_without_a_stop_the_work_goes_on(problems: list[Problem]) -> None:
    refuse_if_any(problems)


def test_a_code_without_a_meaning_cannot_be_told() -> None:
    with pytest.raises(KeyError, match="QQQ-001 has no line in MEANINGS"):
        Problem("QQQ-001", "What?")


def test_a_meaning_is_one_plain_clause() -> None:
    assert [m for m in MEANINGS.values() if m.endswith(".")] == []
