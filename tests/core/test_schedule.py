"""Each day of a contract is billed once, in the month that its schedule says."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.contracts.coterm import co_termed
from billow.contracts.schedule import MONTHS, cycle_at, periods_of, term_at
from billow.contracts.subscriptions import Subscription

from .samples import contract, day


def told(given_: dict[str, Any], count: int) -> list[str]:
    """Return the first periods as ``from through due``."""
    found = periods_of(contract(**given_), day("2030-01-01"))[:count]
    return [f"{each.period.start:%m-%d} {each.period.through:%m-%d} {each.due[2:]}" for each in found]


@pytest.mark.parametrize(
    ("given_", "periods"),
    [
        pytest.param(
            {"start": day("6-16")}, ["06-16 06-30 26-06", "07-01 07-31 26-07"],
            id="by the month: calendar months, the first one cut",
        ),
        pytest.param(
            {"start": day("6-16"), "in_arrears": True}, ["06-16 06-30 26-06", "07-01 07-31 26-07"],
            id="in arrears a calendar month is due in the same month",
        ),
        pytest.param(
            {"start": day("6-16"), "anchor_day": 16}, ["06-16 07-15 26-06", "07-16 08-15 26-07"],
            id="from the 16th on, in advance",
        ),
        pytest.param(
            {"start": day("6-16"), "anchor_day": 16, "in_arrears": True},
            ["06-16 07-15 26-07", "07-16 08-15 26-08"],
            id="from the 16th on, in arrears: when the last day has come",
        ),
        pytest.param(
            {"start": day("1-31"), "anchor_day": 31},
            ["01-31 02-27 26-01", "02-28 03-30 26-02", "03-31 04-29 26-03"],
            id="31 becomes 28 and is 31 again",
        ),
        pytest.param(
            {"start": day("2-05"), "anchor_day": 31}, ["02-05 02-27 26-02", "02-28 03-30 26-02"],
            id="a month without the anchor day: its last day",
        ),
        pytest.param(
            {"start": day("2-10"), "billing": "quarterly"}, ["02-10 05-09 26-02", "05-10 08-09 26-05"],
            id="quarters from the first day",
        ),
        pytest.param(
            {"start": day("2-10"), "billing": "quarterly", "anchor_day": 1},
            ["02-10 04-30 26-02", "05-01 07-31 26-05"],
            id="quarters of calendar months, the first one cut",
        ),
        pytest.param(
            {"start": day("2-10"), "billing": "quarterly", "anchor_day": 15},
            ["02-10 02-14 26-02", "02-15 05-14 26-02"],
            id="a stub before the anchor day",
        ),
        pytest.param(
            {"start": day("2-10"), "billing": "yearly", "in_arrears": True}, ["02-10 02-09 27-02"],
            id="a year in arrears",
        ),
        pytest.param(
            {"start": day("2-10"), "billing": "triennial"}, ["02-10 02-09 26-02", "02-10 02-09 29-02"],
            id="three years",
        ),
        pytest.param(
            {"start": day("2-10"), "billing": "yearly", "through": day("6-30")}, ["02-10 06-30 26-02"],
            id="a term that ends in the year",
        ),
        pytest.param(
            {"start": day("2-10"), "through": day("3-10"), "at_term_end": "renew"},
            ["02-10 02-28 26-02", "03-01 03-31 26-03"],
            id="a term that renews has no end",
        ),
        pytest.param(
            {"start": day("2-10"), "billing": "yearly", "billed_until": day("6-30")},
            ["07-01 02-09 26-07", "02-10 02-09 27-02"],
            id="billed elsewhere until the end of June: the rest is due in July",
        ),
        pytest.param(
            {"start": day("2-10"), "through": day("6-30"), "billed_until": day("6-30")}, [],
            id="all of it billed elsewhere",
        ),
    ],
)  # fmt: skip
def test_periods_fall_due(given_: dict[str, Any], periods: list[str]) -> None:
    assert told(given_, max(1, len(periods))) == periods


STARTS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@given(
    start=STARTS,
    billing=st.sampled_from(sorted(MONTHS)),
    anchor=st.none() | st.integers(1, 31),
    elsewhere=st.none() | STARTS,
    length=st.none() | st.integers(0, 1500),
    in_arrears=st.booleans(),
)
def test_every_day_is_in_exactly_one_period(
    *,
    start: date,
    billing: str,
    anchor: int | None,
    elsewhere: date | None,
    length: int | None,
    in_arrears: bool,
) -> None:
    through = None if length is None else start + timedelta(length)
    row = contract(
        start=start, billing=billing, anchor_day=anchor, billed_until=elsewhere, through=through,
        in_arrears=in_arrears,
    )  # fmt: skip
    until = date(2032, 12, 31)
    found = periods_of(row, until)
    first = max(start, elsewhere + timedelta(1)) if elsewhere else start
    if found:
        assert found[0].period.start == first
        assert all(one.period.end == two.period.start for one, two in pairwise(found))
        assert found[-1].period.through == through or found[-1].period.end > until
    else:
        assert through is not None
        assert through < first
    assert len({each.key for each in found}) == len(found)
    assert all(each.cycle.overlap(each.period) == each.period for each in found)
    assert [each.number for each in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize(
    ("given_", "on", "term"),
    [
        pytest.param({"term": "P1Y"}, "2027-03-01", "2027-01-01 through 2027-12-31", id="an open term"),
        pytest.param({}, "2027-03-01", None, id="no term at all"),
        pytest.param({"term": "P1Y"}, "2025-03-01", None, id="before it begins"),
        pytest.param(
            {"through": day("6-30")}, "3-01", "2026-01-01 through 2026-06-30", id="within the first term"
        ),
        pytest.param(
            {"through": day("6-30"), "at_term_end": "renew"}, "7-01", "2026-07-01 through 2026-12-31",
            id="renewed for as long",
        ),
        pytest.param(
            {"through": day("12-31"), "term": "P3Y", "at_term_end": "renew"}, "2027-01-01",
            "2027-01-01 through 2029-12-31", id="renewed for the term that is written",
        ),
        pytest.param(
            {"through": day("6-30"), "at_term_end": "extend"}, "8-15", "2026-08-01 through 2026-08-31",
            id="extended by the month",
        ),
    ],
)  # fmt: skip
def test_terms_follow_each_other(given_: dict[str, Any], on: str, term: str | None) -> None:
    found = term_at(contract(**given_), day(on))
    assert (str(found) if found else None) == term


def test_who_is_co_termed_ends_with_its_partner_and_is_billed_on_its_days() -> None:
    main = contract("K-1", start=day("1-10"), through=day("2027-01-09"), billing="yearly")
    added = contract("K-2", start=day("6-01"), billing="yearly", co_term_with="k-1")
    alone = contract("K-3", co_term_with="K-3", quantity=Decimal(2))
    one, two, three = co_termed([main, added, alone])
    assert (one, three) == (main, alone)
    assert [str(each.period) for each in periods_of(two, day("2027-06-01"))] == [
        "2026-06-01 through 2027-01-09"
    ]
    assert cycle_at(two, day("6-01")) == cycle_at(main, day("6-01"))


def test_an_anchor_day_that_no_month_has_is_told_and_does_no_harm() -> None:
    for wrong in (0, -3, 99):
        row: Subscription = contract(anchor_day=wrong)
        assert len(periods_of(row, day("3-15"))) in {3, 4}
