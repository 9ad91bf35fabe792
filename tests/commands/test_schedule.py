"""Contracts as a clerk sees them: their periods on sheet Schedule, and what their invoices cap."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.commands.clerk import MONTH, add_row, billow, rows, type_into

KEY = ("Subscription", "From", "Through", "Kind")
SUPPORT = {"Customer": "C-1001", "Product": "SUPPORT", "Billed by": "contract", "Quantity": 2}
YEARLY = {
    **SUPPORT, "Subscription": "K-YEAR", "Start": date(2026, 6, 15), "Term through": date(2027, 6, 14),
    "Agreed price": 10, "Currency": "EUR", "Billing": "yearly", "At term end": "renew",
    "Notice by": date(2027, 3, 31),
}  # fmt: skip
ARREARS = {
    **SUPPORT, "Subscription": "K-PAST", "Start": date(2026, 3, 10), "Agreed price": 10, "Currency": "EUR",
    "Billing": "quarterly", "Advance/arrears": "arrears",
}  # fmt: skip
WRONG = {**SUPPORT, "Subscription": "K-WRONG", "Start": date(2026, 1, 1), "Agreed price": 10}


def scheduled(workbook: Path, subscription: str) -> list[tuple[Any, ...]]:
    shown = ("From", "Through", "Billed in", "Quantity", "Amount", "Notice by", "Renews on")
    found = [row for row in rows(workbook, "tblSchedule") if row["Subscription"] == subscription]
    return [tuple(row[name] for name in shown) for row in found]


def test_a_month_stands_between_the_last_and_the_next(drafted_month: Path) -> None:
    assert scheduled(drafted_month, "SUP-1001") == [
        (date(2026, 5, 1), date(2026, 5, 31), "2026-05", 1, None, None, None),
        (date(2026, 6, 1), date(2026, 6, 30), "2026-06", 1, Decimal(250), None, None),
        (date(2026, 7, 1), date(2026, 7, 31), "2026-07", 1, None, None, None),
    ]


def test_nothing_is_billed_twice_by_subscription_days_and_kind(drafted_month: Path) -> None:
    keys = [tuple(row[name] for name in KEY) for row in rows(drafted_month, "tblSchedule")]
    assert keys
    assert len(set(keys)) == len(keys)


def test_years_quarters_and_what_cannot_be(drafted: Path) -> None:
    for contract in (YEARLY, ARREARS, WRONG):
        add_row(drafted, "tblSubscriptions", contract)
    more = {"No": 91, "Subscription": "K-YEAR", "Effective": date(2026, 6, 20), "Kind": "add", "Quantity": 1}
    gone = {"No": 92, "Subscription": "K-WRONG", "Effective": date(2026, 6, 1), "Kind": "remove"}
    for change in (more, {**gone, "Quantity": 9}):
        add_row(drafted, "tblChanges", change)
    assert billow("invoice", drafted, "--period", MONTH).code == 0
    # two seats for a year of twelve times 10, one more for 11 months and 25 of 30 days: 118.33
    year, notice = Decimal(240) + Decimal("118.33"), date(2027, 3, 31)
    assert scheduled(drafted, "K-YEAR") == [
        (date(2026, 6, 15), date(2027, 6, 14), "2026-06", 3, year, notice, date(2027, 6, 15))
    ]
    # 22 of 31 days of March, April, May and 9 of 30 days of June: 10 x 3.0096774... for each of two seats
    assert scheduled(drafted, "K-PAST") == [
        (date(2026, 3, 10), date(2026, 6, 9), "2026-06", 2, Decimal("60.19"), None, None),
        (date(2026, 6, 10), date(2026, 9, 9), "2026-09", 2, None, None, None),
    ]
    assert scheduled(drafted, "K-WRONG") == []
    assert "CON-004" in [row["Code"] for row in rows(drafted, "tblProblems")]


def test_no_more_is_given_back_than_was_on_the_invoice(issued: Path) -> None:
    """June went out over 250.00; after a rise of the price on the sheet, 900.00 would go back."""
    type_into(issued, "tblSubscriptions", {"Subscription": "SUP-1001"}, {"Agreed price": 900})
    late = {"Effective": date(2026, 6, 1), "Kind": "cancel", "Reported": date(2026, 7, 5)}
    add_row(issued, "tblChanges", {"No": 93, "Subscription": "SUP-1001", **late})
    assert billow("invoice", issued, "--period", "2026-07").code == 0
    (line,) = (row for row in rows(issued, "tblLines") if row["Subscription"] == "SUP-1001")
    assert (line["Amount"], line["Steps"].rpartition("; ")[2]) == (
        -250, "no more given back than the 250.00 EUR that was issued and not credited yet",
    )  # fmt: skip


def test_all_periods_of_a_contract_are_listed(drafted_month: Path) -> None:
    said = billow("schedule", drafted_month, "sup-1003", "--through", "2026-04-30")
    assert (said.code, said.out.splitlines()) == (
        0,
        [
            "Subscription SUP-1003 of customer C-1003, product SUPPORT:",
            "2026-02-01 through 2026-02-28, billed in 2026-02, quantity 1",
            "2026-03-01 through 2026-03-31, billed in 2026-03, quantity 1",
            "2026-04-01 through 2026-04-30, billed in 2026-04, quantity 1",
        ],
    )
    periods = billow("schedule", drafted_month, "SUP-1003", "--through", "2030-01-01", "--json").data[
        "periods"
    ]
    keys = {(row["from"], row["through"], row["kind"]) for row in periods}
    assert (len(keys), periods[-1]["through"]) == (len(periods), "2027-01-31")


def test_a_contract_that_is_not_there_is_refused(drafted_month: Path) -> None:
    said = billow("schedule", drafted_month, "SUP-9999")
    assert (said.code, "CMD-030" in said.err, "Subscriptions" in said.err) == (1, True, True)
