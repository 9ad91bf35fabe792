"""Two months of a customer side by side: each row is its difference, and the rows sum to the total."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billow.summary import Invoice, Line, index_entry, write
from tests.functions.ranges import call

RUN = "2026-07-01 09:00:00 0a1b2c3d"
# month, customer, vendor, product, revenue group, currency, net
LINES = [
    ("2026-06", "C-1", "Microsoft", "M365", "licences", "EUR", "100.10"),
    ("2026-06", "C-1", "Microsoft", "M365", "licences", "EUR", "0.20"),
    ("2026-06", "C-1", "Own", "CARE", "services", "EUR", "50"),
    ("2026-06", "C-1", "Microsoft", "LESS", "", "EUR", "-10.03"),
    ("2026-06", "C-1", "Own", "CARE", "services", "USD", "7"),
    ("2026-05", "C-1", "Microsoft", "M365", "licences", "EUR", "90"),
    ("2026-05", "C-1", "", "GONE", "services", "EUR", "12.50"),
    ("2026-04", "C-1", "Own", "CARE", "services", "EUR", "1"),
    ("2026-06", "C-2", "Own", "CARE", "services", "EUR", "999"),
]


@pytest.fixture(autouse=True)
def left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a run of June left; of May and April only what the register holds."""
    monkeypatch.setenv("BILLOW_HOME", str(tmp_path / "home"))
    path = tmp_path / "summary.sqlite"
    lines = [
        Line(month, f"L-{at}", who, vendor, what, group, money, Decimal(net), Decimal(0), "", "")
        for at, (month, who, vendor, what, group, money, net) in enumerate(LINES)
    ]
    none = (Decimal(0), Decimal(0), Decimal(0))
    invoices = [Invoice(month, "C-1", "1", "EUR", *none) for month in ("2026-05", "2026-04")]
    write(path, RUN, "2026-06", [*lines, *invoices])
    entry = index_entry(RUN[-8:])
    entry.parent.mkdir(parents=True)
    entry.write_text(str(path), encoding="utf-8")


@pytest.mark.parametrize(
    ("by", "shown"),
    [
        pytest.param(
            "product",
            [
                ["CARE", 50.0, 0.0, 50.0, "EUR"],
                ["CARE", 7.0, 0.0, 7.0, "USD"],
                ["GONE", 0.0, 12.5, -12.5, "EUR"],
                ["LESS", -10.03, 0.0, -10.03, "EUR"],
                ["M365", 100.3, 90.0, 10.3, "EUR"],
            ],
            id="lines of one product are one row, two currencies are two; came, went, a discount, more",
        ),
        pytest.param(
            "vendor",
            [
                ["Microsoft", 90.27, 90.0, 0.27, "EUR"],
                ["No vendor", 0.0, 12.5, -12.5, "EUR"],
                ["Own", 50.0, 0.0, 50.0, "EUR"],
                ["Own", 7.0, 0.0, 7.0, "USD"],
            ],
            id="by vendor",
        ),
        pytest.param(
            "revenue_group",
            [
                ["No revenue group", -10.03, 0.0, -10.03, "EUR"],
                ["licences", 100.3, 90.0, 10.3, "EUR"],
                ["services", 50.0, 12.5, 37.5, "EUR"],
                ["services", 7.0, 0.0, 7.0, "USD"],
            ],
            id="by revenue group",
        ),
    ],
)
def test_a_month_and_the_one_before(by: str, shown: list[list[Any]]) -> None:
    header, *found = call("BILLOW_COMPARE", RUN, "C-1", "2026-06", "2026-05", by)
    assert header == [by.replace("_", " ").capitalize(), "2026-06", "2026-05", "Difference", "Currency"]
    totals = [["Total", 140.27, 102.5, 37.77, "EUR"], ["Total", 7.0, 0.0, 7.0, "USD"]]
    assert found == [*shown, *totals]


def test_a_customer_without_lines_has_a_header_alone() -> None:
    assert len(call("BILLOW_COMPARE", RUN, "C-3", "2026-06", "2026-05")) == 1


@pytest.mark.parametrize("months", [("2026-06", "2026-07"), ("2026-07", "2026-06")])
def test_a_month_that_nobody_looked_at_is_not_nothing(months: tuple[str, str]) -> None:
    assert call("BILLOW_COMPARE", RUN, "C-1", *months) == (
        "#BILLOW: No run has looked at 2026-07 yet; run check for it."
    )
