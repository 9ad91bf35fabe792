"""The cases of a rule: rows of sheets and charges are given, lines, VAT, fates and accounts expected.

A case runs on the path of the workbook: rows are read as sheets are, become values as the workbook's do,
and are rated, drafted and journalled by the functions that the buttons call.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from billow.charges import Category, Charge
from billow.inputs import INPUTS, Inputs, inputs_of
from billow.invoicing.document import Document
from billow.invoicing.draft import drafts
from billow.journal.entries import entries
from billow.journal.entry import Journal
from billow.periods import month
from billow.problems import Place, Problem, Severity
from billow.rating.rate import RatedMonth, rate
from billow.workbook.rule_rows import Written, rows_of


class _Said(BaseModel):
    """Something a case says; a word it may not say is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GivenCharge(_Said):
    """A vendor's charge in the month of the case, of account A-1 if nothing else is said."""

    vendor: str
    type: str
    category: Category
    cost: Decimal
    quantity: Decimal | None = None
    sku: str = ""
    subscription: str = ""
    term: str = ""
    account: str = "A-1"

    def charge(self, key: str, name: str) -> Charge:
        """Return it as an import would bring it."""
        return Charge(
            key, "case", "case", self.vendor, name, self.account, self.category, "EUR", self.cost, 1,
            period=month(name), charge_type=self.type, quantity=self.quantity, sku=self.sku,
            subscription_id=self.subscription, term=self.term,
        )  # fmt: skip


class Line(_Said):
    """An expected invoice line; ``steps`` only where the case is about them."""

    product: str
    amount: Decimal
    steps: tuple[str, ...] = ()


class Vat(_Said):
    """An expected row of VAT."""

    code: str
    net: Decimal
    vat: Decimal
    text: str = ""
    vatex: str = ""


class Fate(_Said):
    """What is expected to become of a charge, and why."""

    fate: str
    cost: Decimal
    why: str


class Account(_Said):
    """An expected balance: debit is positive."""

    account: str
    balance: Decimal


class Expected(_Said):
    """What a case expects; None is not looked at, problems that hold something up always are."""

    lines: tuple[Line, ...] | None = None
    vat: tuple[Vat, ...] | None = None
    fates: tuple[Fate, ...] | None = None
    journal: tuple[Account, ...] | None = None
    problems: tuple[str, ...] = ()


class Case(Expected):
    """One case: a sentence, the month, what is given and what is expected."""

    case: str
    month: str
    given: dict[str, list[dict[str, str]]] = {}
    charges: tuple[GivenCharge, ...] = ()
    file: str = ""

    def written(self) -> list[Written]:
        """Return the given rows as they are typed, with the case's sentence as their place."""
        return [
            Written(title, Place(f"{self.file}: {self.case}", title, number), texts)
            for title, rows in self.given.items()
            for number, texts in enumerate(rows, start=2)
        ]


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file."""
    return cases_in(path.read_text(encoding="utf-8"), path.name)


def cases_in(text: str, file: str) -> list[Case]:
    """Return the cases of a text; all cells are text, as typed."""
    return [Case(file=file, **case) for case in texts_in(text)]


def texts_in(text: str) -> Any:
    """Return YAML with every value as the text that it is written as."""
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - texts only


def outcome(case: Case, rules: Iterable[Written]) -> Expected:
    """Return what comes out, in as much detail as the case asks for."""
    rows, wrong = rows_of([*rules, *case.written()])
    company = inputs_of({table: rows.get(table, []) for table in INPUTS}, case.file, wrong)
    charges = [c.charge(f"c{number}", case.month) for number, c in enumerate(case.charges)]
    rated = rate(charges, company.books, case.month)
    made = drafts(rated.lines, company.books, company.invoicing, case.month)
    journal = _journal(made.documents, company)
    wrong_accounts = () if isinstance(journal, Journal) else journal
    ours = (*_without_company(company.problems), *rated.problems, *made.problems, *wrong_accounts)
    return Expected(
        lines=None if case.lines is None else _lines(rated, case.lines),
        vat=None if case.vat is None else _vat(made.documents, case.vat),
        fates=None if case.fates is None else _fates(rated),
        journal=None if case.journal is None else _accounts(journal),
        problems=tuple(sorted({p.code for p in ours if p.severity is not Severity.NOTE})),
    )


def expected(case: Case) -> Expected:
    """Return only what the case expects."""
    return Expected(**{name: getattr(case, name) for name in Expected.model_fields})


def _without_company(problems: Iterable[Problem]) -> list[Problem]:
    # A case has no seller, which only issuing would need.
    return [problem for problem in problems if problem.code != "SET-001"]


def _lines(rated: RatedMonth, asked: Sequence[Line]) -> tuple[Line, ...]:
    steps = any(line.steps for line in asked)
    return tuple(
        Line(
            product=line.product,
            amount=line.amount,
            steps=tuple(part.text for part in line.parts) if steps else (),
        )
        for line in rated.lines
    )


def _vat(documents: Sequence[Document], asked: Sequence[Vat]) -> tuple[Vat, ...]:
    words = any(vat.text or vat.vatex for vat in asked)
    return tuple(
        Vat(
            code=vat.code,
            net=vat.net,
            vat=vat.vat,
            text=vat.text if words else "",
            vatex=vat.vatex if words else "",
        )
        for document in documents
        for vat in document.vat_lines
    )


def _fates(rated: RatedMonth) -> tuple[Fate, ...]:
    return tuple(Fate(fate=p.fate, cost=p.charge.billed_cost, why=p.why) for p in rated.placed)


def _journal(documents: Sequence[Document], company: Inputs) -> Journal | tuple[Problem, ...]:
    day = date(2026, 7, 1)
    issued = [replace(document, number="1", issue_date=day, due_date=day) for document in documents]
    return entries(issued, company.ledger)


def _accounts(journal: Journal | tuple[Problem, ...]) -> tuple[Account, ...]:
    made = journal.entries if isinstance(journal, Journal) else ()
    return tuple(Account(account=line.account, balance=line.balance) for e in made for line in e.lines)
