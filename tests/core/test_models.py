"""Each charge model: nothing, a credit, the boundary and one unit beyond, a share, and its words."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.catalog.prices import Tier
from billow.periods import Method, Proration
from billow.rating.line import Part, close, converted, shown_price
from billow.rating.models import MODELS, Asked
from billow.rating.models.volume import cliffs

from .samples import tiers

HALF = Proration(Method.CALENDAR_DAYS, Fraction(1, 2), ((15, 30),))
FEES = (
    Tier(Decimal(10), Decimal(10), Decimal(2)),
    Tier(Decimal(20), Decimal(5), Decimal(3)),
    Tier(None, Decimal(5), Decimal(3)),
)
BLOCKS = (
    Tier(Decimal(1000), Decimal(1), package=Decimal(100)),
    Tier(None, Decimal(8), package=Decimal(1000)),
)
BANDS = tiers(("10", "1"), (None, "2"))
STEPS = tiers(("10", "5"), ("20", "4"), (None, "3"))
CAPPED = tiers(("10", "5"))


def asked(value: str = "0", **given: object) -> Asked:
    return Asked(Decimal(value), "EUR", **given)  # type: ignore[arg-type]


def qty(
    quantity: str, value: str = "0", steps: tuple[Tier, ...] = (), share: Proration | None = None
) -> Asked:
    return asked(value, quantity=Decimal(quantity), tiers=steps, proration=share)


def cost(base: str, value: str = "0") -> Asked:
    return asked(value, base=Fraction(base))


def pack(quantity: str, share: Proration | None = None) -> Asked:
    return asked("100", quantity=Decimal(quantity), package_size=Decimal(10), proration=share)


def events(count: str, spent: str, free: str = "0") -> Asked:
    return asked(
        "1.3", quantity=Decimal(count), base=Fraction(spent), fixed_fee=Decimal(2), free_base=Fraction(free)
    )


def cost_in(base: str, steps: tuple[Tier, ...]) -> Asked:
    return asked(base=Fraction(base), tiers=steps)


TABLE = [
    pytest.param("flat", qty("7", "250"), "250", id="flat: the price once, however many units"),
    pytest.param("flat", qty("0", "250"), "250", id="flat: also without units"),
    pytest.param("flat", qty("1", "250", share=HALF), "125", id="flat: half a month is half the fee"),
    pytest.param("flat", qty("1", "-250"), "-250", id="flat: a credit"),
    pytest.param("per_unit", qty("0", "5"), "0", id="per unit: no units cost nothing"),
    pytest.param("per_unit", qty("1000", "0.05"), "50", id="per unit: units times price"),
    pytest.param("per_unit", qty("-3", "5"), "-15", id="per unit: refunded units"),
    pytest.param("per_unit", qty("3", "5", share=HALF), "15/2", id="per unit: the share scales the amount"),
    pytest.param("graduated", qty("0", steps=STEPS), "0", id="graduated: no units enter no tier"),
    pytest.param("graduated", qty("10", steps=STEPS), "50", id="graduated: the bound is included"),
    pytest.param("graduated", qty("11", steps=STEPS), "54", id="graduated: one beyond is in the next tier"),
    pytest.param("graduated", qty("10.5", steps=STEPS), "52", id="graduated: half a unit beyond"),
    pytest.param("graduated", qty("20", steps=STEPS), "90", id="graduated: the second bound"),
    pytest.param("graduated", qty("21", steps=STEPS), "93", id="graduated: one in the open tier"),
    pytest.param("graduated", qty("-11", steps=STEPS), "-54", id="graduated: a refund mirrors the charge"),
    pytest.param("graduated", qty("11", steps=STEPS, share=HALF), "27", id="graduated: full units choose"),
    pytest.param("graduated", qty("0", steps=FEES), "2", id="graduated: no units owe the first flat fee"),
    pytest.param("graduated", qty("10", steps=FEES), "102", id="graduated: 10 x 10 and a fee of 2"),
    pytest.param("graduated", qty("12", steps=FEES), "115", id="graduated: 100 + 2 + 2 x 5 + 3"),
    pytest.param("graduated", qty("12", steps=FEES, share=HALF), "60", id="graduated: half, fees whole"),
    pytest.param("graduated", qty("1100", steps=BLOCKS), "18", id="graduated: 10 x 100, 1 x 1000"),
    pytest.param("volume", qty("0", steps=FEES), "2", id="volume: no units owe the first flat fee"),
    pytest.param("volume", qty("10", steps=FEES), "102", id="volume: the bound is included"),
    pytest.param("volume", qty("10.5", steps=FEES), "111/2", id="volume: half a unit beyond is above"),
    pytest.param("volume", qty("21", steps=FEES), "108", id="volume: all at the open tier, only its fee"),
    pytest.param("volume", qty("11", steps=STEPS, share=HALF), "22", id="volume: full units choose"),
    pytest.param("volume", qty("20", steps=FEES, share=HALF), "53", id="volume: 100 halved, the fee is not"),
    pytest.param("volume", qty("1001", steps=BLOCKS), "16", id="volume: two thousands begun"),
    pytest.param("volume", qty("99", steps=CAPPED), "495", id="volume: beyond the last bound"),
    pytest.param("stair_step", qty("0", steps=STEPS), "5", id="stair-step: no units are in the first step"),
    pytest.param("stair_step", qty("10", steps=STEPS), "5", id="stair-step: the bound is included"),
    pytest.param("stair_step", qty("11", steps=STEPS), "4", id="stair-step: one beyond is the next step"),
    pytest.param("stair_step", qty("11", steps=FEES), "8", id="stair-step: price 5 and its fee of 3"),
    pytest.param("stair_step", qty("11", steps=STEPS, share=HALF), "2", id="stair-step: prorated"),
    pytest.param("package", pack("0"), "0", id="package: nothing started"),
    pytest.param("package", pack("0.5"), "100", id="package: half a unit starts one"),
    pytest.param("package", pack("120"), "1200", id="package: exactly full"),
    pytest.param("package", pack("121"), "1300", id="package: one beyond starts the next"),
    pytest.param("package", pack("121", share=HALF), "650", id="package: the price is prorated"),
    pytest.param("percentage", events("4", "800"), "92/5", id="percentage: 1.3 % of 800 and 4 x 2"),
    pytest.param("percentage", events("1", "800", "400"), "36/5", id="percentage: 400 free: 5.20 + 2"),
    pytest.param("percentage", events("0", "0"), "0", id="percentage: nothing happened"),
    pytest.param("percentage", events("0", "-100"), "-13/10", id="percentage: a credit"),
    pytest.param("graduated_percentage", cost_in("0", FEES), "2", id="percentage in tiers: the first fee"),
    pytest.param("graduated_percentage", cost_in("10", BANDS), "1/10", id="percentage in tiers: the bound"),
    pytest.param("graduated_percentage", cost_in("12", BANDS), "7/50", id="percentage in tiers: 0.10 + 0.04"),
    pytest.param("graduated_percentage", cost_in("-12", BANDS), "-7/50", id="percentage in tiers: a credit"),
    pytest.param("graduated_percentage", cost_in("12", FEES), "61/10", id="percentage in tiers: with fees"),
    pytest.param("markup", cost("0", "10"), "0", id="markup: on nothing"),
    pytest.param("markup", cost("80", "12.5"), "90", id="markup: 12.5 % on a cost of 80 is 90"),
    pytest.param("markup", cost("80"), "80", id="markup: of nothing is the cost"),
    pytest.param("markup", cost("-80", "12.5"), "-90", id="markup: a credit grows too"),
    pytest.param("markup", cost("80", "-10"), "72", id="markup: a negative one is a discount on cost"),
    pytest.param("margin", cost("80", "20"), "100", id="margin: 20 % of the price over a cost of 80 is 100"),
    pytest.param("margin", cost("80"), "80", id="margin: of nothing is the cost"),
    pytest.param("margin", cost("1", "99"), "100", id="margin: of 99 % is a hundredfold"),
    pytest.param("margin", cost("-80", "20"), "-100", id="margin: a credit"),
    pytest.param("margin", cost("100", "30"), "1000/7", id="margin: exact where decimals have no end"),
    pytest.param("percent_off_list", cost("200", "5"), "190", id="off list: 5 % off 200"),
    pytest.param("percent_off_list", cost("200", "100"), "0", id="off list: everything off"),
    pytest.param("percent_off_list", cost("-200", "5"), "-190", id="off list: a refund"),
    pytest.param("pass_through", cost("71.42", "99"), "3571/50", id="pass-through: the cost, no percentage"),
    pytest.param("pass_through", cost("-0.01"), "-1/100", id="pass-through: a cent of credit"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "given_", "amount"), TABLE)
def test_a_model_asks(model: str, given_: Asked, amount: str) -> None:
    assert sum((part.amount for part in MODELS[model](given_)), Fraction(0)) == Fraction(amount)


def test_every_model_is_in_the_table() -> None:
    assert {row.values[0] for row in TABLE} == set(MODELS)


@pytest.mark.parametrize(
    ("model", "given_", "told"),
    [
        pytest.param("flat", qty("1", "250", share=HALF), ["flat 250 EUR x (15/30)"], id="flat"),
        pytest.param("per_unit", qty("3", "5.00"), ["3 x 5 EUR"], id="per unit"),
        pytest.param(
            "graduated", qty("11", steps=STEPS), ["10 x 5 EUR (up to 10)", "1 x 4 EUR (up to 20)"], id="tiers"
        ),
        pytest.param(
            "graduated", qty("11", steps=FEES, share=HALF),
            ["10 x 10 EUR (up to 10) x (15/30)", "flat fee 2 EUR (up to 10)",
             "1 x 5 EUR (up to 20) x (15/30)", "flat fee 3 EUR (up to 20)"], id="tiers with fees",
        ),
        pytest.param("volume", qty("21", steps=STEPS), ["all 21 x 3 EUR (above)"], id="volume"),
        pytest.param(
            "volume", qty("1001", steps=BLOCKS), ["all 2 packages of 1000 x 8 EUR (above)"], id="blocks"
        ),
        pytest.param("stair_step", qty("7", steps=STEPS), ["7 in the step up to 10: 5 EUR"], id="stair-step"),
        pytest.param("package", pack("121"), ["13 x 100 EUR per package of 10"], id="package"),
        pytest.param(
            "percentage", events("1", "800", "400"), ["1.3 % of cost 800 EUR - 400 free", "1 x 2 EUR fixed"],
            id="percentage",
        ),
        pytest.param(
            "graduated_percentage", cost_in("12", BANDS),
            ["1 % of 10 EUR of cost (up to 10)", "2 % of 2 EUR of cost (above)"], id="percentage in tiers",
        ),
        pytest.param("markup", cost("80", "12.5"), ["cost 80 EUR", "markup 12.5 % on cost"], id="markup"),
        pytest.param("margin", cost("80", "20"), ["cost 80 EUR", "margin 20 % of the price"], id="margin"),
        pytest.param("percent_off_list", cost("200", "5"), ["list 200 EUR", "5 % off list"], id="off list"),
        pytest.param("pass_through", cost("71.42"), ["cost 71.42 EUR, passed on"], id="pass-through"),
    ],
)  # fmt: skip
def test_every_step_is_told(model: str, given_: Asked, told: list[str]) -> None:
    assert [part.text for part in MODELS[model](given_)] == told


@pytest.mark.parametrize(
    ("counted", "share", "words"),
    [
        pytest.param((), "1", "", id="nothing prorated, nothing said"),
        pytest.param(((30, 30),), "1", "", id="a whole month needs no words"),
        pytest.param(((30, 30), (31, 31)), "2", " x 2", id="two whole months are times two"),
        pytest.param(
            ((12, 31), (10, 28)), "323/434", " x (12/31 + 10/28)", id="days over days, month by month"
        ),
        pytest.param(((30, 30),), "1/12", " x 1/12", id="a month of a yearly price"),
    ],
)
def test_the_share_is_told_as_days(counted: tuple[tuple[int, int], ...], share: str, words: str) -> None:
    shown = asked(proration=Proration(Method.CALENDAR_DAYS, Fraction(share), counted))
    assert shown.share_words == words


def test_what_the_one_rounding_did_is_a_part_of_its_own() -> None:
    amount, parts = close([Part("12 of 31 days", Fraction(31 * 12, 31) / 7)], "EUR")
    assert amount == Decimal("1.71")
    assert parts[-1].text == "rounded half up from 12/7 to 1.71 EUR"
    assert close([], "EUR") == (Decimal("0.00"), ())


def test_the_exchange_is_a_step_of_its_own() -> None:
    parts = converted((Part("x", Fraction(10)),), Fraction(9, 10), "USD", "EUR")
    assert parts == (Part("x", Fraction(10)), Part("in EUR at 0.9 per USD", Fraction(-1)))


def test_a_unit_price_without_end_is_not_shown() -> None:
    assert shown_price(Decimal(10), Fraction(1, 3)) is None
    assert shown_price(Decimal(10), Fraction(1, 4)) == Decimal("2.5")


def test_a_line_that_is_counted_with_others_pays_its_part() -> None:
    part = asked(quantity=Decimal(12), tiers=FEES, weight=Fraction(1, 4))
    assert [str(step.amount) for step in MODELS["graduated"](part)] == ["25", "1/2", "5/2", "3/4"]
    assert MODELS["graduated"](part)[0].text.endswith(" x 0.25 (this line's part)")


def test_a_fee_that_the_period_has_is_not_asked_again() -> None:
    again = asked(quantity=Decimal(12), tiers=FEES, fees_paid=frozenset({0}))
    assert sum(step.amount for step in MODELS["graduated"](again)) == 113


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        pytest.param(tiers(("100", "2"), (None, "1")), ["100 for 200", "101 for 101"], id="a fall by half"),
        pytest.param(tiers(("100", "1"), (None, "1")), [], id="one price has none"),
        pytest.param(tiers(("1", "100"), (None, "60")), [], id="120 for two is more than 100 for one"),
        pytest.param(
            (Tier(Decimal(5), Decimal(0), Decimal(100)), Tier(None, Decimal(10))),
            ["5 for 100", "6 for 60"], id="a flat fee that is left behind",
        ),
    ],
)  # fmt: skip
def test_a_cliff_names_the_cheaper_quantity(steps: tuple[Tier, ...], found: list[str]) -> None:
    told = [(f"{at} for {amount}", f"{more} for {less}") for at, amount, more, less in cliffs(steps)]
    assert [word for pair in told for word in pair] == found


QUANTITIES = st.decimals(-(10**6), 10**6, places=3)
BOUNDS = st.lists(st.integers(1, 10**5), min_size=0, max_size=5, unique=True).map(sorted)


@given(quantity=QUANTITIES, bounds=BOUNDS, prices=st.lists(st.integers(0, 100), min_size=6, max_size=6))
def test_graduated_tiers_price_every_unit_once(
    quantity: Decimal, bounds: list[int], prices: list[int]
) -> None:
    found = [Tier(Decimal(b), Decimal(p)) for b, p in zip(bounds, prices, strict=False)]
    steps = (*found, Tier(None, Decimal(prices[-1])))
    ones = tuple(Tier(tier.up_to, Decimal(1)) for tier in steps)
    counted = MODELS["graduated"](Asked(Decimal(0), "EUR", quantity, tiers=ones))
    assert sum((part.amount for part in counted), Fraction(0)) == Fraction(quantity)
    amount = sum(
        (p.amount for p in MODELS["graduated"](Asked(Decimal(0), "EUR", quantity, tiers=steps))), Fraction(0)
    )
    assert abs(amount) <= abs(Fraction(quantity)) * max(prices)


@given(base=st.fractions(0, 10**6), percent=st.decimals(0, 99, places=2))
def test_margin_is_on_the_price_and_markup_on_the_cost(base: Fraction, percent: Decimal) -> None:
    marked = sum(p.amount for p in MODELS["markup"](Asked(percent, "EUR", base=base)))
    margined = sum(p.amount for p in MODELS["margin"](Asked(percent, "EUR", base=base)))
    assert marked - base == base * Fraction(percent) / 100
    assert margined - base == margined * Fraction(percent) / 100
    assert margined >= marked


@given(
    quantity=st.decimals(0, 10**6, places=3),
    more=st.decimals(0, 10**6, places=3),
    bounds=BOUNDS,
    figures=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=6, max_size=6),
)
def test_graduated_never_falls_nor_does_volume_where_no_step_is_cheaper(
    quantity: Decimal, more: Decimal, bounds: list[int], figures: list[tuple[int, int]]
) -> None:
    steps = tuple(
        Tier(None if up_to is None else Decimal(up_to), Decimal(unit), Decimal(fee))
        for up_to, (unit, fee) in zip((*bounds, None), figures, strict=False)
    )

    def amount(model: str, units: Decimal) -> Fraction:
        return sum(
            (p.amount for p in MODELS[model](Asked(Decimal(0), "EUR", units, tiers=steps))), Fraction(0)
        )

    assert amount("graduated", quantity + more) >= amount("graduated", quantity)
    if all(a <= c and b <= d for (a, b), (c, d) in pairwise(figures[: len(steps)])):
        assert amount("volume", quantity + more) >= amount("volume", quantity)
        assert not cliffs(steps)
