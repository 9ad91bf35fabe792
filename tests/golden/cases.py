"""Worked cases: reading them, computing them with our functions, comparing figure by figure.

A figure is compared exactly, after our exact amount is rounded half up to the decimals of the expected
one. What a source prints although exact arithmetic does not give it (``published``, ``documented``) is
told, not compared. A case whose note starts with NEGATIVE has to differ from our result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from billow.money import Rounding, rounded

from .inputs import Inputs, NotOurs, Series
from .methods import METHODS
from .skips import SKIPPED

PRINTED = ("published", "documented")
WRONG = ("wrong_", "buggy")


class Outcome(StrEnum):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Verdict:
    """A case, what became of it, and why (a pass is silent unless a source printed another figure)."""

    case: str
    method: str
    outcome: Outcome
    why: str = ""

    def __str__(self) -> str:
        return f"{self.outcome:7} {self.case} ({self.method}): {self.why}"


def read(path: Path) -> list[dict[str, Any]]:
    """Return the cases of a file."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(found, list):
        raise TypeError(f"{path.name} does not hold a list of cases")
    return found


def run(cases: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """Return the verdict on each case."""
    return [verdict_on(case) for case in cases]


def verdict_on(case: Mapping[str, Any]) -> Verdict:
    """Compute one case and compare every figure it expects."""
    name, method = str(case["id"]), str(case["method"])
    if method not in METHODS:
        return Verdict(name, method, Outcome.SKIPPED, SKIPPED.get(method, "this method is not known here"))
    try:
        ours = METHODS[method](Inputs(case["inputs"], str(case["description"])))
    except NotOurs as reason:
        return Verdict(name, method, Outcome.SKIPPED, str(reason))
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        return Verdict(name, method, Outcome.FAILED, f"{type(error).__name__}: {error}")
    outcome, why = compared(case, ours)
    return Verdict(name, method, outcome, why)


def compared(case: Mapping[str, Any], ours: Mapping[str, Any]) -> tuple[Outcome, str]:
    """Return what becomes of a case with these figures of ours, and why."""
    told = [f"{key} {value}" for key, value in case["expected"].items() if key.startswith(PRINTED)]
    wrong = differences(case["expected"], ours)
    if not wrong and (lacking := missing(case["expected"], ours)):
        return (Outcome.SKIPPED, f"not built yet: {', '.join(lacking)}")
    negative = str(case.get("note", "")).startswith("NEGATIVE")
    if negative and not wrong:
        return (Outcome.FAILED, "has to differ from our result, and does not")
    if wrong and not negative:
        return (Outcome.FAILED, "; ".join(wrong))
    return (Outcome.PASSED, f"the source prints {', '.join(told)}" if told else "")


def missing(expected: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    """Return the expected figures for which we have none."""
    return [key for key in expected if not key.startswith((*PRINTED, *WRONG)) and key not in ours]


def differences(expected: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    """Return a sentence per expected figure that is not ours."""
    found = []
    for key, value in expected.items():
        if key.startswith(WRONG) and same(value, ours["amount"]):
            found.append(f"{key} is {value} and ours too")
        if key in ours and not key.startswith(PRINTED) and not same(value, ours[key]):
            found.append(f"{key} is {value}, ours {ours[key]}")
    return found


def same(expected: Any, ours: Any) -> bool:
    """Tell whether our value is the expected one: figures by value, lists one by one, the rest as text."""
    if expected is None or ours is None:
        return expected is ours
    if isinstance(ours, Series) and isinstance(expected, list):
        ours = ours[: len(expected)]
    if isinstance(expected, list):
        return len(expected) == len(ours) and all(map(same, expected, ours))
    if isinstance(expected, dict) and isinstance(ours, dict):
        return expected.keys() == ours.keys() and all(same(expected[key], ours[key]) for key in expected)
    if not isinstance(ours, Decimal | Fraction | int):
        return str(expected) == str(ours)
    try:
        figure = Decimal(str(expected))
    except InvalidOperation:
        return str(expected) == str(ours)
    exponent = figure.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return rounded(ours, decimals, Rounding.HALF_UP) == figure
