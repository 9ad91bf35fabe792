"""The worked cases of the page on prices come out, on the path of the workbook."""

import re
from pathlib import Path

import pytest
from billow_rules import rule_files

from billow.catalog.discounts import BANDS
from billow.periods import Method
from billow.rating.calculation import ORDER
from billow.rating.models import MODELS
from billow.reconcile.reasons import Reason
from billow.sheets.columns import SHEETS
from billow.workbook.rule_rows import Written, written_in
from tests.rules.cases import Case, cases_in, expected, outcome, texts_in

PAGE = Path(__file__).parents[2] / "docs" / "manual" / "pricing.md"
MONTH_PAGE = PAGE.with_name("month.md")
TEXT = PAGE.read_text(encoding="utf-8")
COMMON, *BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)
CASES = [case for block in BLOCKS for case in cases_in(block, PAGE.name)]


def everywhere() -> list[Written]:
    """Return what stands on the sheets in all cases: the page's first block, and what every workbook has."""
    common = Case(case="in all cases", month="2026-06", given=texts_in(COMMON), file=PAGE.name).written()
    return [*common, *(row for path in rule_files("defaults") for row in written_in(path)[0])]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_a_worked_case_comes_out(case: Case) -> None:
    assert outcome(case, everywhere()) == expected(case)


def test_each_case_says_something_of_its_own() -> None:
    assert len({case.case for case in CASES}) == len(CASES)
    assert all(case.lines is not None or case.problems for case in CASES)


@pytest.mark.parametrize("method", Method)
def test_every_proration_method_has_a_worked_example(method: Method) -> None:
    assert f"**{method}**" in TEXT
    assert f"Method.{method.name}" in TEXT


@pytest.mark.parametrize("model", [*MODELS, "bundle"])
def test_every_charge_model_is_explained(model: str) -> None:
    assert f"**{model}**" in TEXT


WITHOUT_EXAMPLE = {"How to read the examples", "The order of calculation"}  # they have no rule of their own


def test_every_rule_has_a_section_with_an_example_that_runs() -> None:
    sections = dict(re.findall(r"^#{2,3} (.+?)$(.*?)(?=^#{2,3} |\Z)", TEXT, flags=re.MULTILINE | re.DOTALL))
    without = {
        name for name, text in sections.items() if not re.search(r"^(>>> |- case: )", text, re.MULTILINE)
    }
    assert without == WITHOUT_EXAMPLE
    titles = re.findall(r"^#{2,3} (.+)$", TEXT, flags=re.MULTILINE)
    assert len(titles) == len(set(titles)) == len(sections)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.AGREES])
def test_every_reason_of_a_difference_is_explained(reason: Reason) -> None:
    assert f"| {reason} |" in MONTH_PAGE.read_text(encoding="utf-8")


def test_the_order_of_calculation_is_that_of_the_code() -> None:
    section = TEXT.partition("## The order of calculation")[2].partition("\n## ")[0]
    named = re.findall(r"^\d+\. \*\*(.+?)\.?\*\*", section, flags=re.MULTILINE)
    assert named == [step for step, _ in ORDER]


# The columns of each sheet that change an amount, or when it is billed.
ACTING = {
    "tblPrices": (
        "Included", "Minimum quantity", "Round up to", "Package size", "Fixed fee", "Minimum spend",
        "Maximum spend", "Commitment", "Overage %", "Counted over", "Bundle", "Price date", "Valid from",
        "Valid through",
    ),
    "tblTiers": ("Flat fee", "Package size"),
    "tblProducts": ("On increase", "On decrease", "Change style", "Refund", "Window hours", "Users counted"),
    "tblSubscriptions": (
        "Billing", "Advance/arrears", "Anchor day", "At term end", "Notice by", "Trial through",
        "Co-term with", "Replaces", "Billed until", "Billed by",
    ),
    "tblOwnUsage": ("Text", "Unit cost", "Month"),
    "tblUsers": ("Counted",),
    "tblDiscounts": (
        "On", "Kind", "Condition", "At least", "Counted of", "Counted per", "Order", "Combines", "Cap",
        "Valid through", "Units given",
    ),
}  # fmt: skip


@pytest.mark.parametrize("table", ACTING)
def test_every_column_that_changes_an_amount_is_named(table: str) -> None:
    assert set(ACTING[table]) <= set(SHEETS[table].names)
    assert [name for name in ACTING[table] if f"*{name}*" not in TEXT] == []


def test_every_kind_of_discount_is_explained() -> None:
    assert [kind for kind in ("percent", "fixed", *BANDS) if f"`{kind}`" not in TEXT] == []
