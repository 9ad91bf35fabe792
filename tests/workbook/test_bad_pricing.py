"""Each mistake in the rules of pricing is told once: with its sheet, row and column, and what to do.

The rows are read as those of the sheets are and rated as every invoice is. The first row of a sheet is row 2.
"""

from decimal import Decimal
from typing import Any

import pytest

from billow.charges import Category
from billow.inputs import INPUTS, inputs_of
from billow.problems import Place, Problem
from billow.rating.rate import rate
from billow.workbook.rule_rows import Written, rows_of
from tests.rules.cases import GivenCharge

Sheets = dict[str, list[dict[str, str]]]

SEATS: Sheets = {
    "Customers": [{"Customer": "C-1", "Name": "Alpha B.V.", "Country": "NL"}],
    "Accounts": [{"Vendor": "Suite", "Account": "A-1", "Customer": "C-1"}],
    "Products": [{"Product": "SEAT", "Text": "Office seat", "Vendor": "Suite"}],
    "SKU rules": [{"Vendor": "Suite", "Match": "vendor", "Product": "SEAT"}],
    "Charge policy": [{"Vendor": "*", "Charge type": "*", "Policy": "bill"}],
}
UNIT = {"Product": "SEAT", "Model": "per_unit", "Price or %": "10", "Currency": "EUR"}
TIERED = {"Product": "SEAT", "Model": "graduated", "Currency": "EUR", "Tier set": "seats"}
OFF = {"Discount": "Big", "On": "line", "Kind": "fixed", "Value": "500", "Currency": "EUR", "Text": "Big"}


def told(sheets: Sheets, quantity: str = "3") -> list[Problem]:
    """Return the problems of the sheets, else those of rating one charge of ``quantity`` seats in June."""
    written = [
        Written(title, Place("Billing.xlsx", title, number), texts)
        for title, found in {**SEATS, **sheets}.items()
        for number, texts in enumerate(found, start=2)
    ]
    rows, wrong = rows_of(written)
    inputs = inputs_of({table: rows.get(table, []) for table in INPUTS}, "Billing.xlsx", wrong)
    june = GivenCharge(
        vendor="Suite", type="new", category=Category.PURCHASE, cost=Decimal(9), quantity=Decimal(quantity)
    )
    found = [problem for problem in inputs.problems if problem.code != "SET-001"]  # there is no company
    return found or list(rate([june.charge("c0", "2026-06")], inputs.books, "2026-06").problems)


def prices(*rows: dict[str, str], **sheets: Any) -> Sheets:
    return {"Prices": [*rows], **sheets}


TABLE = [
    # the mistake, code, where, words of the sentence, words of the hint
    pytest.param(
        prices(TIERED, Tiers=[{"Tier set": "seats", "Up to": "10", "Unit price": "5"}]),
        "INP-008", "sheet Tiers, row 2, column Up to", "0 open steps", "Leave Up to blank",
        id="tiers that leave a gap above their last bound",
    ),
    pytest.param(
        prices(TIERED, Tiers=[
            {"Tier set": "seats", "Up to": "10", "Unit price": "5"},
            {"Tier set": "seats", "Up to": "10", "Unit price": "4"},
            {"Tier set": "seats", "Unit price": "3"},
        ]),
        "INP-008", "sheet Tiers, row 3, column Up to", "10 twice", "its own upper bound",
        id="two steps with one bound",
    ),
    pytest.param(
        prices(UNIT, {**UNIT, "Price or %": "11"}),
        "PRC-011", "sheet Prices, row 3, column Valid from", "rows 2 and 3", "End the earlier row",
        id="two equal prices",
    ),
    pytest.param(
        prices({**UNIT, "Commitment": "100", "Currency": ""}),
        "INP-002", "sheet Prices, row 2, column Currency", "has no currency", "Fill in the currency",
        id="a commitment without currency",
    ),
    pytest.param(
        prices({"Product": "SEAT", "Model": "markup", "Price or %": "5", "Commitment": "100"}),
        "INP-002", "sheet Prices, row 2, column Currency", "commitment has no currency", "Fill in",
        id="a commitment on a markup without currency",
    ),
    pytest.param(
        prices(UNIT, Discounts=[OFF]),
        "DSC-006", "sheet Discounts, row 2, column Value", "more than the 30 EUR left", "Lower Value",
        id="a discount that would make a line negative",
    ),
    pytest.param(
        prices({**UNIT, "Price or %": "ten"}),
        "WBK-007", "sheet Prices, row 2, column Price or %", '"ten"', "number",
        id="a price in words",
    ),
    pytest.param(
        prices(UNIT, Discounts=[{**OFF, "Value": "all"}]),
        "WBK-007", "sheet Discounts, row 2, column Value", '"all"', "number",
        id="a discount in words",
    ),
    pytest.param(
        prices(TIERED, Tiers=[
            {"Tier set": "seats", "Up to": "ten", "Unit price": "5"},
            {"Tier set": "seats", "Unit price": "4"},
        ]),
        "WBK-007", "sheet Tiers, row 2, column Up to", '"ten"', "number",
        id="a bound in words",
    ),
    pytest.param(
        prices(UNIT, Accounts=[SEATS["Accounts"][0], SEATS["Accounts"][0]]),
        "WBK-018", "sheet Accounts, row 3, column Vendor", "rows 2 and 3", "Keep one of the two rows",
        id="an account that stands twice",
    ),
]  # fmt: skip


def test_a_net_refund_at_a_package_price_is_told_once() -> None:
    (problem,) = told(prices({**UNIT, "Model": "package", "Package size": "10"}), quantity="-3")
    assert problem.code == "PRC-008"
    assert str(problem.place) == "Billing.xlsx, sheet Prices, row 2, column Model"
    assert "net quantity of -3 at a package price" in problem.sentence
    assert "sheet Adjustments" in problem.hint


@pytest.mark.parametrize(("sheets", "code", "where", "sentence", "hint"), TABLE)
def test_a_mistake_is_told_once(sheets: Sheets, code: str, where: str, sentence: str, hint: str) -> None:
    found = told(sheets)
    assert [(problem.code, str(problem.place)) for problem in found] == [(code, f"Billing.xlsx, {where}")]
    assert sentence in found[0].sentence
    assert hint in found[0].hint


def test_right_rows_have_no_problem() -> None:
    assert told(prices(UNIT)) == []
