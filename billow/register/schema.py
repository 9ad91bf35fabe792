"""The tables of the register, and how its file is opened.

Documents and handovers are only ever added: triggers refuse to change or remove a row. Each document's
fingerprint covers the one before it, so that an altered row is found even where triggers were removed.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    text,
)
from sqlalchemy.pool import NullPool

SCHEMA = 1
BUSY_SECONDS = 60  # eight writers at once waited 7 seconds at worst; a shared folder is slower

_tables = MetaData()

META = Table(
    "meta",
    _tables,
    Column("workbook_id", Text, primary_key=True),
    Column("schema", Integer, nullable=False),
    Column("created", Text, nullable=False),
)

SERIES = Table(
    "series",
    _tables,
    Column("key", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

DOCUMENTS = Table(
    "documents",
    _tables,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("series", Text, nullable=False),
    Column("series_number", Integer, nullable=False),
    Column("number", Text, nullable=False, unique=True),
    Column("customer", Text, nullable=False),
    Column("billing_month", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("issue_date", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("net", Text, nullable=False),
    Column("vat", Text, nullable=False),
    Column("total", Text, nullable=False),
    Column("issued_at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("previous_sha256", Text, nullable=False),
    UniqueConstraint("customer", "billing_month", "kind"),
    UniqueConstraint("series", "series_number"),
)

HANDOVERS = Table(
    "handovers",
    _tables,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("billing_month", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("numbers", Text, nullable=False),
)

_REFUSALS = [
    *((table, act, "") for table in ("documents", "handovers", "meta") for act in ("UPDATE", "DELETE")),
    ("series", "UPDATE", "WHEN NEW.last <= OLD.last OR NEW.key <> OLD.key"),
    ("series", "DELETE", ""),
]


def engine(path: Path) -> Engine:
    """Return an engine on an existing file; it never makes one (SQLite's mode rw).

    A transaction takes the write lock when it begins (BEGIN IMMEDIATE), so that a number is read and used
    under one lock; FULL makes a commit survive a power cut. Nothing is kept open between transactions.
    """
    uri = f"{path.resolve().as_uri()}?mode=rw"
    made = create_engine(
        "sqlite+pysqlite://",
        connect_args={"uri": True, "timeout": BUSY_SECONDS},
        poolclass=NullPool,
    )

    @event.listens_for(made, "do_connect")
    def _address(_dialect: Any, _record: Any, args: list[Any], _options: dict[str, Any]) -> None:
        args[:] = [uri]  # given here, since an engine URL would read %20 and ? in a path as its own

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return made


def make_tables(connection: Connection) -> None:
    """Make the tables and the triggers that keep them append-only."""
    _tables.create_all(connection)
    for table, act, condition in _REFUSALS:
        connection.execute(
            text(
                f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} {condition} "
                f"BEGIN SELECT RAISE(ABORT, 'the register only grows: {table}'); END"
            )
        )
