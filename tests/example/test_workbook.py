"""The example's input sheets: valid against the attribute tables, and enough to bill every report."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from io import BytesIO, StringIO

import openpyxl
import pytest
import stdnum.eu.vat
import stdnum.iban

from billow.charges.columns import COLUMNS
from billow.example import REPORTS
from billow.example.workbook import input_rows, settings, vendor_invoices

ATTRIBUTES = files("billow") / "sheets" / "attributes"
TYPES = {"text": str, "choice": str, "date": date, "decimal": Decimal, "money": Decimal, "integer": int}
SHEETS = input_rows()
Article = tuple[str, str, str, str]  # vendor, account, SKU, service


def attributes(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO((ATTRIBUTES / f"{name}.csv").read_text(encoding="utf-8"))))


def typed(table: str, column: str) -> list[object]:
    return [row[column] for row in SHEETS[table]]


def sheets() -> Iterator[tuple[str, list[dict[str, str]]]]:
    for row in attributes("sheets"):
        if row["table"] in SHEETS:
            own = row["sheet"].lower().replace(" ", "")
            short = {"ledgermapping": "ledger", "reportsources": "sources", "reportformats": "formats"}
            short["reportmapping"] = "mapping"
            yield row["table"], attributes(short.get(own, own))


def cells(table: str, columns: list[dict[str, str]]) -> Iterator[tuple[dict[str, str], object]]:
    for row in SHEETS[table]:
        for column in columns:
            yield column, row.get(column["column"])


def test_every_input_sheet_has_rows() -> None:
    wanted = {row["table"] for row in attributes("sheets") if row["kind"] in {"input", "mixed"}}
    filled_elsewhere = {"tblSettings", "tblTodo", "tblMovement"}
    # The example reseller bills by reports that name their costs, and by contracts.
    not_used = {"tblOwnUsage", "tblUsers", "tblCostPrices"}
    assert set(SHEETS) == wanted - filled_elsewhere - not_used
    assert all(SHEETS.values())


each_sheet = pytest.mark.parametrize(
    ("table", "columns"), list(sheets()), ids=lambda value: value if isinstance(value, str) else ""
)


@each_sheet
def test_columns_are_those_of_the_sheet(table: str, columns: list[dict[str, str]]) -> None:
    """What the example leaves out has the default of its column."""
    inputs = {row["column"] for row in columns if row["role"] == "input"}
    assert all(set(row) <= inputs for row in SHEETS[table])


@each_sheet
def test_required_cells_are_filled(table: str, columns: list[dict[str, str]]) -> None:
    blank = [c["column"] for c, cell in cells(table, columns) if c["required"] == "yes" and cell is None]
    assert not blank


@each_sheet
def test_cells_have_the_type_of_their_column(table: str, columns: list[dict[str, str]]) -> None:
    for column, cell in cells(table, columns):
        assert cell is None or isinstance(cell, TYPES[column["type"]]), (column["column"], cell)


@each_sheet
def test_dropdowns_hold_one_of_their_choices(table: str, columns: list[dict[str, str]]) -> None:
    for column, cell in cells(table, columns):
        choices = column["choices"]
        if not choices or cell is None:
            continue
        if choices.startswith("="):
            source, _, name = choices[1:].rstrip("]").partition("[")
            assert cell in typed(source, name)
        else:
            assert cell in choices.split("|"), (column["column"], cell)


@each_sheet
def test_keys_are_unique(table: str, columns: list[dict[str, str]]) -> None:
    key = next(row["key"] for row in attributes("sheets") if row["table"] == table)
    if key and columns:
        found = [tuple(row.get(name) for name in key.split("|")) for row in SHEETS[table]]
        # an account may change hands and a VAT code its rate, at dates that do not overlap
        assert len(set(found)) == len(found)


def test_settings_are_known_and_complete() -> None:
    known = {row["key"] for row in attributes("setting_names")}
    assert set(settings()) <= known
    assert {"company", "vat_number", "iban", "country", "city", "email"} <= set(settings())


def test_vat_numbers_and_iban_have_a_valid_form() -> None:
    assert stdnum.iban.is_valid(settings()["iban"])
    assert stdnum.eu.vat.is_valid(settings()["vat_number"])
    for row in SHEETS["tblCustomers"]:
        if row["VAT no"] and row["Country"] in {"NL", "BE", "DE"}:
            assert stdnum.eu.vat.is_valid(str(row["VAT no"])), row["Customer"]


def test_names_and_mail_domains_are_invented() -> None:
    assert len(SHEETS["tblCustomers"]) == 25
    assert all(str(mail).endswith(".example") for mail in typed("tblCustomers", "E-mail"))
    assert {str(c) for c in typed("tblCustomers", "Country")} == {"NL", "BE", "DE", "CH", "GB"}
    assert {c for c in typed("tblCustomers", "Group") if c} == {"Retail", "Public"}
    assert set(typed("tblCustomers", "Language")) == {"nl", "en", "de"}
    assert typed("tblCustomers", "Currency").count("USD") == 1
    assert {c for c in typed("tblCustomers", "Plan") if c} == {"Loyal"}


def test_every_charge_model_is_used() -> None:
    models = {row["column"]: row["choices"].split("|") for row in attributes("prices")}["Model"]
    assert set(typed("tblPrices", "Model")) == set(models)


def text_report(name: str) -> list[dict[str, str]]:
    content = REPORTS[name](2026)
    text = gzip.decompress(content) if name.endswith(".gz") else content
    return list(csv.DictReader(StringIO(text.decode("utf-8-sig"), newline="")))


def articles() -> Iterator[Article]:
    """Every article of every report, except the vendors' tax."""
    for name in ("microsoft_invoice_2026-06.csv", "microsoft_daily_usage_2026-06.csv"):
        for row in text_report(name):
            service = row.get("MeterCategory") or row["ProductName"]
            yield "Microsoft", row["CustomerId"], f"{row['ProductId']}/{row['SkuId']}", service
    for row in text_report("aws_cur2_2026-06.csv.gz"):
        if row["line_item_line_item_type"] != "Tax":
            service = json.loads(row["product"])["product_name"]
            yield "AWS", row["line_item_usage_account_id"], row["product_sku"], service
    for row in text_report("skyline_focus_2026-06.csv"):
        if row["ChargeCategory"] != "Tax":
            yield row["ServiceProviderName"], row["SubAccountId"], row["SkuId"], row["ServiceName"]
    sheet = openpyxl.load_workbook(BytesIO(REPORTS["brightcloud_2026-06.xlsx"](2026))).active
    assert sheet is not None
    header, *lines = sheet.iter_rows(values_only=True)
    for line in lines:
        cell = dict(zip(header, line, strict=True))
        yield "BrightCloud", str(cell["Kunde-Nr"]), str(cell["Artikel"]), str(cell["Warengruppe"])


ARTICLES = sorted(set(articles()))


def test_every_account_of_the_reports_is_known_and_confirmed() -> None:
    known = {(row["Vendor"], row["Account"]) for row in SHEETS["tblAccounts"] if row["Confirmed by"]}
    assert {(vendor, account) for vendor, account, _, _ in ARTICLES} == known


@pytest.mark.parametrize("article", sorted({(v, sku, service) for v, _, sku, service in ARTICLES}), ids=str)
def test_every_article_is_a_product(article: tuple[str, str, str]) -> None:
    vendor, sku, service = article
    found = [
        row
        for row in SHEETS["tblSkuRules"]
        if row["Vendor"] == vendor
        and (
            (row["Match"] == "sku" and row["SKU"] == sku)
            or (row["Match"] == "prefix" and sku.startswith(str(row["SKU"])))
            or (row["Match"] == "service" and row["SKU"] == service)
            or row["Match"] == "vendor"
        )
    ]
    assert found


def test_every_kind_of_rule_is_used() -> None:
    assert set(typed("tblSkuRules", "Match")) == {"sku", "prefix", "service", "vendor"}


def test_the_distributor_is_mapped_to_columns_of_the_store_from_columns_it_has() -> None:
    content = openpyxl.load_workbook(BytesIO(REPORTS["brightcloud_2026-06.xlsx"](2026))).active
    assert content is not None
    header = {str(cell.value) for cell in content[1]}
    names = {column.name for column in COLUMNS}
    for row in SHEETS["tblMapping"]:
        assert row["Target"] in names
        sources = str(row["Source"]).replace("+", "|").split("|") if row["Source"] else []
        assert set(sources) <= header
    must_have = str(SHEETS["tblFormats"][0]["Must have"]).split("|")
    assert set(must_have) <= header
    words = {row["From"] for row in SHEETS["tblValueMaps"] if row["Map"] == "brightcloud_category"}
    column = [str(cell.value) for cell in content[1]].index("Art")
    assert {str(row[column].value) for row in content.iter_rows(min_row=2)} <= words


def test_sources_name_the_files_that_are_written() -> None:
    assert typed("tblSources", "Path") == [f"reports/2026-06/{name}" for name in REPORTS]


def test_expected_vendor_subscriptions_are_in_the_report() -> None:
    found = {row["SubscriptionId"] for row in text_report("microsoft_invoice_2026-06.csv")}
    wanted = {row["Subscription"] for row in SHEETS["tblSubscriptions"] if row["Billed by"] == "vendor"}
    assert wanted
    assert wanted <= found


def test_typed_vendor_invoices_are_what_the_reports_hold_but_for_the_cents_of_aws() -> None:
    invoice = {str(row["Vendor"]): row for row in vendor_invoices()}
    recon = text_report("microsoft_invoice_2026-06.csv")
    assert invoice["Microsoft"]["Net"] == sum(Decimal(row["Subtotal"]) for row in recon)
    assert invoice["Microsoft"]["VAT"] == sum(Decimal(row["TaxTotal"]) for row in recon)
    focus = text_report("skyline_focus_2026-06.csv")
    net = sum(Decimal(row["BilledCost"]) for row in focus if row["ChargeCategory"] != "Tax")
    assert invoice["Skyline Hosting"]["Net"] == net
    sheet = openpyxl.load_workbook(BytesIO(REPORTS["brightcloud_2026-06.xlsx"](2026))).active
    assert sheet is not None
    column = [cell.value for cell in sheet[1]].index("Netto")
    net = sum((Decimal(str(row[column])) for row in sheet.iter_rows(min_row=2, values_only=True)), Decimal(0))
    assert invoice["BrightCloud"]["Net"] == net
    cost = sum(
        Decimal(row["line_item_unblended_cost"])
        for row in text_report("aws_cur2_2026-06.csv.gz")
        if row["line_item_line_item_type"] != "Tax"
    )
    typed_net = invoice["AWS"]["Net"]
    assert isinstance(typed_net, Decimal)
    assert Decimal("0.02") < cost - typed_net < Decimal("0.04")
    assert [vendor for vendor, row in invoice.items() if row["Reason"]] == ["Microsoft", "AWS"]
