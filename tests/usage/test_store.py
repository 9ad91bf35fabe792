"""The charge store: what a commit does, what replaces what, and how tampering is found."""

import gzip
import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from billow.charges import Category, Charge, ImportTotals
from billow.periods import Period
from billow.problems import Refused
from billow.usage import ChargeStore, CustomerDifference, Status
from billow.usage.aggregate import GROUPED, SUMMED
from billow.vendors import Formats, Imported, import_report

HEAD = (
    "BilledCost,ChargeCategory,ChargeFrequency,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,"
    "BillingCurrency,SubAccountId,SkuId,PricingQuantity,BillingAccountId,ServiceProviderName,InvoiceId\n"
)
DAY1 = "0.1,Usage,Usage-Based,2026-06-01,2026-06-02,2026-06-01,EUR,contoso,vm,1,payer,Cloud,I1\n"
DAY2 = "0.2,Usage,Usage-Based,2026-06-02,2026-06-03,2026-06-01,EUR,contoso,vm,2,payer,Cloud,I1\n"
FEE = "5.00,Purchase,Recurring,2026-06-01,2026-07-01,2026-06-01,EUR,fabrikam,fee,1,payer,Cloud,I1\n"
PART = "2.00,Purchase,Recurring,2026-06-15,2026-07-01,2026-06-01,EUR,fabrikam,fee,1,payer,Cloud,I1\n"
TAX = "0.95,Tax,One-Time,2026-06-01,2026-06-01,2026-06-01,EUR,fabrikam,fee,,payer,Cloud,I1\n"

Put = Callable[..., tuple[Imported, Path]]


@pytest.fixture(scope="module")
def shipped() -> Formats:
    """The formats that come with Billow."""
    return Formats.shipped()


@pytest.fixture
def store(tmp_path: Path) -> ChargeStore:
    """An empty store."""
    return ChargeStore(tmp_path / "Billing.data")


@pytest.fixture
def put(tmp_path: Path, shipped: Formats) -> Put:
    """Import a report; nothing is committed."""

    def write_and_import(
        content: str | bytes, name: str = "june.csv", formats: Formats = shipped
    ) -> tuple[Imported, Path]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_report(path, formats, out_dir=tmp_path / "out"), path

    return write_and_import


def _bytes(store: ChargeStore) -> dict[str, str]:
    files = [path for path in store.root.rglob("*") if path.is_file()] if store.root.exists() else []
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_first_set_is_new_and_stands_where_the_manual_says(store: ChargeStore, put: Put) -> None:
    imported, path = put(HEAD + DAY1)
    commit = store.commit(imported, path)
    assert imported.totals is not None
    assert (commit.status, commit.totals, commit.replaced) == (Status.NEW, imported.totals, None)
    import_id, sha256 = imported.totals.import_id, imported.totals.sha256
    files = {path.relative_to(store.root).as_posix() for path in store.root.rglob("*") if path.is_file()}
    assert files == {
        f"archive/{sha256}/june.csv",
        f"charges/month=2026-06/vendor=Cloud/{import_id}.parquet",
        "catalogue.sqlite",
    }
    assert store.archived(import_id).read_bytes() == path.read_bytes()


def test_what_is_read_back_is_what_was_proved(store: ChargeStore, put: Put) -> None:
    imported, path = put(HEAD + DAY1 + FEE + TAX)
    store.commit(imported, path)
    assert store.imports() == store.imports("2026-06") == [imported.totals]
    assert store.imports("2026-07") == []


SAME = [
    ("again", HEAD + DAY1 + DAY2, "june.csv"),
    ("under another name", HEAD + DAY1 + DAY2, "juni.csv"),
    ("packed", gzip.compress((HEAD + DAY1 + DAY2).encode()), "june.csv.gz"),
    ("in another order", HEAD + DAY2 + DAY1, "june.csv"),
]


@pytest.mark.parametrize(("content", "name"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_the_same_charges_change_nothing(
    content: str | bytes, name: str, store: ChargeStore, put: Put
) -> None:
    store.commit(*put(HEAD + DAY1 + DAY2))
    before = _bytes(store)
    assert store.commit(*put(content, name)).status is Status.UNCHANGED
    assert _bytes(store) == before


def test_a_corrected_report_replaces_the_set_and_says_what_it_changes_for_whom(
    store: ChargeStore, put: Put
) -> None:
    first = store.commit(*put(HEAD + DAY1 + FEE))
    commit = store.commit(*put(HEAD + DAY1.replace("0.1,", "0.3,") + TAX, "june-2.csv"))
    assert (commit.status, commit.replaced) == (Status.REPLACED, first.totals)
    assert commit.differences == (
        CustomerDifference("contoso", "EUR", Decimal("0.1"), Decimal("0.3")),
        CustomerDifference("fabrikam", "EUR", Decimal(5), Decimal(0)),
    )
    assert [difference.change for difference in commit.differences] == [Decimal("0.2"), Decimal(-5)]
    assert store.imports() == [commit.totals]
    assert sum(charge.billed_cost for charge in store.charges("2026-06")) == Decimal("1.25")
    again = store.difference_by_customer(first.totals.import_id, commit.totals.import_id)
    assert again == commit.differences


def test_a_replaced_report_can_come_back(store: ChargeStore, put: Put) -> None:
    for content in (HEAD + DAY1, HEAD + DAY2, HEAD + DAY1):
        commit = store.commit(*put(content))
    assert commit.status is Status.REPLACED
    assert store.imports() == [commit.totals]
    assert store.verify(commit.totals.import_id) == []


def test_the_same_file_read_by_a_corrected_format_replaces_the_set(
    store: ChargeStore, put: Put, shipped: Formats
) -> None:
    content = HEAD + DAY1.replace("Usage,", "Rounding,", 1)
    first = store.commit(*put(content))
    assert first.totals.unknown_charge_types == ("Rounding",)
    known = [{"map": "focus_charge_category", "from": "Rounding", "to": "Adjustment"}]
    commit = store.commit(*put(content, formats=shipped.with_rows(value_maps=known)))
    assert (commit.status, commit.differences) == (Status.REPLACED, ())
    (charge,) = store.charges("2026-06")
    assert (charge.category, charge.is_unknown_type) == (Category.ADJUSTMENT, False)
    assert store.verify(commit.totals.import_id) == []


def test_sets_of_other_accounts_and_months_stand_side_by_side(store: ChargeStore, put: Put) -> None:
    store.commit(*put(HEAD + DAY1))
    assert store.commit(*put(HEAD + DAY1.replace("payer", "other"))).status is Status.NEW
    assert store.commit(*put(HEAD + DAY1.replace("2026-06", "2026-07"))).status is Status.NEW
    assert len(store.imports("2026-06")) == 2
    assert [totals.billing_month for totals in store.imports()] == ["2026-06", "2026-06", "2026-07"]


def test_the_billed_report_of_microsoft_replaces_the_estimate_of_its_month(
    store: ChargeStore, put: Put
) -> None:
    reports = Path(__file__).parents[1] / "data" / "reports" / "microsoft"
    billed = (reports / "synthetic_daily_rated_usage.csv").read_text("utf-8-sig")
    estimate = store.commit(*put(billed.replace("G000123456", "")))
    commit = store.commit(*put(billed))
    assert (commit.status, commit.replaced) == (Status.REPLACED, estimate.totals)
    assert len(store.imports("2026-06")) == 1


def test_a_refused_import_leaves_every_byte_of_the_store_as_it_was(store: ChargeStore, put: Put) -> None:
    store.commit(*put(HEAD + DAY1))
    before = _bytes(store)
    refused, path = put(HEAD + DAY1 + "0.2,Usa")
    with pytest.raises(ValueError, match="refused"):
        store.commit(refused, path)
    assert _bytes(store) == before


def test_a_file_that_changed_after_its_import_is_not_archived_as_it(store: ChargeStore, put: Put) -> None:
    imported, path = put(HEAD + DAY1)
    path.write_text("something else")
    with pytest.raises(ValueError, match="changed since"):
        store.commit(imported, path)
    assert store.imports() == []


def test_reading_an_empty_store_creates_nothing(store: ChargeStore) -> None:
    assert (store.imports(), store.charges("2026-06")) == ([], [])
    assert not store.root.exists()
    with pytest.raises(KeyError, match="no import"):
        store.archived("x")


def test_a_commit_that_fails_in_the_catalogue_leaves_the_old_set_standing(
    store: ChargeStore, put: Put
) -> None:
    first = store.commit(*put(HEAD + DAY1))
    imported, path = put(HEAD + DAY2)
    with sqlite3.connect(store.root / "catalogue.sqlite") as connection:
        connection.execute("CREATE TRIGGER no BEFORE UPDATE ON sets BEGIN SELECT RAISE(ABORT, 'no'); END")
    connection.close()
    with pytest.raises(Exception, match="no"):
        store.commit(imported, path)
    assert store.imports() == [first.totals]
    assert store.verify(first.totals.import_id) == []


def test_a_header_only_report_is_an_empty_set(store: ChargeStore, put: Put) -> None:
    commit = store.commit(*put(HEAD))
    assert (commit.status, commit.totals.rows_stored, commit.totals.billing_month) == (Status.NEW, 0, "")


MOVED = (
    "SELECT * REPLACE (CAST(BilledCost + CASE x_SourceRow {} ELSE 0 END AS DECIMAL(38, 24)) "
    "AS BilledCost) FROM t"
)
EXCHANGED = "SELECT * FROM t WHERE x_SourceRow <> 1 UNION ALL SELECT * FROM t WHERE x_SourceRow = 2"
DOUBLED = "SELECT * FROM t UNION ALL SELECT * FROM t WHERE x_SourceRow = 1"
DROPPED = "SELECT * FROM t WHERE x_SourceRow <> 1"
TAMPERED = [
    ("a dropped row", DROPPED, "it has 3 rows instead of 4"),
    ("a dropped row, by its amount", DROPPED, "billed sums to 5.2 instead of 5.3 EUR"),
    ("a doubled row", DOUBLED, "it has 5 rows instead of 4"),
    ("a row exchanged for another", EXCHANGED, "rows were dropped, doubled or exchanged"),
    (
        "a cent moved from one customer to another",
        MOVED.format("WHEN 1 THEN 0.01 WHEN 3 THEN -0.01"),
        "cells of its rows were changed",
    ),
    ("a cent added to the tax", MOVED.format("WHEN 4 THEN 0.01"), "tax sums to 0.96 instead of 0.95 EUR"),
    ("the same rows written again", "SELECT * FROM t ORDER BY SkuId", "its bytes differ from those imported"),
]


@pytest.mark.parametrize(("sql", "reason"), [row[1:] for row in TAMPERED], ids=[row[0] for row in TAMPERED])
def test_a_changed_set_is_found(sql: str, reason: str, store: ChargeStore, put: Put) -> None:
    totals = store.commit(*put(HEAD + DAY1 + DAY2 + FEE + TAX)).totals
    assert store.verify(totals.import_id) == []
    (parquet,) = store.root.rglob("*.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{parquet}')")  # noqa: S608
        connection.execute(f"COPY ({sql}) TO '{parquet}' (FORMAT parquet)")
    problems = store.verify(totals.import_id)
    sentence = f"The set of charges of import {totals.import_id} (june.csv) was changed: {reason}."
    assert sentence in {problem.sentence for problem in problems}
    assert {problem.code for problem in problems} == {"IMP-030"}
    assert problems[0].place.file == parquet.relative_to(store.root).as_posix()
    assert "Restore the data folder" in problems[0].hint


def test_a_damaged_and_a_missing_file_are_found(store: ChargeStore, put: Put) -> None:
    totals = store.commit(*put(HEAD + DAY1)).totals
    (parquet,) = store.root.rglob("*.parquet")
    parquet.write_bytes(b"PAR1")
    archived = store.archived(totals.import_id)
    archived.write_bytes(b"x")
    changed = f"of import {totals.import_id} (june.csv) was changed"
    assert [problem.sentence for problem in store.verify(totals.import_id)] == [
        f"The vendor's file {changed}: its bytes differ from those imported.",
        f"The set of charges of import {totals.import_id} cannot be read.",
    ]
    parquet.unlink()
    archived.unlink()
    problems = store.verify(totals.import_id)
    assert {problem.code for problem in problems} == {"IMP-031"}
    assert [problem.sentence for problem in problems] == [
        f"The vendor's file of import {totals.import_id} is missing.",
        f"The set of charges of import {totals.import_id} is missing.",
    ]


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        pytest.param(lambda path: path.unlink(), "is missing, but there are charges beside it", id="gone"),
        pytest.param(lambda path: path.write_bytes(b"no database" * 99), "cannot be read", id="overwritten"),
    ],
)
def test_a_store_without_its_catalogue_is_never_taken_for_empty(
    damage: Callable[[Path], object], what: str, store: ChargeStore, put: Put
) -> None:
    store.commit(*put(HEAD + DAY1))
    damage(store.root / "catalogue.sqlite")
    with pytest.raises(Refused) as refused:
        store.charges("2026-06")
    (problem,) = refused.value.problems
    assert (problem.code, problem.sentence) == ("IMP-032", f"The catalogue of imports {what}.")
    assert "Restore the data folder from a backup" in problem.hint


def test_usage_is_added_up_and_spans_its_days(store: ChargeStore, put: Put) -> None:
    imported, path = put(HEAD + DAY1 + DAY2)
    store.commit(imported, path)
    (charge,) = store.charges("2026-06")
    assert imported.totals is not None
    assert charge == Charge(
        key=charge.key,
        import_id=imported.totals.import_id,
        format_id="focus",
        vendor="Cloud",
        billing_month="2026-06",
        customer_key="contoso",
        category=Category.USAGE,
        currency="EUR",
        billed_cost=Decimal("0.3"),
        rows=2,
        period=Period(date(2026, 6, 1), date(2026, 6, 3)),
        invoice_id="I1",
        billing_account_id="payer",
        sub_account_id="contoso",
        frequency="Usage-Based",
        charge_type="Usage",
        sku="vm",
        quantity=Decimal(3),
    )


def test_what_is_charged_for_a_period_keeps_it(store: ChargeStore, put: Put) -> None:
    store.commit(*put(HEAD + FEE + FEE + PART))
    charges = sorted(store.charges("2026-06"), key=lambda charge: charge.rows)
    assert [(charge.rows, charge.billed_cost, charge.period) for charge in charges] == [
        (1, Decimal(2), Period(date(2026, 6, 15), date(2026, 7, 1))),
        (2, Decimal(10), Period(date(2026, 6, 1), date(2026, 7, 1))),
    ]


PERIODS = [
    ("it ends as it begins", "2026-06-01,2026-06-01", Period(date(2026, 6, 1), date(2026, 6, 2))),
    ("it has no end", "2026-06-01,", Period(date(2026, 6, 1), date(2026, 6, 2))),
    ("it has no dates", ",", None),
]


@pytest.mark.parametrize(("dates", "period"), [row[1:] for row in PERIODS], ids=[row[0] for row in PERIODS])
def test_a_charge_whose_dates_leave_something_open(
    dates: str, period: Period | None, store: ChargeStore, put: Put
) -> None:
    store.commit(*put(HEAD + FEE.replace("2026-06-01,2026-07-01", dates, 1)))
    (charge,) = store.charges("2026-06")
    assert charge.period == period


def test_sums_of_many_small_amounts_are_exact(store: ChargeStore, put: Put) -> None:
    tiny = DAY1.replace("0.1,", "0.000000000000000000000001,", 1)
    store.commit(*put(HEAD + tiny * 3 + DAY1.replace("0.1,", "99999999999.1,", 1)))
    (charge,) = store.charges("2026-06")
    assert charge.billed_cost == Decimal("99999999999.100000000000000000000003")


def test_keys_are_stable_from_one_delivery_to_the_next_and_unique(store: ChargeStore, put: Put) -> None:
    store.commit(*put(HEAD + DAY1 + FEE + PART))
    before = {charge.key for charge in store.charges("2026-06")}
    store.commit(*put(HEAD + DAY1.replace("0.1,", "0.3,") + DAY2 + FEE + PART + TAX))
    after = {charge.key for charge in store.charges("2026-06")}
    assert len(before) == 3
    assert before < after


def test_every_sum_of_a_sample_is_kept(store: ChargeStore, shipped: Formats, tmp_path: Path) -> None:
    reports = Path(__file__).parents[1] / "data" / "reports"
    for name in ("microsoft/synthetic_nce_invoice_recon_us-dates.csv", "aws/synthetic_cur2.csv.gz"):
        store.commit(import_report(reports / name, shipped, out_dir=tmp_path / "out"), reports / name)
    charges = store.charges("2026-06")
    for totals in store.imports():
        own = [charge for charge in charges if charge.import_id == totals.import_id]
        billed = sum(charge.billed_cost for charge in own if charge.category is not Category.TAX)
        tax = sum(charge.billed_cost for charge in own if charge.category is Category.TAX)
        assert ([billed], [tax]) == (list(totals.billed.values()), list(totals.tax.values()))
        assert sum(charge.rows for charge in own) == totals.rows_stored


def test_every_field_of_a_charge_is_grouped_summed_or_made_here() -> None:
    made = {"key", "billing_month", "rows", "period", "corrects", "corrected_key", "split_value", "share_of"}
    assert set(GROUPED) | set(SUMMED) | made == set(Charge._fields)


@dataclass(frozen=True)
class _Handed:
    """What another importer may hand over: these fields are enough."""

    totals: ImportTotals | None
    parquet: Path | None
    copy: Path | None = None


def test_names_of_vendors_and_files_are_made_safe(store: ChargeStore, put: Put) -> None:
    imported, path = put(HEAD + DAY1)
    assert imported.totals is not None
    odd = replace(imported.totals, vendor="../A/S: Cloud", file_name="../../june.csv")
    store.commit(_Handed(odd, imported.parquet), path)
    files = {path.relative_to(store.root).parts[2:] for path in store.root.rglob("*.parquet")}
    assert files == {("vendor=_A_S__Cloud", f"{odd.import_id}.parquet")}
    assert store.archived(odd.import_id).name == "_.._june.csv"
