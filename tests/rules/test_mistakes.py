"""Each mistake in a rule file is a problem with its file, line and key, and a hint."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from billow.problems import Place
from billow.workbook.rule_rows import read_rules

from .cases import read_cases

RIGHT = """\
description: A seat
unit: EUR per seat and month
source: Our list
rows:
  - sheet: Prices
    cells: {Product: SEAT, Model: per_unit, Currency: EUR}
    column: Price or %
    values: {2026-01-01: "18.60", 2026-07-01: "19.40"}
"""
VALUES = '{2026-01-01: "18.60", 2026-07-01: "19.40"}'
SOURCE, EURO = "source: Our list", "Currency: EUR"

TABLE = [
    pytest.param(RIGHT, "", "RUL-001", "", id="an empty file"),
    pytest.param(RIGHT, "- a list", "RUL-001", "row 1", id="a list in place of keys"),
    pytest.param(RIGHT, "rows: [", "RUL-001", "row 1", id="what is no YAML at all"),
    pytest.param("Our list", "[Our list]", "RUL-001", "row 3", id="a list in place of a text"),
    pytest.param("rows:\n  -", "rows:\n   ", "RUL-001", "row 5", id="keys in place of a list"),
    pytest.param("unit:", "unti:", "RUL-002", "row 2, column unti", id="a key that is not known"),
    pytest.param("Prices", "Price", "RUL-002", "row 8, column sheet", id="no such sheet"),
    pytest.param("Product:", "Prod:", "RUL-002", "sheet Prices, row 8, column Prod", id="no such column"),
    pytest.param(SOURCE, "source:", "RUL-003", "row 3, column source", id="a blank source"),
    pytest.param(f"{SOURCE}\n", "", "RUL-003", "row 1, column source", id="no source"),
    pytest.param("    column: Price or %\n", "", "RUL-003", "row 5, column column", id="no column"),
    pytest.param(VALUES, "{}", "RUL-003", "row 8, column values", id="no value"),
    pytest.param("unit:", "source: A\nunit:", "RUL-004", "row 4, column source", id="a key twice"),
    pytest.param(EURO, "Price or %: 3", "RUL-004", "row 6, column Price or %", id="the value as a cell"),
    pytest.param(EURO, "Valid from: x", "RUL-004", "row 6, column Valid from", id="a day as a cell"),
    pytest.param("2026-01-01", "2026-13-01", "RUL-005", "row 8, column 2026-13-01", id="no such day"),
    pytest.param("2026-07-01", "2025-07-01", "RUL-005", "row 8, column 2025-07-01", id="days in disorder"),
    pytest.param("per_unit", "seat", "WBK-010", "sheet Prices, row 8, column Model", id="not in the list"),
    pytest.param("18.60", "18,60", "WBK-007", "sheet Prices, row 8, column Price or %", id="a comma"),
]


def file_of(folder: Path, text: str) -> Path:
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("old", "new", "code", "where"), TABLE)
def test_a_mistake_is_told(tmp_path: Path, old: str, new: str, code: str, where: str) -> None:
    _, problems = read_rules([file_of(tmp_path, RIGHT.replace(old, new, 1))])
    assert problems[0].code == code
    assert str(problems[0].place) == ", ".join(filter(None, ("x.yaml", where)))
    assert problems[0].hint
    assert problems[0].sentence


def test_a_rule_without_mistake_gives_dated_rows(tmp_path: Path) -> None:
    rows, problems = read_rules([file_of(tmp_path, RIGHT)])
    assert problems == ()
    shown = [(str(r["Price or %"]), str(r["Valid from"]), str(r["Valid through"])) for r in rows["tblPrices"]]
    assert shown == [("18.6", "2026-01-01", "2026-06-30"), ("19.4", "2026-07-01", "None")]
    assert rows["tblPrices"][0].place == Place("x.yaml", "Prices", 8)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param('{2026-01-01: "1", 2026-02-01: null}', [("1", "2026-01-31")], id="null ends a value"),
        pytest.param(
            '{2026-01-01: "1", 2026-02-01: null, 2026-03-01: "2"}',
            [("1", "2026-01-31"), ("2", "None")],
            id="a value after a break",
        ),
        pytest.param("{2026-01-01: null}", [], id="a value that never held"),
    ],
)
def test_values_follow_each_other(tmp_path: Path, values: str, expected: list[tuple[str, str]]) -> None:
    text = RIGHT.replace(VALUES, values)
    rows, problems = read_rules([file_of(tmp_path, text)])
    assert problems == ()
    assert [(str(r["Price or %"]), str(r["Valid through"])) for r in rows.get("tblPrices", [])] == expected


def test_a_sheet_without_days_takes_the_value_that_holds_last(tmp_path: Path) -> None:
    text = RIGHT.replace("Prices", "Tiers").replace("Price or %", "Unit price")
    text = text.replace("{Product: SEAT, Model: per_unit, Currency: EUR}", "{Tier set: t}")
    rows, problems = read_rules([file_of(tmp_path, text)])
    assert problems == ()
    assert [str(row["Unit price"]) for row in rows["tblTiers"]] == ["19.4"]
    rows, _ = read_rules([file_of(tmp_path, text.replace('"19.40"', "null"))])
    assert rows == {}


def test_an_unknown_word_in_a_case_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.cases.yaml"
    path.write_text("- {case: a slip, month: 2026-06, linse: []}\n", encoding="utf-8")
    with pytest.raises(ValidationError, match="linse"):
        read_cases(path)
