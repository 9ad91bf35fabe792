"""What can be wrong with the tables that describe a report, said before any report is read."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Protocol

from billow.charges import ColumnType
from billow.periods import is_zone
from billow.problems import Place, Problem
from billow.vendors.meaning import complaint
from billow.vendors.transforms import MAKES, TRANSFORMS, Makes

_DATES = ("auto", "iso", "mdy", "dmy", "auto-mdy", "auto-dmy")
ORDER_KINDS = ("orders", "inventory")
INVOICE_DETAIL, COMMITMENT = LISTS = ("invoice_detail", "commitment")
KINDS = ("usage", "invoice", "quantity", "no charges", *ORDER_KINDS, *LISTS)
# What makes a row an order, a subscription of an inventory, an invoice's line, or a commitment.
_OF_LISTS = {
    "orders": ("x_CustomerKey", "x_SubscriptionId", "x_OrderKind", "x_OrderTime"),
    "inventory": ("x_CustomerKey", "x_SubscriptionId"),
    INVOICE_DETAIL: ("InvoiceId", "x_InvoiceMonth", "BillingCurrency", "BilledCost"),
    COMMITMENT: (
        *("x_ContractId", "x_CommitmentId", "x_CommitmentCategory", "x_CommitmentStart", "x_CommitmentEnd"),
        *("BillingCurrency", "BilledCost"),
    ),
}
APPLIED = "ContractApplied"  # FOCUS's name for the column: to which commitments a charge is applied
_DECIMALS = ("auto", "point", "comma")
_DELIVERIES = ("replaces", "adds")
# The columns as the sheets call them: there a person corrects them.
_SHOWN = {
    "format_id": "Format",
    "target": "Target",
    "transform": "Transform",
    "kind": "Kind",
    "must_have": "Must have",
    "dates": "Dates",
    "explode": "Tax column",
    "total_check": "Total check",
    "decimal": "Decimal sign",
    "zone": "Time zone",
    "counts_as": "Counts as",
    "based_on": "Based on",
    "checks": "Checks",
    "delivery": "Delivery",
}
_NEEDED = {ColumnType.DECIMAL: (Makes.NUMBER, "num"), ColumnType.DATE: (Makes.DATE, "date")}


class _Format(Protocol):
    """What these checks read of a report format."""

    @property
    def format_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def must_have(self) -> tuple[str, ...]: ...
    @property
    def dates(self) -> str: ...
    @property
    def explode(self) -> str: ...
    @property
    def delivery(self) -> str: ...
    @property
    def tax_column(self) -> str: ...
    @property
    def credits_column(self) -> str: ...
    @property
    def total_check(self) -> tuple[str, ...]: ...
    @property
    def decimal(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def counts_as(self) -> str: ...
    @property
    def based_on(self) -> str: ...
    @property
    def checks(self) -> tuple[str, ...]: ...
    @property
    def place(self) -> Place: ...


class _Row(Protocol):
    """What these checks read of a mapping row."""

    @property
    def format_id(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def steps(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def place(self) -> Place: ...


def check_format(report: _Format, targets: Collection[str], formats: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with one row of the formats table; ``targets`` are what its mapping fills."""
    for column, value, allowed in (
        ("dates", report.dates, _DATES),
        ("kind", report.kind, KINDS),
        ("decimal", report.decimal, _DECIMALS),
        ("delivery", report.delivery or "replaces", _DELIVERIES),
    ):
        if value not in allowed:
            yield _wrong(report, column, f'"{value}" is not one of {", ".join(allowed)}.')
    if report.explode and not (report.tax_column or report.credits_column):
        yield _wrong(
            report, "explode", f'"{report.explode}" is not tax: or credits: and the name of a column.'
        )
    if report.zone and not is_zone(report.zone):
        yield _wrong(report, "zone", f'"{report.zone}" is no time zone such as America/Los_Angeles.')
    for column, name in (("counts_as", report.counts_as), ("based_on", report.based_on)):
        if name and name not in formats:
            yield _unknown("IMP-023", "report format", name, report.place, column, formats)
    for check in report.checks:
        if said := complaint(check):
            yield _wrong(report, "checks", f"{said[0].upper()}{said[1:]}.")
    yield from _needed(report, targets)


def _needed(report: _Format, targets: Collection[str]) -> Iterator[Problem]:
    """Yield what is missing: a way to know the report, and what makes its rows charges."""
    amount = {"usage": "BilledCost", "invoice": "BilledCost", "quantity": "PricingQuantity"}.get(report.kind)
    if not report.must_have:
        yield _wrong(report, "must_have", "It is empty.")
    if not report.total_check and amount == "BilledCost":
        yield _wrong(report, "total_check", "It is empty.")
    for target in _OF_LISTS.get(report.kind, ()):
        if target not in targets:
            yield Problem(
                "IMP-090",
                f'The format "{report.format_id}" of kind {report.kind} maps no column to {target}.',
                report.place,
                f"Add a row to sheet Report mapping with the target {target}.",
            )
    if amount and amount not in targets and "*" not in targets:
        what = "the amount before tax" if amount == "BilledCost" else "the quantity"
        yield Problem(
            "IMP-024",
            f'The format "{report.format_id}" maps no column to {amount}.',
            report.place,
            f"Add a row to the mapping with the target {amount} and the column of {what}.",
        )


def check_mapping(
    row: _Row, formats: Collection[str], maps: Collection[str], targets: Mapping[str, ColumnType]
) -> Iterator[Problem]:
    """Yield what is wrong with one row of the mapping table."""
    if row.format_id not in formats:
        yield _unknown("IMP-023", "report format", row.format_id, row.place, "format_id", formats)
    everything = (row.target, row.source) == ("*", "*")
    if row.target not in targets and not everything:
        yield _unknown("IMP-022", "column to fill", row.target, row.place, "target", targets)
    sound = True
    for name, argument in row.steps:
        if name not in TRANSFORMS:
            sound = False
            yield _unknown("IMP-021", "transform", name, row.place, "transform", TRANSFORMS)
        elif name == "map" and argument not in maps:
            yield _unknown("IMP-025", "value map", argument, row.place, "transform", maps)
        elif complaint := TRANSFORMS[name](argument):
            yield _argument(row, name, complaint)
    if sound and row.target in targets:
        yield from _check_result(row, targets[row.target])
    if sound and row.target == APPLIED and not _is_one_column(row):
        yield _argument(
            row, row.steps[0][0], "its cells are read as they stand, so it takes text and a column"
        )


def _is_one_column(row: _Row) -> bool:
    """Tell whether a row takes the cells of a column, or of the first that is there, as they are."""
    return row.steps == (("text", ""),) and bool(row.source) and not {"+", "*"} & set(row.source)


def _check_result(row: _Row, wanted: ColumnType) -> Iterable[Problem]:
    made = {MAKES[name] for name, _ in row.steps if name in MAKES}
    needed = _NEEDED.get(wanted)
    if needed and needed[0] not in made:
        yield _argument(row, needed[1], f"the column {row.target} needs it, or it would hold text")
    if not needed and (made & {Makes.NUMBER, Makes.DATE}):
        yield _argument(row, row.steps[0][0], f"the column {row.target} holds text")


def _argument(row: _Row, name: str, complaint: str) -> Problem:
    return Problem(
        "IMP-026",
        f'The transform "{name}" for {row.target} cannot work: {complaint}.',
        replace(row.place, column=_SHOWN["transform"]),
        "The list of transforms with an example of each is in the manual under Report mapping.",
    )


def _wrong(report: _Format, column: str, complaint: str) -> Problem:
    return Problem(
        "IMP-027",
        f'The report format "{report.format_id}" has a wrong entry in {_SHOWN[column]}. {complaint}',
        replace(report.place, column=_SHOWN[column]),
        "Compare with the row of a shipped format.",
    )


def _unknown(code: str, what: str, name: str, place: Place, column: str, known: Iterable[str]) -> Problem:
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f'Did you mean "{near[0]}"?' if near else f"Known are: {', '.join(sorted(known))}."
    return Problem(code, f'There is no {what} "{name}".', replace(place, column=_SHOWN[column]), hint)
