"""Deliveries of one set: again, anew, added, and after the month was issued."""

import csv
import gzip
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from billow.usage import Status
from billow.vendors import Formats
from tests.commands.clerk import snapshot
from tests.usage.deliveries import Desk, Row, report

SAMPLES = Path(__file__).parents[1] / "data" / "reports" / "focus" / "corrections"
SCENARIO = "open-previous_scenario_1_partial_reallocation"
MAY, JUNE, JULY = "2026-05", "2026-06", "2026-07"
FIRST = [Row("a", "10"), Row("b", "20"), Row("b", "20")]


@pytest.fixture(scope="module")
def shipped() -> Formats:
    """The formats that come with Billow."""
    return Formats.shipped()


@pytest.fixture
def desk(tmp_path: Path, shipped: Formats) -> Desk:
    """An empty store, nothing issued."""
    return Desk(tmp_path, shipped)


# --- the same again


def _columns_turned(text: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(row[::-1] for row in csv.reader(io.StringIO(text)))
    return out.getvalue()


def _quoted(text: str) -> str:
    return "".join(f'"{line}"\n'.replace(",", '","') for line in text.splitlines())


def _zipped(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inside.csv", text)
    return out.getvalue()


def _rows_turned(text: str) -> str:
    header, *rows = text.splitlines(keepends=True)
    return "".join([header, *reversed(rows)])


AGAIN: list[tuple[str, Callable[[str], str | bytes], str]] = [
    ("as it is", str, "report.csv"),
    ("under another name", str, "Bericht Mai.csv"),
    ("packed with gzip", lambda text: gzip.compress(text.encode()), "report.csv.gz"),
    ("packed with zip", _zipped, "report.zip"),
    ("with its rows in another order", _rows_turned, "report.csv"),
    ("with its columns in another order", _columns_turned, "report.csv"),
    ("with a byte order mark", lambda text: b"\xef\xbb\xbf" + text.encode(), "report.csv"),
    ("with the line ends of Windows", lambda text: text.replace("\n", "\r\n"), "report.csv"),
    ("with tabs", lambda text: text.replace(",", "\t"), "report.tsv"),
    ("with every cell in quotes", _quoted, "report.csv"),
    ("with amounts written longer", lambda text: text.replace("10,Usage", "10.000,Usage"), "report.csv"),
]  # fmt: skip


@pytest.mark.parametrize("closed", [(), (MAY,)], ids=["open", "issued"])
@pytest.mark.parametrize(("change", "name"), [row[1:] for row in AGAIN], ids=[row[0] for row in AGAIN])
def test_the_same_report_again_changes_nothing(
    desk: Desk, change: Callable[[str], str | bytes], name: str, closed: tuple[str, ...]
) -> None:
    desk.deliver(report(FIRST))
    before = snapshot(desk.store.root)
    desk.closed = closed
    assert desk.deliver(change(report(FIRST)), name).status is Status.UNCHANGED
    assert snapshot(desk.store.root) == before


@pytest.mark.parametrize("closed", [(), (MAY,)], ids=["open", "issued"])
@pytest.mark.parametrize("count", [1, 3])
def test_identical_rows_are_legal_so_another_number_of_them_is_another_report(
    desk: Desk, count: int, closed: tuple[str, ...]
) -> None:
    desk.deliver(report(FIRST))
    desk.closed = closed
    commit = desk.deliver(report([Row("a", "10"), *[Row("b", "20")] * count]))
    assert commit.status is (Status.CORRECTED if closed else Status.REPLACED)
    assert desk.costs() == {"a": Decimal(10), "b": Decimal(20 * count)}


# --- the three styles, by the FOCUS project's own example


def _by_resource(desk: Desk) -> dict[str, Decimal]:
    files = [str(path) for path in (desk.store.root / "charges").rglob("*.parquet")]
    counted = [totals.import_id for totals in desk.store.imports()]
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT ResourceId, sum(BilledCost) FROM read_parquet($1) WHERE list_contains($2, x_ImportId) "
            "GROUP BY 1 HAVING sum(BilledCost) <> 0",
            [files, counted],
        ).fetchall()
    return dict(rows)


STYLES = [
    ("all of the month anew", "replacement", "", Status.REPLACED),
    ("rows negated and charged again, as their rows show", "delta", "", Status.ADDED),
    ("differences only, as sheet Report sources says", "ledger", "adds", Status.ADDED),
]


@pytest.mark.parametrize("order", ["open", "issued"])
@pytest.mark.parametrize(
    ("style", "declared", "status"), [row[1:] for row in STYLES], ids=[row[0] for row in STYLES]
)
def test_every_style_of_correction_ends_at_the_same_balance(
    desk: Desk, style: str, declared: str, status: Status, order: str
) -> None:
    desk.deliver((SAMPLES / f"{SCENARIO}_original.csv").read_bytes())
    assert _by_resource(desk) == {"R-111": Decimal(1500)}
    if order == "issued":
        desk.closed, status = ["2025-06"], Status.CORRECTED
    content = (SAMPLES / f"{SCENARIO}_{style}.csv").read_bytes()
    assert desk.deliver(content, f"{style}.csv", declared).status is status
    assert _by_resource(desk) == {"R-111": Decimal(1200), "R-222": Decimal(300)}
    assert desk.deliver(content, f"{style} again.csv", declared).status is Status.UNCHANGED


def test_a_ledger_that_nobody_declared_is_asked_about_and_never_guessed(desk: Desk) -> None:
    desk.deliver((SAMPLES / f"{SCENARIO}_original.csv").read_bytes())
    problem = desk.unclear((SAMPLES / f"{SCENARIO}_ledger.csv").read_text())
    assert problem.code == "IMP-060"
    assert problem.sentence == (
        "It is not clear whether report.csv replaces the earlier delivery or adds to it: "
        "what was charged for before comes to -300 in it."
    )
    assert "choose replaces or adds in column Delivery" in problem.hint


CLOSED_SAMPLES = [
    "closed_scenario_2_late_arriving_usage_ledger",
    "closed_scenario_3_itemized_cost_only_ledger",
]


@pytest.mark.parametrize("name", CLOSED_SAMPLES)
def test_a_file_of_corrections_only_joins_the_open_month_it_is_billed_in(desk: Desk, name: str) -> None:
    june = (SAMPLES / f"{SCENARIO}_original.csv").read_bytes()
    late = (SAMPLES / f"{name}.csv").read_bytes()
    costs = {"1500": Decimal(1500), "0.001": Decimal("0.002")}[late.split(b",")[34].decode()]
    desk.deliver(june)
    assert desk.deliver(late, "late.csv").status is Status.ADDED
    assert sum(_by_resource(desk).values(), Decimal(0)) == 1500 + costs
    assert [totals.billing_month for totals in desk.store.imports()] == ["2025-06", "2025-06"]


def test_what_came_before_the_whole_delivery_waits_for_it(desk: Desk) -> None:
    desk.deliver(report([Row("a", "3", charge_class="Correction")]), "late.csv")
    assert desk.deliver(report(FIRST)).status is Status.NEW
    assert desk.costs() == {"a": Decimal(13), "b": Decimal(40)}


def test_a_whole_delivery_takes_the_place_of_what_was_added(desk: Desk) -> None:
    desk.deliver(report(FIRST))
    desk.deliver(report([Row("a", "3", charge_class="Correction")]), "late.csv")
    assert desk.deliver(report([Row("a", "13"), Row("b", "40")])).status is Status.REPLACED
    assert desk.costs() == {"a": Decimal(13), "b": Decimal(40)}


# --- after the month was issued


def test_a_new_file_of_an_issued_month_is_billed_in_the_open_one(desk: Desk) -> None:
    desk.deliver(report(FIRST))
    before = desk.store.charges(MAY)
    desk.closed = [MAY]
    commit = desk.deliver(report([Row("a", "10"), Row("b", "20"), Row("c", "7")]), "may 2.csv")
    assert (commit.status, commit.totals.corrects, commit.totals.billing_month) == (
        Status.CORRECTED,
        MAY,
        JUNE,
    )
    assert [(d.customer_key, d.change) for d in commit.differences] == [
        ("b", Decimal(-20)),
        ("c", Decimal(7)),
    ]
    assert desk.store.charges(MAY) == before
    assert desk.costs(JUNE) == {"b": Decimal(-20), "c": Decimal(7)}
    assert {charge.corrects for charge in desk.store.charges(JUNE)} == {MAY}
    assert [desk.store.verify(totals.import_id) for totals in desk.store.imports()] == [[], []]


def test_every_row_of_a_correction_names_its_file_and_row(desk: Desk) -> None:
    desk.deliver(report(FIRST), "may 1.csv")
    desk.closed = [MAY]
    desk.deliver(report([Row("a", "10"), Row("b", "21")]), "may 2.csv")
    (path,) = (desk.store.root / "charges" / "month=2026-06").rglob("*.parquet")
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT x_SourceFile, x_SourceRow, BilledCost, PricingQuantity FROM '{path}' ORDER BY 1, 2"  # noqa: S608
        ).fetchall()
    assert rows == [("may 1.csv", 2, -20, -1), ("may 1.csv", 3, -20, -1), ("may 2.csv", 2, 21, 1)]


def test_a_correction_is_replaced_while_its_month_is_open_and_corrected_after(desk: Desk) -> None:
    desk.deliver(report(FIRST))
    desk.closed = [MAY]
    desk.deliver(report([Row("a", "11")]), "2.csv")
    desk.deliver(report([Row("a", "12")]), "3.csv")
    assert desk.costs(JUNE) == {"a": Decimal(2), "b": Decimal(-40)}
    desk.closed = [MAY, JUNE]
    assert desk.deliver(report([Row("a", "12")]), "3 again.csv").status is Status.UNCHANGED
    desk.deliver(report([Row("a", "15")]), "4.csv")
    assert desk.costs(JUNE) == {"a": Decimal(2), "b": Decimal(-40)}
    assert desk.costs(JULY) == {"a": Decimal(3)}
    desk.deliver(report(FIRST), "1 again.csv")
    assert desk.costs(JULY) == {"a": Decimal(-2), "b": Decimal(40)}
    assert desk.costs() == {"a": Decimal(10), "b": Decimal(40)}


def test_the_first_file_of_an_issued_month_is_late_and_billed_whole(desk: Desk) -> None:
    desk.closed = [MAY]
    commit = desk.deliver(report(FIRST))
    assert (commit.status, commit.totals.corrects, commit.totals.against) == (Status.CORRECTED, MAY, ())
    assert (desk.costs(MAY), desk.costs(JUNE)) == ({}, {"a": Decimal(10), "b": Decimal(40)})


def test_a_correction_that_is_taken_back_leaves_nothing(desk: Desk) -> None:
    desk.deliver(report(FIRST))
    desk.closed = [MAY]
    desk.deliver(report([Row("a", "11")]), "2.csv")
    assert desk.deliver(report(FIRST)).status is Status.CORRECTED
    assert desk.costs(JUNE) == {}
    assert desk.deliver(report(FIRST)).status is Status.UNCHANGED


# --- estimates


def _daily(shipped_reports: Path, *, billed: bool) -> str:
    text = (shipped_reports / "microsoft" / "synthetic_daily_rated_usage.csv").read_text("utf-8-sig")
    return text if billed else text.replace("G000123456", "")


@pytest.mark.parametrize("issued", [(), (JUNE,)], ids=["open", "issued"])
def test_an_estimate_gives_way_to_the_invoice_and_never_comes_back(
    desk: Desk, issued: tuple[str, ...]
) -> None:
    reports = Path(__file__).parents[1] / "data" / "reports"
    desk.deliver(_daily(reports, billed=False), "unbilled.csv")
    whole = desk.costs()
    desk.closed = issued
    desk.deliver(_daily(reports, billed=True), "billed.csv")
    assert desk.costs() == whole
    newer = _daily(reports, billed=False).replace("Subscription 172a", "Subscription 172b")
    assert desk.deliver(newer, "unbilled again.csv").status is Status.LATE
    assert desk.costs() == whole


# --- what a set states


def _of_accounts(*accounts: str) -> str:
    header, *rows = report([Row("a", "10"), Row("b", "5")]).splitlines(keepends=True)
    return header + "".join(row.replace("payer", account) for account in accounts for row in rows)


@pytest.mark.parametrize("closed", [(), (MAY,)], ids=["open", "issued"])
def test_a_report_with_one_more_account_is_the_same_set_and_nothing_counts_twice(
    desk: Desk, closed: tuple[str, ...]
) -> None:
    desk.deliver(_of_accounts("one"))
    desk.deliver(_of_accounts("two"), "other.csv")
    desk.closed = closed
    desk.deliver(_of_accounts("one", "two", "three"), "all.csv")
    assert desk.costs() == {"a": Decimal(30), "b": Decimal(15)}
    against = {totals.against for totals in desk.store.imports()}
    assert max(map(len, against)) == (2 if closed else 0)


def test_a_report_of_a_part_of_the_accounts_is_refused(desk: Desk) -> None:
    desk.deliver(_of_accounts("one", "two"), "all.csv")
    problem = desk.unclear(_of_accounts("one"))
    assert problem.code == "IMP-061"
    assert problem.sentence == "report.csv states anew a part of all.csv only: two 2026-05 is not in it."
    assert "choose replaces in column Delivery of sheet Report sources" in problem.hint
    desk.deliver(_of_accounts("one"), declared="replaces")
    desk.deliver(_of_accounts("two"), "two.csv")
    assert desk.costs() == {"a": Decimal(20), "b": Decimal(10)}
