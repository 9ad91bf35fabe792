"""The example's vendor reports: the same bytes every time, and the vendors' own arithmetic."""

import csv
import gzip
from collections import Counter, defaultdict
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_FLOOR, Decimal
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest

from billow.example import REPORTS, write_reports
from billow.example.microsoft import ODD_AMOUNT, ODD_CUSTOMER
from billow.example.tables import rows

CENT = Decimal("0.01")
Rows = list[dict[str, str]]


def table(name: str, seed: int = 2026) -> Rows:
    content = REPORTS[name](seed)
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def recon() -> Rows:
    return table("microsoft_invoice_2026-06.csv")


@pytest.fixture(scope="module")
def daily() -> Rows:
    return table("microsoft_daily_usage_2026-06.csv")


@pytest.fixture(scope="module")
def cur2() -> Rows:
    return table("aws_cur2_2026-06.csv.gz")


@pytest.fixture(scope="module")
def focus() -> Rows:
    return table("skyline_focus_2026-06.csv")


@pytest.fixture(scope="module")
def brightcloud() -> list[dict[str, object]]:
    content = REPORTS["brightcloud_2026-06.xlsx"](2026)
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    header, *lines = sheet.iter_rows(values_only=True)
    return [{str(name): cell for name, cell in zip(header, line, strict=True)} for line in lines]


def cut(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_DOWN)


def day(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y")  # noqa: DTZ007 - a date without a time


@pytest.mark.parametrize("name", REPORTS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(name: str) -> None:
    assert REPORTS[name](2026) == REPORTS[name](2026)
    assert REPORTS[name](2026) != REPORTS[name](7)


def test_all_reports_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    paths = write_reports(tmp_path / "reports" / "2026-06")
    assert [path.name for path in paths] == list(REPORTS)
    assert all(path.read_bytes() == REPORTS[path.name](2026) for path in paths)


def test_partner_center_files_have_a_byte_order_mark_and_crlf() -> None:
    for name in ("microsoft_invoice_2026-06.csv", "microsoft_daily_usage_2026-06.csv"):
        content = REPORTS[name](2026)
        assert content.startswith(b"\xef\xbb\xbfPartnerId,")
        assert content.count(b"\n") == content.count(b"\r\n")


def test_row_counts(recon: Rows, daily: Rows, cur2: Rows, focus: Rows, brightcloud: Rows) -> None:
    found = [len(rows) for rows in (recon, daily, cur2, focus, brightcloud)]
    assert found == [142, 1472, 560, 200, 36]
    assert [len(rows[0]) for rows in (recon, daily, cur2, focus)] == [47, 55, 126, 65]


def test_each_invoice_line_is_cut_off_as_microsoft_documents(recon: Rows) -> None:
    for row in recon:
        price, rate = Decimal(row["EffectiveUnitPrice"]), Decimal(row["PCToBCExchangeRate"])
        quantity = Decimal(row["BillableQuantity"])
        usage = cut(cut(price * quantity) * rate)
        licence = cut(price * rate) * quantity
        assert Decimal(row["Subtotal"]) == (usage if row["UnitType"] else licence), row
        assert Decimal(row["Total"]) == Decimal(row["Subtotal"]) + Decimal(row["TaxTotal"])


def test_each_daily_row_is_floored_once(daily: Rows) -> None:
    for row in daily:
        price, listed = Decimal(row["EffectiveUnitPrice"]), Decimal(row["UnitPrice"])
        exact = price * Decimal(row["Quantity"]) * Decimal(row["PCToBCExchangeRate"])
        assert Decimal(row["BillingPreTaxTotal"]) == exact.quantize(CENT, ROUND_FLOOR), row
        assert row["PartnerEarnedCreditPercentage"] in {"0", "15"}
        assert price == listed * (100 - Decimal(row["PartnerEarnedCreditPercentage"])) / 100


def test_azure_plan_lines_are_the_sum_of_the_days_for_all_customers_but_one(recon: Rows, daily: Rows) -> None:
    difference: dict[str, Decimal] = defaultdict(Decimal)
    quantity: dict[str, Decimal] = defaultdict(Decimal)
    for row in recon:
        if row["UnitType"]:
            difference[row["CustomerId"]] += Decimal(row["Subtotal"])
            quantity[row["CustomerId"]] += Decimal(row["BillableQuantity"])
    for row in daily:
        difference[row["CustomerId"]] -= Decimal(row["BillingPreTaxTotal"])
        quantity[row["CustomerId"]] -= Decimal(row["Quantity"])
    odd = next(row["Account"] for row in rows("accounts") if row["Customer"] == ODD_CUSTOMER)
    assert len(difference) == 10
    assert {key: amount for key, amount in difference.items() if amount} == {odd: ODD_AMOUNT}
    assert not any(quantity.values())


def test_the_story_of_the_month_is_in_the_invoice(recon: Rows) -> None:
    kinds = Counter(row["ChargeType"].lower() for row in recon)
    assert kinds["addquantity"] == 6
    assert kinds["removequantity"] == 4
    assert kinds["convert"] == 2
    assert kinds["cancelimmediate"] == kinds["customercredit"] == 1
    assert len({row["ChargeType"] for row in recon if row["ChargeType"].lower() == "cyclecharge"}) == 3
    assert any("Trial" in row["ProductQualifiers"] and row["Subtotal"] == "0.00" for row in recon)
    assert any(row["PublisherName"] != "Microsoft" and row["PricingCurrency"] == "USD" for row in recon)
    assert any(row["ReservationOrderId"] for row in recon)
    across = [
        row for row in recon if (row["ChargeStartDate"], row["ChargeEndDate"]) == ("6/15/2026", "7/14/2026")
    ]
    assert across
    assert all(day(row["ChargeStartDate"]).month == 6 for row in recon)


@pytest.mark.parametrize(
    ("customer", "kind", "expected"),
    [
        # seats are added on 12 June in a cycle from the 1st: 19 of 30 days
        ("C-1002", "addQuantity", [("-10", "11.742000000000"), ("15", "11.742000000000")]),
        # seats are added on 5 June in a cycle from 15 May: 10 of 31 days
        ("C-1003", "addQuantity", [("-40", "15.896774193548"), ("46", "15.896774193548")]),
        # a year paid in advance: 64 of 365 days are left
        ("C-1014", "addQuantity", [("-20", "39.010191780821"), ("24", "39.010191780821")]),
        # a term cancelled on its sixth day: 25 of 30 days come back
        ("C-1010", "cancelImmediate", [("-10", "11.816666666666")]),
        # one licence becomes another on 15 June: 16 of 30 days
        ("C-1008", "convert", [("-8", "2.688000000000"), ("8", "9.888000000000")]),
    ],
)
def test_changes_are_refund_and_charge_at_a_prorated_price(
    recon: Rows, customer: str, kind: str, expected: list[tuple[str, str]]
) -> None:
    key = next(row["Account"] for row in rows("accounts") if row["Customer"] == customer)
    found = [
        (row["BillableQuantity"], row["EffectiveUnitPrice"])
        for row in recon
        if row["CustomerId"] == key and row["ChargeType"] == kind
    ]
    assert found == expected


def test_both_rows_of_a_conversion_name_the_same_reference(recon: Rows) -> None:
    pair = [row for row in recon if row["ChargeType"] == "convert"]
    assert len({row["ReferenceId"] for row in pair}) == 1
    assert pair[0]["ReferenceId"]
    assert len({row["SubscriptionId"] for row in pair}) == 2


def test_aws_has_every_kind_of_row_and_a_savings_plan_that_cancels_out(cur2: Rows) -> None:
    cost: dict[str, Decimal] = defaultdict(Decimal)
    for row in cur2:
        cost[row["line_item_line_item_type"]] += Decimal(row["line_item_unblended_cost"])
    assert {kind for kind, amount in cost.items() if amount < 0} == {
        "SppDiscount",
        "EdpDiscount",
        "Credit",
        "Refund",
        "SavingsPlanNegation",
    }
    assert cost["SavingsPlanCoveredUsage"] + cost["SavingsPlanNegation"] == 0
    assert cost["SavingsPlanRecurringFee"] > 0
    assert len({row["line_item_usage_account_id"] for row in cur2}) == 6
    assert any(row["line_item_usage_account_id"].startswith("0") for row in cur2)


def test_focus_usage_has_a_list_cost_above_what_is_billed(focus: Rows) -> None:
    kinds = Counter(row["ChargeCategory"] for row in focus)
    assert kinds["Credit"] == 1
    assert kinds["Tax"] == 6
    usage = [row for row in focus if row["ChargeCategory"] == "Usage"]
    assert all(Decimal(row["ListCost"]) > Decimal(row["BilledCost"]) > 0 for row in usage)


def test_the_distributor_writes_german_headers_and_dates_as_text(
    brightcloud: list[dict[str, object]],
) -> None:
    assert {row["Währung"] for row in brightcloud} == {"EUR"}
    assert {row["Von"] for row in brightcloud} == {"01.06.2026", "16.06.2026"}
    for row in brightcloud:
        exact = Decimal(str(row["Lizenzen"])) * Decimal(str(row["Einzelpreis"]))
        share = Decimal("0.5") if row["Von"] == "16.06.2026" else Decimal(1)
        assert abs(Decimal(str(row["Netto"])) - exact * share) <= Decimal("0.005")
