"""A pro forma report and the vendor's own of one account: one is billed, the other is left aside."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billow.charges import Category, Charge
from billow.contracts.customers import Account
from billow.problems import Problem, Severity
from billow.rating.placing import Fate
from billow.rating.rate import RatedMonth, rate

from .samples import ACCOUNTS, MONTH, books, charge

TWICE, MISSING = "RAT-021", "RAT-022"


def told(key: str = "told", cost: str = "120.00", **given: Any) -> Charge:
    """A charge of the pro forma report."""
    return charge(key, cost, **{"is_proforma": True, "format_id": "aws_cur2_proforma", **given})


def rated(charges: list[Charge], bill_from: str = "") -> RatedMonth:
    """Rate them with all accounts billed from that report."""
    return rate(charges, books(accounts=[replace(a, bill_from=bill_from) for a in ACCOUNTS]), MONTH)


def of(month: RatedMonth) -> list[Problem]:
    """What is said of the two reports."""
    return [problem for problem in month.problems if problem.code in {TWICE, MISSING}]


OWN = charge("own", "100.00")
# a sentence; the charges; from which report; what is billed by key; the problem
TABLE = [
    ("only the vendor's own", [OWN], "", ["own"], None),
    ("only a pro forma", [told()], "", ["told"], None),
    ("both, and nobody said which", [OWN, told()], "", ["told"], TWICE),
    ("both, the pro forma is billed", [OWN, told()], "pro forma", ["told"], None),
    ("both, the vendor's own is billed", [OWN, told()], "own report", ["own"], None),
    ("the pro forma is to be billed and is not there", [OWN], "pro forma", ["own"], MISSING),
    ("the vendor's own is to be billed and is not there", [told()], "own report", ["told"], MISSING),
    ("of two accounts each has its own report", [OWN, told(customer_key="A-2")], "", ["own", "told"], None),
    ("of two accounts one has both", [OWN, told(), charge("other", customer_key="A-2")], "",
     ["other", "told"], TWICE),
    ("another vendor's account of that number", [OWN, told(vendor="Reseller")], "", ["own"], None),
    ("capitals make no other account", [OWN, told(customer_key="a-1")], "", ["told"], TWICE),
    ("the vendor's tax is nobody's", [charge("own", category=Category.TAX), told()], "", ["told"], None),
    ("all that it holds is left aside", [OWN, charge("own2", "7"), told()], "pro forma", ["told"], None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("charges", "bill_from", "billed", "code"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_one_report_bills_an_account(
    charges: list[Charge], bill_from: str, billed: list[str], code: str | None
) -> None:
    month = rated(charges, bill_from)
    assert sorted(p.charge.key for p in month.placed if p.fate is Fate.BILLED) == billed
    assert [problem.code for problem in of(month)] == ([code] if code else [])


def test_what_is_said_names_both_amounts_and_holds_up_the_customer_only() -> None:
    (problem,) = of(rated([OWN, charge("own2", "0.50"), told(currency="USD")]))
    assert problem.sentence == (
        "Account A-1 of Microsoft is in a pro forma report (120 USD) and in the vendor's own (100.5 EUR): it "
        "would be billed twice."
    )
    assert (problem.severity, problem.customer) == (Severity.BLOCK, "C-1")
    assert (problem.place.sheet, problem.place.column) == ("Accounts", "Bill from")
    assert "Choose pro forma or own report" in problem.hint


def test_what_is_left_aside_is_excluded_with_the_reason_and_nothing_is_lost() -> None:
    month = rated([OWN, told()], "own report")
    fates = {p.charge.key: (p.fate, p.why) for p in month.placed}
    assert fates["told"] == (Fate.EXCLUDED, "billed from the vendor's own report")
    assert sum(p.charge.billed_cost for p in month.placed) == Decimal(220)


def test_an_account_of_several_customers_is_told_for_each() -> None:
    halves = [
        Account("Microsoft", "A-1", number, confirmed_by="ada", split_by="share", share=Decimal(50))
        for number in ("C-1", "C-2")
    ]
    month = rate([OWN, told()], books(accounts=halves), MONTH)
    assert sorted(problem.customer for problem in of(month)) == ["C-1", "C-2"]


def test_a_corrected_month_is_billed_from_the_report_that_was_billed() -> None:
    """May's own report grew by 30 and its pro forma by 12; only the pro forma is billed."""
    may: dict[str, Any] = {"billing_month": "2026-05", "period": None}
    before = [charge("own", "100.00", **may), told(cost="120.00", **may)]
    changed = [
        charge("own~", "30.00", corrects="2026-05", corrected_key="own", period=None),
        told("told~", "12.00", corrects="2026-05", corrected_key="told", period=None),
    ]
    now = [
        one._replace(corrected_key=one.key, billed_cost=one.billed_cost + two.billed_cost)
        for one, two in zip(before, changed, strict=True)
    ]
    accounts = [replace(a, bill_from="pro forma") for a in ACCOUNTS]
    month = rate(changed, books(accounts=accounts), MONTH, (), {"2026-05": now})
    assert of(month) == []
    assert {p.charge.key: p.fate for p in month.placed} == {"own~": Fate.EXCLUDED, "told~": Fate.BILLED}
