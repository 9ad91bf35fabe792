"""What a row of the register says: an issued document with its fingerprint, and a handover.

>>> fingerprint("", "2026-07-08T10:00:00+00:00", "mjansen", "{}")[:12]
'561b7ceff95d'
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from billow.invoicing import archive
from billow.invoicing.document import Document


@dataclass(frozen=True)
class Handover:
    """A file that went to an accounting system, with the fingerprint of its bytes and its invoices."""

    no: int
    at: datetime
    who: str
    target: str
    billing_month: str
    file: str
    sha256: str
    numbers: tuple[str, ...]


def fingerprint(previous: str, issued_at: str, who: str, document: str) -> str:
    """Return the SHA-256 of a document's row, which covers the row before it."""
    return hashlib.sha256(f"{previous}\n{issued_at}\n{who}\n{document}".encode()).hexdigest()


def content(document: Document) -> str:
    """Return what the document says apart from its number and dates: the same content, the same text."""
    return archive.to_text(replace(document, number="", issue_date=None, due_date=None))


def utc(now: datetime) -> str:
    """Return the moment as UTC text; a moment without a zone is a bug of the caller."""
    if now.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return now.astimezone(UTC).isoformat(timespec="seconds")


def described(document: Document) -> dict[str, str]:
    """Return the columns that repeat what the document says, for looking it up."""
    return {
        "number": document.number,
        "customer": document.buyer.number,
        "billing_month": document.billing_month,
        "kind": document.kind,
        "issue_date": str(document.issue_date),
        "currency": document.currency,
        "net": str(document.net),
        "vat": str(document.vat),
        "total": str(document.total),
    }


def handover_row(handover: Handover) -> dict[str, Any]:
    """Return the row of a handover."""
    return {
        "no": handover.no,
        "at": utc(handover.at),
        "who": handover.who,
        "target": handover.target,
        "billing_month": handover.billing_month,
        "file": handover.file,
        "sha256": handover.sha256,
        "numbers": json.dumps(handover.numbers),
    }


def handover_of(row: Mapping[str, Any]) -> Handover:
    """Return the handover that a row holds."""
    return Handover(
        **{**row, "at": datetime.fromisoformat(row["at"]), "numbers": tuple(json.loads(row["numbers"]))}
    )
