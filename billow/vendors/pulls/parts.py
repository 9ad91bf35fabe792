"""The parts of one report as one file, since a set is replaced as a whole.

Texts become the members of a zip, in their order, as the vendors themselves deliver large reports; Parquet
files become one Parquet file. BigQuery writes an extract in shards, whose names end in twelve digits.

>>> shards(["a-000000000000.json.gz", "a-000000000001.json.gz", "june.csv"])
[['a-000000000000.json.gz', 'a-000000000001.json.gz'], ['june.csv']]
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from billow.file_names import safe_name
from billow.vendors.pulls.fetched import Source

_SHARD = re.compile(r"(.*?)\d{12}((?:\.\w+){0,3})")
_NEW = (1980, 1, 1, 0, 0, 0)  # the same parts make the same file
_PARQUET = b"PAR1"
_CHUNK = 1 << 20


def shards(names: Iterable[str]) -> list[list[str]]:
    """Return names grouped into reports; most are a report of their own."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in sorted(names):
        found = _SHARD.fullmatch(name)
        groups.setdefault(found.groups() if found else (name, "", ""), []).append(name)
    return list(groups.values())


def joined(parts: Sequence[Path], name: str, folder: Path, source: Source) -> Path:
    """Return one file that holds all parts of a report, in ``folder``; a single part is itself."""
    if len(parts) == 1:
        return parts[0]
    with parts[0].open("rb") as first:
        is_parquet = first.read(len(_PARQUET)) == _PARQUET
    target = folder / safe_name(f"{name}{'.parquet' if is_parquet else '.zip'}")
    if is_parquet:
        _join_parquet(parts, target, source)
    else:
        _join_texts(parts, target)
    return target


def _join_texts(parts: Sequence[Path], target: Path) -> None:
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for number, part in enumerate(parts, start=1):
            info = ZipInfo(f"part-{number:05}", _NEW)
            with part.open("rb") as stream, archive.open(info, "w", force_zip64=True) as member:
                while chunk := stream.read(_CHUNK):
                    member.write(chunk)


def _join_parquet(parts: Sequence[Path], target: Path, source: Source) -> None:
    # imported here: only an export in Parquet needs it
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    try:
        schema = parquet.read_schema(parts[0])
        with parquet.ParquetWriter(target, schema) as out:
            for part in parts:
                with parquet.ParquetFile(part) as file:
                    for batch in file.iter_batches():
                        out.write_batch(batch)
    except (pa.ArrowException, ValueError, OSError) as error:
        sentence = f"The parts of {target.name} do not fit together."
        hint = "Have the export written anew, all of its files with the same columns."
        raise source.refused("PUL-008", sentence, hint) from error
