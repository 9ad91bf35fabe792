"""A decision settles only what it answers: parked rows are postponed or left out, missing lines waived."""

from typing import Any

import pytest

from billow.catalog.policy import ChargePolicy
from billow.charges import Charge
from billow.rating.azure_plan import DAILY_FORMAT, MONTHLY_FORMAT
from billow.rating.books import Decision
from billow.rating.rate import rate

from .samples import MONTH, books, charge, codes, contract

LOST = [charge(customer_key="A-7")]
DIFFERENT = [charge("m", "10.00", format_id=MONTHLY_FORMAT), charge("d", "12.50", format_id=DAILY_FORMAT)]
VENDOR = {"subscriptions": (contract(billed_by="vendor"),)}
UNPRICED = {"prices": ()}
KEPT = {"policies": (ChargePolicy("*", "Usage", "keep"),), **VENDOR}

TABLE = [
    pytest.param(LOST, {}, "postpone", [], id="an unknown account is postponed"),
    pytest.param(LOST, {}, "accept", ["RAT-001", "RAT-006"], id="an unknown account cannot be accepted"),
    pytest.param(LOST, {}, "waive", ["RAT-001", "RAT-006"], id="an unknown account cannot be waived"),
    pytest.param([], VENDOR, "waive", [], id="a missing line is waived"),
    pytest.param([], VENDOR, "exclude", ["RAT-003", "RAT-006"], id="a missing line has nothing to exclude"),
    pytest.param(DIFFERENT, {}, "accept", ["RAT-002"], id="a difference is accepted and stays a note"),
    pytest.param(DIFFERENT, {}, "waive", ["RAT-002", "RAT-006"], id="a difference is not waived"),
    pytest.param([charge()], UNPRICED, "postpone", [], id="a missing price is postponed"),
    pytest.param(
        [charge()], UNPRICED, "accept", ["PRC-001", "RAT-006"], id="a missing price is not accepted"
    ),
    pytest.param([charge()], KEPT, "waive", [], id="a line missing because its charges are kept"),
]


@pytest.mark.parametrize(("charges", "sheets", "decision", "expected"), TABLE)
def test_an_answer_fits_its_question(
    charges: list[Charge], sheets: dict[str, Any], decision: str, expected: list[str]
) -> None:
    (item,) = rate(charges, books(**sheets), MONTH).open_items
    answered = books(decisions=(Decision(item.key, decision, "because"),), **sheets)
    month = rate(charges, answered, MONTH)
    assert sorted(codes(month.problems)) == expected
    assert month.open_items[0].settled == ("RAT-006" not in expected)


def test_an_answer_to_another_question_says_which_fit() -> None:
    (item,) = rate(LOST, books(), MONTH).open_items
    month = rate(LOST, books(decisions=(Decision(item.key, "waive", "because"),)), MONTH)
    problem = next(p for p in month.problems if p.code == "RAT-006")
    assert problem.sentence == '"waive" does not settle unknown account: A-7.'
    assert problem.hint.startswith(
        "Choose postpone or exclude or own use on sheet To do, or: Add the account"
    )
    assert (problem.place.sheet, problem.place.column) == ("To do", "Decision")
