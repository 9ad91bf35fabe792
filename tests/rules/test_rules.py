"""Every shipped rule file is read without a problem and proven by its cases, each row of it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from billow_rules import FOLDERS, cases_of, rule_files

from billow.inputs import read_inputs
from billow.workbook.book import Workbook
from billow.workbook.rule_rows import Written, read_rules, written_in
from tests.commands.clerk import billow, rows

from .cases import Case, expected, outcome, read_cases

FILES = [path for folder in FOLDERS for path in rule_files(folder)]
CASES = [(path, case) for path in FILES for case in read_cases(cases_of(path))]


def rules_for(path: Path, left_out: int | None = None) -> list[Written]:
    """Return the rows of a rule file and those a new workbook begins with, one of the file left out."""
    others = [row for file in rule_files("defaults") if file != path for row in written_in(file)[0]]
    own = written_in(path)[0]
    return others + [row for index, row in enumerate(own) if index != left_out]


@pytest.mark.parametrize(("path", "case"), CASES, ids=[f"{p.stem}: {c.case}" for p, c in CASES])
def test_a_case_comes_out(path: Path, case: Case) -> None:
    assert outcome(case, rules_for(path)) == expected(case)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_rule_is_without_cases(path: Path) -> None:
    assert cases_of(path).is_file(), f"write {cases_of(path).name}"
    assert read_cases(cases_of(path))


def test_no_cases_are_without_a_rule() -> None:
    folder = FILES[0].parent.parent
    assert {*folder.rglob("*.cases.yaml")} == {cases_of(path) for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_row_is_needed_by_a_case(path: Path) -> None:
    cases = read_cases(cases_of(path))
    assert [row.texts for index, row in enumerate(written_in(path)[0]) if _unproven(path, cases, index)] == []


def _unproven(path: Path, cases: Sequence[Case], index: int) -> bool:
    rules = rules_for(path, left_out=index)
    return all(outcome(case, rules) == expected(case) for case in cases)


def test_the_shipped_rules_have_no_problem() -> None:
    rows, problems = read_rules(FILES)
    assert problems == ()
    assert {table: len(found) for table, found in rows.items()} == {
        "tblChargePolicy": 6,
        "tblLedger": 1,
        "tblVat": 3,
        "tblVatRules": 4,
        "tblPrices": 3,
        "tblTiers": 3,
    }


def test_a_new_workbook_begins_with_the_shipped_rules(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook).code == 0
    shipped, _ = read_rules(rule_files("defaults"))
    for table, found in shipped.items():
        assert rows(workbook, table) == [dict(row.values) for row in found]
    assert [p.code for p in read_inputs(Workbook.open(workbook)).problems] == ["SET-001"]


def test_only_our_folders_hold_rules() -> None:
    with pytest.raises(ValueError, match="defaults, examples"):
        rule_files("elsewhere")
