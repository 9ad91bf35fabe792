"""The example month: five vendors' reports in, 24 invoices, two journals and a workbook out.

The expected figures are worked out here from the reports, with nothing of billow: the amounts of the report
times the prices of sheet Prices, one rounding per line, VAT once per invoice.
"""

import csv
import json
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from functools import partial
from io import StringIO
from pathlib import Path

import openpyxl
import pytest

from tests.commands.clerk import MONTH, Said, billow, cents, records, rows, total

Lines = list[Decimal]
USD = Decimal("1.0854")  # sheet FX: one euro on 30 June


@pytest.fixture(scope="module")
def reports(issued_month: Path) -> Path:
    return issued_month.parent / "reports" / MONTH


def of_customer(path: Path, column: str, account: str) -> list[dict[str, str]]:
    """The rows of one customer in a report."""
    return [row for row in records(path) if row[column] == account]


def seats(reports: Path, account: str) -> dict[str, Decimal]:
    """How many licences of each product a customer is charged, where each has one row."""
    found = of_customer(reports / "microsoft_invoice_2026-06.csv", "CustomerId", account)
    licences = [row for row in found if row["ProductCategory"] == "license-based"]
    counted = {row["SkuName"]: Decimal(row["Quantity"]) for row in licences}
    assert len(counted) == len(licences)
    return counted


def azure(reports: Path, account: str) -> Decimal:
    """What the azure plan of a customer cost, by daily usage."""
    found = of_customer(reports / "microsoft_daily_usage_2026-06.csv", "CustomerId", account)
    return total(found, "BillingPreTaxTotal")


def contracts(reports: Path, account: str) -> dict[str, Decimal]:
    """How much of each article the distributor charges for a customer."""
    found = of_customer(reports / "brightcloud_2026-06.xlsx", "Kunde-Nr", account)
    return {row["Artikel"]: Decimal(row["Lizenzen"]) for row in found}


def endpoints(bought: dict[str, Decimal]) -> Decimal:
    """How many endpoints are protected, by either of two articles; sheet SKU rules make them one product."""
    return sum((count for article, count in bought.items() if article.startswith("BC-SEC-E")), Decimal(0))


def stored(gigabytes: Decimal) -> Decimal:
    """Sheet Tiers: 500 GB at 0.09, up to 2000 GB at 0.07, the rest at 0.05."""
    steps = (min(gigabytes, Decimal(500)), max(min(gigabytes, Decimal(2000)) - 500, Decimal(0)))
    rest = gigabytes - sum(steps)
    return steps[0] * Decimal("0.09") + steps[1] * Decimal("0.07") + rest * Decimal("0.05")


def loyal_customer(reports: Path) -> Lines:
    """C-1009 is on plan Loyal: Business Premium at 20.40; Entra on a monthly term at 7.14."""
    counted = seats(reports, "5830e459-e0be-573d-b74e-41a0d64c2d39")
    premium = counted.pop("Microsoft 365 Business Premium") * Decimal("20.40")
    entra = counted.pop("Microsoft Entra ID P1") * Decimal("7.14")
    assert set(counted) == {"Microsoft 365 Business Premium Trial"}  # a trial costs nothing
    return [premium, entra, Decimal(0)]


def hosting_customer(reports: Path) -> Lines:
    """C-1015 has servers at 5 % off list, storage at 0.0275 per GB, and the rest at cost."""
    found = of_customer(reports / "skyline_focus_2026-06.csv", "SubAccountId", "sky-7005")
    own = [row for row in found if row["ChargeCategory"] in {"Usage", "Purchase"}]
    servers = [row for row in own if row["ServiceName"] == "Cloud Servers"]
    storage = [row for row in own if row["ServiceName"] == "Object Storage"]
    rest = [row for row in own if row not in servers and row not in storage]
    listed = total(servers, "ListCost") * Decimal("0.95")
    return [listed, total(storage, "PricingQuantity") * Decimal("0.0275"), total(rest, "BilledCost")]


def small_customer(reports: Path) -> Lines:
    """C-1021 has three licences and three contracts of the distributor."""
    counted = seats(reports, "1f594693-a298-5942-95e9-c0adf8dffe2c")
    prices = {
        "Microsoft 365 Business Basic": "5.90",
        "Microsoft 365 Business Standard": "12.30",
        "Microsoft 365 E5": "67.80",
    }
    assert set(counted) == set(prices)
    licences = [counted[name] * Decimal(price) for name, price in prices.items()]
    found = contracts(reports, "K40267")
    backup, security = found["BC-BKP-WS"] * Decimal("4.90"), endpoints(found) * Decimal("3.75")
    return [*licences, backup, security, stored(found["BC-BKP-GB"])]


def dollar_customer(reports: Path) -> Lines:
    """C-1024 pays in dollars: AWS at 8 % on cost, azure at 12.5 % on cost, licences, and support of 275."""
    found = of_customer(reports / "aws_cur2_2026-06.csv.gz", "line_item_usage_account_id", "100200300405")
    ours = {"Tax", "SppDiscount", "EdpDiscount"}  # tax, and discounts that sheet Charge policy keeps
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in found:
        if row["line_item_line_item_type"] not in ours:
            name = json.loads(row["product"] or "{}").get("product_name", "")
            kind = {
                "Amazon Elastic Compute Cloud": "compute",
                "Compute Savings Plans": "compute",
                "Amazon Simple Storage Service": "storage",
            }.get(name, "other")
            sums[kind] += Decimal(row["line_item_unblended_cost"])
    account = "91b84c80-3030-59eb-b283-da1afd36dec7"
    counted = seats(reports, account)
    prices = {"Microsoft 365 Business Basic": "7.08", "Microsoft 365 Copilot": "28.90"}
    prices["Microsoft 365 E3"] = "46.08"
    assert set(counted) == set(prices)
    licences = [counted[name] * Decimal(price) * USD for name, price in prices.items()]
    usage = azure(reports, account) * Decimal("1.125") * USD
    return [*(amount * Decimal("1.08") for amount in sums.values()), usage, *licences, Decimal(275)]


def prorated_customer(reports: Path) -> Lines:
    """C-1001 had 30 seats for 3 days and 25 for 27, azure at 10 % of the price, support less a credit."""
    account = "effb34cf-4ec9-55a1-831f-6d457b506976"
    found = of_customer(reports / "microsoft_invoice_2026-06.csv", "CustomerId", account)
    basic = [row for row in found if row["SkuName"] == "Microsoft 365 Business Basic"]
    charges = {row["ChargeType"]: row for row in basic}
    assert charges["removeQuantity"]["ChargeStartDate"] == "6/4/2026"
    assert {row["Quantity"] for row in basic} >= {"30", "25"}
    others = {row["SkuName"]: Decimal(row["Quantity"]) for row in found if row not in basic}
    bought = contracts(reports, "K40211")
    return [
        30 * Decimal("6.60") * 3 / 30,
        25 * Decimal("6.60") * 27 / 30,
        others["Power BI Pro"] * Decimal("12.80"),
        others["Visio Plan 2"] * Decimal("14.80"),
        azure(reports, account) / Decimal("0.9"),
        bought["BC-BKP-WS"] * Decimal("4.90"),
        endpoints(bought) * Decimal("3.75"),
        stored(bought["BC-BKP-GB"]),
        Decimal(250),
        Decimal(-75),
    ]


BY_HAND: dict[str, tuple[str, Callable[[Path], Lines], str, Decimal]] = {
    "seats added and removed, azure at a margin, support and a goodwill credit": (
        "C-1001", prorated_customer, "EUR", Decimal(21),
    ),
    "a price plan, a monthly term and a free trial": ("C-1009", loyal_customer, "EUR", Decimal(21)),
    "percent off list, a price per GB and pass-through, in another EU country without a VAT number": (
        "C-1015", hosting_customer, "EUR", Decimal(21),
    ),
    "licences, and tiers of a distributor's own xlsx": ("C-1021", small_customer, "EUR", Decimal(21)),
    "euros and dollars of three vendors on one invoice in dollars, without VAT": (
        "C-1024", dollar_customer, "USD", Decimal(0),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("customer", "work_out", "currency", "rate"), BY_HAND.values(), ids=BY_HAND)
def test_an_invoice_is_what_the_reports_and_prices_come_to(
    issued_month: Path,
    reports: Path,
    customer: str,
    work_out: Callable[[Path], Lines],
    currency: str,
    rate: Decimal,
) -> None:
    expected = [cents(line) for line in work_out(reports)]
    net = sum(expected, Decimal(0))
    found = next(row for row in rows(issued_month, "tblInvoices") if row["Customer"] == customer)
    amounts = [row["Amount"] for row in rows(issued_month, "tblLines") if row["Customer"] == customer]
    assert sorted(amounts) == sorted(expected)
    vat = cents(net * rate / 100)
    assert (found["Net"], found["VAT"], found["Total"]) == (net, vat, net + vat)
    assert (found["Currency"], found["State"]) == (currency, "issued")


def issued_totals(workbook: Path) -> dict[str, Decimal]:
    """The totals of the register by currency, read with nothing of billow."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    with closing(sqlite3.connect(workbook.with_suffix(".data") / "register.sqlite")) as register:
        for currency, amount in register.execute("select currency, total from documents"):
            sums[currency] += Decimal(amount)
    return dict(sums)


def test_sheet_and_journal_and_register_say_the_same_total(issued_month: Path) -> None:
    book = openpyxl.load_workbook(issued_month, read_only=True, data_only=True)
    on_sheet: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(issued_month, "tblInvoices"):
        on_sheet[row["Currency"]] += row["Total"]
    out = issued_month.with_suffix(".data") / "out" / MONTH
    journal = records(out / "journal.csv")
    debtors: dict[str, Decimal] = defaultdict(Decimal)
    balance: dict[str, Decimal] = defaultdict(Decimal)
    for row in journal:
        side = Decimal(row["Debit"]) - Decimal(row["Credit"])
        balance[row["Currency"]] += side
        if row["Role"] == "debtor":
            debtors[row["Currency"]] += side
    assert set(debtors) == {"EUR", "USD"}
    assert dict(debtors) == dict(on_sheet) == issued_totals(issued_month)
    assert set(balance.values()) == {Decimal(0)}
    assert {"Start", "Checks", "NS-2026-0001"} <= set(book.sheetnames)
    book.close()


def test_hledger_accepts_the_journal_and_finds_the_same_debtors(issued_month: Path) -> None:
    journal = issued_month.with_suffix(".data") / "out" / MONTH / "journal.hledger"
    subprocess.run(["hledger", "-f", str(journal), "check", "--strict"], check=True, timeout=60)
    command = ["hledger", "-f", str(journal), "balance", "debtors", "--depth", "1", "-N", "-O", "csv"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    amounts = next(csv.DictReader(StringIO(said)))["balance"].split(", ")
    found = {words[1]: Decimal(words[0]) for words in (amount.split() for amount in amounts)}
    assert found == issued_totals(issued_month)


CONTROL_TOTALS = {
    "licences: subtotal and tax are columns": (
        "microsoft_invoice_2026-06.csv", ("Subtotal", "TaxTotal"), "EUR",
    ),
    "daily usage has no tax": ("microsoft_daily_usage_2026-06.csv", ("BillingPreTaxTotal",), "EUR"),
    "tax of AWS is rows of its own": ("aws_cur2_2026-06.csv.gz", ("line_item_unblended_cost",), "USD"),
    "FOCUS": ("skyline_focus_2026-06.csv", ("BilledCost",), "EUR"),
    "a distributor's xlsx": ("brightcloud_2026-06.xlsx", ("Netto",), "EUR"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "columns", "currency"), CONTROL_TOTALS.values(), ids=CONTROL_TOTALS)
def test_every_report_is_accounted_for_to_the_last_cent(
    issued_month: Path, reports: Path, name: str, columns: tuple[str, ...], currency: str
) -> None:
    found = records(reports / name)
    proof = next(row for row in rows(issued_month, "tblProofFiles") if row["File"] == name)
    assert proof["Imported"] == sum(total(found, column) for column in columns)
    fates = ("Billed", "Contract", "Kept", "Tax", "Own use", "Parked", "Excluded")
    assert sum(proof[fate] for fate in fates) == proof["Imported"]
    assert (proof["Currency"], proof["Difference"], proof["Result"]) == (currency, 0, "OK")


def test_every_check_is_ok_and_every_expected_line_is_there(issued_month: Path) -> None:
    assert {row["Result"] for row in rows(issued_month, "tblChecks")} == {"OK"}
    assert {row["Missing"] for row in rows(issued_month, "tblProofCustomers")} == {Decimal(0)}


def test_dates_on_sheets_and_in_the_journal_are_inclusive(issued_month: Path) -> None:
    lines = [row for row in rows(issued_month, "tblLines") if row["Vendor"] in {"AWS", "Northstar"}]
    assert {row["Through"] for row in lines if row["From"] == date(2026, 6, 1)} == {
        date(2026, 6, 15), date(2026, 6, 20), date(2026, 6, 30),
    }  # fmt: skip
    journal = records(issued_month.with_suffix(".data") / "out" / MONTH / "journal.csv")
    through = {row["Through"] for row in journal if row["From"] == "2026-06-01"}
    assert "2026-06-30" in through <= {"2026-06-15", "2026-06-20", "2026-06-30"}


def test_each_invoice_is_a_pdf_with_its_number_and_total(issued_month: Path) -> None:
    out = issued_month.with_suffix(".data")
    found = rows(issued_month, "tblInvoices")
    assert len(list(out.rglob("*.pdf"))) == len(found) == 24
    for row in found[::8]:
        command = ["pdftotext", "-layout", str(out / row["PDF"]), "-"]
        text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
        plain = text.replace(",", "").replace(".", "").replace("\u00a0", "")
        assert row["Number"] in text
        assert f"{row['Total']:.2f}".replace(".", "") in plain
        assert "DRAFT" not in text


def test_every_command_speaks_json(tmp_path: Path) -> None:
    workbook, target = tmp_path / "Billing.xlsx", tmp_path / "charges.csv"
    report = tmp_path / "reports" / MONTH / "skyline_focus_2026-06.csv"
    month = ("--period", MONTH)
    said: dict[str, Said] = {}
    steps: tuple[tuple[str, tuple[str | Path, ...], int], ...] = (
        ("new", ("new", workbook, "--example"), 0),
        ("import", ("import", workbook), 0),
        ("check", ("check", workbook), 0),
        ("invoice", ("invoice", workbook, *month), 0),
        ("held up", ("issue", workbook, *month, "--reason", "First month"), 1),
        ("one customer", ("issue", workbook, *month, "--customer", "C-1009", "--reason", "First month"), 0),
        ("export", ("export", workbook, *month, "--to", "journal-csv"), 0),
        ("detect", ("formats", "detect", report), 0),
        ("convert", ("formats", "convert", report, "--to", target), 0),
        ("demo", ("demo", tmp_path / "demo"), 0),
    )
    for name, words, code in steps:
        said[name] = billow(*words, "--json")
        assert (name, said[name].code) == (name, code)
        assert isinstance(said[name].data["problems"], list)
    assert [problem["code"] for problem in said["held up"].data["problems"]] == ["RAT-002"]
    issued = said["one customer"].data["issued"]
    assert [(row["number"], row["total"]) for row in issued] == [("NS-2026-0001", "420.86")]
    assert said["convert"].data["rows"] == len(records(report)) == len(records(target))
    assert said["demo"].data["month"] == MONTH


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param((), 2, id="no command at all is wrong usage"),
        pytest.param(("invoice", "Billing.xlsx"), 2, id="a month must be named"),
        pytest.param(("issue", "Billing.xlsx", "--period", MONTH, "--date", "July"), 2, id="no such date"),
        pytest.param(("send", "Billing.xlsx"), 2, id="there is no such command"),
        pytest.param(("check", "nowhere.xlsx"), 1, id="a workbook that is not there is a problem"),
        pytest.param(("--version",), 0, id="the version"),
        pytest.param(("issue", "--help"), 0, id="help"),
    ],
)  # fmt: skip
def test_the_exit_code_says_how_it_went(words: tuple[str, ...], code: int) -> None:
    assert billow(*words).code == code


def test_the_installed_command_keeps_results_and_complaints_apart(issued_month: Path) -> None:
    command = [str(Path(sys.executable).with_name("billow")), "export", str(issued_month)]
    words = ("--period", MONTH, "--to", "hledger")
    run = partial(subprocess.run, check=False, capture_output=True, text=True, timeout=60)
    said = run([*command, *words])
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("CMD-011  The invoices of 2026-06 were already handed over to hledger.")
    plain = subprocess.run(
        [*command, *words, "--json"], check=False, capture_output=True, text=True, timeout=60
    )
    assert (plain.returncode, plain.stderr) == (1, "")
    assert [problem["code"] for problem in json.loads(plain.stdout)["problems"]] == ["CMD-011"]
