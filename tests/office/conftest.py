"""The workbooks that LibreOffice is given, all calculated by one start of it."""

import shutil
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.commands.clerk import MONTH, billow, rows
from tests.commands.mistakes import put_cell
from tests.office.calc import Sheets, convert, read
from tests.office.hostile import write_report


class Calculated(NamedTuple):
    """The issued month, the same with a cost or an amount changed by hand, and one made of hostile names."""

    issued: Sheets
    changed_cost: Sheets
    changed_amount: Sheets
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
    paths = [issued_month, folder / "Cost.xlsx", folder / "Amount.xlsx", hostile_month]
    for path, (table, column) in zip(paths[1:3], (("tblUsage", "Cost"), ("tblLines", "Amount")), strict=True):
        shutil.copyfile(issued_month, path)
        figure = rows(path, table)[0][column]
        put_cell(path, table, column, 5, f"<v>{figure + Decimal('0.01')}</v>")
    made = convert(paths, folder, "fods")
    return Calculated(*(read(made[path]) for path in paths))
