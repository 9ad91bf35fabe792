"""Documents to issue and a register to issue them in."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from billow.invoicing.document import Document, Line, Party, VatLine
from billow.register.register import Register

WORKBOOK = "workbook-1"
NOW = datetime(2026, 7, 8, 10, 2, 11, tzinfo=UTC)
DAY = date(2026, 7, 8)
SERIES = "{year}-{number:04}"


def draft(
    customer: str = "C-1", net: str = "100.00", month: str = "2026-06", kind: str = "invoice"
) -> Document:
    """Return a draft of one line."""
    amount, vat = Decimal(net), (Decimal(net) * Decimal("0.21")).quantize(Decimal("0.01"))
    line = Line("1", "Microsoft", "P1", "Seats", amount, "S21", Decimal(1), "licence")
    vat_line = VatLine("S21", "S", Decimal(21), amount, vat)
    buyer = Party("Contoso", number=customer)
    return Document(
        month, Party("Nimbus"), buyer, "EUR", "en", (line,), (vat_line,), amount, vat, amount + vat, 30, kind
    )


def issue(register: Register, *drafts: Document, day: date = DAY, series: str = SERIES) -> list[Document]:
    """Issue drafts as the tests do."""
    return register.issue(drafts, issue_date=day, number_format=series, who="mjansen", now=NOW)


def new_register(folder: Path) -> Register:
    """Return the register of a new workbook."""
    return Register.create(folder / "register.sqlite", WORKBOOK, now=NOW)
