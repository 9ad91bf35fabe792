"""What each vendor's report becomes: a row of it read by hand, its credits, amounts that changed meaning."""

import csv
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billow.problems import Severity
from billow.vendors import Formats, Imported, import_report, raw_totals
from tests.vendors.conftest import FORMAT

Read = Callable[..., Imported]
Rows = Callable[..., list[tuple[Any, ...]]]
CONTOSO = "6513270e-269e-4d37-b2a7-4de452e6b438"

# the report, its first row that costs something as the file says it (read by eye), column by column
FIRST_ROWS: dict[str, dict[str, object]] = {
    "microsoft/synthetic_license_based_legacy.csv": {
        "x_CustomerKey": CONTOSO,
        "x_SubscriptionId": "06c9cd95-db86-4c8a-81a2-3b4eb2971b77",
        "SkuId": "1017d7f3-6d7f-4bfa-bdd8-79bc8f104e0c",
        "ChargePeriodStart": date(2019, 2, 1),
        "ChargePeriodEnd": date(2019, 3, 1),  # 2/28/2019 23:59 is the last day
        "ChargeCategory": "Purchase",
        "ChargeFrequency": "Recurring",
        "PricingQuantity": Decimal(12),
        "BilledCost": Decimal("81.84"),
        "BillingCurrency": "EUR",
    },
    "azure/ea_actual_small_finops-toolkit.csv": {
        "BillingAccountId": "8611537",
        "x_CustomerKey": "1caaa5a3-2b66-438e-8ab4-bce37d518c5d",  # no customer in the file: the subscription
        "x_InvoiceMonth": "2023-09",
        "ChargePeriodStart": date(2023, 9, 21),
        "ChargePeriodEnd": date(2023, 9, 22),
        "ChargeCategory": "Purchase",
        "ChargeFrequency": "Recurring",
        "ContractedUnitPrice": Decimal("3.25"),
        "BilledCost": Decimal("3.25"),
    },
    "azure/koku_payg_2019_bom.csv": {
        "x_CustomerKey": "0039de71-ca37-4a17-a104-17665a50e7fc",
        "ChargeCategory": "Usage",  # the old header has no charge type
        "x_IsUnknownType": False,
        "ServiceName": "Storage",
        "PricingQuantity": Decimal("0.288"),
        "ContractedUnitPrice": Decimal("0.00036"),
        "BilledCost": Decimal("0.00010368"),
    },
    "azure/opencost_headerset_German.csv": {
        "x_CustomerKey": "11111111-12ab-34dc-56ef-123456abcdef",
        "SkuMeter": "27827eb0-7f60-4928-940b-f5fe15e7a4cb",
        "PricingUnit": "100 Hours",
        "PricingQuantity": Decimal(3),
        "BilledCost": Decimal("0.075"),
    },
    "google/koku_export_2020-11_credits.csv": {
        "BillingAccountId": "000000-B0BBA4-940A77",
        "x_InvoiceMonth": "2020-11",
        "SubAccountId": "billing-example-00000",
        "SkuId": "D5A4-0C3E-4DA4",
        "ServiceName": "Security Command Center",
        "ChargePeriodStart": date(2020, 11, 9),
        "PricingUnit": "gibibyte",
        "BilledCost": Decimal("0.000005"),
    },
    "google/synthetic_workspace_invoice.csv": {
        "x_CustomerKey": "C00001xyz",
        "SkuId": "1010020027",
        "ChargeDescription": "Google Workspace Business Starter - Commitment",
        "ChargePeriodEnd": date(2026, 7, 1),
        "PricingQuantity": Decimal(110),
        "BilledCost": Decimal("415.80"),
    },
    "oracle/oci_cost_report_focus-converters.csv": {
        "SkuId": "B92911",
        "ServiceName": "DATABASE",
        "ChargeCategory": "Usage",
        "PricingUnit": "Hours",
        "ContractedUnitPrice": Decimal("0.14717133"),
        "BilledCost": Decimal("0.012264277499950943"),
        "BillingCurrency": "USD",
    },
}


@pytest.mark.parametrize("name", FIRST_ROWS)
def test_a_row_of_a_vendors_report(
    name: str, reports: Path, shipped: Formats, tmp_path: Path, rows_of: Rows
) -> None:
    imported = import_report(reports / name, shipped, out_dir=tmp_path)
    rows = rows_of(imported, *FIRST_ROWS[name], "BilledCost AS cost")
    first = next(row for row in rows if row[-1])
    assert dict(zip(FIRST_ROWS[name], first, strict=False)) == FIRST_ROWS[name]


def test_usage_of_before_new_commerce(read: Read, shipped: Formats, rows_of: Rows) -> None:
    """No sample of it exists; the columns are those of Microsoft's documentation."""
    header = (
        "PartnerId,CustomerCompanyName,InvoiceNumber,ChargeStartDate,ChargeEndDate,SubscriptionId,ServiceName,"
        "ResourceGuid,ResourceName,ConsumedQuantity,IncludedQuantity,OverageQuantity,ListPrice,PretaxCharges,"
        "TaxAmount,PostTaxTotal,Currency,PretaxEffectiveRate,ChargeType,CustomerId,Unit\n"
    )
    row = (
        "P1,Contoso,D020001IVK,2/1/2019 0:00,2/28/2019 23:59,S1,VIRTUAL MACHINES,DA41,Hours,11,0,11,$0.0808,"
        "$0.89,$0.19,$1.08,EUR,$0.0809,Assess usage fee for current cycle,C1,HOURS\n"
    )
    imported = read(header + row, formats=shipped)
    rows = rows_of(imported, "ChargeCategory", "BilledCost", "ListUnitPrice", "PricingQuantity", "SkuId")
    assert rows == [
        ("Usage", Decimal("0.89"), Decimal("0.0808"), Decimal(11), "da41"),
        ("Tax", Decimal("0.19"), None, None, "da41"),
    ]


def test_googles_credits_are_rows_beside_the_gross_cost(
    reports: Path, shipped: Formats, tmp_path: Path, rows_of: Rows
) -> None:
    """The second row of the sample: 21.764504 with a partner's discount and one for sustained use."""
    path = reports / "google/synthetic_channel_reseller_export.jsonl"
    imported = import_report(path, shipped, out_dir=tmp_path)
    columns = ("x_ChargeType", "ChargeDescription", "ChargeCategory", "BilledCost", "x_RebilledCost")
    rows = rows_of(imported, "coalesce(x_SplitFrom, CAST(x_SourceRow AS VARCHAR))", *columns)
    found = {row[1]: row[2:] for row in rows if row[0] == "2"}
    core = "N1 Predefined Instance Core running in Netherlands"
    discount = "Sustained Usage Discount"
    assert found == {
        "regular": (core, "Usage", Decimal("21.764504"), Decimal("20.676279")),
        "RESELLER_MARGIN": ("Reseller Program Discount", "Credit", Decimal("-2.61174"), Decimal(0)),
        "SUSTAINED_USAGE_DISCOUNT": (discount, "Credit", Decimal("-2.17645"), Decimal("-2.067628")),
    }


GOOGLE = {
    "billing_account_id": "B1",
    "sku": {"id": "S1"},
    "usage_start_time": "2026-06-30 07:00:00 UTC",
    "usage_end_time": "2026-07-01 07:00:00 UTC",
    "invoice": {"month": "202606"},
    "cost_type": "regular",
    "cost": "10.00",
    "currency": "EUR",
    "credits": [],
}


def _google(**cells: object) -> str:
    return json.dumps(GOOGLE | cells) + "\n"


def test_googles_days_begin_in_los_angeles(read: Read, shipped: Formats, rows_of: Rows) -> None:
    imported = read(_google(), "june.jsonl", formats=shipped)
    assert rows_of(imported, "ChargePeriodStart", "ChargePeriodEnd") == [
        (date(2026, 6, 30), date(2026, 7, 1))
    ]


def test_a_credit_on_tax_lowers_the_tax(read: Read, shipped: Formats) -> None:
    credit = [{"amount": "-1.00", "type": "PROMOTION"}]
    content = _google() + _google(cost_type="tax", cost="2.10", credits=credit)
    totals = read(content, "june.jsonl", formats=shipped).totals
    assert totals
    assert (totals.billed, totals.tax) == ({"EUR": Decimal("10.00")}, {"EUR": Decimal("1.10")})


def test_two_like_rows_with_like_credits_keep_all_four(read: Read, shipped: Formats, tmp_path: Path) -> None:
    credit = [{"amount": "-1.50", "type": "PROMOTION"}, {"amount": "-0.25", "type": "DISCOUNT"}]
    totals = read(_google(credits=credit) * 2, "june.jsonl", formats=shipped).totals
    assert totals
    assert (totals.rows_stored, totals.billed) == (6, {"EUR": Decimal("16.50")})
    assert totals.source == totals.billed
    assert raw_totals(tmp_path / "june.jsonl", shipped, "gcp_export").billed == totals.billed


@pytest.mark.parametrize(
    "cell", ['[{"name": "no amount"}]', "[{'amount': ", '[{"amount": "a lot"}]', "none of it"]
)
def test_credits_that_cannot_be_read_stop_the_file(cell: str, read: Read, shipped: Formats) -> None:
    imported = read(_google(credits=cell), "june.jsonl", formats=shipped)
    (problem,) = imported.problems
    assert (problem.code, problem.place.row, problem.place.column) == ("IMP-008", 2, "credits")
    assert imported.parquet is None


def test_credits_in_one_column_are_an_amount(read: Read, shipped: Formats) -> None:
    header = (
        "billing_account_id,sku_id,usage_start_time,cost,credits_amount,currency,invoice_month,cost_type\n"
    )
    row = "B1,S1,2026-06-02 10:00:00 UTC,10.00,-2.50,EUR,202606,regular\n"
    totals = read(header + row, formats=shipped).totals
    assert totals
    assert (totals.format_id, totals.rows_stored, totals.billed) == ("gcp_flat", 2, {"EUR": Decimal("7.50")})


# what changed, the sample, how a row's cells change, the check that finds it
CHANGED: dict[str, tuple[str, Callable[[dict[str, str]], dict[str, str]], str]] = {
    "tax is inside the amount": (
        "microsoft/synthetic_nce_invoice_recon_us-dates.csv",
        lambda row: {"Subtotal": str(Decimal(row["Subtotal"]) + Decimal(row["TaxTotal"]))},
        "sum:Subtotal+TaxTotal=Total",
    ),
    "quantities are in tens": (
        "microsoft/synthetic_daily_rated_usage.csv",
        lambda row: {"Quantity": str(Decimal(row["Quantity"]) / 10)},
        "times:Quantity*EffectiveUnitPrice*PCToBCExchangeRate=BillingPreTaxTotal",
    ),
    "amounts are in cents": (
        "azure/ea_actual_small_finops-toolkit.csv",
        lambda row: {"Cost": str(Decimal(row["Cost"]) * 100)},
        "times:Quantity|UsageQuantity*EffectivePrice|ResourceRate*exchangeRatePricingToBilling=",
    ),
    "every sign is turned": (
        "aws/cur-legacy_anonymous_focus-converters.csv",
        lambda row: {"lineItem/UnblendedCost": str(-Decimal(row["lineItem/UnblendedCost"]))},
        "positive:Usage",
    ),
    "credits are above zero": (
        "focus/focus-1.0_official_sample.csv",
        lambda row: {"BilledCost": str(abs(Decimal(row["BilledCost"])))},
        "negative:Credit",
    ),
    "refunds have the sign of charges": (
        "google/synthetic_workspace_invoice.csv",
        lambda row: {"Amount": str(abs(Decimal(row["Amount"])))},
        "sign:Quantity=Amount",
    ),
}


@pytest.mark.parametrize("what", CHANGED)
def test_amounts_that_changed_their_meaning_stop_the_file(
    what: str, reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    name, change, check = CHANGED[what]
    with (reports / name).open(encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text)
        rows = [row | change(row) for row in reader]
    with (tmp_path / "changed.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    imported = import_report(tmp_path / "changed.csv", shipped, out_dir=tmp_path / "out")
    assert imported.parquet is None
    stops = [problem for problem in imported.problems if problem.severity is Severity.STOP]
    assert {problem.code for problem in stops} == {"IMP-050"}
    assert any(f"({check}" in problem.sentence for problem in stops)
    assert all("is the sign turned, the unit another, tax inside?" in problem.hint for problem in stops)


def test_one_odd_row_among_many_is_the_vendors_matter(read: Read, house: Formats) -> None:
    formats = house.with_rows([{**FORMAT, "checks": "sum:Net+Tax=Gross"}])
    header = "Net,Tax,Gross,Kind,Customer,From,To,Currency\n"
    row = "10.00,1.90,11.90,licence,Contoso,2026-06-01,2026-06-30,EUR\n"
    odd = row.replace("11.90", "11.99")
    assert read(header + row * 19 + odd, formats=formats).problems == ()
    (problem,) = read(header + row * 18 + odd, formats=formats).problems
    assert (problem.code, problem.place.row) == ("IMP-050", 20)


def test_the_same_money_amortized_counts_instead_of_the_actual_cost_never_beside_it(
    reports: Path, shipped: Formats, tmp_path: Path
) -> None:
    actual = import_report(reports / "azure/ea_actual_small_finops-toolkit.csv", shipped, out_dir=tmp_path)
    path = reports / "azure/ea_amortized_small_finops-toolkit.csv"
    refused = import_report(path, shipped, out_dir=tmp_path)
    (problem,) = refused.problems
    assert (problem.code, refused.parquet) == ("IMP-051", None)
    assert "never beside it" in problem.hint
    amortized = import_report(path, shipped, out_dir=tmp_path, format_id="azure_amortized")
    assert actual.totals
    assert amortized.totals
    assert amortized.totals.set_key == actual.totals.set_key


def test_a_pro_forma_report_is_marked_where_it_is_named_so(
    reports: Path, shipped: Formats, tmp_path: Path, rows_of: Rows
) -> None:
    path = reports / "aws/synthetic_cur2.csv.gz"
    marked = [
        rows_of(
            import_report(path, shipped, out_dir=tmp_path, format_id=name),
            "DISTINCT x_IsProforma, 1 AS x_SourceRow",
        )
        for name in ("aws_cur2_proforma", "aws_cur2")
    ]
    assert marked == [[(True, 1)], [(False, 1)]]


HEAD = "Net,Kind,Customer,From,To"
ROW = "12.50,licence,Contoso,2026-06-01,2026-06-30"
# what it is, the file, its code, sentence, row, words of the hint
REFUSED = [
    (
        "a currency that is none",
        f"{HEAD},Currency\n{ROW},EUR\n{ROW},EURO\n{ROW},Euro\n",
        ("IMP-052", '"EURO" is no currency: 2 rows with 25.', 3, "the word in Value maps"),
    ),
    (
        "a report without any day",
        "Net,Kind,Customer\n12.50,licence,Contoso\n",
        ("IMP-053", "report.csv names no day and no month.", 0, "--period"),
    ),
    (
        "a price list",
        "ProductId,SkuId,TermDuration,BillingPlan,UnitPrice,EffectiveStartDate\n",
        (
            "IMP-054",
            'report.csv is known as "ms_price_list_nce" and holds no charges.',
            0,
            "billow prices import",
        ),
    ),
]


@pytest.mark.parametrize(("content", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_file_that_is_refused(content: str, said: tuple[str, str, int, str], read: Read) -> None:
    imported = read(content)
    (problem,) = imported.problems
    assert (problem.code, problem.sentence, problem.place.row) == said[:3]
    assert said[3] in problem.hint
    assert imported.parquet is None
