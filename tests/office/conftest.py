"""The workbooks that LibreOffice is given, all calculated by one start of it."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.commands.clerk import MONTH, billow, rows
from tests.commands.mistakes import put_cell
from tests.office.calc import Sheets, convert, read
from tests.office.hostile import write_report


class Calculated(NamedTuple):
    """The issued month, the same with a cent changed by hand, and one made of hostile names."""

    issued: Sheets
    changed: Sheets
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
    """What LibreOffice calculates in the three workbooks."""
    folder = tmp_path_factory.mktemp("office")
    changed = folder / "Changed.xlsx"
    shutil.copyfile(issued_month, changed)
    cost = rows(changed, "tblUsage")[0]["Cost"]
    put_cell(changed, "tblUsage", "Cost", 5, f"<v>{cost + 1}</v>")
    made = convert([issued_month, changed, hostile_month], folder, "fods")
    return Calculated(*(read(made[path]) for path in (issued_month, changed, hostile_month)))
