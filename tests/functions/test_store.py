"""What a run left is found by key, and is what the sheets and the register say; nothing else is found."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billow import summary
from billow.functions import FUNCTIONS, OMITTED, answer
from billow.summary import NoSummary, Summary
from tests.commands.clerk import MONTH, billow, rows
from tests.functions.ranges import call, day, table
from tests.functions.runs import run_of

SUBSCRIPTIONS = table(
    "tblSubscriptions",
    {"Subscription": "S-1", "Customer": "C-1", "Product": "CARE", "Start": day("2026-01-01"),
     "Quantity": 10.0},
    {"Subscription": "S-2", "Customer": "C-1", "Product": "CARE", "Start": day("2026-06-10"),
     "Term through": day("2026-06-20"), "Quantity": 4.0},
)  # fmt: skip
CHANGES = table(
    "tblChanges",
    {"No": 1.0, "Subscription": "S-1", "Effective": day("2026-06-16"), "Kind": "remove", "Quantity": 3.0},
)


def test_usage_is_what_sheet_usage_shows(issued_month: Path) -> None:
    used: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    cost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows(issued_month, "tblUsage"):
        if row["What became of it"] not in {"tax", "excluded"}:
            used[row["Customer"] or "", row["Product"] or ""] += row["Quantity"] or 0
            cost[row["Customer"] or "", row["Product"] or ""] += row["Cost"]
    keys = [key for key in used if all(key)]
    assert len(keys) > 50
    columns = ([[customer] for customer, _ in keys], [[product] for _, product in keys])
    run = run_of(issued_month)
    quantities = call("BILLOW_USAGE", run, *columns, MONTH)
    assert quantities == pytest.approx([float(used[key]) for key in keys], abs=1e-9)
    assert call("BILLOW_USAGE", run, "C-1001", "NOT SOLD", MONTH) == 0.0
    costs = call("BILLOW_USAGE", run, *columns, date(2026, 6, 1), "cost")
    assert costs == pytest.approx([float(cost[key]) for key in keys], abs=1e-9)


@pytest.mark.parametrize("by", ["product", "vendor", "subscription"])
def test_a_usage_table_has_all_of_the_customers_cost(issued_month: Path, by: str) -> None:
    header, *shown = call("BILLOW_USAGE_TABLE", run_of(issued_month), "C-1001", MONTH, by)
    assert header == [by.title(), "Quantity", "Unit", "Cost", "Currency"]
    expected = sum(
        row["Cost"]
        for row in rows(issued_month, "tblUsage")
        if row["Customer"] == "C-1001" and row["What became of it"] not in {"tax", "excluded"}
    )
    assert sum(row[3] for row in shown) == pytest.approx(float(expected), abs=1e-9)


def test_what_was_invoiced_is_what_sheet_invoices_shows(issued_month: Path) -> None:
    invoices = rows(issued_month, "tblInvoices")
    assert len(invoices) == 24
    customers = [[row["Customer"]] for row in invoices]
    run = run_of(issued_month)
    for measure, column in (("net", "Net"), ("vat", "VAT"), ("total", "Total")):
        shown = call("BILLOW_INVOICED", run, customers, MONTH, MONTH, "Microsoft", measure)
        if measure != "net":
            assert shown == f"#BILLOW: {measure} is of a whole invoice and not of a vendor."
        assert call("BILLOW_INVOICED", run, customers, "2026-01", "2026-12", OMITTED, measure) == [
            float(row[column]) for row in invoices
        ]
    assert call("BILLOW_INVOICED", run, "C-1001", "2026-07") == 0.0


def test_what_vendors_were_invoiced_sums_to_the_customers_net(issued_month: Path) -> None:
    lines = [row for row in rows(issued_month, "tblLines") if row["Customer"] == "C-1001"]
    run = run_of(issued_month)
    for measure in ("net", "cost", "margin"):
        column = {"net": "Amount", "cost": "Cost", "margin": "Margin"}[measure]
        for vendor in {row["Vendor"] for row in lines} - {None, ""}:
            own = sum(row[column] for row in lines if row["Vendor"] == vendor)
            assert call("BILLOW_INVOICED", run, "C-1001", MONTH, MONTH, vendor, measure) == float(own)


def test_drafts_are_not_invoiced(drafted_month: Path) -> None:
    assert call("BILLOW_INVOICED", run_of(drafted_month), "C-1001", MONTH) == 0.0


def test_checks(issued_month: Path) -> None:
    run = run_of(issued_month)
    checks = rows(issued_month, "tblChecks")
    assert call("BILLOW_CHECK", run) == "OK"
    for row in checks:
        assert call("BILLOW_CHECK", run, row["Check"]) == row["Result"]
    assert call("BILLOW_CHECK", run, "Everything").startswith(
        '#BILLOW: There is no check "Everything"; there are:'
    )


def test_the_steps_of_every_line_sum_to_its_net(issued_month: Path) -> None:
    run = run_of(issued_month)
    for row in rows(issued_month, "tblLines"):
        (header, *steps, last) = answer(FUNCTIONS["BILLOW_EXPLAIN"], [run, row["Line"]])
        assert (header, last) == (["Step", "Amount"], ["Net", float(row["Amount"])])
        assert sum(amount for _, amount in steps if amount != "") == pytest.approx(
            float(row["Amount"]), abs=1e-9
        )
    assert call("BILLOW_EXPLAIN", run, "L-0000000000") == "#BILLOW: There is no line L-0000000000."


def test_list_prices_are_those_of_the_sheet(issued_month: Path) -> None:
    run = run_of(issued_month)
    for row in rows(issued_month, "tblListPrices"):
        asked = (row["SKU"], row["Valid from"] or date(2026, 6, 1), row["Term"] or "", row["Billing"] or "")
        given = [run, *[cell or OMITTED for cell in asked], row["Currency"], row["Segment"]]
        given += [row["Market"]] if row["Market"] else []
        assert call("BILLOW_LIST_PRICE", *given) == float(row["List price"])
    shown = call("BILLOW_LIST_PRICE", run, "NONE", day("2026-06-30"))
    assert shown == "#BILLOW: No list price of NONE holds on 2026-06-30."


@pytest.mark.parametrize(
    ("product", "on", "seats"),
    [
        pytest.param("CARE", "2025-12-31", 0.0, id="the day before the start"),
        pytest.param("CARE", "2026-06-09", 10.0, id="one subscription"),
        pytest.param("CARE", "2026-06-10", 14.0, id="both, from the second one's first day"),
        pytest.param("CARE", "2026-06-15", 14.0, id="the day before the change"),
        pytest.param("CARE", "2026-06-16", 11.0, id="the change day has the new state"),
        pytest.param("CARE", "2026-06-20", 11.0, id="the last day of the term counts"),
        pytest.param("CARE", "2026-06-21", 7.0, id="the day after it does not"),
        pytest.param("OTHER", "2026-06-16", 0.0, id="another product"),
    ],
)
def test_seats(product: str, on: str, seats: float) -> None:
    assert call("BILLOW_SEATS", "C-1", product, day(on), SUBSCRIPTIONS, CHANGES) == seats


def test_a_month_that_no_run_looked_at_is_not_zero(issued_month: Path) -> None:
    shown = call("BILLOW_USAGE", run_of(issued_month), "C-1001", "M365-E5", "2026-05")
    assert shown == "#BILLOW: No run has looked at 2026-05 yet; run check for it."


@pytest.mark.parametrize(
    "text",
    ["/etc/passwd", "2026-06-30 12:00:00 ../../../x", "2026-06-30 12:00:00", "2026-06-30 12:00:00 0123456G"],
)
def test_a_cell_never_names_a_path(text: str) -> None:
    assert call("BILLOW_CHECK", text) == f'#BILLOW: "{text}" is not what Billow_Run says; name that cell.'


def test_a_run_of_another_machine() -> None:
    shown = call("BILLOW_CHECK", "2026-06-30 12:00:00 01234567")
    assert shown == "#BILLOW: The last run was not made on this machine, by this user; run check here."


def test_a_later_run_is_looked_up_anew_and_an_earlier_one_is_not_answered(
    issued: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BILLOW_HOME", str(tmp_path / "home"))
    assert billow("check", issued).code == 0
    run = run_of(issued)
    assert call("BILLOW_CHECK", run) == "OK"
    path = issued.with_suffix(".data") / "summary.sqlite"
    later = f"2099-01-01 00:00:00 {run[-8:]}"
    summary.write(path, later, MONTH, [summary.Check("all", "CHECK")])
    assert call("BILLOW_CHECK", later) == "CHECK"
    shown = call("BILLOW_CHECK", run)
    assert shown == "#BILLOW: Another run came after the one that this workbook shows; open it again."


def test_a_summary_that_is_gone_or_broken_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoSummary, match="not there any more"):
        Summary.read(tmp_path / "none.sqlite", "")
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database" * 100)
    with pytest.raises(NoSummary, match="cannot be read"):
        Summary.read(broken, "")


def _lost(summary: Path) -> None:
    summary.unlink()


def _of_an_older_billow(summary: Path) -> None:
    with closing(sqlite3.connect(summary)) as store, store:
        store.execute("UPDATE run SET version = '1'")


@pytest.mark.parametrize("happened", [_lost, _of_an_older_billow])
def test_months_that_were_issued_before_there_was_a_summary_are_there(
    issued: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, happened: Callable[[Path], None]
) -> None:
    """No summary can be used; a run of the next month finds in the register what was invoiced."""
    monkeypatch.setenv("BILLOW_HOME", str(tmp_path / "home"))
    nets = [(row["Customer"], float(row["Net"])) for row in rows(issued, "tblInvoices")]
    happened(issued.with_suffix(".data") / "summary.sqlite")
    assert billow("check", issued, "--period", "2026-07").code == 0
    run = run_of(issued)
    for customer, net in nets:
        assert call("BILLOW_INVOICED", run, customer, MONTH) == net
        assert call("BILLOW_COMPARE", run, customer, MONTH, "2026-07")[-1][:2] == ["Total", net]
