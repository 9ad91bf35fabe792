"""A vendor corrects a month that is issued: June stays as it is, July bills the difference.

Skyline says of one customer 7003 GB where it had said 7410, at our own price of 0.0275 each. June's line was
203.78 (7410 x 0.0275 = 203.775); it should have been 192.58 (192.5825). The difference is 11.20, which is
not 407 x 0.0275 = 11.1925 rounded: the two invoices together are what one right invoice would have been.
"""

import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from tests.commands.clerk import Said, add_row, billow, records, rows, snapshot

JULY = "2026-07"
WHO, ACCOUNT = "C-1015", "sky-7005"
REPORT = "skyline_focus_2026-06.csv"


def corrected(june: Path) -> str:
    """June's report with less storage for one customer, which also cost us 8.14 less."""
    found = records(june)
    (row,) = (r for r in found if (r["SubAccountId"], r["ServiceName"]) == (ACCOUNT, "Object Storage"))
    row |= {"PricingQuantity": "7003", "BilledCost": "140.06"}
    target = StringIO(newline="")
    writer = csv.DictWriter(target, list(found[0]))
    writer.writeheader()
    writer.writerows(found)
    return target.getvalue()


@pytest.fixture(scope="module")
def told(issued_month: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said, Said]:
    """The issued June after the correction came, and July's drafts; what import and invoice said."""
    folder = tmp_path_factory.mktemp("corrected")
    workbook = folder / "Billing.xlsx"
    workbook.write_bytes(issued_month.read_bytes())
    data = issued_month.with_suffix(".data")
    for path in data.rglob("*"):
        if path.is_file():
            target = workbook.with_suffix(".data") / path.relative_to(data)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    june = next(issued_month.parent.rglob(REPORT))
    report = folder / "skyline corrected.csv"
    report.write_text(corrected(june), encoding="utf-8")
    imported = billow("import", workbook, report)
    return workbook, imported, billow("invoice", workbook, "--period", JULY, "--json")


def test_the_import_says_what_it_corrects_and_for_whom(told: tuple[Path, Said, Said]) -> None:
    workbook, imported, _ = told
    assert imported.out.splitlines()[:2] == [
        (
            "skyline corrected.csv: corrects 2026-06, which is issued; the difference is billed in 2026-07; "
            "Skyline Hosting, 200 rows, EUR -8.14 before tax."
        ),
        "  sky-7005: 235.66 -> 227.52 EUR",
    ]
    assert "sky-7005: 235.66 -> 227.52 EUR" in rows(workbook, "tblLog")[-2]["Summary"]


def test_the_difference_is_a_line_of_its_own_with_its_words(told: tuple[Path, Said, Said]) -> None:
    workbook, _, _ = told
    lines = [row for row in rows(workbook, "tblLines") if row["Customer"] == WHO]
    (line,) = (row for row in lines if row["Product"] == "SKY-STORE")
    assert line["Text"] == "Skyline-objectopslag – correctie van 2026-06"  # noqa: RUF001 - as printed
    assert (line["Amount"], line["Quantity"], line["Cost"]) == (Decimal("-11.2"), -407, Decimal("-8.14"))
    assert (f"{line['From']:%Y-%m-%d}", f"{line['Through']:%Y-%m-%d}") == ("2026-06-01", "2026-06-30")
    assert line["Steps"].endswith("less 203.78 EUR for 2026-06 by the earlier report")
    assert "correctie" not in "".join(row["Text"] for row in rows(workbook, "tblLines") if row != line)


def test_the_files_of_july_are_accounted_for(told: tuple[Path, Said, Said]) -> None:
    workbook, _, _ = told
    (proof,) = rows(workbook, "tblProofFiles")
    assert (proof["Imported"], proof["Billed"], proof["Result"]) == (Decimal("-8.14"), Decimal("-8.14"), "OK")


def test_june_stays_as_it_was_issued(told: tuple[Path, Said, Said], issued_month: Path) -> None:
    workbook, _, _ = told
    before, after = (path.with_suffix(".data") for path in (issued_month, workbook))
    assert snapshot(after / "out" / "2026-06") == snapshot(before / "out" / "2026-06")
    kept = snapshot(before / "charges" / "month=2026-06")
    assert snapshot(after / "charges" / "month=2026-06") == kept
    said = billow("check", workbook, "--period", "2026-06", "--json")
    assert [p for p in said.data["problems"] if p["code"] in {"CMD-002", "CHK-001"}] == []


def test_every_row_behind_the_line_is_named_with_its_file(told: tuple[Path, Said, Said]) -> None:
    workbook, _, _ = told
    assert billow("invoice", workbook, "--period", JULY).code == 0
    lines = [row for row in rows(workbook, "tblLines") if row["Customer"] == WHO]
    (line,) = (row["Line"] for row in lines if row["Product"] == "SKY-STORE")
    said = billow("explain", workbook, f"DRAFT {WHO}", line)
    assert f"of the earlier {REPORT}, taken back: Usage" in said.out
    assert "-148.2 EUR" in said.out
    assert "140.06 EUR" in said.out


def test_a_file_that_leaves_open_what_it_does_is_named_on_report_sources(issued: Path) -> None:
    june = next(issued.parent.rglob(REPORT))
    found = [
        row
        for row in records(june)
        if (row["SubAccountId"], row["ServiceName"]) == (ACCOUNT, "Object Storage")
    ]
    found[0] |= {"PricingQuantity": "-407", "BilledCost": "-8.14"}
    target = StringIO(newline="")
    writer = csv.DictWriter(target, list(found[0]))
    writer.writeheader()
    writer.writerows(found)
    report = issued.parent / "ledger.csv"
    report.write_text(target.getvalue(), encoding="utf-8")
    before = snapshot(issued.parent)
    refused = billow("import", issued, report)
    assert refused.code == 1
    assert (
        "IMP-060  It is not clear whether ledger.csv replaces the earlier delivery or adds to it"
        in refused.err
    )
    assert snapshot(issued.parent) == before
    for row in rows(issued, "tblSources"):
        assert row["Delivery"] is None
    add_row(issued, "tblSources", {"Path": "ledger.csv", "Delivery": "adds", "Active": "yes"})
    said = billow("import", issued)
    assert "ledger.csv: corrects 2026-06, which is issued; the difference is billed in 2026-07" in said.out
    assert "  sky-7005: 235.66 -> 227.52 EUR" in said.out
    assert billow("invoice", issued, "--period", JULY).code == 0
    lines = [
        row for row in rows(issued, "tblLines") if (row["Customer"], row["Product"]) == (WHO, "SKY-STORE")
    ]
    assert [row["Amount"] for row in lines] == [Decimal("-11.2")]
