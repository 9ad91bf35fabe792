"""Discounts take off what they say, once, in their order, and explain every cent of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.catalog.discounts import Discount
from billow.money import exact_text
from billow.problems import Place, Severity
from billow.rating.books import Books
from billow.rating.discounting import discounted
from billow.rating.granting import peak
from billow.rating.line import Part, RatedLine, close

from .samples import CUSTOMERS, JUNE, MONTH, books, codes, days, fx, tiers

ALPHA, BETA = (replace(customer, group="Retail") for customer in CUSTOMERS[:2])


def line(name: str, amount: str, product: str = "VM", customer: str = "C-1", **more: Any) -> RatedLine:
    """Return a line of June whose amount, not yet rounded, is the sum of one part."""
    vendor = {"VM": "Microsoft", "E5": "Microsoft", "EC2": "AWS"}.get(product, "")
    whole, parts = close((Part("base", Fraction(amount)),), "EUR")
    plain = RatedLine(
        name, customer, vendor, product, "EUR", whole, parts, Decimal(1), "", "vendor", period=JUNE
    )
    return plain._replace(**more)


def off(name: str = "Launch", percent: str = "10", **more: Any) -> Discount:
    """Return a discount of 10 % on each line for everyone."""
    plain = Discount(name, value=Decimal(percent), place=Place("Billing.xlsx", "Discounts", 5))
    return replace(plain, **more)


def fixed(name: str = "Off", amount: str = "50", **more: Any) -> Discount:
    """Return a discount of 50 EUR."""
    return off(name, amount, kind="fixed", currency="EUR", **more)


def sheets(*discounts: Discount, **more: Any) -> Books:
    numbered = [replace(d, place=replace(d.place, row=5 + index)) for index, d in enumerate(discounts)]
    return books(discounts=numbered, customers=(ALPHA, BETA), **more)


def taken(lines: Sequence[RatedLine], *discounts: Discount, **more: Any) -> list[str]:
    """Return what the lines come to, and behind them the discounts' own lines with their names."""
    found, problems = discounted(lines, sheets(*discounts, **more), MONTH)
    assert codes(problems) == []
    return [
        " ".join(filter(None, (*one.discounts, one.vendor, str(one.amount)))) if one.driver == "discount"
        else str(one.amount)
        for one in found
    ]  # fmt: skip


ONE = (line("a", "100.00"),)
TWO = (line("a", "60.00"), line("b", "40.00"))
MIXED = (line("vm", "100.00"), line("e5", "200.00", "E5"), line("ec2", "50.00", "EC2"))


@pytest.mark.parametrize(
    ("lines", "discounts", "expected"),
    [
        pytest.param(ONE, [off()], ["90.00"], id="10 % of a line"),
        pytest.param(ONE, [fixed()], ["50.00"], id="a fixed amount off a line"),
        pytest.param(TWO, [fixed(amount="40")], ["20.00", "0.00"], id="a fixed amount off each line"),
        pytest.param(
            TWO, [fixed(on="product")], ["30.00", "20.00"], id="once for a product, over its lines by amount"
        ),
        pytest.param(
            (line("a", "0.333"), line("b", "0.333"), line("c", "0.334")),
            [fixed(amount="0.10", on="product")],
            ["0.30", "0.30", "0.30"],
            id="the split itself is exact, each line is rounded once: 0.2997 and 0.3006",
        ),
        pytest.param(
            (line("a", "12.345"),), [off(percent="50")], ["6.17"], id="before the rounding: half of 12.345"
        ),
        pytest.param(
            (line("a", "-20.00"),), [off()], ["-18.00"], id="what was discounted is given back discounted"
        ),
        pytest.param((line("a", "0.00"),), [off()], ["0.00"], id="nothing off nothing"),
        pytest.param(ONE, [off(percent="100")], ["0.00"], id="all of it"),
        pytest.param(ONE, [off(cap=Decimal(4), currency="EUR")], ["96.00"], id="at most the cap"),
        pytest.param(
            TWO, [off(on="product", cap=Decimal(5), currency="EUR")], ["57.00", "38.00"],
            id="a cap on a product is shared by its lines",
        ),
        pytest.param(
            MIXED, [off(on="vendor", percent="5")], ["100.00", "200.00", "50.00", "Launch Microsoft -15.00",
            "Launch AWS -2.50"], id="a line of its own per vendor",
        ),
        pytest.param(
            MIXED, [off(on="customer", applies_to="vendor", what="microsoft")],
            ["100.00", "200.00", "50.00", "Launch -30.00"], id="one line per customer, on one vendor only",
        ),
        pytest.param(
            (*MIXED, line("k", "-50.00", "", driver="adjustment")), [off(on="invoice")],
            ["100.00", "200.00", "50.00", "-50.00", "Launch -30.00"], id="on the invoice with its credits",
        ),
        pytest.param(
            (*MIXED, line("k", "-50.00", "", driver="adjustment")), [off(on="customer")],
            ["100.00", "200.00", "50.00", "-50.00", "Launch -35.00"], id="on the customer without credits",
        ),
        pytest.param(
            (line("a", "0.05"),), [off(on="customer")], ["0.05", "Launch -0.01"],
            id="a discount's line is rounded half up too",
        ),
        pytest.param((line("a", "0.04"),), [off(on="customer")], ["0.04"], id="less than half a cent"),
        pytest.param((line("a", "-9.00"),), [off(on="customer")], ["-9.00"], id="none on a credit balance"),
    ],
)  # fmt: skip
def test_what_a_discount_is_taken_off(
    lines: Sequence[RatedLine], discounts: Sequence[Discount], expected: list[str]
) -> None:
    assert taken(lines, *discounts) == expected


@pytest.mark.parametrize(
    ("discount", "expected"),
    [
        pytest.param(off(scope="customer", who="c-1"), ["90.00", "100.00"], id="one customer"),
        pytest.param(off(scope="group", who="Retail"), ["90.00", "90.00"], id="a group"),
        pytest.param(off(scope="group", who="Trade"), ["100.00", "100.00"], id="another group"),
        pytest.param(off(scope="subscription", who="S-1"), ["90.00", "100.00"], id="a subscription"),
        pytest.param(off(applies_to="product", what="vm"), ["90.00", "100.00"], id="a product"),
        pytest.param(off(applies_to="family", what="M365"), ["100.00", "90.00"], id="a family"),
        pytest.param(off(applies_to="vendor", what="AWS"), ["100.00", "100.00"], id="a vendor"),
        pytest.param(off(valid_from=date(2026, 6, 30)), ["90.00", "90.00"], id="from the month's last day"),
        pytest.param(off(valid_from=date(2026, 7, 1)), ["100.00", "100.00"], id="a day later"),
        pytest.param(off(valid_through=date(2026, 6, 30)), ["90.00", "90.00"], id="through that day"),
        pytest.param(off(valid_through=date(2026, 6, 29)), ["100.00", "100.00"], id="a day too early"),
    ],
)
def test_for_whom_on_what_and_when(discount: Discount, expected: list[str]) -> None:
    lines = (line("a", "100.00", subscription="S-1"), line("b", "100.00", "E5", customer="C-2"))
    assert taken(lines, discount) == expected


@pytest.mark.parametrize(
    ("discounts", "expected"),
    [
        pytest.param([off("A"), off("B", "25")], ["67.50"], id="percentages compound: 90 less 22.50"),
        pytest.param([fixed(), off()], ["40.00"], id="percent before fixed, whatever the row: 90 less 50"),
        pytest.param([fixed(order=1), off(order=2)], ["45.00"], id="unless Order says so: 50 less 5"),
        pytest.param(
            [off("B", "20", condition="products", at_least=Decimal(1)), fixed("A", "10", on="product")],
            ["72.00"],
            id="several services after the line's own: 90 less 18",
        ),
        pytest.param(
            [
                off("I", on="invoice"), off("C", on="customer"), off("V", on="vendor"), off("L"),
                off("Q", on="vendor", condition="quantity", at_least=Decimal(1), order=9),
            ],
            ["90.00", "Q Microsoft -9.00", "V Microsoft -8.10", "C -7.29", "I -6.56"],
            id="line, several services, vendor, customer, invoice: each on what is left",
        ),
        pytest.param([off("A"), off("B", "25", exclusive=True)], ["75.00"], id="one that stands alone"),
        pytest.param(
            [off("A", "30", exclusive=True, order=2), off("B", "25", exclusive=True, order=1)],
            ["75.00"],
            id="of two the first by Order, not the larger",
        ),
        pytest.param(
            [off("A"), off("B", "25", on="invoice", exclusive=True)],
            ["100.00", "B -25.00"],
            id="one on the invoice that stands alone shuts out those on its lines",
        ),
    ],
)  # fmt: skip
def test_order_and_stacking(discounts: Sequence[Discount], expected: list[str]) -> None:
    assert taken(ONE, *discounts) == expected


def test_one_that_stands_alone_leaves_other_lines_to_the_others() -> None:
    alone = off("A", "50", applies_to="product", what="VM", exclusive=True)
    assert taken(MIXED, alone, off("B")) == ["50.00", "180.00", "45.00"]


@pytest.mark.parametrize(
    ("discount", "expected"),
    [
        pytest.param(
            off(condition="products", at_least=Decimal(2), counted_per="vendor"),
            ["90.00", "180.00", "50.00"],
            id="at least 2 products of one vendor: Microsoft has two, AWS one",
        ),
        pytest.param(
            off(condition="products", at_least=Decimal(3)), ["90.00", "180.00", "45.00"],
            id="3 products over all vendors",
        ),
        pytest.param(
            off(condition="products", at_least=Decimal(4)), ["100.00", "200.00", "50.00"],
            id="one product too few",
        ),
        pytest.param(
            off("B", "50", applies_to="product", what="EC2", condition="quantity", at_least=Decimal(1),
                counted_of="E5"),
            ["100.00", "200.00", "25.00"], id="buy E5, get EC2 at half its price",
        ),
        pytest.param(
            off("B", "50", applies_to="product", what="EC2", condition="quantity", at_least=Decimal(2),
                counted_of="E5"),
            ["100.00", "200.00", "50.00"], id="one E5 is not two",
        ),
        pytest.param(
            off(condition="spend", at_least=Decimal(350), currency="EUR"), ["90.00", "180.00", "45.00"],
            id="exactly the spend",
        ),
        pytest.param(
            off(condition="spend", at_least=Decimal("350.01"), currency="EUR"), ["100.00", "200.00", "50.00"],
            id="a cent too little",
        ),
        pytest.param(
            off(condition="spend", at_least=Decimal(200), currency="EUR", counted_per="family"),
            ["100.00", "180.00", "50.00"], id="spend of one family",
        ),
        pytest.param(
            off(condition="spend", at_least=Decimal(200), currency="EUR", counted_per="product"),
            ["100.00", "180.00", "50.00"], id="spend on one product",
        ),
        pytest.param(
            off(condition="spend", at_least=Decimal(300), currency="EUR", counted_of="Microsoft"),
            ["90.00", "180.00", "45.00"], id="spend with one vendor opens a discount on all",
        ),
        pytest.param(
            off(on="invoice", condition="products", at_least=Decimal(2), counted_per="vendor"),
            ["100.00", "200.00", "50.00", "Launch -35.00"], id="one vendor with two opens it for the invoice",
        ),
    ],
)  # fmt: skip
def test_conditions(discount: Discount, expected: list[str]) -> None:
    assert taken(MIXED, discount) == expected


def test_a_condition_looks_at_the_month_before_any_discount() -> None:
    spend = off("S", condition="spend", at_least=Decimal(100), currency="EUR")
    assert taken(ONE, off("A", "50"), replace(spend, on="customer")) == ["50.00", "S -5.00"]


def test_a_group_counts_together_and_a_customer_without_one_alone() -> None:
    lines = (line("a", "60.00"), line("b", "40.00", customer="C-2"))
    group = off(condition="spend", at_least=Decimal(100), currency="EUR", counted_per="group")
    assert taken(lines, group) == ["54.00", "36.00"]
    single = replace(sheets(group), customers=CUSTOMERS)
    assert [str(one.amount) for one in discounted(lines, single, MONTH)[0]] == ["60.00", "40.00"]


@pytest.mark.parametrize(
    ("stretches", "most"),
    [
        pytest.param([("6-01", "6-15", 10), ("6-16", "6-30", 12)], 12, id="before and after a change"),
        pytest.param([("6-01", "6-30", 10), ("6-16", "6-30", -10), ("6-16", "6-30", 12)], 12, id="a pair"),
        pytest.param([("6-01", "6-30", 10), ("6-30", "7-29", 5)], 15, id="two that meet on a day"),
        pytest.param([(None, None, 3), ("6-01", "6-30", 4)], 7, id="one without days counts on all"),
        pytest.param([(None, None, 3)], 3, id="only one without days"),
        pytest.param([], 0, id="none"),
    ],
)
def test_the_most_on_one_day(stretches: Sequence[tuple[Any, Any, int]], most: int) -> None:
    held = [
        line(str(i), "1", quantity=Decimal(q), period=days(a, b) if a else None)
        for i, (a, b, q) in enumerate(stretches)
    ]
    assert peak(held) == most


BANDS = tiers(("100", "0"), ("200", "10"), (None, "20"))


def bands(kind: str, **more: Any) -> Discount:
    return off("Volume", "0", kind=kind, bands=BANDS, currency="EUR", on="customer", **more)


@pytest.mark.parametrize(
    ("spend", "progressive", "whole"),
    [
        pytest.param("50.00", None, None, id="within the first band, which gives nothing"),
        pytest.param("100.00", None, None, id="the bound belongs to its band"),
        pytest.param("100.10", "-0.01", "-10.01", id="ten cents beyond: of those, or of all"),
        pytest.param("200.00", "-10.00", "-20.00", id="the second bound"),
        pytest.param("250.00", "-20.00", "-50.00", id="into the open band: 0 + 10 + 10, or 20 % of 250"),
    ],
)
def test_bands_are_filled_or_reached(spend: str, progressive: str | None, whole: str | None) -> None:
    for kind, expected in (("progressive_bands", progressive), ("whole_band", whole)):
        own = [f"Volume {expected}"] if expected else []
        assert taken((line("a", spend),), bands(kind)) == [spend, *own]


def test_bands_say_how_they_were_filled() -> None:
    own = discounted((line("a", "250.00"),), sheets(bands("progressive_bands")), MONTH)[0][1]
    assert own.parts == (
        Part("discount Volume by spend, 0 % of 100 + 10 % of 100 + 20 % of 50 EUR", Fraction(-20)),
    )


def test_bands_per_vendor_take_each_vendor_at_its_own_share() -> None:
    lines = (line("a", "250.00"), line("b", "150.00", "EC2"))
    assert taken(lines, bands("progressive_bands", counted_per="vendor"))[2:] == ["Volume -25.00"]
    assert taken(lines, bands("whole_band", counted_per="vendor"))[2:] == ["Volume -65.00"]


def test_bands_of_a_group_give_each_customer_the_share_of_the_group() -> None:
    lines = (line("a", "150.00"), line("b", "100.00", customer="C-2"))
    assert taken(lines, bands("progressive_bands", counted_per="group"))[2:] == [
        "Volume -12.00",
        "Volume -8.00",
    ]


def test_bands_see_what_lines_come_to_after_the_discounts_within_them() -> None:
    assert taken((line("a", "400.00"),), off(percent="50"), bands("progressive_bands")) == [
        "200.00", "Volume -10.00",
    ]  # fmt: skip


def test_every_step_is_a_part_of_the_line() -> None:
    found, _ = discounted((line("a", "246.90"),), sheets(off(percent="5"), fixed(amount="10")), MONTH)
    assert [(part.text, exact_text(part.amount)) for part in found[0].parts] == [
        ("base", "246.9"),
        ("5 % discount Launch", "-12.345"),
        ("10 EUR discount Off", "-10"),
        ("rounded half up from 224.555 to 224.56 EUR", "0.005"),
    ]
    assert found[0].discounts == ("Launch", "Off")


def test_a_line_of_its_own_says_what_it_is_and_what_it_is_taken_off() -> None:
    own = discounted(
        (line("a", "150.00"), line("b", "50.00")),
        sheets(bands("whole_band", cap=Decimal(7), text="Loyalty")),
        MONTH,
    )[0][2]
    assert [part.text for part in own.parts] == ["discount Volume by spend, 10 % of 200 EUR, at most 7 EUR"]
    assert (own.text, own.price_row, own.driver, str(own.amount)) == (
        "Loyalty", "Discounts row 5: Volume", "discount", "-7.00",
    )  # fmt: skip
    assert own.shares == (("a", Fraction("5.25")), ("b", Fraction("1.75")))


def test_a_fixed_amount_in_another_currency_is_exchanged_at_the_dated_rate() -> None:
    dollars = replace(fixed(amount="50"), currency="USD")
    assert taken(ONE, dollars, exchange_rates=[fx("USD", "EUR", "0.8")]) == ["60.00"]
    found, problems = discounted(ONE, sheets(dollars), MONTH)
    assert [str(one.amount) for one in found] == ["100.00"]
    assert codes(problems) == ["FX-001"]


def test_spend_in_another_currency_is_exchanged_or_the_rate_is_missed() -> None:
    spend = off(condition="spend", at_least=Decimal(120), currency="USD")
    assert taken(ONE, spend, exchange_rates=[fx("USD", "EUR", "0.8")]) == ["90.00"]
    for discount in (spend, replace(bands("whole_band"), currency="USD")):
        found, problems = discounted(ONE, sheets(discount), MONTH)
        assert [str(one.amount) for one in found] == ["100.00"]
        assert set(codes(problems)) == {"FX-001"}


@pytest.mark.parametrize(
    ("discount", "left", "own"),
    [
        pytest.param(fixed(amount="120"), "0.00", None, id="within a line"),
        pytest.param(fixed(amount="120", on="invoice"), "100.00", "-100.00", id="a line of its own"),
    ],
)
def test_a_discount_is_capped_at_the_remainder_and_says_so(
    discount: Discount, left: str, own: str | None
) -> None:
    found, problems = discounted(ONE, sheets(discount), MONTH)
    assert [str(one.amount) for one in found] == [left, *([own] if own else [])]
    assert codes(problems) == ["DSC-006"]
    assert (problems[0].severity, problems[0].customer) == (Severity.NOTE, "C-1")
    assert str(problems[0].place) == "Billing.xlsx, sheet Discounts, row 5, column Value"
    assert problems[0].sentence == (
        "Discount Off of 120 EUR is more than the 100 EUR left for customer C-1; it is capped."
    )


def test_a_fixed_amount_leaves_a_credit_as_it_is() -> None:
    assert taken((line("a", "-20.00"),), fixed(), fixed("I", on="invoice")) == ["-20.00"]


def test_two_that_stand_alone_on_one_line_block_its_customer() -> None:
    found, problems = discounted(ONE, sheets(off("A", exclusive=True), off("B", exclusive=True)), MONTH)
    assert [str(one.amount) for one in found] == ["100.00"]
    assert codes(problems) == ["DSC-005"]
    assert (problems[0].severity, problems[0].customer) == (Severity.BLOCK, "C-1")
    assert str(problems[0].place) == "Billing.xlsx, sheet Discounts, row 6, column Order"


AMOUNTS = st.decimals("-50", "500", places=3)
ROWS = st.lists(
    st.tuples(AMOUNTS, st.sampled_from(["VM", "E5", "EC2", "CARE"]), st.sampled_from(["C-1", "C-2"])),
    max_size=7,
)
DISCOUNTS = st.lists(
    st.tuples(
        st.sampled_from(["line", "product", "vendor", "customer", "invoice"]),
        st.sampled_from(["percent", "fixed", "progressive_bands", "whole_band"]),
        st.integers(1, 100),
        st.sampled_from(["", "products", "quantity", "spend"]),
        st.sampled_from(["product", "family", "vendor", "customer", "group"]),
        st.booleans(),
    ),
    max_size=5,
)


@given(rows=ROWS, made=DISCOUNTS)
def test_parts_sum_to_each_line_and_nothing_turns_negative(rows: Any, made: Any) -> None:
    lines = [line(str(i), str(amount), product, who) for i, (amount, product, who) in enumerate(rows)]
    given_ = sheets(*(
        off(str(i), str(value), on=on, kind=kind, condition=condition, counted_per=per, currency="EUR",
            bands=BANDS if kind.endswith(("bands", "band")) else (), at_least=Decimal(1), exclusive=alone,
            order=i)
        for i, (on, kind, value, condition, per, alone) in enumerate(made)
    ))  # fmt: skip
    found, problems = discounted(lines, given_, MONTH)
    assert set(codes(problems)) <= {"DSC-006"}
    for one in found:
        assert sum((part.amount for part in one.parts), Fraction(0)) == Fraction(one.amount)
    for before, after in zip(lines, found, strict=False):
        assert after.amount * before.amount >= 0
        assert abs(after.amount) <= abs(before.amount)
    for customer in ("C-1", "C-2"):
        if all(one.amount >= 0 for one in lines if one.customer == customer):
            assert sum((one.amount for one in found if one.customer == customer), Decimal(0)) >= 0


@given(rows=ROWS, made=DISCOUNTS)
def test_the_order_of_rows_changes_nothing(rows: Any, made: Any) -> None:
    lines = [line(str(i), str(amount), product, who) for i, (amount, product, who) in enumerate(rows)]
    given_ = sheets(*(off(str(i), str(value), on=on) for i, (on, _, value, *_) in enumerate(made)))
    turned = replace(given_, discounts=given_.discounts[::-1])
    one, other = discounted(lines, given_, MONTH)[0], discounted(lines[::-1], turned, MONTH)[0]
    assert {(x.line_id, x.amount) for x in one} == {(x.line_id, x.amount) for x in other}
