"""A report in Parquet as plain text: every value as it would stand in a csv file.

Amounts keep every digit of their type, moments are written in ISO form, lists and maps as JSON. A struct is
JSON too, and each of its fields a column of its own, ``invoice.month`` beside ``invoice``, as in JSON lines.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv
from pyarrow import parquet

MAGIC = b"PAR1"
_ROWS = 50_000


class Unusable(Exception):  # noqa: N818 - not an error of the program but a fact about a file
    """A file is damaged, or its text would be larger than allowed."""


def write_text(path: Path, target: Path, *, most: int) -> None:
    """Write the Parquet file at ``path`` as csv; raise ``Unusable`` where it cannot be."""
    try:
        _write(path, target, most)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unusable(path.name) from error


def _write(path: Path, target: Path, most: int) -> None:
    options = arrow_csv.WriteOptions(include_header=False)
    with parquet.ParquetFile(path) as report, target.open("wb") as out:
        header = dict(_columns(pa.RecordBatch.from_pylist([], report.schema_arrow)))
        arrow_csv.write_csv(pa.table({str(n): [name] for n, name in enumerate(header)}), out, options)
        for batch in report.iter_batches(_ROWS):
            arrow_csv.write_csv(pa.table(dict(_columns(batch))), out, options)
            if out.tell() > most:
                raise Unusable(path.name)


def _columns(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.Array]]:
    """Yield the columns of a piece as text, the fields of a struct after it."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        yield name, _texts(column)
        if pa.types.is_struct(column.type):
            for number, part in enumerate(column.type):
                yield f"{name}.{part.name}", _texts(pc.struct_field(column, [number]))


def _texts(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.dictionary_decode())
    if pa.types.is_map(kind):
        return pa.array([_entries(cell) for cell in column.to_pylist()], pa.string())
    if pa.types.is_nested(kind):
        return pa.array([_json(cell) for cell in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _entries(cell: list[tuple[Any, Any]] | None) -> str | None:
    """Return a map as JSON; a key that is there twice, as none should be, stays there twice."""
    if cell is None:
        return None
    return "{" + ",".join(f"{_json({key: value})}"[1:-1] for key, value in cell) + "}"


def _json(cell: Any) -> str | None:
    return (
        None if cell is None else json.dumps(cell, ensure_ascii=False, separators=(",", ":"), default=_plain)
    )


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
