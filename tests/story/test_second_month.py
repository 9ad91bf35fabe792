"""The month after: only Skyline's report has come, so most customers vanish, and one has moved.

July's report is June's with its dates moved by a month; one customer used more storage. What stays without
a report is the contracts, which bill themselves.
"""

import csv
import sqlite3
from contextlib import closing
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from billow.commands.settle import settle_todo
from tests.commands.clerk import Said, add_row, billow, rows, snapshot, type_into
from tests.commands.test_dashboard import nets, remembered

JULY = "2026-07"
MONTH = ("--period", JULY)
GROWN = "C-1015"
REASON = "Only hosting so far; the rest follows with Microsoft's report"


def july_report(june: Path) -> str:
    """June's report a month later, with three times the storage for one customer."""
    text = june.read_text(encoding="utf-8").replace("2026-07-01T", "2026-08-01T").replace("2026-06", JULY)
    found = list(csv.DictReader(StringIO(text)))
    grown = [
        row for row in found if (row["SubAccountId"], row["ServiceName"]) == ("sky-7005", "Object Storage")
    ]
    assert len(grown) == 1
    for name in ("BilledCost", "EffectiveCost", "ContractedCost", "ListCost", "PricingQuantity"):
        grown[0][name] = str(Decimal(grown[0][name]) * 3)
    target = StringIO()
    writer = csv.DictWriter(target, list(found[0]))
    writer.writeheader()
    writer.writerows(found)
    return target.getvalue()


@pytest.fixture
def july(issued: Path) -> Path:
    """The issued June with July's one report imported and its drafts made."""
    june = issued.parent / "reports" / "2026-06" / "skyline_focus_2026-06.csv"
    report = issued.parent / "reports" / JULY / "skyline_focus_2026-07.csv"
    report.parent.mkdir()
    report.write_text(july_report(june), encoding="utf-8")
    assert billow("import", issued, report).code == 0
    settle_todo(issued, "waive", "Microsoft's report follows", "M. Jansen")
    assert billow("invoice", issued, *MONTH).code == 0
    return issued


def movement(workbook: Path, *columns: str) -> dict[str, tuple[object, ...]]:
    """Columns of sheet Movement, by customer."""
    return {row["Customer"]: tuple(row[c] for c in columns) for row in rows(workbook, "tblMovement")}


def waiting(said: Said) -> set[str]:
    """The customers that wait for a reason."""
    return {p["customer"] for p in said.data["problems"] if p["code"] == "MOV-001"}


def test_movement_compares_with_the_last_issued_month(july: Path, issued_month: Path) -> None:
    june = {row["Customer"]: row["Net"] for row in rows(issued_month, "tblInvoices")}
    shown = movement(july, "Last month", "This month", "Change", "Flag")
    assert {customer: row[0] for customer, row in shown.items()} == june
    # 3 x 7410 GB at 0.0275, where one third of it was billed in June; the rest of the invoice stands
    last, this, change, flag = shown[GROWN]
    assert change == Decimal("611.33") - Decimal("203.78")
    assert this == june[GROWN] + Decimal("407.55")
    assert (last, flag) == (june[GROWN], "moved more than 25 %")
    assert shown["C-1009"][1:] == (0, -june["C-1009"], "vanished: no invoice this month")


def test_reasons_of_june_are_asked_again(july: Path, issued_month: Path) -> None:
    assert all(reason for (reason,) in movement(issued_month, "Reason").values())
    assert set(movement(july, "Reason", "Confirmed by").values()) == {(None, None)}


def test_june_stays_as_it_was_issued(july: Path, issued_month: Path) -> None:
    def documents(workbook: Path) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(workbook.with_suffix(".data") / "register.sqlite")) as register:
            return list(register.execute("select number, customer, total, sha256 from documents"))

    assert documents(july) == documents(issued_month)
    out = "out/2026-06"
    then = snapshot(issued_month.with_suffix(".data") / out)
    assert snapshot(july.with_suffix(".data") / out) == then


def test_moved_and_vanished_customers_need_a_reason_each(july: Path) -> None:
    before = snapshot(july.parent)
    flagged = {customer for customer, (flag,) in movement(july, "Flag").items() if flag}
    refused = billow("issue", july, *MONTH, "--json")
    assert refused.code == 1
    assert waiting(refused) == flagged
    assert {GROWN, "C-1009"} <= flagged
    assert snapshot(july.parent) == before

    wholesale = billow("issue", july, *MONTH, "--reason", REASON)
    assert wholesale.code == 1
    assert "One reason for all customers is taken in the first month only." in wholesale.err
    assert snapshot(july.parent) == before


def test_typed_reasons_let_the_month_go(july: Path) -> None:
    flagged = {customer for customer, (flag,) in movement(july, "Flag").items() if flag}
    for customer in flagged - {GROWN}:
        type_into(july, "tblMovement", {"Customer": customer}, {"Reason": REASON})
    assert waiting(billow("issue", july, *MONTH, "--json")) == {GROWN}
    type_into(july, "tblMovement", {"Customer": GROWN}, {"Reason": "Archive moved to Skyline"})
    issued = billow("issue", july, *MONTH, "--json")
    assert issued.code == 0, issued.out
    drafts = {customer for customer, (this,) in movement(july, "This month").items() if this}
    assert {row["customer"] for row in issued.data["issued"]} == drafts
    assert issued.data["issued"][0]["number"] == "NS-2026-0025"  # the series goes on
    assert movement(july, "Reason")[GROWN] == ("Archive moved to Skyline",)
    assert billow("export", july, *MONTH, "--to", "hledger").code == 0


def test_one_customer_can_go_first_with_its_own_reason(july: Path) -> None:
    words = ("--customer", GROWN, "--reason", "Archive moved to Skyline")
    issued = billow("issue", july, *MONTH, *words, "--json")
    assert [row["customer"] for row in issued.data["issued"]] == [GROWN]


def test_an_issued_month_takes_a_late_change_as_a_note_only(issued: Path) -> None:
    number = type_into(issued, "tblPrices", {"Product": "MANAGED", "Scope": "everyone"}, {"Price or %": 20})
    assert number
    said = billow("check", issued, "--json")
    assert said.code == 0
    notes = [p for p in said.data["problems"] if p["code"] == "CMD-002"]
    assert [note["customer"] for note in notes] == ["C-1011"]
    assert notes[0]["severity"] == "note"
    assert {row["State"] for row in rows(issued, "tblInvoices")} == {"issued"}


def test_a_new_customer_in_the_second_month_needs_a_reason_of_its_own(july: Path) -> None:
    cells = {"Customer": "C-1030", "Name": "Late Joiner B.V.", "Status": "active", "Country": "NL"}
    add_row(july, "tblCustomers", cells)
    adjustment = {"No": 3, "Customer": "C-1030", "Month": JULY, "Text": "Set-up", "Product": "PROJECT"}
    add_row(july, "tblAdjustments", {**adjustment, "Quantity": 1, "Unit price": 100, "Currency": "EUR"})
    assert billow("invoice", july, *MONTH).code == 0
    assert movement(july, "Flag")["C-1030"] == ("new: no earlier invoice",)
    assert "C-1030" in waiting(billow("issue", july, *MONTH, "--json"))


def test_the_dashboard_shows_both_months_and_its_chart_too(july: Path) -> None:
    june, this = rows(july, "tblByMonth")
    assert [(row["Month"], row["State"]) for row in (june, this)] == [("2026-06", "issued"), (JULY, "draft")]
    assert june["Revenue"] == sum(nets(july)["2026-06"].values())
    drafts = sum(row["Net"] for row in rows(july, "tblInvoices") if row["Currency"] == "EUR")
    assert this["Revenue"] == drafts
    chart, *_ = remembered(july)
    months, revenue = (chart[next(f for f in chart if f.startswith(f"Dashboard!${c}$11"))] for c in "AB")
    assert months == ["2026-06", JULY]
    assert [Decimal(text) for text in revenue] == [june["Revenue"], drafts]
