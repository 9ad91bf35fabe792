"""The figures that a chart keeps: what a program shows that draws charts and does not calculate.

Excel and LibreOffice draw from the cells. A viewer, a mail program or a preview draws what the chart itself
remembers; so when a table gets new rows, the charts that stand on it are told.
"""

import re
from collections.abc import Callable, Collection, Iterator

from lxml import etree

from billow.sheets.raw import Raw
from billow.workbook.cells import visible_text
from billow.workbook.markup import Area, Node
from billow.workbook.package import Package

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!(),:]+))!(\$[A-Z]{1,3}\$[0-9]+(?::\$[A-Z]{1,3}\$[0-9]+)?)")
_CACHES = {"strRef": "strCache", "numRef": "numCache"}
# what stands before the cache of a reference, and before the points in a cache (ECMA-376 part 1, 21.2.2)
_BEFORE_POINTS = {f"{_C}formatCode"}

CellAt = Callable[[str, int, int], Raw]


def remember(package: Package, titles: Collection[str], cell: CellAt) -> None:
    """Let the charts on the sheets ``titles`` remember what stands in the cells of these sheets now.

    A chart on a sheet of the user's own stays to the byte; a program that calculates draws it anew.
    """
    for part in charts_on(package, titles):
        changed = [_renew(node, area, title, cell) for node, title, area in _shown(package, part, titles)]
        if any(changed):
            package.touch(part)


def charts_on(package: Package, titles: Collection[str]) -> Iterator[str]:
    """Yield the parts of the charts that are drawn on these sheets."""
    for title in titles:
        for drawing in package.relations(package.sheet_parts()[title]):
            if drawing.kind == "drawing":
                yield from (r.target for r in package.relations(drawing.target) if r.kind == "chart")


def _shown(package: Package, part: str, titles: Collection[str]) -> Iterator[tuple[Node, str, Area]]:
    """Yield each reference of a chart to cells of one of the sheets."""
    for node in package.tree(part).iter(*(f"{_C}{kind}" for kind in _CACHES)):
        found = _REFERENCE.fullmatch((node.findtext(f"{_C}f") or "").strip())
        if found is None:
            continue
        title = found[2] or found[1].replace("''", "'")
        if title in titles:
            yield node, title, Area.of(found[3].replace("$", ""))


def _renew(node: Node, area: Area, title: str, cell: CellAt) -> bool:
    """Write what a reference shows into its cache; return whether that is anything new."""
    before = etree.tostring(node)
    values = [cell(title, row, column) for row in area.rows for column in area.columns]
    kind = str(etree.QName(node).localname)
    if kind == "numRef" and _holds_words(node, values):
        kind, node.tag = "strRef", f"{_C}strRef"  # months and names are words, whatever the empty sheet held
    cache = _cache(node, _CACHES[kind])
    for old in cache.findall(f"{_C}ptCount") + cache.findall(f"{_C}pt"):
        cache.remove(old)
    at = sum(child.tag in _BEFORE_POINTS for child in cache)
    points = [etree.Element(f"{_C}ptCount", val=str(len(values)))]
    for number, value in enumerate(values):
        if value.text and (kind == "strRef" or value.kind == "number"):
            point = etree.Element(f"{_C}pt", idx=str(number))
            etree.SubElement(point, f"{_C}v").text = visible_text(value.text)
            points.append(point)
    cache[at:at] = points
    return etree.tostring(node) != before


def _holds_words(node: Node, values: list[Raw]) -> bool:
    parent = node.getparent()
    may = parent is not None and parent.tag == f"{_C}cat"
    return may and any(value.kind == "text" and value.text for value in values)


def _cache(node: Node, kind: str) -> Node:
    """Return the cache of a reference, of the kind that fits; one of the other kind goes."""
    for name in set(_CACHES.values()) - {kind}:
        for old in node.findall(f"{_C}{name}"):
            node.remove(old)
    found = node.find(f"{_C}{kind}")
    if found is None:
        found = etree.Element(f"{_C}{kind}")
        reference = node.find(f"{_C}f")
        node.insert(0 if reference is None else node.index(reference) + 1, found)
    return found
