"""Is a stored set still what was imported? A dropped row, a doubled row and a moved cent are each found."""

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import duckdb

from billow.money import exact_text
from billow.problems import Place, Problem
from billow.usage.catalogue import CataloguedSet
from billow.usage.measure import Measure, hashed_by, measure

_RESTORE = "Restore the data folder from a backup, or import the vendor's file again."


def verify_set(root: Path, found: CataloguedSet) -> Iterator[Problem]:
    """Yield what differs between the catalogue's row and the files that it names."""
    totals = found.totals
    for what, name, sha256 in (
        ("The vendor's file", found.archive, totals.sha256),
        ("The set of charges", found.parquet, found.parquet_sha256),
    ):
        path = root / name
        if not path.is_file():
            yield Problem(
                "IMP-031", f"{what} of import {totals.import_id} is missing.", Place(name), _RESTORE
            )
        elif not _is_unchanged(path, sha256):
            yield from _changed(what, path, name, found)


def _is_unchanged(path: Path, sha256: str) -> bool:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sha256


def _changed(what: str, path: Path, name: str, found: CataloguedSet) -> Iterator[Problem]:
    """Yield what a changed file now holds; that it changed at all is said even where its sums agree."""
    reasons = ["its bytes differ from those imported"]
    if name == found.parquet:
        try:
            reasons = list(_differences(measure(path), found)) or reasons
        except duckdb.Error:
            sentence = f"{what} of import {found.totals.import_id} cannot be read."
            yield Problem("IMP-031", sentence, Place(name), _RESTORE)
            return
    for reason in reasons:
        yield Problem(
            "IMP-030",
            f"{what} of import {found.totals.import_id} ({found.totals.file_name}) was changed: {reason}.",
            Place(name),
            _RESTORE,
        )


def _differences(now: Measure, then: CataloguedSet) -> Iterator[str]:
    if now.rows != then.totals.rows_stored:
        yield f"it has {now.rows} rows instead of {then.totals.rows_stored}"
    for kind, sums, recorded in (
        ("billed", now.billed, then.totals.billed),
        ("tax", now.tax, then.totals.tax),
    ):
        yield from _sums_differ(kind, sums, recorded)
    if now.fingerprint != then.totals.fingerprint:
        yield "rows were dropped, doubled or exchanged"
    elif now.content != then.content and then.hashed_by == hashed_by():
        yield "cells of its rows were changed"


def _sums_differ(kind: str, now: Mapping[str, Decimal], then: Mapping[str, Decimal]) -> Iterator[str]:
    for currency in sorted({*now, *then}):
        found, recorded = now.get(currency, Decimal(0)), then.get(currency, Decimal(0))
        if found != recorded:
            yield f"{kind} sums to {exact_text(found)} instead of {exact_text(recorded)} {currency}"
