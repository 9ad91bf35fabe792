"""Rows stay text until somebody needs their cells; whatever form a program gave them, they say the same."""

import re
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from billow.problems import Refused
from billow.workbook import Workbook
from billow.workbook.markup import MAIN, Node, column_letters, column_of, main, parsed
from billow.workbook.rows import sliced
from billow.workbook.tables import Cells
from tests.workbook.making import edited, part_of, rich, template
from tests.workbook.test_writing import ALL, SHEET, margin, parts, written

X14 = b"http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
FOREIGN = b'<extLst><ext xmlns="urn:mine" uri="1"><row r="9"/><c r="A1"/></ext></extLst></row>'

Form = Callable[[bytes], bytes]


def as_excel(data: bytes) -> bytes:
    """Each row says how deep its letters hang, in words of a later Excel."""
    if b"xmlns:x14ac=" not in data:
        data = data.replace(b"<worksheet ", b'<worksheet xmlns:x14ac="%b" ' % X14)
    return data if b"dyDescent" in data else data.replace(b"<row ", b'<row x14ac:dyDescent="0.25" ')


def prefixed(data: bytes) -> bytes:
    return re.sub(rb"<(/?)(?=[a-zA-Z]+[\s/>])", rb"<\1x:", data).replace(b" xmlns=", b" xmlns:x=")


FORMS: dict[str, tuple[Form, bool]] = {  # and whether it is cut without a tree
    "as XlsxWriter writes it": (lambda data: data, True),
    "as Excel writes it": (as_excel, True),
    "each row on a line of its own": (lambda data: data.replace(b"<row", b"\n<row"), True),
    "each cell on a line of its own": (lambda data: data.replace(b"<c ", b"\n  <c "), True),
    "the look said before the place": (lambda d: re.sub(rb'<c (r="\w+") (s="\d+")', rb"<c \2 \1", d), False),
    "quotes of the other kind": (lambda data: re.sub(rb'<c r="(\w+)"', rb"<c r='\1'", data), False),
    "a prefix before each element": (prefixed, False),
    "a comment that looks like a row": (
        lambda data: data.replace(b"<row", b'<!-- <row r="5"><c r="B5"/></row> --><row', 1), False,
    ),
    "an instruction that looks like a cell": (
        lambda data: data.replace(b"</row>", b'<?mine <c r="B4"/>?></row>', 1), False,
    ),
    "elements of another program in a row": (lambda data: data.replace(b"</row>", FOREIGN), False),
    "elements of another program, with a prefix": (
        lambda data: data.replace(b"</row>", FOREIGN.replace(b"xmlns=", b"xmlns:m=")
            .replace(b"<row", b"<m:row").replace(b"<c ", b"<m:c ")), False,
    ),
}  # fmt: skip


def in_form(folder: Path, form: Form) -> Path:
    """The workbook of the user, with a row hidden and another coloured, its sheet in a form."""

    def change(data: bytes) -> bytes:
        data = data.replace(b'<row r="4"', b'<row r="4" hidden="1"')
        return form(data)

    return edited(rich(folder / "Billing.xlsx"), {SHEET: change})


def seen(path: Path) -> dict[str, Any]:
    """What another program sees: values, formulas, looks, notes, hidden rows and heights."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = openpyxl.load_workbook(path)["Marge"]
    cells = (cell for row in page.iter_rows() for cell in row)
    there = {
        c.coordinate: (c.value, c.number_format, c.fill.fgColor.rgb, c.comment and c.comment.text)
        for c in cells
    }
    rows = {str(number): (row.hidden, row.height) for number, row in page.row_dimensions.items()}
    blank, usual = (None, "General", "00000000", None), (False, None)
    return {where: what for where, what in (there | rows).items() if what not in (blank, usual)}


@pytest.mark.parametrize("name", FORMS)
def test_a_sheet_is_cut_at_its_rows_only_in_the_form_that_programs_write(tmp_path: Path, name: str) -> None:
    form, cut = FORMS[name]
    held = Workbook.open(in_form(tmp_path, form), ["tblMargin"])._package.read(SHEET)  # noqa: SLF001
    assert (sliced(held) is not None) == cut


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "rows",
    [list(reversed(ALL)), margin(("C-9", "AWS")) + ALL, []],
    ids=["in another order", "one more", "none"],
)
def test_whatever_form_rows_have_the_user_finds_the_same(
    tmp_path: Path, name: str, rows: list[dict[str, Any]]
) -> None:
    usual = seen(written(in_form(tmp_path, lambda data: data), rows))
    assert seen(written(in_form(tmp_path, FORMS[name][0]), rows)) == usual


def test_rows_that_nobody_asks_for_stay_to_the_byte(tmp_path: Path) -> None:
    path = in_form(tmp_path, as_excel)
    before = Workbook.open(path, ["tblMargin"])._package.read(SHEET)  # noqa: SLF001
    book = Workbook.open(path, ["tblMargin"])
    book.fill("tblMargin", 5, {"Name": "Contoso Ltd"})
    book.save()
    after = Workbook.open(path, ["tblMargin"])._package.read(SHEET)  # noqa: SLF001
    there, now = sliced(before), sliced(after)
    assert there is not None
    assert now is not None
    assert {number for number in now.rows if now.rows[number] != there.rows.get(number)} == {5}


@pytest.mark.parametrize(
    ("rows", "same"),
    [(ALL, True), (ALL[:2], False), ([*ALL[:2], {**ALL[2], "Kept": Decimal(6)}], False), (ALL[::-1], False)],
    ids=["nothing new", "one less", "another figure in the last", "another order"],
)
def test_rows_that_stand_there_already_leave_their_sheet_to_the_byte(
    tmp_path: Path, rows: list[dict[str, Any]], *, same: bool
) -> None:
    path = template(tmp_path)
    before = parts(written(path, ALL))
    after = parts(written(path, rows))
    assert (after[part_of("tblMargin")] == before[part_of("tblMargin")]) == same
    assert same == (after == before)
    read = [(row["Customer"], row["Kept"]) for row in Workbook.open(path).read("tblMargin")]
    assert read == [(row["Customer"], row["Kept"]) for row in rows]


def test_elements_thousands_deep_are_refused_when_their_row_is_read(tmp_path: Path) -> None:
    deep = b'<c r="B4">' + b"<is>" * 9000 + b"</is>" * 9000 + b"</c></row>"
    path = in_form(tmp_path, lambda data: re.sub(rb'(<row r="4".*?)</row>', rb"\1" + deep, data))
    with pytest.raises(Refused) as refused:
        Workbook.open(path, ["tblMargin"]).read("tblMargin")
    assert [problem.code for problem in refused.value.problems] == ["WBK-001"]


# --- any sheet at all is read as a tree of all of it would be

TEXTS = [
    "1",
    "&lt;c r=&quot;A1&quot;/&gt;",
    'xmlns="urn:mine"',
    "a &amp; b",
    "]] >",
    "<![CDATA[<c r='Z9'/></row>]]>",
    "",
]
LOOSE = ["", "", "", "\n ", "<!-- <c r='A1'> -->", '<?mine <row r="7">?>']
contents = st.sampled_from(TEXTS).flatmap(
    lambda text: st.sampled_from(
        [
            f"><{{0}}v>{text}</{{0}}v></{{0}}c>",
            f' t="inlineStr"><{{0}}is><{{0}}t>{text}</{{0}}t></{{0}}is></{{0}}c>',
            f"><{{0}}f a='>'>{text}</{{0}}f><{{0}}v/></{{0}}c>",
            '><{0}is><{0}r><{0}rPr><{0}color rgb="F"/></{0}rPr></{0}r></{0}is></{0}c>',
            "/>",
            " />",
            '><m:c xmlns:m="urn:mine"/></{0}c>',
        ]
    )
)
looks = st.sampled_from(["", ' s="3"', " s='3'", '  s="4"', ' cm="1" s="5"', ' s="a&gt;b"'])


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    prefix = draw(st.sampled_from(["", "", "x:"]))
    loose = st.sampled_from(draw(st.sampled_from([[""], LOOSE])))
    text = ""
    for number in draw(st.lists(st.integers(1, 9), unique=True, max_size=4).map(sorted)):
        place = draw(st.sampled_from([f' r="{number}"', f' r="{number}" ht="9"', f" ht='&lt;' r='{number}'"]))
        text += f"{draw(loose)}<{prefix}row{place}>{draw(loose)}"
        for column in draw(st.lists(st.integers(1, 30), unique=True, max_size=4).map(sorted)):
            look, said = draw(looks), draw(contents).format(prefix)
            at = draw(st.sampled_from([f' r="{column_letters(column)}{number}"{look}', look]))
            text += f"<{prefix}c{at}{said}{draw(loose)}"
        text += f"</{prefix}row>"
    tags = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    return (
        f'<{prefix}worksheet {tags}="{MAIN}" xmlns:n="urn:n"><{prefix}sheetData>{text}</{prefix}sheetData>'
        f"</{prefix}worksheet>"
    ).encode()


def in_tree(data: bytes) -> dict[int, dict[int, bytes]]:
    """The cells as the tree of the whole sheet has them, places counted where they are not said."""
    rows = {}
    for row in parsed(data).iter(main("row")):
        cells, column = {}, 0
        for cell in row.findall(main("c")):
            column = column_of(cell.get("r", "")) or column + 1
            cells[column] = said_by(cell)
        rows[int(row.get("r", ""))] = cells
    return rows


def said_by(cell: Node) -> bytes:
    """What a cell says, wherever it stands and whatever prefixes its sheet has."""
    lone = etree.fromstring(etree.tostring(cell, with_tail=False))
    lone.attrib.pop("r", "")
    etree.strip_elements(lone, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    for node in lone.iter("*"):
        node.text = node.text or None
    return b"|".join(
        str((node.tag, sorted(node.attrib.items()), node.text)).encode() for node in lone.iter("*")
    )


def in_cells(cells: Cells) -> dict[int, dict[int, bytes]]:
    return {n: {c: said_by(cell) for c, cell in cells.of_row(n).items()} for n in cells.numbers}


@given(sheets())
def test_the_cells_are_those_of_a_tree_of_the_whole_sheet(data: bytes) -> None:
    cells = Cells.read(data, AssertionError)
    assert in_cells(cells) == in_tree(data)
    rewritten = b"".join(cells.texts())
    assert in_tree(rewritten) == in_tree(data)
    assert in_tree(etree.tostring(cells.settle())) == in_tree(data)


@given(sheets(), st.integers(1, 9), st.integers(1, 30))
def test_a_cell_put_into_a_row_leaves_all_others(data: bytes, number: int, column: int) -> None:
    cells, before = Cells.read(data, AssertionError), in_tree(data)
    cell = f'<c r="{column_letters(column)}{number}"><v>77</v></c>'
    cells.put([(number, f'<row r="{number}" hidden="1">{cell}</row>'.encode(), {})])
    cells.finish()
    after = in_tree(b"".join(cells.texts()))
    new = after[number].pop(column)
    assert b"77" in new
    before.setdefault(number, {}).pop(column, None)
    left = {n: row for n, row in before.items() if row or n in after}
    assert after == left
