"""Prices, tiers and quotes in cells come to what the invoice comes to; the figures are worked out by hand."""

from typing import Any

import pytest

from tests.functions.ranges import CUSTOMERS, PRICES, PRODUCTS, Range, call, day, table

JUNE, JULY = day("2026-06-30"), day("2026-07-01")
NO_DISCOUNTS = table("tblDiscounts")
TIERS = table(
    "tblTiers",
    {"Tier set": "gb", "Up to": 10.0, "Unit price": 5.0},
    {"Tier set": "gb", "Unit price": 4.0, "Flat fee": 2.0},
)


@pytest.mark.parametrize(
    ("customer", "product", "on", "shown"),
    [
        pytest.param("C-2", "CARE", JULY, 30.0, id="the price for everyone"),
        pytest.param("C-1", "CARE", JULY, 25.5, id="a customer's own price goes before it"),
        pytest.param("C-1", "CARE", JUNE, 30.0, id="the day before it begins, the price for everyone holds"),
        pytest.param(
            "C-1",
            "M365",
            JUNE,
            "#BILLOW: The price is markup, which starts from the vendor's cost "
            "(Prices[#All] row 4: vendor Microsoft for everyone).",
            id="a markup is no price",
        ),
        pytest.param(
            "C-1",
            "BACKUP",
            JUNE,
            "#BILLOW: The price is graduated: it depends on the quantity "
            "(Prices[#All] row 5: product BACKUP for everyone).",
            id="tiers are no single price",
        ),
        pytest.param(
            "C-1",
            "NEW",
            JUNE,
            "#BILLOW: There is no price for product NEW (customer C-1) on 2026-06-30.",
            id="no price is never zero",
        ),
        pytest.param(
            "C-9",
            "CARE",
            JUNE,
            "#BILLOW: There is no customer C-9 on sheet Customers.",
            id="an unknown customer",
        ),
        pytest.param(
            "C-1",
            "SOFA",
            JUNE,
            "#BILLOW: There is no product SOFA on sheet Products.",
            id="an unknown product",
        ),
    ],
)
def test_a_price(customer: str, product: str, on: float, shown: object) -> None:
    assert call("BILLOW_PRICE", customer, product, on, PRICES, CUSTOMERS, PRODUCTS) == shown


@pytest.mark.parametrize(
    ("shows", "shown"),
    [
        ("currency", "EUR"),
        ("model", "per_unit"),
        ("why", "Prices[#All] row 3: product CARE for customer C-1"),
    ],
)
def test_what_else_a_price_shows(shows: str, shown: str) -> None:
    assert call("BILLOW_PRICE", "C-1", "CARE", JULY, PRICES, CUSTOMERS, PRODUCTS, shows) == shown


def test_a_changed_price_cell_changes_the_answer() -> None:
    changed = [list(row) for row in PRICES]
    changed[1][PRICES[0].index("Price or %")] = 31.25
    assert call("BILLOW_PRICE", "C-2", "CARE", JULY, changed, CUSTOMERS, PRODUCTS) == 31.25
    assert call("BILLOW_PRICE", "C-2", "CARE", JULY, PRICES, CUSTOMERS, PRODUCTS) == 30.0


def test_columns_are_found_by_name_in_any_order() -> None:
    turned = [row[::-1] for row in PRICES]
    assert call("BILLOW_PRICE", "C-1", "CARE", JULY, turned, CUSTOMERS, PRODUCTS) == 25.5


def test_two_equal_prices_are_told() -> None:
    twice = [*PRICES, PRICES[1]]
    shown = call("BILLOW_PRICE", "C-2", "CARE", JUNE, twice, CUSTOMERS, PRODUCTS)
    assert shown.startswith("#BILLOW: Two prices for product CARE (customer C-2) are equally specific")


STEPS: tuple[Range, Range] = ([[10.0], [None]], [[5.0], [4.0]])


@pytest.mark.parametrize(
    ("quantity", "more", "amount"),
    [
        pytest.param(0.0, (), 0.0, id="nothing costs nothing"),
        pytest.param(10.0, (), 50.0, id="the bound belongs to its tier: 10 x 5"),
        pytest.param(11.0, (), 54.0, id="one beyond: 10 x 5 + 1 x 4"),
        pytest.param(11.0, ("volume",), 44.0, id="volume: 11 x 4"),
        pytest.param(10.0, ("volume",), 50.0, id="volume at the bound: 10 x 5"),
        pytest.param(11.0, ("stair_step",), 4.0, id="a stair-step is the price of its step"),
        pytest.param(11.0, ("graduated", [[0.0], [2.0]]), 56.0, id="54 and a fee of 2 for the second tier"),
        pytest.param(11.0, ("graduated", [[0.0], [0.0]], 3.0), 40.0, id="3 included: 8 x 5"),
        pytest.param(0.333, (), 1.67, id="0.333 x 5 = 1.665, half up"),
        pytest.param(0.333, ("graduated", [[0.0], [0.0]], 0.0, "JPY"), 2.0, id="yen have no decimals"),
        pytest.param(-2.0, (), -10.0, id="a net refund at the first tier"),
        pytest.param(
            -2.0,
            ("volume",),
            "#BILLOW: A volume price has no price below zero, and the quantity is -2.",
            id="but not by volume",
        ),
        pytest.param(
            1.0,
            ("tiered",),
            '#BILLOW: "tiered" in column model is not in its list. '
            "Choose one of: graduated, volume, stair_step.",
            id="an unknown model",
        ),
        pytest.param(
            1.0, ("volume", [[1.0]]),
            "#BILLOW: up_to, unit_price and flat_fee must have the same number of cells.",
            id="a fee is missing",
        ),
        pytest.param(
            1.0, ("volume", [[0.0], [0.0]], 0.0, "EURO"), "#BILLOW: EURO is not a currency of ISO 4217.",
            id="no such currency",
        ),
    ],
)  # fmt: skip
def test_a_rate(quantity: float, more: tuple[Any, ...], amount: object) -> None:
    assert call("BILLOW_RATE", quantity, *STEPS, *more) == amount


def test_tiers_must_rise() -> None:
    shown = call("BILLOW_RATE", 1.0, [[10.0], [10.0]], [[5.0], [4.0]])
    assert shown == "#BILLOW: up_to must rise from tier to tier."


def test_the_parts_of_a_rate_sum_to_it() -> None:
    header, *parts = call("BILLOW_RATE_PARTS", 12.333, *STEPS)
    assert header == ["Part", "Amount"]
    assert [text for text, _ in parts] == [
        "10 x 5 EUR (up to 10)",
        "2.333 x 4 EUR (above)",
        "rounded half up from 59.332 to 59.33 EUR",
    ]
    assert [amount for _, amount in parts] == [50.0, 9.332, -0.002]


def quote(customer: str, product: str, quantity: float, first: str, through: str, *more: Any) -> Any:
    discounts = more[0] if more else NO_DISCOUNTS
    days = (day(first), day(through))
    return call(
        "BILLOW_QUOTE", customer, product, quantity, *days, PRICES, TIERS, discounts, CUSTOMERS, PRODUCTS
    )


def test_a_quote_bills_month_by_month() -> None:
    """14 through 30 June is 17/30 of 2 x 30 = 34; July is 60; 1 through 10 August 10/31 of 60 = 19.3548."""
    header, *rows = quote("C-2", "CARE", 2.0, "2026-06-14", "2026-08-10")
    assert header == ["From", "Through", "Days", "Net", "Currency"]
    assert rows == [
        [day("2026-06-14"), day("2026-06-30"), "17 of 30 days", 34.0, "EUR"],
        [day("2026-07-01"), day("2026-07-31"), "one whole period", 60.0, "EUR"],
        [day("2026-08-01"), day("2026-08-10"), "10 of 31 days", 19.35, "EUR"],
    ]


def test_a_quote_takes_the_discounts_off() -> None:
    """10 % off each line, and 5 EUR off the invoice as a line of its own."""
    discounts = table(
        "tblDiscounts",
        {"Discount": "Launch", "On": "line", "Kind": "percent", "Value": 10.0},
        {"Discount": "Start", "On": "invoice", "Kind": "fixed", "Value": 5.0, "Currency": "EUR"},
    )
    _, line, off = quote("C-2", "CARE", 2.0, "2026-07-01", "2026-07-31", discounts)
    assert (line[3], off[2], off[3]) == (54.0, "Start", -5.0)


def test_a_quote_fills_tiers() -> None:
    _, line = quote("C-2", "BACKUP", 12.0, "2026-07-01", "2026-07-31")
    assert line[3] == 60.0  # 10 x 5 + 2 x 4 + the fee of 2


@pytest.mark.parametrize(
    ("product", "first", "through", "shown"),
    [
        (
            "NEW",
            "2026-06-01",
            "2026-06-30",
            "There is no price for product NEW (customer C-2) on 2026-06-01.",
        ),
        (
            "CARE",
            "2026-06-02",
            "2026-06-01",
            "2026-06-02 is after 2026-06-01: the first day comes before the last.",
        ),
        ("CARE", "2026-01-01", "2046-01-01", "A quote is for at most 120 months."),
        (
            "M365",
            "2026-06-01",
            "2026-06-30",
            "Contract QUOTE of customer C-2 has no vendor's cost to start from, but its price is markup.",
        ),
    ],
)
def test_a_quote_that_cannot_be_given(product: str, first: str, through: str, shown: str) -> None:
    assert quote("C-2", product, 1.0, first, through) == f"#BILLOW: {shown}"
