"""VAT comes from rules, the most specific first; its amount is half-up on the sum of each code."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.invoicing.document import Line
from billow.invoicing.draft import Drafts, drafts
from billow.invoicing.vat import EU_COUNTRIES, VatCode, VatRule, vat_code, vat_lines
from billow.money import Rounding, round_to
from billow.problems import Place, Severity
from billow.rating.rate import rate

from .samples import CUSTOMERS, MONTH, VAT_CODES, VAT_RULES, books, charge, day, fx, invoicing

RULES = (
    VatRule("NL", "any", "*", "NL"),
    VatRule("NL", "any", "books", "NL-LOW"),
    VatRule("NL", "no", "*", "NL-PRIVATE"),
    VatRule("EU", "yes", "*", "AE"),
    VatRule("EU", "no", "*", "OSS"),
    VatRule("*", "any", "*", "G"),
    VatRule("*", "any", "books", "BOOKS"),
)


@pytest.mark.parametrize(
    ("country", "number", "vat_class", "code"),
    [
        pytest.param("NL", "NL1", "services", "NL", id="the very country goes first"),
        pytest.param("NL", "NL1", "books", "NL-LOW", id="the class decides within a country"),
        pytest.param("NL", "", "services", "NL-PRIVATE", id="no VAT number decides within a country"),
        pytest.param("NL", "", "books", "NL-PRIVATE", id="the VAT number goes before the class"),
        pytest.param("DE", "DE1", "services", "AE", id="then the EU, with a number"),
        pytest.param("DE", "", "books", "OSS", id="then the EU, without one"),
        pytest.param("GB", "GB1", "services", "G", id="Britain is not in the EU"),
        pytest.param("CH", "", "books", "BOOKS", id="the class decides among the rest"),
        pytest.param("", "", "services", "G", id="no country is any country"),
    ],
)
def test_the_most_specific_rule_wins(country: str, number: str, vat_class: str, code: str) -> None:
    assert vat_code(RULES, country, number, vat_class)[0] == code
    assert vat_code(RULES[::-1], country, number, vat_class)[0] == code


def test_the_eu_has_27_members() -> None:
    assert len(EU_COUNTRIES) == 27
    assert {"GR", "HR"} <= EU_COUNTRIES
    assert not {"GB", "CH", "NO", "EL"} & EU_COUNTRIES


def lines(*nets: str, code: str = "S21") -> list[Line]:
    return [Line(str(i), "", "", "", Decimal(net), code, Decimal(1), "") for i, net in enumerate(nets)]


def vat(*found: Line, rate: str = "21", currency: str = "EUR") -> list[str]:
    codes = {code: VatCode(code, "S", Decimal(rate)) for code in {line.vat_code for line in found}}
    return [str(line.vat) for line in vat_lines(found, codes, currency, "en")]


@pytest.mark.parametrize(
    ("nets", "percent", "currency", "expected"),
    [
        pytest.param(["0.35"] * 3, "21", "EUR", ["0.22"], id="3 x 0.35: 21 % of 1.05, not three times 0.07"),
        pytest.param(["0.12"] * 100, "21", "EUR", ["2.52"], id="100 x 0.12: 21 % of 12, not 100 times 0.03"),
        pytest.param(["0.50"], "21", "EUR", ["0.11"], id="0.105 is half-up"),
        pytest.param(["-0.50"], "21", "EUR", ["-0.11"], id="a credit takes back what was charged"),
        pytest.param(["10.00", "-10.00"], "21", "EUR", ["0.00"], id="a sum of nothing"),
        pytest.param(["100.00"], "0", "EUR", ["0.00"], id="a rate of 0"),
        pytest.param(["100"], "8.1", "JPY", ["8"], id="in yen"),
        pytest.param(["0.100"], "5", "KWD", ["0.005"], id="in Kuwaiti dinars"),
        pytest.param([], "21", "EUR", [], id="no lines"),
    ],
)
def test_vat_is_on_the_sum(nets: list[str], percent: str, currency: str, expected: list[str]) -> None:
    assert vat(*lines(*nets), rate=percent, currency=currency) == expected


def test_each_code_has_its_own_line_in_order() -> None:
    mixed = [*lines("1.00", code="Z"), *lines("0.35", "0.35", "0.35", code="A"), *lines("2.00", code="Z")]
    codes = {c: VatCode(c, "S", Decimal(21)) for c in "AZ"}
    found = vat_lines(mixed, codes, "EUR", "en")
    assert [(v.code, str(v.net), str(v.vat)) for v in found] == [("A", "1.05", "0.22"), ("Z", "3.00", "0.63")]


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=30), st.decimals(0, 30, places=1))
def test_vat_does_not_depend_on_the_order_of_lines(nets: list[Decimal], percent: Decimal) -> None:
    rows = lines(*map(str, nets))
    told = vat(*rows, rate=str(percent))
    assert told == vat(*rows[::-1], rate=str(percent))
    whole = sum(nets, Decimal(0))
    assert Decimal(told[0]) == round_to(whole * percent / 100, "EUR", Rounding.HALF_UP)


def draft(customer: str = "C-1", **given_: Any) -> Drafts:
    """Return the drafts of one charge of ``customer``, whose row may be given otherwise."""
    row = {key: given_.pop(key) for key in ("country", "vat_number", "currency") if key in given_}
    sheets = books(
        customers=[replace(c, **row) if c.customer == customer else c for c in CUSTOMERS],
        exchange_rates=given_.pop("rates", ()),
    )
    account = {"C-1": "A-1", "C-2": "A-2"}[customer]
    found = rate([charge(customer_key=account)], sheets, MONTH)
    return drafts(found.lines, sheets, invoicing(**given_), MONTH)


TIED = (*VAT_RULES, VatRule("NL", "any", "*", "G", Place(sheet="VAT rules", row=9)))
ENDED = (replace(VAT_CODES[0], valid_through=day("6-29")), *VAT_CODES[1:])
UNCLEAR = [
    pytest.param(
        {"country": "BR", "vat_rules": VAT_RULES[:2]}, "VAT-001",
        "No VAT rule fits customer C-1 (country BR, with VAT number) for class services.",
        "Add a row on sheet VAT rules, or correct Country and VAT no on sheet Customers.",
        id="no rule fits",
    ),
    pytest.param(
        {"country": "", "vat_number": "", "vat_rules": VAT_RULES[:2]}, "VAT-001",
        "No VAT rule fits customer C-1 (country blank, without VAT number) for class services.",
        "Add a row on sheet VAT rules, or correct Country and VAT no on sheet Customers.",
        id="a customer without country and number",
    ),
    pytest.param(
        {"vat_codes": ENDED}, "VAT-002", 'VAT code "S21" has no rate on 2026-06-30 (customer C-1).',
        "Add the code on sheet VAT, valid on 2026-06-30, or name another code on sheet VAT rules.",
        id="the rate ended the day before",
    ),
    pytest.param(
        {"vat_codes": VAT_CODES[1:]}, "VAT-002", 'VAT code "S21" has no rate on 2026-06-30 (customer C-1).',
        "Add the code on sheet VAT, valid on 2026-06-30, or name another code on sheet VAT rules.",
        id="the code is not on the sheet",
    ),
    pytest.param(
        {"country": "DE", "vat_number": "", "vat_rules": (VatRule("EU", "any", "*", "AE"),)}, "VAT-003",
        "Customer C-1 gets reverse charge but has no VAT number.",
        "Fill in VAT no on sheet Customers, or change the row on sheet VAT rules.",
        id="reverse charge without a VAT number",
    ),
    pytest.param(
        {"vat_rules": TIED}, "VAT-004", "Two VAT rules fit customer C-1 equally well: rows 2 and 9.",
        "Delete one of the rows on sheet VAT rules.",
        id="two rules with different codes",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given_", "code", "sentence", "hint"), UNCLEAR)
def test_unclear_vat_is_told_and_makes_no_document(
    given_: dict[str, Any], code: str, sentence: str, hint: str
) -> None:
    made = draft(**given_)
    assert made.documents == ()
    (problem,) = made.problems
    assert (problem.code, problem.sentence, problem.hint) == (code, sentence, hint)
    assert (problem.severity, problem.customer) == (Severity.BLOCK, "C-1")


def test_two_equal_rules_with_one_code_are_no_tie() -> None:
    assert draft(vat_rules=(*VAT_RULES, VAT_RULES[0])).problems == ()


@pytest.mark.parametrize(
    ("on", "percent"),
    [
        pytest.param("6-30", "21", id="until the last day"),
        pytest.param("6-29", "22", id="the new rate after it"),
    ],
)
def test_the_rate_is_that_of_the_months_last_day(on: str, percent: str) -> None:
    old = replace(VAT_CODES[0], valid_through=day(on))
    new = VatCode("S21", "S", Decimal(22), valid_from=day("7-01") if on == "6-30" else day("6-30"))
    (document,) = draft(vat_codes=(old, new, *VAT_CODES[1:])).documents
    assert [str(line.rate) for line in document.vat_lines] == [percent]


def test_an_invoice_in_dollars_shows_its_vat_in_euros() -> None:
    (document,) = draft(currency="USD", rates=(fx("EUR", "USD", "1.25"),)).documents
    assert (document.currency, str(document.net), str(document.vat)) == ("USD", "137.50", "28.88")
    assert (document.base_currency, str(document.base_vat)) == ("EUR", "23.10")
    assert document.exchange_rate == Decimal("0.8")


def test_an_invoice_in_euros_or_without_vat_shows_no_second_amount() -> None:
    for made in (draft(), draft("C-2", currency="USD", rates=(fx("EUR", "USD", "1.25"),))):
        (document,) = made.documents
        assert (document.base_vat, document.exchange_rate) == (None, None)


def test_a_rate_without_end_is_shown_with_ten_decimals() -> None:
    (document,) = draft(currency="USD", rates=(fx("EUR", "USD", "1.1"),)).documents
    assert str(document.exchange_rate) == "0.9090909091"
