"""Everything finance typed into the workbook, and what does not fit together in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from billow.inputs.book_checks import problems_between
from billow.inputs.settings import Settings, read_settings
from billow.invoicing.draft import Invoicing
from billow.journal.ledger import LedgerRule
from billow.problems import Problem, in_order
from billow.rating.books import Books
from billow.sheets.books import books_of, ledger_rule, vat_code, vat_rule
from billow.sheets.reading import Row

INPUTS = (
    "tblSettings", "tblCustomers", "tblAccounts", "tblProducts", "tblSkuRules", "tblPrices", "tblTiers",
    "tblDiscounts", "tblSubscriptions", "tblChanges", "tblAdjustments", "tblChargePolicy", "tblVatRules",
    "tblVat", "tblFx", "tblLedger", "tblSources", "tblFormats", "tblMapping", "tblValueMaps",
    "tblVendorInvoices", "tblTodo", "tblMovement", "tblListPrices", "tblOwnUsage", "tblUsers",
    "tblCostPrices",
)  # fmt: skip


class Tables(Protocol):
    """Where the sheets are read: a workbook's port, or the sheets as a browser hands them over."""

    problems: list[Problem]

    @property
    def path(self) -> Path:
        """Where the workbook lies."""

    def read(self, table: str) -> list[Row]:
        """Return the rows of a table; what is wrong with them is added to ``problems``."""


@dataclass(frozen=True)
class Inputs:
    """Everything finance typed into the workbook, and what is wrong with it."""

    settings: Settings
    books: Books
    invoicing: Invoicing
    ledger: tuple[LedgerRule, ...]
    rows: Mapping[str, Sequence[Row]]
    problems: tuple[Problem, ...]

    def reasons(self) -> dict[str, str]:
        """Return the reasons written on sheet Movement, by customer."""
        return {row["Customer"]: row["Reason"] or "" for row in self.rows["tblMovement"]}


def read_inputs(book: Tables) -> Inputs:
    """Read all input sheets; nothing is decided here, and every mistake is collected."""
    rows = {table: book.read(table) for table in INPUTS}
    return inputs_of(rows, book.path.name, book.problems)


def inputs_of(rows: Mapping[str, Sequence[Row]], file: str, found: Iterable[Problem]) -> Inputs:
    """Return the rows of all input sheets as values; ``found`` is what was wrong when they were read."""
    settings, wrong = read_settings([*rows["tblSettings"]], file)
    books = books_of(
        rows,
        base_currency=settings.base_currency,
        proration=settings.proration,
        exclusion_limit=settings.exclusion_limit,
        time_zone=settings.time_zone,
    )
    invoicing = Invoicing(
        seller=settings.seller,
        language=settings.language,
        payment_days=settings.payment_days,
        vat_rules=[vat_rule(row) for row in rows["tblVatRules"]],
        vat_codes=[vat_code(row) for row in rows["tblVat"]],
    )
    read = (*found, *wrong)
    problems = (*read, *problems_between(books, rows, read))
    ledger = tuple(ledger_rule(row) for row in rows["tblLedger"])
    return Inputs(settings, books, invoicing, ledger, rows, in_order(problems))
