"""Formats: what a report is, and its normalised charges for other programs."""

from pathlib import Path

from billow.commands.desk import At, billing_month, open_desk
from billow.commands.outcome import Outcome
from billow.money import exact_text
from billow.problems import Place, Problem, Refused, refuse_if_any
from billow.vendors import Formats
from billow.vendors import convert as write_charges
from billow.vendors import detect as look_at_header


def _formats(workbook: At | None) -> Formats:
    """Return the shipped formats, with those of a workbook laid over them if one is named."""
    return open_desk(workbook).formats if workbook else Formats.shipped()


def detect(reports: list[Path], workbook: At | None) -> Outcome:
    """Say for each report which format it has, or what comes nearest and what it misses."""
    formats = _formats(workbook)
    lines: list[str] = []
    data: list[dict[str, object]] = []
    problems = []
    for path in reports:
        found = look_at_header(path, formats)
        problems += list(found.problems)
        known = found.format_id or "not known"
        lines.append(
            f"{path.name}: {known}, {found.vendor or 'vendor unknown'}, {len(found.header)} columns."
        )
        data.append({"file": path.name, "format": found.format_id, "vendor": found.vendor})
    return Outcome(tuple(lines), {"reports": data}, tuple(problems))


def convert(report: Path, target: Path, period: str | None, workbook: At | None) -> Outcome:
    """Write the normalised charges of a report to ``target`` (.csv or .parquet)."""
    if target.suffix.lower() not in {".csv", ".parquet"}:
        sentence = f'"{target.name}" is neither .csv nor .parquet.'
        hint = "Let the name of the target end in .csv or .parquet."
        raise Refused([Problem("CMD-013", sentence, Place(str(target)), hint)])
    wanted = billing_month(period) if period else None
    made = write_charges(report, _formats(workbook), target, billing_month=wanted)
    refuse_if_any(made.problems)
    totals = made.totals
    if totals is None:
        return Outcome((), {}, made.problems)
    sums = {currency: exact_text(amount) for currency, amount in totals.billed.items()}
    said = ", ".join(f"{currency} {amount}" for currency, amount in sums.items())
    line = f"{totals.rows_stored} charges, {said} before tax, written to {target}."
    data: dict[str, object] = {"file": str(target), "rows": totals.rows_stored, "billed": sums}
    return Outcome((line,), data, made.problems)
