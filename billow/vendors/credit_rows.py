"""The credits of a report as a small table in the engine, one row for each credit of each distinct cell."""

from decimal import Decimal

import pyarrow as pa

from billow.problems import Place, Problem, Refused
from billow.vendors.credits import Credit, read_credits
from billow.vendors.figures import DecimalSign, DoesNotFit, read_number
from billow.vendors.table import Table

CREDIT_PARTS = "credit_parts"


def read_credit_cells(table: Table, column: str) -> None:
    """Make the table of credits from the cells of ``charges``; raise ``Refused`` where one cannot be read."""
    rows: list[tuple[str, int, Credit, Decimal, Decimal | None]] = []
    wrong: list[Problem] = []
    cells = table.fetch("SELECT credits, min(x_SourceRow) FROM charges WHERE credits IS NOT NULL GROUP BY 1")
    for cell, line in cells:
        found = read_credits(str(cell))
        for number, credit in enumerate(found or (), start=1):
            amount, customer = _amount(table, credit.amount), _amount(table, credit.customer_amount)
            if amount is None:
                found = None
            elif amount:
                rows.append((str(cell), number, credit, amount, customer))
        if found is None:
            wrong.append(_no_credits(table, str(cell), int(str(line)), column))
    if wrong:
        raise Refused([*table.problems, *wrong])
    amounts = pa.decimal128(38, 24)
    table.store(
        CREDIT_PARTS,
        pa.table(
            {
                "part_cell": pa.array([row[0] for row in rows], pa.string()),
                "part_no": pa.array([row[1] for row in rows], pa.int64()),
                "part_kind": pa.array([row[2].kind for row in rows], pa.string()),
                "part_name": pa.array([row[2].name or None for row in rows], pa.string()),
                "part_amount": pa.array([row[3] for row in rows], amounts),
                "part_customer": pa.array([row[4] for row in rows], amounts),
            }
        ),
    )


def _amount(table: Table, text: str) -> Decimal | None:
    try:
        return read_number(text, comma=table.sign is DecimalSign.COMMA)
    except DoesNotFit:
        return None


def _no_credits(table: Table, cell: str, line: int, column: str) -> Problem:
    shown = cell if len(cell) <= 60 else f"{cell[:60]}…"  # noqa: PLR2004 - enough to find it
    return Problem(
        "IMP-008",
        f'"{shown}" is not a list of credits with an amount each.',
        Place(table.file, row=line + 1, column=column),
        "Correct the cell at the vendor's and download the report again.",
    )
