"""Shares of a month, periods, VAT, exchange and splitting in cells; the figures are worked out by hand."""

from itertools import pairwise
from typing import Any

import pytest

from tests.functions.ranges import call, day, table

JUNE = (day("2026-06-01"), day("2026-06-30"))
YEAR = (day("2026-01-01"), day("2026-12-31"))


def days(first: str, through: str) -> tuple[float, float]:
    return day(first), day(through)


@pytest.mark.parametrize(
    ("amount", "used", "cycle", "more", "shown", "words"),
    [
        pytest.param(300.0, days("2026-06-14", "2026-06-30"), JUNE, (), 170.0, "17 of 30 days", id="17/30"),
        pytest.param(300.0, JUNE, JUNE, (), 300.0, "one whole period", id="the whole cycle"),
        pytest.param(
            300.0, days("2026-06-30", "2026-08-15"), JUNE, (), 10.0, "1 of 30 days",
            id="days outside are cut off",
        ),
        pytest.param(
            300.0, days("2026-07-01", "2026-07-02"), JUNE, (), 0.0, "0 of 30 days", id="no day of the cycle"
        ),
        pytest.param(
            10.0, days("2026-06-01", "2026-06-10"), JUNE, (), 3.33, "10 of 30 days", id="3.333..., half up"
        ),
        pytest.param(
            29.0, days("2028-02-29", "2028-02-29"), days("2028-02-01", "2028-02-29"), (), 1.0, "1 of 29 days",
            id="a leap February",
        ),
        pytest.param(
            1200.0, days("2026-01-01", "2026-01-31"), YEAR, ("annual_365",), 101.92, "31 of 365 days",
            id="1200 x 31/365 = 101.9178",
        ),
        pytest.param(
            300.0, days("2026-06-14", "2026-06-30"), JUNE, ("full_period",), 300.0, "one whole period",
            id="a touched period in full",
        ),
        pytest.param(
            300.0, days("2026-06-14", "2026-06-30"), JUNE, ("none",), 300.0, "one whole period",
            id="nothing is prorated",
        ),
        pytest.param(
            100.0, days("2026-06-01", "2026-06-05"), days("2026-06-01", "2026-06-10"), (), 50.0,
            "5 of 10 days",
            id="a cycle that is no month",
        ),
    ],
)  # fmt: skip
def test_a_share(
    amount: float,
    used: tuple[float, float],
    cycle: tuple[float, float],
    more: tuple[str, ...],
    shown: float,
    words: str,
) -> None:
    assert call("BILLOW_PRORATE", amount, *used, *cycle, *more) == shown
    assert call("BILLOW_PRORATION", *used, *cycle, *more) == words


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        pytest.param(
            (1.0, *days("2026-06-02", "2026-06-01"), *JUNE),
            "2026-06-02 is after 2026-06-01: the first day comes before the last.",
            id="the wrong way round",
        ),
        pytest.param(
            (1.0, *JUNE, *days("2026-06-30", "2026-06-01")),
            "2026-06-30 is after 2026-06-01: the first day comes before the last.",
            id="a cycle the wrong way round",
        ),
        pytest.param(
            (1.0, *JUNE, *days("2026-06-01", "2026-06-10"), "fixed_30"),
            "The cycle 2026-06-01 through 2026-06-10 is not a number of whole months; use anniversary_days.",
            id="ten days are no months",
        ),
        pytest.param(
            (1.0, *JUNE, *JUNE, "none", 11.0), "decimals must be from 0 to 10.", id="too many decimals"
        ),
        pytest.param(
            (1.0, *JUNE, *JUNE, "none", 1.5),
            '"1.5" in column decimals is not a whole number.',
            id="half a decimal",
        ),
    ],
)
def test_a_share_that_cannot_be(cells: tuple[Any, ...], shown: str) -> None:
    assert call("BILLOW_PRORATE", *cells) == f"#BILLOW: {shown}"


@pytest.mark.parametrize(
    ("cells", "starts"),
    [
        pytest.param(
            ("monthly",), ["2026-01-31", "2026-02-28", "2026-03-31"], id="31, then 28, then 31 again"
        ),
        pytest.param(
            ("monthly", 1.0), ["2026-01-31", "2026-02-01", "2026-03-01", "2026-04-01"], id="the 1st"
        ),
        pytest.param(("quarterly",), ["2026-01-31"], id="three months at once"),
    ],
)
def test_periods(cells: tuple[Any, ...], starts: list[str]) -> None:
    header, *rows = call("BILLOW_PERIODS", day("2026-01-31"), day("2026-04-02"), *cells)
    assert header == ["From", "Through"]
    assert [row[0] for row in rows] == [day(text) for text in starts]
    assert rows[-1][1] == day("2026-04-02")
    assert all(before[1] + 1 == after[0] for before, after in pairwise(rows))


def test_periods_that_end_before_they_begin() -> None:
    shown = call("BILLOW_PERIODS", day("2026-02-01"), day("2026-01-01"), "monthly")
    assert shown == "#BILLOW: 2026-02-01 is after 2026-01-01: the first day comes before the last."


def test_vat_is_rounded_on_the_sum_and_not_per_line() -> None:
    """Two nets of 10.02 at 21 %: 20.04 x 0.21 = 4.2084; line by line it would be 2 x 2.10 = 4.20."""
    nets, rates = [[10.02], [10.02], [5.0]], [[21.0], [21.0], [9.0]]
    assert call("BILLOW_VAT", nets, rates) == [
        ["Category", "Rate", "Net", "VAT"],
        ["S", 9.0, 5.0, 0.45],
        ["S", 21.0, 20.04, 4.21],
    ]


def test_vat_keeps_categories_apart() -> None:
    shown = call("BILLOW_VAT", [[10.0], [20.0]], [[0.0], [0.0]], [["AE"], ["G"]])
    assert shown[1:] == [["AE", 0.0, 10.0, 0.0], ["G", 0.0, 20.0, 0.0]]


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (([[10.005]], [[21.0]]), "The net 10.005 has more than 2 decimals; round each line first."),
        (([[10.0], [1.0]], [[21.0]]), "nets, rates and categories must have the same number of cells."),
        (([[10.0]], [[None]]), "rates is blank; it is the rate of each line as a percentage, 21 for 21 %."),
    ],
)
def test_vat_that_cannot_be(cells: tuple[Any, ...], shown: str) -> None:
    assert call("BILLOW_VAT", *cells) == f"#BILLOW: {shown}"


FX = table(
    "tblFx",
    {"Currency from": "USD", "Currency to": "EUR", "Date": day("2026-06-30"), "Rate": 0.8},
)


@pytest.mark.parametrize(
    ("amount", "source", "target", "on", "shown"),
    [
        pytest.param(10.01, "USD", "EUR", "2026-06-30", 8.01, id="8.008, half up"),
        pytest.param(8.0, "EUR", "USD", "2026-06-30", 10.0, id="the opposite of the row, exactly"),
        pytest.param(8.0, "EUR", "EUR", "2026-07-01", 8.0, id="the same currency needs no rate"),
        pytest.param(
            8.0, "USD", "EUR", "2026-06-29",
            "#BILLOW: There is no exchange rate from USD to EUR on 2026-06-29.",
            id="never the nearest day",
        ),
        pytest.param(
            8.0, "US$", "EUR", "2026-06-30", "#BILLOW: US$ is not a currency of ISO 4217.", id="no currency"
        ),
    ],
)  # fmt: skip
def test_exchange(amount: float, source: str, target: str, on: str, shown: object) -> None:
    assert call("BILLOW_FX", amount, source, target, day(on), FX) == shown


@pytest.mark.parametrize(
    ("total", "weights", "more", "shown"),
    [
        pytest.param(100.0, [1.0, 1.0, 1.0], (), [33.34, 33.33, 33.33], id="the cent goes to the first"),
        pytest.param(-10.0, [3.0, 3.0, 1.0], (), [-4.29, -4.28, -1.43], id="a credit"),
        pytest.param(100.0, [1.0, 2.0], (0.0,), [33.0, 67.0], id="whole units"),
        pytest.param(
            1.005, [1.0], (), "#BILLOW: 1.005 has more than 2 decimals; round it first.", id="unrounded"
        ),
        pytest.param(
            1.0,
            [0.0],
            (),
            "#BILLOW: weights must not be negative and must sum to more than zero.",
            id="no weight",
        ),
    ],
)
def test_a_split(total: float, weights: list[float], more: tuple[Any, ...], shown: object) -> None:
    assert call("BILLOW_ALLOCATE", total, [[weight] for weight in weights], *more) == shown
