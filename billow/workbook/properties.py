"""Properties of the document that Billow keeps in it: the schema, and which register it belongs to."""

from decimal import Decimal

from lxml import etree

from billow.workbook.markup import Node
from billow.workbook.package import Package

SCHEMA = "Billow schema"
_PART = "docProps/custom.xml"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CONTENT = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
# MS-OLEPS: the one format id for properties that are neither summary nor document summary
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST_ID = 2


def property_of(package: Package, name: str) -> str:
    """Return a document property as text, '' when it is not there."""
    node = _node(package, name)
    if node is None:
        return ""
    text = "".join(value.text or "" for value in node)
    is_number = any(str(value.tag).endswith(("}r8", "}i4", "}decimal")) for value in node)
    return f"{Decimal(text).normalize():f}" if is_number and text else text


def set_property(package: Package, name: str, value: str) -> None:
    """Keep a document property; one of that name is replaced."""
    part = _part(package)
    if part is None:
        part = _PART
        empty = f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_TYPES}"/>'.encode()
        package.put(part, empty, _CONTENT)
        package.relate("", _RELATION, part)
    tree, node = package.tree(part), _node(package, name)
    if node is None:
        used = [int(each.get("pid", "1")) for each in tree]
        pid = str(max([_FIRST_ID - 1, *used]) + 1)
        node = etree.SubElement(tree, f"{{{_CUSTOM}}}property", fmtid=_FORMAT, pid=pid, name=name)
    node[:] = []
    etree.SubElement(node, f"{{{_TYPES}}}lpwstr").text = value
    package.touch(part)


def _part(package: Package) -> str | None:
    return next((r.target for r in package.relations("") if r.kind == "custom-properties"), None)


def _node(package: Package, name: str) -> Node | None:
    part = _part(package)
    if part is None:
        return None
    return next((node for node in package.tree(part) if node.get("name") == name), None)
