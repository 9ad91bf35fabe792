"""The workbook on the desk and what lies beside it: charge store, register, documents.

Beside ``Billing.xlsx`` lies the folder ``Billing.data`` with archived vendor files, charges, the register
and ``out/<month>`` with what is handed over; setting *Data folder* moves it.
"""

import getpass
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.charges import ImportTotals
from billow.commands.secret_cells import secrets_in
from billow.contracts.customers import told_apart
from billow.inputs import Inputs, read_inputs
from billow.periods import month
from billow.problems import Place, Problem, Refused, in_order, refuse_if_any
from billow.register.register import Register
from billow.sheets.reading import Row
from billow.usage import ChargeStore
from billow.vendors import Formats, import_report
from billow.workbook.book import Workbook
from billow.workbook.changes import BeforeImages
from billow.workbook.port import Port

REGISTER_PROPERTY = "Billow register"
At = Path | Port  # a workbook that nobody has open is named by its file; one that is open in Excel is given


@dataclass
class Desk:
    """An open workbook with its inputs."""

    book: Port
    inputs: Inputs

    @property
    def path(self) -> Path:
        """Where the workbook lies."""
        return self.book.path

    @property
    def data(self) -> Path:
        """The folder with everything that belongs to the workbook."""
        return data_folder(self.path, self.inputs.settings.data_folder)

    @property
    def before_images(self) -> BeforeImages:
        """The workbook as it was before the last run."""
        return BeforeImages(self.data / "undo")

    @property
    def store(self) -> ChargeStore:
        """The charge store."""
        apart = told_apart(self.inputs.books.accounts)
        return ChargeStore(self.data, self.inputs.settings.charge_engine, apart, self._read_again)

    def _read_again(self, path: Path, totals: ImportTotals) -> str:
        """Return the fingerprint of an archived file's rows; blank where it cannot be read as it was then."""
        with TemporaryDirectory(prefix=".again-", dir=self.data) as folder:
            found = import_report(
                path,
                self.formats,
                out_dir=Path(folder),
                billing_month=totals.corrects or totals.billing_month or None,
                format_id=totals.format_id,
            )
        return found.totals.fingerprint if found.totals else ""

    @cached_property
    def register(self) -> Register:
        """The register of issued documents; ``Refused`` when it is missing or another workbook's."""
        return Register.open(register_path(self.data), self.book.property(REGISTER_PROPERTY))

    @cached_property
    def formats(self) -> Formats:
        """The shipped report formats with the workbook's own rows laid over them."""
        rows = self.inputs.rows
        return Formats.shipped().with_rows(
            [_format_row(row) for row in rows["tblFormats"]],
            [_mapping_row(row) for row in rows["tblMapping"]],
            [_value_row(row) for row in rows["tblValueMaps"]],
            file=self.path.name,
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the sheets."""
        secrets = secrets_in(self.inputs.rows["tblSources"])
        return in_order((*self.inputs.problems, *self.formats.problems, *secrets))

    @property
    def shown_month(self) -> str:
        """The billing month whose results the sheets show, blank before the first run."""
        return self.book.cell("Billow_Period")

    def out(self, billing_month: str) -> Path:
        """The folder for what is handed over for a month."""
        return self.data / "out" / billing_month


def open_desk(workbook: At, *, tolerant: bool = False) -> Desk:
    """Open a workbook and read its inputs; what is wrong in the sheets refuses, unless ``tolerant``."""
    book = book_at(workbook)
    desk = Desk(book, read_inputs(book))
    book.before_images = desk.before_images
    if not tolerant:
        refuse_if_any(desk.problems)
        book.refuse_if_busy()
    return desk


def latest_month(desk: Desk) -> str | None:
    """Return the month that the sheets show, else the latest that is imported."""
    months = {totals.billing_month for totals in desk.store.imports()} - {""}
    return desk.shown_month or max(months, default=None)


def book_at(workbook: At) -> Port:
    """Return the workbook: its file opened, or the one that is open in Excel."""
    return Workbook.open(workbook) if isinstance(workbook, Path) else workbook


def data_folder(workbook: Path, setting: str) -> Path:
    """Return where the data of a workbook lies."""
    return workbook.parent / setting if setting else workbook.with_suffix(".data")


def register_path(data: Path) -> Path:
    """Return where the register lies."""
    return data / "register.sqlite"


def billing_month(text: str) -> str:
    """Return the month if it is one, else refuse."""
    try:
        month(text)
    except ValueError as error:
        sentence = f'"{text}" is not a month.'
        hint = "Write year and month, such as 2026-06."
        raise Refused([Problem("CMD-001", sentence, Place(), hint)]) from error
    return text


def now() -> datetime:
    """Return the present moment; only commands look at the clock."""
    return datetime.now(UTC)


def who() -> str:
    """Return the name of the person at the machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@contextmanager
def already(done: str) -> Iterator[None]:
    """Let a refusal within say what was done before it, since that is not undone."""
    try:
        yield
    except Refused as refused:
        raise Refused(refused.problems, done) from refused


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count_of(1, "invoice"), count_of(24, "invoice")
    ('1 invoice', '24 invoices')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def log(desk: Desk, command: str, period: str, summary: Sequence[str]) -> None:
    """Add a row to sheet Log."""
    desk.book.changes.command = command
    count = len(desk.book.read("tblLog"))
    desk.book.append(
        "tblLog",
        [
            {
                "No": count + 1,
                "When": f"{now():%Y-%m-%d %H:%M:%S}",
                "Who": who(),
                "Command": command,
                "Period": period,
                "Result": "done",
                "Summary": " ".join(summary)[:2000],
            }
        ],
    )


def _text(row: Row, column: str) -> str:
    return "" if row[column] is None else str(row[column])


def _format_row(row: Row) -> Mapping[str, object]:
    splits = (("tax", _text(row, "Tax column")), ("credits", _text(row, "Credits column")))
    return {
        "row": row.number,
        "format_id": _text(row, "Format"),
        "vendor": _text(row, "Vendor"),
        "kind": _text(row, "Kind"),
        "must_have": _text(row, "Must have"),
        "must_not_have": _text(row, "Must not have"),
        "dates": _text(row, "Dates"),
        "end_inclusive": _text(row, "End inclusive"),
        "explode": "|".join(f"{what}:{column}" for what, column in splits if column),
        "total_check": _text(row, "Total check"),
        "notes": _text(row, "Note"),
        "decimal": _text(row, "Decimal sign"),
        "zone": _text(row, "Time zone"),
        "counts_as": _text(row, "Counts as"),
        "based_on": _text(row, "Based on"),
        "checks": _text(row, "Checks"),
        "known_columns": _text(row, "Known columns"),
        "delivery": _text(row, "Delivery"),
    }


def _mapping_row(row: Row) -> Mapping[str, object]:
    return {
        "row": row.number,
        "format_id": _text(row, "Format"),
        "target": _text(row, "Target"),
        "source": _text(row, "Source"),
        "transform": _text(row, "Transform") or "text",
    }


def _value_row(row: Row) -> Mapping[str, object]:
    return {
        "row": row.number,
        "map": _text(row, "Map"),
        "from": _text(row, "From"),
        "to": _text(row, "To"),
    }
