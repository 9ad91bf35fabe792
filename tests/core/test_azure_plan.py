"""Azure-plan money comes twice: daily usage replaces the monthly line, differences are told."""

from decimal import Decimal
from typing import Any

import pytest

from billow.charges import Category, Charge
from billow.problems import Severity
from billow.rating.azure_plan import DAILY_FORMAT, MONTHLY_FORMAT
from billow.rating.books import Decision
from billow.rating.placing import Fate
from billow.rating.rate import rate

from .samples import MONTH, books, charge


def daily(key: str, cost: str, **given: Any) -> Charge:
    return charge(key, cost, **{"format_id": DAILY_FORMAT, "invoice_id": "G1", **given})


def monthly(key: str, cost: str, **given: Any) -> Charge:
    return charge(key, cost, **{"format_id": MONTHLY_FORMAT, "invoice_id": "G1", **given})


TABLE = [
    pytest.param([monthly("m", "10.00")], "billed", "10.00", None, id="without daily usage the month bills"),
    pytest.param(
        [monthly("m", "10.00"), daily("d", "10.00")], "excluded", "10.00", None, id="equal: daily usage bills"
    ),
    pytest.param(
        [monthly("m", "10.00"), daily("d", "10.02", rows=1)],
        "excluded", "10.02", Severity.NOTE, id="two rows, two cents: Microsoft cuts each row off",
    ),
    pytest.param(
        [monthly("m", "10.00"), daily("d", "10.03", rows=1)],
        "excluded", "10.03", Severity.BLOCK, id="three cents on two rows are a difference",
    ),
    pytest.param(
        [monthly("m", "10.00"), daily("d", "9.90", rows=9)],
        "excluded", "9.90", Severity.NOTE, id="ten cents less on ten rows are rounding",
    ),
    pytest.param(
        [monthly("m", "10.00"), daily("d", "12.00", invoice_id="G2")],
        "billed", "22.00", None, id="another invoice is another matter",
    ),
    pytest.param(
        [monthly("m", "10.00", category=Category.PURCHASE), daily("d", "12.00")],
        "billed", "22.00", None, id="seats are not azure plan",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("charges", "fate", "billed", "severity"), TABLE)
def test_daily_usage_replaces_the_month(
    charges: list[Charge], fate: str, billed: str, severity: Severity | None
) -> None:
    month = rate(charges, books(), MONTH)
    assert next(p.fate for p in month.placed if p.charge.key == "m") == Fate(fate)
    assert sum((line.cost for line in month.lines), Decimal(0)) == Decimal(billed)
    assert [p.severity for p in month.problems] == ([severity] if severity else [])


def test_a_difference_is_told_and_blocks_its_customer_until_it_is_accepted() -> None:
    charges = [monthly("m", "10.00"), daily("d", "12.50")]
    month = rate(charges, books(), MONTH)
    (problem,) = month.problems
    assert (problem.code, problem.customer) == ("RAT-002", "C-1")
    assert problem.sentence == (
        "Azure plan of A-1, invoice G1: daily usage and monthly lines differ by 2.5 EUR."
    )
    assert problem.hint == (
        "Daily usage is billed. Compare both reports, then choose accept on sheet To do, with a reason."
    )
    (item,) = month.open_items
    assert (item.kind, item.cost, item.settled) == ("reports differ", Decimal("2.50"), False)
    accepted = books(decisions=(Decision(item.key, "accept", "late usage, see ticket"),))
    again = rate(charges, accepted, MONTH)
    assert [p.severity for p in again.problems] == [Severity.NOTE]
    assert again.open_items[0].settled


def test_an_accepted_difference_is_accepted_at_its_amount_only() -> None:
    charges = [monthly("m", "10.00"), daily("d", "12.50")]
    (item,) = rate(charges, books(), MONTH).open_items
    accepted = books(decisions=(Decision(item.key, "accept", "late usage"),))
    grown = [charges[0], charges[1]._replace(billed_cost=Decimal("12.51"))]
    assert [p.severity for p in rate(grown, accepted, MONTH).problems] == [Severity.BLOCK]


def test_rounding_is_a_note_with_its_reason() -> None:
    (problem,) = rate([monthly("m", "10.00"), daily("d", "10.01")], books(), MONTH).problems
    assert (problem.severity, problem.hint) == (
        Severity.NOTE,
        "Within a cent per row: Microsoft cuts each row off.",
    )
