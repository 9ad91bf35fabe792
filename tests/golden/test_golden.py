"""The worked figures of other systems are ours too, and the runner can tell when they are not."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from .__main__ import main, report
from .cases import Outcome, read, run, same, verdict_on

CASES = Path(__file__).parents[1] / "data" / "golden" / "cases.yaml"
PASSING = 144
SKIPPED = 5


def test_no_worked_case_fails_and_none_is_lost() -> None:
    verdicts = run(read(CASES))
    assert [str(v) for v in verdicts if v.outcome is Outcome.FAILED] == []
    assert sum(v.outcome is Outcome.PASSED for v in verdicts) == PASSING
    assert sum(v.outcome is Outcome.SKIPPED for v in verdicts) == SKIPPED


def test_every_skip_has_a_reason_of_its_own() -> None:
    skipped = [v for v in run(read(CASES)) if v.outcome is Outcome.SKIPPED]
    assert [v.case for v in skipped if not v.why.startswith(("not built yet: ", "decided otherwise: "))] == []


def test_the_last_line_is_the_count(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(CASES)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{PASSING} passed, 0 failed, {SKIPPED} skipped"


def case(method: str, inputs: dict[str, Any], expected: dict[str, Any], note: str = "") -> dict[str, Any]:
    made = {"id": "t-1", "method": method, "description": "", "inputs": inputs, "expected": expected}
    return {**made, "note": note}


SEVEN = {"unit_price": "0.5", "quantity": "14"}


@pytest.mark.parametrize(
    ("given", "outcome", "why"),
    [
        pytest.param(case("standard", SEVEN, {"amount": "7.00"}), "passed", "", id="an equal figure passes"),
        pytest.param(
            case("standard", SEVEN, {"amount": "7.01"}),
            "failed",
            "amount is 7.01, ours 7",
            id="a cent of difference fails and both figures are told",
        ),
        pytest.param(
            case("standard", SEVEN, {"amount": "7"}, "NEGATIVE: must not be 7"),
            "failed",
            "has to differ from our result, and does not",
            id="a negative case fails when we give the wrong figure too",
        ),
        pytest.param(
            case("standard", SEVEN, {"amount": "8"}, "NEGATIVE: a known mistake"),
            "passed",
            "",
            id="a negative case passes when we differ",
        ),
        pytest.param(
            case("standard", SEVEN, {"amount": "7", "documented": "6.99"}),
            "passed",
            "the source prints documented 6.99",
            id="a figure that a source misprints is told and not compared",
        ),
        pytest.param(
            case("standard", {"quantity": "1"}, {"amount": "7"}),
            "skipped",
            "the case gives no unit_price",
            id="a case that lacks an input is skipped",
        ),
        pytest.param(
            case("standard", SEVEN, {"amount": "7", "loyalty_points": "3"}),
            "skipped",
            "not built yet: loyalty_points",
            id="a case that expects a figure we do not make is skipped",
        ),
        pytest.param(
            case("barter", {}, {"amount": "1"}),
            "skipped",
            "this method is not known here",
            id="a method nobody knows is skipped",
        ),
        pytest.param(
            case("standard", {"unit_price": "free", "quantity": "1"}, {"amount": "0"}),
            "failed",
            "InvalidOperation: [<class 'decimal.ConversionSyntax'>]",
            id="an input that cannot be read fails without a traceback",
        ),
    ],
)
def test_a_case_is_judged(given: dict[str, Any], outcome: str, why: str) -> None:
    verdict = verdict_on(given)
    assert (verdict.outcome, verdict.why) == (outcome, why)


@pytest.mark.parametrize(
    ("expected", "ours", "equal"),
    [
        pytest.param("0.96429", Fraction(27, 28), True, id="ours is rounded to the decimals expected"),
        pytest.param("0.125", Decimal("0.13"), False, id="a figure rounded too early differs"),
        pytest.param("2.5", Decimal("2.45"), True, id="a half goes up"),
        pytest.param(["1", "2"], [Decimal(1)], False, id="a list with a figure too few differs"),
        pytest.param(None, Decimal(0), False, id="nothing is not zero"),
        pytest.param("12/28", "3/7", False, id="days are told unreduced"),
    ],
)
def test_figures_are_compared(expected: object, ours: object, *, equal: bool) -> None:
    assert same(expected, ours) is equal


def test_a_failing_file_exits_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "- {id: w-1, method: standard, description: '', inputs: {unit_price: '1', quantity: '1'}, "
        "expected: {amount: '2'}}\n",
        encoding="utf-8",
    )
    assert main([str(file)]) == 1
    assert capsys.readouterr().out == (
        "failed  w-1 (standard): amount is 2, ours 1\n0 passed, 1 failed, 0 skipped\n"
    )
    assert report([]) == "0 passed, 0 failed, 0 skipped"
