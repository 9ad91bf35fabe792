"""A vendor changes its header without notice: what is new, gone, renamed or translated is told by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from billow.problems import Severity
from billow.vendors import Formats, Imported, import_report

Read = Callable[..., Imported]
Rows = Callable[..., list[tuple[Any, ...]]]
RECON = "microsoft/synthetic_nce_invoice_recon_us-dates.csv"

# what happened, the header before and after, code, words of the sentence and of the hint
CHANGES = [
    ("a new column", "ProductQualifiers", "Loyalty", "IMP-006", "left out: Loyalty.", "map it"),
    (
        "a column that something reads was renamed",
        "InvoiceNumber",
        "InvoiceNumbers",
        "IMP-006",
        "InvoiceNumbers (perhaps InvoiceNumber, renamed).",
        "Known columns",
    ),
    (
        "the column of the customer is gone",
        "CustomerId",
        "MpnId",
        "IMP-057",
        'has no column "CustomerId"; x_CustomerKey stays empty.',
        "the row x_CustomerKey in the sheet Report mapping",
    ),
    (
        "the column of the customer was translated",
        "CustomerId",
        "Kundennummer",
        "IMP-057",
        'has no column "CustomerId"; x_CustomerKey stays empty.',
        'It may now be called "Kundennummer".',
    ),
    (
        "a column that is needed was renamed",
        "BillableQuantity",
        "BilableQty",
        "IMP-003",
        "is a report of no known format.",
        '"ms_nce_recon" misses BillableQuantity (perhaps "BilableQty")',
    ),
    (
        "a column that is needed was translated",
        "Subtotal",
        "Nettobetrag",
        "IMP-003",
        "is a report of no known format.",
        '"ms_nce_recon" misses Subtotal (perhaps "Nettobetrag")',
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "code", "said", "hint"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_a_header_that_changed(
    before: str, after: str, code: str, said: str, hint: str, reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    content = (reports / RECON).read_text("utf-8-sig")
    header, _, rest = content.partition("\n")
    names = [name if name != before else after for name in header.split(",")]
    (tmp_path / "changed.csv").write_text(f"{','.join(names)}\n{rest}", encoding="utf-8")
    imported = import_report(tmp_path / "changed.csv", shipped, out_dir=tmp_path / "out")
    problem = next(problem for problem in imported.problems if problem.code == code)
    assert said in problem.sentence
    assert hint in problem.hint
    is_stopped = code == "IMP-003"
    assert (imported.parquet is None, problem.severity is Severity.STOP) == (is_stopped, is_stopped)


def test_the_format_that_was_asked_for_names_the_nearest_column(
    reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    content = (reports / RECON).read_text("utf-8-sig").replace("Subtotal", "Nettobetrag", 1)
    (tmp_path / "changed.csv").write_text(content, encoding="utf-8")
    imported = import_report(
        tmp_path / "changed.csv", shipped, out_dir=tmp_path / "out", format_id="ms_nce_recon"
    )
    (problem,) = imported.problems
    assert (problem.code, problem.place.column) == ("IMP-005", "Subtotal")
    assert 'The nearest column of the file is "Nettobetrag".' in problem.hint


def test_a_total_column_that_is_gone_stops_the_file(read: Read, shipped: Formats) -> None:
    """Of several names of the amount one is enough; without any of them nothing would be billed."""
    header = "SubscriptionId,Date,MeterId,MeterCategory,ConsumedService,BillingCurrency,Quantity"
    row = "s-1,2026-06-01,m-1,Storage,Microsoft.Storage,EUR,3"
    assert read(f"{header},PreTaxCost\n{row},1.50\n", formats=shipped).totals
    refused = read(f"{header},Billed\n{row},1.50\n", formats=shipped)
    (problem,) = refused.problems
    assert (problem.code, refused.parquet) == ("IMP-003", None)
    assert '"azure_cost" misses CostInBillingCurrency' in problem.hint


def test_an_unknown_charge_type_is_placed_by_its_sign_and_flagged(read: Read, rows_of: Rows) -> None:
    header = "Net,Kind,Customer,From,To,Currency\n"
    row = "12.50,{},Contoso,2026-06-01,2026-06-30,EUR\n"
    content = header + row.format("licence") + row.format("bonus") + row.format("bonus").replace("12", "-12")
    imported = read(content)
    assert rows_of(imported, "ChargeCategory", "x_IsUnknownType") == [
        ("Purchase", False),
        ("Purchase", True),
        ("Credit", True),
    ]
    problem = imported.problems[0]
    assert (problem.code, problem.severity) == ("IMP-012", Severity.BLOCK)
