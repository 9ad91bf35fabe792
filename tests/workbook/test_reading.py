"""What is wrong with a cell is a sentence with its place and a hint; all of them in one run."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billow.problems import Place
from billow.workbook import SHEETS, Workbook
from billow.workbook.markup import column_letters
from tests.workbook.making import edited, number, said, template, with_cells

FX = {
    "Currency from": said("USD"),
    "Currency to": said("EUR"),
    "Date": number("46203"),
    "Rate": number("0.9213"),
}
ACCOUNT = {"Vendor": said("AWS"), "Account": said("a-1"), "Customer": said("C-1004")}
CUSTOMER = {"Customer": said("C-1004"), "Name": said("Contoso GmbH"), "Country": said("DE")}
CHANGE = {
    "No": number("1"), "Subscription": said("S"), "Effective": number("46203"), "Kind": said("add"),
}  # fmt: skip
BILL = {
    "Vendor": said("AWS"), "Period": said("2026-06"), "Currency": said("EUR"), "Net": number("1"),
}  # fmt: skip

# table, a good row, the column, the cell in the file, the problem's first line, a word of the hint
BAD = [
    (
        "tblFx",
        FX,
        "Rate",
        said("12,5O"),
        'WBK-007  "12,5O" in column Rate is not a number.',
        "again as a number",
    ),
    (
        "tblFx",
        FX,
        "Rate",
        said("1.234"),
        'WBK-007  "1.234" in column Rate is not a number.',
        "holds it as text",
    ),
    (
        "tblFx",
        FX,
        "Rate",
        '<c t="b"><v>1</v></c>',
        'WBK-007  "TRUE" in column Rate is not a number.',
        "number",
    ),
    (
        "tblFx",
        FX,
        "Rate",
        '<c t="e"><v>#N/A</v></c>',
        "WBK-011  The formula in column Rate gives #N/A.",
        "Correct",
    ),
    (
        "tblFx",
        FX,
        "Rate",
        "<c><f>10*1.03</f></c>",
        "WBK-012  The formula in column Rate has no stored value.",
        "save it once",
    ),
    (
        "tblFx",
        FX,
        "Rate",
        "<c><f>10*1.03</f><v/></c>",
        "WBK-012  The formula in column Rate has no stored value.",
        "Excel",
    ),
    (
        "tblFx",
        FX,
        "Rate",
        "<c/>",
        "WBK-006  Column Rate is blank and must be filled in.",
        "for example 0.9213",
    ),
    ("tblFx", FX, "Rate", said("   "), "WBK-006  Column Rate is blank and must be filled in.", "How much"),
    (
        "tblFx",
        FX,
        "Date",
        said("30/06/2026"),
        'WBK-009  "30/06/2026" in column Date is not a date.',
        "2026-06-30",
    ),
    (
        "tblFx",
        FX,
        "Date",
        said("2026-06-31"),
        'WBK-009  "2026-06-31" in column Date is not a date.',
        "Type a date",
    ),
    ("tblFx", FX, "Date", number("30"), 'WBK-009  "30" in column Date is not a date.', "Type a date"),
    (
        "tblFx",
        FX,
        "Date",
        number("46203.5"),
        'WBK-009  "46203.5" in column Date is not a date.',
        "Type a date",
    ),
    (
        "tblFx",
        FX,
        "Date",
        number("99999999"),
        'WBK-009  "99999999" in column Date is not a date.',
        "Type a date",
    ),
    (
        "tblChanges",
        CHANGE,
        "No",
        number("1.5"),
        'WBK-008  "1.5" in column No is not a whole number.',
        "whole number",
    ),
    (
        "tblChanges",
        CHANGE,
        "Kind",
        said("remov"),
        'WBK-010  "remov" in column Kind is not in its list.',
        'Is "remove" meant?',
    ),
    (
        "tblAccounts",
        ACCOUNT,
        "Customer",
        said("C-1O04"),
        'WBK-010  "C-1O04" in column Customer is not in its list.',
        'Is "C-1004" meant?',
    ),
    (
        "tblAccounts",
        ACCOUNT,
        "Account",
        number("1234567890123456789"),
        'WBK-013  "1234567890123460000" in column Account has lost its last digits: Excel keeps 15.',
        "as text",
    ),
    (
        "tblVendorInvoices",
        BILL,
        "Period",
        said("June"),
        'WBK-014  "June" in column Period is not a month.',
        "2026-06",
    ),
    (
        "tblVendorInvoices",
        BILL,
        "Period",
        said("2026-13"),
        'WBK-014  "2026-13" in column Period is not a month.',
        "month",
    ),
    ("tblVendorInvoices", BILL, "Period", number("46204"), None, ""),
]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return template(tmp_path_factory.mktemp("fresh")).read_bytes()


@pytest.fixture
def path(fresh: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "Billing.xlsx"
    path.write_bytes(fresh)
    with_cells(path, "tblSubscriptions", {"Subscription": said("S")})
    return with_cells(path, "tblCustomers", CUSTOMER)


@pytest.mark.parametrize(("table", "row", "column", "cell", "sentence", "hint"), BAD)
def test_a_wrong_cell_is_a_sentence_with_its_place_and_a_hint(
    path: Path, table: str, row: dict[str, str], column: str, cell: str, sentence: str | None, hint: str
) -> None:
    book = Workbook.open(with_cells(path, table, row | {column: cell}))
    (read,) = book.read(table)
    if sentence is None:
        assert book.problems == []
        return
    (problem,) = book.problems
    assert str(problem).split("\n")[0] == sentence
    assert problem.place == Place("Billing.xlsx", SHEETS[table].title, 5, column)
    assert hint in problem.hint
    assert read[column] is None


def test_all_wrong_cells_of_all_rows_are_found_in_one_run(path: Path) -> None:
    wrong = {"Currency from": said("USD"), "Date": said("soon"), "Rate": said("much")}
    with_cells(path, "tblFx", wrong)
    with_cells(path, "tblFx", FX | {"Rate": said("x")}, row=6)
    edited(
        path, {f"xl/tables/table{_table_number('tblFx')}.xml": lambda data: data.replace(b"A4:E5", b"A4:E6")}
    )
    book = Workbook.open(path)
    book.read("tblFx")
    assert [(p.code, p.place.row, p.place.column) for p in book.problems] == [
        ("WBK-006", 5, "Currency to"), ("WBK-009", 5, "Date"), ("WBK-007", 5, "Rate"), ("WBK-007", 6, "Rate"),
    ]  # fmt: skip


# what stands in the file, the column, what is read
GOOD = [
    (
        "an amount is read with the digits Excel shows",
        "tblFx",
        FX,
        "Rate",
        number("0.30000000000000004"),
        Decimal("0.3"),
    ),
    (
        "a formula with its stored value",
        "tblFx",
        FX,
        "Rate",
        "<c><f>10*1.03</f><v>10.3</v></c>",
        Decimal("10.3"),
    ),
    ("a formula written by the 1.0E+1 way", "tblFx", FX, "Rate", number("1.03E+1"), Decimal("10.3")),
    ("whole digits kept as text", "tblFx", FX, "Rate", said(" 12 "), Decimal(12)),
    (
        "an account that Excel made a number",
        "tblAccounts",
        ACCOUNT,
        "Account",
        number("1.23456789012E11"),
        "123456789012",
    ),
    ("an account with a leading zero", "tblAccounts", ACCOUNT, "Account", said("007"), "007"),
    ("text that looks like a formula", "tblAccounts", ACCOUNT, "Account", said("=1+1"), "=1+1"),
    ("a date as Excel keeps it", "tblFx", FX, "Date", number("46203"), date(2026, 6, 30)),
    ("a date as text of ISO 8601", "tblFx", FX, "Date", said("2026-06-30"), date(2026, 6, 30)),
    (
        "a date of a strict workbook",
        "tblFx",
        FX,
        "Date",
        '<c t="d"><v>2026-06-30T00:00:00</v></c>',
        date(2026, 6, 30),
    ),
    ("a month that Excel made a date", "tblVendorInvoices", BILL, "Period", number("46174"), "2026-06"),
    ("a word of the list in other letters", "tblChanges", CHANGE, "Kind", said("Remove"), "remove"),
    ("a blank cell takes its default", "tblCustomers", CUSTOMER, "Status", "<c/>", "active"),
    ("a blank cell without default is nothing", "tblCustomers", CUSTOMER, "Payment days", "<c/>", None),
]


@pytest.mark.parametrize(("case", "table", "row", "column", "cell", "value"), GOOD)
def test_a_cell_is_read_as_its_column_says(
    path: Path, case: str, table: str, row: dict[str, str], column: str, cell: str, value: object
) -> None:
    book = Workbook.open(with_cells(path, table, row | {column: cell}))
    (read,) = book.read(table)
    found = [problem for problem in book.problems if problem.place.column == column]
    assert (read[column], found) == (value, []), case


def test_days_of_a_workbook_that_counts_from_1904(path: Path) -> None:
    with_cells(path, "tblFx", FX | {"Date": number("44741")})
    edited(
        path, {"xl/workbook.xml": lambda data: data.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')}
    )
    (row,) = Workbook.open(path).read("tblFx")
    assert row["Date"] == date(2026, 6, 30)


def test_two_rows_with_one_key_are_named_together(path: Path) -> None:
    with_cells(path, "tblCustomers", CUSTOMER, row=6)
    number_of = _table_number("tblCustomers")
    last = column_letters(len(SHEETS["tblCustomers"].columns))
    ends, longer = f":{last}5".encode(), f":{last}6".encode()
    edited(path, {f"xl/tables/table{number_of}.xml": lambda data: data.replace(ends, longer)})
    book = Workbook.open(path)
    assert len(book.read("tblCustomers")) == 2
    (problem,) = book.problems
    assert problem.code == "WBK-018"
    assert problem.sentence == '"C-1004" stands twice in sheet Customers: in rows 5 and 6.'


def test_settings_come_with_their_defaults(path: Path) -> None:
    settings = {row["Name"]: row["Value"] for row in Workbook.open(path).read("tblSettings")}
    assert (settings["Movement"], settings["Base currency"], settings["IBAN"]) == ("25", "EUR", None)


def _table_number(table: str) -> int:
    """Tables are numbered in the order in which the template's sheets hold them."""
    order = [
        t
        for title in dict.fromkeys(s.title for s in SHEETS.values())
        for t, s in SHEETS.items()
        if s.title == title
    ]
    return order.index(table) + 1
