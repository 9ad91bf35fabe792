"""Three hundred parked articles are decided by one paste into sheet To do, and one run settles them."""

import csv
from decimal import Decimal
from pathlib import Path

from billow.workbook.book import Workbook
from tests.commands.clerk import MONTH, billow, rows

HEADER = (
    "BilledCost BillingAccountId BillingCurrency BillingPeriodStart BillingPeriodEnd ChargeCategory "
    "ChargePeriodStart ChargePeriodEnd ChargeDescription ServiceProviderName SubAccountId SkuId"
).split()
COUNT = 300


def report(path: Path) -> Path:
    plain = {
        "BillingAccountId": "acc-1", "SubAccountId": "acc-1", "BillingCurrency": "EUR",
        "BillingPeriodStart": "2026-06-01", "BillingPeriodEnd": "2026-07-01", "ChargeCategory": "Usage",
        "ChargePeriodStart": "2026-06-03", "ChargePeriodEnd": "2026-06-04", "ServiceProviderName": "Cirrus",
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEADER)
        writer.writeheader()
        for number in range(COUNT):
            article = f"ART-{number:03}"
            writer.writerow({**plain, "BilledCost": "1.25", "SkuId": article, "ChargeDescription": article})
    return path


def test_three_hundred_parked_articles_are_one_paste_and_one_run(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook).code == 0
    book = Workbook.open(workbook)
    book.write("tblCustomers", [{"Customer": "C-1", "Name": "Alpha B.V.", "Country": "NL"}])
    account = {"Vendor": "Cirrus", "Account": "acc-1", "Customer": "C-1", "Confirmed by": "ada"}
    book.write("tblAccounts", [account])
    book.save()
    assert billow("import", workbook, report(tmp_path / "focus.csv")).code == 0
    waiting = rows(workbook, "tblTodo")
    assert len(waiting) == COUNT
    assert {row["Kind"] for row in waiting} == {"unknown product"}
    assert waiting[0]["Proposal"] == f'Add a row on sheet SKU rules for "{waiting[0]["What"][:7]}" of Cirrus'

    half = COUNT // 2
    words = ["postpone"] * half + ["exclude"] * half
    pasted = [
        {**row, "Decision": word, "Reason": "Asked sales", "Decided by": "ada"}
        for row, word in zip(waiting, words, strict=True)
    ]
    book = Workbook.open(workbook)
    book.write("tblTodo", pasted)
    book.save()

    checked = billow("check", workbook, "--period", MONTH)
    assert "RAT-001" not in checked.out + checked.err
    (proof,) = rows(workbook, "tblProofFiles")
    # 150 x 1.25 each
    assert (proof["Imported"], proof["Parked"], proof["Excluded"], proof["Difference"]) == (
        Decimal("375.00"), Decimal("187.50"), Decimal("187.50"), Decimal(0)
    )  # fmt: skip
    assert [row["Decision"] for row in rows(workbook, "tblTodo")] == words
