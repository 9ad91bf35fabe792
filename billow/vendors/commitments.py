"""A vendor's list of contract commitments, and what its charges say that they used of them.

The list (FOCUS: *Contract Commitment*) says what was agreed; its rows are never charges. To which commitments
a charge is applied stands in the column of the charges that the mapping names for ``ContractApplied``: JSON,
whose amounts are read exactly.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.contracts.commitments import SPEND, USAGE, Commitment
from billow.money import exact_text, is_currency, total
from billow.periods import Period
from billow.problems import Place, Problem, Severity, in_order, refuse_if_any
from billow.vendors.control import cell_of, currency_of, data_lines
from billow.vendors.drift import changed_columns
from billow.vendors.figures import DoesNotFit, read_number
from billow.vendors.format_checks import APPLIED
from billow.vendors.formats import COMMITMENT_TARGETS, Formats, ReportFormat
from billow.vendors.headers import Header
from billow.vendors.listed import Cells, listed_rows, no_currency, unreadable
from billow.vendors.plain import make_plain
from billow.vendors.table import Table

_NEEDED = ("x_ContractId", "x_CommitmentId", "x_CommitmentStart", "x_CommitmentEnd", "BillingCurrency")


def read_commitments(
    table: Table, report: ReportFormat, formats: Formats
) -> tuple[tuple[Commitment, ...], tuple[Problem, ...]]:
    """Return the commitments of an opened list, and what a person should look at.

    Raise ``Refused`` where a row cannot be read: a part of a list would end what is not in it.
    """
    rows = listed_rows(table, report, formats, COMMITMENT_TARGETS)
    read = [(_commitment(cells, Place(table.file, row=number)), number) for number, cells in rows]
    problems = [
        *table.problems,
        *changed_columns(table.file, table.plain.header, report, formats),
        *(each for each, _ in read if isinstance(each, Problem)),
    ]
    found: dict[tuple[str, str], Commitment] = {}
    for each, number in read:
        if isinstance(each, Problem):
            continue
        if found.setdefault(each.key, each) != each:
            problems.append(_twice(each, Place(table.file, row=number)))
    refuse_if_any(problems)
    return tuple(found.values()), in_order(problems)


def _commitment(cells: Cells, place: Place) -> Commitment | Problem:
    texts = {name: "" if cell is None else str(cell).strip() for name, cell in cells.items()}
    category, start, end = texts["x_CommitmentCategory"], cells["x_CommitmentStart"], cells["x_CommitmentEnd"]
    lacks = [name for name in _NEEDED if not texts[name]]
    lacks += [] if category in {SPEND, USAGE} else [f"category that is {SPEND} or {USAGE}"]
    lacks += ["quantity"] if category == USAGE and not texts["PricingQuantity"] else []
    lacks += ["amount"] if category == SPEND and not texts["BilledCost"] else []
    if lacks or not isinstance(start, date) or not isinstance(end, date):
        return unreadable("IMP-097", f"it has no {', no '.join(lacks)}", place)
    if not is_currency(texts["BillingCurrency"]):
        return no_currency(texts["BillingCurrency"], place)
    if end <= start:
        return unreadable("IMP-097", f"its commitment ends before it begins, on {start}", place)
    return Commitment(
        contract=texts["x_ContractId"],
        name=texts["x_CommitmentId"],
        category=category,
        period=Period(start, end),
        currency=texts["BillingCurrency"],
        cost=_exact(texts["BilledCost"]),
        quantity=_exact(texts["PricingQuantity"]),
        unit=texts["PricingUnit"],
        kind=texts["x_CommitmentType"],
        vendor=texts["ServiceProviderName"],
        description=texts["ChargeDescription"],
        status=texts["x_CommitmentStatus"],
    )


def _exact(text: str) -> Decimal | None:
    return Decimal(exact_text(Decimal(text))) if text else None  # the engine fills up with zeros


def _twice(commitment: Commitment, place: Place) -> Problem:
    return Problem(
        "IMP-098",
        f"{place.file} says two things of commitment {commitment.name} of contract {commitment.contract}.",
        place,
        "Ask the vendor which holds, and leave the other row out of a copy of the file.",
    )


@dataclass(frozen=True)
class Applied:
    """How much of a commitment the charges of a file used, counted in a currency or a unit."""

    contract: str
    name: str
    measure: str
    amount: Decimal


def applied_columns(formats: Formats, format_id: str) -> tuple[str, ...]:
    """Return the columns of a format, any of which may say to which commitments a charge is applied."""
    return next((row.sources for row in formats.mapping_of(format_id) if row.target == APPLIED), ())


def applied(
    path: Path, formats: Formats, report: ReportFormat
) -> tuple[tuple[Applied, ...], tuple[Problem, ...]]:
    """Add up what the charges of a vendor's file used of each commitment; a cell that is wrong is a note."""
    sums: dict[tuple[str, str, str], list[Decimal]] = {}
    wrong: list[int] = []
    with TemporaryDirectory(prefix="billow-") as folder:
        plain = make_plain(path, Path(folder))
        header, names = Header(plain.header), applied_columns(formats, report.format_id)
        columns = [column for name in names if (column := header.find(name)) is not None]
        if not columns:
            return (), ()
        currency = currency_of(plain, report, formats)
        for number, line in enumerate(data_lines(plain), start=2):
            cell = next(filter(None, (cell_of(line, column) for column in columns)), "")
            if not cell:
                continue
            parts = read_applied(cell, currency(line))
            wrong += [number] if parts is None else []
            for part in parts or ():
                sums.setdefault((part.contract, part.name, part.measure), []).append(part.amount)
    found = tuple(Applied(*key, total(amounts)) for key, amounts in sorted(sums.items()))
    return found, tuple(_unclear(path.name, wrong, plain.header[columns[0]]))


def _unclear(file: str, rows: Sequence[int], column: str) -> Iterator[Problem]:
    if rows:
        yield Problem(
            "IMP-099",
            f"{len(rows)} of the charges in {file} do not say clearly to which commitments they are applied; "
            "what they used is not counted.",
            Place(file, row=rows[0], column=column),
            "Nothing to do for invoices. Tell the vendor if the figures of sheet Commitments matter to you.",
            Severity.NOTE,
        )


def read_applied(cell: str, currency: str) -> list[Applied] | None:
    """Return what a charge used of commitments; None where the cell does not say it.

    >>> named = '"ContractId": "K", "ContractCommitmentId": "C"'
    >>> read_applied(f'{{"Elements": [{{{named}, "ContractCommitmentAppliedCost": 0.10}}]}}', "EUR")
    [Applied(contract='K', name='C', measure='EUR', amount=Decimal('0.10'))]
    >>> read_applied("[1, 2]", "EUR")
    """
    try:
        said = json.loads(cell, parse_float=str, parse_int=str)
        elements = said["Elements"] if isinstance(said, dict) else said
        return [part for element in elements for part in _parts(element, currency)]
    except (ValueError, RecursionError, KeyError, TypeError, DoesNotFit):
        return None


def _parts(element: Mapping[str, object], currency: str) -> Iterator[Applied]:
    """Yield what one element says; ``KeyError``, ``TypeError`` or ``ValueError`` where it is none."""
    contract, name = element["ContractId"], element["ContractCommitmentId"]
    if not (isinstance(contract, str) and isinstance(name, str)):
        raise TypeError
    unit = element.get("ContractCommitmentAppliedUnit") or ""
    for figure, measure in (
        (element.get("ContractCommitmentAppliedCost"), currency),
        (element.get("ContractCommitmentAppliedQuantity"), str(unit)),
    ):
        if figure is None:
            continue
        amount = read_number(str(figure), comma=False)
        if amount is None:
            raise ValueError(figure)
        yield Applied(contract, name, measure, amount)
