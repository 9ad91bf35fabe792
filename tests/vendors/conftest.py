"""A small house format and what writes reports of it, for tests about reading."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from billow.vendors import Formats, Imported, import_report

REPORTS = Path(__file__).parents[1] / "data" / "reports"

FORMAT = {
    "format_id": "house",
    "vendor": "House",
    "kind": "invoice",
    "must_have": "Net|Kind|Customer",
    "dates": "auto",
    "end_inclusive": "yes",
    "total_check": "Net",
    "known_columns": "Remark",
}
MAPPING = {
    "BilledCost": ("Net", "num"),
    "BillingCurrency": ("Currency", "upper|default:EUR"),
    "x_CustomerKey": ("Customer", "lower"),
    "ChargeCategory": ("Kind", "map:house_kind"),
    "x_ChargeType": ("Kind", "text"),
    "ChargePeriodStart": ("From", "date"),
    "ChargePeriodEnd": ("To", "date|end"),
    "PricingQuantity": ("Quantity", "num"),
    "InvoiceId": ("Invoice", "text"),
}
VALUES = {"licence": "Purchase", "usage": "Usage", "credit": "Credit", "vat": "Tax"}


def mapping_rows(rows: dict[str, tuple[str, str]]) -> list[dict[str, object]]:
    """Return mapping rows as a sheet delivers them."""
    return [
        {"format_id": "house", "target": target, "source": source, "transform": transform}
        for target, (source, transform) in rows.items()
    ]


@pytest.fixture
def reports() -> Path:
    """The folder of sample reports."""
    return REPORTS


@pytest.fixture(scope="session")
def shipped() -> Formats:
    """The formats that come with Billow."""
    return Formats.shipped()


@pytest.fixture(scope="session")
def house(shipped: Formats) -> Formats:
    """The shipped formats and a distributor's, described by rows of a workbook alone."""
    values = [{"map": "house_kind", "from": word, "to": meaning} for word, meaning in VALUES.items()]
    return shipped.with_rows([FORMAT], mapping_rows(MAPPING), values, file="Billing.xlsx")


@pytest.fixture
def read(tmp_path: Path, house: Formats) -> Callable[..., Imported]:
    """Write a report and import it."""

    def write_and_import(
        content: str | bytes, name: str = "report.csv", formats: Formats = house, **settings: Any
    ) -> Imported:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_report(path, formats, out_dir=tmp_path / "out", **settings)

    return write_and_import


@pytest.fixture
def rows_of() -> Callable[..., list[tuple[Any, ...]]]:
    """Query the charges of an import, ordered by row: ``rows_of(imported, "BilledCost", "SkuId")``."""

    def query(imported: Imported, *columns: str) -> list[tuple[Any, ...]]:
        assert imported.parquet is not None, imported.problems
        with duckdb.connect() as connection:
            shown = ", ".join(columns)
            sql = f"SELECT {shown} FROM read_parquet(?) ORDER BY x_SourceRow"  # noqa: S608 - columns of ours
            return connection.execute(sql, [str(imported.parquet)]).fetchall()

    return query
