"""The catalogue of the charge store: one row for each committed set, in one small SQLite file.

A set counts from the moment its row is committed, and until another row supersedes it; both happen in one
transaction. Reading an absent catalogue finds nothing and creates nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from billow.charges import ImportTotals
from billow.problems import Place, Problem, Refused

_METADATA = sa.MetaData()
SETS = sa.Table(
    "sets",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("import_id", sa.Text, nullable=False, index=True),
    sa.Column("set_key", sa.Text, nullable=False, index=True),
    sa.Column("billing_month", sa.Text, nullable=False, index=True),
    sa.Column("format_id", sa.Text, nullable=False),
    sa.Column("vendor", sa.Text, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("rows_read", sa.Integer, nullable=False),
    sa.Column("rows_stored", sa.Integer, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("proved", sa.Text, nullable=False),  # sums and lists of ImportTotals, as JSON
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("parquet", sa.Text, nullable=False),
    sa.Column("parquet_sha256", sa.Text, nullable=False),
    sa.Column("archive", sa.Text, nullable=False),
    sa.Column("superseded_by", sa.Integer),
)
_PLAIN = "import_id set_key billing_month format_id vendor file_name sha256 rows_read rows_stored fingerprint"


@dataclass(frozen=True)
class CataloguedSet:
    """One row of the catalogue; paths are relative to the store.

    ``delivered`` is the content of the vendor's file, which of a correction is not that of the set. Contents
    compare where they are ``hashed_by`` the same engine; blank is one of before that was kept.
    """

    totals: ImportTotals
    content: str
    parquet: str
    parquet_sha256: str
    archive: str
    number: int = 0
    delivered: str = ""
    hashed_by: str = ""


@dataclass(frozen=True)
class Catalogue:
    """The catalogue in the file ``path``, which need not exist yet."""

    path: Path

    def current(self, billing_month: str | None = None) -> list[CataloguedSet]:
        """Return the sets that count, of one billing month or of all."""
        query = sa.select(SETS).where(SETS.c.superseded_by.is_(None)).order_by(SETS.c.number)
        if billing_month is not None:
            query = query.where(SETS.c.billing_month == billing_month)
        return self._found(query)

    def latest(self, import_id: str) -> CataloguedSet | None:
        """Return the set of an import, superseded or not."""
        query = sa.select(SETS).where(SETS.c.import_id == import_id).order_by(SETS.c.number)
        found = self._found(query)
        return found[-1] if found else None

    def commit(self, new: CataloguedSet, superseded: Sequence[CataloguedSet]) -> None:
        """Let ``new`` count and ``superseded`` no longer, in one transaction."""
        with self._engine() as engine, engine.begin() as connection:
            _METADATA.create_all(connection)
            number = connection.scalar(sa.insert(SETS).values(_row(new)).returning(SETS.c.number))
            connection.execute(
                sa.update(SETS)
                .where(SETS.c.number.in_([old.number for old in superseded]))
                .values(superseded_by=number)
            )

    def _found(self, query: "sa.Select[Any]") -> list[CataloguedSet]:
        if not self.path.exists():
            if (self.path.parent / "charges").is_dir():
                raise Refused([_lost(self.path, "is missing, but there are charges beside it")])
            return []
        try:
            with self._engine() as engine, engine.connect() as connection:
                return [_set(dict(row)) for row in connection.execute(query).mappings()]
        except sa.exc.DatabaseError as error:
            raise Refused([_lost(self.path, "cannot be read")]) from error

    @contextmanager
    def _engine(self) -> Iterator[sa.Engine]:
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(self.path)), poolclass=NullPool)
        try:
            yield engine
        finally:
            engine.dispose()


def _lost(path: Path, what: str) -> Problem:
    hint = "Restore the data folder from a backup, or import the vendors' files again into an empty folder."
    return Problem("IMP-032", f"The catalogue of imports {what}.", Place(path.name), hint)


def _row(new: CataloguedSet) -> dict[str, object]:
    totals = new.totals
    proved = {
        "billed": _as_text(totals.billed),
        "tax": _as_text(totals.tax),
        "source": _as_text(totals.source),
        "rows_by_charge_type": totals.rows_by_charge_type,
        "unknown_columns": totals.unknown_columns,
        "unknown_charge_types": totals.unknown_charge_types,
        "corrects": totals.corrects,
        "against": totals.against,
        "units": totals.units,
        "delivered": new.delivered,
        "hashed_by": new.hashed_by,
    }
    plain = {name: getattr(totals, name) for name in _PLAIN.split()}
    own = {name: getattr(new, name) for name in ("content", "parquet", "parquet_sha256", "archive")}
    return {**plain, **own, "proved": json.dumps(proved, ensure_ascii=False, sort_keys=True)}


def _set(row: Mapping[str, Any]) -> CataloguedSet:
    proved = json.loads(row["proved"])
    totals = ImportTotals(
        **{name: row[name] for name in _PLAIN.split()},
        billed=_as_decimal(proved["billed"]),
        tax=_as_decimal(proved["tax"]),
        source=_as_decimal(proved["source"]),
        rows_by_charge_type=proved["rows_by_charge_type"],
        unknown_columns=tuple(proved["unknown_columns"]),
        unknown_charge_types=tuple(proved["unknown_charge_types"]),
        corrects=proved.get("corrects", ""),
        against=tuple(proved.get("against", ())),
        units=tuple(proved.get("units", ())),
    )
    files = (row["parquet"], row["parquet_sha256"], row["archive"])
    delivered = proved.get("delivered") or row["content"]  # stores of before corrections name it once
    return CataloguedSet(
        totals, row["content"], *files, row["number"], delivered, proved.get("hashed_by", "")
    )


def _as_text(sums: Mapping[str, Decimal]) -> dict[str, str]:
    return {currency: str(amount) for currency, amount in sums.items()}


def _as_decimal(sums: Mapping[str, str]) -> dict[str, Decimal]:
    return {currency: Decimal(amount) for currency, amount in sums.items()}
