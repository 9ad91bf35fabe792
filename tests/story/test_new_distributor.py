"""A clerk maps the report of a distributor that nobody knows, and imports it, without a line of code."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.commands.clerk import add_row, billow, rows
from tests.vendors import distributor


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("office") / "Billing.xlsx"
    assert billow("new", path).code == 0
    return path


@pytest.fixture(scope="module")
def report(workbook: Path) -> Path:
    return distributor.write(workbook.with_name("Abrechnung_2026-06.xlsx"))


def test_a_clerk_maps_a_report_and_imports_it(workbook: Path, report: Path) -> None:
    unknown = billow("import", workbook, report)
    assert unknown.code == 1
    assert "is a report of no known format" in unknown.err
    assert "billow formats map" in unknown.err

    asked = (
        "formats",
        "map",
        report,
        "--workbook",
        workbook,
        "--format",
        "nordlicht",
        "--vendor",
        "Nordlicht",
    )
    looked = billow(*asked)
    assert looked.code == 0
    assert "Nettobetrag -> BilledCost" in looked.out
    assert "Sachbearbeiter -> not used" in looked.out
    assert "What kind of charge are Sonstiges?" in looked.out
    assert "4 rows of 2026-06: EUR 74.00 before tax, tax EUR 14.06." in looked.out
    assert "Nothing was written" in looked.out
    assert rows(workbook, "tblFormats") == []

    assert billow(*asked, "--accept").code == 0
    add_row(workbook, "tblValueMaps", {"Map": "nordlicht_kind", "From": "Sonstiges", "To": "Purchase"})
    imported = billow("import", workbook, report)
    assert imported.code == 0, imported.err
    assert "imported; Nordlicht, 2026-06, 4 rows, EUR 74.00 before tax, tax EUR 14.06." in imported.out
    waiting = {(row["Vendor"], row["Kind"], row["Cost"]) for row in rows(workbook, "tblTodo")}
    assert waiting == {
        ("Nordlicht", "unknown account", Decimal("39.00")),
        ("Nordlicht", "unknown account", Decimal("30.00")),
        ("Nordlicht", "unknown account", Decimal("5.00")),
    }


# what it is, words after the report, what is said
NOT_SO = [
    ("a name that is taken", ("--format", "nordlicht"), 'CMD-019  There is a format "nordlicht" already.'),
    ("a name of a shipped format", ("--format", "focus"), 'CMD-019  There is a format "focus" already.'),
    ("no name", ("--format", "=1+1"), 'CMD-019  "=1+1" cannot be the name of a format.'),
    ("a column that is not there", ("--column", "BilledCost=Neto"), 'has no column "Neto"'),
]


@pytest.mark.parametrize(("words", "said"), [row[1:] for row in NOT_SO], ids=[row[0] for row in NOT_SO])
def test_what_cannot_be_mapped(words: tuple[str, ...], said: str, workbook: Path, report: Path) -> None:
    mapped = billow("formats", "map", report, "--workbook", workbook, "--accept", *words)
    assert mapped.code == 1
    assert said in mapped.err
    assert len(rows(workbook, "tblFormats")) == 1


def test_a_column_is_not_named_without_its_target(report: Path) -> None:
    assert billow("formats", "map", report, "--column", "Netto").code == 2
