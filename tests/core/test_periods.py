"""Periods are half-open, cycles remember their anchor day, shares are exact and named."""

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.periods import (
    Method,
    Period,
    cycle_of,
    day_in,
    inclusive,
    is_zone,
    month,
    months_after,
    months_after_end,
    portion,
    prorate,
    started_hours,
)

from .samples import days


def test_a_period_is_half_open_inside_and_inclusive_for_people() -> None:
    june = Period(date(2026, 6, 1), date(2026, 7, 1))
    assert (june.days, june.through, str(june)) == (30, date(2026, 6, 30), "2026-06-01 through 2026-06-30")
    assert june == inclusive(date(2026, 6, 1), date(2026, 6, 30)) == month("2026-06")


@pytest.mark.parametrize("length", [0, -1])
def test_a_period_without_days_cannot_be_made(length: int) -> None:
    start = date(2026, 6, 1)
    with pytest.raises(ValueError, match="must end after it starts"):
        Period(start, start + timedelta(length))


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        pytest.param(days("6-01", "6-15"), days("6-16", "6-30"), None, id="neighbours share no day"),
        pytest.param(days("6-01", "6-16"), days("6-16", "6-30"), days("6-16", "6-16"), id="one shared day"),
        pytest.param(days("6-01", "6-30"), days("6-10", "6-12"), days("6-10", "6-12"), id="one in another"),
        pytest.param(days("5-20", "6-10"), days("6-01", "6-30"), days("6-01", "6-10"), id="a tail"),
    ],
)
def test_overlap(one: Period, other: Period, shared: Period | None) -> None:
    assert one.overlap(other) == shared
    assert other.overlap(one) == shared


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("2026-02", 28, id="February has 28 days"),
        pytest.param("2028-02", 29, id="a leap February has 29"),
        pytest.param("2000-02", 29, id="a century divisible by 400 is leap"),
        pytest.param("2100-02", 28, id="another century is not"),
        pytest.param("2026-12", 31, id="December ends the year"),
    ],
)
def test_a_month_has_its_days(text: str, count: int) -> None:
    assert month(text).days == count


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-6", "06-2026", "2026/06", "", "June", "٢٠٢٦-٠٦"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a month|month must be in|invalid literal"):
        month(text)


@pytest.mark.parametrize(
    ("start", "months", "anchor", "expected"),
    [
        pytest.param("2026-01-31", 1, None, "2026-02-28", id="31 January and a month is the end of February"),
        pytest.param("2028-01-31", 1, None, "2028-02-29", id="in a leap year it is the 29th"),
        pytest.param("2026-02-28", 1, 31, "2026-03-31", id="the 31st is remembered after February"),
        pytest.param("2026-02-28", 1, None, "2026-03-28", id="without an anchor the 28th stays the 28th"),
        pytest.param("2028-02-29", 12, None, "2029-02-28", id="29 February and a year"),
        pytest.param("2026-03-31", -1, None, "2026-02-28", id="a month back"),
        pytest.param("2026-12-15", 1, None, "2027-01-15", id="over the year's end"),
    ],
)
def test_months_after(start: str, months: int, anchor: int | None, expected: str) -> None:
    assert months_after(date.fromisoformat(start), months, anchor) == date.fromisoformat(expected)


def test_cycles_of_the_31st_clamp_and_come_back() -> None:
    first = date(2026, 1, 31)
    told = [str(cycle_of(months_after(first, index, 31), 1, first)) for index in range(4)]
    assert told == [
        "2026-01-31 through 2026-02-27",
        "2026-02-28 through 2026-03-30",
        "2026-03-31 through 2026-04-29",
        "2026-04-30 through 2026-05-30",
    ]


@pytest.mark.parametrize(
    ("active", "method", "anchor", "counted"),
    [
        pytest.param(
            days("2026-01-20", "2026-02-10"), "calendar_days", None, "12/31 10/28",
            id="20 January through 10 February is 12 of 31 and 10 of 28",
        ),
        pytest.param(days("6-01", "6-30"), "calendar_days", None, "30/30", id="all of June"),
        pytest.param(days("6-30", "6-30"), "calendar_days", None, "1/30", id="the last day alone"),
        pytest.param(days("6-01", "6-01"), "calendar_days", None, "1/30", id="the first day alone"),
        pytest.param(days("6-16", "6-30"), "calendar_days", None, "15/30", id="from the 16th on, itself too"),
        pytest.param(
            days("2028-02-01", "2028-02-29"), "calendar_days", None, "29/29", id="a leap February is whole"
        ),
        pytest.param(
            days("2025-12-31", "2026-01-01"), "calendar_days", None, "1/31 1/31", id="over the year's end"
        ),
        pytest.param(
            days("7-01", "7-14"), "anniversary_days", "6-15", "14/30",
            id="with anchor 15 the first half of July lies in a cycle of 30 days",
        ),
        pytest.param(
            days("1-31", "2-28"), "anniversary_days", "1-31", "28/28 1/31",
            id="31 January through 28 February is a whole cycle and a day",
        ),
        pytest.param(days("6-10", "7-09"), "anniversary_days", None, "30/30", id="one cycle from its start"),
        pytest.param(
            days("6-30", "7-01"), "full_period", None, "30/30 31/31", id="each month touched counts in full"
        ),
        pytest.param(days("6-30", "6-30"), "none", None, "", id="nothing is prorated"),
        pytest.param(days("6-01", "6-30"), "fixed_30", None, "30/30", id="fixed 30: all of June"),
        pytest.param(days("7-01", "7-31"), "fixed_30", None, "30/30", id="fixed 30: all of July is no more"),
        pytest.param(days("7-31", "7-31"), "fixed_30", None, "0/30", id="fixed 30: the 31st is free"),
        pytest.param(days("7-30", "7-30"), "fixed_30", None, "1/30", id="fixed 30: the 30th is not"),
        pytest.param(
            days("2-28", "2-28"), "fixed_30", None, "3/30", id="fixed 30: 28 February stands for the 30th too"
        ),
        pytest.param(
            days("2028-02-29", "2028-02-29"), "fixed_30", None, "2/30", id="fixed 30: so does a leap day"
        ),
        pytest.param(days("5-23", "6-14"), "fixed_30", None, "8/30 14/30", id="fixed 30: over two months"),
        pytest.param(days("6-16", "6-30"), "monthly_portions", None, "15/30", id="a portion of a month"),
        pytest.param(days("6-30", "6-30"), "whole_months", None, "30/30", id="whole months: one day is one"),
        pytest.param(
            days("6-30", "8-01"), "whole_months", "6-30", "30/30 31/31 31/31",
            id="whole months: 30 June through 1 August are three, whatever the anchor",
        ),
        pytest.param(days("6-01", "6-15"), "half_month", None, "1/2", id="half month: through the 15th"),
        pytest.param(days("6-16", "6-30"), "half_month", None, "1/2", id="half month: from the 16th"),
        pytest.param(days("6-01", "6-16"), "half_month", None, "1/2 1/30", id="half month: and one day"),
        pytest.param(days("7-14", "7-31"), "half_month", None, "2/31 1/2", id="half month: two days and one"),
        pytest.param(days("6-01", "6-30"), "half_month", None, "30/30", id="half month: a month is whole"),
        pytest.param(
            days("2-16", "2-28"), "half_month", None, "1/2", id="half month: the short end of February"
        ),
        pytest.param(days("6-10", "6-10"), "hours", None, "24/720", id="hours: a day of June"),
        pytest.param(days("1-31", "2-01"), "hours", None, "24/744 24/672", id="hours: of each month its own"),
        pytest.param(
            days("1-31", "2-28"), "bc_start_of_month", "1-05", "28/28 1/31",
            id="Business Central start: a month from 31 January and a day, whatever the anchor",
        ),
        pytest.param(
            days("2-28", "3-31"), "bc_start_of_month", None, "28/28 4/31",
            id="Business Central start: a month from 28 February ends on 27 March",
        ),
        pytest.param(
            days("2-28", "3-31"), "bc_end_of_month", None, "31/31 1/30",
            id="Business Central end: a month from 28 February ends on 30 March",
        ),
        pytest.param(
            days("2-26", "2-28"), "bc_end_of_month", None, "3/28",
            id="Business Central end: a part of February is counted over February",
        ),
        pytest.param(
            days("6-10", "7-14"), "bc_end_of_month", None, "30/30 5/31",
            id="Business Central end: in the middle of a month as from its start",
        ),
    ],
)  # fmt: skip
def test_each_method_counts_days(active: Period, method: str, anchor: str | None, counted: str) -> None:
    start = date.fromisoformat(f"2026-{anchor.zfill(5)}") if anchor else None
    found = prorate(active, Method(method), anchor=start)
    assert " ".join(f"{used}/{of}" for used, of in found.counted) == counted
    assert found.share == (sum(map(Fraction, counted.split()), Fraction(0)) if counted else 1)


@pytest.mark.parametrize(
    ("active", "anchor", "expected"),
    [
        pytest.param(days("10-08", "12-31"), "2026-10-01", Fraction(85, 92), id="a quarter, 85 of 92 days"),
        pytest.param(days("4-01", "6-30"), "2026-04-01", Fraction(1), id="a whole quarter"),
    ],
)
def test_longer_cycles(active: Period, anchor: str, expected: Fraction) -> None:
    on = date.fromisoformat(anchor)
    assert prorate(active, Method.CALENDAR_DAYS, cycle_months=3).share == expected
    assert prorate(active, Method.ANNIVERSARY_DAYS, cycle_months=3, anchor=on).share == expected


@pytest.mark.parametrize(
    ("active", "method", "anchor", "share"),
    [
        pytest.param(days("1-01", "1-31"), "annual_365", None, Fraction(31, 365), id="31 of 365 days"),
        pytest.param(
            days("2028-01-01", "2028-12-31"), "annual_365", None, Fraction(366, 365),
            id="a leap year has one day more than 365",
        ),
        pytest.param(
            days("2019-08-12", "2019-12-22"), "annual_actual", None, Fraction(133, 366),
            id="133 days of the year from 12 August 2019, which holds a leap day",
        ),
        pytest.param(
            days("6-01", "6-30"), "annual_actual", "2026-01-01", Fraction(30, 365), id="June of a plain year"
        ),
        pytest.param(
            days("2019-08-12", "2019-12-22"), "monthly_portions", None,
            (Fraction(20, 31) + 3 + Fraction(22, 31)) / 12, id="20/31 + 3 + 22/31 twelfths",
        ),
        pytest.param(days("4-01", "6-30"), "calendar_days", None, Fraction(1, 4), id="a quarter of a year"),
    ],
)  # fmt: skip
def test_a_price_per_year(active: Period, method: str, anchor: str | None, share: Fraction) -> None:
    begins = date.fromisoformat(anchor) if anchor else None
    found = prorate(active, Method(method), cycle_months=1, price_months=12, anchor=begins)
    assert found.share == share
    monthly = prorate(active, Method(method), cycle_months=1, price_months=1, anchor=begins)
    assert monthly.share == 12 * share


@pytest.mark.parametrize(
    ("active", "cycle", "counted"),
    [
        pytest.param(days("6-03", "6-07"), days("6-01", "6-07"), (5, 7), id="five days of a week"),
        pytest.param(days("6-01", "6-07"), days("6-01", "6-07"), (7, 7), id="all of it"),
        pytest.param(days("5-20", "6-02"), days("6-01", "6-07"), (2, 7), id="only the days within count"),
        pytest.param(days("5-20", "5-31"), days("6-01", "6-07"), (0, 7), id="none of them"),
    ],
)
def test_a_portion_of_a_cycle_of_any_length(active: Period, cycle: Period, counted: tuple[int, int]) -> None:
    found = portion(active, cycle)
    assert (found.counted, found.share) == ((counted,), Fraction(*counted))


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        pytest.param("10:00", "14:00", 4, id="whole hours"),
        pytest.param("10:00", "14:01", 5, id="a begun hour is one"),
        pytest.param("10:00", "10:00", 0, id="no time, no hour"),
    ],
)
def test_started_hours(start: str, end: str, count: int) -> None:
    first, last = (datetime.fromisoformat(f"2026-06-01T{text}") for text in (start, end))
    assert started_hours(first, last) == count


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        pytest.param("2023-01-31", 1, "2023-02-28", id="the last day stays the last day"),
        pytest.param("2023-02-28", 1, "2023-03-31", id="also when the month grows"),
        pytest.param("2023-02-26", 1, "2023-03-29", id="the third last stays the third last"),
        pytest.param("2023-02-25", 1, "2023-03-25", id="the fourth last is a day like any other"),
        pytest.param("2024-02-28", 12, "2025-02-27", id="the last but one, over a leap year"),
        pytest.param("2026-06-15", 3, "2026-09-15", id="the middle of a month"),
    ],
)
def test_a_day_near_the_months_end_stays_near_it(start: str, months: int, expected: str) -> None:
    assert months_after_end(date.fromisoformat(start), months) == date.fromisoformat(expected)


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(
    start=DAYS,
    length=st.integers(2, 800),
    cut=st.integers(1, 799),
    anchor=DAYS,
    method=st.sampled_from(
        [
            Method.CALENDAR_DAYS, Method.ANNIVERSARY_DAYS, Method.FIXED_30, Method.ANNUAL_365,
            Method.ANNUAL_ACTUAL, Method.MONTHLY_PORTIONS, Method.HOURS,
        ]
    ),
    months=st.sampled_from([1, 3, 12]),
)  # fmt: skip
def test_a_stretch_cut_anywhere_has_the_same_share(
    start: date, length: int, cut: int, anchor: date, method: Method, months: int
) -> None:
    whole = Period(start, start + timedelta(length))
    middle = start + timedelta(min(cut, length - 1))
    parts = [Period(start, middle), Period(middle, whole.end)]

    def share(period: Period) -> Fraction:
        return prorate(period, method, cycle_months=months, anchor=anchor).share

    assert share(whole) == sum(map(share, parts))


@given(day=DAYS, months=st.integers(1, 36), anchor=DAYS)
def test_a_day_lies_in_exactly_one_cycle(day: date, months: int, anchor: date) -> None:
    cycle = cycle_of(day, months, anchor)
    assert cycle.start <= day < cycle.end
    assert cycle_of(cycle.start, months, anchor) == cycle == cycle_of(cycle.through, months, anchor)
    assert cycle_of(cycle.end, months, anchor).start == cycle.end


@pytest.mark.parametrize(
    ("moment", "zone", "there"),
    [
        pytest.param("2026-06-30T23:30Z", "", "2026-06-30", id="without a zone the day is that of UTC"),
        pytest.param("2026-06-30T23:30Z", "Europe/Berlin", "2026-07-01", id="in summer Berlin is 2 h ahead"),
        pytest.param("2026-12-31T22:30Z", "Europe/Berlin", "2026-12-31", id="in winter Berlin is 1 h ahead"),
        pytest.param("2026-12-31T23:30Z", "Europe/Berlin", "2027-01-01", id="Berlin has the new year first"),
        pytest.param("2026-07-01T06:59Z", "America/Los_Angeles", "2026-06-30", id="west of UTC is earlier"),
        pytest.param("2026-03-28T23:30Z", "Europe/Berlin", "2026-03-29", id="the night of 23 hours begins"),
        pytest.param("2026-03-29T21:59Z", "Europe/Berlin", "2026-03-29", id="the day of 23 hours ends"),
        pytest.param("2026-03-29T22:00Z", "Europe/Berlin", "2026-03-30", id="after 23 hours it is the next"),
        pytest.param("2026-10-25T22:59Z", "Europe/Berlin", "2026-10-25", id="the day of 25 hours ends"),
        pytest.param("2026-10-25T23:00Z", "Europe/Berlin", "2026-10-26", id="after 25 hours it is the next"),
        pytest.param("2026-06-30T18:30Z", "Asia/Kolkata", "2026-07-01", id="zones of half an hour are exact"),
    ],
)
def test_a_moment_falls_on_the_day_of_where_the_customer_is(moment: str, zone: str, there: str) -> None:
    assert str(day_in(datetime.fromisoformat(moment), zone)) == there


@given(st.integers(0, 20 * 365 * 24 * 60), st.integers(-720, 720))
def test_how_a_moment_is_written_does_not_change_its_day(minute: int, ahead: int) -> None:
    known = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    other = known.astimezone(timezone(timedelta(minutes=ahead)))
    for zone in ("Europe/Amsterdam", "America/New_York", "Pacific/Auckland"):
        assert day_in(other, zone) == day_in(known, zone)


@pytest.mark.parametrize("name", ["Berlin", "europe/nowhere", "../zoneinfo", "/etc/localtime", "", "Europe"])
def test_what_is_no_time_zone_is_known_as_none(name: str) -> None:
    assert not is_zone(name)
