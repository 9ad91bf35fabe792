r"""The figures of a report as machines write it, column by column: bare numbers, one line per row.

The control totals of such a file need a second of work for a million lines instead of a dozen. Where
anything is unusual (a guard, thousands, an exponent, a line too long or too short) nothing is said, and
the lines are read one by one. The reader is Arrow's, which no import of text uses.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     path = Path(folder) / "report.csv"
...     _ = path.write_text("Cost,Currency\n0.1,EUR\n0.2,EUR\n", encoding="utf-8")
...     sums_by_cells(path, ",", ("Cost", "Currency"), [0], [1])
{('EUR',): (2, (Decimal('0.300000000000000000000000'),))}
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from billow.vendors.figures import DECIMALS, WHOLE_DIGITS

Sums = dict[tuple[str, ...], tuple[int, tuple[Decimal, ...]]]
_BARE = rf"^-?\d{{1,{WHOLE_DIGITS}}}(\.\d{{1,{DECIMALS}}})?$"
_EXACT = pa.decimal256(60, DECIMALS)
# Bytes of text at a time. A longer line is unusual enough; of smaller pieces there are so many that a month
# which is rated meanwhile has to make way for each.
_BLOCK = 1 << 25


def sums_by_cells(
    path: Path, delimiter: str, header: Sequence[str], figures: Sequence[int], keys: Sequence[int]
) -> Sums | None:
    """Return rows and sums of the ``figures`` columns for each content of the ``keys`` columns.

    None when a cell among the figures is not a bare number, or a line has not as many fields as the header.
    """
    found: Sums = {}
    try:
        with _opened(path, delimiter, len(header), sorted({*figures, *keys})) as reader:
            for number, batch in enumerate(reader):
                table = pa.Table.from_batches([batch.slice(1) if number == 0 else batch])
                if not all(_are_bare(table[str(column)]) for column in figures):
                    return None
                _add(found, table, figures, keys)
    except pa.ArrowInvalid:
        return None
    return found


def _opened(path: Path, delimiter: str, width: int, wanted: Iterable[int]) -> csv.CSVStreamingReader:
    """Open the file with its columns named by their place; the header comes as the first row."""
    names = [str(column) for column in range(width)]
    return csv.open_csv(
        path,
        csv.ReadOptions(column_names=names, block_size=_BLOCK, use_threads=False),
        csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), include_columns=[str(n) for n in wanted]
        ),
    )


def _are_bare(column: pa.ChunkedArray) -> bool:
    return pc.all(pc.match_substring_regex(column, _BARE)).as_py() is not False


def _add(found: Sums, table: pa.Table, figures: Sequence[int], keys: Sequence[int]) -> None:
    for column in figures:
        at = table.column_names.index(str(column))
        table = table.append_column(f"exact {column}", table.column(at).cast(_EXACT))
    asked = [*((f"exact {column}", "sum") for column in figures), ([], "count_all")]
    for row in table.group_by([str(column) for column in keys]).aggregate(asked).to_pylist():
        key = tuple(row[str(column)] for column in keys)
        before = found.get(key, (0, (Decimal(0),) * len(figures)))
        sums = (a + row[f"exact {column}_sum"] for a, column in zip(before[1], figures, strict=True))
        found[key] = (before[0] + row["count_all"], tuple(sums))
