"""The month through the open workbook leaves what it leaves in a file; and the last run can be undone."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from billow.commands.desk import At
from billow.commands.invoice import invoice
from billow.commands.undo import undo
from billow.sheets.columns import SHEETS
from billow.workbook.book import Workbook
from billow.workbook.cells import Formula
from billow.workbook.live import LiveWorkbook
from tests.commands.clerk import MONTH, billow, type_into
from tests.workbook.excel import opened

RECORDS = {"tblLog", "tblHandover"}


def live(path: Path) -> LiveWorkbook:
    return LiveWorkbook(opened(path))


PORTS: dict[str, Callable[[Path], At]] = {"file": Path, "live": live}


@pytest.fixture(scope="module")
def imported_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the example with its reports, nothing drafted yet."""
    workbook = tmp_path_factory.mktemp("imported") / "Billing.xlsx"
    for words in (("new", workbook, "--example"), ("import", workbook)):
        assert billow(*words).code == 0
    return workbook


def copied(workbook: Path, folder: Path) -> Path:
    shutil.copytree(workbook.parent, folder)
    return folder / workbook.name


def quiet(*_: Any) -> None:
    """Nobody looks at the progress."""


def shown(path: Path) -> dict[str, Any]:
    """What all tables show, formulas as their text; the records of what was done are left out."""
    book = Workbook.open(path)
    tables = {
        table: [
            {k: v.text if isinstance(v, Formula) else v for k, v in row.items()}
            for row in book.contents(table)
        ]
        for table in SHEETS
        if table not in RECORDS
    }
    return {**tables, "titles": book.titles(), "period": book.cell("Billow_Period")}


@dataclass(frozen=True)
class Invoiced:
    """A workbook after *invoice*, and what its tables showed before and after."""

    path: Path
    before: dict[str, Any]
    after: dict[str, Any]


@pytest.fixture(scope="module")
def invoiced(imported_month: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Invoiced]:
    """The month drafted twice: in a file, and in a workbook that is open in Excel."""
    found = {}
    for name, port in PORTS.items():
        path = copied(imported_month, tmp_path_factory.mktemp("invoiced") / name)
        before = shown(path)
        invoice(port(path), MONTH, None, quiet)
        found[name] = Invoiced(path, before, shown(path))
    return found


def test_a_month_in_the_open_workbook_is_the_month_in_a_file(invoiced: dict[str, Invoiced]) -> None:
    in_file, in_excel = invoiced["file"].after, invoiced["live"].after
    assert len(in_file["tblInvoices"]) == 24
    for what, said in in_file.items():
        assert in_excel[what] == said, what


@pytest.mark.parametrize("name", PORTS)
def test_undo_brings_back_what_the_last_run_wrote(invoiced: dict[str, Invoiced], name: str) -> None:
    path, port, before, after = invoiced[name].path, PORTS[name], invoiced[name].before, invoiced[name].after
    assert any(title.startswith("DRAFT") for title in after["titles"])
    type_into(path, "tblCustomers", {"Customer": "C-1001"}, {"Note": "called on Monday"})

    said = undo(port(path))
    assert said.lines[0].startswith("The last run, invoice, is undone")
    back = shown(path)
    assert {row["Note"] for row in back["tblCustomers"] if row["Customer"] == "C-1001"} == {
        "called on Monday"
    }
    assert {**back, "tblCustomers": before["tblCustomers"]} == before
    refused = billow("issue", path, "--period", MONTH, "--reason", "first month")
    assert (refused.code, "CMD-009" in refused.err) == (1, True), "a withdrawn draft is not issued"

    undo(port(path))
    again = shown(path)
    assert {**again, "tblCustomers": after["tblCustomers"]} == after, "undone twice, everything is back"


def test_what_was_handed_over_is_not_undone(issued: Path) -> None:
    before = shown(issued)
    said = billow("undo", issued)
    assert (said.code, "CMD-051" in said.err) == (1, True)
    assert "what left the house cannot be called back" in said.err
    assert shown(issued) == before


def test_a_number_that_was_given_is_not_undone(drafted: Path) -> None:
    assert billow("issue", drafted, "--period", MONTH, "--reason", "first month").code == 0
    before = shown(drafted)
    said = billow("undo", drafted)
    assert (said.code, "CMD-051" in said.err) == (1, True)
    assert "a number that was given is never taken back" in said.err
    assert shown(drafted) == before
    assert billow("check", drafted, "--period", MONTH).code == 0
    assert billow("undo", drafted).code == 0, "a check after it is undone like any other run"
    assert shown(drafted) == before


def test_there_must_be_a_run_to_undo(tmp_path: Path) -> None:
    assert billow("new", tmp_path / "Billing.xlsx").code == 0
    said = billow("undo", tmp_path / "Billing.xlsx")
    assert (said.code, "CMD-050" in said.err) == (1, True)
