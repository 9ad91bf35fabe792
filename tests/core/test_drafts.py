"""Lines become one invoice per customer over all vendors; the same lines give the same document."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.charges import Category
from billow.contracts.subscriptions import Adjustment
from billow.invoicing.archive import from_text, to_text
from billow.invoicing.document import Document, Line, Party, Share, Source, Step, VatLine
from billow.invoicing.draft import Drafts, drafts
from billow.invoicing.texts import LANGUAGES, labels, proration_words, words
from billow.periods import Method, Period, prorate
from billow.rating.books import Books
from billow.rating.rate import rate

from .samples import CUSTOMERS, JUNE, MONTH, books, charge, contract, days, invoicing, seats

CHARGES = (
    charge("aws", "50.00", vendor="AWS", customer_key="1001", sku="m5", description="EC2"),
    seats("e5", "2", days("6-16", "6-30"), "40.00"),
    charge("vm", "100.00"),
    charge("vm2", "10.00", customer_key="A-2"),
    seats("e5-2", "1", JUNE, customer_key="A-2", subscription_id="S-9"),
)
SHEETS = books(
    subscriptions=(contract(),),
    adjustments=(Adjustment(7, "C-1", MONTH, "Goodwill", Decimal("-25.00")),),
)


def made(sheets: Books = SHEETS, **given_: Any) -> Drafts:
    month = rate(given_.pop("charges", CHARGES), sheets, MONTH)
    return drafts(month.lines, sheets, invoicing(**given_), MONTH)


def test_one_invoice_per_customer_over_all_vendors() -> None:
    found = made()
    assert found.problems == ()
    assert [document.buyer.number for document in found.documents] == ["C-1", "C-2"]
    assert {line.vendor for line in found.documents[0].lines} == {"AWS", "Microsoft", ""}


def test_lines_stand_by_vendor_then_our_own_then_one_off() -> None:
    first = made().documents[0]
    assert [(line.vendor, line.product, line.driver, str(line.net)) for line in first.lines] == [
        ("AWS", "EC2", "vendor", "60.00"),
        ("Microsoft", "E5", "vendor", "31.00"),
        ("Microsoft", "VM", "vendor", "110.00"),
        ("", "CARE", "contract", "300.00"),
        ("", "", "adjustment", "-25.00"),
    ]


def test_the_figures_of_an_invoice_add_up() -> None:
    first = made().documents[0]
    assert (str(first.net), str(first.vat), str(first.total)) == ("476.00", "99.96", "575.96")
    assert first.net == sum(line.net for line in first.lines) == sum(v.net for v in first.vat_lines)


@pytest.mark.parametrize(
    ("language", "text", "note", "unit"),
    [
        pytest.param("en", "Office E5", "15 of 30 days", "licences", id="English"),
        pytest.param(
            "nl", "Office E5", "15 van 30 dagen", "licenties", id="Dutch, a product without Dutch text"
        ),
        pytest.param("de", "Büro E5", "15 von 30 Tagen", "Lizenzen", id="German"),
    ],
)
def test_a_line_speaks_the_customers_language(language: str, text: str, note: str, unit: str) -> None:
    speaking = [replace(c, language=language) if c.customer == "C-1" else c for c in CUSTOMERS]
    line = made(replace(SHEETS, customers=speaking)).documents[0].lines[1]
    assert (line.text, line.note, line.unit) == (text, note, unit)


def test_vat_is_named_in_the_customers_language() -> None:
    assert [line.text for line in made().documents[1].vat_lines] == ["Steuerschuldnerschaft"]


def test_every_text_exists_in_every_language() -> None:
    for language in LANGUAGES:
        assert all(labels(language).values())
    with pytest.raises(KeyError, match="no texts in 'fr'"):
        words("fr", "invoice")


@pytest.mark.parametrize(
    ("active", "price_months", "text"),
    [
        pytest.param(JUNE, 1, "", id="one whole month needs no words"),
        pytest.param(days("6-14", "6-30"), 1, "17 of 30 days", id="a part of a month"),
        pytest.param(days("1-20", "2-10"), 1, "12 of 31 days + 10 of 28 days", id="over the end of a month"),
        pytest.param(days("6-01", "7-01"), 1, "1 month + 1 of 31 days", id="a month and a day"),
        pytest.param(days("6-01", "7-31"), 1, "2 months", id="two months"),
        pytest.param(JUNE, 12, "1 of 12 months", id="a month of a yearly price"),
    ],
)
def test_proration_in_words(active: Period, price_months: int, text: str) -> None:
    share = prorate(active, Method.CALENDAR_DAYS, price_months=price_months)
    assert proration_words("en", share) == text


def test_a_draft_has_no_number_and_no_date() -> None:
    first = made().documents[0]
    assert (first.is_issued, first.number, first.issue_date, first.due_date) == (False, "", None, None)
    assert first.name == "DRAFT C-1"
    assert replace(first, number="2026-0001").name == "2026-0001"


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param(None, 30, id="the default"),
        pytest.param(14, 14, id="the customer's own"),
        pytest.param(0, 0, id="at once is not the default"),
    ],
)
def test_payment_days(own: int | None, expected: int) -> None:
    customers = [replace(c, payment_days=own) for c in CUSTOMERS]
    assert {d.payment_days for d in made(replace(SHEETS, customers=customers)).documents} == {expected}


def test_the_sources_of_a_line_are_its_charges_with_their_cost() -> None:
    line = made().documents[0].lines[2]
    assert line.sources == (Source("vm", "imp-1", "EUR", Decimal("100.00"), 1),)
    assert line.steps == ("cost 100 EUR", "markup 10 % on cost")


def test_a_customer_without_lines_gets_no_invoice() -> None:
    assert made(books(), charges=()).documents == ()
    kept = charge("k", "-5.00", category=Category.CREDIT)
    assert made(books(), charges=(kept,)).documents == ()


def test_the_same_charges_give_the_same_text_in_any_order() -> None:
    one, other = made(), made(charges=CHARGES[::-1])
    assert [to_text(d) for d in one.documents] == [to_text(d) for d in other.documents]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
PERIODS = st.tuples(DAYS, DAYS).filter(lambda p: p[0] < p[1]).map(lambda p: Period(*p))
PARTIES = st.builds(Party, name=TEXT, number=TEXT, iban=TEXT)
SOURCES = st.builds(Source, TEXT, TEXT, TEXT, AMOUNTS, st.integers())
LINES = st.builds(
    Line,
    line_id=TEXT,
    vendor=TEXT,
    product=TEXT,
    text=TEXT,
    net=AMOUNTS,
    vat_code=TEXT,
    quantity=AMOUNTS,
    unit=TEXT,
    unit_price=st.none() | AMOUNTS,
    period=st.none() | PERIODS,
    cost=AMOUNTS,
    steps=st.lists(TEXT, max_size=3).map(tuple),
    sources=st.lists(SOURCES, max_size=2).map(tuple),
    shares=st.lists(st.builds(Share, TEXT, AMOUNTS), max_size=2).map(tuple),
    explanation=st.lists(st.builds(Step, TEXT, TEXT, TEXT), max_size=2).map(tuple),
)
VATS = st.builds(VatLine, TEXT, TEXT, AMOUNTS, AMOUNTS, AMOUNTS, TEXT, TEXT)
DOCUMENTS = st.builds(
    Document,
    billing_month=TEXT,
    seller=PARTIES,
    buyer=PARTIES,
    currency=TEXT,
    language=TEXT,
    lines=st.lists(LINES, max_size=3).map(tuple),
    vat_lines=st.lists(VATS, max_size=2).map(tuple),
    net=AMOUNTS,
    vat=AMOUNTS,
    total=AMOUNTS,
    payment_days=st.integers(0, 365),
    number=TEXT,
    issue_date=st.none() | DAYS,
    due_date=st.none() | DAYS,
    base_vat=st.none() | AMOUNTS,
    exchange_rate=st.none() | AMOUNTS,
)


@given(DOCUMENTS)
def test_a_document_comes_back_from_its_text_unchanged(document: Document) -> None:
    text = to_text(document)
    assert from_text(text) == document
    assert to_text(from_text(text)) == text


def test_the_decimals_of_an_amount_are_kept() -> None:
    first = made().documents[0]
    padded = replace(first, net=Decimal("476.000"))
    assert '"net":"476.000"' in to_text(padded)
    assert to_text(padded) != to_text(first)


@pytest.mark.parametrize("text", ["{}", '{"lines":1}', "not json", "[]"])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        from_text(text)
