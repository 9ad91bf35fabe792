"""The words of the file format: namespaces, safe reading of a part, cell references.

>>> column_letters(28), split_reference("AB12")
('AB', (12, 28))
>>> Area.of("B4:D9").rows, str(Area.of("B4"))
(range(4, 10), 'B4')
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
R_ID = f"{{{OFFICE}}}id"

Node = _Element

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)")


def main(tag: str) -> str:
    """Return the full name of an element of a sheet, table or workbook."""
    return f"{{{MAIN}}}{tag}"


def forget(node: Node, *names: str) -> None:
    """Take attributes from an element that may have them."""
    for name in names:
        if node.get(name) is not None:
            del node.attrib[name]


def parsed(data: bytes) -> Node:
    """Read one part; nothing outside it is ever fetched."""
    reader = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(data, reader)


def serialised(node: Node) -> bytes:
    """Write one part as Excel does."""
    return etree.tostring(node, xml_declaration=True, encoding="UTF-8", standalone=True)


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """Return the letters of a column; 1 is A."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Return the number of a column; A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_of(reference: str) -> int:
    """Return the column of a cell, whatever its row; a sheet has millions of cells and few columns.

    >>> column_of("AB12")
    28
    """
    return column_number(reference.rstrip("0123456789"))


def split_reference(reference: str) -> tuple[int, int]:
    """Return row and column of a cell; ``ValueError`` when it is not a cell."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise ValueError(f"{reference!r} is not a cell")
    return int(found[2]), column_number(found[1])


@dataclass(frozen=True)
class Area:
    """A block of cells: first row and column, last row and column, all included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, reference: str) -> "Area":
        """Return the block that a reference such as ``B4:D9`` names."""
        first, _, last = reference.partition(":")
        return cls(*split_reference(first), *split_reference(last or first))

    def __str__(self) -> str:
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def rows(self) -> range:
        """The numbers of its rows."""
        return range(self.top, self.bottom + 1)

    @property
    def columns(self) -> range:
        """The numbers of its columns."""
        return range(self.left, self.right + 1)
