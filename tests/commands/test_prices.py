"""Prices over time: lists are imported and prices raised only after showing what it means, and for whom."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billow.catalog.increase import Increase, in_force, raised
from billow.catalog.list_prices import ListPrice, ListPrices
from billow.commands.price_effect import LastMonth, effect_lines
from tests.commands.clerk import MONTH, add_row, billow, cents, records, rows, snapshot, type_into
from tests.core.samples import JUNE, books, day, price, seats, tiers

LIST = Path(__file__).parent.parent / "data" / "price_lists" / "synthetic_price_list_nce_license_DE.csv"
HEADER = (
    "ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,EffectiveStartDate,"
    "EffectiveEndDate,ERP Price,Segment\n"
)


def raise_prices(workbook: Path, *words: str) -> tuple[str | Path, ...]:
    return ("prices", "increase", workbook, "--by", "10", "--from", "2026-09-01", *words)


def standing(workbook: Path, product: str) -> list[tuple[Any, ...]]:
    """Return the rows of a product on sheet Prices: term, price, first and last day."""
    return [
        (row["Term"], row["Price or %"], row["Valid from"], row["Valid through"])
        for row in rows(workbook, "tblPrices")
        if row["Product"] == product
    ]


def imported(workbook: Path) -> list[dict[str, Any]]:
    """Return the rows of sheet List prices that come from the German list; the example has Dutch ones."""
    return [row for row in rows(workbook, "tblListPrices") if row["Market"] != "NL"]


# --- import


def test_a_list_is_only_shown_until_it_is_accepted(drafted: Path) -> None:
    before = snapshot(drafted.parent)
    said = billow("prices", "import", drafted, LIST)
    assert said.code == 0
    assert "35 prices, 33 of articles of this workbook. 0 change, 33 are new" in said.out
    assert said.out.endswith("Nothing was written. Look at it, then run it again with --accept.\n")
    assert snapshot(drafted.parent) == before


def test_an_accepted_list_stands_on_its_sheet_and_in_the_log(drafted: Path) -> None:
    assert billow("prices", "import", drafted, LIST, "--accept").code == 0
    listed = imported(drafted)
    assert len(listed) == 33
    assert listed[0] | {"Note": None, "Unit": None} == {
        "SKU": "CFQ7TTC0LCHC/0002", "Article": "Microsoft 365 Business Premium", "Term": "P1Y",
        "Billing": "yearly", "Segment": "Commercial", "Market": "DE", "Currency": "EUR", "Up to": None,
        "List price": Decimal(264), "Cost price": Decimal("211.2"), "Unit": None,
        "Valid from": date(2026, 1, 1), "Valid through": None, "Source": LIST.name, "Note": None,
    }  # fmt: skip
    assert rows(drafted, "tblLog")[-1]["Command"] == "prices import"
    assert billow("check", drafted, "--period", MONTH).code == 0


def test_all_takes_what_the_workbook_does_not_know(drafted: Path) -> None:
    said = billow("prices", "import", drafted, LIST, "--all", "--accept", "--json")
    assert (said.data["rows"], said.data["taken"], said.data["written"]) == (35, 35, True)
    assert len(imported(drafted)) == 35


def test_a_list_of_unknown_articles_says_so(drafted: Path) -> None:
    other = drafted.parent / "other.csv"
    row = "CFQ7TTC0ZZZZ,1,Never sold,P1Y,Monthly,DE,EUR,54,1/1/2026,11/30/9999,68,Commercial\n"
    other.write_text(HEADER + row, encoding="utf-8")
    said = billow("prices", "import", drafted, other)
    assert "1 price, 0 of articles of this workbook. 0 change, 0 are new." in said.out
    assert "None of its articles is known in this workbook; --all takes every one." in said.out


def test_the_same_list_again_changes_nothing(drafted: Path) -> None:
    assert billow("prices", "import", drafted, LIST, "--accept").code == 0
    before = snapshot(drafted.parent)
    said = billow("prices", "import", drafted, LIST, "--accept")
    assert "0 change, 0 are new." in said.out
    assert "Sheet List prices says all of it already." in said.out
    assert snapshot(drafted.parent) == before


def test_a_new_list_price_is_told_with_who_uses_it_and_what_was_typed_stays(drafted: Path) -> None:
    assert billow("prices", "import", drafted, LIST, "--accept").code == 0
    asked = {
        "SKU": "CFQ7TTC0LF8S/0002",
        "Term": "P1Y",
        "Billing": "monthly",
        "Segment": "Commercial",
        "Market": "DE",
    }
    type_into(drafted, "tblListPrices", asked, {"Note": "Ask Microsoft"})
    later = drafted.parent / "july.csv"
    row = "CFQ7TTC0LF8S,2,Microsoft 365 E5,P1Y,Monthly,DE,EUR,540,7/1/2026,11/30/9999,681,Commercial\n"
    later.write_text(HEADER + row, encoding="utf-8")
    said = billow("prices", "import", drafted, later, "--accept", "--json")
    # 60 seats of two German customers in June; 681 - 657 = 24 a year, 2 a month: 120.00
    (change,) = said.data["changes"]
    assert (change["old"], change["new"], change["valid_from"]) == ("657", "681", "2026-07-01")
    assert (len(change["customers"]), change["units"], change["amount"]) == (2, "60", "120")
    listed = [r for r in imported(drafted) if r["SKU"] == asked["SKU"] and r["Term"] == "P1Y"]
    found = [r for r in listed if r["Billing"] == "monthly" and r["Segment"] == "Commercial"]
    assert [(r["List price"], r["Valid from"], r["Note"]) for r in found] == [
        (Decimal(657), date(2026, 1, 1), "Ask Microsoft"),
        (Decimal(681), date(2026, 7, 1), None),
    ]


def test_a_list_price_typed_by_hand_is_used_where_the_report_has_none(drafted: Path) -> None:
    row = add_row(
        drafted, "tblListPrices", {"SKU": "BC-BKP-GB", "Currency": "EUR", "List price": Decimal("0.10")}
    )
    type_into(
        drafted,
        "tblPrices",
        {"Product": "BC-STORE"},
        {"Model": "percent_off_list", "Price or %": Decimal(10)},
    )
    assert billow("invoice", drafted, "--period", MONTH).code == 0
    lines = [row for row in rows(drafted, "tblLines") if row["Product"] == "BC-STORE"]
    assert {line["Price row"].rpartition("; ")[2] for line in lines} == {
        f"list price of List prices row {row}"
    }
    report = records(drafted.parent / "reports" / MONTH / "brightcloud_2026-06.xlsx")
    stored = [Decimal(row["Lizenzen"]) for row in report if row["Artikel"] == "BC-BKP-GB"]
    assert sorted(line["Amount"] for line in lines) == sorted(cents(gb * Decimal("0.09")) for gb in stored)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        pytest.param("missing.csv", None, "IMP-001", id="no file"),
        pytest.param("other.csv", "Customer,Amount\nC-1,5\n", "IMP-041", id="no price list"),
    ],
)
def test_a_file_that_is_no_price_list_is_refused(
    drafted: Path, name: str, text: str | None, code: str
) -> None:
    path = drafted.parent / name
    if text:
        path.write_text(text, encoding="utf-8")
    said = billow("prices", "import", drafted, path, "--accept")
    assert (said.code, code in said.err) == (1, True)


# --- increase


def test_an_increase_is_only_shown_until_it_is_accepted(drafted: Path) -> None:
    before = snapshot(drafted.parent)
    said = billow(*raise_prices(drafted, "--product", "M365-E5"))
    assert said.code == 0
    assert "Prices row 13: product M365-E5 for everyone: 56.5 -> 62.15 EUR" in said.out
    assert "Prices row 14: product M365-E5 for everyone (P1M): 67.8 -> 74.58 EUR" in said.out
    assert "C-1003 Molenaar & Stroom N.V.:" in said.out
    assert snapshot(drafted.parent) == before


def test_an_accepted_increase_ends_rows_and_adds_their_successors(drafted: Path) -> None:
    assert billow(*raise_prices(drafted, "--product", "m365-e5", "--accept")).code == 0
    began, last, first = date(2024, 1, 1), date(2026, 8, 31), date(2026, 9, 1)
    assert standing(drafted, "M365-E5") == [
        (None, Decimal("56.5"), began, last),
        ("P1M", Decimal("67.8"), began, last),
        (None, Decimal(54), date(2025, 1, 1), last),
        (None, Decimal("62.15"), first, None),
        ("P1M", Decimal("74.58"), first, None),
        (None, Decimal("59.4"), first, None),
    ]
    said = billow("check", drafted, "--period", MONTH, "--json")
    assert [p for p in said.data["problems"] if p["code"].startswith("PRC-01")] == []
    assert rows(drafted, "tblLog")[-2]["Command"] == "prices increase"


def test_twice_is_refused_because_nothing_is_left_to_raise(drafted: Path) -> None:
    assert billow(*raise_prices(drafted, "--product", "M365-E5", "--accept")).code == 0
    said = billow(*raise_prices(drafted, "--product", "M365-E5", "--accept"))
    assert said.code == 1
    assert "CMD-016  No price for M365-E5 holds before and on 2026-09-01" in said.err


def test_steps_get_a_set_of_their_own(drafted: Path) -> None:
    assert billow(*raise_prices(drafted, "--product", "BC-STORE", "--accept")).code == 0
    steps = [
        (row["Tier set"], row["Up to"], row["Unit price"])
        for row in rows(drafted, "tblTiers")
        if row["Tier set"].startswith("backup-gb")
    ]
    assert steps[3:] == [
        ("backup-gb 2026-09-01", Decimal(500), Decimal("0.099")),
        ("backup-gb 2026-09-01", Decimal(2000), Decimal("0.077")),
        ("backup-gb 2026-09-01", None, Decimal("0.055")),
    ]
    sets = [row["Tier set"] for row in rows(drafted, "tblPrices") if row["Product"] == "BC-STORE"]
    # The offer that begins in September has steps of its own, which an increase leaves alone.
    assert sets == ["backup-gb", "autumn-storage", "backup-gb 2026-09-01"]


@pytest.mark.parametrize(
    "percent", ["0", "-100", "a lot", "1e3"], ids=["nothing", "all of it", "words", "an exponent"]
)
def test_a_percentage_that_is_none_is_wrong_usage(drafted: Path, percent: str) -> None:
    said = billow("prices", "increase", drafted, "--by", percent, "--from", "2026-09-01")
    assert said.code == 2


E5 = price("e5", product="E5", model="per_unit", value=Decimal("31.00"), valid_from=day("1-01"))


@pytest.mark.parametrize(
    ("given", "figure"),
    [
        pytest.param({}, "32.09", id="31.00 x 1.035 = 32.085, half up"),
        pytest.param({"value": Decimal("0.09")}, "0.0932", id="three digits of a small price"),
        pytest.param({"value": Decimal(1000)}, "1035.00", id="a whole figure gets cents"),
        pytest.param({"valid_through": day("9-01")}, "32.09", id="through the first day"),
        pytest.param({"valid_through": day("8-31")}, None, id="ended the day before"),
        pytest.param({"valid_from": day("9-01")}, None, id="begins on the first day"),
        pytest.param({"model": "markup"}, None, id="a percentage"),
        pytest.param({"product": "E3"}, None, id="another product"),
    ],
)
def test_what_an_increase_concerns(given: dict[str, Any], figure: str | None) -> None:
    increase = Increase(Decimal("3.5"), date(2026, 9, 1), frozenset({"e5"}))
    found = [str(new.value) for _, new in raised([replace(E5, **given)], increase)]
    assert found == ([figure] if figure else [])


def test_steps_and_their_fees_are_raised_together() -> None:
    stepped = replace(E5, model="graduated", value=Decimal(0), tiers=tiers(("10", "5.00"), (None, "4.00")))
    ((_, new),) = raised([stepped], Increase(Decimal(10), date(2026, 9, 1)))
    assert [str(tier.unit_price) for tier in new.tiers] == ["5.50", "4.40"]
    assert new.value == 0


# --- the money


def licence() -> list[Any]:
    term = {"term": "1 Year", "billing_frequency": "Monthly", "subscription_start": day("2025-09-01")}
    return [seats("s", "10", JUNE, "150.00", **term)]


def test_the_effect_is_that_of_a_month_with_all_terms_renewed() -> None:
    month = LastMonth("2026-06", tuple(licence()))
    prices = [replace(E5, valid_through=day("8-31")), replace(E5, value=Decimal(32), valid_from=day("9-01"))]
    before, after = (books(prices=in_force(prices, day(on))) for on in ("8-31", "9-01"))
    (effect,) = month.effects(before, after)
    assert (effect.customer, effect.before, effect.after, effect.difference) == (
        "C-1", Decimal("310.00"), Decimal("320.00"), Decimal("10.00"),
    )  # fmt: skip
    assert effect_lines(month, [effect]) == [
        "2026-06, once every running term is renewed: +10.00 EUR before VAT.",
        "  C-1 Alpha B.V.: 310.00 -> 320.00 EUR (+10.00)",
    ]


def test_a_new_list_price_is_shown_in_money_where_bills_start_from_list() -> None:
    month = LastMonth("2026-06", tuple(licence()))
    off = price("e5", product="E5", model="percent_off_list", value=Decimal(10))
    old = ListPrice("E5", term="P1Y", billing="monthly", list_price=Decimal(240))
    new = replace(old, list_price=Decimal(264), valid_from=day("7-01"))
    at = [ListPrices(rows, on=day("7-01")) for rows in ((old,), (old, new))]
    before, after = (books(prices=(off,), list_prices=prices) for prices in at)
    (effect,) = month.effects(before, after)
    # ten seats: 10 x 20 less 10 % = 180; 10 x 22 less 10 % = 198
    assert (effect.before, effect.after) == (Decimal("180.00"), Decimal("198.00"))


def test_without_an_import_nothing_is_said_about_customers() -> None:
    assert LastMonth("").effects(books(), books(prices=())) == []
    assert effect_lines(LastMonth(""), []) == [
        "No report is imported yet, so nothing can be said about customers."
    ]


# --- the checks before use


def test_a_tie_and_a_gap_are_found_without_any_charge(tmp_path: Path) -> None:
    example = tmp_path / "Billing.xlsx"
    assert billow("new", example, "--example").code == 0
    tied = {"Scope": "everyone", "Applies to": "product", "Model": "per_unit", "Currency": "EUR"}
    figure = {"Price or %": Decimal(1), "Per": "month"}
    first = add_row(example, "tblPrices", {**tied, **figure, "Product": "SUPPORT"})
    gap = {**tied, **figure, "Product": "NEVER-SOLD"}
    add_row(example, "tblPrices", {**gap, "Valid through": date(2026, 1, 31)})
    add_row(example, "tblPrices", {**gap, "Valid from": date(2026, 3, 1)})
    said = billow("check", example, "--json")
    found = {p["code"]: p["sentence"] for p in said.data["problems"] if p["code"].startswith("PRC-01")}
    assert found["PRC-011"].endswith(f"and {first}.")
    assert "from 2026-02-01 through 2026-02-28" in found["PRC-012"]
