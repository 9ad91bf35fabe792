"""Corrections of an issued month: June is rated as accepted and as stated now, July shows the difference."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.discounts import Discount
from billow.charges import Charge
from billow.invoicing.draft import drafts
from billow.invoicing.vat import VatCode, VatRule
from billow.rating.corrections import NO_AMOUNT
from billow.rating.placing import Fate
from billow.rating.rate import RatedMonth, rate
from tests.core.samples import (
    JUNE,
    MONTH,
    PRODUCTS,
    VAT_CODES,
    VAT_RULES,
    books,
    charge,
    codes,
    contract,
    invoicing,
    price,
    seats,
    tiers,
)

JULY = "2026-07"


def corrected(was: Sequence[Charge], adds: Sequence[Charge], **given: Any) -> RatedMonth:
    """Rate July, which has nothing but what ``adds`` to June's charges ``was``, by their keys."""
    stated = [one._replace(corrected_key=one.key) for one in (*was, *adds)]
    deltas = [
        one._replace(key=f"{one.key}-july", corrected_key=one.key, corrects=MONTH, billing_month=JULY)
        for one in adds
    ]
    return rate(deltas, books(**given), JULY, restated={MONTH: stated})


def amounts(rated: RatedMonth) -> list[tuple[str, Decimal, Decimal]]:
    """Return product, quantity and amount of each line."""
    return [(line.product, line.quantity, line.amount) for line in rated.lines]


STEPS = price(
    "vm", model="graduated", value=Decimal(0), per="unit", tiers=tiers(("10", "2.00"), (None, "1.00"))
)
CASES = [
    ("two seats fewer", [seats("s", "10", JUNE)], [seats("s", "-2", JUNE)], {}, [("E5", -2, "-62.00")]),
    # 11.06 (11.055) becomes 11.17 (11.165)
    ("usage that cost more", [charge("u", "10.05")], [charge("u", "0.10")], {}, [("VM", 1, "0.11")]),
    # 11.06 (11.055) becomes 11.11; 0.05 x 1.1 by itself would round up to 0.06
    ("rounding of one invoice", [charge("u", "10.05")], [charge("u", "0.05")], {}, [("VM", 1, "0.05")]),
    # 8 units are 16.00; 14 are 10 x 2 + 4 x 1 = 24.00
    (
        "six units more, of which four are in the next tier",
        [charge("u", quantity=Decimal(8))],
        [charge("u", quantity=Decimal(6))],
        {"prices": [STEPS]},
        [("VM", 6, "8.00")],
    ),
    ("a charge that came late", [], [charge("u", "10.00")], {}, [("VM", 1, "11.00")]),
    ("a charge that is gone", [charge("u", "10.00")], [charge("u", "-10.00")], {}, [("VM", -1, "-11.00")]),
    (
        "one charge that became another",
        [charge("u", "10.00")],
        [charge("u", "-10.00"), charge("e", "8.00", vendor="AWS", customer_key="1001")],
        {},
        [("EC2", 1, "9.60"), ("VM", -1, "-11.00")],
    ),
]


@pytest.mark.parametrize(
    ("was", "adds", "given", "lines"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_the_difference_is_what_one_right_invoice_would_have_had(
    was: list[Charge], adds: list[Charge], given: dict[str, Any], lines: list[tuple[str, int, str]]
) -> None:
    rated = corrected(was, adds, **given)
    assert amounts(rated) == [(product, Decimal(q), Decimal(amount)) for product, q, amount in lines]
    assert {line.corrects for line in rated.lines} == {MONTH}
    for line in rated.lines:
        assert sum(part.amount for part in line.parts) == line.amount
    assert {item.fate for item in rated.placed} == {Fate.BILLED}
    assert sum(len(line.charges) for line in rated.lines) == len(adds)
    assert codes(rated.problems) == []


def test_what_changes_our_cost_only_is_kept_and_makes_no_line() -> None:
    rated = corrected([seats("s", "10", JUNE, "100.00")], [seats("s", "0", JUNE, "-5.00")])
    assert amounts(rated) == []
    assert [(item.fate, item.why) for item in rated.placed] == [(Fate.KEPT, NO_AMOUNT)]


def test_the_cost_of_a_contract_that_changes_is_kept_too() -> None:
    terms = {"subscriptions": [contract("S-1")]}
    rated = corrected([seats("s", "10", JUNE, "100.00")], [seats("s", "2", JUNE, "20.00")], **terms)
    assert [line.driver for line in rated.lines] == ["contract"], "July's own line, and none for June"
    assert rated.lines[0].corrects == ""
    assert [item.fate for item in rated.placed] == [Fate.KEPT]


def test_a_correction_of_nobody_known_is_parked_as_any_charge() -> None:
    rated = corrected([], [charge("u", "10.00", customer_key="A-7")])
    assert amounts(rated) == []
    assert [item.fate for item in rated.placed] == [Fate.PARKED]
    assert codes(rated.problems) == ["RAT-001"]


def test_a_line_says_in_the_customers_language_what_it_corrects() -> None:
    rated = corrected([], [charge("u", "10.00", customer_key="A-2")])
    (document,) = drafts(rated.lines, books(), invoicing(), JULY).documents
    assert [line.text for line in document.lines] == ["Virtual machines – Korrektur von 2026-06"]  # noqa: RUF001
    assert document.billing_month == JULY


def test_a_discount_on_the_invoice_follows_the_correction_under_its_vat_code() -> None:
    # EC2 is billed at 20 % on top, at 9 % VAT; 5 % of 60.00 + 110.00 was 8.50, of 72.00 + 110.00 it is 9.10
    goods = [replace(one, vat_class="goods") if one.product == "EC2" else one for one in PRODUCTS]
    loyal = Discount("Loyal", "Loyalty discount", on="invoice", value=Decimal(5))
    given: dict[str, Any] = {"products": goods, "discounts": [loyal]}
    servers: dict[str, Any] = {"vendor": "AWS", "customer_key": "1001", "sku": "m5"}
    was = [charge("aws", "50.00", **servers), charge("vm", "100.00")]
    rated = corrected(was, [charge("aws", "10.00", **servers)], **given)
    rules = (*VAT_RULES, VatRule("NL", "any", "goods", "S9"))
    rates = (*VAT_CODES, VatCode("S9", "S", Decimal(9)))
    made = drafts(rated.lines, books(**given), invoicing(vat_rules=rules, vat_codes=rates), JULY)
    assert [(line.text, line.vat_code, str(line.net)) for line in made.documents[0].lines] == [
        ("EC2 – correction of 2026-06", "S9", "12.00"),  # noqa: RUF001 - as printed
        ("Loyalty discount – correction of 2026-06", "S9", "-0.60"),  # noqa: RUF001 - as printed
    ]
