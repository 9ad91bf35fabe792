"""Secrets that stand where they must not: in a workbook, which is mailed, copied and archived."""

from collections.abc import Iterator, Sequence

from billow.problems import Problem
from billow.sheets.reading import Row
from billow.vendors.pulls.secrets import holds_secret


def secrets_in(rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield a problem for each cell of these rows that holds a secret; the cell is not repeated in it."""
    for row in rows:
        for column, value in (*row.values.items(), *row.extra.items()):
            if isinstance(value, str) and holds_secret(value):
                yield Problem(
                    "PUL-005",
                    f"A secret stands in column {column}; whoever gets the workbook has it.",
                    row.at(column),
                    "Take it out, have it replaced where it was issued, and store the new one with: "
                    "python -m keyring set billow NAME. The manual says which name, on page sources.",
                )
