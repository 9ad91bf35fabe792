"""Which format a report is of, known by its header alone, never guessed.

The format matches whose required columns are all there and whose excluded ones are not; of several, the one
that asks for most columns. Where none matches, the message says what the nearest ones miss.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.problems import Place, Problem, Refused
from billow.vendors.drift import nearest_column
from billow.vendors.formats import Formats, ReportFormat
from billow.vendors.headers import Header
from billow.vendors.plain import make_plain

_NEAREST = 2


@dataclass(frozen=True)
class Detection:
    """The format of a file, or the problems that say why there is none."""

    format_id: str
    vendor: str
    header: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def detect(path: Path, formats: Formats) -> Detection:
    """Return what the report at ``path`` is."""
    header: tuple[str, ...] = ()
    try:
        with TemporaryDirectory(prefix="billow-") as folder:
            plain = make_plain(path, Path(folder))
        header = plain.header
        report = format_of(path.name, header, formats)
    except Refused as refused:
        return Detection("", "", header, refused.problems)
    return Detection(report.format_id, report.vendor, header, plain.problems)


def format_of(
    file: str, names: tuple[str, ...], formats: Formats, format_id: str | None = None
) -> ReportFormat:
    """Return the format of a file with this header, or the one asked for; raise ``Refused`` for none."""
    header = Header(names)
    if format_id is not None:
        if format_id not in formats.by_id:
            raise Refused([_no_such_format(file, format_id, formats)])
        _refuse_missing(file, header, formats[format_id], formats)
        return formats[format_id]
    matching = [report for report in formats.by_id.values() if _matches(header, report)]
    if not matching:
        raise Refused([_no_match(file, header, formats)])
    most = max(len(report.must_have) for report in matching)
    best = [report for report in matching if len(report.must_have) == most]
    if len(best) > 1:
        raise Refused([_several(file, best)])
    return best[0]


def _matches(header: Header, report: ReportFormat) -> bool:
    if report.based_on:
        return False  # its header is another's: only a person can tell
    present = bool(report.must_have) and not _missing(header, report)
    return present and not any(header.find(name) is not None for name in report.must_not_have)


def _missing(header: Header, report: ReportFormat) -> list[str]:
    """Return the columns that are needed and not there; of the total's names one is enough."""
    missing = [name for name in report.must_have if header.find(name) is None]
    total = report.total_check
    return [
        *missing,
        *([total[0]] if total and header.first(total) is None and total[0] not in missing else []),
    ]


def _refuse_missing(file: str, header: Header, report: ReportFormat, formats: Formats) -> None:
    problems = []
    for name in _missing(header, report):
        near = nearest_column(name, header, formats, report.format_id)
        hint = f'The nearest column of the file is "{near}". ' if near else ""
        problems.append(
            Problem(
                "IMP-005",
                f'{file} has no column "{name}", which the format "{report.format_id}" needs.',
                Place(file, column=name),
                f"{hint}Add the column's new name in the sheets Report formats and Report mapping, "
                "or choose another format.",
            )
        )
    if problems:
        raise Refused(problems)


def _no_such_format(file: str, format_id: str, formats: Formats) -> Problem:
    return Problem(
        "IMP-003",
        f'There is no report format "{format_id}".',
        Place(file),
        f"Known are: {', '.join(sorted(formats.by_id))}.",
    )


def _no_match(file: str, header: Header, formats: Formats) -> Problem:
    known = [report for report in formats.by_id.values() if not report.based_on]
    near = sorted(known, key=lambda report: _distance(header, report))[:_NEAREST]
    parts = []
    for report in near:
        missing = _missing(header, report)
        wrong = [name for name in report.must_not_have if header.find(name) is not None]
        told = [_with_nearest(name, header, formats, report) for name in missing]
        said = f"misses {', '.join(told)}" if missing else f"must not have {', '.join(wrong)}"
        parts.append(f'"{report.format_id}" {said}')
    return Problem(
        "IMP-003",
        f"{file} is a report of no known format.",
        Place(file),
        f"Nearest: {'; '.join(parts)}. Run billow formats map: it proposes rows for the sheets Report "
        "formats, Report mapping and Value maps.",
    )


def _with_nearest(name: str, header: Header, formats: Formats, report: ReportFormat) -> str:
    """Return a missing column, and the one of the file that it may have become where most are still there."""
    is_near = 2 * len(_missing(header, report)) <= len(report.must_have)
    near = nearest_column(name, header, formats, report.format_id) if is_near else ""
    return f'{name} (perhaps "{near}")' if near else name


def _distance(header: Header, report: ReportFormat) -> tuple[float, str]:
    return len(_missing(header, report)) / max(len(report.must_have), 1), report.format_id


def _several(file: str, best: list[ReportFormat]) -> Problem:
    names = " and ".join(f'"{report.format_id}"' for report in best)
    return Problem(
        "IMP-004",
        f"{file} matches the report formats {names} equally well.",
        Place(file),
        "Choose the format for this import, or add a column to Must have or Must not have of one of them.",
    )
