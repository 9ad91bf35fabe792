"""A month in which users and hours are billed: typed into the sheets, seen on lines, proofs and margin.

Duinroos Hotels has two hours at 90 and eight workplaces of which one begins on the 16th of June. Customer
C-1012 is billed for the users of what BrightCloud charges for 30.
"""

import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billow.workbook.book import Workbook
from tests.commands.clerk import MONTH, Said, billow, rows, type_into
from tests.functions.ranges import call, day
from tests.functions.runs import run_of

HOTEL, SECURED = "C-1011", "C-1012"
HOURS = {"Product": "HOURS", "Text": "Engineer", "Text nl": "Technicus", "Unit": "hour"}
DESK = {"Product": "DESK", "Text": "Desk", "Unit": "user"}
PRICE = {"Scope": "everyone", "Applies to": "product", "Model": "per_unit", "Currency": "EUR"}
VISIT: dict[str, Any] = {
    "No": 1, "Customer": HOTEL, "Product": "HOURS", "From": date(2026, 6, 3), "Through": date(2026, 6, 3),
    "Quantity": 2, "Text": "Firewall moved", "Unit cost": 40,
}  # fmt: skip


def of(workbook: Path, table: str, customer: str) -> list[dict[str, Any]]:
    return [row for row in rows(workbook, table) if row["Customer"] == customer]


def typed(workbook: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> Path:
    """Type rows below the last ones of several tables."""
    book = Workbook.open(workbook)
    for table, cells in tables.items():
        book.append(table, list(cells))
    book.save()
    return workbook


def priced() -> dict[str, list[dict[str, Any]]]:
    """What hours and desks are, and what they cost."""
    hours = {**PRICE, "Product": "HOURS", "Price or %": 90, "Per": "unit"}
    desks = {**PRICE, "Product": "DESK", "Price or %": 12, "Per": "month"}
    return {"tblProducts": [HOURS, DESK], "tblPrices": [hours, desks]}


def person(customer: str, product: str, user: str, first: date) -> dict[str, Any]:
    return {"Customer": customer, "Product": product, "User": user, "Name": f"Name of {user}", "From": first}


@pytest.fixture(scope="module")
def counted_month(drafted_month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drafted month with hours and desks for one customer, and another billed by users."""
    folder = tmp_path_factory.mktemp("counted") / "desk"
    workbook = shutil.copytree(drafted_month.parent, folder) / drafted_month.name
    desks = {"Subscription": "D-1", "Customer": HOTEL, "Product": "DESK", "Billed by": "users"}
    staff = [person(HOTEL, "DESK", f"u{n}@duinroos.example", date(2026, 1, 1)) for n in range(7)]
    staff.append(person(HOTEL, "DESK", "late@duinroos.example", date(2026, 6, 16)))
    staff += [person(SECURED, "BC-SECURITY", f"u{n}", date(2026, 2, 1)) for n in range(28)]
    typed(
        workbook,
        {
            **priced(), "tblOwnUsage": [VISIT], "tblUsers": staff,
            "tblSubscriptions": [{**desks, "Start": date(2026, 1, 1)}],
        },
    )  # fmt: skip
    type_into(
        workbook, "tblSubscriptions", {"Subscription": "BC-V-20417"},
        {"Billed by": "users", "Agreed price": 4, "Quantity": None},
    )  # fmt: skip
    said = billow("invoice", workbook, "--period", MONTH)
    assert (said.code, "DRV" in said.err) == (0, False)
    return workbook


def test_users_and_hours_are_lines_beside_the_others(counted_month: Path, drafted_month: Path) -> None:
    lines = [line for line in of(counted_month, "tblLines", HOTEL) if line["Product"] in {"DESK", "HOURS"}]
    assert [(line["Text"], line["Billed by"], str(line["Amount"]), str(line["Cost"])) for line in lines] == [
        ("Desk", "users", "42", "0"),  # 7 x 12 x 15/30
        ("Desk", "users", "48", "0"),  # 8 x 12 x 15/30
        ("Firewall moved", "own_usage", "180", "80"),
    ]
    assert [line["Proration"] for line in lines] == ["15 van 30 dagen", "15 van 30 dagen", None]
    assert lines[2]["Product rule"] == "Own usage row 5: product HOURS"
    assert lines[2]["Sources"] == "sheet Own usage"
    before = sum(line["Amount"] for line in of(drafted_month, "tblLines", HOTEL))
    assert sum(line["Amount"] for line in of(counted_month, "tblLines", HOTEL)) == before + 270


def test_what_the_distributor_charges_is_their_cost(counted_month: Path, drafted_month: Path) -> None:
    (line,) = [one for one in of(counted_month, "tblLines", SECURED) if one["Subscription"] == "BC-V-20417"]
    (was,) = [one for one in of(drafted_month, "tblLines", SECURED) if one["Subscription"] == "BC-V-20417"]
    assert (str(line["Quantity"]), str(line["Amount"]), line["Billed by"]) == ("28", "112", "users")
    assert line["Cost"] == was["Cost"] > 0
    assert line["Margin"] == 112 - was["Cost"]


def test_both_proofs_hold(counted_month: Path, drafted_month: Path) -> None:
    assert {row["Result"] for row in rows(counted_month, "tblChecks")} == {"OK"}
    assert [row["Contract"] for row in rows(counted_month, "tblProofFiles")] == [
        row["Contract"] for row in rows(drafted_month, "tblProofFiles")
    ]
    (before,) = of(drafted_month, "tblProofCustomers", HOTEL)
    (proof,) = of(counted_month, "tblProofCustomers", HOTEL)
    # one more subscription, and one row of own usage
    assert (proof["Expected"], proof["Missing"]) == (before["Expected"] + 2, 0)


def test_explain_leads_to_the_rows_of_the_sheet(counted_month: Path) -> None:
    shown = of(counted_month, "tblLines", HOTEL)
    desk = next(line["Line"] for line in shown if line["Product"] == "DESK" and line["Quantity"] == 8)
    told = billow("explain", counted_month, HOTEL, desk).out
    assert "Source: sheet Users" in told
    assert "Users rows 5, 6, 7, 8, 9, 10, 11, 12: 8 counted by days" in told
    assert "duinroos.example" not in told
    (secured,) = [
        one["Line"] for one in of(counted_month, "tblLines", SECURED) if one["Billed by"] == "users"
    ]
    assert "only its cost" in billow("explain", counted_month, SECURED, secured).out


def test_a_month_without_users_is_held_up_for_that_customer(counted_month: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(counted_month.parent, tmp_path / "desk")
    workbook = folder / counted_month.name
    type_into(workbook, "tblUsers", {"Customer": SECURED}, {"Counted": "no"})
    said = billow("check", workbook, "--period", MONTH, "--json")
    found = {(p["code"], p["customer"]) for p in said.data["problems"]}
    assert {("RAT-001", SECURED), ("RAT-003", SECURED)} <= found
    assert {row["Result"] for row in rows(workbook, "tblProofFiles")} == {"OK"}


# --- late


def told(said: Said) -> list[tuple[str, str]]:
    return [(p["code"], p["sentence"]) for p in said.data["problems"] if p["code"].startswith("DRV")]


def hours(workbook: Path) -> list[tuple[str, str, str]]:
    """The lines of hours: month, amount and note."""
    lines = [line for line in of(workbook, "tblLines", HOTEL) if line["Product"] == "HOURS"]
    return [(line["Month"], str(line["Amount"]), line["Proration"] or "") for line in lines]


@pytest.fixture
def late(issued: Path) -> Path:
    """The issued June, and hours of June that were written down afterwards, beside those of July."""
    july = {**VISIT, "No": 2, "From": date(2026, 7, 8), "Through": date(2026, 7, 8)}
    return typed(issued, {**priced(), "tblOwnUsage": [VISIT, july]})


def test_hours_of_an_issued_month_are_billed_once_in_the_open_one(late: Path) -> None:
    june = billow("check", late, "--period", MONTH, "--json")
    assert "CMD-002" not in {p["code"] for p in june.data["problems"]}
    said = billow("invoice", late, "--period", "2026-07", "--json")
    assert told(said) == []
    assert sorted(hours(late)) == [("2026-07", "180", ""), ("2026-07", "180", "gebruik in 06/2026")]
    words = ("--period", "2026-07", "--customer", HOTEL, "--reason", "hours")
    assert billow("issue", late, *words, "--date", "2026-08-05").code == 0
    said = billow("check", late, "--period", "2026-08", "--json")
    assert told(said) == []
    assert hours(late) == []


def test_hours_of_a_month_that_was_left_out_are_told(late: Path) -> None:
    said = billow("check", late, "--period", "2026-08", "--json")
    assert told(said) == [
        ("DRV-004", "Own usage no 2 of customer C-1011 belongs to 2026-07, and no invoice shows it.")
    ]
    type_into(late, "tblOwnUsage", {"No": 2}, {"Month": "2026-08"})
    assert told(billow("check", late, "--period", "2026-08", "--json")) == []


def test_days_the_wrong_way_round_and_a_number_twice_stop(drafted: Path) -> None:
    reversed_days = {**VISIT, "Through": date(2026, 6, 2)}
    typed(drafted, {**priced(), "tblOwnUsage": [reversed_days, {**VISIT, "No": 2}, {**VISIT, "No": 2}]})
    said = billow("check", drafted, "--period", MONTH)
    assert said.code == 1
    assert "INP-007  Through 2026-06-02 lies before From 2026-06-03." in said.err
    assert "sheet Own usage, row 5, column Through" in said.err
    assert '"2" stands twice in sheet Own usage: in rows 6 and 7.' in said.err


def test_the_functions_know_who_the_users_are_and_what_was_counted(counted_month: Path) -> None:
    run = run_of(counted_month)
    header, *shown = call("BILLOW_USERS", run, HOTEL, "DESK", MONTH)
    assert header == ["User", "Name", "From", "Through"]
    whole, late = (day("2026-06-01"), day("2026-06-30")), (day("2026-06-16"), day("2026-06-30"))
    staff = [(f"u{n}@duinroos.example", whole) for n in range(7)] + [("late@duinroos.example", late)]
    assert shown == [[user, f"Name of {user}", *days] for user, days in staff]
    assert call("BILLOW_USERS", run, HOTEL, "DESK", MONTH, "count") == [
        ["From", "Through", "Users"],
        [day("2026-06-01"), day("2026-06-15"), 7.0],
        [day("2026-06-16"), day("2026-06-30"), 8.0],
    ]
    assert call("BILLOW_USERS", run, SECURED, "BC-SECURITY", MONTH, "count")[1:] == [[*whole, 28.0]]
    assert call("BILLOW_USERS", run, HOTEL, "HOURS", MONTH) == [header]
    assert call("BILLOW_USERS", run, HOTEL, "DESK", "2026-05") == (
        "#BILLOW: No run has looked at 2026-05 yet; run check for it."
    )
