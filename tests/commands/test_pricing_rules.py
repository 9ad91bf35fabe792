"""What finance types on sheets Prices and Tiers reaches the invoice: a model, its rules, a bundle, a note."""

from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

from tests.commands.clerk import MONTH, add_row, billow, cents, rows, type_into

STORE = {"Product": "BC-STORE"}


def invoiced(workbook: Path, *products: str) -> list[dict[str, Any]]:
    """Make the drafts anew and return the rated lines of the products."""
    said = billow("invoice", workbook, "--period", MONTH)
    assert said.code == 0, said.err
    return [row for row in rows(workbook, "tblLines") if row["Product"] in products]


def test_the_rules_of_a_price_reach_the_line(drafted: Path) -> None:
    was = [row["Quantity"] for row in rows(drafted, "tblLines") if row["Product"] == "BC-STORE"]
    given = {"Model": "package", "Price or %": Decimal(4), "Package size": Decimal(100), "Tier set": None}
    rules = {"Included": Decimal(100), "Round up to": Decimal(1), "Minimum spend": Decimal(30)}
    type_into(drafted, "tblPrices", STORE, {**given, **rules})
    lines = invoiced(drafted, "BC-STORE")
    assert [line["Quantity"] for line in lines] == was
    for line in lines:
        started = ceil(max(line["Quantity"] - 100, Decimal(0)) / 100)
        assert cents(line["Amount"]) == max(4 * started, Decimal(30)), line["Steps"]
    assert any("per package of 100" in line["Steps"] for line in lines)


def test_flat_fees_of_steps_reach_the_line(drafted: Path) -> None:
    before = {row["Line"]: row["Amount"] for row in rows(drafted, "tblLines") if row["Product"] == "BC-STORE"}
    type_into(drafted, "tblTiers", {"Tier set": "backup-gb"}, {"Flat fee": Decimal(7)})
    for line in invoiced(drafted, "BC-STORE"):
        entered = sum(bound < line["Quantity"] for bound in (0, 500, 2000))
        assert line["Amount"] == before[line["Line"]] + 7 * entered


def test_a_bundle_reaches_the_line(drafted: Path) -> None:
    add_row(drafted, "tblProducts", {"Product": "CARE-PACK", "Text": "Care pack", "Vendor": "BrightCloud"})
    own = {"Scope": "everyone", "Applies to": "product", "Product": "CARE-PACK", "Model": "per_unit"}
    add_row(drafted, "tblPrices", {**own, "Price or %": Decimal(9), "Currency": "EUR", "Per": "month"})
    member = {"Model": "bundle", "Bundle": "CARE-PACK", "Price or %": Decimal(1)}
    was = [row for row in rows(drafted, "tblLines") if row["Product"] == "BC-SECURITY"]
    type_into(drafted, "tblPrices", {"Product": "BC-SECURITY"}, member)
    lines = invoiced(drafted, "CARE-PACK", "BC-SECURITY")
    # A contract at an agreed price is not asked for on sheet Prices, so it stays what it is.
    agreed = [line for line in lines if line["Product"] == "BC-SECURITY"]
    assert [line["Subscription"] for line in agreed] == ["BC-V-20417"]
    assert sum(line["Quantity"] for line in lines) == sum(line["Quantity"] for line in was)
    assert all(line["Amount"] == 9 * line["Quantity"] for line in lines if line not in agreed)


def test_a_cliff_is_told_and_holds_up_nothing(drafted: Path) -> None:
    type_into(drafted, "tblPrices", STORE, {"Model": "volume"})
    invoiced(drafted, "BC-STORE")
    notes = [row for row in rows(drafted, "tblProblems") if row["Code"] == "PRC-010"]
    assert sorted(note["Problem"] for note in notes) == [
        "At this price 2000 units cost 140 EUR and 2001 units only 100.05 EUR.",
        "At this price 500 units cost 45 EUR and 501 units only 35.07 EUR.",
    ]
