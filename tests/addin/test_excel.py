"""The host of a click is Excel itself: xlwings over the small Excel of the tests, nothing of it replaced."""

from pathlib import Path
from typing import Any

import pytest
import xlwings
from billow_addin.desktop import click
from billow_addin.excel import Excel

from billow.problems import Refused
from billow.workbook.book import Workbook
from tests.commands.clerk import MONTH, rows
from tests.workbook.excel import opened


def shown_sheet(book: xlwings.Book) -> str:
    return str(book.sheets.active.name)


def test_a_refusal_is_a_message_that_leads_to_its_sheet(drafted: Path, tmp_path: Path) -> None:
    book = opened(drafted)
    click(Excel(book), "issue", tmp_path / "billow.log")
    *_, (title, said), last = book.app.impl.said
    assert (title, last) == ("Billow", False)
    assert "Show sheet Movement?" in said
    assert shown_sheet(book) == "Movement"


def test_what_a_run_writes_stands_on_the_sheets(drafted: Path, tmp_path: Path) -> None:
    book = opened(drafted)
    before = len(rows(drafted, "tblLog"))
    click(Excel(book), "check", tmp_path / "billow.log")
    assert len(rows(drafted, "tblLog")) == before + 1
    assert any("24 invoices" in str(said) for said in book.app.impl.said), book.app.impl.said


def test_the_selected_row_is_what_is_explained(drafted: Path, tmp_path: Path) -> None:
    row = Workbook.open(drafted).read("tblLines")[2]
    book = opened(drafted)
    Excel(book).show("Rated lines", row.number)
    click(Excel(book), "explain", tmp_path / "billow.log")
    assert any(str(row["Text"]) in str(said) for said in book.app.impl.said)


def test_a_question_shows_what_it_proposes_and_can_be_cancelled(drafted: Path) -> None:
    book = opened(drafted)
    excel = Excel(book)
    assert excel.ask("Which month?", MONTH) == MONTH
    book.app.impl.answers += ["2026-07", False]
    assert excel.ask("Which month?", MONTH) == "2026-07"
    assert excel.ask("Which month?", MONTH) is None


def test_a_sheet_that_is_not_there_is_not_shown(drafted: Path) -> None:
    book = opened(drafted)
    before = shown_sheet(book)
    Excel(book).show("No such sheet", 3)
    assert shown_sheet(book) == before


def test_a_workbook_whose_folder_excel_does_not_say_is_told(drafted: Path) -> None:
    class Synced:
        """A workbook of OneDrive, as xlwings shows it when it cannot work out the folder."""

        name, app = "Billing.xlsx", opened(drafted).app

        @property
        def fullname(self) -> Any:
            raise xlwings.XlwingsError("Couldn't find the local OneDrive folder")

    with pytest.raises(Refused) as refused:
        Excel(Synced()).workbook()
    (problem,) = refused.value.problems
    assert problem.code == "EXC-001"
    assert "Billing.xlsx" in problem.sentence
