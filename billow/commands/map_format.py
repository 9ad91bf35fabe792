"""Map a new report: propose a format, show what comes of it, and keep it on three sheets.

It first shows the proposal with the first rows and the totals that it gives, and writes only with
``--accept``. From then on the report imports like any other, and the rows are corrected on the sheets.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.commands.desk import At, Desk, log, open_desk
from billow.commands.import_reports import amount_text
from billow.commands.outcome import Outcome
from billow.problems import Place, Problem, Refused
from billow.vendors import Answers, Formats, Imported, Proposal, convert, propose

_SHOWN_ROWS = 20
_SHOWN = (
    "x_CustomerKey",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "SkuId",
    "ChargeDescription",
    "PricingQuantity",
    "BilledCost",
    "BillingCurrency",
)
_WIDEST = 24
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,30}")
# The columns of the tables by the headers that the sheets give them.
_FORMAT = {
    "Format": "format_id",
    "Vendor": "vendor",
    "Kind": "kind",
    "Must have": "must_have",
    "Dates": "dates",
    "End inclusive": "end_inclusive",
    "Total check": "total_check",
    "Note": "notes",
    "Checks": "checks",
    "Known columns": "known_columns",
}
_MAPPING = {"Format": "format_id", "Target": "target", "Source": "source", "Transform": "transform"}
_VALUES = {"Map": "map", "From": "from", "To": "to"}


@dataclass(frozen=True)
class Wanted:
    """What a person asks for: names, corrected columns, and whether the format is kept."""

    format_id: str = ""
    vendor: str = ""
    columns: Mapping[str, str] | None = None
    currency: str = ""
    period: str | None = None
    accept: bool = False


def map_format(report: Path, workbook: At | None, wanted: Wanted) -> Outcome:
    """Propose a format for ``report``; with ``accept`` keep it on the sheets of ``workbook``."""
    desk = open_desk(workbook) if workbook else None
    formats = desk.formats if desk else Formats.shipped()
    name = wanted.format_id or _name_of(report)
    _refuse_name(name, formats)
    answers = Answers(name, wanted.vendor or name, wanted.columns or {}, wanted.currency.upper())
    proposal = propose(report, formats, answers)
    tried, preview = _tried(report, proposal, formats, wanted.period)
    if desk and wanted.accept:
        _keep(desk, proposal)
    kept = desk.path.name if desk and wanted.accept else ""
    lines = (*_described(report, proposal), *preview, *_totals(tried), _end(name, workbook, kept))
    data = {
        "format": dict(proposal.format_row),
        "mapping": [dict(row) for row in proposal.mapping_rows],
        "value_maps": [dict(row) for row in proposal.value_rows],
        "questions": list(proposal.questions),
        "billed": _sums(tried),
        "rows": tried.totals.rows_read if tried.totals else 0,
        "written": bool(kept),
    }
    return Outcome(lines, data, tried.problems)


def _name_of(report: Path) -> str:
    """Return a name for the format from the file's, without its dates.

    >>> _name_of(Path("Abrechnung_2026-06.xlsx")), _name_of(Path("2026.csv"))
    ('abrechnung', 'report')
    """
    letters = re.sub(r"[^a-z]+", "_", report.name.split(".")[0].casefold()).strip("_")
    return letters[:24] or "report"


def _refuse_name(name: str, formats: Formats) -> None:
    if not _NAME.fullmatch(name):
        raise Refused(
            [_no_name(f'"{name}" cannot be the name of a format.', "Use letters, digits and underscores.")]
        )
    if name in formats.by_id:
        hint = "Choose another with --format, or correct its rows on the sheets."
        raise Refused([_no_name(f'There is a format "{name}" already.', hint)])


def _no_name(sentence: str, hint: str) -> Problem:
    return Problem("CMD-019", sentence, Place(), hint)


def _tried(
    report: Path, proposal: Proposal, formats: Formats, period: str | None
) -> tuple[Imported, list[str]]:
    """Import the report by the proposal, to nowhere, and return the first charges as text."""
    with TemporaryDirectory(prefix="billow-") as folder:
        written = Path(folder) / "charges.csv"
        name = proposal.format_row["format_id"]
        found = convert(report, proposal.laid_over(formats), written, billing_month=period, format_id=name)
        if found.totals is None:
            return found, []
        with written.open(encoding="utf-8", newline="") as text:
            own = (row for row in csv.DictReader(text) if not row["x_SplitFrom"])
            rows = [[_shown(row[column]) for column in _SHOWN] for row in islice(own, _SHOWN_ROWS)]
    return found, _table([list(_SHOWN), *rows])


def _shown(cell: str) -> str:
    """Return a cell without the zeros that the store keeps behind an amount."""
    return cell.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d{24}", cell) else cell


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    cut = [[cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 1]}…" for cell in row] for row in rows]
    widths = [max(len(row[number]) for row in cut) for number in range(len(cut[0]))]
    lines = ("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in cut)
    return [f"  {line}".rstrip() for line in lines]


def _described(report: Path, proposal: Proposal) -> list[str]:
    by_header = {match.header: match for match in proposal.matches}
    name = proposal.format_row["format_id"]
    lines = [f'{report.name}: {len(proposal.header)} columns, proposed as format "{name}".']
    for header in proposal.header:
        match = by_header.get(header)
        like = f" (like {match.like})" if match and match.like not in {"as said", header} else ""
        lines.append(f"  {header} -> {match.target if match else 'not used'}{like}")
    if checks := proposal.format_row["checks"]:
        lines.append(f"In every row holds: {checks}.")
    return [*lines, *proposal.questions]


def _totals(tried: Imported) -> list[str]:
    if tried.totals is None:
        return ["It cannot be imported so; see the problems."]
    totals = tried.totals
    sums = ", ".join(f"{currency} {amount_text(amount)}" for currency, amount in totals.billed.items())
    tax = ", ".join(f"{currency} {amount_text(amount)}" for currency, amount in totals.tax.items())
    kinds = ", ".join(f"{kind} {count}" for kind, count in totals.rows_by_charge_type.items())
    what = f"{sums or 'no amounts'} before tax{f', tax {tax}' if tax else ''}"
    return [
        f"{totals.rows_read} rows of {totals.billing_month}: {what}. Compare this with the vendor's invoice.",
        f"Rows by charge type: {kinds}.",
    ]


def _sums(tried: Imported) -> dict[str, str]:
    return (
        {name: f"{amount.normalize():f}" for name, amount in tried.totals.billed.items()}
        if tried.totals
        else {}
    )


def _keep(desk: Desk, proposal: Proposal) -> None:
    row = proposal.format_row
    tax = row["explode"].removeprefix("tax:")
    desk.book.append("tblFormats", [{**_cells(row, _FORMAT), "Tax column": tax or None}])
    desk.book.append("tblMapping", [_cells(cells, _MAPPING) for cells in proposal.mapping_rows])
    if proposal.value_rows:
        desk.book.append("tblValueMaps", [_cells(cells, _VALUES) for cells in proposal.value_rows])
    log(desk, "formats map", "", [f'Format "{row["format_id"]}" added.'])
    desk.book.save()


def _cells(row: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str | None]:
    return {shown: row[name] or None for shown, name in names.items()}


def _end(name: str, workbook: At | None, kept: str) -> str:
    sheets = "sheets Report formats, Report mapping and Value maps"
    if kept:
        return f'Format "{name}" is kept on {sheets} of {kept}.'
    how = "--accept" if workbook else "--workbook and --accept"
    return f"Nothing was written; with {how} it is kept on {sheets}. Correct it with --column TARGET=HEADER."
