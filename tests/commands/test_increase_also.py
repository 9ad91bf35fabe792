"""What an increase raises beside our own prices: only what is named with --also."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billow.catalog.increase import Also, Increase, raised
from billow.contracts.agreed_prices import at_prices, raised_agreed
from billow.contracts.subscriptions import Change, Subscription
from tests.commands.clerk import MONTH, billow, rows, snapshot, type_into
from tests.core.samples import contract, day, price

START = date(2026, 9, 1)
EVERYTHING = tuple(word for kind in Also for word in ("--also", kind))
LIMITS = {
    "minimum": Decimal(100), "maximum": Decimal(900), "commitment": Decimal(400), "fixed_fee": Decimal(2),
}  # fmt: skip
COST = price("vm", model="percentage", value=Decimal(8), **LIMITS)
OWN = price("e5", product="E5", model="per_unit", value=Decimal(30), minimum=Decimal(100))


@pytest.mark.parametrize(
    ("also", "amounts"),
    [
        pytest.param([], None, id="nothing of a price on cost"),
        pytest.param([Also.AGREED], None, id="agreed prices are those of contracts"),
        pytest.param([Also.FEES], "8 2.20 100 900 400", id="the fee for each event"),
        pytest.param([Also.MINIMUM], "8 2 110.00 900 400", id="the minimum"),
        pytest.param([Also.MAXIMUM], "8 2 100 990.00 400", id="the maximum"),
        pytest.param([Also.COMMITMENT], "8 2 100 900 440.00", id="the commitment"),
        pytest.param([*Also], "8 2.20 110.00 990.00 440.00", id="all but the percentage"),
    ],
)
def test_amounts_beside_a_price(also: list[Also], amounts: str | None) -> None:
    pairs = raised([COST], Increase(Decimal(10), START, also=frozenset(also)))
    names = ("value", "fixed_fee", "minimum", "maximum", "commitment")
    said = [" ".join(str(getattr(new, name)) for name in names) for _, new in pairs]
    assert said == ([amounts] if amounts else [])


def test_a_price_of_our_own_is_raised_with_what_is_named() -> None:
    ((_, new),) = raised([OWN], Increase(Decimal(10), START))
    assert (new.value, new.minimum) == (Decimal("33.00"), Decimal(100))
    ((_, new),) = raised([OWN], Increase(Decimal(10), START, also=frozenset({Also.MINIMUM})))
    assert (new.value, new.minimum) == (Decimal("33.00"), Decimal("110.00"))


def priced(on: str, figure: str) -> Change:
    return Change(1, "K-1", day(on), "price", price=Decimal(figure))


@pytest.mark.parametrize(
    ("own", "changes", "expected"),
    [
        pytest.param({}, [], "300.00 -> 330.00", id="running before and on the day"),
        pytest.param({}, [priced("7-01", "320")], "320 -> 352.00", id="the price that was agreed last"),
        pytest.param({}, [priced("9-01", "320")], None, id="one that begins on the day stays"),
        pytest.param({}, [priced("2026-10-01", "320")], None, id="one that begins later stays"),
        pytest.param({"agreed_price": None}, [], None, id="the price sheet's"),
        pytest.param({"agreed_price": Decimal(0)}, [], None, id="free of charge"),
        pytest.param({"start": START}, [], None, id="begins on the day"),
        pytest.param({"through": day("8-31")}, [], None, id="ended the day before"),
        pytest.param({"through": day("9-01")}, [], "300.00 -> 330.00", id="ends on the day"),
        pytest.param({"status": "cancelled"}, [], None, id="not active"),
        pytest.param({"billed_by": "vendor"}, [], None, id="the vendor's lines bill it"),
        pytest.param({"product": "E5"}, [], None, id="another product"),
        pytest.param({"product": "Care"}, [], "300.00 -> 330.00", id="in any case of letters"),
    ],
)
def test_which_agreed_prices_are_raised(
    own: dict[str, Any], changes: list[Change], expected: str | None
) -> None:
    plan = Increase(Decimal(10), START)
    found = raised_agreed([replace(contract(), **own)], changes, plan, {"care"})
    assert [f"{one.before} -> {one.after}" for one in found] == ([expected] if expected else [])


def test_the_effect_is_that_of_one_price_all_the_time() -> None:
    others = Change(2, "K-1", day("7-01"), "add", Decimal(1))
    given: list[Subscription] = [contract(), contract("K-2")]
    found, kept = at_prices(given, [priced("7-01", "320"), others], {"k-1": Decimal(352)})
    assert [one.agreed_price for one in found] == [Decimal(352), Decimal("300.00")]
    assert kept == [others]


def raise_support(workbook: Path, *words: str) -> tuple[str | Path, ...]:
    return (
        "prices",
        "increase",
        workbook,
        "--by",
        "10",
        "--from",
        str(START),
        "--product",
        "SUPPORT",
        *words,
    )


def test_agreed_prices_and_limits_are_shown_first_and_then_written(drafted: Path) -> None:
    support = {"Product": "SUPPORT"}
    type_into(drafted, "tblPrices", support, {"Minimum spend": Decimal(90)})
    before = snapshot(drafted.parent)
    said = billow(*raise_support(drafted, *EVERYTHING))
    assert said.code == 0, said.err
    assert "contract SUP-1001 of C-1001, SUPPORT: 250 -> 275 EUR" in said.out
    assert "minimum spend 90 -> 99 EUR" in said.out
    assert "C-1001" in said.out.partition(f"{MONTH}, once every running term is renewed")[2]
    assert "(+25.00)" in said.out
    assert snapshot(drafted.parent) == before
    assert billow(*raise_support(drafted, *EVERYTHING, "--accept")).code == 0
    change = rows(drafted, "tblChanges")[-2:]
    assert [(row["Subscription"], row["Kind"], row["Price"], row["Effective"]) for row in change] == [
        ("SUP-1001", "price", Decimal(275), START),
        ("SUP-1024", "price", change[1]["Price"], START),
    ]
    minima = [row["Minimum spend"] for row in rows(drafted, "tblPrices") if row["Product"] == "SUPPORT"]
    assert sorted(minima) == [Decimal(90), Decimal(99)]
    assert billow("check", drafted, "--period", MONTH).code == 0


def test_without_also_nothing_but_prices_is_raised(drafted: Path) -> None:
    said = billow(*raise_support(drafted, "--json"))
    assert (said.data["agreed"], [one["also"] for one in said.data["prices"]]) == ([], [{}])
