"""The same expressions on another engine give the same charges, to the last digit."""

import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from billow.problems import Place, Refused
from billow.usage import ChargeStore
from billow.usage.engine import Engine
from billow.vendors import Formats, import_report

REPORTS = Path(__file__).parents[1] / "data" / "reports"
MONTH = "2026-06"
# Long decimals and nothing at all; refunds, corrections, taxes; names of many scripts; nulls in most columns.
SMALL = """BilledCost,ChargeCategory,ChargeFrequency,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,\
BillingCurrency,SubAccountId,PricingQuantity,ListUnitPrice,ChargeDescription,ChargeClass,EffectiveCost
0.000000000000000000000001,Usage,Usage-Based,2026-06-01,2026-06-02,2026-06-01,EUR,a,0.1,0.30,Ωμέγα 株式会社,,
0.000000000000000000000002,Usage,Usage-Based,2026-06-30,2026-07-01,2026-06-01,EUR,a,0.2,0.3,Ωμέγα 株式会社,,1
99999999999999.999999999999999999999999,Purchase,Recurring,2026-06-01,2026-07-01,2026-06-01,EUR,b,,,,,
-99999999999998.999999999999999999999998,Purchase,Recurring,2026-06-01,2026-07-01,2026-06-01,EUR,b,,,,,
-3.10,Usage,Usage-Based,2026-06-05,2026-06-06,2026-06-01,EUR,a,-1,,Ωμέγα 株式会社,Correction,
5,Tax,,2026-06-01,2026-07-01,2026-06-01,EUR,b,,,,,
7,Usage,,2026-06-01,,2026-06-01,USD,,,,,,
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ChargeStore:
    """A month of three vendors, one of them delivered twice."""
    folder = tmp_path_factory.mktemp("engines")
    store = ChargeStore(folder / "Billing.data")
    earlier, small = folder / "earlier.csv", folder / "small.csv"
    small.write_text(SMALL, "utf-8")
    earlier.write_text(SMALL.replace("-3.10", "-4.10"), "utf-8")
    names = (
        "microsoft/synthetic_nce_invoice_recon_us-dates.csv",
        "microsoft/synthetic_daily_rated_usage.csv",
    )
    for path in (earlier, small, *(REPORTS / name for name in names)):
        imported = import_report(path, Formats.shipped(), out_dir=folder / "out", billing_month=MONTH)
        assert imported.totals is not None, imported.problems
        store.commit(imported, path)
    return store


@pytest.fixture(scope="module")
def spark() -> Iterator[str]:
    """The address of Spark in local mode, with as little noise as it can make."""
    if shutil.which("java") is None:  # pragma: no cover - `make packages` installs it
        pytest.fail("Spark needs Java: make packages")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield "pyspark://?spark.master=local[1]&spark.ui.enabled=false&spark.sql.shuffle.partitions=2"


def test_spark_adds_up_the_same_charges_to_the_last_digit(store: ChargeStore, spark: str) -> None:
    expected = store.charges(MONTH)
    assert len({charge.vendor for charge in expected}) > 1
    assert replace(store, engine=spark).charges(MONTH) == expected


def test_spark_finds_the_same_rows_behind_charges(store: ChargeStore, spark: str) -> None:
    expected = store.vendor_rows(MONTH)
    assert expected
    assert replace(store, engine=spark).vendor_rows(MONTH) == expected


def test_an_engine_with_a_view_over_all_files_counts_catalogued_sets_only(
    store: ChargeStore, tmp_path: Path
) -> None:
    """A warehouse sees every file, also the one of the earlier delivery: DuckDB stands in for it."""
    files, warehouse = store.root / "charges" / "**" / "*.parquet", tmp_path / "warehouse.duckdb"
    assert len(list(store.root.rglob("*.parquet"))) == len(store.imports(MONTH)) + 1
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "CREATE VIEW billow_charges AS SELECT *, regexp_extract(filename, 'month=.*$') AS x_File "  # noqa: S608
            f"FROM read_parquet('{files}', filename = true, hive_partitioning = false)"
        )
    assert replace(store, engine=f"duckdb://{warehouse}").charges(MONTH) == store.charges(MONTH)


def test_the_small_month_is_added_up_exactly(store: ChargeStore) -> None:
    """Summed by hand: floats would lose the last digits of the first, and all of the second."""
    by_account = {
        (charge.customer_key, charge.category.value, charge.charge_class): f"{charge.billed_cost:f}"
        for charge in store.charges(MONTH)
        if charge.format_id == "focus"
    }
    assert by_account == {
        ("a", "Usage", ""): "0.000000000000000000000003",
        ("a", "Usage", "Correction"): "-3.100000000000000000000000",
        ("b", "Purchase", ""): "1.000000000000000000000001",
        ("b", "Tax", ""): "5.000000000000000000000000",
        ("", "Usage", ""): "7.000000000000000000000000",
    }


def test_an_engine_that_is_not_there_is_told(store: ChargeStore, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        replace(store, engine=f"duckdb://{tmp_path}/no/folder/warehouse.duckdb").charges(MONTH)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place) == ("SET-005", Place("", "Settings", column="Value"))
    assert problem.sentence.startswith("The engine duckdb cannot add up the charges: ")
    assert "clear it" in problem.hint


def test_the_engine_within_reaches_the_files_it_is_given_and_no_others(
    store: ChargeStore, tmp_path: Path
) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    files = sorted(store.root.rglob("*.parquet"))
    with Engine().rows(files[:1]) as rows:
        connection = rows.get_backend()
        for other in (tmp_path / "secret.csv", files[1]):
            with pytest.raises(duckdb.PermissionException):
                connection.raw_sql(f"SELECT * FROM '{other}'")  # noqa: S608


def test_the_engine_within_adds_up_without_pandas_for_which_one_would_wait(store: ChargeStore) -> None:
    asked = (
        "import sys\nfrom pathlib import Path\nfrom billow.usage import ChargeStore\n"
        "store, month = ChargeStore(Path(sys.argv[1])), sys.argv[2]\n"
        "print(len(store.charges(month)), len(store.vendor_rows(month)), 'pandas' in sys.modules)"
    )
    arguments = [sys.executable, "-c", asked, str(store.root), MONTH]
    found = subprocess.run(arguments, capture_output=True, text=True, check=True)
    counted = [str(len(store.charges(MONTH))), str(len(store.vendor_rows(MONTH)))]
    assert found.stdout.split() == [*counted, "False"]
