"""A finance team's workbook, with everything Excel can hold, goes through a month and loses nothing.

Beside Billow's sheets stand the team's own: charts, a picture, sparklines, data bars, notes, a discussion in
threaded comments, a pivot table with a slicer, a formula with its value, and custom XML. After import,
invoice and issue every part that Billow does not own is the same to the byte.
"""

import re
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree

from billow.commands.settle import settle_todo
from billow.sheets.columns import SHEETS
from billow.workbook.charting import charts_on
from billow.workbook.grafting import graft_sheet
from billow.workbook.markup import MAIN, OFFICE, R_ID, main
from billow.workbook.package import Package
from billow.workbook.tables import tables_of
from tests.commands.clerk import MONTH, billow
from tests.conftest import REASON
from tests.workbook.making import png

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MICROSOFT = "http://schemas.microsoft.com/office"
X14 = f"{MICROSOFT}/spreadsheetml/2009/9/main"
Both = tuple[Package, Package]
MINE = "Our dashboard"
# what a run may change besides the sheets of results: the list of sheets and what points to it
LISTS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}

THREAD = (
    f'<ThreadedComments xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments"><threadedComment ref="B2" '
    'dT="2026-06-30T09:00:00" personId="{00000000-0000-0000-0000-000000000001}" '
    'id="{00000000-0000-0000-0000-000000000002}"><text>Is this the net?</text></threadedComment>'
    "</ThreadedComments>"
)
PERSONS = (
    f'<personList xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments"><person displayName="M. Jansen" '
    'id="{00000000-0000-0000-0000-000000000001}" userId="m" providerId="None"/></personList>'
)
CACHE = (
    f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}" r:id="rId1" recordCount="2">'
    f'<cacheSource type="worksheet"><worksheetSource ref="A1:B3" sheet="{MINE}"/></cacheSource>'
    '<cacheFields count="2"><cacheField name="Vendor"><sharedItems><s v="AWS"/><s v="Microsoft"/>'
    '</sharedItems></cacheField><cacheField name="Net"><sharedItems containsNumber="1"/></cacheField>'
    "</cacheFields></pivotCacheDefinition>"
)
RECORDS = (
    f'<pivotCacheRecords xmlns="{MAIN}" count="2"><r><x v="0"/><n v="10"/></r><r><x v="1"/><n v="20"/></r>'
    "</pivotCacheRecords>"
)
PIVOT = (
    f'<pivotTableDefinition xmlns="{MAIN}" name="Per vendor" cacheId="1" dataCaption="Net">'
    '<location ref="H2:I5" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/></pivotTableDefinition>'
)
SLICER_CACHE = (
    f'<slicerCacheDefinition xmlns="{X14}" name="Slicer_Vendor" sourceName="Vendor"><pivotTables>'
    '<pivotTable tabId="99" name="Per vendor"/></pivotTables></slicerCacheDefinition>'
)
SLICER = (
    f'<slicers xmlns="{X14}"><slicer name="Vendor" cache="Slicer_Vendor" caption="Vendor" '
    'rowHeight="241300"/></slicers>'
)


def dashboard(path: Path) -> Package:
    """The team's sheet, made with a library: all but what libraries do not make."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(MINE)
        page.write_column(
            "A1", ["Vendor", "AWS", "Microsoft"], book.add_format({"bold": True, "italic": True})
        )
        page.write_column("B1", ["Net", 10, 20])
        page.write_formula("C2", "=SUM('Rated lines'!A5:A900)+B2*1.21", None, 12.1)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"categories": f"='{MINE}'!$A$2:$A$3", "values": f"='{MINE}'!$B$2:$B$3"})
        page.insert_chart("D2", chart)
        page.insert_image("E20", "logo.png", {"image_data": png()})
        page.add_sparkline("C1", {"range": f"'{MINE}'!B2:B3"})
        page.conditional_format("B2:B3", {"type": "data_bar", "data_bar_2010": True, "bar_color": "#63C384"})
        page.write_comment("A2", "compare with the invoice")
    return Package(path.read_bytes())


def furnished(workbook: Path, folder: Path) -> None:
    """Give a workbook the dashboard, and by hand what libraries do not make."""
    package = Package(workbook.read_bytes(), workbook.name)
    graft_sheet(dashboard(folder / "dashboard.xlsx"), MINE, package)
    page, book = package.sheet_parts()[MINE], package.workbook_part
    kinds = {
        "xl/threadedComments/threadedComment1.xml": (THREAD, "application/vnd.ms-excel.threadedcomments+xml"),
        "xl/persons/person.xml": (PERSONS, "application/vnd.ms-excel.person+xml"),
        "xl/pivotCache/pivotCacheDefinition1.xml": (CACHE, f"{SPREADSHEET}.pivotCacheDefinition+xml"),
        "xl/pivotCache/pivotCacheRecords1.xml": (RECORDS, f"{SPREADSHEET}.pivotCacheRecords+xml"),
        "xl/pivotTables/pivotTable1.xml": (PIVOT, f"{SPREADSHEET}.pivotTable+xml"),
        "xl/slicerCaches/slicerCache1.xml": (SLICER_CACHE, "application/vnd.ms-excel.slicerCache+xml"),
        "xl/slicers/slicer1.xml": (SLICER, "application/vnd.ms-excel.slicer+xml"),
        "customXml/item1.xml": ("<budget xmlns='urn:ours'>kept</budget>", "application/xml"),
    }
    thread, _, definition, records, pivot, slicer_cache, slicer_part, _ = kinds
    for name, (text, kind) in kinds.items():
        package.put(name, text.encode(), kind)
    package.relate("", f"{OFFICE}/customXml", "customXml/item1.xml")
    package.relate(page, f"{MICROSOFT}/2017/10/relationships/threadedComment", thread)
    package.relate(book, f"{MICROSOFT}/2017/10/relationships/person", "xl/persons/person.xml")
    package.relate(definition, f"{OFFICE}/pivotCacheRecords", records)
    package.relate(pivot, f"{OFFICE}/pivotCacheDefinition", definition)
    package.relate(page, f"{OFFICE}/pivotTable", pivot)
    cache = package.relate(book, f"{OFFICE}/pivotCacheDefinition", definition)
    slicers = package.relate(book, f"{MICROSOFT}/2007/relationships/slicerCache", slicer_cache)
    slicer = package.relate(page, f"{MICROSOFT}/2007/relationships/slicer", slicer_part)
    tree = package.tree(book)
    etree.SubElement(
        etree.SubElement(tree, main("pivotCaches")), main("pivotCache"), {"cacheId": "1", R_ID: cache}
    )
    extension(tree, "{BBE1A952-AA13-448e-AADC-164F8A28A991}", "slicerCaches", "slicerCache", slicers)
    extension(package.tree(page), "{A8765BA9-456A-4dab-B4F3-ACF838C121DE}", "slicerList", "slicer", slicer)
    package.touch(book)
    package.touch(page)
    workbook.write_bytes(package.bytes())


def extension(tree: etree._Element, uri: str, group: str, item: str, relation: str) -> None:
    found = tree.find(main("extLst"))
    holder = etree.SubElement(tree, main("extLst")) if found is None else found
    listed = etree.SubElement(etree.SubElement(holder, main("ext"), uri=uri), f"{{{X14}}}{group}")
    etree.SubElement(listed, f"{{{X14}}}{item}", {R_ID: relation})


def owned(package: Package) -> set[str]:
    """The parts of the sheets whose tables Billow fills: the sheet, its tables, and the notes that move."""
    parts = set(LISTS)
    for table in tables_of(package):
        if SHEETS[table.name].kind in {"result", "mixed"}:
            parts |= {table.sheet_part, table.part}
            related = package.relations(table.sheet_part)
            parts |= {each.target for each in related if each.kind in {"comments", "vmlDrawing"}}
            parts |= set(charts_on(package, [table.title]))
    return parts


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The workbook before the month, and after it."""
    folder = tmp_path_factory.mktemp("round trip")
    workbook = folder / "Billing.xlsx"
    assert billow("new", workbook, "--example").code == 0
    furnished(workbook, folder)
    before = workbook.read_bytes()
    assert billow("import", workbook).code == 0
    settle_todo(workbook, "accept", REASON, "M. Jansen")
    assert billow("invoice", workbook, "--period", MONTH).code == 0
    issued = billow("issue", workbook, "--period", MONTH, "--reason", "first month")
    assert issued.code == 0, issued.err
    return Package(before), Package(workbook.read_bytes())


def test_every_part_that_billow_does_not_own_is_the_same_to_the_byte(
    packages: Both,
) -> None:
    before, after = packages
    rest = set(before.names) - owned(before)
    assert {
        name for name in rest if name not in after.names or after.read(name) != before.read(name)
    } == set()
    assert len([name for name in after.names if name not in before.names]) >= 24, "the invoice sheets are new"


FEATURES = [
    (r"xl/charts/chart\d+\.xml", "a chart"),
    (r"xl/media/image\d+\.png", "a picture"),
    (r"xl/threadedComments/.*", "a discussion in threaded comments"),
    (r"xl/persons/.*", "who takes part in it"),
    (r"xl/pivotTables/.*", "a pivot table"),
    (r"xl/pivotCache/pivotCacheRecords1.xml", "its figures"),
    (r"xl/slicers/.*", "a slicer"),
    (r"xl/slicerCaches/.*", "what it looks at"),
    (r"customXml/item1.xml", "custom XML"),
]


@pytest.mark.parametrize(("pattern", "what"), FEATURES)
def test_what_a_team_added_is_there_and_still_pointed_to(packages: Both, pattern: str, what: str) -> None:
    _, after = packages
    others = set(after.names) - set(charts_on(after, ["Dashboard"]))
    (name,) = (name for name in others if re.fullmatch(pattern, name) and not name.endswith(".rels"))
    pointed = {
        r.target for part in ["", *after.names] if not part.endswith(".rels") for r in after.relations(part)
    }
    assert name in pointed, what


INSIDE = [
    ("x14:sparkline ", "sparklines"),
    ("x14:dataBar ", "data bars of Excel 2010"),
    ("slicerList", "the slicer's place"),
    ("<v>12.1</v>", "the stored value of a formula"),
]


@pytest.mark.parametrize(("text", "what"), INSIDE)
def test_what_stands_inside_the_sheet_is_there(packages: Both, text: str, what: str) -> None:
    _, after = packages
    page = after.read(after.sheet_parts()[MINE]).decode()
    assert text.strip() in page, what


def test_the_list_of_sheets_still_knows_pivots_and_slicers(packages: Both) -> None:
    before, after = packages
    for tag in (main("pivotCaches"), main("extLst")):
        said = [etree.tostring(next(p.tree(p.workbook_part).iter(tag))) for p in (before, after)]
        assert said[0] == said[1], tag
    kinds = [{r.kind for r in p.relations(p.workbook_part)} for p in (before, after)]
    assert kinds[0] - kinds[1] <= {"calcChain"}
