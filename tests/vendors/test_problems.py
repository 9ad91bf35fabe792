"""Each thing that can be wrong with a report: the file that causes it, and what the clerk reads."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from billow.problems import Place, Severity
from billow.vendors import Formats, Imported, import_report

Read = Callable[..., Imported]
Rows = Callable[..., list[tuple[Any, ...]]]
HEAD = "Net,Kind,Customer,From,To\n"
ROW = "12.50,licence,Contoso,2026-06-01,2026-06-30\n"
WIDE = f"{HEAD.strip()},Quantity\n"
STOP, BLOCK, NOTE = Severity.STOP, Severity.BLOCK, Severity.NOTE


def _zip(*names: str, content: bytes = b"x", other: bytes | None = None) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content if other is None or name == names[0] else other)
    return held.getvalue()


# what it is, file name, content, code, severity, sentence, place, words of the hint
CASES: list[tuple[str, str, str | bytes, str, Severity, str, Place, str]] = [
    (
        "a gzip that was cut off while downloading",
        "r.csv.gz",
        gzip.compress((HEAD + ROW * 50).encode())[:-12],
        "IMP-001",
        STOP,
        "The file r.csv.gz cannot be opened: it is cut off or damaged.",
        Place("r.csv.gz"),
        "Download it again",
    ),
    (
        "a workbook that is none",
        "r.xlsx",
        b"not a workbook",
        "IMP-001",
        STOP,
        "The file r.xlsx cannot be opened: it is cut off or damaged.",
        Place("r.xlsx"),
        "Download it again",
    ),
    (
        "a workbook with a password",
        "r.xlsx",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512),
        "IMP-001",
        STOP,
        "The file r.xlsx cannot be opened: it has a password, or is of Excel before 2007.",
        Place("r.xlsx"),
        "without a password",
    ),
    (
        "a zip with a password",
        "r.zip",
        _zip("a.csv").replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
        "IMP-018",
        STOP,
        "The archive r.zip is not opened: it has a password.",
        Place("r.zip"),
        "Unpack it yourself",
    ),
    (
        "a zip of something else under the name of a workbook",
        "r.xlsx",
        _zip("a.txt"),
        "IMP-001",
        STOP,
        "The file r.xlsx cannot be opened: it is locked, protected or not a report.",
        Place("r.xlsx"),
        "save it as csv",
    ),
    (
        "a manifest instead of the data",
        "r.json",
        '{\n  "blobs": []\n}\n',
        "IMP-001",
        STOP,
        "The file r.json is a JSON document, not a report with one JSON object in each line.",
        Place("r.json"),
        "a manifest",
    ),
    (
        "a last line that is cut off",
        "r.csv",
        HEAD + ROW + "12.50,lice",
        "IMP-002",
        STOP,
        "r.csv is damaged or cut off at line 3: it has 2 fields instead of 5.",
        Place("r.csv", row=3),
        "Download the file again.",
    ),
    (
        "a line with a field too many",
        "r.csv",
        HEAD + ROW.strip() + ",more\n" + ROW,
        "IMP-002",
        STOP,
        "r.csv is damaged or cut off at line 2: it has 6 fields instead of 5.",
        Place("r.csv", row=2),
        "If Excel has saved it, export it again",
    ),
    (
        "a quotation mark that is never closed",
        "r.csv",
        HEAD + ROW + '12.50,licence,"Contoso,2026-06-01,2026-06-30\n',
        "IMP-002",
        STOP,
        "r.csv is damaged or cut off at line 3: a quotation mark is opened and not closed.",
        Place("r.csv", row=3),
        "Download the file again.",
    ),
    (
        "JSON lines of which the last is cut off",
        "r.jsonl",
        '{"Net": "1", "Kind": "licence", "Customer": "c"}\n{"Net": "1", "Ki',
        "IMP-002",
        STOP,
        "r.jsonl is damaged or cut off at line 2: it is not one complete JSON object.",
        Place("r.jsonl", row=2),
        "Download the file again.",
    ),
    (
        "a report nobody described",
        "r.csv",
        "Net,Colour\n1,red\n",
        "IMP-003",
        STOP,
        "r.csv is a report of no known format.",
        Place("r.csv"),
        'Nearest: "house" misses Kind, Customer',
    ),
    (
        "an empty file",
        "r.csv",
        "",
        "IMP-055",
        STOP,
        "The file r.csv is empty.",
        Place("r.csv"),
        "Download it again.",
    ),
    (
        "an empty file with a byte order mark, packed",
        "r.csv.gz",
        gzip.compress(b"\xef\xbb\xbf\r\n\r\n"),
        "IMP-055",
        STOP,
        "The file r.csv.gz is empty.",
        Place("r.csv.gz"),
        "a header without rows",
    ),
    (
        "a column that the format does not know",
        "r.csv",
        f"{HEAD.strip()},Colour,Remark\n{ROW.strip()},red,fine\n",
        "IMP-006",
        NOTE,
        "r.csv has columns that its format does not know; they were left out: Colour.",
        Place("r.csv", row=1, column="Colour"),
        "map it in the sheet Report mapping",
    ),
    (
        "a quantity that is none",
        "r.csv",
        WIDE + ROW.strip() + ",3\n" + ROW.strip() + ",a few\n",
        "IMP-007",
        NOTE,
        '"a few" cannot be read as a number; the row was kept with this cell empty.',
        Place("r.csv", row=3, column="Quantity"),
        "Check the row",
    ),
    (
        "a moment with hour 30",
        "r.csv",
        HEAD + ROW + ROW.replace("2026-06-01", "2026-06-01T30:00:00Z"),
        "IMP-007",
        NOTE,
        '"2026-06-01T30:00:00Z" cannot be read as a date; the row was kept with this cell empty.',
        Place("r.csv", row=3, column="From"),
        "Check the row",
    ),
    (
        "a bad cell in several rows is listed once",
        "r.csv",
        WIDE + (ROW.strip() + ",?\n") * 3,
        "IMP-007",
        NOTE,
        (
            '"?" cannot be read as a number; the row was kept with this cell empty. It stands in 3 rows, '
            "this is the first."
        ),
        Place("r.csv", row=2, column="Quantity"),
        "Check the row",
    ),
    (
        "an amount that is none",
        "r.csv",
        HEAD + ROW + ROW.replace("12.50", "twelve"),
        "IMP-008",
        STOP,
        '"twelve" is not an amount.',
        Place("r.csv", row=3, column="Net"),
        "download the report again",
    ),
    (
        "an amount with 25 decimals",
        "r.csv",
        HEAD + ROW.replace("12.50", "0.1234567890123456789012345"),
        "IMP-009",
        STOP,
        'The number "0.1234567890123456789012345" is too long to be kept exactly.',
        Place("r.csv", row=2, column="Net"),
        "At most 14 digits before and 24 behind",
    ),
    (
        "a quantity with 15 digits before the point",
        "r.csv",
        WIDE + ROW.strip() + ",123456789012345\n",
        "IMP-009",
        STOP,
        'The number "123456789012345" is too long to be kept exactly.',
        Place("r.csv", row=2, column="Quantity"),
        "Ask the vendor.",
    ),
    (
        "a number too small to be kept exactly",
        "r.csv",
        HEAD + ROW.replace("12.50", "1.5E-24"),
        "IMP-009",
        STOP,
        'The number "1.5E-24" is too long to be kept exactly.',
        Place("r.csv", row=2, column="Net"),
        "At most 14 digits",
    ),
    (
        "decimal commas and points in one file",
        "r.csv",
        (HEAD + ROW + ROW).replace(",", ";").replace("12.50", "12,50", 1),
        "IMP-010",
        STOP,
        'Some numbers have a decimal comma and some a point: "12.50", "12,50".',
        Place("r.csv"),
        "not saved by Excel",
    ),
    (
        "1,234 alone could be thousands or a decimal",
        "r.csv",
        HEAD + ROW.replace("12.50", '"1,234"'),
        "IMP-010",
        STOP,
        'It is not clear what a comma means: "1,234".',
        Place("r.csv"),
        "vendor's own file",
    ),
    (
        "dates that could be either way round",
        "r.csv",
        HEAD + ROW.replace("2026-06-01", "6/1/2026").replace("2026-06-30", "6/2/2026"),
        "IMP-011",
        STOP,
        'It is not clear whether the day or the month comes first in dates such as "6/1/2026".',
        Place("r.csv"),
        "set dates to mdy or dmy",
    ),
    (
        "a charge type that no value map knows",
        "r.csv",
        HEAD + ROW + ROW.replace("licence", "Mystery") * 2,
        "IMP-012",
        BLOCK,
        'The charge type "Mystery" is not known: 2 rows with 25 EUR.',
        Place("r.csv", row=3),
        "Add it to the sheet Value maps",
    ),
    (
        "an empty charge type",
        "r.csv",
        HEAD + ROW.replace("licence", ""),
        "IMP-012",
        BLOCK,
        "An empty charge type is not known: 1 rows with 12.5 EUR.",
        Place("r.csv", row=2),
        "import the file again",
    ),
    (
        "an encoding of old Excel",
        "r.csv",
        (HEAD + ROW.replace("Contoso", "Müller")).encode("cp1252"),
        "IMP-015",
        NOTE,
        "r.csv is not written in UTF-8; it was read as Windows-1252.",
        Place("r.csv"),
        "customer name with an umlaut",
    ),
    (
        "a header that comes again, with its byte order mark",
        "r.csv",
        HEAD + ROW + "\ufeff" + HEAD + ROW,
        "IMP-016",
        NOTE,
        "r.csv repeats its header inside (1 times); this was left out.",
        Place("r.csv"),
        "the vendor joined several files",
    ),
    (
        "a zip with two reports",
        "r.zip",
        _zip("a.csv", "b.csv", other=b"y"),
        "IMP-018",
        STOP,
        "The archive r.zip is not opened: it holds 2 files that are not parts of one report.",
        Place("r.zip"),
        "Unpack it yourself",
    ),
    (
        "a zip with nothing inside but a folder",
        "r.zip",
        _zip("empty/"),
        "IMP-018",
        STOP,
        "The archive r.zip is not opened: it holds 0 files, and one is expected.",
        Place("r.zip"),
        "Unpack it yourself",
    ),
    (
        "a zip that would fill the disk",
        "r.zip",
        _zip("a.csv", content=bytes(80 << 20)),
        "IMP-018",
        STOP,
        "The archive r.zip is not opened: it unpacks to far more than a report could hold.",
        Place("r.zip"),
        "Unpack it yourself",
    ),
    (
        "a gzip that would fill the disk",
        "r.csv.gz",
        gzip.compress(bytes(80 << 20)),
        "IMP-018",
        STOP,
        "The archive r.csv.gz is not opened: it unpacks to far more than a report could hold.",
        Place("r.csv.gz"),
        "Unpack it yourself",
    ),
    (
        "a header without rows",
        "r.csv",
        HEAD,
        "IMP-019",
        NOTE,
        "r.csv has a header and no rows.",
        Place("r.csv"),
        "download the report again",
    ),
    (
        "an empty amount",
        "r.csv",
        HEAD + ROW + ROW.replace("12.50", ""),
        "IMP-020",
        NOTE,
        "1 rows of r.csv have an empty amount; they were kept and count as zero.",
        Place("r.csv"),
        "Compare the total",
    ),
]


@pytest.mark.parametrize(
    ("name", "content", "code", "severity", "sentence", "place", "hint"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_report_with_a_mistake(
    name: str,
    content: str | bytes,
    code: str,
    severity: Severity,
    sentence: str,
    place: Place,
    hint: str,
    read: Read,
    tmp_path: Path,
) -> None:
    imported = read(content, name)
    (problem,) = imported.problems
    assert (problem.code, problem.severity, problem.sentence, problem.place) == (
        code,
        severity,
        sentence,
        place,
    )
    assert hint in problem.hint
    assert (imported.parquet is None) is (imported.totals is None) is (severity is STOP)
    left = [path.name for path in (tmp_path / "out").iterdir()]
    assert len(left) == (0 if severity is STOP else 1), "what is refused leaves nothing behind"


def test_a_file_that_is_not_there(house: Formats, tmp_path: Path) -> None:
    (problem,) = import_report(tmp_path / "june.csv", house, out_dir=tmp_path).problems
    assert (problem.code, problem.sentence) == ("IMP-001", "There is no file june.csv.")


def test_two_formats_that_match_equally_well(read: Read, house: Formats) -> None:
    twin = {"format_id": "twin", "must_have": "Net|Kind|Customer", "total_check": "Net"}
    amount = {"format_id": "twin", "target": "BilledCost", "source": "Net", "transform": "num"}
    (problem,) = read(HEAD + ROW, formats=house.with_rows([twin], [amount])).problems
    assert problem.code == "IMP-004"
    assert problem.sentence == 'report.csv matches the report formats "house" and "twin" equally well.'
    assert "Choose the format" in problem.hint


def test_a_missing_column_names_the_nearest_one(read: Read) -> None:
    (problem,) = read(HEAD.replace("Customer", "Customers") + ROW, format_id="house").problems
    assert problem.code == "IMP-005"
    assert problem.sentence == 'report.csv has no column "Customer", which the format "house" needs.'
    assert problem.place == Place("report.csv", column="Customer")
    assert 'The nearest column of the file is "Customers".' in problem.hint


def test_a_format_that_does_not_exist(read: Read) -> None:
    (problem,) = read(HEAD + ROW, format_id="hose").problems
    assert (problem.code, problem.sentence) == ("IMP-003", 'There is no report format "hose".')


def test_a_mapping_that_changes_the_sum_is_stopped(read: Read, house: Formats) -> None:
    gross = {"format_id": "house", "target": "BilledCost", "source": "Gross", "transform": "num"}
    content = f"{HEAD.strip()},Gross\n10.00,licence,Contoso,2026-06-01,2026-06-30,11.90\n"
    (problem,) = read(content, formats=house.with_rows(mapping=[gross])).problems
    assert problem.code == "IMP-013"
    assert problem.sentence == "The charges of report.csv sum to 11.9 EUR, its total column to 10 EUR."
    assert "Total check" in problem.hint


def test_a_report_of_another_month(read: Read) -> None:
    (problem,) = read(HEAD + ROW, billing_month="2026-07").problems
    assert (problem.code, problem.sentence) == ("IMP-014", "report.csv is of 2026-06, not of 2026-07.")
    assert "Choose the report of the month being billed" in problem.hint


FOCUS = "SubAccountId,BilledCost,ChargeCategory,ChargePeriodStart,BillingPeriodStart,BillingCurrency\n"


def test_a_report_that_names_another_billing_period_though_its_charges_touch_the_month(read: Read) -> None:
    content = f"{FOCUS}s1,5,Usage,2026-06-30,2026-07-01,EUR\n"
    (problem,) = read(content, billing_month="2026-06").problems
    assert (problem.code, problem.sentence) == ("IMP-014", "report.csv is of 2026-07, not of 2026-06.")


def test_a_charge_without_a_currency_blocks(read: Read) -> None:
    (problem,) = read(f"{FOCUS}s1,5,Usage,2026-06-30,2026-06-01,\n").problems
    assert (problem.code, problem.severity) == ("IMP-017", BLOCK)
    assert problem.sentence == "1 rows of report.csv with the amount 5 name no currency."
    assert "const:EUR" in problem.hint


def test_several_billing_months_count_in_the_one_with_most_rows(read: Read, rows_of: Rows) -> None:
    rows = "s1,5,Usage,2026-06-30,2026-06-01,EUR\n" * 2 + "s1,7,Usage,2026-07-01,2026-07-01,EUR\n"
    imported = read(FOCUS + rows)
    (problem,) = imported.problems
    assert (problem.code, problem.severity) == ("IMP-028", NOTE)
    assert problem.sentence == "report.csv holds charges of 2 billing months; all of them count in 2026-06."
    assert imported.totals is not None
    assert imported.totals.billing_month == "2026-06"
    assert rows_of(imported, "x_InvoiceMonth") == [("2026-06",), ("2026-06",), ("2026-07",)]


def test_thousands_of_bad_cells_are_summed_up(read: Read) -> None:
    lines = "".join(f"{ROW.strip()},bad{number}\n" for number in range(60))
    problems = read(WIDE + lines).problems
    assert len(problems) == 51
    assert "10 more cells cannot be read; they are left empty." in {problem.sentence for problem in problems}
