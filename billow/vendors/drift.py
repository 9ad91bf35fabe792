"""What changed in a vendor's header: columns that are new, gone, renamed or translated.

A name that is missing is looked for among the columns that are there: first by its spelling, then by what
it means, as the dictionary knows it in other languages.

>>> formats = Formats.shipped()
>>> header = Header(("BilableQuantity", "Verbrauchsmenge", "Rechnungsnummer"))
>>> nearest_column("BillableQuantity", header, formats, "ms_nce_recon")
'BilableQuantity'
>>> nearest_column("InvoiceNumber", header, formats, "ms_nce_recon")
'Rechnungsnummer'
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from billow.problems import Place, Problem, Severity
from billow.vendors.formats import Formats, MappingRow, ReportFormat
from billow.vendors.headers import Header, normal
from billow.vendors.meaning import columns_of, needed_by
from billow.vendors.words import nearest_target

_NEAR = 0.75
# What a charge is placed by: without it a report is poorer, though its sum is right. What the checks of
# meaning compare matters too, since they are silent without it.
_MATTERS = (
    "x_CustomerKey",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "SkuId",
)


def nearest_column(name: str, header: Header, formats: Formats, format_id: str) -> str:
    """Return the column of a file that ``name`` may have become, a new one first, or nothing."""
    new = Header(unknown_names(header.names, formats[format_id], formats))
    targets = {row.target for row in formats.mapping_of(format_id) if name in row.sources}
    meant = (own for own in new.names if nearest_target(own, formats).target in targets)
    return new.nearest(name) or next(meant, "") or header.nearest(name)


def unknown_names(names: tuple[str, ...], report: ReportFormat, formats: Formats) -> tuple[str, ...]:
    """Return the columns of a file that its format neither uses nor knows."""
    used = {normal(name) for row in formats.mapping_of(report.format_id) for name in row.sources}
    for row in formats.mapping_of(report.format_id):
        for name, argument in row.steps:
            used.update({normal(argument.partition(":")[0])} if name in {"else", "ifset"} else ())
    split = (report.tax_column, report.credits_column)
    compared = (name for check in report.checks for name in columns_of(check))
    named = {normal(name) for name in (*report.must_have, *report.total_check, *split, *compared)}
    known = {normal(name) for name in report.known_columns if not name.endswith("*")}
    prefixes = tuple(
        name.removesuffix("*")
        for name in (*report.known_columns, *(row.source for row in formats.mapping_of(report.format_id)))
        if name.endswith("*") and name != "*"
    )
    return Header(names).unknown(used | named | known, prefixes)


def changed_columns(
    file: str, names: tuple[str, ...], report: ReportFormat, formats: Formats
) -> Iterator[Problem]:
    """Yield what is new in a header and what is gone from it, with what the one may have been before."""
    header, new = Header(names), unknown_names(names, report, formats)
    absent = [name for name in _own_names(report, formats) if header.find(name) is None]
    if new:
        told = ", ".join(_told(name, absent) for name in new)
        yield Problem(
            "IMP-006",
            f"{file} has columns that its format does not know; they were left out: {told}.",
            Place(file, row=1, column=new[0]),
            "If one of them matters, map it in the sheet Report mapping; else add it to Known columns.",
            Severity.NOTE,
        )
    yield from (_gone(file, row, Header(new), formats) for row in _without_source(header, report, formats))


def _own_names(report: ReportFormat, formats: Formats) -> list[str]:
    rows = formats.mapping_of(report.format_id)
    names = (*report.known_columns, *(name for row in rows for name in row.sources))
    return list(dict.fromkeys(name for name in names if "*" not in name))


def _told(name: str, absent: Iterable[str]) -> str:
    by_normal = {normal(one): one for one in absent}
    near = get_close_matches(normal(name), list(by_normal), n=1, cutoff=_NEAR)
    return f"{name} (perhaps {by_normal[near[0]]}, renamed)" if near else name


def _without_source(header: Header, report: ReportFormat, formats: Formats) -> Iterator[MappingRow]:
    compared = {normal(name) for check in report.checks for name in needed_by(check)}
    for row in formats.mapping_of(report.format_id):
        is_compared = any(normal(name) in compared for name in row.sources)
        if (row.target in _MATTERS or is_compared) and row.source and "*" not in row.source:
            is_there = any(header.find(name) is not None for name in row.sources)
            if not is_there and not any(name in {"default", "else"} for name, _ in row.steps):
                yield row


def _gone(file: str, row: MappingRow, new: Header, formats: Formats) -> Problem:
    name = row.sources[0]
    near = nearest_column(name, new, formats, row.format_id)
    names = " or ".join(f'"{one}"' for one in row.sources)
    hint = f'It may now be called "{near}". ' if near else ""
    return Problem(
        "IMP-057",
        f"{file} has no column {names}; {row.target} stays empty.",
        Place(file, row=1, column=name),
        f"{hint}If it has another name now, add that to the row {row.target} in the sheet Report mapping.",
        Severity.NOTE,
    )
