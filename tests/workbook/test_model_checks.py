"""Each cell of a price row is needed, used or refused, as its model says; nothing is passed over."""

from decimal import Decimal
from typing import Any

import pytest

from billow.catalog.prices import Price, Tier
from billow.inputs.model_checks import cliff_notes, model_problems, tier_problems
from billow.problems import Place, Severity
from billow.sheets.columns import SHEETS
from billow.sheets.reading import Row

ONE, TEN = Decimal(1), Decimal(10)
UNIT = {"Model": "per_unit", "Price or %": ONE, "Currency": "EUR"}
COST = {"Model": "markup", "Price or %": ONE}
PART = {"Model": "percentage", "Price or %": ONE}
PACKAGE = {**UNIT, "Model": "package", "Package size": TEN}
TIERS = {"Model": "volume", "Currency": "EUR", "Tier set": "gb"}


def row(table: str, cells: dict[str, Any]) -> Row:
    """Return a row of a sheet in which all other cells are blank."""
    blank = dict.fromkeys(SHEETS[table].names)
    return Row(7, {**blank, **cells}, {}, Place("Billing.xlsx", SHEETS[table].title, 7))


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        pytest.param(UNIT, [], id="a price per unit"),
        pytest.param(COST, [], id="a markup"),
        pytest.param(PACKAGE, [], id="a package with its size"),
        pytest.param(TIERS, [], id="tiers that are there"),
        pytest.param({**UNIT, "Included": ONE, "Minimum quantity": ONE, "Round up to": ONE}, [], id="rules"),
        pytest.param({**PART, "Fixed fee": ONE, "Currency": "EUR", "Included": ONE}, [], id="events"),
        pytest.param({**COST, "Minimum spend": ONE, "Currency": "EUR"}, [], id="a minimum on a markup"),
        pytest.param({**UNIT, "Commitment": ONE, "Overage %": ONE}, [], id="a commitment"),
        pytest.param({**TIERS, "Counted over": "group"}, [], id="tiers of a group"),
        pytest.param({**UNIT, "Included": ONE, "Counted over": "group"}, [], id="included units of a group"),
        pytest.param({**UNIT, "Maximum spend": ONE, "Counted over": "customer"}, [], id="a customer's limit"),
        pytest.param({**UNIT, "Minimum spend": ONE, "Counted over": "group"}, [], id="a group's minimum"),
        pytest.param({"Model": "bundle", "Price or %": Decimal(0), "Bundle": "WORK"}, [], id="a member"),
        pytest.param({**UNIT, "Currency": None}, ["INP-002 Currency"], id="a price without currency"),
        pytest.param({**COST, "Minimum spend": ONE}, ["INP-002 Currency"], id="a minimum without currency"),
        pytest.param({**COST, "Commitment": ONE}, ["INP-002 Currency"], id="a commitment without currency"),
        pytest.param({**PART, "Fixed fee": ONE}, ["INP-002 Currency"], id="a fixed fee without currency"),
        pytest.param({**TIERS, "Tier set": "mb"}, ["INP-003 Tier set"], id="tiers that are not there"),
        pytest.param({**TIERS, "Model": "stair_step", "Tier set": None}, ["INP-003 Tier set"], id="no tiers"),
        pytest.param({**UNIT, "Price or %": None}, ["INP-004 Price or %"], id="no figure"),
        pytest.param({**PACKAGE, "Package size": None}, ["INP-017 Package size"], id="a package of no size"),
        pytest.param({"Model": "bundle", "Price or %": ONE}, ["INP-017 Bundle"], id="a member of no bundle"),
        pytest.param({**UNIT, "Overage %": ONE}, ["INP-017 Commitment"], id="an overage over nothing"),
        pytest.param({**COST, "Included": ONE}, ["INP-018 Included"], id="included units of a markup"),
        pytest.param({**PART, "Minimum quantity": ONE}, ["INP-018 Minimum quantity"], id="fewest events"),
        pytest.param({**COST, "Round up to": ONE}, ["INP-018 Round up to"], id="a markup rounded up"),
        pytest.param({**UNIT, "Package size": TEN}, ["INP-018 Package size"], id="a size and no package"),
        pytest.param({**UNIT, "Fixed fee": ONE}, ["INP-018 Fixed fee"], id="a fixed fee per unit"),
        pytest.param({**UNIT, "Bundle": "WORK"}, ["INP-018 Bundle"], id="a bundle that is not the model"),
        pytest.param(
            {"Model": "bundle", "Price or %": ONE, "Bundle": "WORK", "Currency": "EUR", "Maximum spend": ONE},
            ["INP-018 Maximum spend"], id="a member's maximum",
        ),
        pytest.param({**UNIT, "Counted over": "customer"}, ["INP-018 Counted over"], id="nothing to count"),
        pytest.param({**UNIT, "Round up to": Decimal(0)}, ["INP-019 Round up to"], id="a multiple of zero"),
        pytest.param({**UNIT, "Included": -ONE}, ["INP-019 Included"], id="included units below zero"),
        pytest.param({**PACKAGE, "Package size": Decimal(0)}, ["INP-019 Package size"], id="a size of zero"),
        pytest.param(
            {**UNIT, "Minimum spend": TEN, "Maximum spend": ONE}, ["INP-019 Minimum spend"],
            id="a minimum above the maximum",
        ),
    ],
)  # fmt: skip
def test_a_model_decides_what_its_row_may_say(cells: dict[str, Any], found: list[str]) -> None:
    problems = list(model_problems(row("tblPrices", cells), {"gb"}))
    assert [f"{problem.code} {problem.place.column}" for problem in problems] == found
    assert all(problem.hint and problem.place.row == row("tblPrices", {}).number for problem in problems)


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        pytest.param({"Up to": TEN}, [], id="a step up to ten"),
        pytest.param({"Up to": None}, [], id="the open step"),
        pytest.param({"Up to": Decimal(0)}, ["Up to"], id="a step that no unit can be in"),
        pytest.param({"Up to": TEN, "Package size": -ONE}, ["Package size"], id="a package below zero"),
    ],
)
def test_a_step_holds_units(cells: dict[str, Any], columns: list[str]) -> None:
    assert [p.place.column for p in tier_problems(row("tblTiers", cells))] == columns


def test_a_cliff_is_a_note_that_names_the_cheaper_quantity() -> None:
    steps = (Tier(Decimal(100), Decimal(2), Decimal(10)), Tier(None, ONE))
    place = Place("Billing.xlsx", "Prices", 9)
    prices = [
        Price(model, model=model, tiers=steps, currency="EUR", place=place)
        for model in ("volume", "graduated")
    ]
    (note,) = cliff_notes(prices)
    assert (note.code, note.severity, note.place.column) == ("PRC-010", Severity.NOTE, "Tier set")
    assert note.sentence == "At this price 100 units cost 210 EUR and 101 units only 101 EUR."
