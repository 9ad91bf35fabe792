"""Small tables in, reports out: the CSV files beside this module, and bytes that never vary.

>>> first = rows("tiers")[0]
>>> first["Tier set"], first["Up to"], first["Unit price"]
('backup-gb', '500', '0.090')
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from io import StringIO

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """Return the rows of the table ``name``, every cell as text."""
    text = (files(__package__) / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))


def columns(report: str) -> list[str]:
    """Return the header of a vendor's report, in the vendor's order.

    >>> len(columns("cur2")), columns("recon")[:2]
    (126, ['PartnerId', 'CustomerId'])
    """
    return [row["Column"] for row in rows("columns") if row["Report"] == report]


def csv_text(header: Sequence[str], lines: Iterable[Mapping[str, str]], newline: str) -> str:
    """Return ``lines`` as CSV under ``header``; a cell that a line leaves out is empty."""
    text = StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator=newline)
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
