"""The journal balances, whatever is billed, and every line finds its account or says why not."""

import csv
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billow.invoicing.document import Document
from billow.journal.entries import entries
from billow.journal.entry import Journal, Role
from billow.journal.ledger import LedgerRule, choose
from billow.periods import inclusive
from billow.problems import Problem

from .samples import RULES, invoice, line

LEDGER = [
    LedgerRule("*", "*", "*", "1300", "8000"),
    LedgerRule("licences", "*", "*", "1300", "8100"),
    LedgerRule("licences", "*", "AE", "1300", "8110"),
    LedgerRule("licences", "Retail", "AE", "1300", "8111"),
    LedgerRule("*", "Retail", "*", "1300", "8200"),
]

CHOICES = [
    # sentence, revenue group, customer group, VAT code, account or problem
    ("nothing named falls to the row for all", "usage", "SMB", "S21", "8000"),
    ("the revenue group beats the row for all", "licences", "SMB", "S21", "8100"),
    ("two named columns beat one", "licences", "SMB", "AE", "8110"),
    ("three named columns beat two", "licences", "Retail", "AE", "8111"),
    ("two rows that each name one column are a problem", "licences", "Retail", "S21", "JRN-002"),
    ("a blank group is no name for all", "", "", "", "8000"),
]


@pytest.mark.parametrize(("sentence", "revenue", "customer", "vat", "expected"), CHOICES)
def test_the_most_specific_row_wins(
    sentence: str, revenue: str, customer: str, vat: str, expected: str
) -> None:
    found = choose(LEDGER, revenue_group=revenue, customer_group=customer, vat_code=vat)
    assert (found.code if isinstance(found, Problem) else found.revenue_account) == expected, sentence


def test_a_rule_is_a_row_of_sheet_ledger() -> None:
    sheet = (
        resources.files("billow").joinpath("sheets", "attributes", "ledger.csv").read_text(encoding="utf-8")
    )
    columns = [row["column"].lower().replace(" ", "_") for row in csv.DictReader(sheet.splitlines())]
    assert [*columns, "place"] == [field.name for field in fields(LedgerRule)]


LINES = [
    # sentence, lines of the invoice, (role, account, debit, credit, VAT code) of the entry
    (
        "one line: gross in debit, net and VAT in credit",
        [line("100.00")],
        ["debtor 1300 121.00 0", "revenue 8100 0 100.00 S21", "vat 1510 0 21.00 S21"],
    ),
    (
        "lines of one account and code are one revenue line",
        [line("100.00"), line("50.00", vendor="AWS")],
        ["debtor 1300 181.50 0", "revenue 8100 0 150.00 S21", "vat 1510 0 31.50 S21"],
    ),
    (
        "a credit note turns all sides",
        [line("-100.00")],
        ["debtor 1300 0 121.00", "revenue 8100 100.00 0 S21", "vat 1510 21.00 0 S21"],
    ),
    (
        "a credit line of another code turns only its own side",
        [line("100.00"), line("-10.00", "Z")],
        [
            "debtor 1300 111.00 0",
            "revenue 8100 0 100.00 S21",
            "revenue 8100 10.00 0 Z",
            "vat 1510 0 21.00 S21",
        ],
    ),
    (
        "reverse charge has no VAT line",
        [line("100.00", "AE")],
        ["debtor 1300 100.00 0", "revenue 8100 0 100.00 AE"],
    ),
    ("an invoice of nothing keeps its debtor line", [line("0.00")], ["debtor 1300 0 0"]),
    (
        "other revenue groups have other accounts",
        [line("1.00"), line("2.00", revenue_group="usage")],
        ["debtor 1300 3.63 0", "revenue 8100 0 1.00 S21", "revenue 8000 0 2.00 S21", "vat 1510 0 0.63 S21"],
    ),
]


@pytest.mark.parametrize(("sentence", "lines", "expected"), LINES)
def test_an_invoice_becomes_a_balanced_entry(sentence: str, lines: list, expected: list[str]) -> None:  # type: ignore[type-arg]
    journal = _journal([invoice(lines)])
    told = [
        f"{x.role} {x.account} {x.debit or 0} {x.credit or 0} {x.vat_code}".strip()
        for x in journal.entries[0].lines
    ]
    assert told == expected, sentence


def test_what_reaches_beyond_the_month_keeps_its_own_period() -> None:
    year = line("1200.00")._replace(period=inclusive(date(2026, 6, 1), date(2027, 5, 31)))
    part = line("50.00")._replace(period=inclusive(date(2026, 6, 14), date(2026, 6, 30)))
    revenue = [
        item for item in _journal([invoice([line("100.00"), year, part])]).entries[0].lines
        if item.role is Role.REVENUE
    ]  # fmt: skip
    assert [(x.credit, x.period_from, x.period_through) for x in revenue] == [
        (Decimal("150.00"), date(2026, 6, 1), date(2026, 6, 30)),
        (Decimal("1200.00"), date(2026, 6, 1), date(2027, 5, 31)),
    ]


def test_the_cost_centre_is_the_rows_or_else_the_customers() -> None:
    lines = [line("1.00"), line("2.00", revenue_group="usage")]
    entry = _journal([invoice(lines, cost_centre="KST7")]).entries[0]
    assert [x.cost_centre for x in entry.lines if x.role is Role.REVENUE] == ["LIC", "KST7"]


def test_another_currency_stays_and_says_so() -> None:
    entry = _journal([invoice([line("100.00")], currency="USD", exchange_rate=Decimal("0.92"))]).entries[0]
    assert (entry.currency, entry.is_foreign, entry.exchange_rate) == ("USD", True, Decimal("0.92"))


_ONE = [line("100.00")]
_TWO = [line("100.00"), line("5.00", revenue_group="usage")]
REFUSALS = [
    # sentence, code, invoice, rules
    ("no row fits", "JRN-001", invoice(_ONE), [LedgerRule("usage", "*", "*", "1300", "8000")]),
    ("two rows fit equally", "JRN-002", invoice(_ONE), [*RULES, RULES[0], RULES[1]]),
    (
        "two debtor accounts in one invoice",
        "JRN-003",
        invoice(_TWO),
        [RULES[0], replace(RULES[1], debtor_account="1301")],
    ),
    (
        "two VAT accounts for one code",
        "JRN-003",
        invoice(_TWO),
        [RULES[0], replace(RULES[1], vat_account="1511")],
    ),
    ("VAT without an account", "JRN-004", invoice(_ONE), [LedgerRule("*", "*", "*", "1300", "8000")]),
    ("a draft", "JRN-005", invoice(_ONE, number=""), RULES),
]


@pytest.mark.parametrize(("sentence", "code", "document", "rules"), REFUSALS)
def test_what_cannot_be_journalled_says_why(
    sentence: str, code: str, document: Document, rules: list[LedgerRule]
) -> None:
    result = entries([invoice(_ONE, number="2026-0009"), document], rules)
    assert not isinstance(result, Journal), sentence
    assert {problem.code for problem in result} == {code}, sentence
    assert all(problem.hint for problem in result), sentence


def test_an_invoice_without_lines_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no lines"):
        entries([invoice([])], RULES)


def test_an_invoice_that_does_not_add_up_never_reaches_the_books() -> None:
    with pytest.raises(AssertionError, match="out of balance"):
        entries([invoice(_ONE, total=Decimal("121.01"))], RULES)


cents = st.integers(-10_000_000, 10_000_000).map(lambda n: str(Decimal(n).scaleb(-2)))
billed = st.builds(
    line, cents, st.sampled_from(["S21", "S9", "AE", "Z"]), revenue_group=st.sampled_from("ab")
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.lists(billed, min_size=1, max_size=8), st.sampled_from(["EUR", "USD"])), max_size=5)
)
def test_any_invoices_balance_and_debtors_are_their_totals(months: list) -> None:  # type: ignore[type-arg]
    documents = [
        invoice(lines, number=f"2026-{i:04}", currency=currency)
        for i, (lines, currency) in enumerate(months, 1)
    ]
    journal = _journal(documents)
    totals: dict[str, Decimal] = {}
    for document in documents:
        totals[document.currency] = totals.get(document.currency, Decimal(0)) + document.total
    assert journal.balances(Role.DEBTOR) == totals
    for entry in journal.entries:
        assert sum(x.debit for x in entry.lines) == sum(x.credit for x in entry.lines)
        assert all(x.debit >= 0 and x.credit >= 0 and not (x.debit and x.credit) for x in entry.lines)


def _journal(documents: list[Document]) -> Journal:
    result = entries(documents, RULES)
    assert isinstance(result, Journal), result
    return result
