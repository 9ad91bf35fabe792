"""Two customers share one account: tags and resource groups say whose a row is, and every cent is placed."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billow.workbook.book import Workbook
from tests.commands.clerk import MONTH, add_row, billow, remove_row, rows

HEADER = (
    "BilledCost BillingAccountId BillingCurrency BillingPeriodStart BillingPeriodEnd ChargeCategory "
    "ChargePeriodStart ChargePeriodEnd ChargeDescription ServiceProviderName ServiceName SubAccountId "
    "Tags ResourceId SkuId"
).split()
# amount, tags, resource group
USAGE = [
    ("10.00", {"team": "web", "env": "prod"}, "rg-web"),
    ("5.50", {"env": "web", "team": "App"}, "rg-app"),
    ("0.333", {"team": 'd"b'}, "RG-APP"),
    ("2.00", {}, "rg-web"),
]


def report(path: Path) -> Path:
    plain = {
        "BillingAccountId": "acc-1", "SubAccountId": "acc-1", "BillingCurrency": "EUR",
        "BillingPeriodStart": "2026-06-01T00:00:00Z", "BillingPeriodEnd": "2026-07-01T00:00:00Z",
        "ChargePeriodStart": "2026-06-03T00:00:00Z", "ChargePeriodEnd": "2026-06-04T00:00:00Z",
        "ChargeCategory": "Usage", "ChargeDescription": "VM", "ServiceProviderName": "Cirrus",
        "ServiceName": "Compute", "SkuId": "VM-1",
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEADER)
        writer.writeheader()
        for cost, tags, group in USAGE:
            of = {"Tags": json.dumps(tags), "ResourceId": f"/subscriptions/1/resourceGroups/{group}/vm/1"}
            writer.writerow({**plain, **of, "BilledCost": cost})
    return path


def part(customer: str, **given: Any) -> dict[str, Any]:
    named = {name.replace("_", " "): value for name, value in given.items()}
    return {"Vendor": "Cirrus", "Account": "acc-1", "Customer": customer, "Confirmed by": "ada", **named}


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "Billing.xlsx"
    assert billow("new", path).code == 0
    book = Workbook.open(path)
    for table, given in {
        "tblCustomers": [{"Customer": f"C-{n}", "Name": f"Customer {n}", "Country": "NL"} for n in (1, 2)],
        "tblProducts": [{"Product": "VM", "Text": "Machines", "VAT class": "services"}],
        "tblSkuRules": [{"Vendor": "Cirrus", "Match": "vendor", "Product": "VM"}],
        "tblPrices": [{"Scope": "everyone", "Applies to": "all", "Model": "pass_through", "Base": "billed"}],
    }.items():
        book.write(table, given)
    book.save()
    return path


def billed(workbook: Path) -> dict[str, Decimal]:
    said = billow("invoice", workbook, "--period", MONTH)
    assert said.code == 0, said.err
    (proof,) = rows(workbook, "tblProofFiles")
    assert (proof["Imported"], proof["Difference"]) == (Decimal("17.833"), Decimal(0))
    return {row["Customer"]: row["Cost"] for row in rows(workbook, "tblLines")}


def parked(workbook: Path) -> dict[str, Decimal]:
    return {row["What"]: row["Cost"] for row in rows(workbook, "tblTodo")}


def test_a_tag_says_whose_a_row_is(workbook: Path) -> None:
    add_row(workbook, "tblAccounts", part("C-1", Split_by="tag", Tag="team", Value="web"))
    add_row(workbook, "tblAccounts", part("C-2", Split_by="tag", Tag="team", Value="app"))
    assert billow("import", workbook, report(workbook.with_name("focus.csv"))).code == 0
    assert billed(workbook) == {"C-1": Decimal("10.00"), "C-2": Decimal("5.50")}
    assert parked(workbook) == {
        'acc-1, value d"b': Decimal("0.333"), "acc-1, without a value": Decimal("2.00")
    }  # fmt: skip
    add_row(workbook, "tblAccounts", part("C-2", Split_by="tag", Tag="team"))
    assert billed(workbook) == {"C-1": Decimal("10.00"), "C-2": Decimal("7.83")}
    assert parked(workbook) == {}
    told = billow("explain", workbook, "C-2", "1")
    assert (told.code, "row 3" in told.out, "0.333" in told.out) == (0, True, True)


def test_a_resource_group_says_whose_a_row_is(workbook: Path) -> None:
    add_row(workbook, "tblAccounts", part("C-1", Split_by="resource_group", Value="RG-WEB"))
    add_row(workbook, "tblAccounts", part("C-2", Split_by="resource_group", Value="rg-app"))
    assert billow("import", workbook, report(workbook.with_name("focus.csv"))).code == 0
    assert billed(workbook) == {"C-1": Decimal("12.00"), "C-2": Decimal("5.83")}


def test_shares_divide_every_row_and_what_is_postponed_returns_in_parts(workbook: Path) -> None:
    shares = [part("C-1", **{"Split by": "share", "Share %": Decimal("33.33")})]
    shares.append(part("C-2", **{"Split by": "share", "Share %": Decimal("66.67")}))
    for row in shares:
        add_row(workbook, "tblAccounts", row)
    assert billow("import", workbook, report(workbook.with_name("focus.csv"))).code == 0
    # 17.833 x 33.33 % = 5.9437389, and the rest is 11.8892611
    assert billed(workbook) == {"C-1": Decimal("5.94"), "C-2": Decimal("11.89")}
    told = billow("explain", workbook, "C-1", "1")
    assert (told.code, "row 2" in told.out) == (0, True)
    remove_row(workbook, "tblAccounts", shares[1])
    said = billow("invoice", workbook, "--period", MONTH)
    assert (said.code, "INP-032" in said.err) == (1, True)
