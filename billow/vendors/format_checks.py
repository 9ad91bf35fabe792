"""What can be wrong with the tables that describe a report, said before any report is read."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Protocol

from billow.charges import ColumnType
from billow.problems import Place, Problem
from billow.vendors.transforms import MAKES, TRANSFORMS, Makes

_DATES = ("auto", "iso", "mdy", "dmy")
_KINDS = ("usage", "invoice")
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
    def tax_column(self) -> str: ...
    @property
    def total_check(self) -> tuple[str, ...]: ...
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


def check_format(report: _Format, targets: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with one row of the formats table; ``targets`` are what its mapping fills."""
    for column, value, allowed in (("dates", report.dates, _DATES), ("kind", report.kind, _KINDS)):
        if value not in allowed:
            yield _wrong(report, column, f'"{value}" is not one of {", ".join(allowed)}.')
    if report.explode and not report.tax_column:
        yield _wrong(report, "explode", f'"{report.explode}" is not tax: and the name of a column.')
    for column, names in (("must_have", report.must_have), ("total_check", report.total_check)):
        if not names:
            yield _wrong(report, column, "It is empty.")
    if "BilledCost" not in targets and "*" not in targets:
        yield Problem(
            "IMP-024",
            f'The format "{report.format_id}" maps no column to BilledCost.',
            report.place,
            "Add a row to the mapping with the target BilledCost and the column of the amount before tax.",
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
        replace(row.place, column="transform"),
        "The list of transforms with an example of each is in the manual under Report mapping.",
    )


def _wrong(report: _Format, column: str, complaint: str) -> Problem:
    return Problem(
        "IMP-027",
        f'The report format "{report.format_id}" has a wrong entry in {column}. {complaint}',
        replace(report.place, column=column),
        "Compare with the row of a shipped format.",
    )


def _unknown(code: str, what: str, name: str, place: Place, column: str, known: Iterable[str]) -> Problem:
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f'Did you mean "{near[0]}"?' if near else f"Known are: {', '.join(sorted(known))}."
    return Problem(code, f'There is no {what} "{name}".', replace(place, column=column), hint)
