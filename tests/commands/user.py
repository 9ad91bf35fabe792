"""What a user adds to a sheet in Excel, made in the file itself as Excel leaves it."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import normpath
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree
from openpyxl.utils.cell import coordinate_from_string, get_column_letter, range_boundaries

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
VML = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'id="_x0000_s99{row}" type="#_x0000_t202" style="visibility:hidden">'
    '<x:ClientData ObjectType="Note"><x:Anchor>1, 15, {row}, 10, 3, 15, {row}, 60</x:Anchor>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def parts_of(workbook: Path) -> dict[str, bytes]:
    """Return every part of the file by name."""
    with ZipFile(workbook) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@dataclass
class Page:
    """The sheet on which a table stands, with its parts; ``close`` writes the file."""

    workbook: Path
    table_name: str
    parts: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = parts_of(self.workbook)
        mark = f'name="{self.table_name}"'.encode()
        self.table_part = next(n for n in self.parts if n.startswith("xl/tables/") and mark in self.parts[n])
        target = f"../tables/{self.table_part.rpartition('/')[2]}".encode()
        relations = next(n for n, data in self.parts.items() if n.endswith(".rels") and target + b'"' in data)
        self.part = f"xl/worksheets/{relations.rpartition('/')[2].removesuffix('.rels')}"
        self.related = {
            relation.get("Type", "").rpartition("/")[2]: normpath(f"xl/worksheets/{relation.get('Target')}")
            for relation in etree.fromstring(self.parts[relations])
        }
        self.sheet = etree.fromstring(self.parts[self.part])
        self.table = etree.fromstring(self.parts[self.table_part])

    @property
    def area(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the table."""
        found = range_boundaries(self.table.get("ref", ""))
        assert None not in found
        return tuple(int(number or 0) for number in found)  # type: ignore[return-value]

    @property
    def headers(self) -> list[str]:
        """The headers of the table."""
        return [column.get("name", "") for column in self.table.iter(f"{MAIN}tableColumn")]

    def row(self, number: int) -> etree._Element:
        """A row of the sheet."""
        return next(row for row in self.sheet.iter(f"{MAIN}row") if row.get("r") == str(number))

    def text(self, number: int, header: str) -> str:
        """What a cell of the table shows, if it is a text."""
        letter = get_column_letter(self.area[0] + self.headers.index(header))
        cell = next((c for c in self.row(number) if c.get("r") == f"{letter}{number}"), None)
        return "" if cell is None else "".join(map(str, cell.itertext()))

    def column(self, key: str, value: str) -> dict[str, str]:
        """Two columns of the table, one by the other."""
        numbers = range(self.area[1] + 1, self.area[3] + 1)
        return {self.text(number, key): self.text(number, value) for number in numbers}

    def close(self) -> None:
        """Write the file with what was changed."""
        self.parts[self.part] = etree.tostring(self.sheet, xml_declaration=True, encoding="UTF-8")
        self.parts[self.table_part] = etree.tostring(self.table, xml_declaration=True, encoding="UTF-8")
        with ZipFile(self.workbook, "w", ZIP_DEFLATED) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)

    # --- what a user does

    def add_column(self, header: str, key: str, values: Mapping[str, str]) -> None:
        """A column of the user's own, to the right of the others."""
        left, top, right, bottom = self.area
        columns = self.table.find(f"{MAIN}tableColumns")
        assert columns is not None
        number = max(int(c.get("id", "0")) for c in columns) + 1
        etree.SubElement(columns, f"{MAIN}tableColumn", id=str(number), name=header)
        columns.set("count", str(len(columns)))
        reference = f"{get_column_letter(left)}{top}:{get_column_letter(right + 1)}{bottom}"
        for element in (self.table, self.table.find(f"{MAIN}autoFilter")):
            assert element is not None
            element.set("ref", reference)
        for at in range(top, bottom + 1):
            shown = header if at == top else values.get(self.text(at, key), "")
            place = f"{get_column_letter(right + 1)}{at}"
            cell = etree.SubElement(self.row(at), f"{MAIN}c", r=place, t="inlineStr")
            etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = shown

    def sort_backwards(self) -> None:
        """The rows of the table the other way round, sorted by its first column."""
        left, top, right, bottom = self.area
        first, last = get_column_letter(left), get_column_letter(right)
        state = etree.Element(f"{MAIN}sortState", ref=f"{first}{top + 1}:{last}{bottom}")
        area = f"{first}{top + 1}:{first}{bottom}"
        etree.SubElement(state, f"{MAIN}sortCondition", ref=area, descending="1")
        self.table[0].addnext(state)
        rows = [self.row(number) for number in range(top + 1, bottom + 1)]
        turned = [deepcopy(row) for row in reversed(rows)]
        for old, new in zip(rows, turned, strict=True):
            number = old.get("r", "")
            for cell in new:
                cell.set("r", f"{coordinate_from_string(cell.get('r', ''))[0]}{number}")
            new.set("r", number)
            parent = old.getparent()
            assert parent is not None
            parent.replace(old, new)

    def filter(self, header: str, value: str) -> None:
        """Show only rows with a value."""
        target = self.table.find(f"{MAIN}autoFilter")
        assert target is not None
        column = etree.SubElement(target, f"{MAIN}filterColumn", colId=str(self.headers.index(header)))
        etree.SubElement(etree.SubElement(column, f"{MAIN}filters"), f"{MAIN}filter", val=value)

    def widen(self, number: int, width: str) -> None:
        """Make a column of the sheet as wide as that."""
        column = next(c for c in self.sheet.iter(f"{MAIN}col") if c.get("min") == str(number))
        column.set("width", width)

    def colour(self, header: str) -> None:
        """Colour cells of a column that say something, by a conditional format."""
        left, top, _, bottom = self.area
        letter = get_column_letter(left + self.headers.index(header))
        after = self.sheet.findall(f"{MAIN}conditionalFormatting")[-1]
        area = f"{letter}{top + 1}:{letter}{bottom}"
        new = etree.Element(f"{MAIN}conditionalFormatting", sqref=area)
        rule = etree.SubElement(new, f"{MAIN}cfRule", type="expression", dxfId="0", priority="77")
        etree.SubElement(rule, f"{MAIN}formula").text = f'LEFT({letter}{top + 1},1)="M"'
        after.addnext(new)

    def note(self, number: int, header: str, text: str) -> None:
        """A note on a cell."""
        column = self.area[0] + self.headers.index(header)
        comments = etree.fromstring(self.parts[self.related["comments"]])
        listed = comments.find(f"{MAIN}commentList")
        assert listed is not None
        place = f"{get_column_letter(column)}{number}"
        comment = etree.SubElement(listed, f"{MAIN}comment", ref=place, authorId="0")
        etree.SubElement(etree.SubElement(comment, f"{MAIN}text"), f"{MAIN}t").text = text
        self.parts[self.related["comments"]] = etree.tostring(
            comments, xml_declaration=True, encoding="UTF-8"
        )
        shape = VML.format(row=number - 1, column=column - 1)
        drawing = self.parts[self.related["vmlDrawing"]].decode()
        self.parts[self.related["vmlDrawing"]] = drawing.replace("</xml>", f"{shape}</xml>").encode()

    def noted(self, text: str) -> str:
        """Where the note with that text stands."""
        comments = etree.fromstring(self.parts[self.related["comments"]])
        found = [c for c in comments.iter(f"{MAIN}comment") if "".join(map(str, c.itertext())) == text]
        return found[0].get("ref", "") if len(found) == 1 else ""
