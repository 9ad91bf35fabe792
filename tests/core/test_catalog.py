"""The most specific price wins, on the day it is looked up; a tie or a gap is told, never chosen."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from billow.catalog.exchange import rate_on
from billow.catalog.policy import ChargePolicy, policy_for
from billow.catalog.prices import Price, PriceQuery, choose
from billow.catalog.products import Product, SkuRule, match_rules
from billow.charges import Category
from billow.problems import Place, Problem, Severity

from .samples import day, fx, price

ASKED = PriceQuery(
    day=day("6-15"),
    customer="C-1",
    group="retail",
    plan="gold",
    subscription="S-1",
    sku="E5-SKU",
    product="E5",
    family="M365",
    vendor="Microsoft",
    term="P1Y",
    billing="monthly",
    segment="Education",
    market="NL",
    term_start=day("1-10"),
    period_start=day("6-01"),
)


def e5(price_id: str, **given: Any) -> Price:
    return price(price_id, **{"product": "E5", "model": "per_unit", "value": Decimal(10), **given})


def chosen(*prices: Price, asked: PriceQuery = ASKED) -> str:
    """Return the id of the price that applies, both ways round, or the problem's code."""
    forwards, backwards = choose(prices, asked), choose(prices[::-1], asked)
    told = [
        c.price.price_id if c.price else c.problem.code if c.problem else "" for c in (forwards, backwards)
    ]
    assert told[0] == told[1]
    return told[0]


EVERYONE = e5("everyone")
WHO = [
    pytest.param(
        e5("group", scope="group", who="retail"), EVERYONE, id="a group is closer than everyone"
    ),
    pytest.param(
        e5("customer", scope="customer", who="C-1"),
        e5("group", scope="group", who="retail"),
        id="a customer is closer than its group",
    ),
    pytest.param(
        e5("subscription", scope="subscription", who="S-1"),
        e5("customer", scope="customer", who="C-1"),
        id="a subscription is closer than its customer",
    ),
    pytest.param(e5("plan", plan="gold"), EVERYONE, id="a plan is closer than no plan"),
    pytest.param(
        e5("customer", scope="customer", who="c-1"),
        e5("plan", plan="gold"),
        id="a customer without plan is closer than everyone on the plan",
    ),
    pytest.param(
        e5("product"), e5("family", applies_to="family", product="M365"), id="a product before its family"
    ),
    pytest.param(
        e5("sku", applies_to="sku", product="e5-sku"), EVERYONE, id="a SKU before its product, in any case"
    ),
    pytest.param(
        e5("family", applies_to="family", product="M365"),
        e5("vendor", applies_to="vendor", product="Microsoft"),
        id="a family before its vendor",
    ),
    pytest.param(
        e5("vendor", applies_to="vendor", product="Microsoft"),
        e5("all", applies_to="all", product=""),
        id="a vendor before all",
    ),
    pytest.param(
        e5("customer", scope="customer", who="C-1", applies_to="all", product=""),
        e5("sku", applies_to="sku", product="E5-SKU"),
        id="for whom counts before to what",
    ),
    pytest.param(e5("term", term="P1Y"), EVERYONE, id="a price of the term before one of any term"),
    pytest.param(
        e5("both", term="P1Y", billing="monthly"), e5("term", term="P1Y"), id="term and billing before term"
    ),
    pytest.param(e5("segment", segment="education"), EVERYONE, id="a segment before any, in any case"),
    pytest.param(
        e5("country", segment="Education", market="NL"), e5("segment", segment="Education"),
        id="segment and country before segment",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("closer", "general"), WHO)
def test_the_most_specific_price_wins(closer: Price, general: Price) -> None:
    assert chosen(general, closer) == closer.price_id


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(e5("x", scope="customer", who="C-2"), id="another customer's price"),
        pytest.param(e5("x", scope="customer", who=""), id="a customer price without a customer"),
        pytest.param(e5("x", plan="silver"), id="another plan's price"),
        pytest.param(e5("x", applies_to="sku", product="E3-SKU"), id="another article's price"),
        pytest.param(e5("x", applies_to="family", product="Azure"), id="another family's price"),
        pytest.param(e5("x", term="P3Y"), id="the price of another term"),
        pytest.param(e5("x", billing="yearly"), id="the price of another billing plan"),
        pytest.param(e5("x", segment="Charity"), id="the price of another segment"),
        pytest.param(e5("x", market="DE"), id="the price of another country"),
        pytest.param(
            e5("x", scope="customer", who="C-1", valid_from=day("2026-07-01")), id="a closer one, ahead"
        ),
        pytest.param(
            e5("x", scope="customer", who="C-1", valid_through=day("2025-12-31")), id="a closer one, ended"
        ),
    ],
)  # fmt: skip
def test_a_price_that_does_not_fit_changes_nothing(other: Price) -> None:
    assert chosen(EVERYONE, other) == "everyone"


def test_a_price_of_a_family_without_a_name_fits_nothing() -> None:
    nameless = ASKED._replace(family="")
    assert chosen(e5("x", applies_to="family", product=""), asked=nameless) == "PRC-001"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param("2026-05-31", "PRC-002", id="the day before the first day has no price"),
        pytest.param("2026-06-01", "p1", id="the first day counts"),
        pytest.param("2026-06-30", "p1", id="the last day counts"),
        pytest.param("2026-07-01", "PRC-002", id="the day after the last is in the gap"),
        pytest.param("2026-07-31", "PRC-002", id="the last day of the gap"),
        pytest.param("2026-08-01", "p2", id="the next price begins"),
        pytest.param("2030-01-01", "p2", id="an open end holds on"),
    ],
)
def test_validity_includes_both_days(on: str, expected: str) -> None:
    first = e5("p1", valid_from=day("2026-06-01"), valid_through=day("2026-06-30"))
    second = e5("p2", valid_from=day("2026-08-01"))
    asked = PriceQuery(day=date.fromisoformat(on), product="E5")
    assert chosen(first, second, asked=asked) == expected


def test_a_gap_in_a_customers_own_prices_never_falls_through_to_everyones() -> None:
    before = e5("own-1", scope="customer", who="C-1", valid_through=day("2025-12-31"))
    after = e5("own-2", scope="customer", who="C-1", valid_from=day("2026-07-01"))
    assert chosen(EVERYONE, before, after) == "PRC-002"


def test_an_ended_customer_price_and_a_group_price_to_come_are_no_gap() -> None:
    ended = e5("own", scope="customer", who="C-1", valid_through=day("2025-12-31"))
    ahead = e5("group", scope="group", who="retail", valid_from=day("2026-07-01"))
    assert chosen(EVERYONE, ended, ahead) == "everyone"


def test_two_prices_equally_specific_are_told_and_none_is_chosen() -> None:
    assert chosen(EVERYONE, e5("again")) == "PRC-003"


@pytest.mark.parametrize(
    ("price_date", "asked", "expected"),
    [
        pytest.param("", ASKED, "old", id="a running term keeps the price of its first day"),
        pytest.param("term_start", ASKED, "old", id="the same, said aloud"),
        pytest.param("period_start", ASKED, "old", id="the first day of the month, before the change"),
        pytest.param("charge_date", ASKED, "new", id="the day of the charge, after the change"),
        pytest.param("", ASKED._replace(term=""), "new", id="pay-per-use has no term: the charge's day"),
        pytest.param("", ASKED._replace(term_start=None), "new", id="a term of unknown start"),
        pytest.param(
            "", ASKED._replace(term_start=day("6-10")), "new", id="a term from the day of the change"
        ),
    ],
)  # fmt: skip
def test_a_price_says_on_which_day_it_is_looked_up(price_date: str, asked: PriceQuery, expected: str) -> None:
    old = e5("old", price_date=price_date, valid_through=day("6-09"))
    new = e5("new", price_date=price_date, valid_from=day("6-10"))
    assert chosen(old, new, asked=asked) == expected


@pytest.mark.parametrize(
    ("asked", "prices", "code", "sentence", "hint"),
    [
        pytest.param(
            ASKED,
            (),
            "PRC-001",
            "There is no price for product E5 (customer C-1) on 2026-06-15.",
            "Add a row on sheet Prices for product E5, its family, its vendor, or for all.",
            id="no price at all",
        ),
        pytest.param(
            ASKED,
            (e5("a", valid_from=day("2026-07-01")),),
            "PRC-002",
            "The prices for product E5 (customer C-1) leave a gap on 2026-01-10.",
            "Change Valid from or Valid through so that 2026-01-10 is covered, or add a row for that day.",
            id="the gap is named by the day of the lookup",
        ),
        pytest.param(
            ASKED,
            (e5("a"), e5("b", place=Place(sheet="Prices", row=9))),
            "PRC-003",
            "Two prices for product E5 (customer C-1) are equally specific: rows 7 and 9.",
            "Make one of them more specific, or end one with Valid through before the other begins.",
            id="a tie names both rows",
        ),
    ],
)
def test_what_keeps_a_price_from_applying_is_told(
    asked: PriceQuery, prices: tuple[Price, ...], code: str, sentence: str, hint: str
) -> None:
    problem = choose(prices, asked).problem
    assert isinstance(problem, Problem)
    assert (problem.code, problem.sentence, problem.hint) == (code, sentence, hint)
    assert (problem.severity, problem.customer, problem.place.sheet) == (Severity.BLOCK, "C-1", "Prices")


RULES = (
    SkuRule("Microsoft", "vendor", "", "ANY"),
    SkuRule("Microsoft", "service", "Storage", "STORE"),
    SkuRule("Microsoft", "prefix", "DZH", "DZ"),
    SkuRule("Microsoft", "prefix", "DZH318Z", "LONG"),
    SkuRule("Microsoft", "sku", "DZH318Z0BPS6", "VERY"),
)


@pytest.mark.parametrize(
    ("sku", "service", "product"),
    [
        pytest.param("DZH318Z0BPS6", "Storage", "VERY", id="the very SKU goes first"),
        pytest.param("dzh318z0bps6", "", "VERY", id="in any case of letters"),
        pytest.param("DZH318Z0XXXX", "Storage", "LONG", id="then the longest beginning"),
        pytest.param("DZH999", "Storage", "DZ", id="then a shorter one"),
        pytest.param("AAD-1", "storage", "STORE", id="then the service"),
        pytest.param("AAD-1", "Compute", "ANY", id="then the vendor"),
        pytest.param("", "", "ANY", id="an article without a code is the vendor's"),
    ],
)
def test_the_most_specific_sku_rule_wins(sku: str, service: str, product: str) -> None:
    found = match_rules(RULES, vendor="Microsoft", sku=sku, service=service)
    assert [rule.product for rule in found] == [product]


def test_rules_of_another_vendor_do_not_fit_and_a_tie_returns_both() -> None:
    assert match_rules(RULES, vendor="AWS", sku="DZH318Z0BPS6", service="") == []
    twice = (*RULES, SkuRule("Microsoft", "sku", "DZH318Z0BPS6", "OTHER"))
    found = match_rules(twice, vendor="Microsoft", sku="DZH318Z0BPS6", service="")
    assert {rule.product for rule in found} == {"VERY", "OTHER"}


POLICIES = (
    ChargePolicy("*", "Credit", "exclude"),
    ChargePolicy("AWS", "Credit", "absorb"),
    ChargePolicy("AWS", "SppDiscount", "bill"),
)


@pytest.mark.parametrize(
    ("policies", "vendor", "kind", "category", "policy"),
    [
        pytest.param((), "AWS", "SppDiscount", Category.CREDIT, "keep", id="partner discounts are kept"),
        pytest.param((), "AWS", "Usage", Category.USAGE, "bill", id="usage is billed"),
        pytest.param((), "AWS", "Fee", Category.PURCHASE, "bill", id="purchases are billed"),
        pytest.param((), "AWS", "Fix", Category.ADJUSTMENT, "bill", id="adjustments are billed"),
        pytest.param(
            POLICIES, "AWS", "sppdiscount", Category.CREDIT, "bill", id="the charge type goes first"
        ),
        pytest.param(POLICIES, "AWS", "Refund", Category.CREDIT, "absorb", id="then the vendor's category"),
        pytest.param(POLICIES, "Google", "Refund", Category.CREDIT, "exclude", id="then everyone's category"),
        pytest.param(POLICIES, "AWS", "", Category.USAGE, "bill", id="no charge type is no match"),
    ],
)
def test_every_charge_type_has_a_policy(
    policies: tuple[ChargePolicy, ...], vendor: str, kind: str, category: Category, policy: str
) -> None:
    assert policy_for(policies, vendor=vendor, charge_type=kind, category=category).policy == policy


@pytest.mark.parametrize(
    ("source", "target", "on", "rate"),
    [
        pytest.param("USD", "EUR", "6-30", Fraction(4, 5), id="the row of that day"),
        pytest.param("EUR", "USD", "6-30", Fraction(5, 4), id="its opposite, exact"),
        pytest.param("EUR", "EUR", "6-29", Fraction(1), id="a currency in itself needs no row"),
        pytest.param("USD", "EUR", "6-29", None, id="the day before is not that day"),
        pytest.param("USD", "GBP", "6-30", None, id="no rate by way of a third currency"),
        pytest.param("JPY", "EUR", "6-30", Fraction(3, 500), id="a row beats the opposite of another"),
    ],
)
def test_a_rate_is_of_that_very_day(source: str, target: str, on: str, rate: Fraction | None) -> None:
    rates = [fx("USD", "EUR", "0.8"), fx("EUR", "JPY", "170"), fx("JPY", "EUR", "0.006")]
    assert rate_on(rates, source, target, day(on)) == rate


def test_a_product_speaks_the_customers_language_or_its_own() -> None:
    product = Product("E5", "Office E5", {"de": "Büro E5"})
    assert [product.text_in(language) for language in ("de", "nl")] == ["Büro E5", "Office E5"]
