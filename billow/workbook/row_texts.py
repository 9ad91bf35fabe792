"""New rows of a table as the text that they will be in the file, made column by column.

A large month has some millions of cells. So each column is asked once for many rows: what is alike in it is
made once, and whether any of its texts holds what must be written otherwise is looked at once for all. A row
is then its cells with its number between them.

>>> columns = [Column("Customer", 1, '<c r="A', '"'), Column("Net", 2, '<c r="B', '" s="3"')]
>>> values = [["R & D", "Müller"], [Decimal("1.50"), None]]
>>> for text in row_texts([(7, ""), (8, ' ht="28.5"')], columns, values, {}):
...     print(text)
<row r="7"><c r="A7" t="inlineStr"><is><t>R &amp; D</t></is></c><c r="B7" s="3"><v>1.50</v></c></row>
<row r="8" ht="28.5"><c r="A8" t="inlineStr"><is><t>Müller</t></is></c><c r="B8" s="3"/></row>
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal  # noqa: F401 - for the example
from typing import Any, NamedTuple

from billow.workbook.cells import Formula, content_texts


class Column(NamedTuple):
    """How a column is written. ``stays``: a row that does not name it keeps what stood there."""

    name: str
    at: int
    begin: str
    look: str
    formula: str | None = None
    stays: bool = False
    otherwise: Formula | None = None


def row_texts(
    said: Sequence[tuple[int, str]],
    columns: Sequence[Column],
    values: Sequence[Sequence[Any]],
    looks: Mapping[int, Sequence[str]],
    *,
    since_1904: bool = False,
) -> list[str]:
    """Return rows: the number of each and what it says of itself, the columns, the values of each.

    ``looks`` has the look of each row's cell in the columns where they are not all the same.
    """
    ends = [column.begin for column in columns] + ["</row>"]
    pieces = [[f'"{attributes}>{ends[0]}' for _, attributes in said]]
    for column, given, end in zip(columns, values, ends[1:], strict=True):
        its = looks.get(column.at)
        texts = content_texts(
            given, "" if its else column.look, end, formula=column.formula, since_1904=since_1904
        )
        pieces.append([look + text for look, text in zip(its, texts, strict=True)] if its else texts)
    numbers = [str(number) for number, _ in said]
    return [
        number.join(('<row r="', *row))
        for number, row in zip(numbers, zip(*pieces, strict=True), strict=True)
    ]
