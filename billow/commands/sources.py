"""Where an import takes its reports from: the command line, or sheet Report sources.

What was imported from an address that names versions (a bucket, the web, Partner Center) is remembered
beside the charges. The same version is not fetched again, unless the sheets now read it differently.
"""

import glob
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from billow import __version__
from billow.charges import ImportTotals
from billow.commands.desk import Desk
from billow.commands.documents import Progress
from billow.commands.kept import write_kept
from billow.problems import Place, Problem, Refused
from billow.vendors.pulls.fetched import Errand, Fetched, Source
from billow.vendors.pulls.fetching import fetch

_REMEMBERED = "fetched.json"
_READ_BY = ("tblFormats", "tblMapping", "tblValueMaps")


@contextmanager
def fetched_into(incoming: Path) -> Iterator[Path]:
    """Give a folder for what is fetched, and remove it."""
    incoming.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix=".fetched-", dir=incoming) as folder:
            yield Path(folder)
    finally:
        for left in (incoming, incoming.parent):
            if left.is_dir() and not any(left.iterdir()):
                left.rmdir()


def fetch_reports(
    desk: Desk, reports: Sequence[str], month: str | None, folder: Path, progress: Progress
) -> list[Fetched]:
    """Fetch the reports at these addresses, or those that sheet Report sources names.

    A source where nothing lies is a problem; the problems of all sources come together.
    """
    sources = [Source(text, Place(), Path()) for text in reports] or _on_the_sheet(desk)
    settings = desk.inputs.settings
    errand = Errand(
        folder=folder,
        month=month,
        hosts=tuple(re.split(r"[,;\s]+", settings.allowed_hosts.strip())),
        tenant=settings.partner_tenant,
        application=settings.partner_application,
    )
    found: list[Fetched] = []
    problems: list[Problem] = []
    for done, source in enumerate(sources, start=1):
        if "://" in source.address:
            progress(f"Asking {source.shown}", done, len(sources))
        try:
            here = _named(source) or fetch(source, replace(errand, known=_known(desk, source)))
        except Refused as refused:
            problems += refused.problems
            continue
        found += here
        problems += [] if here else [_nothing_there(source)]
    if problems:
        raise Refused(problems)
    return found


def remember(desk: Desk, imported: Mapping[Fetched, ImportTotals]) -> None:
    """Keep the versions that were just imported."""
    new = {
        item.origin: {
            "version": item.version,
            "import": totals.import_id,
            "read by": _reading(desk, item.source),
        }
        for item, totals in imported.items()
        if item.version
    }
    if new:
        path = desk.data / _REMEMBERED
        write_kept(path, {**_kept(path), **new})


def _on_the_sheet(desk: Desk) -> list[Source]:
    rows = [row for row in desk.inputs.rows["tblSources"] if row["Active"] != "no" and row["Path"]]
    if not rows:
        sentence = "There is no report to import."
        hint = "Name the reports after the workbook, or fill in sheet Report sources."
        raise Refused([Problem("CMD-004", sentence, Place(desk.path.name, "Report sources"), hint)])
    return [
        Source(row["Path"], row.at("Path"), desk.path.parent, row["Format"] or "", row["Delivery"] or "")
        for row in rows
    ]


def _named(source: Source) -> list[Fetched]:
    """Return a file that was named on the command line, whether it is there or not: the reader says so."""
    path = Path(source.address)
    if source.place.sheet or "://" in source.address or glob.has_magic(source.address) or path.is_dir():
        return []
    return [Fetched(source, source.address, path)]


def _nothing_there(source: Source) -> Problem:
    seen_from = "; it is seen from the workbook's folder." if source.place.sheet else "."
    where = " on sheet Report sources" if source.place.sheet else ""
    hint = f"Correct the path{where}{seen_from}"
    return Problem("CMD-003", f'No report lies at "{source.shown}".', source.place, hint)


def _known(desk: Desk, source: Source) -> Callable[[str, str], bool]:
    """Return what tells whether a version is imported, still counts, and would be read in the same way."""
    kept, reading = _kept(desk.data / _REMEMBERED), _reading(desk, source)
    counting = {totals.import_id for totals in desk.store.imports()} if kept else set()

    def known(origin: str, version: str) -> bool:
        found = kept.get(origin, {})
        same = (found.get("version"), found.get("read by")) == (version, reading)
        return same and found.get("import") in counting

    return known


def _kept(path: Path) -> dict[str, dict[str, str]]:
    """Return what was remembered; what cannot be read is forgotten, and everything fetched again."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, dict)} if isinstance(found, dict) else {}


def _reading(desk: Desk, source: Source) -> str:
    """Return what changes when a file would be read differently: formats on the sheets, and in Billow."""
    rows = [sorted(map(str, row.values.items())) for table in _READ_BY for row in desk.inputs.rows[table]]
    return hashlib.sha256(f"{__version__} {source.format_id} {rows}".encode()).hexdigest()
