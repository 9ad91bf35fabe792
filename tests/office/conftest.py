"""The workbooks that LibreOffice is given, all calculated by one start of it."""

import shutil
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from billow.workbook.book import Workbook
from tests.commands.clerk import MONTH, billow
from tests.commands.mistakes import put_cell
from tests.office.calc import Sheets, convert, read
from tests.office.hostile import write_report


class Calculated(NamedTuple):
    """The issued month, the same with a figure changed on three sheets, and one made of hostile names."""

    issued: Sheets
    changed_cost: Sheets
    changed_amount: Sheets
    changed_vendor: Sheets
    hostile: Sheets


@pytest.fixture(scope="session")
def hostile_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook made from a report whose names are formulas, with its drafts."""
    folder = tmp_path_factory.mktemp("hostile")
    workbook = folder / "Hostile.xlsx"
    assert billow("new", workbook, "--from", write_report(folder)).code == 0
    assert billow("import", workbook).code == 0
    assert billow("invoice", workbook, "--period", MONTH).code == 0
    return workbook


@pytest.fixture(scope="session")
def calculated(
    issued_month: Path, hostile_month: Path, tmp_path_factory: pytest.TempPathFactory
) -> Calculated:
    """What LibreOffice calculates in the workbooks."""
    folder = tmp_path_factory.mktemp("office")
    changed = {"Cost": "tblUsage", "Amount": "tblLines", "Revenue": "tblByVendor"}
    paths = [issued_month, *(folder / f"{column}.xlsx" for column in changed), hostile_month]
    for path, (column, table) in zip(paths[1:-1], changed.items(), strict=True):
        shutil.copyfile(issued_month, path)
        first = Workbook.open(path).read(table)[0]
        put_cell(path, table, column, first.number, f"<v>{first[column] + Decimal('0.01')}</v>")
    made = convert(paths, folder, "fods")
    return Calculated(*(read(made[path]) for path in paths))
