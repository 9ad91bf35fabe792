"""Formulas that need Billow: put into their cells, turned into values, and brought back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from billow_templates import template
from lxml import etree

from billow.functions import FUNCTIONS
from billow.functions.formulas import called_in, plain
from billow.workbook import Workbook
from billow.workbook.grafting import graft_sheet
from billow.workbook.living import Living
from billow.workbook.markup import main
from billow.workbook.package import Package
from tests.commands.clerk import billow, rows

MINE = "Quotes"
PRICE = 'BILLOW_PRICE("C-1","CARE",TODAY(),tblPrices[#All],tblCustomers[#All],tblProducts[#All])'
# what stands in a cell, as some program leaves it: the formula, its value, and what one would type
LEFT = {
    "A1": (PRICE, 195, PRICE, "typed by the clerk"),
    "A2": (f"[1]!{PRICE}*2", 390, f"{PRICE}*2", "saved by Excel with the add-in elsewhere"),
    "A3": ("_xldudf_BILLOW_CHECK(Billow_Run)", "OK", "BILLOW_CHECK(Billow_Run)", "saved by Excel on the web"),
    "A4": (
        "ORG.BILLOW.CALC.FUNCTIONS.BILLOWFX(1,B1,B2,B3,tblFx)", 0.92,
        "BILLOW_FX(1,B1,B2,B3,tblFx[#All])", "saved for LibreOffice",
    ),
}  # fmt: skip
OTHERS = {"B1": ('"BILLOW_CHECK(1)"', "BILLOW_CHECK(1)"), "B2": ("1+1", 2), "B3": ("BILLOW_NOTHING(1)", 0)}


@pytest.fixture
def quotes(tmp_path: Path) -> Path:
    """A workbook with a sheet of the clerk's own, on which formulas stand."""
    workbook, own = tmp_path / "Billing.xlsx", tmp_path / "own.xlsx"
    assert billow("new", workbook).code == 0
    with xlsxwriter.Workbook(own) as book:
        page = book.add_worksheet(MINE)
        for place, (formula, value, *_) in {**LEFT, **OTHERS}.items():
            page.write_formula(place, f"={formula}", None, value)
        page.write_array_formula("C1:C3", "{=BILLOW_RATE({5;10;12},{10;99},{5;4})}", None, 25)
        page.write_column("C2", [50, 58])
    package = Package(workbook.read_bytes())
    graft_sheet(Package(own.read_bytes()), MINE, package)
    workbook.write_bytes(package.bytes())
    return workbook


def cells(workbook: Path, title: str = MINE) -> Mapping[str, tuple[str | None, str]]:
    """The formula and the value of each cell, as the file holds them."""
    package = Package(workbook.read_bytes())
    found = {}
    for cell in package.tree(package.sheet_parts()[title]).iter(main("c")):
        texts = [text for node in cell if node.tag != main("f") for text in map(str, node.itertext())]
        found[cell.get("r", "")] = cell.findtext(main("f")), "".join(texts)
    return found


def living(workbook: Path) -> dict[str, str]:
    return {one.area: one.text for one in Workbook.open(workbook).living() if one.title == MINE}


def test_the_shipped_workbooks_hold_no_formula_that_needs_billow() -> None:
    for name in ("Billing", "Invoices"):
        package = Package(template(name).read_bytes())
        for title, part in package.sheet_parts().items():
            texts = [plain(formula.text or "") for formula in package.tree(part).iter(main("f"))]
            assert [text for text in texts if called_in(text)] == [], title


def test_every_function_has_cells_for_its_example(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook).code == 0
    said = billow("connect", workbook)
    assert (said.code, f"Connected on sheet Functions: {len(FUNCTIONS)} examples." in said.out) == (0, True)
    assert "in Excel, press Connect formulas" in said.out
    found = Workbook.open(workbook).living()
    assert sorted(one.text.partition("(")[0] for one in found) == sorted(FUNCTIONS)
    assert {one.title for one in found} == {"Functions"}


def test_frozen_formulas_are_values_and_come_back_as_they_were(quotes: Path) -> None:
    before = cells(quotes)
    said = billow("freeze", quotes, "--json")
    assert (said.code, said.data["frozen"], said.data["kept"]) == (0, 5, 5)
    frozen = cells(quotes)
    for place, (formula, value) in before.items():
        if place in OTHERS:
            assert frozen[place] == (formula, value), place
        else:
            assert frozen[place] == (None, value), place
    kept = {row["Cells"]: row["Formula"] for row in rows(quotes, "tblFormulas")}
    assert kept == {
        **{place: f"={typed}" for place, (_, _, typed, _) in LEFT.items()},
        "C1:C3": "=BILLOW_RATE({5;10;12},{10;99},{5;4})",
    }
    assert "nothing was changed" in billow("freeze", quotes).out
    assert billow("connect", quotes, "--json").data["own"] == 5
    assert living(quotes) == {place: formula.removeprefix("=") for place, formula in kept.items()}
    assert rows(quotes, "tblFormulas") == []


# what somebody did to the kept formulas or their cells, and what the message says
TOUCHED: list[tuple[dict[str, Any], str]] = [
    ({"Shows": "196"}, "Cell A1 of sheet Quotes was changed since its formula was frozen."),
    ({"Sheet": "Gone"}, "There is no cell A1 on a sheet Gone."),
    ({"Cells": "here"}, "There is no cell here on a sheet Quotes."),
    ({"Formula": '=HYPERLINK("http://evil.example")'}, "The formula of cell A1 calls no function of Billow."),
]


@pytest.mark.parametrize(("change", "sentence"), TOUCHED)
def test_a_formula_that_does_not_fit_any_more_stays_in_its_row(
    quotes: Path, change: dict[str, Any], sentence: str
) -> None:
    assert billow("freeze", quotes).code == 0
    book = Workbook.open(quotes)
    row = next(row for row in book.read("tblFormulas") if row["Cells"] == "A1")
    book.fill("tblFormulas", row.number, change)
    book.save()
    said = billow("connect", quotes, "--json")
    assert [(p["code"], p["sentence"]) for p in said.data["problems"]] == [("CMD-060", sentence)]
    assert "A1" not in living(quotes)
    assert cells(quotes)["A1"] == (None, "195")
    assert len(rows(quotes, "tblFormulas")) == 1


def test_a_block_of_a_million_rows_is_no_work(quotes: Path) -> None:
    """Whoever sends the workbook says how large a block is; only cells that are there are looked at."""
    assert billow("freeze", quotes).code == 0
    book = Workbook.open(quotes)
    row = next(row for row in book.read("tblFormulas") if row["Cells"] == "A1")
    book.fill("tblFormulas", row.number, {"Cells": "A1:XFD1048576"})
    book.save()
    assert billow("connect", quotes).code == 0
    assert "A1:XFD1048576" in living(quotes)
    assert len(cells(quotes)) < 20


def test_a_formula_that_stayed_is_kept_once_when_it_is_typed_and_frozen_again(quotes: Path) -> None:
    assert billow("freeze", quotes).code == 0
    book = Workbook.open(quotes)
    book.connect([Living(MINE, "A1", "BILLOW_CHECK(Billow_Run)")])
    book.save()
    package = Package(quotes.read_bytes())
    cell = next(c for c in package.tree(package.sheet_parts()[MINE]).iter(main("c")) if c.get("r") == "A1")
    etree.SubElement(cell, main("v")).text = "196"
    package.touch(package.sheet_parts()[MINE])
    quotes.write_bytes(package.bytes())
    assert billow("freeze", quotes).code == 0
    kept = {row["Cells"]: (row["Formula"], row["Shows"]) for row in rows(quotes, "tblFormulas")}
    assert len(rows(quotes, "tblFormulas")) == len(kept) == 5
    assert kept["A1"] == ("=BILLOW_CHECK(Billow_Run)", "196")


def test_a_formula_that_was_never_calculated_is_not_lost(quotes: Path) -> None:
    assert billow("freeze", quotes).code == 0
    assert billow("connect", quotes).code == 0
    before = quotes.read_bytes()
    refused = billow("freeze", quotes, "--json")
    (problem,) = refused.data["problems"]
    assert (refused.code, problem["code"]) == (1, "CMD-061")
    assert "; so do 4 more." in problem["sentence"]
    assert quotes.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "hint"), [("connect", "Freeze formulas"), ("freeze", "Connect formulas")]
)
def test_undo_leads_to_the_other_button(quotes: Path, command: str, hint: str) -> None:
    assert billow(command, quotes).code == 0
    refused = billow("undo", quotes, "--json")
    (problem,) = refused.data["problems"]
    assert problem["code"] == "CMD-051"
    assert hint in problem["hint"]
