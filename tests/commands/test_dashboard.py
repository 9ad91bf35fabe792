"""The dashboard says what the register says, and its charts show what its tables hold."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from billow_templates import template
from lxml import etree

from billow.commands.dashboard import LARGEST, by_customer_and_vendor, off_the_lines
from billow.invoicing.document import Share
from billow.sheets.columns import SHEETS
from billow.workbook.charting import charts_on
from billow.workbook.markup import Area
from billow.workbook.package import Package
from tests.commands.clerk import MONTH, billow, rows
from tests.exports.samples import invoice, line

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TABLES = ("tblByMonth", "tblByVendor", "tblByCustomer")


def nets(workbook: Path, currency: str = "EUR") -> dict[str, dict[str, Decimal]]:
    """What the register holds before VAT, by month and customer, read with nothing of billow."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    asked = "select billing_month, customer, net from documents where currency = ?"
    with closing(sqlite3.connect(workbook.with_suffix(".data") / "register.sqlite")) as register:
        for month, customer, net in register.execute(asked, (currency,)):
            found[month][customer] += Decimal(net)
    return found


def remembered(workbook: Path) -> list[dict[str, list[str]]]:
    """What each chart of the sheet itself holds: its references and the texts that it keeps for them."""
    package = Package(workbook.read_bytes())
    return [
        {
            reference.findtext(f"{C}f", ""): [
                point.findtext(f"{C}v", "") for point in reference.iter(f"{C}pt")
            ]
            for reference in package.tree(part).iter(f"{C}strRef", f"{C}numRef")
        }
        for part in charts_on(package, ["Dashboard"])
    ]


def held(workbook: Path, table: str) -> dict[str, list[Any]]:
    """What stands in the columns of a table that charts show, by the reference that a chart has to them."""
    page = openpyxl.load_workbook(workbook, data_only=True)["Dashboard"]
    area = Area.of(page.tables[table].ref)
    found = {}
    for index, letter in enumerate("ABCD", start=1):
        header, *rest = (page.cell(row, index).value for row in range(area.top, area.bottom + 1))
        if index > 1:
            found[f"Dashboard!${letter}${area.top}"] = [header]
        body = Area(area.top + 1, index, area.bottom, index)
        ends = "$".join(("", letter, str(body.top))), "$".join(("", letter, str(body.bottom)))
        found["Dashboard!" + ":".join(dict.fromkeys(ends))] = rest
    return found


def test_the_month_is_what_the_register_holds(issued_month: Path) -> None:
    (month,) = rows(issued_month, "tblByMonth")
    assert (month["Month"], month["State"]) == (MONTH, "issued")
    assert month["Revenue"] == sum(nets(issued_month)[MONTH].values())
    for table in ("tblByVendor", "tblByCustomer"):
        for column in ("Revenue", "Cost", "Margin"):
            assert sum(row[column] for row in rows(issued_month, table)) == month[column], (table, column)


def test_the_largest_customers_are_named_and_the_others_are_one_row(issued_month: Path) -> None:
    register = nets(issued_month)[MONTH]
    largest = sorted(register.items(), key=lambda item: (-item[1], item[0]))[:LARGEST]
    *named, others = rows(issued_month, "tblByCustomer")
    assert [(row["Customer"], row["Revenue"]) for row in named] == largest
    assert others["Name"] == f"All others ({len(register) - LARGEST})"


def test_what_is_in_another_currency_is_named_and_not_added(issued_month: Path) -> None:
    page = openpyxl.load_workbook(issued_month)["Dashboard"]
    assert nets(issued_month, "USD")
    assert "Not added up: invoices in USD" in str(page["A7"].value)


def test_drafts_count_for_their_month_and_say_so(drafted_month: Path) -> None:
    (month,) = rows(drafted_month, "tblByMonth")
    assert month["State"] == "draft"
    assert month["Revenue"] == sum(
        row["Net"] for row in rows(drafted_month, "tblInvoices") if row["Currency"] == "EUR"
    )


def test_a_discount_lowers_the_revenue_of_the_vendor_it_is_taken_off() -> None:
    """100 from AWS and 50 from Microsoft, less 15 that are shared 10 to 5."""
    off = (Share("1", Decimal(-10)), Share("2", Decimal(-5)))
    lines = (
        line("AWS", "", "100", cost=Decimal(80)),
        line("Microsoft", "", "50", line_id="2", cost=Decimal(45)),
        line("", "Discount", "-15", line_id="3", shares=off),
    )
    found = by_customer_and_vendor([invoice(lines)])
    assert {vendor: sums for (_, vendor), sums in found.items()} == {
        "AWS": (Decimal(90), Decimal(80)),
        "Microsoft": (Decimal(45), Decimal(45)),
    }


# a sentence; what the tables show as revenue and cost of the only customer; how many of the six totals differ
PROVED = [
    ("what the lines say", ("150", "125"), 0),
    ("a discount that was not taken off everywhere", ("165", "125"), 3),
    ("neither revenue nor cost", ("149.99", "125.01"), 6),
]


@pytest.mark.parametrize(("shown", "differ"), [row[1:] for row in PROVED], ids=[row[0] for row in PROVED])
def test_the_dashboard_is_proved_by_the_rated_lines(shown: tuple[str, str], differ: int) -> None:
    """100 and 65 less 15; the customer who pays in dollars is in no figure."""
    lines = (
        line("AWS", "", "100", cost=Decimal(80)),
        line("Microsoft", "", "65", line_id="2", cost=Decimal(45)),
        line("", "Discount", "-15", line_id="3"),
    )
    euros = invoice(lines)
    dollars = replace(euros, currency="USD", buyer=replace(euros.buyer, number="C-9"))
    sums = {
        (euros.buyer.number, "AWS"): (Decimal(shown[0]), Decimal(shown[1])),
        ("C-9", "AWS"): (Decimal(7), Decimal(7)),
    }
    assert off_the_lines([euros, dollars], "EUR", sums).value == differ


# --- the charts


def test_the_charts_show_the_whole_tables_and_remember_what_stands_in_them(issued_month: Path) -> None:
    for table, chart in zip(TABLES, remembered(issued_month), strict=True):
        there = held(issued_month, table)
        assert set(chart) == set(there), table
        for reference, texts in chart.items():
            values = there[reference]
            shown = [
                float(text) if isinstance(value, float | int) else text
                for text, value in zip(texts, values, strict=True)
            ]
            assert shown == values, (table, reference)


def test_a_run_changes_nothing_else_of_a_chart(issued_month: Path) -> None:
    """Colours, axes and titles stay: only references and what is remembered differ from the template."""

    def bare(workbook: Path) -> list[bytes]:
        package = Package(workbook.read_bytes())
        found = []
        for part in charts_on(package, ["Dashboard"]):
            tree = etree.fromstring(package.read(part))
            etree.strip_elements(tree, f"{C}strCache", f"{C}numCache", f"{C}f")
            found.append(etree.tostring(tree, method="c14n"))
        return found

    assert bare(issued_month) == bare(template("Billing"))


def test_the_empty_workbook_has_its_charts_and_no_macros() -> None:
    assert [len(chart) for chart in remembered(template("Billing"))] == [7, 7, 7]
    with ZipFile(template("Billing")) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]


@pytest.mark.parametrize("table", TABLES)
def test_results_cannot_be_typed_over(table: str) -> None:
    page = openpyxl.load_workbook(template("Billing"))["Dashboard"]
    first = Area.of(page.tables[table].ref).top + 1
    for index in range(1, len(SHEETS[table].columns) + 1):
        cell = page.cell(first, index).coordinate
        (rule,) = [each for each in page.data_validations.dataValidation if cell in each.sqref]
        assert (rule.type, rule.formula1, rule.showErrorMessage) == ("custom", "FALSE", True)


def test_undo_takes_the_dashboard_back_with_its_charts(drafted: Path) -> None:
    before = remembered(drafted)
    assert billow("check", drafted, "--period", MONTH).code in {0, 1}
    assert billow("undo", drafted).code == 0
    assert remembered(drafted) == before
