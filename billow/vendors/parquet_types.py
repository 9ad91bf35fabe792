"""A report in Parquet as it lies: the text of each cell asked of the engine, without a file of text between.

The text is the one that ``billow.vendors.parquet_text`` would write. Where a type has none that both write
alike (lists, structs, floats of half width, nanoseconds), the file is read through that text.

>>> cells_of(pa.decimal128(12, 2), "cost").number
'CAST("cost" AS DECIMAL(38, 24))'
"""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

_MOMENT = "strftime({}, '%Y-%m-%d %H:%M:%S.{}')"
_FRACTION = {"us": "%f", "ms": "%g"}
_DECIMALS, _LEADING = 24, 6


@dataclass(frozen=True)
class Cells:
    """The SQL of a column's cells as text, as numbers where the type has exact ones, and as moments in UTC.

    ``odd`` tells of a text, called ``{0}``, that csv might write in another way; a number it may be.
    """

    text: str
    odd: str = ""
    number: str = ""
    moment: str = ""
    is_text: bool = False


def cells_of(kind: pa.DataType, name: str) -> Cells | None:
    """Return how to read a column of a type; None where only its text written by Arrow will do."""
    column = '"' + name.replace('"', '""') + '"'
    if pa.types.is_dictionary(kind):
        kind = kind.value_type if pa.types.is_string(kind.value_type) else pa.null()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return Cells(column, is_text=True)
    if pa.types.is_timestamp(kind) and kind.unit in _FRACTION and kind.tz in {None, "UTC"}:
        moment = f"make_timestamp(epoch_us({column}))"
        text = _MOMENT.format(moment, _FRACTION[kind.unit])
        return Cells(f"{text} || 'Z'" if kind.tz else text, moment=moment)
    return _cells_of_value(kind, column)


def _cells_of_value(kind: pa.DataType, column: str) -> Cells | None:
    text = f"CAST({column} AS VARCHAR)"
    if pa.types.is_date32(kind):
        return Cells(text, moment=f"CAST({column} AS TIMESTAMP)")
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return Cells(text)
    if pa.types.is_decimal128(kind):
        # Arrow writes very small ones in powers of ten.
        odd = "(ltrim({0}, '-') LIKE '0.000000%')" if kind.scale > _LEADING else ""
        fits = 0 <= kind.scale <= _DECIMALS
        return Cells(text, odd, f"CAST({column} AS DECIMAL(38, 24))" if fits else "")
    if pa.types.is_float64(kind):
        # The shortest text that is this float. Both write it, very large and small ones not alike.
        short = f"replace(regexp_replace({text}, '\\.0$', ''), 'e-0', 'e-')"
        return Cells(short, "(contains({0}, 'e') OR strlen({0}) > 10)")
    return None


@dataclass(frozen=True)
class Typed:
    """The columns of a Parquet file, and how many bytes of text no cell of it may exceed."""

    names: tuple[str, ...]
    cells: tuple[Cells | None, ...]
    most: int


def typed_columns(path: Path, *, most: int) -> Typed | None:
    """Return the columns of a Parquet file; None where it is to be read through its text.

    ``most`` bytes of text may be in the file; where each cell stays below its share, all do.
    """
    try:
        return _typed(path, most)
    except (pa.ArrowException, OSError, ValueError):
        return None  # what is wrong with it is said by who writes its text


def _typed(path: Path, most: int) -> Typed | None:
    from pyarrow import parquet  # noqa: PLC0415 - a csv, the usual case, should not wait for it

    with parquet.ParquetFile(path) as report:
        schema, leaves = report.schema_arrow, report.schema
        names = schema.names
        flat = len(leaves) == len(names) and all(names)
        if not flat or len({name.casefold() for name in names}) < len(names):
            return None
        columns = {field.name: cells_of(field.type, field.name) for field in schema}
        for number, name in enumerate(names):
            cells = columns[name]
            if cells and cells.is_text and leaves.column(number).logical_type.type != "STRING":
                columns[name] = None  # text by a remark of Arrow's only, which the engine does not see
        cells = max(report.metadata.num_rows, 1) * len(names)
        return Typed(tuple(names), tuple(columns.values()), most // cells)
