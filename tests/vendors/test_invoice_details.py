"""A vendor's list of its invoice lines becomes its invoices, and never charges."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billow.problems import Severity
from billow.vendors import Formats, Imported, VendorBill, import_report

SAMPLE = "focus/focus-data-toolkit_1.4_synthetic_focus_1_4_invoice_detail.csv"
HEAD = (
    "BilledCost,BillingCurrency,BillingPeriodStart,ChargeCategory,InvoiceDetailId,InvoiceId,"
    "InvoiceIssueDate,InvoiceIssueStatus,InvoiceIssuerName"
)
LINE = "100.25,EUR,2026-06-01T00:00:00Z,Usage,d1,R-1,2026-07-03T00:00:00Z,Issued,Nordhandel"
D = Decimal


def read(tmp_path: Path, *lines: str, head: str = HEAD) -> Imported:
    """Write a list of these lines and read it."""
    path = tmp_path / "details.csv"
    path.write_text("\n".join((head, *lines, "")), encoding="utf-8")
    return import_report(path, Formats.shipped(), out_dir=tmp_path, with_lists=True)


def test_the_sample_is_two_invoices_net_and_tax_apart(reports: Path, tmp_path: Path) -> None:
    """15106.272 + 10369.2787936312 and 14942.016 + 13331.91926527376, by hand."""
    found = import_report(reports / SAMPLE, Formats.shipped(), out_dir=tmp_path, with_lists=True)
    assert (found.totals, found.parquet, found.problems) == (None, None, ())
    vendor, day = "Microsoft Azure", date(2026, 6, 1)
    first, second = "INV-2026-05-000001", "INV-2026-05-000002"
    assert found.bills == (
        VendorBill(vendor, first, "2026-05", day, "USD", D("25475.5507936312"), D("85.173479360496")),
        VendorBill(vendor, second, "2026-05", day, "USD", D("28273.93526527376"), D("228.18360931536")),
    )


# a sentence; the lines; month, day, net and tax of each invoice
ADDED_UP = [
    (
        "the lines of one invoice are added up, a credit lowers it, tax stands apart",
        [LINE, LINE.replace("100.25", "-0.25").replace("Usage", "Credit"), LINE.replace("Usage", "Tax")],
        [("2026-06", date(2026, 7, 3), D(100), D("100.25"))],
    ),
    (
        "an invoice of two months is one row for each",
        [LINE, LINE.replace("2026-06-01", "2026-05-01").replace("100.25", "7")],
        [("2026-05", date(2026, 7, 3), D(7), D(0)), ("2026-06", date(2026, 7, 3), D("100.25"), D(0))],
    ),
    (
        "what is voided asks for nothing",
        [LINE, LINE.replace("Issued", "Voided")],
        [("2026-06", date(2026, 7, 3), D("100.25"), D(0))],
    ),
    (
        "an invoice that is voided whole asks for zero, so that its charges show as a difference",
        [LINE.replace("Issued", "Voided")],
        [("2026-06", date(2026, 7, 3), D(0), D(0))],
    ),
    (
        "an invoice without a date is one all the same",
        [LINE.replace("2026-07-03T00:00:00Z", "")],
        [("2026-06", None, D("100.25"), D(0))],
    ),
]


@pytest.mark.parametrize(("lines", "wanted"), [row[1:] for row in ADDED_UP], ids=[row[0] for row in ADDED_UP])
def test_lines_are_added_up_by_invoice(
    lines: list[str], wanted: list[tuple[str, date | None, Decimal, Decimal]], tmp_path: Path
) -> None:
    found = read(tmp_path, *lines)
    assert [(bill.month, bill.day, bill.net, bill.tax) for bill in found.bills or ()] == wanted
    assert {problem.severity for problem in found.problems} <= {Severity.NOTE}


# a sentence; the second line; its code and what is said
REFUSED = [
    ("no invoice number", LINE.replace("R-1", ""), "IMP-093", "Row 3 of details.csv cannot be read: it"),
    ("no amount", LINE.replace("100.25", ""), "IMP-093", "it has no BilledCost"),
    ("no month", LINE.replace("2026-06-01T00:00:00Z", ""), "IMP-093", "it has no x_InvoiceMonth"),
    ("an unknown status", LINE.replace("Issued", "Draft"), "IMP-093", "no status that is Open, Issued"),
    ("an unknown kind", LINE.replace("Usage", "Fee"), "IMP-093", "it has no kind of charge that is known"),
    ("no such currency", LINE.replace("EUR", "EURO"), "IMP-052", '"EURO" is no currency.'),
    ("an amount in words", LINE.replace("100.25", "ten"), "IMP-008", '"ten" is not an amount.'),
    ("two currencies", LINE.replace("EUR", "USD"), "IMP-094", "R-1 of Nordhandel is in EUR and USD."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_part_of_an_invoice_is_no_invoice(line: str, code: str, said: str, tmp_path: Path) -> None:
    found = read(tmp_path, LINE, line)
    assert [problem.code for problem in found.problems if problem.severity is Severity.STOP] == [code]
    assert said in found.problems[0].sentence
    assert found.bills is None


def test_an_open_invoice_waits_and_the_others_do_not(tmp_path: Path) -> None:
    found = read(tmp_path, LINE, LINE.replace("R-1", "R-2").replace("Issued", "Open"))
    assert [bill.invoice for bill in found.bills or ()] == ["R-1"]
    (problem,) = found.problems
    assert (problem.code, problem.severity) == ("IMP-095", Severity.NOTE)
    assert problem.sentence == "The invoice R-2 of Nordhandel is still open; it was left out."


def test_a_column_that_the_format_does_not_know_is_told(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, f"{LINE},9.00", head=f"{HEAD},RoundingAmount").problems
    assert (problem.code, problem.place.column) == ("IMP-006", "RoundingAmount")


def test_a_format_of_invoice_lines_needs_what_makes_an_invoice() -> None:
    report: dict[str, object] = {"format_id": "thin", "kind": "invoice_detail", "must_have": "A"}
    row = {"format_id": "thin", "target": "SkuId", "source": "A", "transform": "text"}
    found = Formats.shipped().with_rows([report], [row]).problems
    assert sorted(problem.code for problem in found) == ["IMP-022", *["IMP-090"] * 4]
