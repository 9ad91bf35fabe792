"""Doing it again changes nothing, and what the user made of the workbook stays.

The same report under another name, in another packing; the same drafts; a workbook with a column, notes,
colours and an order of the user's own.
"""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from billow.sheets.columns import SHEETS
from tests.commands.clerk import MONTH, add_row, billow, cents, records, rows, snapshot, total
from tests.commands.mistakes import invoice, put_cell
from tests.commands.user import MAIN, Page, parts_of

REPORT = "skyline_focus_2026-06.csv"
THE_BOOK = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}


def in_another_order(data: bytes) -> bytes:
    head, *lines = data.splitlines(keepends=True)
    return b"".join([head, *sorted(lines)])


AGAIN: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "the same file": (REPORT, bytes),
    "the same file under another name": ("Skyline juni.csv", bytes),
    "the same file, packed": (f"{REPORT}.gz", lambda data: gzip.compress(data, mtime=0)),
    "the same rows in another order": ("sorted.csv", in_another_order),
}  # fmt: skip


@pytest.mark.parametrize(("name", "pack"), AGAIN.values(), ids=AGAIN)
def test_a_report_that_is_there_already_changes_nothing(
    drafted: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    source = drafted.parent / "reports" / MONTH / REPORT
    target = drafted.parent / name
    target.write_bytes(pack(source.read_bytes()))
    before = _without_runs(drafted)
    said = billow("import", drafted, target, "--json")
    assert (said.code, said.data["reports"][0]["status"]) == (0, "unchanged")
    assert _without_runs(drafted) == before
    assert "already imported, nothing changed" in billow("import", drafted, target).out


def _without_runs(workbook: Path) -> dict[str, str]:
    """Return what lies beside the workbook; the summary and the state before are those of each run."""
    found = snapshot(workbook.with_suffix(".data"))
    assert found.pop("summary.sqlite")
    return {name: mark for name, mark in found.items() if not name.startswith("undo/")}


def test_a_corrected_report_replaces_the_earlier_one_and_says_what_moved(drafted: Path) -> None:
    source = drafted.parent / "reports" / MONTH / REPORT
    text = source.read_text(encoding="utf-8")
    target = drafted.parent / "corrected.csv"
    target.write_text(text.replace(",148.20,", ",150.20,", 1), encoding="utf-8")
    said = billow("import", drafted, target)
    assert said.code == 0
    assert "replaces the earlier delivery" in said.out
    assert re.search(r"sky-7005: [\d.]+ -> [\d.]+ EUR", said.out)
    proof = next(row for row in rows(drafted, "tblProofFiles") if row["Vendor"] == "Skyline Hosting")
    assert proof["Imported"] == total(records(source), "BilledCost") + 2


def test_invoice_twice_gives_the_same_lines_amounts_and_pdf(drafted: Path) -> None:
    assert billow(*invoice(drafted)).code == 0
    before, files = rows(drafted, "tblLines"), _without_runs(drafted)
    said = billow(*invoice(drafted), "--json")
    assert rows(drafted, "tblLines") == before
    assert _without_runs(drafted) == files
    assert said.data == billow(*invoice(drafted), "--json").data


def owned_parts(workbook: Path) -> set[str]:
    """The parts that Billow may write: result sheets with their tables, notes on them, and invoice sheets."""
    found = set(THE_BOOK)
    for table, sheet in SHEETS.items():
        if sheet.kind in {"result", "mixed"}:
            page = Page(workbook, table)
            found |= {page.part, page.table_part, page.related["comments"], page.related["vmlDrawing"]}
    last_of_template = len({sheet.title for sheet in SHEETS.values()}) + 1
    return found | {f"xl/worksheets/sheet{number}.xml" for number in range(last_of_template + 1, 99)}


def furnish(workbook: Path, table: str, key: str, width_of: int) -> dict[str, str]:
    """Give a sheet everything a user gives it; return the values of the user's column by key."""
    page = Page(workbook, table)
    keys = list(page.column(key, key))
    mine = {value: f"remark {number}" for number, value in enumerate(keys)}
    page.sort_backwards()
    page.add_column("Mine", key, mine)
    page.filter(key, keys[0])
    page.widen(width_of, "55.5")
    page.colour(key)
    page.note(page.area[1] + 3, key, "Ask them about this")
    page.close()
    return mine


def test_what_a_user_made_of_an_input_sheet_stays_byte_for_byte(drafted: Path) -> None:
    furnish(drafted, "tblCustomers", "Customer", 2)
    put_cell(drafted, "tblPrices", "Price or %", 9, "<f>18*1.2</f><v>21.6</v>")
    before = parts_of(drafted)
    assert b"<f>18*1.2</f>" in before[Page(drafted, "tblPrices").part]
    amounts = {row["Line"]: row["Amount"] for row in rows(drafted, "tblLines")}
    for words in (invoice(drafted), ("check", drafted), ("import", drafted), invoice(drafted)):
        assert billow(*words).code == 0
    after, owned = parts_of(drafted), owned_parts(drafted)
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed <= owned, sorted(changed - owned)
    assert {row["Line"]: row["Amount"] for row in rows(drafted, "tblLines")} == amounts


def test_what_a_user_made_of_a_result_sheet_stays_with_its_rows(drafted: Path) -> None:
    mine = furnish(drafted, "tblLines", "Line", 3)
    before = Page(drafted, "tblLines")
    noted = before.text(before.area[1] + 3, "Line")
    assert billow(*invoice(drafted)).code == 0
    after = Page(drafted, "tblLines")
    assert after.column("Line", "Mine") == mine
    assert list(after.column("Line", "Line")) == list(before.column("Line", "Line")), "the user's order"
    assert after.text(int(re.sub(r"\D", "", after.noted("Ask them about this"))), "Line") == noted
    assert [c.get("width") for c in after.sheet.iter(f"{MAIN}col")][2] == "55.5"
    rules = [rule.get("priority") for rule in after.sheet.iter(f"{MAIN}cfRule")]
    assert "77" in rules
    assert after.table.find(f"{MAIN}autoFilter/{MAIN}filterColumn") is not None


def test_a_new_line_joins_the_others_without_moving_their_remarks(drafted: Path) -> None:
    mine = furnish(drafted, "tblLines", "Line", 3)
    adjustment = {"Customer": "C-1002", "Month": MONTH, "Text": "Set-up", "Product": "PROJECT", "Quantity": 1}
    add_row(drafted, "tblAdjustments", {"No": 3, **adjustment, "Unit price": 95, "Currency": "EUR"})
    assert billow(*invoice(drafted)).code == 0
    found = Page(drafted, "tblLines").column("Line", "Mine")
    assert {line: text for line, text in found.items() if text} == mine
    assert len(found) == len(mine) + 1


def test_a_price_typed_as_a_formula_is_used_by_its_value(drafted: Path) -> None:
    put_cell(drafted, "tblPrices", "Price or %", 9, "<f>20*1.2</f><v>24</v>")
    assert billow(*invoice(drafted)).code == 0
    lines = [row for row in rows(drafted, "tblLines") if row["Price row"].startswith("Prices row 9:")]
    whole = [row for row in lines if not row["Proration"]]
    assert whole
    assert all(row["Amount"] == cents(row["Quantity"] * 24) for row in whole if row["Currency"] == "EUR")


def many_customers(folder: Path, count: int) -> Path:
    """A FOCUS report with a row of 100 euros for each of many customers."""
    names = (
        "BilledCost BillingAccountId BillingCurrency BillingPeriodStart BillingPeriodEnd ChargeCategory "
        "ChargeDescription ChargePeriodStart ChargePeriodEnd EffectiveCost ListCost ContractedCost "
        "InvoiceIssuerName ProviderName PublisherName ServiceCategory ServiceName SubAccountId SubAccountName"
    ).split()
    lines = [",".join(names)]
    for number in range(1, count + 1):
        row = {
            **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), "100.00"),
            **dict.fromkeys(("InvoiceIssuerName", "ProviderName", "PublisherName"), "Skyline Hosting"),
            **dict.fromkeys(("BillingPeriodStart", "ChargePeriodStart"), "2026-06-01T00:00:00Z"),
            **dict.fromkeys(("BillingPeriodEnd", "ChargePeriodEnd"), "2026-07-01T00:00:00Z"),
            "BillingAccountId": "R-1", "BillingCurrency": "EUR", "ChargeCategory": "Usage",
            "ChargeDescription": "Servers", "ServiceCategory": "Compute", "ServiceName": "Cloud Servers",
            "SubAccountId": f"s-{number:02}", "SubAccountName": f"Customer {number:02}",
        }  # fmt: skip
        lines.append(",".join(row[name] for name in names))
    path = folder / "focus.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


LIMITS = {"25 invoices are sheets of the workbook": (25, True), "26 get a workbook of their own": (26, False)}


@pytest.mark.parametrize(("count", "inside"), LIMITS.values(), ids=LIMITS)
def test_many_invoices_go_to_a_workbook_of_their_own(tmp_path: Path, count: int, *, inside: bool) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook, "--from", many_customers(tmp_path, count)).code == 0
    assert billow("import", workbook).code == 0
    said = billow(*invoice(workbook), "--json")
    assert {row["net"] for row in said.data["documents"]} == {"110.00"}
    other = workbook.with_suffix(".data") / "out" / MONTH / f"Invoices {MONTH}.xlsx"
    titles = set(openpyxl.load_workbook(workbook, read_only=True).sheetnames)
    drafts = {f"DRAFT {row['customer']}" for row in said.data["documents"]}
    assert len(drafts) == count
    assert other.exists() is not inside
    if inside:
        assert drafts <= titles
        return
    assert not drafts & titles
    book = openpyxl.load_workbook(other)
    assert drafts <= set(book.sheetnames)
    index = next(sheet for sheet in book.worksheets if "tblInvoices" in sheet.tables)
    header = next(row for row in index.iter_rows(values_only=True) if "Customer" in row)
    listed = [row for row in index.iter_rows(values_only=True) if row[0] and str(row[0]).startswith("C-")]
    shown = [dict(zip(header, row, strict=True)) for row in listed]
    assert {row["Sheet"] for row in shown} == drafts
    assert {row["Net"] for row in shown} == {110}
    in_the_books = [row["Customer"] for row in rows(workbook, "tblInvoices")]
    assert [row["Customer"] for row in shown] == in_the_books
