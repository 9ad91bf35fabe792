"""A distributor provisions, changes and ends a service: each is accepted by one cell, and billed.

MANAGED costs 12.50 a month for each workplace, and June has 30 days.
"""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billow.workbook.book import Workbook
from tests.commands.clerk import MONTH, Said, add_row, billow, remove_row, rows, snapshot, type_into
from tests.orders import distributor as d

ACCOUNT = {"Vendor": "Nordhandel", "Account": "NH-10", "Customer": "C-1010", "Confirmed by": "M. Jansen"}
RULE = {"Vendor": "Nordhandel", "Match": "sku", "SKU": "MW", "Product": "MANAGED"}
ACCEPT = {"Decision": "accept"}


TABLES: dict[str, Sequence[Mapping[str, object]]] = {
    "tblCustomers": [
        {"Customer": "C-1010", "Name": "Brugwacht B.V.", "Country": "NL", "Time zone": "Europe/Amsterdam"}
    ],
    "tblProducts": [{"Product": "MANAGED", "Text": "Managed workplace", "VAT class": "services"}],
    "tblPrices": [
        {
            "Scope": "everyone", "Applies to": "product", "Product": "MANAGED", "Model": "per_unit",
            "Price or %": Decimal("12.50"), "Currency": "EUR", "Per": "month",
        }
    ],
    "tblSubscriptions": [
        {
            "Subscription": "MWP-1", "Customer": "C-1010", "Product": "MANAGED", "Billed by": "contract",
            "Start": date(2026, 1, 1), "Quantity": 1,
        }
    ],
    "tblAccounts": [ACCOUNT],
    "tblSkuRules": [RULE],
    "tblFormats": [d.FORMAT],
    "tblMapping": d.mapping_rows(),
    "tblValueMaps": d.value_rows(),
}  # fmt: skip


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of one customer, with the distributor's list described on its sheets."""
    path = tmp_path_factory.mktemp("orders") / "Billing.xlsx"
    assert billow("new", path).code == 0
    book = Workbook.open(path)
    for table, given in TABLES.items():
        book.write(table, given)
    book.set_cells({"Set_company": "Northstar Cloud B.V."})
    book.save()
    assert billow("invoice", path, "--period", MONTH).code == 0
    return path


@pytest.fixture
def workbook(ready: Path, tmp_path: Path) -> Path:
    shutil.copytree(ready.parent, tmp_path / "desk")
    return tmp_path / "desk" / ready.name


def ordered(workbook: Path, *lines: str) -> Said:
    said = billow("orders", workbook, d.write(workbook.with_name("orders.csv"), *lines))
    assert said.code == 0, said.err
    return said


def waiting(workbook: Path) -> list[str]:
    return [row["What"] for row in rows(workbook, "tblTodo") if row["Kind"].startswith("order")]


def billed(workbook: Path, subscription: str = "V-1") -> list[Decimal]:
    return [r["Amount"] for r in rows(workbook, "tblLines") if r["Subscription"] == subscription]


def accept(workbook: Path) -> None:
    type_into(workbook, "tblTodo", {"Kind": "order"}, ACCEPT)
    said = billow("invoice", workbook, "--period", MONTH)
    assert said.code == 0, said.err


def test_what_is_provisioned_is_billed_from_the_customers_day(workbook: Path) -> None:
    said = ordered(workbook, d.NEW)
    assert "orders.csv: orders of Nordhandel, 1 row." in said.out
    assert "1 row to accept on sheet To do, 0 that cannot be placed yet." in said.out
    assert waiting(workbook) == ["V-1: 4 x MANAGED from 2026-06-16"]
    assert "RAT-020" in billow("issue", workbook, "--period", MONTH, "--customer", "C-1010").err
    accept(workbook)
    assert waiting(workbook) == []
    (row,) = [row for row in rows(workbook, "tblSubscriptions") if row["Subscription"] == "V-1"]
    assert (row["Customer"], row["Billed by"], row["Order"]) == ("C-1010", "contract", "N-1")
    # 22:30 in UTC is the 16th in Amsterdam: 15 of 30 days, 4 x 12.50 x 15/30 (UTC's day would give 26.67)
    assert billed(workbook) == [Decimal("25.00")]


def test_the_same_list_again_asks_for_nothing(workbook: Path) -> None:
    ordered(workbook, d.NEW)
    accept(workbook)
    said = ordered(workbook, d.NEW)
    assert "0 rows to accept on sheet To do, 0 that cannot be placed yet." in said.out
    before = snapshot(workbook.parent)["Billing.data/orders.json"]
    ordered(workbook, d.NEW)
    assert snapshot(workbook.parent)["Billing.data/orders.json"] == before


def test_changes_wait_for_their_start_and_then_for_one_cell_each(workbook: Path) -> None:
    ordered(workbook, d.NEW, d.MORE, d.ENDED)
    assert waiting(workbook) == [
        "V-1: 4 x MANAGED from 2026-06-16",
        "add of V-1 on 2026-06-21, whose start is not accepted yet",
        "cancel of V-1 on 2026-06-27, whose start is not accepted yet",
    ]
    accept(workbook)
    assert waiting(workbook) == ["V-1: add 2 from 2026-06-21", "V-1: cancel from 2026-06-27"]
    accept(workbook)
    # 4 x 12.50 x 5/30 = 8.33, and 6 x 12.50 x 6/30 = 15.00
    assert billed(workbook) == [Decimal("8.33"), Decimal("15.00")]
    own = [row for row in rows(workbook, "tblChanges") if row["Subscription"] == "V-1"]
    assert [(r["No"], r["Kind"], r["Quantity"], r["Order"]) for r in own] == [
        (1, "add", Decimal(2), "N-2"),
        (2, "cancel", None, "N-3"),
    ]


def test_what_nobody_knows_is_parked_until_its_row_is_there(workbook: Path) -> None:
    remove_row(workbook, "tblSkuRules", RULE)
    remove_row(workbook, "tblAccounts", ACCOUNT)
    said = ordered(workbook, d.NEW)
    assert "0 rows to accept on sheet To do, 1 that cannot be placed yet." in said.out
    assert waiting(workbook) == ["subscription V-1 of account NH-10"]
    add_row(workbook, "tblAccounts", ACCOUNT)
    billow("check", workbook)
    assert waiting(workbook) == ["subscription V-1 of MW"]
    add_row(workbook, "tblSkuRules", RULE)
    billow("check", workbook)
    assert waiting(workbook) == ["V-1: 4 x MANAGED from 2026-06-16"]


def test_what_is_excluded_with_a_reason_is_never_asked_again(workbook: Path) -> None:
    ordered(workbook, d.NEW)
    type_into(workbook, "tblTodo", {"Kind": "order"}, {"Decision": "exclude"})
    assert "RAT-005" in billow("check", workbook).err + billow("check", workbook).out
    type_into(workbook, "tblTodo", {"Kind": "order"}, {"Decision": "exclude", "Reason": "Ordered by mistake"})
    billow("check", workbook)
    assert waiting(workbook) == []
    ordered(workbook, d.NEW)
    assert waiting(workbook) == []


def stock(workbook: Path, day: str, *rows: str) -> list[dict[str, str]]:
    """Read an inventory of that day, and return the problems."""
    path = workbook.with_name("stock.csv")
    path.write_text("\n".join(["Bestand;Kunde;Artikel", *rows, ""]), encoding="utf-8")
    said = billow("orders", workbook, path, "--as-of", day, "--json")
    assert said.code == 0, said.err
    found: list[dict[str, str]] = said.data["problems"]
    return found


def with_stock(workbook: Path) -> None:
    """Describe the distributor's inventory on the sheets."""
    add_row(
        workbook, "tblFormats", {**d.FORMAT, "Format": "stock", "Kind": "inventory", "Must have": "Bestand"}
    )
    for target, source in {
        "x_CustomerKey": "Kunde",
        "x_SubscriptionId": "Bestand",
        "SkuId": "Artikel",
    }.items():
        row = {"Format": "stock", "Target": target, "Source": source, "Transform": "text"}
        add_row(workbook, "tblMapping", row)


def test_an_inventory_finds_what_vanished(workbook: Path) -> None:
    ordered(workbook, d.NEW)
    accept(workbook)
    with_stock(workbook)
    stock(workbook, "2026-06-26", "V-2;NH-10;MW")
    assert waiting(workbook) == [
        "MWP-1: cancel from 2026-06-26",
        "V-1: cancel from 2026-06-26",
        "V-2: 1 x MANAGED from 2026-06-26",
    ]
    accept(workbook)
    # 4 x 12.50 x 10/30 = 16.67, and 1 x 12.50 x 5/30 = 2.08
    assert (billed(workbook), billed(workbook, "V-2")) == ([Decimal("16.67")], [Decimal("2.08")])


def test_an_inventory_finds_a_customer_that_vanished_whole(workbook: Path) -> None:
    ordered(workbook, d.NEW)
    accept(workbook)
    with_stock(workbook)
    others = "X-1;NH-77;MW", "X-2;NH-78;MW"
    stock(workbook, "2026-06-20", "V-1;NH-10;MW", "MWP-1;NH-10;MW", *others)
    why = "cancel from 2026-06-26; account NH-10 is in the inventory no longer"
    ends = [f"{name}: {why}" for name in ("MWP-1", "V-1")]
    strangers = sorted(waiting(workbook))
    assert not {*ends} & {*strangers}
    # an inventory of one customer is a part, and ends nothing
    part = stock(workbook, "2026-06-25", others[0])
    (said,) = (p["sentence"] for p in part if p["code"] == "IMP-062")
    assert said.startswith("stock.csv has 1 of the 3 accounts of Nordhandel's inventory of 2026-06-20; it is")
    assert sorted(waiting(workbook)) == strangers
    stock(workbook, "2026-06-26", others[1])
    assert sorted({*waiting(workbook)} - {*strangers}) == ends
    accept(workbook)
    # 4 x 12.50 x 10/30 = 16.67: from the 16th to the 25th
    assert billed(workbook) == [Decimal("16.67")]


def test_an_older_inventory_that_is_read_later_changes_nothing(workbook: Path) -> None:
    ordered(workbook, d.NEW)
    accept(workbook)
    with_stock(workbook)
    stock(workbook, "2026-06-26", "V-1;NH-10;MW", "MWP-1;NH-10;MW", "X-1;NH-77;MW")
    before = waiting(workbook)
    late = stock(workbook, "2026-06-20", "V-1;NH-10;MW", "V-9;NH-10;MW", "X-2;NH-78;MW")
    assert waiting(workbook) == before
    (said,) = (p["sentence"] for p in late if p["code"] == "IMP-063")
    assert said == (
        "stock.csv is read as Nordhandel's inventory of 2026-06-20; what was read before is newer, "
        "of 2026-06-26, and counts for 2 of its 2 accounts."
    )
    # the same with the right day: MWP-1 is what vanished
    stock(workbook, "2026-06-28", "V-1;NH-10;MW", "X-1;NH-77;MW")
    assert set(waiting(workbook)) - set(before) == {"MWP-1: cancel from 2026-06-28"}


def test_what_was_provisioned_in_an_issued_month_is_billed_in_the_open_one(workbook: Path) -> None:
    said = billow("issue", workbook, "--period", MONTH, "--reason", "The first month")
    assert said.code == 0, said.err
    ordered(workbook, d.NEW)
    type_into(workbook, "tblTodo", {"Kind": "order"}, ACCEPT)
    assert billow("invoice", workbook, "--period", "2026-07").code == 0
    # June's 4 x 12.50 x 15/30 = 25.00, and July's 50.00
    assert sorted(billed(workbook)) == [Decimal("25.00"), Decimal("50.00")]


def test_a_list_that_cannot_be_read_changes_nothing(workbook: Path) -> None:
    before = snapshot(workbook.parent)
    path = d.write(workbook.parent.parent / "orders.csv", "N-1;NH-10;V-1;MW;4;Tausch;2026-06-15")
    said = billow("orders", workbook, path)
    assert said.code == 1
    assert 'IMP-091  Row 2 of orders.csv cannot be read: "Tausch" is no kind of orders.' in said.err
    assert snapshot(workbook.parent) == before


def test_text_of_an_order_is_never_a_formula(workbook: Path) -> None:
    ordered(workbook, '=1+1;NH-10;"=HYPERLINK(""http://x"")";MW;4;Neu;2026-06-15')
    accept(workbook)
    (row,) = [row for row in rows(workbook, "tblSubscriptions") if row["Order"] == "=1+1"]
    assert row["Subscription"] == '=HYPERLINK("http://x")'


def test_orders_can_be_proposed_before_any_month_is_shown(workbook: Path) -> None:
    book = Workbook.open(workbook)
    book.set_cells({"Billow_Period": ""})
    book.save()
    ordered(workbook, d.NEW)
    assert waiting(workbook) == ["V-1: 4 x MANAGED from 2026-06-16"]
    accept(workbook)
    assert billed(workbook) == [Decimal("25.00")]
