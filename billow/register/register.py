"""The register of one workbook: issue documents, look them up, prove that none was altered.

Issuing is one transaction: numbers and documents are kept together or not at all. A number is never
given twice and none is left out; what was issued before comes back as it was, so that a run that was cut
off can simply be run again. A copy of a workbook cannot issue: the register knows its workbook's id.

One file of SQLite on a disk of the machine. A path stands for ``sqlite:///`` and that path; other
databases are refused until they are built.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, and_, func, insert, select
from sqlalchemy.exc import DBAPIError

from billow.invoicing import archive
from billow.invoicing.document import Document
from billow.problems import Place, Problem, Refused, Severity
from billow.register import issuing, proof
from billow.register.numbering import NumberFormat
from billow.register.records import (
    Handover,
    content,
    handover_of,
    handover_row,
    utc,
)
from billow.register.schema import DOCUMENTS, HANDOVERS, META, SCHEMA, SERIES, engine, make_tables


class Register:
    """An open register; ``create`` and ``open`` make one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = engine(path)

    @classmethod
    def create(cls, url_or_path: str | Path, workbook_id: str, *, now: datetime | None = None) -> "Register":
        """Make the register of a new workbook; a file that is there already is never touched."""
        path = _path(url_or_path)
        if path.exists():
            raise Refused([_problem("REG-001", path, f"{path.name} is there already.", _HINT_EXISTS)])
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_bytes(b"")  # an empty file is an empty database; the name is given when it is complete
        made = cls(fresh)
        with made._write() as connection:
            make_tables(connection)
            row = {"workbook_id": workbook_id, "schema": SCHEMA, "created": utc(now or datetime.now(UTC))}
            connection.execute(insert(META).values(row))
        fresh.rename(path)
        return cls(path)

    @classmethod
    def open(cls, url_or_path: str | Path, workbook_id: str) -> "Register":
        """Open the register of a workbook; refuse when it is missing or another workbook's."""
        path = _path(url_or_path)
        if not path.is_file():
            raise Refused([_problem("REG-002", path, f"The register {path.name} is missing.", _HINT_MISSING)])
        found = cls(path)
        try:
            with found._read() as connection:
                rows = connection.execute(select(META)).mappings().all()
        except Refused as refusal:
            raise Refused(
                [_problem("REG-004", path, f"{path.name} is not a register.", _HINT_SCHEMA)]
            ) from refusal
        if len(rows) != 1 or rows[0]["schema"] != SCHEMA:
            raise Refused(
                [_problem("REG-004", path, f"{path.name} is a register of another version.", _HINT_SCHEMA)]
            )
        if rows[0]["workbook_id"] != workbook_id:
            raise Refused(
                [_problem("REG-003", path, "The register belongs to another workbook.", _HINT_OTHER)]
            )
        return found

    def issue(
        self,
        documents: Sequence[Document],
        *,
        issue_date: date,
        number_format: str,
        who: str,
        now: datetime,
    ) -> list[Document]:
        """Give numbers in the given order and keep the documents: all of them or none.

        A document whose customer, month and kind were issued with the same content comes back as issued;
        with other content everything is refused, since what was issued is corrected by a credit note.
        """
        series = NumberFormat.parse(number_format)
        moment = utc(now)
        issued: list[Document] = []
        problems: list[Problem] = []
        with self._write() as connection:
            for document in documents:
                before = issuing.same_key(connection, document)
                if before is None:
                    issued.append(
                        issuing.add(
                            connection, document, series, issue_date=issue_date, who=who, moment=moment
                        )
                    )
                elif content(before) == content(document):
                    issued.append(before)
                else:
                    problems.append(self._changed(before))
            if problems:
                raise Refused(problems)
        return issued

    def documents(self, month: str | None = None, customer: str | None = None) -> list[Document]:
        """Return what was issued, in the order of issuing."""
        query = select(DOCUMENTS.c.document).order_by(DOCUMENTS.c.position)
        if month is not None:
            query = query.where(DOCUMENTS.c.billing_month == month)
        if customer is not None:
            query = query.where(DOCUMENTS.c.customer == customer)
        with self._read() as connection:
            return [archive.from_text(text) for text in connection.scalars(query)]

    def months(self) -> frozenset[str]:
        """Return the months of which anything was issued."""
        with self._read() as connection:
            return frozenset(connection.scalars(select(DOCUMENTS.c.billing_month).distinct()))

    def last_month_before(self, month: str) -> dict[str, Document]:
        """Return each customer's invoice of the latest issued month before ``month``."""
        latest = (
            select(DOCUMENTS.c.customer, func.max(DOCUMENTS.c.billing_month).label("month"))
            .where(DOCUMENTS.c.billing_month < month, DOCUMENTS.c.kind == "invoice")
            .group_by(DOCUMENTS.c.customer)
            .subquery()
        )
        same = and_(DOCUMENTS.c.customer == latest.c.customer, DOCUMENTS.c.billing_month == latest.c.month)
        query = select(DOCUMENTS.c.document).join(latest, same).where(DOCUMENTS.c.kind == "invoice")
        with self._read() as connection:
            found = [archive.from_text(text) for text in connection.scalars(query)]
        return {document.buyer.number: document for document in found}

    def verify(self) -> list[Problem]:
        """Prove that nothing was altered, removed or left out; empty when all is well."""
        with self._read() as connection:
            rows = connection.execute(select(DOCUMENTS).order_by(DOCUMENTS.c.position)).mappings().all()
            last = {row.key: row.last for row in connection.execute(select(SERIES))}
        return proof.problems([dict(row) for row in rows], last, Place(self._path.name))

    def record_handover(
        self,
        *,
        target: str,
        billing_month: str,
        file: str,
        sha256: str,
        numbers: Sequence[str],
        who: str,
        now: datetime,
    ) -> Handover:
        """Note that a file with these invoices went to ``target``."""
        with self._write() as connection:
            no = (connection.scalar(select(func.max(HANDOVERS.c.no))) or 0) + 1
            handover = Handover(no, now, who, target, billing_month, file, sha256, tuple(numbers))
            row = handover_row(handover)
            connection.execute(insert(HANDOVERS).values(row))
        return handover_of(row)

    def handovers(self, month: str | None = None, target: str | None = None) -> list[Handover]:
        """Return the handovers, first to last."""
        query = select(HANDOVERS).order_by(HANDOVERS.c.no)
        if month is not None:
            query = query.where(HANDOVERS.c.billing_month == month)
        if target is not None:
            query = query.where(HANDOVERS.c.target == target)
        with self._read() as connection:
            return [handover_of(dict(row)) for row in connection.execute(query).mappings()]

    def _changed(self, before: Document) -> Problem:
        whose = f"{before.buyer.number}, {before.billing_month}"
        return Problem(
            "REG-005",
            f"{before.number} for {whose} was issued with other content.",
            Place(self._path.name),
            "What was issued never changes. Correct it by a credit note or by an adjustment next month.",
            Severity.STOP,
            before.buyer.number,
        )

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._refusing(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._refusing(), self._engine.execution_options(reads=True).begin() as connection:
            yield connection

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """A database that is busy, full or not to be read is a problem to look at, not a traceback."""
        try:
            yield
        except DBAPIError as error:
            sentence = f"The register {self._path.name} cannot be used: {error.orig}."
            raise Refused([_problem("REG-007", self._path, sentence, _HINT_BUSY)]) from error


_HINT_EXISTS = "Choose another folder; a register is never replaced."
_HINT_MISSING = "Bring back the data folder that belongs to this workbook; it lies beside it."
_HINT_SCHEMA = "Bring back the register from a backup, or install the version of Billow that made it."
_HINT_OTHER = "A copied workbook cannot issue. Open the original, or make a new workbook."
_HINT_BUSY = "Try again when nobody else issues; look whether the disk is full or may not be written."


def _problem(code: str, path: Path, sentence: str, hint: str) -> Problem:
    return Problem(code, sentence, Place(path.name), hint)


def _path(url_or_path: str | Path) -> Path:
    text = str(url_or_path)
    if "://" in text and not text.startswith("sqlite:///"):
        scheme = text.partition("://")[0]
        sentence = f"A register cannot be kept in {scheme} yet."
        raise Refused([Problem("REG-004", sentence, hint="Name a file on this machine.")])
    return Path(text.removeprefix("sqlite:///"))
