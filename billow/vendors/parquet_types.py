"""A report in Parquet as it lies: the text of each cell asked of the engine, without a file of text between.

The text is the one that ``billow.vendors.parquet_text`` would write: JSON for maps and structs of texts and
whole numbers, and each field of a struct a column of its own. Where a type has none that both write alike
(lists, floats of half width, nanoseconds), the file is read through that text.

>>> cells_of(pa.decimal128(12, 2), '"cost"').number
'CAST("cost" AS DECIMAL(38, 24))'
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

ROW_NUMBER = "file_row_number"  # what the engine calls the column that it adds
_MOMENT = "strftime({}, '%Y-%m-%d %H:%M:%S.{}')"
_FRACTION = {"us": "%f", "ms": "%g"}
_DECIMALS, _LEADING = 24, 6
_PARTS = ("keys", "values")


@dataclass(frozen=True)
class Cells:
    """The SQL of a column's cells as text, as numbers where the type has exact ones, and as moments in UTC.

    ``odd`` tells of a text, called ``{0}``, that csv might write in another way; a number it may be. ``size``
    is how many bytes are in a cell of several values.
    """

    text: str
    odd: str = ""
    number: str = ""
    moment: str = ""
    is_text: bool = False
    size: str = ""


def cells_of(kind: pa.DataType, column: str) -> Cells | None:
    """Return how to read a column of a type; None where only its text written by Arrow will do."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type if pa.types.is_string(kind.value_type) else pa.null()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return Cells(column, is_text=True)
    if pa.types.is_timestamp(kind) and kind.unit in _FRACTION and kind.tz in {None, "UTC"}:
        moment = f"make_timestamp(epoch_us({column}))"
        text = _MOMENT.format(moment, _FRACTION[kind.unit])
        return Cells(f"{text} || 'Z'" if kind.tz else text, moment=moment)
    if pa.types.is_map(kind):
        return _cells_of_map(kind, column)
    if pa.types.is_struct(kind):
        return _cells_of_struct(kind, column)
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


def _cells_of_map(kind: pa.MapType, column: str) -> Cells | None:
    if not (pa.types.is_string(kind.key_type) and pa.types.is_string(kind.item_type)):
        return None
    sizes = (f"list_sum(list_transform(map_{part}({column}), lambda text: strlen(text)))" for part in _PARTS)
    return _cells_of_json(column, sizes)


def _cells_of_struct(kind: pa.StructType, column: str) -> Cells | None:
    if not all(pa.types.is_string(part.type) or pa.types.is_integer(part.type) for part in kind):
        return None
    return _cells_of_json(
        column, (f"strlen(CAST({column}.{_identifier(part.name)} AS VARCHAR))" for part in kind)
    )


def _cells_of_json(column: str, sizes: Iterable[str]) -> Cells:
    # Python writes some letters that cannot be seen in small digits, the engine in capital ones.
    odd, size = "contains({0}, '\\u00')", " + ".join(f"coalesce({size}, 0)" for size in sizes)
    return Cells(f"CAST(to_json({column}) AS VARCHAR)", odd, size=size or "0")


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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
        schema, leaves, rows = report.schema_arrow, report.schema, max(report.metadata.num_rows, 1)
    texts = {leaf.path: leaf.logical_type.type == "STRING" for leaf in map(leaves.column, range(len(leaves)))}
    columns = list(_columns(schema))
    names = [name for name, *_ in columns]
    if not all(names) or len({ROW_NUMBER, *(name.casefold() for name in names)}) <= len(names):
        return None
    cells: list[Cells | None] = []
    for name, kind, column in columns:
        found = cells_of(kind, column)
        if found and (found.is_text or found.size) and not _are_texts(name, kind, texts):
            found = None  # text by a remark of Arrow's only, which the engine does not see
        cells.append(found)
    return Typed(tuple(names), tuple(cells), most // (rows * len(names)))


def _columns(schema: pa.Schema) -> Iterator[tuple[str, pa.DataType, str]]:
    """Yield name, type and SQL of each column, the fields of a struct after it."""
    for field in schema:
        yield field.name, field.type, _identifier(field.name)
        if pa.types.is_struct(field.type):
            for part in field.type:
                sql = f"{_identifier(field.name)}.{_identifier(part.name)}"
                yield f"{field.name}.{part.name}", part.type, sql


def _are_texts(name: str, kind: pa.DataType, texts: Mapping[str, bool]) -> bool:
    """Tell whether what Arrow takes for text in a column is called so by the file."""
    if pa.types.is_struct(kind):
        return all(texts.get(f"{name}.{part.name}") for part in kind if pa.types.is_string(part.type))
    return all(is_text for path, is_text in texts.items() if path == name or path.startswith(f"{name}."))
