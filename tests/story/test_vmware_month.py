"""A month of VMware: the report counts, sheet Cost prices says what a unit costs, and our price is billed.

Contoso used 1,536 GB vRAM of vSphere Standard, 820 of Flex Core and 20,480 GB of vSAN Advanced.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.commands.clerk import MONTH, REPORTS, add_row, billow, fill_settings, rows
from tests.story.test_sample_reports import OURS

USAGE = REPORTS / "vmware/synthetic_usage_meter_3_customer_monthly_usage.tsv"
CUSTOMERS = {"Contoso GmbH": "C-1", "Fabrikam, Inc.": "C-2"} | {
    "Müller & Söhne KG": "C-3",
    'Northwind "Traders" Ltd': "C-4",
}
# article, our product, cost and price of a unit
ARTICLES = [
    ("VMware vSphere Standard", "VSPHERE", Decimal("0.0125"), Decimal("0.02")),
    ("Flex Core", "FLEX", Decimal("0.07"), Decimal("0.10")),
    ("vSAN Advanced", "VSAN", Decimal("0.001"), Decimal("0.002")),
]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("office") / "Billing.xlsx"
    assert billow("new", path).code == 0
    fill_settings(path, OURS)
    for account, customer in CUSTOMERS.items():
        who = {"Customer": customer, "Name": account, "Country": "NL", "Address": "Kade 1", "City": "Utrecht"}
        add_row(path, "tblCustomers", {**who, "Postcode": "3511 AA", "E-mail": "x@contoso.example"})
        named = {"Vendor": "VMware", "Account": account, "Customer": customer, "Confirmed by": "M. Jansen"}
        add_row(path, "tblAccounts", named)
    for article, product, _, price in ARTICLES:
        add_row(path, "tblProducts", {"Product": product, "Text": article})
        add_row(path, "tblSkuRules", {"Vendor": "VMware", "Match": "sku", "SKU": article, "Product": product})
        own = {"Scope": "everyone", "Applies to": "product", "Product": product, "Model": "per_unit"}
        add_row(path, "tblPrices", {**own, "Price or %": price, "Currency": "EUR", "Per": "unit"})
    return path


def test_a_report_without_money_waits_for_its_cost_prices_and_is_billed_at_ours(workbook: Path) -> None:
    imported = billow("import", workbook, USAGE, "--period", MONTH)
    assert "imported; VMware, 2026-06, 12 rows, no amounts before tax." in imported.out
    assert (
        'RAT-007  The report of VMware says no money, and "Flex Core" has no cost price in 2026-06.'
        in imported.err
    )

    for article, _, cost, _ in ARTICLES:
        priced = {"Vendor": "VMware", "Article": article, "Unit cost": cost, "Currency": "EUR"}
        add_row(workbook, "tblCostPrices", priced)
        add_row(workbook, "tblCostPrices", {**priced, "Unit cost": 9, "Valid from": date(2026, 7, 1)})
    invoiced = billow("invoice", workbook, "--period", MONTH, "--json")
    assert invoiced.code == 0, invoiced.out
    nets = {row["customer"]: Decimal(row["net"]) for row in invoiced.data["documents"]}
    # 1,536 x 0.02 + 820 x 0.10 + 20,480 x 0.002 = 30.72 + 82.00 + 40.96
    assert nets["C-1"] == Decimal("153.68")
    costs = [row for row in rows(workbook, "tblLines") if row["Customer"] == "C-1"]
    # 1,536 x 0.0125 + 820 x 0.07 + 20,480 x 0.001 = 19.20 + 57.40 + 20.48
    assert sum(row["Cost"] for row in costs) == Decimal("97.08")
    checked = billow("check", workbook, "--json")
    assert not [p for p in checked.data["problems"] if p["code"] in {"CHK-001", "RAT-007"}]
