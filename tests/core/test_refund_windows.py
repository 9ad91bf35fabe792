"""What may be given back, by the rule of each kind of offer, and what a term owes at its ends."""

from typing import Any

import pytest

from billow.contracts.subscriptions import Change

from .contract_samples import change, rated, told
from .samples import contract, day

YEAR, JUNE = "2026-06-01 through 2027-05-31", "2026-06-01 through 2026-06-30"
NEW_COMMERCE = {"refund": "prorated"}
MARKETPLACE = {"refund": "full", "window_hours": 72}
PERPETUAL = {"refund": "full", "window_hours": 720}
IN_ADVANCE = {"start": day("6-01"), "billing": "yearly", "term": "P1Y"}
RENEWED = {"start": day("2025-06-01"), "through": day("5-31"), "term": "P1Y", "at_term_end": "renew"}
EXTENDED = {**RENEWED, "at_term_end": "extend"}


def gone(on: str) -> list[Change]:
    return [change(on, "cancel")]


@pytest.mark.parametrize(
    ("rules", "given", "changes", "month", "lines"),
    [
        pytest.param(
            NEW_COMMERCE, IN_ADVANCE, gone("6-08"), "2026-06", ["1 x 2026-06-01 through 2026-06-07 = 70.00"],
            id="new commerce, a year given back on the seventh day: seven of 30 days of 300",
        ),
        pytest.param(
            NEW_COMMERCE, IN_ADVANCE, gone("6-09"), "2026-06", [f"1 x {YEAR} = 3600.00"],
            id="new commerce, a day later: the year is owed",
        ),
        pytest.param(
            NEW_COMMERCE, {}, [change("6-01", "add", "1"), change("6-10", "add", "1"), *gone("6-12")],
            "2026-06",
            ["2 x 2026-06-01 through 2026-06-09 = 180.00", "3 x 2026-06-10 through 2026-06-11 = 60.00",
             "2 x 2026-06-12 through 2026-06-30 = 380.00"],
            id="new commerce, only the seat of the 10th is within a window of its own",
        ),
        pytest.param(
            MARKETPLACE, IN_ADVANCE, gone("6-04"), "2026-06", [], id="marketplace, within 72 hours: nothing"
        ),
        pytest.param(
            MARKETPLACE, IN_ADVANCE, gone("6-05"), "2026-06", [f"1 x {YEAR} = 3600.00"],
            id="marketplace, after 96 hours: all of it",
        ),
        pytest.param(
            PERPETUAL, IN_ADVANCE, gone("7-01"), "2026-07", [f"-1 x {YEAR} = -3600.00"],
            id="full within 30 days: on the thirtieth day all that was billed goes back",
        ),
        pytest.param(
            PERPETUAL, IN_ADVANCE, gone("7-02"), "2026-07", [], id="full within 30 days: a day later nothing"
        ),
        pytest.param(
            NEW_COMMERCE, RENEWED, gone("6-05"), "2026-06", ["1 x 2026-06-01 through 2026-06-04 = 40.00"],
            id="a renewal has a window of its own: four of 30 days",
        ),
        pytest.param(
            NEW_COMMERCE, RENEWED, gone("6-09"), "2026-06", [f"1 x {JUNE} = 300.00"],
            id="eight days after the renewal the new term is owed",
        ),
        pytest.param(
            NEW_COMMERCE, RENEWED, gone("6-09"), "2027-05", ["1 x 2027-05-01 through 2027-05-31 = 300.00"],
            id="to its last month",
        ),
        pytest.param(NEW_COMMERCE, RENEWED, gone("6-09"), "2027-06", [], id="and no further"),
        pytest.param(
            NEW_COMMERCE, EXTENDED, gone("6-20"), "2026-06", [f"1 x {JUNE} = 300.00"],
            id="an extended term is owed by the month",
        ),
        pytest.param(NEW_COMMERCE, EXTENDED, gone("6-20"), "2026-07", [], id="and not for the next one"),
        pytest.param(
            {}, {}, [change("7-01", "add", "4")], "2026-06", [f"1 x {JUNE} = 300.00"],
            id="a change scheduled for July is not June's",
        ),
        pytest.param(
            {}, {}, [change("7-01", "add", "4")], "2026-07", ["5 x 2026-07-01 through 2026-07-31 = 1500.00"],
            id="but July's",
        ),
    ],
)  # fmt: skip
def test_what_is_owed_after_a_cancellation(
    rules: dict[str, Any], given: dict[str, Any], changes: list[Change], month: str, lines: list[str]
) -> None:
    found = rated(contract(**given), changes, month, **rules)
    assert sorted(told(found)) == sorted(lines)
    assert [p for p in found.problems if p.severity == "block"] == []
