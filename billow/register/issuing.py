"""One document into the register, inside a transaction that holds the write lock."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from billow.invoicing import archive
from billow.invoicing.document import Document
from billow.register.numbering import NumberFormat
from billow.register.records import described, fingerprint
from billow.register.schema import DOCUMENTS, SERIES


def same_key(connection: Connection, document: Document) -> Document | None:
    """Return what was issued for the same customer, month and kind."""
    found = connection.scalar(
        select(DOCUMENTS.c.document).where(
            DOCUMENTS.c.customer == document.buyer.number,
            DOCUMENTS.c.billing_month == document.billing_month,
            DOCUMENTS.c.kind == document.kind,
        )
    )
    return archive.from_text(found) if found is not None else None


def add(
    connection: Connection,
    document: Document,
    series: NumberFormat,
    *,
    issue_date: date,
    who: str,
    moment: str,
) -> Document:
    """Give the document the next number of its series and keep it after the last one."""
    if document.is_issued:
        raise ValueError(f"{document.number} has a number that this register did not give")
    key = series.series(issue_date.year)
    count = _next(connection, key)
    issued = replace(
        document,
        number=series.write(issue_date.year, count),
        issue_date=issue_date,
        due_date=issue_date + timedelta(days=document.payment_days),
    )
    last = _last(connection)
    previous = last["sha256"] if last else ""
    text = archive.to_text(issued)
    row: dict[str, Any] = {
        **described(issued),
        "position": last["position"] + 1 if last else 1,
        "series": key,
        "series_number": count,
        "issued_at": moment,
        "who": who,
        "document": text,
        "previous_sha256": previous,
        "sha256": fingerprint(previous, moment, who, text),
    }
    connection.execute(insert(DOCUMENTS).values(row))
    return issued


def _next(connection: Connection, key: str) -> int:
    """Count the series on by one, under the lock that the transaction holds."""
    last: int | None = connection.scalar(select(SERIES.c.last).where(SERIES.c.key == key))
    if last is None:
        connection.execute(insert(SERIES).values(key=key, last=1))
        return 1
    connection.execute(update(SERIES).where(SERIES.c.key == key).values(last=last + 1))
    return last + 1


def _last(connection: Connection) -> RowMapping | None:
    query = select(DOCUMENTS.c.position, DOCUMENTS.c.sha256).order_by(DOCUMENTS.c.position.desc()).limit(1)
    return connection.execute(query).mappings().first()
