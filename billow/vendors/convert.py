"""The normalised charges of one report as a file: csv for people and spreadsheets, Parquet for programs."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.charges import COLUMNS, ColumnType
from billow.locked import locked
from billow.vendors.formats import Formats
from billow.vendors.importer import Imported, import_report, settle
from billow.vendors.mapped import quoted_name
from billow.vendors.transforms import quoted

# What a spreadsheet would take for a formula, in the full-width forms that it folds too (OWASP, CSV
# injection).
_FORMULA = r"^[=+\-@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
_NUMBER = r"^[-+]?[0-9 ]+([.,][0-9]+)?$"


def convert(
    path: Path,
    formats: Formats,
    to: Path,
    *,
    billing_month: str | None = None,
    format_id: str | None = None,
) -> Imported:
    """Write the charges of the report at ``path`` to ``to``, a .csv or .parquet file.

    In csv a text that a spreadsheet would run as a formula gets an apostrophe in front; numbers and dates
    stay as they are.
    """
    if to.suffix.lower() not in {".csv", ".parquet"}:
        raise ValueError(
            f"charges are written as .csv or .parquet, not as {to.suffix or 'a file without ending'}"
        )
    with TemporaryDirectory(prefix=".convert-", dir=to.parent) as folder:
        imported = import_report(
            path, formats, out_dir=Path(folder), billing_month=billing_month, format_id=format_id
        )
        if imported.parquet is None:
            return imported
        written = imported.parquet
        if to.suffix.lower() == ".csv":
            written = Path(folder) / "charges.csv"
            _write_csv(imported.parquet, written)
        return replace(imported, parquet=settle(written, to))


def _write_csv(parquet: Path, target: Path) -> None:
    shown = ", ".join(
        _harmless(quoted_name(column.name)) if column.type is ColumnType.TEXT else quoted_name(column.name)
        for column in COLUMNS
    )
    with locked([parquet], target.parent) as connection:
        # see open_table: columns of one value only must not make an expression constant
        connection.execute("SET disabled_optimizers = 'statistics_propagation'")
        connection.execute(
            f"COPY (SELECT {shown} FROM read_parquet({quoted(str(parquet))}) ORDER BY x_SourceRow) "  # noqa: S608
            f"TO {quoted(str(target))} (FORMAT csv, HEADER)"
        )


def _harmless(name: str) -> str:
    runs = f"regexp_matches({name}, {quoted(_FORMULA)}) AND NOT regexp_matches({name}, {quoted(_NUMBER)})"
    return f"CASE WHEN {runs} THEN '''' || {name} ELSE {name} END AS {name}"
