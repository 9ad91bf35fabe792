"""The way to an amount in words: which rule, which price and why the others lost, which part is what."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from billow.catalog.discounts import Discount
from billow.catalog.prices import PriceQuery, rivals
from billow.charges import Charge
from billow.contracts.subscriptions import Adjustment
from billow.invoicing.document import Line, Step
from billow.invoicing.draft import drafts
from billow.invoicing.explanation import explaining
from billow.problems import Place
from billow.rating.books import Books
from billow.rating.rate import rate

from .samples import MONTH, SKU_RULES, books, charge, contract, days, fx, invoicing, price, seats

ASKED = PriceQuery(
    day=date(2026, 6, 1), customer="C-1", group="Public", plan="Loyal", subscription="S-1", product="VM",
    family="Azure", vendor="Microsoft", term="P1M", billing="monthly",
)  # fmt: skip


@pytest.mark.parametrize(
    ("winner", "loser", "why"),
    [
        pytest.param(
            {"scope": "customer", "who": "C-1"}, {}, "a price for a customer goes before one for everyone",
            id="one's own price",
        ),
        pytest.param(
            {"scope": "subscription", "who": "S-1"}, {"scope": "group", "who": "Public"},
            "a price for a subscription goes before one for a group",
            id="the price of one subscription",
        ),
        pytest.param(
            {"plan": "Loyal"}, {}, "a price of the customer's plan goes before one without a plan",
            id="a plan",
        ),
        pytest.param(
            {}, {"applies_to": "family", "product": "Azure"},
            "a price for a product goes before one for a family",
            id="a product",
        ),
        pytest.param(
            {"applies_to": "vendor", "product": "Microsoft"}, {"applies_to": "all", "product": ""},
            "a price for a vendor goes before one for everything",
            id="a vendor",
        ),
        pytest.param(
            {"term": "P1M"}, {}, "a price for this term and billing goes before one for all", id="a term"
        ),
        pytest.param(
            {}, {"valid_through": date(2026, 5, 31)}, "it is not valid on 2026-06-01",
            id="a price of last month",
        ),
    ],
)  # fmt: skip
def test_a_price_that_lost_says_why(winner: dict[str, Any], loser: dict[str, Any], why: str) -> None:
    chosen, other = price("won", **winner), price("lost", **loser)
    assert rivals([other, chosen], ASKED) == [(other, why)]


def test_a_price_that_does_not_fit_has_not_lost() -> None:
    others = [price("a", product="E5"), price("b", scope="customer", who="C-2"), price("c", term="P1Y")]
    assert rivals([price("won"), *others], ASKED) == []


def test_where_no_price_applies_none_has_lost() -> None:
    assert rivals([price("a", valid_through=date(2026, 5, 31))], ASKED) == []


def line_of(charges: list[Charge], sheets: Books, product: str) -> Line:
    """The line of a product on the invoice of C-1, explained."""
    rated = rate(charges, sheets, MONTH)
    (document,) = drafts(rated.lines, sheets, invoicing(), MONTH, explaining(rated, sheets)).documents
    return next(line for line in document.lines if line.product == product)


def test_a_licence_of_half_a_month_is_explained_from_the_rule_to_the_cent() -> None:
    # 3 x 31.01 x 15/30 = 46.515, half up to 46.52
    rules = tuple(replace(rule, place=Place(sheet="SKU rules", row=5)) for rule in SKU_RULES)
    prices = (
        price("e5", product="E5", model="per_unit", value=Decimal("31.01")),
        price(
            "all",
            applies_to="all",
            product="",
            model="markup",
            value=Decimal(5),
            place=Place(sheet="Prices", row=9),
        ),
    )
    line = line_of([seats("a", "3", days("6-16", "6-30"))], books(sku_rules=rules, prices=prices), "E5")
    assert line.explanation == (
        Step("product", "SKU rules row 5: Microsoft sku E5 is product E5"),
        Step("price", "Prices row 7: product E5 for everyone"),
        Step(
            "lost", "Prices row 9: all * for everyone: a price for a product goes before one for everything"
        ),
        Step("share", "15 of 30 days, that is 0.5 (calendar_days)"),
        Step("part", "3 x 31.01 EUR x (15/30)", "46.515"),
        Step("rounding", "rounded half up from 46.515 to 46.52 EUR", "0.005"),
    )


def test_an_exchange_is_a_step_of_its_own() -> None:
    # 100.00 USD + 10 % = 110 USD, at 0.9 = 99 EUR
    sheets = books(exchange_rates=(fx("USD", "EUR", "0.9"),))
    line = line_of([charge("vm", "100.00", currency="USD")], sheets, "VM")
    amounts = [(step.kind, step.amount) for step in line.explanation if step.amount]
    assert amounts == [("part", "100"), ("part", "10"), ("currency", "-11")]
    assert line.net == 99


def test_a_discount_is_a_step_of_its_own() -> None:
    # 100.00 + 10 % = 110, less 5 % = 104.50
    sheets = books(discounts=(Discount("Loyal", value=Decimal(5)),))
    line = line_of([charge("vm", "100.00")], sheets, "VM")
    amounts = [(step.kind, Fraction(step.amount)) for step in line.explanation if step.amount]
    assert amounts == [("part", 100), ("part", 10), ("discount", Fraction("-5.5"))]
    assert line.net == Decimal("104.50")


def test_contracts_and_adjustments_name_their_rows() -> None:
    where = Place(sheet="Subscriptions", row=6)
    sheets = books(
        subscriptions=(contract(place=where),),
        adjustments=(Adjustment(7, "C-1", MONTH, "Goodwill", Decimal("-25.00")),),
    )
    care, goodwill = line_of([], sheets, "CARE"), line_of([], sheets, "")
    assert care.explanation[0] == Step("product", "Subscriptions row 6: product CARE")
    assert goodwill.explanation[0] == Step("product", "Adjustments no 7")


def test_a_contract_at_the_price_of_the_sheet_says_what_else_fitted() -> None:
    prices = (
        price("care", product="CARE", model="flat", value=Decimal(300)),
        price("old", product="CARE", model="flat", valid_through=date(2026, 5, 31)),
    )
    sheets = books(subscriptions=(contract(agreed_price=None),), prices=prices)
    steps = line_of([], sheets, "CARE").explanation
    assert [step.text for step in steps if step.kind == "lost"] == [
        "Prices row 7: product CARE for everyone: it is not valid on 2026-06-01"
    ]
