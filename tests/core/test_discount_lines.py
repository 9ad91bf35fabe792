"""On the invoice: discounts within lines are named there, others are lines of their own per VAT code."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.catalog.discounts import Discount
from billow.contracts.subscriptions import Adjustment
from billow.invoicing.archive import from_text, to_text
from billow.invoicing.document import Document, Share
from billow.invoicing.draft import drafts
from billow.invoicing.vat import VatCode, VatRule
from billow.rating.books import Books
from billow.rating.rate import RatedMonth, rate

from .samples import CUSTOMERS, MONTH, PRODUCTS, VAT_CODES, VAT_RULES, books, charge, contract, invoicing

# EC2 falls under a VAT code of its own, 9 %.
GOODS = [replace(p, vat_class="goods") if p.product == "EC2" else p for p in PRODUCTS]
RULES = (*VAT_RULES, VatRule("NL", "any", "goods", "S9"))
RATES = (*VAT_CODES, VatCode("S9", "S", Decimal(9), text="VAT 9 %"))
CHARGES = (
    charge("aws", "50.00", vendor="AWS", customer_key="1001", sku="m5", description="EC2"),
    charge("vm", "100.00"),
)
LOYAL = Discount(
    "Loyal", "Loyalty discount", {"nl": "Trouwkorting"}, on="invoice", value=Decimal(5), revenue_group="given"
)


def sheets(*discounts: Discount, language: str = "en") -> Books:
    """Return books with 60.00 EC2 at 9 %, 110.00 machines and 300.00 service at 21 %, 25.00 credited."""
    return books(
        customers=[replace(c, language=language) for c in CUSTOMERS],
        products=GOODS,
        subscriptions=(contract(),),
        adjustments=(Adjustment(7, "C-1", MONTH, "Goodwill", Decimal("-25.00")),),
        discounts=discounts,
    )


def made(*discounts: Discount, language: str = "en") -> tuple[RatedMonth, Document]:
    given_ = sheets(*discounts, language=language)
    month = rate(CHARGES, given_, MONTH)
    found = drafts(month.lines, given_, invoicing(vat_rules=RULES, vat_codes=RATES), MONTH)
    assert (month.problems, found.problems) == ((), ())
    return month, found.documents[0]


def test_a_discount_on_the_invoice_is_a_line_per_vat_code() -> None:
    # 5 % of 60 + 110 + 300 - 25 = 445 is 22.25: 60/445 of it, 3.00, at 9 %, the rest at 21 %
    _, document = made(LOYAL)
    own = [line for line in document.lines if line.driver == "discount"]
    assert [(line.text, line.vat_code, str(line.net)) for line in own] == [
        ("Loyalty discount", "S9", "-3.00"), ("Loyalty discount", "S21", "-19.25"),
    ]  # fmt: skip
    assert document.lines[-2:] == tuple(own)
    assert [(v.code, str(v.net), str(v.vat)) for v in document.vat_lines] == [
        ("S21", "365.75", "76.81"), ("S9", "57.00", "5.13"),
    ]  # fmt: skip
    assert (str(document.net), str(document.total)) == ("422.75", "504.69")


def test_it_says_how_it_came_about_and_whose_share_it_is() -> None:
    month, document = made(LOYAL)
    low, high = (line for line in document.lines if line.driver == "discount")
    assert low.steps == ("5 % discount Loyal", "-3.00 of -22.25 EUR is for VAT code S9")
    assert (low.product, low.revenue_group, low.model, low.sources) == ("Loyal", "given", "percent", ())
    ids = {line.product: line.line_id for line in month.lines}
    # 19.25 over 110 and 300; the credit takes no part: 5.1646 and 14.0854
    assert high.shares == (Share(ids["VM"], Decimal("-5.16")), Share(ids["CARE"], Decimal("-14.09")))
    assert low.line_id != high.line_id


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("nl", "Trouwkorting", id="Dutch"),
        pytest.param("de", "Loyalty discount", id="German, without a text of its own"),
    ],
)
def test_it_speaks_the_customers_language(language: str, text: str) -> None:
    _, document = made(LOYAL, language=language)
    assert document.lines[-1].text == text
    _, document = made(replace(LOYAL, on="line", revenue_group=""), language=language)
    assert document.lines[0].note == text


def test_one_without_a_text_is_called_by_its_name() -> None:
    _, document = made(Discount("Spring", value=Decimal(10)))
    assert [(line.note, str(line.net)) for line in document.lines] == [
        ("Spring", "54.00"), ("Spring", "99.00"), ("Spring", "270.00"), ("", "-25.00"),
    ]  # fmt: skip


def test_a_vendors_discount_stands_below_its_lines() -> None:
    month, document = made(replace(LOYAL, on="vendor", applies_to="vendor", what="Microsoft"))
    assert [(line.vendor, line.product, str(line.net)) for line in document.lines] == [
        ("AWS", "EC2", "60.00"), ("Microsoft", "VM", "110.00"), ("Microsoft", "Loyal", "-5.50"),
        ("", "CARE", "300.00"), ("", "", "-25.00"),
    ]  # fmt: skip
    assert document.lines[2].line_id in {line.line_id for line in month.lines}


def test_completeness_knows_nothing_of_discounts() -> None:
    with_, without = made(LOYAL)[0], made()[0]
    assert with_.expectations == without.expectations
    assert with_.placed == without.placed
    assert with_.line_of() == without.line_of()


def test_a_document_with_discounts_is_kept_whole() -> None:
    _, document = made(LOYAL)
    assert from_text(to_text(document)) == document


ON = st.sampled_from(["line", "product", "vendor", "customer", "invoice"])
GIVEN = st.lists(
    st.tuples(ON, st.sampled_from(["percent", "fixed"]), st.decimals("0.01", 100, places=2)), max_size=4
)


@given(given_=GIVEN)
def test_no_cent_is_lost_between_lines_vat_codes_and_shares(given_: Any) -> None:
    discounts = [
        Discount(str(i), on=on, kind=kind, value=value, currency="EUR" if kind == "fixed" else "")
        for i, (on, kind, value) in enumerate(given_)
    ]
    sheet = sheets(*discounts)
    month = rate(CHARGES, sheet, MONTH)
    document = drafts(month.lines, sheet, invoicing(vat_rules=RULES, vat_codes=RATES), MONTH).documents[0]
    assert sum(line.net for line in document.lines) == sum(line.amount for line in month.lines)
    assert sum(v.net for v in document.vat_lines) == document.net
    for line in document.lines:
        if line.driver == "discount":
            assert sum(share.amount for share in line.shares) == line.net < 0
    assert len({line.line_id for line in document.lines}) == len(document.lines)
