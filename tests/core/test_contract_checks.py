"""What is wrong with a contract is told with its place, and what is right is not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billow.contracts.subscriptions import Change, Subscription
from billow.problems import Place, Severity

from .contract_samples import change, rated
from .samples import codes, contract, day


def place(row: int, column: str, sheet: str = "Subscriptions") -> Place:
    return Place("B.xlsx", sheet, row, column)


SUB = Place("B.xlsx", "Subscriptions", 4)
CHG = Place("B.xlsx", "Changes", 7)


@pytest.mark.parametrize(
    ("rows", "changes", "code", "sentence", "where", "severity"),
    [
        pytest.param(
            [contract(notice_by=day("7-31"), through=day("8-31"), at_term_end="renew", place=SUB)], [],
            "CON-001",
            "Subscription K-1 of customer C-1 renews after 2026-08-31 unless notice is given by 2026-07-31.",
            place(4, "Notice by"), Severity.NOTE, id="notice in the next month",
        ),
        pytest.param(
            [contract(anchor_day=32, place=SUB)], [], "CON-002",
            "Subscription K-1 begins its periods on day 32, which no month has.",
            place(4, "Anchor day"), Severity.BLOCK, id="an anchor day that no month has",
        ),
        pytest.param(
            [contract(place=SUB)], [replace(change("6-16", "add"), number=3, place=CHG)], "CON-003",
            "Change 3 (add) of K-1 has no Quantity.", place(7, "Quantity", "Changes"), Severity.BLOCK,
            id="an addition without a quantity",
        ),
        pytest.param(
            [contract(place=SUB)], [replace(change("6-16", "price"), number=3, place=CHG)], "CON-003",
            "Change 3 (price) of K-1 has no Price.", place(7, "Price", "Changes"), Severity.BLOCK,
            id="a price without a price",
        ),
        pytest.param(
            [contract(place=SUB)], [replace(change("6-16", "remove", "2"), number=3, place=CHG)], "CON-004",
            "Change 3 takes 2 from K-1 on 2026-06-16, which has fewer.",
            place(7, "Quantity", "Changes"), Severity.BLOCK, id="more taken away than there is",
        ),
        pytest.param(
            [contract("K-0"), contract("K-1", start=day("6-16"), replaces="k-0", place=SUB)], [], "CON-005",
            "Subscription K-1 replaces K-0, but both are billed for 2026-06-16 through 2026-06-30.",
            place(4, "Replaces"), Severity.BLOCK, id="the one it replaces runs on",
        ),
        pytest.param(
            [
                Subscription("S-1", "C-1", "CARE", "vendor", day("1-01"), through=day("6-30")),
                contract("K-1", start=day("6-30"), replaces="S-1", place=SUB),
            ],
            [], "CON-005",
            "Subscription K-1 replaces S-1, but both are billed for 2026-06-30 through 2026-06-30.",
            place(4, "Replaces"), Severity.BLOCK, id="one day too many, billed by the vendor's lines",
        ),
        pytest.param(
            [Subscription("K-1", "C-1", "CARE", "vendor", day("7-01"), anchor_day=5, place=SUB)], [],
            "CON-006", "Anchor day of K-1 has no effect: it is billed by the vendor's lines.",
            place(4, "Anchor day"), Severity.BLOCK, id="a schedule for what the vendor's lines bill",
        ),
        pytest.param(
            [Subscription("K-1", "C-1", "CARE", "vendor", day("7-01"), place=SUB)],
            [replace(change("6-16", "add", "1"), number=3, place=CHG)],
            "CON-006", "Change 3 has no effect: K-1 is billed by the vendor's lines.",
            place(7, "Subscription", "Changes"), Severity.BLOCK, id="a change of what vendor lines bill",
        ),
        pytest.param(
            [contract(place=SUB)],
            [replace(change("6-16", "add", "1", price=Decimal(9)), number=3, place=CHG)],
            "CON-006", "Price of change 3 (add) of K-1 has no effect.",
            place(7, "Price", "Changes"), Severity.BLOCK, id="a price beside an addition",
        ),
        pytest.param(
            [contract(place=SUB)], [replace(change("6-16", "cancel", "1"), number=3, place=CHG)],
            "CON-006", "Quantity of change 3 (cancel) of K-1 has no effect.",
            place(7, "Quantity", "Changes"), Severity.BLOCK, id="a quantity beside a cancellation",
        ),
        pytest.param(
            [contract(quantity=Decimal(-2), place=SUB)], [],
            "CON-007", "Subscription K-1 begins with -2 seats.",
            place(4, "Quantity"), Severity.BLOCK, id="a contract with fewer seats than none",
        ),
        pytest.param(
            [contract(place=SUB)], [replace(change("6-16", "add", "-2"), number=3, place=CHG)],
            "CON-007", "Change 3 (add) of K-1 has a quantity of -2.",
            place(7, "Quantity", "Changes"), Severity.BLOCK, id="an addition of fewer than none",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_contract_is_told(
    rows: list[Subscription],
    changes: list[Change],
    code: str,
    sentence: str,
    where: Place,
    severity: Severity,
) -> None:
    (problem,) = (p for p in rated(rows, changes).problems if p.code.startswith("CON"))
    assert (problem.code, problem.sentence) == (code, sentence)
    assert (problem.place, problem.severity, problem.customer) == (where, severity, "C-1")
    assert problem.hint


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([contract(notice_by=day("8-01"))], id="notice in two months"),
        pytest.param([contract(notice_by=day("6-30"))], id="notice was this month"),
        pytest.param([contract(notice_by=day("7-31"), status="ended")], id="notice of one that ended"),
        pytest.param([contract(replaces="K-1")], id="replaces itself"),
        pytest.param([contract(replaces="K-9")], id="replaces one that is not there"),
        pytest.param(
            [contract("K-0", through=day("6-15")), contract("K-1", start=day("6-16"), replaces="K-0")],
            id="one ends the day before the other begins",
        ),
    ],
)
def test_what_is_right_is_not_told(rows: list[Subscription]) -> None:
    assert [code for code in codes(rated(rows).problems) if code.startswith("CON")] == []
