"""A sheet that Billow writes as a whole, such as an invoice: cells, widths, and how it prints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from billow.workbook.cells import cell_text, look_of, parsed_in
from billow.workbook.markup import MAIN, Area, Node, column_letters, main

_FORBIDDEN = str.maketrans(dict.fromkeys("\\/?*[]:", "-"))
_LONGEST_TITLE = 31
_EDGES = {"left": "0.6", "right": "0.6", "top": "0.6", "bottom": "0.8", "header": "0.3", "footer": "0.4"}


@dataclass(frozen=True)
class Cell:
    """One cell: where it stands (from 1), what it holds, and the name of its style."""

    row: int
    column: int
    value: Any
    style: str = ""


@dataclass(frozen=True)
class SheetLayout:
    """A whole sheet. Merges and the print area are references such as ``A1:C1``."""

    cells: tuple[Cell, ...]
    widths: tuple[float, ...] = ()
    heights: Mapping[int, float] = field(default_factory=dict)
    merges: tuple[str, ...] = ()
    print_area: str = ""
    repeat_rows: tuple[int, int] | None = None
    header: str = ""
    footer: str = "&L&8&A&R&8Page &P"
    tab_colour: str = ""
    break_before: tuple[int, ...] = ()


def safe_title(wanted: str, taken: Iterable[str] = ()) -> str:
    """Return a sheet title that Excel accepts and that no other sheet has.

    >>> safe_title("Draft A/B: very long customer name Ltd.", ["Draft A-B- very long customer n"])
    'Draft A-B- very long custom (2)'
    """
    printable = "".join(letter if letter.isprintable() else " " for letter in wanted)
    title = printable.translate(_FORBIDDEN).strip().strip("'")[:_LONGEST_TITLE].rstrip(" '") or "Sheet"
    used = {other.casefold() for other in taken} | {"history"}  # Excel keeps this one for itself
    chosen, number = title, 1
    while chosen.casefold() in used:
        number += 1
        chosen = f"{title[: _LONGEST_TITLE - len(f' ({number})')].rstrip()} ({number})"
    return chosen


def sheet_xml(layout: SheetLayout, styles: Mapping[str, str], *, since_1904: bool) -> Node:
    """Return the sheet as a part of the workbook."""
    tree = etree.Element(main("worksheet"), nsmap={None: MAIN})  # type: ignore[dict-item]
    about = etree.SubElement(tree, main("sheetPr"))
    if layout.tab_colour:
        etree.SubElement(about, main("tabColor"), rgb=f"FF{layout.tab_colour.lstrip('#')}")
    etree.SubElement(about, main("pageSetUpPr"), fitToPage="1")
    views = etree.SubElement(tree, main("sheetViews"))
    etree.SubElement(views, main("sheetView"), showGridLines="0", workbookViewId="0")
    etree.SubElement(tree, main("sheetFormatPr"), defaultRowHeight="15")
    if layout.widths:
        columns = etree.SubElement(tree, main("cols"))
        for index, width in enumerate(layout.widths, start=1):
            said = {"min": str(index), "max": str(index), "width": str(width), "customWidth": "1"}
            etree.SubElement(columns, main("col"), said)
    tree.append(_data(layout, styles, since_1904=since_1904))
    if layout.merges:
        merged = etree.SubElement(tree, main("mergeCells"), count=str(len(layout.merges)))
        for merge in layout.merges:
            etree.SubElement(merged, main("mergeCell"), ref=str(Area.of(merge)))
    _page(tree, layout)
    return tree


def _data(layout: SheetLayout, styles: Mapping[str, str], *, since_1904: bool) -> Node:
    looks = {name: look_of(style) for name, style in styles.items()}
    by_row: dict[int, list[Cell]] = {row: [] for row in layout.heights}
    for cell in layout.cells:
        by_row.setdefault(cell.row, []).append(cell)
    rows = []
    for number, cells in sorted(by_row.items()):
        height = f' ht="{layout.heights[number]}" customHeight="1"' if number in layout.heights else ""
        rows.append(f'<row r="{number}"{height}>')
        for cell in sorted(cells, key=lambda each: each.column):
            reference = f"{column_letters(cell.column)}{number}"
            rows.append(cell_text(reference, cell.value, looks.get(cell.style, ""), since_1904=since_1904))
        rows.append("</row>")
    return parsed_in("".join(rows).encode())


def _page(tree: Node, layout: SheetLayout) -> None:
    etree.SubElement(tree, main("printOptions"), horizontalCentered="1")
    etree.SubElement(tree, main("pageMargins"), _EDGES)
    page = {"paperSize": "9", "orientation": "portrait", "fitToWidth": "1", "fitToHeight": "0"}
    # a document of its own: without this its pages are counted on from the sheets printed before it
    page |= {"useFirstPageNumber": "1", "firstPageNumber": "1"}
    etree.SubElement(tree, main("pageSetup"), page)
    said = etree.SubElement(tree, main("headerFooter"))
    if layout.header:
        etree.SubElement(said, main("oddHeader")).text = layout.header
    etree.SubElement(said, main("oddFooter")).text = layout.footer
    if layout.break_before:
        count = str(len(layout.break_before))
        breaks = etree.SubElement(tree, main("rowBreaks"), count=count, manualBreakCount=count)
        for row in layout.break_before:
            etree.SubElement(breaks, main("brk"), id=str(row - 1), max="16383", man="1")
