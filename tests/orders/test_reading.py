"""Orders and inventories are read by rows of the sheets; what cannot be read stops the file."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billow.problems import Refused
from billow.vendors import Formats, import_report
from billow.vendors.orders import OrderFile, read_orders

from . import distributor as d

SEEN = date(2026, 6, 30)
STATE = "Kennung,Mandant,Seit,Bis,Stand"


def formats(**given: str) -> Formats:
    """Return the shipped formats and the distributor's, as the sheets say it."""
    report = {
        "format_id": "nordhandel", "vendor": "Nordhandel", "kind": "orders", "dates": "auto",
        "must_have": d.FORMAT["Must have"], **given,
    }  # fmt: skip
    return Formats.shipped().with_rows([report], *_described(d.MAPPING))


def inventory() -> Formats:
    """Return a format of an inventory that says since when, until when, and how it stands."""
    report = {"format_id": "stock", "kind": "inventory", "must_have": "Kennung|Stand", "dates": "auto"}
    mapping = {
        "x_CustomerKey": ("Mandant", "text"),
        "x_SubscriptionId": ("Kennung", "text"),
        "x_OrderTime": ("Seit", "text"),
        "x_EndTime": ("Bis", "text"),
        "x_OrderKind": ("Stand", "text"),
    }
    return Formats.shipped().with_rows([report], *_described(mapping, "stock"))


def _described(
    mapping: Mapping[str, tuple[str, str]], name: str = "nordhandel"
) -> tuple[list[Mapping[str, object]], list[Mapping[str, object]]]:
    rows: list[Mapping[str, object]] = [
        {"format_id": name, "target": target, "source": source, "transform": transform}
        for target, (source, transform) in mapping.items()
    ]
    return rows, [{"map": "nordhandel_kind", "from": word, "to": kind} for word, kind in d.KINDS.items()]


def read(path: Path, known: Formats, format_id: str | None = None) -> OrderFile:
    return read_orders(path, known, SEEN, format_id)


def test_a_list_of_orders_is_read_with_its_moments(tmp_path: Path) -> None:
    found = read(d.write(tmp_path / "orders.csv", d.NEW, d.MORE, d.ENDED, d.RENAMED), formats())
    assert (found.kind, found.vendor) == ("orders", "Nordhandel")
    assert [(row.order, row.kind, row.quantity, row.when) for row in found.rows] == [
        ("N-1", "start", Decimal(4), datetime(2026, 6, 15, 22, 30, tzinfo=UTC)),
        ("N-2", "add", Decimal(2), datetime(2026, 6, 21, 8, tzinfo=UTC)),
        ("N-3", "cancel", None, datetime(2026, 6, 26, 22, 30, tzinfo=UTC)),
    ]
    assert {(row.account, row.subscription, row.sku) for row in found.rows} == {("NH-10", "V-1", "MW")}


@pytest.mark.parametrize(
    ("time", "zone", "when"),
    [
        pytest.param("15.06.2026", "Europe/Berlin", date(2026, 6, 15), id="a day is that day everywhere"),
        pytest.param(
            "15.06.2026 23:30", "Europe/Berlin", datetime(2026, 6, 15, 21, 30, tzinfo=UTC),
            id="a time without a zone is one of the format's",
        ),
        pytest.param(
            "15.06.2026 23:30", "", datetime(2026, 6, 15, 23, 30, tzinfo=UTC), id="else it is one of UTC"
        ),
        pytest.param(
            "2026-06-15T23:30:00Z", "Europe/Berlin", datetime(2026, 6, 15, 23, 30, tzinfo=UTC),
            id="a time with a zone keeps its own",
        ),
        pytest.param(
            "2026-06-15T23:30:00-07:00", "Europe/Berlin", datetime(2026, 6, 16, 6, 30, tzinfo=UTC),
            id="and one with an offset too",
        ),
    ],
)  # fmt: skip
def test_when_an_order_takes_effect(tmp_path: Path, time: str, zone: str, when: date) -> None:
    path = d.write(tmp_path / "orders.csv", f"N-1;NH-10;V-1;MW;4;Neu;{time}")
    assert [row.when for row in read(path, formats(zone=zone)).rows] == [when]


def test_an_inventory_says_since_when_a_subscription_runs_or_when_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(f"{STATE}\nS-1,M-1,2026-01-01,,active\nS-2,M-1,2026-01-01,2026-06-18,ended\n", "utf-8")
    found = read(path, inventory())
    assert [(row.kind, row.when, row.seen) for row in found.rows] == [
        ("active", date(2026, 1, 1), SEEN),
        ("ended", date(2026, 6, 18), SEEN),
    ]


MICROSOFT = {
    "id": "5C2B-ONE", "offerId": "CFQ7TTC0LCHC:0002:CFQ7TTC0K971", "friendlyName": "Business Premium",
    "quantity": 12, "status": "active", "effectiveStartDate": "2026-06-15T22:30:00Z", "termDuration": "P1Y",
    "billingCycle": "monthly", "orderId": "a1", "customerId": "EFFB34CF", "autoRenewEnabled": True,
}  # fmt: skip


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda rows: json.dumps({"totalCount": 3, "items": rows}), id="an answer with items"),
        pytest.param(lambda rows: json.dumps(rows, indent=1), id="a list"),
        pytest.param(lambda rows: "\n".join(map(json.dumps, rows)), id="an object in each line"),
    ],
)
def test_partner_centers_list_of_subscriptions_is_known(tmp_path: Path, written: object) -> None:
    path = tmp_path / "subscriptions.json"
    rows = [MICROSOFT, {**MICROSOFT, "id": "two", "status": "deleted"}, {**MICROSOFT, "status": "pending"}]
    assert callable(written)
    path.write_text(written(rows), encoding="utf-8")
    first, second = read(path, Formats.shipped()).rows
    assert (first.vendor, first.account, first.subscription, first.sku) == (
        "Microsoft", "effb34cf", "5c2b-one", "CFQ7TTC0LCHC/0002",
    )  # fmt: skip
    assert (first.quantity, first.term, first.order, first.kind) == (Decimal(12), "P1Y", "a1", "active")
    assert first.when == datetime(2026, 6, 15, 22, 30, tzinfo=UTC)
    assert (second.kind, second.when) == ("ended", None)


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        pytest.param(
            "N-1;NH-10;V-1;MW;4;Tausch;2026-06-15", "IMP-091",
            'Row 2 of orders.csv cannot be read: "Tausch" is no kind of orders.', id="an unknown word",
        ),
        pytest.param("N-1;NH-10;V-1;MW;4;Neu;soon", "IMP-091", '"soon" is no date', id="a date in words"),
        pytest.param("N-1;NH-10;V-1;MW;4;Neu;", "IMP-091", "no date says when it takes effect", id="no date"),
        pytest.param("N-1;NH-10;;MW;4;Neu;2026-06-15", "IMP-091", "it names no subscription", id="no id"),
        pytest.param(
            "N-1;NH-10;V-1;MW;;Mehr;2026-06-15", "IMP-091", "it is of kind add and has no quantity",
            id="more seats, but not how many",
        ),
        pytest.param(
            "N-1;NH-10;V-1;MW;-4;Neu;2026-06-15", "IMP-091", "it has a quantity of -4", id="fewer than none"
        ),
        pytest.param("N-1;NH-10;V-1;MW;four;Neu;2026-06-15", "IMP-008", '"four"', id="a quantity in words"),
        pytest.param("N-1;NH-10;V-1;MW;4;Neu;5/6/2026", "IMP-011", "day or the month", id="a day or a month"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_stops_the_file(tmp_path: Path, row: str, code: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(d.write(tmp_path / "orders.csv", row), formats())
    assert [problem.code for problem in refused.value.problems] == [code]
    assert said in refused.value.problems[0].sentence


def test_an_unknown_way_to_bill_stops_the_file(tmp_path: Path) -> None:
    known = formats().with_rows(
        mapping=[
            {"format_id": "nordhandel", "target": "x_BilledBy", "source": "Artikel", "transform": "text"}
        ]
    )
    with pytest.raises(Refused, match='"MW" is no way to bill a subscription'):
        read(d.write(tmp_path / "orders.csv", d.NEW), known)


def test_reports_and_orders_are_told_apart(tmp_path: Path, reports: Path) -> None:
    path = d.write(tmp_path / "orders.csv", d.NEW)
    (problem,) = import_report(path, formats(), out_dir=tmp_path).problems
    assert (problem.code, problem.hint) == ("IMP-054", "Use billow orders for it.")
    with pytest.raises(Refused) as refused:
        read(reports / "microsoft/synthetic_nce_invoice_recon_us-dates.csv", formats())
    (problem,) = refused.value.problems
    assert (problem.code, problem.hint) == ("IMP-092", "Use billow import for it.")


@pytest.mark.parametrize(
    ("kind", "missing"),
    [("orders", {"x_OrderKind", "x_OrderTime", "x_CustomerKey", "x_SubscriptionId"}), ("inventory", set())],
)
def test_a_format_of_orders_needs_what_makes_an_order(kind: str, missing: set[str]) -> None:
    report: dict[str, object] = {"format_id": "thin", "kind": kind, "must_have": "A"}
    found = Formats.shipped().with_rows([report]).problems
    assert {problem.code for problem in found} == {"IMP-090"}
    said = {problem.sentence.split()[-1].rstrip(".") for problem in found}
    assert said == (missing or {"x_CustomerKey", "x_SubscriptionId"})


def test_what_no_order_has_cannot_be_mapped() -> None:
    row = {"format_id": "nordhandel", "target": "BilledCost", "source": "Net", "transform": "num"}
    (problem,) = formats().with_rows(mapping=[row]).problems
    assert (problem.code, problem.sentence) == ("IMP-022", 'There is no column to fill "BilledCost".')
