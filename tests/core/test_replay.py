"""Microsoft's arithmetic done again, and why an amount differs. The figures are worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.charges import Category, Charge
from billow.problems import Severity
from billow.reconcile.arithmetic import Kind, VendorRows, amount_of, daily, seats, usage
from billow.reconcile.reasons import Reason
from billow.reconcile.replay import Reconciled, replay, replay_problems, vendor_invoice

D = Decimal
INVOICE = "G000123456"
SEATS = VendorRows(
    format_id="ms_nce_recon",
    vendor="Microsoft",
    billing_month="2026-06",
    invoice=INVOICE,
    account="tenant-1",
    subscription="sub-1",
    sku="CFQ7/0001",
    term="One-Year commitment for monthly/yearly billing",
    billing_frequency="Monthly",
    category=Category.PURCHASE.value,
    frequency="Recurring",
    charge_type="cycleCharge",
    price=D("12.345"),
    list_price=D("14.00"),
    quantity=D(500),
    rate=D(1),
    pricing_currency="EUR",
    currency="EUR",
    amount=D("6170.00"),
    start=date(2026, 6, 1),
    end=date(2026, 7, 1),
    subscription_start=date(2025, 6, 1),
    is_estimate=False,
    is_unknown_type=False,
    rows=1,
    first_row=7,
)
USAGE = SEATS._replace(
    category=Category.USAGE.value,
    frequency="Usage-Based",
    charge_type="new",
    term="1 Hour",
    billing_frequency="",
    price=D("0.0199"),
    list_price=D("0.0234"),
    quantity=D(1000),
    rate=D("0.9"),
    pricing_currency="USD",
    amount=D("17.91"),  # 19.90 USD x 0.9
    subscription_start=None,
)
DAILY = USAGE._replace(format_id="ms_daily_rated")


@pytest.mark.parametrize(
    ("arithmetic", "price", "rate", "quantity", "expected"),
    [
        pytest.param(seats, "12.345", "1", "500", "6170.00", id="seats: the price is cut off first"),
        pytest.param(seats, "10.00", "0.9199", "3", "27.57", id="seats: after the exchange, 9.19 x 3"),
        pytest.param(seats, "12.345", "1", "-2", "-24.68", id="seats: a refund takes back the price cut off"),
        pytest.param(usage, "0.0199", "0.9", "1000", "17.91", id="usage: 19.90 dollars are 17.91 euros"),
        pytest.param(usage, "0.333", "0.9", "1", "0.29", id="usage: cut off twice, 0.33 then 0.297"),
        pytest.param(usage, "0", "0.9", "1000", "0.00", id="usage: nothing costs nothing"),
        pytest.param(daily, "0.333", "0.9", "1", "0.29", id="daily: cut off once, from 0.2997"),
        pytest.param(daily, "-0.333", "0.9", "1", "-0.30", id="daily: a credit goes to the next lower cent"),
        pytest.param(
            daily, "0.1", "0.100000000000000000000001", "100.000000000000000000000001", "1.00",
            id="daily: 48 decimals are kept until the end",
        ),
    ],
)  # fmt: skip
def test_amounts_are_cut_off_as_documented(
    arithmetic: Any, price: str, rate: str, quantity: str, expected: str
) -> None:
    found = arithmetic(D(price), D(rate), D(quantity))
    assert str(found) == expected


@pytest.mark.parametrize(
    ("row", "others", "reason"),
    [
        pytest.param(SEATS, [], Reason.AGREES, id="equal to the cent"),
        pytest.param(
            SEATS._replace(amount=D("6172.50")), [], Reason.ROUNDING,
            id="500 seats may be 5.00 off: here Microsoft did not cut off 12.345",
        ),
        pytest.param(
            SEATS._replace(amount=D("6175.01")), [], Reason.UNEXPLAINED,
            id="500 seats may not be 5.01 off",
        ),
        pytest.param(USAGE._replace(amount=D("17.92")), [], Reason.ROUNDING, id="usage may be a cent off"),
        pytest.param(
            USAGE._replace(amount=D("17.93")), [], Reason.UNEXPLAINED, id="usage may not be two cents off"
        ),
        pytest.param(
            DAILY._replace(amount=D("17.90")), [], Reason.ROUNDING, id="daily usage may be a cent off"
        ),
        pytest.param(
            USAGE._replace(amount=D("18.10")), [USAGE._replace(rate=D("0.91"))], Reason.FX,
            id="the rate of another row of the month gives it: 19.90 x 0.91 is 18.10",
        ),
        pytest.param(
            USAGE._replace(amount=D("18.30")), [USAGE._replace(rate=D("0.91"))], Reason.UNEXPLAINED,
            id="no rate of the month gives 18.30, which would be 0.92",
        ),
        pytest.param(USAGE._replace(rate=None), [], Reason.FX, id="dollars without a rate"),
        pytest.param(
            SEATS._replace(rate=None), [], Reason.AGREES, id="euros billed in euros need no rate"
        ),
        pytest.param(
            SEATS._replace(
                quantity=D(-5), amount=D("-50.00"), price=D("9.00"),
                start=date(2026, 6, 8), subscription_start=date(2026, 6, 1),
            ),
            [SEATS._replace(quantity=D(5), price=D("10.00"), list_price=D("10.00"), amount=D("50.00"))],
            Reason.CANCELLED_IN_WINDOW,
            id="seven days after the start the whole charge of 50.00 is taken back, not 45.00",
        ),
        pytest.param(
            SEATS._replace(
                quantity=D(-5), amount=D("-50.00"), price=D("9.00"),
                start=date(2026, 6, 9), subscription_start=date(2026, 6, 1),
            ),
            [SEATS._replace(
                quantity=D(5), price=D("10.00"), list_price=D("10.00"), amount=D("50.00"), sku="other"
            )],
            Reason.UNEXPLAINED,
            id="eight days after the start is beyond the window of 168 hours",
        ),
        pytest.param(
            SEATS._replace(
                quantity=D(2), price=D("30.00"), amount=D("32.00"),
                start=date(2026, 6, 15), end=date(2026, 7, 1), subscription_start=date(2026, 6, 15),
            ),
            [],
            Reason.CO_TERM,
            id="a first cycle of 16 of 30 days: 2 x 30.00 x 16/30",
        ),
        pytest.param(
            SEATS._replace(
                quantity=D(2), price=D("30.00"), amount=D("32.00"),
                start=date(2026, 6, 15), end=date(2026, 7, 1), subscription_start=date(2026, 5, 15),
            ),
            [],
            Reason.UNEXPLAINED,
            id="not from the first day of the subscription: nothing was aligned",
        ),
        pytest.param(
            SEATS._replace(amount=D("7000.00")), [], Reason.PRICE_DRIFT, id="500 at the list price of 14.00"
        ),
        pytest.param(
            SEATS._replace(amount=D("6500.00")), [SEATS._replace(price=D(13), amount=D("6500.00"))],
            Reason.PRICE_DRIFT,
            id="500 at 13.00, the price of the same article on another row",
        ),
        pytest.param(
            SEATS._replace(amount=D("6500.00")),
            [SEATS._replace(price=D(13), amount=D("6500.00"), sku="CFQ7/0002")],
            Reason.UNEXPLAINED,
            id="the price of another article is no evidence",
        ),
        pytest.param(
            DAILY._replace(amount=D("19.00"), is_estimate=True), [], Reason.LATE_USAGE,
            id="usage without an invoice yet can still change",
        ),
        pytest.param(
            USAGE._replace(amount=D("19.00"), start=date(2026, 5, 31)), [], Reason.LATE_USAGE,
            id="usage of a day before the month",
        ),
        pytest.param(
            SEATS._replace(amount=D("1.00"), is_estimate=True), [], Reason.UNEXPLAINED,
            id="licences are never late usage",
        ),
        pytest.param(SEATS._replace(price=None), [], Reason.UNMAPPED, id="no unit price was mapped"),
        pytest.param(SEATS._replace(quantity=None), [], Reason.UNMAPPED, id="no quantity was mapped"),
        pytest.param(
            SEATS._replace(amount=D(1), is_unknown_type=True), [], Reason.UNMAPPED,
            id="a charge type that no value map knows",
        ),
    ],
)  # fmt: skip
def test_a_difference_has_a_reason(row: VendorRows, others: list[VendorRows], reason: Reason) -> None:
    # the others stand on another account, so that the row is summed by itself
    found = replay([row, *(other._replace(account="tenant-2") for other in others)])
    assert [one.reason for one in found if one.account == "tenant-1"] == [reason]


def test_the_window_is_as_long_as_sheet_products_says() -> None:
    charged = SEATS._replace(quantity=D(5), price=D("10.00"), amount=D("50.00"), sku="other")
    refund = charged._replace(
        quantity=D(-5), price=D("9.00"), amount=D("-50.00"), sku="", list_price=None,
        start=date(2026, 6, 9), subscription_start=date(2026, 6, 1),
    )  # fmt: skip
    reasons = [{one.reason for one in replay([charged, refund], hours)} for hours in (168, 192)]
    assert reasons == [{Reason.AGREES, Reason.UNEXPLAINED}, {Reason.AGREES, Reason.CANCELLED_IN_WINDOW}]


def test_alike_rows_count_as_often_as_they_are() -> None:
    found = replay([USAGE._replace(amount=D("17.90"), rows=3, first_row=9), USAGE._replace(rows=2)])
    assert [(one.reason, one.rows, one.first_row, one.billed, one.difference) for one in found] == [
        (Reason.AGREES, 2, 7, D("35.82"), D(0)),
        (Reason.ROUNDING, 3, 9, D("53.70"), D("-0.03")),
    ]


@given(
    prices=st.lists(st.decimals(-1000, 1000, places=6), min_size=1, max_size=8),
    quantity=st.decimals(-1000, 1000, places=3),
    rate=st.decimals("0.01", 100, places=6),
)
def test_what_the_arithmetic_made_agrees_whatever_the_order(
    prices: list[Decimal], quantity: Decimal, rate: Decimal
) -> None:
    """A law: rows made by the documented formulas have no difference, and their order changes nothing."""
    rows = [
        row._replace(price=price, quantity=quantity, rate=rate, first_row=number)
        for number, price in enumerate(prices)
        for row in (SEATS, USAGE, DAILY)
    ]
    made = [row._replace(amount=amount_of(row) or D(0)) for row in rows]
    found = replay(made)
    assert {one.reason for one in found} == {Reason.AGREES}
    assert all(one.difference == 0 for one in found)
    assert found == replay(made[::-1])


# --- the vendor's invoice


def charge(cost: str, invoice: str = INVOICE, *, is_estimate: bool = False, service: str = "") -> Charge:
    """A charge of the vendor in euros."""
    made = Charge(
        "k", "i", "ms_nce_recon", "Microsoft", "2026-06", "tenant-1", Category.PURCHASE, "EUR", D(cost), 1
    )
    return made._replace(invoice_id=invoice, is_estimate=is_estimate, service=service)


TEN_ROWS = replay([SEATS])
FX_ROWS = replay([USAGE._replace(amount=D("18.10")), USAGE._replace(rate=D("0.91"), amount=D("18.10"))])


@pytest.mark.parametrize(
    ("net", "charges", "replayed", "reason"),
    [
        pytest.param("6170", [charge("6170")], TEN_ROWS, Reason.AGREES, id="invoice and report are equal"),
        pytest.param("6170.01", [charge("6170")], TEN_ROWS, Reason.ROUNDING, id="a cent is rounding"),
        pytest.param("6170.02", [charge("6170")], TEN_ROWS, Reason.UNEXPLAINED, id="two cents are not"),
        pytest.param(
            "6170.02", [charge(f"1000.00{n}", service=str(n)) for n in range(1, 5)] + [charge("2169.99")],
            TEN_ROWS, Reason.ROUNDING, id="two cents are, of four services that do not end on a cent",
        ),
        pytest.param(
            "6070", [charge("6170")], TEN_ROWS, Reason.CREDIT_NOT_IN_FILE,
            id="100 less than rows that all name the invoice and all agree: a credit outside the file",
        ),
        pytest.param(
            "6070", [charge("6170")], replay([SEATS._replace(amount=D(1))]), Reason.UNEXPLAINED,
            id="while a row is unexplained nothing can be said of the invoice",
        ),
        pytest.param(
            "6070", [charge("6170")], (), Reason.UNEXPLAINED, id="of other vendors no arithmetic is known"
        ),
        pytest.param(
            "6270", [charge("6170")], TEN_ROWS, Reason.UNEXPLAINED, id="100 more than the reports say"
        ),
        pytest.param(
            "6270", [charge("6170"), charge("99", "", is_estimate=True)], TEN_ROWS, Reason.LATE_USAGE,
            id="more than the reports, some of which are estimates",
        ),
        pytest.param(
            "6270", [charge("6170"), charge("100", "")], TEN_ROWS, Reason.UNMAPPED,
            id="100 more, and rows that name no invoice sum to it",
        ),
        pytest.param(
            "36.01", [charge("36.20")], FX_ROWS, Reason.FX,
            id="0.19 less, as the row with another rate has too much",
        ),
    ],
)  # fmt: skip
def test_an_invoice_is_compared_with_its_reports(
    net: str, charges: list[Charge], replayed: tuple[Reconciled, ...], reason: Reason
) -> None:
    found = vendor_invoice("Microsoft", INVOICE, "EUR", D(net), charges, replayed)
    assert (found.kind, found.reason) == (Kind.VENDOR_INVOICE, reason)
    assert found.billed == D(net)


def test_an_invoice_with_monthly_lines_shows_what_the_daily_usage_lacks() -> None:
    """Seats of 6170 and monthly lines of 104.37 are on the invoice; daily usage has 100 so far."""
    used = charge("100")._replace(format_id="ms_daily_rated")
    net, own = D("6274.37"), [charge("6170"), used]
    late = vendor_invoice("Microsoft", INVOICE, "EUR", net, own, TEN_ROWS, [charge("104.37")])
    assert (late.reason, late.difference) == (Reason.LATE_USAGE, D("4.37"))
    other = vendor_invoice("Microsoft", INVOICE, "EUR", net, own, TEN_ROWS, [charge("104.36")])
    assert other.reason is Reason.UNEXPLAINED


def test_an_invoice_without_a_number_is_compared_with_all_charges_of_the_month() -> None:
    found = vendor_invoice("AWS", "", "USD", D(30), [charge("10", "a"), charge("20", "")], ())
    assert (found.replayed, found.rows, found.reason) == (D(30), 2, Reason.AGREES)


def test_a_difference_beyond_rounding_is_a_note_and_holds_up_nothing() -> None:
    rows = [SEATS, USAGE._replace(amount=D("17.92")), DAILY._replace(amount=D("20.00"), first_row=12)]
    (problem,) = replay_problems(replay(rows))
    assert (problem.code, problem.severity) == ("CHK-004", Severity.NOTE)
    assert problem.sentence == (
        "2.09 EUR of Microsoft's daily usage for account tenant-1 (invoice G000123456) is not what its own "
        "arithmetic gives: unexplained, rows: 1, the first is row 12 of the file."
    )


def test_an_invoice_agrees_with_charges_of_more_digits_than_a_cell_holds() -> None:
    """14942.016 + 13331.91926527376 has 16 digits, a cell 15; a difference in the last is one."""
    own = [charge("14942.016"), charge("13331.91926527376")]
    same = vendor_invoice("Microsoft", "", "EUR", D("28273.9352652738"), own, ())
    assert (same.difference, same.reason) == (D(0), Reason.AGREES)
    assert vendor_invoice("Microsoft", "", "EUR", D("28273.9352652737"), own, ()).difference != 0
