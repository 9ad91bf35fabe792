"""Contract commitments: from the vendors' lists onto sheet Commitments, with what the charges used of each.

A newer list takes the place of those that it has a commitment in common with, whole. What was listed, and
what each vendor's file used, is kept beside the workbook: a file is read for that once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billow.commands.desk import Desk, count_of
from billow.commands.kept import read_kept, write_kept
from billow.commands.listed import ListFile, archive
from billow.contracts.commitments import (
    SHEET,
    Commitment,
    Standing,
    Use,
    standing,
    time_gone,
    use_problems,
)
from billow.money import Rounding, exact_text, rounded
from billow.periods import Period
from billow.problems import Problem
from billow.vendors import applied, applied_columns


@dataclass(frozen=True)
class _List:
    """The commitments of a file, as they are kept."""

    file: str
    sha256: str
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True)
class Agreed:
    """The commitments at the end of a month, each with the file that lists it, and what is odd about them."""

    standings: tuple[tuple[Standing, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def take_commitments(
    desk: Desk, lists: Sequence[ListFile[Commitment]]
) -> tuple[tuple[str, ...], tuple[Mapping[str, object], ...]]:
    """Let the lists count, keep the files, and return a line and the counts for each."""
    known = before = _lists(_load(desk))
    lines, data = [], []
    archive(desk, lists)
    for each in lists:
        listed = _List(each.name, each.sha256, each.entries)
        own = {commitment.key: commitment for commitment in listed.commitments}
        olds = [one for one in known if any(commitment.key in own for commitment in one.commitments)]
        old = {commitment.key: commitment for one in olds for commitment in one.commitments}
        if own != old:
            known = [*(one for one in known if one not in olds), listed]
        counts = {
            "new": len(own.keys() - old.keys()),
            "changed": sum(own[key] != old[key] for key in own.keys() & old.keys()),
            "gone": len(old.keys() - own.keys()),
        }
        said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        listed_now = f"{count_of(len(own), 'commitment')} on sheet {SHEET}: {said or 'nothing changed'}."
        lines.append(f"{listed.file}: {listed_now}")
        data.append({"file": listed.file, "commitments": len(own), **counts})
    if known != before:
        _keep(desk, {**_load(desk), "lists": [_said_list(one) for one in known]})
    return tuple(lines), tuple(data)


def agreed_at(desk: Desk, month: str) -> Agreed:
    """Return how the commitments stand at the end of a month."""
    kept = _load(desk)
    lists = _lists(kept)
    if not lists:
        return Agreed()
    uses, odd = _uses(desk, month, kept)
    standings, every = list[tuple[Standing, str]](), list[Commitment]()
    for one in lists:
        every += one.commitments
        standings += [(each, one.file) for each in standing(one.commitments, uses, month)]
    standings.sort(key=lambda pair: pair[0].commitment.key)
    return Agreed(tuple(standings), (*odd, *use_problems(every, uses, month)))


def commitment_rows(agreed: Agreed, month: str) -> list[dict[str, Any]]:
    """Return the rows of sheet Commitments."""
    return [_row(each, file, month) for each, file in agreed.standings]


def _row(now: Standing, file: str, month: str) -> dict[str, Any]:
    agreed = now.commitment
    return {
        "Contract": agreed.contract,
        "Commitment": agreed.name,
        "Type": agreed.kind,
        "Description": agreed.description,
        "Vendor": agreed.vendor,
        "Category": agreed.category,
        "Status": agreed.status,
        "From": agreed.period.start,
        "Through": agreed.period.through,
        "Quantity": agreed.quantity,
        "Unit": agreed.unit,
        "Cost": agreed.cost,
        "Currency": agreed.currency,
        "Counted in": agreed.measure,
        "Used this month": now.this_month,
        "Used so far": now.so_far,
        "Left": now.left,
        "Used %": None if now.share is None else _percent(now.share),
        "Time gone %": _percent(time_gone(agreed, month)),
        "Flag": now.flag,
        "File": file,
    }


def _percent(share: Fraction) -> Decimal:
    return rounded(share, 12, Rounding.HALF_UP)


def _uses(desk: Desk, month: str, kept: Mapping[str, Any]) -> tuple[list[Use], list[Problem]]:
    """Return what the charges up to a month used; files that were never looked into are looked into now."""
    known, found, odd = dict(kept["used"]), list[Use](), list[Problem]()
    columns = {name: own for name in desk.formats.by_id if (own := applied_columns(desk.formats, name))}
    for totals, path in desk.store.counted(set(columns)):
        home = totals.corrects or totals.billing_month
        # a column that is mapped otherwise since is looked into anew
        key = " ".join((totals.sha256, totals.format_id, *columns[totals.format_id]))
        if home > month or not (key in known or path.is_file()):
            continue
        if key not in known:
            parts, problems = applied(path, desk.formats, desk.formats[totals.format_id])
            known[key] = [[part.contract, part.name, part.measure, exact_text(part.amount)] for part in parts]
            odd += problems
        found += [
            Use(contract, name, measure, home, Decimal(amount))
            for contract, name, measure, amount in known[key]
        ]
    if known != kept["used"]:
        _keep(desk, {**kept, "used": known})
    return found, odd


def _load(desk: Desk) -> dict[str, Any]:
    return {"lists": [], "used": {}} | (read_kept(desk.data / "commitments.json", dict[str, Any]) or {})


def _keep(desk: Desk, found: Mapping[str, Any]) -> None:
    write_kept(desk.data / "commitments.json", found)


def _lists(kept: Mapping[str, Any]) -> list[_List]:
    return [
        _List(one["file"], one["sha256"], tuple(_commitment(row) for row in one["commitments"]))
        for one in kept["lists"]
    ]


def _said_list(listed: _List) -> dict[str, Any]:
    return {**asdict(listed), "commitments": [_said(one) for one in listed.commitments]}


def _said(commitment: Commitment) -> dict[str, Any]:
    amounts = {"cost": commitment.cost, "quantity": commitment.quantity}
    period = [commitment.period.start.isoformat(), commitment.period.end.isoformat()]
    texts = {name: None if amount is None else exact_text(amount) for name, amount in amounts.items()}
    return {**asdict(commitment), **texts, "period": period}


def _commitment(row: Mapping[str, Any]) -> Commitment:
    start, end = (date.fromisoformat(day) for day in row["period"])
    amounts = {name: None if row[name] is None else Decimal(row[name]) for name in ("cost", "quantity")}
    return Commitment(**{**row, **amounts, "period": Period(start, end)})
