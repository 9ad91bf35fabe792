"""A write takes nothing from the user: columns, order, notes, colours, widths, and every other part."""

import warnings
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from lxml import etree

from billow.problems import Place, Refused
from billow.workbook import Formula, Workbook
from billow.workbook.cells import raw
from billow.workbook.living import Living, put
from billow.workbook.markup import MAIN, parsed
from billow.workbook.tables import Cells
from tests.workbook.making import edited, number, rich, said, template, with_cells

SHEET = "xl/worksheets/sheet1.xml"
OWNED = {SHEET, "xl/tables/table1.xml", "xl/workbook.xml"}
NOTES = {"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}


def margin(*customers: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "Customer": customer,
            "Vendor": vendor,
            "Currency": "EUR",
            "Revenue": Decimal("100.00"),
            "Kept": Decimal(5),
        }
        for customer, vendor in customers
    ]


ALL = margin(("C-1", "Microsoft"), ("C-2", "VMware"), ("C-3", "AWS"))


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    book = Workbook.open(path, ["tblMargin"])
    book.write("tblMargin", rows)
    book.save()
    return path


def sheet(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says that it does not know data bars
        return openpyxl.load_workbook(path)["Marge"]


def test_every_other_part_stays_byte_for_byte(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    before = parts(path)
    after = parts(written(path, ALL))
    assert list(after) == list(before)
    assert {name for name in before if after[name] != before[name]} <= OWNED | NOTES
    assert "customXml/item1.xml" in after
    assert "xl/media/image1.png" in after


def test_parts_that_are_not_touched_keep_their_packed_bytes(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    before = path.read_bytes()
    with ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet2.xml").compress_size
        start = before.index(b"xl/worksheets/sheet2.xml") + len("xl/worksheets/sheet2.xml")
    assert before[start : start + size] in written(path, ALL).read_bytes()


def test_saving_without_a_change_keeps_the_file(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    before = path.read_bytes()
    Workbook.open(path, ["tblMargin"]).save()
    assert path.read_bytes() == before


def test_own_columns_stay_with_their_rows_and_a_gone_row_takes_its_own_along(tmp_path: Path) -> None:
    path = written(rich(tmp_path / "rich.xlsx"), margin(("C-1", "Microsoft"), ("C-9", "AWS"), ("C-3", "AWS")))
    rows = Workbook.open(path, ["tblMargin"]).read("tblMargin")
    assert [(row["Customer"], row.extra["My remark"]) for row in rows] == [
        ("C-1", "remark on C-1"),
        ("C-9", None),
        ("C-3", "remark on C-3"),
    ]
    assert [row["Revenue"] for row in rows] == [100, 100, 100]
    page = sheet(path)
    assert page["K4"].fill.start_color.rgb == "FFFFFF00", "the user's colour goes with its row"
    assert page["L5"].value == "=tblMargin[[#This Row],[Kept]]*2", "a calculated column reaches new rows"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 40])
def test_a_table_grows_and_shrinks_with_all_that_holds_for_its_rows(tmp_path: Path, count: int) -> None:
    path = written(rich(tmp_path / "rich.xlsx"), margin(*((f"C-{n}", "AWS") for n in range(count))))
    last = 3 + max(count, 1)
    page = sheet(path)
    table = page.tables["tblMargin"]
    assert (table.ref, table.autoFilter.ref) == (f"B3:L{last}", f"B3:L{last}")
    block = f"4:{{}}{last}" if last > 4 else "4"
    assert str(next(iter(page.conditional_formatting)).sqref) == "H" + block.format("H")
    assert str(page.data_validations.dataValidation[0].sqref) == "L" + block.format("L")
    assert page.dimensions == f"A1:P{max(last, 5)}"
    assert len(Workbook.open(path, ["tblMargin"]).read("tblMargin")) == count
    x14 = etree.fromstring(parts(path)[SHEET]).xpath("//*[local-name()='sqref']/text()")
    assert x14 == ["H" + block.format("H")]


def test_what_stands_beside_and_above_the_table_is_left_alone(tmp_path: Path) -> None:
    path = written(rich(tmp_path / "rich.xlsx"), ALL[:1])
    page = sheet(path)
    assert (page["A1"].value, page["P4"].value, page["P5"].value) == (
        "My own heading",
        "beside the table",
        "=H5*2",
    )
    assert page.column_dimensions["C"].width == pytest.approx(41.5, abs=1)
    assert (page.freeze_panes, page["B3"].comment.text) == ("C4", "a note on the header")


def test_charts_and_names_over_a_whole_column_follow_its_rows(tmp_path: Path) -> None:
    path = written(rich(tmp_path / "rich.xlsx"), margin(*((f"C-{n}", "AWS") for n in range(7))))
    shown = etree.fromstring(parts(path)["xl/charts/chart1.xml"]).xpath("//*[local-name()='f']/text()")
    assert shown == ["Marge!$B$4:$B$10", "Marge!$H$4:$H$10", "Marge!$H$3", "'Mijn grafiek'!$A$1:$A$3"]
    assert own_names(path) == {"MyBlock": "Marge!$H$4:$H$10", "MyRate": "1.21"}


def own_names(path: Path) -> dict[str, str]:
    names = etree.fromstring(parts(path)["xl/workbook.xml"]).iter(f"{{{MAIN}}}definedName")
    return {name.get("name", ""): name.text or "" for name in names if name.get("name", "").startswith("My")}


def test_a_place_is_a_link_to_its_cell(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    place = book.place("tblPrices", 41, "Currency")
    text = "Billing.xlsx, sheet Prices, row 41, column Currency"
    assert book.link(place) == Formula(f'HYPERLINK("#\'Prices\'!K41","{text}")', text)
    assert book.link(Place('say "x".csv', row=3)) == 'say "x".csv, row 3'
    assert book.link(Place('"q".xlsx', "FX")) == Formula(
        'HYPERLINK("#\'FX\'!A1","""q"".xlsx, sheet FX")', '"q".xlsx, sheet FX'
    )
    assert book.link(Place("x" * 300, "FX")) == "x" * 300 + ", sheet FX"


def test_a_note_and_a_height_follow_their_row(tmp_path: Path) -> None:
    path = written(rich(tmp_path / "rich.xlsx"), ALL)
    page = sheet(path)
    assert (page["B4"].value, page["B4"].comment.text) == ("C-1", "ask Contoso about this")
    assert page["B5"].comment is None
    assert (page.row_dimensions[4].height, page.row_dimensions[5].height) == (33, None)
    shapes = parts(path)["xl/drawings/vmlDrawing1.vml"]
    assert b"<x:Row>3</x:Row>" in shapes
    assert b"<x:Row>4</x:Row>" not in shapes


def test_a_note_goes_with_its_row(tmp_path: Path) -> None:
    path = written(rich(tmp_path / "rich.xlsx"), ALL[1:])
    assert [cell.coordinate for row in sheet(path) for cell in row if cell.comment] == ["B3"]


def test_rows_keep_the_order_of_the_user_who_sorted_them(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    state = b'<sortState ref="B4:L6"><sortCondition ref="C4:C6"/></sortState><tableColumns'
    edited(path, {"xl/tables/table1.xml": lambda data: data.replace(b"<tableColumns", state)})
    written(path, margin(("C-1", "Microsoft"), ("C-9", "AWS"), ("C-2", "VMware"), ("C-3", "AWS")))
    rows = Workbook.open(path, ["tblMargin"]).read("tblMargin")
    assert [row["Customer"] for row in rows] == ["C-3", "C-1", "C-2", "C-9"]
    assert b'<sortState ref="B4:L7"><sortCondition ref="C4:C7"/>' in parts(path)["xl/tables/table1.xml"]


def test_a_filter_stays_and_hidden_rows_stay_hidden(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    only = b'<filterColumn colId="2"><filters><filter val="AWS"/></filters></filterColumn>'
    filtered = b'<autoFilter ref="B3:L6">' + only + b"</autoFilter>"
    edited(
        path,
        {
            "xl/tables/table1.xml": lambda data: data.replace(b'<autoFilter ref="B3:L6"/>', filtered),
            SHEET: lambda data: data.replace(b'<row r="5"', b'<row r="5" hidden="1"'),
        },
    )
    written(path, ALL)
    assert b'<filter val="AWS"/>' in parts(path)["xl/tables/table1.xml"]
    assert [n for n, row in sheet(path).row_dimensions.items() if row.hidden] == [4]


def test_formulas_of_the_user_look_at_their_own_row_after_a_move(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    shared = '<c r="K4"><f t="shared" ref="K4:K6" si="0">H4+$A$1</f><v>1</v></c>'

    def share(data: bytes) -> bytes:
        text = data.decode()
        for row in (4, 5, 6):
            start = text.index(f'<c r="K{row}"')
            other = f'<c r="K{row}"><f t="shared" si="0"/><v>1</v></c>'
            text = text[:start] + (shared if row == 4 else other) + text[text.index("</c>", start) + 4 :]
        return text.encode()

    edited(path, {SHEET: share})
    page = sheet(written(path, ALL))
    assert [page[f"K{row}"].value for row in (4, 5, 6)] == ["=H4+$A$1", "=H5+$A$1", "=H6+$A$1"]


def test_a_row_of_totals_moves_below_the_new_rows(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    edited(
        path,
        {
            "xl/tables/table1.xml": lambda data: data.replace(
                b'ref="B3:L6" totalsRowShown="0"', b'ref="B3:L7" totalsRowCount="1"'
            ),
            SHEET: lambda data: data.replace(
                b"</sheetData>",
                b'<row r="7"><c r="H7"><f>SUBTOTAL(109,tblMargin[Kept])</f><v>120</v></c></row></sheetData>',
            ),
        },
    )
    page = sheet(written(path, [*ALL, *margin(("C-4", "AWS"))]))
    assert (page["H8"].value, page.tables["tblMargin"].ref) == ("=SUBTOTAL(109,tblMargin[Kept])", "B3:L8")
    assert (page["B7"].value, page.tables["tblMargin"].autoFilter.ref) == ("C-4", "B3:L7")


def test_what_stands_below_a_table_is_not_overwritten(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    edited(
        path,
        {
            SHEET: lambda data: data.replace(
                b"</sheetData>", b'<row r="8"><c r="C8"><v>4711</v></c></row></sheetData>'
            )
        },
    )
    book = Workbook.open(path, ["tblMargin"])
    book.write("tblMargin", [*ALL, *margin(("C-4", "AWS"))])
    with pytest.raises(Refused) as refused:
        book.write("tblMargin", margin(*((f"C-{n}", "AWS") for n in range(9))))
    (problem,) = refused.value.problems
    assert str(problem).startswith('WBK-015  "4711" below the table would be overwritten.\n')
    assert str(problem.place) == "rich.xlsx, sheet Marge, row 8, column Name"


def test_decisions_of_the_user_stay_where_the_rows_do_not_speak_of_them(tmp_path: Path) -> None:
    path = template(tmp_path)
    with_cells(
        path,
        "tblTodo",
        {"Key": said("k1"), "Rows": number("1"), "Decision": said("postpone"), "Reason": said("asked")},
    )
    book = Workbook.open(path)
    book.write("tblTodo", [{"Key": "k2", "Rows": 2}, {"Key": "k1", "Rows": 3, "Reason": "answered"}])
    book.save()
    first, second = book.read("tblTodo")
    assert (first["Decision"], first["Rows"]) == (None, 2)
    assert (second["Decision"], second["Reason"], second["Rows"]) == ("postpone", "answered", 3)


def test_a_price_typed_as_a_formula_is_still_there_after_a_run(tmp_path: Path) -> None:
    price = {"Model": said("flat"), "Price or %": "<c><f>10*1.03</f><v>10.3</v></c>", "Currency": said("EUR")}
    book = Workbook.open(with_cells(template(tmp_path), "tblPrices", price))
    book.write("tblMargin", ALL)
    book.append("tblLog", [{"No": 1, "Command": "invoice"}])
    book.save()
    (row,) = Workbook.open(book.path).read("tblPrices")
    assert row["Price or %"] == Decimal("10.3")


def test_every_kind_of_value_comes_back(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    row = {
        "Line": "L-1",
        "Customer": "007",
        "Text": " two\nlines ",
        "From": date(2026, 6, 1),
        "Quantity": Decimal("1.5"),
        "Amount": Decimal("-0.10"),
        "Cost": Decimal("1E+3"),
        "Margin": Decimal("-1000.1"),
        "Margin %": Decimal(0),
        "Steps": "bell\a and _x0041_",
        "Model": "",
    }
    book.write("tblLines", [row])
    book.save()
    (read,) = Workbook.open(book.path).read("tblLines")
    expected = row | {"Text": "two\nlines", "Steps": "bell␇ and _x0041_", "Model": None}
    assert {name: read[name] for name in row} == expected
    cell = openpyxl.load_workbook(book.path)["Rated lines"]["R5"]
    assert cell.value == "=tblLines[[#This Row],[Amount]]-tblLines[[#This Row],[Cost]]"


def test_a_value_that_is_neither_text_nor_number_is_a_bug_of_the_caller(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    for wrong in (1.5, Decimal("NaN"), [1]):
        with pytest.raises(TypeError, match="cannot stand in a cell"):
            book.write("tblLines", [{"Line": "L", "Amount": wrong}])


def test_the_log_grows_at_its_end(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    book.append("tblLog", [{"No": 1, "Command": "import"}])
    book.append("tblLog", [{"No": 2, "Command": "check"}, {"No": 3, "Command": "invoice"}])
    book.save()
    assert [(row["No"], row.number) for row in book.read("tblLog")] == [(1, 5), (2, 6), (3, 7)]


def test_the_front_page_says_what_ran_last(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    assert (book.cell("Billow_Last"), book.cell("Billow_Last_Said")) == ("not run", "")
    run = {
        "When": "2026-07-08 09:12:44",
        "Who": "ada",
        "Command": "check",
        "Period": "2026-06",
        "Result": "done",
    }
    book.append("tblLog", [{"No": 1, **run, "Summary": "2026-06: 5 reports."}])
    assert book.cell("Billow_Last") == "check 2026-06: done"
    assert book.cell("Billow_Last_Said") == "2026-07-08 09:12 UTC, ada: 2026-06: 5 reports."
    no_month = {"Command": "formats map", "Period": "", "Summary": "x" * 111}
    book.append("tblLog", [{"No": 2, **run, **no_month}])
    assert book.cell("Billow_Last") == "formats map: done"
    assert book.cell("Billow_Last_Said") == f"2026-07-08 09:12 UTC, ada: {'x' * 110}…"


def test_the_checks_show_on_the_front_page(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    left = Formula("SUM(tblProofFiles[Imported])", Decimal(5))
    book.write(
        "tblChecks", [{"Check": "one", "Left": left, "Right": Formula("4", Decimal(4)), "Result": "CHECK"}]
    )
    book.write("tblProblems", [{"Key": str(n), "Problem": "wrong"} for n in range(30)])
    book.set_cells({"Set_company": "Northstar", "Billow_Run": "2026-07-08"})
    shown = [book.cell(name) for name in ("Billow_OK", "Billow_Company", "Billow_Run", "Set_company")]
    assert shown == ["CHECK", "Northstar", "2026-07-08", "Northstar"]
    book.save()
    page = openpyxl.load_workbook(book.path)["Checks"]
    assert page["B5"].value == "=SUM(tblProofFiles[Imported])"
    assert page["D5"].value.startswith("=ROUND(tblChecks[[#This Row],[Left]]")
    assert (page.tables["tblChecks"].ref, page.tables["tblProblems"].ref) == ("A4:F5", "A22:G52")


def test_more_checks_than_there_is_room_for_are_refused(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    with pytest.raises(Refused, match=r"WBK-015"):
        book.write("tblChecks", [{"Check": str(n)} for n in range(18)])


def test_a_named_cell_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    with pytest.raises(Refused, match=r'WBK-019  The workbook has no cell named "Set_gone".'):
        book.set_cells({"Set_gone": "x"})


def test_the_order_of_calculation_is_forgotten_and_all_is_calculated_anew(tmp_path: Path) -> None:
    path = template(tmp_path)
    chain = f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    line = f'<Relationship Id="rIdC" Type="{kind}" Target="calcChain.xml"/></Relationships>'.encode()
    edited(
        path,
        {
            "xl/_rels/workbook.xml.rels": lambda data: data.replace(b"</Relationships>", line),
            "xl/workbook.xml": lambda data: data.replace(b' fullCalcOnLoad="1"', b""),
        },
        {"xl/calcChain.xml": chain},
    )
    book = Workbook.open(path)
    book.append("tblLog", [{"No": 1}])
    book.save()
    after = parts(path)
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"]
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]


def test_the_first_row_added_to_a_table_of_formulas_is_its_first(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    book.write("tblMargin", [])  # one row without a customer, and with the formulas of each row
    book.save()
    book.append("tblMargin", ALL[:1])
    book.save()
    rows = Workbook.open(book.path).read("tblMargin")
    assert [(row["Customer"], row.number) for row in rows] == [("C-1", 5)]


def test_thousands_of_rows_keep_their_order_beside_those_that_were_there(tmp_path: Path) -> None:
    book = Workbook.open(template(tmp_path))
    rows = [{"Key": f"K-{n}", "What": f"What {n}", "Rows": n} for n in range(1, 5001)]
    book.write("tblTodo", [rows[3], rows[4500]])
    book.save()
    book.append("tblTodo", [{"Key": "K-0", "Reason": "keep"}])
    book.write("tblTodo", [*rows, {"Key": "K-0"}])
    book.save()
    read = Workbook.open(book.path).read("tblTodo")
    assert [(row["Key"], row["What"] or "", row["Rows"] or 0, row["Reason"] or "") for row in read] == [
        *((row["Key"], row["What"], row["Rows"], "") for row in rows),
        ("K-0", "", 0, "keep"),
    ]


def test_a_large_sheet_that_is_being_packed_can_still_be_written(tmp_path: Path) -> None:
    rows = [{"Key": f"K-{n}", "What": "same"} for n in range(1, 5001)]
    book = Workbook.open(template(tmp_path))
    book.write("tblTodo", rows)
    book.append("tblTodo", [{"Key": "K-0", "Reason": "added"}])
    assert len(book.contents("tblTodo")) == 5001
    book.fill("tblTodo", 5, {"Reason": "filled"})
    book.save()
    read = [(row["Key"], row["Reason"] or "") for row in Workbook.open(book.path).read("tblTodo")]
    assert [read[0], *read[4999:]] == [("K-1", "filled"), ("K-5000", ""), ("K-0", "added")]


def test_rows_just_written_are_rows_to_whoever_asks() -> None:
    cells = Cells(parsed(b'<worksheet xmlns="%s"><sheetData/></worksheet>' % MAIN.encode()))
    cells.put([(3, b'<row r="3"><c r="A3"><v>1</v></c></row>', {})])
    put(cells, Living("Sheet", "A3", "BILLOW_CHECK(Billow_Run)"))
    assert [raw(cell, []).formula for cell in cells.of_row(3).values()] == [True]
    cells.put([(4, b'<row r="4"><c r="A4"><v>2</v></c></row>', {})])
    assert cells.numbers == [3, 4]
