"""Prepaid revenue waits on its account and becomes revenue month by month, discounts on it too."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.invoicing.document import Document, Line, Share
from billow.journal.entries import entries
from billow.journal.entry import Entry, Journal, Role
from billow.journal.ledger import LedgerRule
from billow.periods import Period, inclusive
from billow.problems import Place, Problem

from .samples import RULES, invoice, line

LEDGER = [replace(rule, deferred_revenue="1900") for rule in RULES]
YEAR = inclusive(date(2026, 6, 1), date(2027, 5, 31))
ONE_YEAR = Period(date(2026, 6, 15), date(2027, 6, 15))


def prepaid(net: str, period: Period = YEAR, how: str = "by_month", **other: Any) -> Line:
    return line(net)._replace(period=period, recognition=how, **other)


def journal(*documents: Document, rules: list[LedgerRule] = LEDGER, defer: bool = True) -> list[Entry]:
    made = entries(documents, rules, defer=defer)
    assert isinstance(made, Journal), made
    return list(made.entries)


def told(entry: Entry) -> list[str]:
    return [f"{x.role} {x.account} {x.debit or 0} {x.credit or 0} {x.vat_code}".strip() for x in entry.lines]


def released(found: list[Entry]) -> list[str]:
    return [str(sum(x.credit - x.debit for x in e.lines if x.role is Role.REVENUE)) for e in found[1:]]


def test_a_prepaid_year_is_twelve_months_of_revenue() -> None:
    found = journal(invoice([prepaid("1200.00")]))
    assert told(found[0]) == [
        "debtor 1300 1452.00 0",
        "revenue 8100 0 100.00 S21",
        "deferred 1900 0 1100.00 S21",
        "vat 1510 0 252.00 S21",
    ]
    assert [(e.number, e.issue_date, e.billing_month) for e in found[1:3]] == [
        ("2026-0001.2026-07", date(2026, 7, 31), "2026-07"),
        ("2026-0001.2026-08", date(2026, 8, 31), "2026-08"),
    ]
    assert told(found[1]) == ["deferred 1900 100.00 0", "revenue 8100 0 100.00"]
    assert (len(found), found[-1].number) == (12, "2026-0001.2027-05")


MONTHS = [
    # sentence, net, days, how, earned in June, in each later month
    ("days of a stub, equal months, the rest", "1200.00", ONE_YEAR, "by_month", "52.60",
     [*["100.12"] * 11, "46.08"]),
    ("by day: 30, 31 and 31 of 92 days", "92.00", inclusive(date(2026, 6, 1), date(2026, 8, 31)), "by_day",
     "30.00", ["31.00", "31.00"]),
    ("the last month takes the cent", "100.00", inclusive(date(2026, 6, 1), date(2026, 8, 31)), "by_month",
     "33.33", ["33.33", "33.34"]),
    ("a credit is taken back month by month", "-1200.00", YEAR, "by_month", "-100.00", ["-100.00"] * 11),
    ("nothing of it is June's", "30.00", inclusive(date(2026, 7, 1), date(2026, 9, 30)), "by_month",
     "0", ["10.00"] * 3),
    ("in arrears all of it is earned", "30.00", inclusive(date(2026, 4, 1), date(2026, 6, 30)), "by_month",
     "30.00", []),
    ("within the month nothing waits", "30.00", inclusive(date(2026, 6, 5), date(2026, 6, 30)), "by_day",
     "30.00", []),
    ("with the invoice, as the product says", "1200.00", YEAR, "at_once", "1200.00", []),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "net", "period", "how", "now", "later"), MONTHS)
def test_revenue_is_booked_as_it_is_earned(
    sentence: str, net: str, period: Period, how: str, now: str, later: list[str]
) -> None:
    found = journal(invoice([prepaid(net, period, how)]))
    own = sum(x.credit - x.debit for x in found[0].lines if x.role is Role.REVENUE)
    assert (str(own), released(found)) == (now, later), sentence


def test_a_month_that_is_over_when_the_invoice_is_issued_is_released_with_it() -> None:
    late = replace(invoice([prepaid("1200.00")]), issue_date=date(2026, 9, 8))
    assert [e.issue_date for e in journal(late)[:4]] == [
        *[date(2026, 9, 8)] * 3,
        date(2026, 9, 30),
    ]


def test_a_discount_is_deferred_with_the_lines_it_reduces() -> None:
    """120.00 off a year of 1200.00 and 6.00 off a month of 60.00: 10.00 a month, and 6.00 in June."""
    year, usage = prepaid("1200.00", line_id="y"), line("60.00")._replace(line_id="u")
    taken = (Share("y", Decimal("-120.00")), Share("u", Decimal("-6.00")))
    off = line("-126.00")._replace(line_id="d", driver="discount", shares=taken)
    found = journal(invoice([year, usage, off]))
    assert told(found[0])[1:-1] == [
        "revenue 8100 0 90.00 S21",
        "deferred 1900 0 990.00 S21",
        "revenue 8100 0 54.00 S21",
    ]
    assert released(found) == ["90.00"] * 11
    schedule = journal(invoice([year, usage, off]), defer=False)
    assert [(x.credit, x.period_through) for x in schedule[0].lines if x.role is Role.REVENUE] == [
        (Decimal("1080.00"), date(2027, 5, 31)),
        (Decimal("54.00"), date(2026, 6, 30)),
    ]


def test_the_schedule_leaves_all_of_it_on_one_line() -> None:
    (entry,) = journal(invoice([prepaid("1200.00")]), defer=False)
    assert told(entry)[1] == "revenue 8100 0 1200.00 S21"


def test_without_an_account_for_it_nothing_is_deferred_and_a_problem_says_so() -> None:
    at = Place("B.xlsx", "Ledger mapping", 5)
    made = entries([invoice([prepaid("1200.00")])], [replace(rule, place=at) for rule in RULES])
    (problem,) = made if isinstance(made, tuple) else ()
    assert isinstance(problem, Problem)
    assert (problem.code, problem.place) == ("JRN-006", replace(at, column="Deferred revenue"))
    assert "licences" in problem.hint
    assert isinstance(entries([invoice([prepaid("1200.00", how="at_once")])], RULES), Journal)


@given(
    cents=st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=4),
    start=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    days=st.integers(1, 1100),
    how=st.sampled_from(["by_month", "by_day", "at_once"]),
)
def test_whatever_is_prepaid_every_entry_balances_and_all_of_it_is_earned(
    cents: list[int], start: date, days: int, how: str
) -> None:
    period = Period(start, date.fromordinal(start.toordinal() + days))
    document = invoice([prepaid(str(Decimal(n).scaleb(-2)), period, how) for n in cents])
    found = journal(document)
    everything = [x for entry in found for x in entry.lines]
    assert all(sum(x.balance for x in entry.lines) == 0 for entry in found)
    assert sum(x.balance for x in everything if x.role is Role.DEFERRED) == 0
    assert sum(-x.balance for x in everything if x.role is Role.REVENUE) == document.net
    assert len({entry.number for entry in found}) == len(found)
