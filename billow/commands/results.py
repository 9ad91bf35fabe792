"""What a run leaves in the result sheets: written whole, never read back."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from billow.commands.billing_month import BillingMonth
from billow.commands.collector import collector_paused
from billow.commands.commitments import commitment_rows
from billow.commands.dashboard import (
    NOTHING,
    Sums,
    by_customer_and_vendor,
    off_the_lines,
    part_of,
    write_dashboard,
)
from billow.commands.decided import keep_decisions
from billow.commands.desk import Desk, count_of
from billow.commands.left_for_functions import leave_for_functions
from billow.commands.schedule import schedule_rows
from billow.contracts.own_usage import SHEET as OWN_USAGE
from billow.invoicing import explanation
from billow.invoicing.document import Document, Line
from billow.journal.entries import entries
from billow.journal.entry import Journal, Role
from billow.money import Rounding, rounded, total
from billow.periods import month as month_of
from billow.problems import Problem, Severity, in_order
from billow.rating.placing import Fate, Placed
from billow.reconcile.movement import kept_by_customer
from billow.reconcile.reasons import Reason
from billow.users.named import SHEET as USERS
from billow.workbook.cells import Formula
from billow.workbook.port import Port

_TINY = Decimal("1e-10")  # what the sheets' own ROUND(..., 10) sees as nothing

_FATES = {
    "Billed": Fate.BILLED,
    "Contract": Fate.CONTRACT,
    "Kept": Fate.KEPT,
    "Tax": Fate.TAX,
    "Own use": Fate.OWN_USE,
    "Parked": Fate.PARKED,
    "Excluded": Fate.EXCLUDED,
}

# A customer has one currency, so the lines of a customer can be added up.
_NET_DIFFERS = (
    "SUMPRODUCT(--(ABS(SUMIFS(tblLines[Amount],tblLines[Customer],tblInvoices[Customer])"
    "-tblInvoices[Net])>0.000001))"
)
_UNEXPLAINED = (
    'COUNTIFS(tblVendorInvoices[Period],Billow_Period,tblVendorInvoices[Difference],"<>0",'
    'tblVendorInvoices[Reason],"")'
)


@collector_paused()
def write_results(desk: Desk, month: BillingMonth, reasons: Mapping[str, str] | None = None) -> None:
    """Write every result sheet of the month; ``reasons`` by customer go to sheet Movement."""
    book = desk.book
    same_month = desk.shown_month == month.name
    book.write("tblUsage", _usage(month))
    book.write("tblLines", line_rows(month.documents))
    book.write("tblTodo", _todo(desk, month))
    book.write("tblMovement", _movement(month, reasons or {}, keep_reasons=same_month))
    book.write("tblProofFiles", _proof_files(month))
    book.write("tblProofCustomers", _proof_customers(desk, month))
    sums = by_customer_and_vendor(month.documents)
    book.write("tblMargin", _margin(desk, month, sums))
    book.write("tblVendorInvoices", _vendor_invoices(desk, month))
    book.write("tblReconciliation", _reconciliation(desk, month))
    book.write("tblCommitments", commitment_rows(month.agreed, month.name))
    book.write("tblSchedule", [*schedule_rows(desk.inputs.books, month)])
    checks = _write_checks(desk, month, sums)
    run = leave_for_functions(desk, month, checks)
    write_dashboard(desk, month, sums)
    book.set_cells({"Billow_Period": month.name, "Billow_Run": run})


def _usage(month: BillingMonth) -> list[dict[str, Any]]:
    line_of = month.rated.line_of()
    return [_placed(placed, line_of.get(placed.charge.key, "")) for placed in month.rated.placed]


def _placed(placed: Placed, line: str) -> dict[str, Any]:
    charge = placed.charge
    return {
        "Key": charge.key,
        "Import": charge.import_id,
        "Vendor": charge.vendor,
        "Invoice id": charge.invoice_id,
        "Month": charge.billing_month,
        "Account": charge.customer_key,
        "Subscription": charge.subscription_id or charge.sub_account_id,
        "Description": charge.description or charge.service,
        "Charge type": charge.charge_type,
        "From": charge.period.start if charge.period else None,
        "Through": charge.period.through if charge.period else None,
        "Quantity": charge.quantity,
        "Unit": charge.unit,
        "Cost": charge.billed_cost,
        "Currency": charge.currency,
        "Rows": charge.rows,
        "Invoiced to us": "no" if charge.is_proforma or charge.corrects else "yes",
        "Customer": placed.customer,
        "Product": placed.product,
        "What became of it": placed.fate.value,
        "Why": placed.why,
        "Line": line,
    }


def line_rows(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """Return the rows of sheet Rated lines for some documents."""
    return [_line(document, line) for document in documents for line in document.lines]


def _line(document: Document, line: Line) -> dict[str, Any]:
    margin, said = line.net - line.cost, _said(line)
    return {
        "Line": line.line_id,
        "Customer": document.buyer.number,
        "Invoice": document.number or "DRAFT",
        "Month": document.billing_month,
        "Vendor": line.vendor,
        "Product": line.product,
        "Text": line.text,
        "Subscription": line.subscription,
        "From": line.period.start if line.period else None,
        "Through": line.period.through if line.period else None,
        "Quantity": line.quantity,
        "Unit": line.unit,
        "Unit price": line.unit_price,
        "Proration": line.note,
        "Amount": line.net,
        "Currency": document.currency,
        "Cost": line.cost,
        "Margin": margin,
        "Margin %": part_of(margin, line.net),
        "VAT code": line.vat_code,
        "Model": line.model,
        "Price row": line.price_row,
        "Steps": "; ".join(line.steps),
        "Product rule": said.get(explanation.PRODUCT, ""),
        "Prices that lost": said.get(explanation.LOST, ""),
        "Share": said.get(explanation.SHARE, ""),
        "Sources": _sources(line),
        "Billed by": line.driver,
    }


def _said(line: Line) -> dict[str, str]:
    """Return what the steps of each kind say."""
    said: dict[str, str] = {}
    for step in line.explanation:
        said[step.kind] = f"{said[step.kind]}; {step.text}" if step.kind in said else step.text
    return said


def _sources(line: Line) -> str:
    """Return how many rows of each import, or of a sheet of ours, are behind a line."""
    rows: dict[str, int] = {}
    for source in line.sources:
        rows[source.import_id] = rows.get(source.import_id, 0) + source.rows
    return "; ".join([_source(name, count) for name, count in rows.items()])


@lru_cache
def _source(name: str, rows: int) -> str:
    return f"sheet {name}" if name in {OWN_USAGE, USERS} else f"{count_of(rows, 'row')} of import {name}"


def _todo(desk: Desk, month: BillingMonth) -> list[dict[str, Any]]:
    issued, items = {document.buyer.number for document in month.issued}, month.rated.open_items
    again = keep_decisions(desk, month.name, items, issued, has_drafts=bool(month.drafts))
    return [
        {
            "Key": item.key,
            "Kind": item.kind,
            "Customer": item.customer,
            "Vendor": item.vendor,
            "What": item.what,
            "Rows": item.rows or None,
            "Cost": item.cost if item.currency else None,
            "Currency": item.currency,
            "Month": item.billing_month,
            "Proposal": item.proposal,
            **again.get(item.key, {}),
        }
        for item in items
    ]


def _movement(month: BillingMonth, reasons: Mapping[str, str], *, keep_reasons: bool) -> list[dict[str, Any]]:
    """Reasons stay with their month: in the next one they are asked again."""
    fresh: dict[str, Any] = {} if keep_reasons else {"Reason": None, "Confirmed by": None}
    rows = []
    for row in month.movements:
        last, this = row.last or Decimal(0), row.this or Decimal(0)
        percent = None if row.margin is None else rounded(row.margin, 12, Rounding.HALF_UP)
        rows.append(
            {
                "Customer": row.customer,
                "Name": row.name,
                "Currency": row.currency,
                "Last month": last,
                "This month": this,
                "Change": this - last,
                "Change %": part_of(this - last, last),
                "Margin %": percent,
                "Flag": ", ".join(row.flags),
                **fresh,
                **({"Reason": reasons[row.customer]} if reasons.get(row.customer) else {}),
            }
        )
    return rows


def _proof_files(month: BillingMonth) -> list[dict[str, Any]]:
    return [
        {
            "Key": f"{proof.import_id}/{proof.currency}",
            "Import": proof.import_id,
            "Vendor": proof.vendor,
            "File": proof.file_name,
            "Month": proof.billing_month,
            "Currency": proof.currency,
            "Imported": proof.imported,
            **{name: proof.fates[fate] for name, fate in _FATES.items()},
            "Difference": proof.difference,
            "Result": "OK" if abs(proof.difference) < _TINY else "CHECK",
        }
        for proof in month.proofs
    ]


def _proof_customers(desk: Desk, month: BillingMonth) -> list[dict[str, Any]]:
    names = {customer.customer: customer.name for customer in desk.inputs.books.customers}
    return [
        {
            "Customer": row.customer,
            "Name": names.get(row.customer, ""),
            "Expected": row.expected,
            "Billed": row.billed,
            "Waived": row.waived,
            "Missing": row.missing,
            "Result": "CHECK" if row.missing else "OK",
        }
        for row in month.rated.expectations
    ]


def _margin(desk: Desk, month: BillingMonth, sums: Mapping[tuple[str, str], Sums]) -> list[dict[str, Any]]:
    kept = _kept(desk, month)
    names = {customer.customer: customer.name for customer in desk.inputs.books.customers}
    return [
        _margin_row(desk, names, key, sums.get(key, NOTHING), kept.get(key, Decimal(0)))
        for key in sorted({*sums, *kept})
    ]


def _vendor_invoices(desk: Desk, month: BillingMonth) -> list[dict[str, Any]]:
    """Only the calculated columns; what was typed stays as it is."""
    shown = {invoice.row.number: invoice for invoice in month.vendor_invoices}
    return [
        {
            **{column: row[column] for column in ("Vendor", "Invoice", "Period")},
            "Imported": shown[row.number].imported if row.number in shown else "",
            "Difference": shown[row.number].difference if row.number in shown else "",
        }
        for row in desk.inputs.rows["tblVendorInvoices"]
    ]


def _reconciliation(desk: Desk, month: BillingMonth) -> list[dict[str, Any]]:
    """The vendors' own arithmetic and invoices; what differs comes first."""
    day = month_of(month.name).through
    return [
        {
            "Vendor": row.vendor,
            "Invoice": row.invoice,
            "Customer": account.customer if account else "",
            "Account": row.account,
            "Kind": row.kind.value,
            "Currency": row.currency,
            "Billed": row.billed,
            "Replayed": row.replayed,
            "Difference": row.difference,
            "Reason": row.reason.value,
            "Rows": row.rows,
            "First row": row.first_row or None,
        }
        for row in sorted(month.reconciled, key=lambda row: row.reason is Reason.AGREES)
        for account in (desk.inputs.books.owner(row.vendor, row.account, day),)
    ]


def _kept(desk: Desk, month: BillingMonth) -> dict[tuple[str, str], Decimal]:
    by_vendor: dict[str, list[Placed]] = defaultdict(list)
    for placed in month.rated.placed:
        if placed.fate is Fate.KEPT:
            by_vendor[placed.charge.vendor].append(placed)
    return {
        (customer, vendor): amount
        for vendor, own in by_vendor.items()
        for customer, amount in kept_by_customer(own, desk.inputs.books).items()
    }


def _margin_row(
    desk: Desk, names: Mapping[str, str], key: tuple[str, str], sums: Sequence[Decimal], kept: Decimal
) -> dict[str, Any]:
    revenue, cost = sums
    margin = revenue - cost + kept
    return {
        "Customer": key[0],
        "Name": names.get(key[0], ""),
        "Vendor": key[1],
        "Currency": desk.inputs.books.currency_of(key[0]),
        "Revenue": revenue,
        "Cost": cost,
        "Kept": kept,
        "Margin": margin,
        "Margin %": part_of(margin, revenue),
    }


def _write_checks(desk: Desk, month: BillingMonth, sums: Mapping[tuple[str, str], Sums]) -> dict[str, str]:
    """Write sheet Checks, a row per check with its formula, and what needs attention; return the results."""
    write_problems(desk.book, month.problems)
    rows = [*_check_rows(desk, month, sums)]
    desk.book.write("tblChecks", rows)
    return {row["Check"]: row["Result"] for row in rows}


def write_problems(book: Port, problems: Iterable[Problem]) -> None:
    """Write what needs attention, most urgent first."""
    book.write(
        "tblProblems",
        [
            {
                "Key": _problem_key(problem),
                "Severity": problem.severity.value,
                "Code": problem.code,
                "Problem": problem.sentence,
                "Where": book.link(problem.place),
                "Hint": problem.hint,
                "Customer": problem.customer,
            }
            for problem in in_order(problems)
        ],
    )


def write_only_problems(book: Port, problems: Sequence[Problem]) -> None:
    """Write sheet Checks where no figures can be had: what is wrong, and the one check that counts it."""
    write_problems(book, problems)
    book.write("tblChecks", [_blocking_check(problems)])


def _problem_key(problem: Problem) -> str:
    text = "\x1f".join((problem.code, problem.sentence, str(problem.place)))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _check_rows(
    desk: Desk, month: BillingMonth, sums: Mapping[tuple[str, str], Sums]
) -> Iterable[dict[str, Any]]:
    for currency in sorted({proof.currency for proof in month.proofs}):
        own = [proof for proof in month.proofs if proof.currency == currency]
        imported = total(proof.imported for proof in own)
        accounted = total((imported, *(proof.difference.copy_negate() for proof in own)))
        where = f'tblProofFiles[Currency],"{currency}"'
        fates = "+".join(f"SUMIFS(tblProofFiles[{name}],{where})" for name in _FATES)
        yield _check(
            f"Vendor files in {currency}: imported = accounted for",
            Formula(f"SUMIFS(tblProofFiles[Imported],{where})", imported),
            Formula(fates, accounted),
            "Sheet Proof files, rows marked CHECK",
        )
    expected = sum(row.expected for row in month.rated.expectations)
    billed = sum(row.billed + row.waived for row in month.rated.expectations)
    yield _check(
        "Lines expected = billed + waived with a reason",
        Formula("SUM(tblProofCustomers[Expected])", Decimal(expected)),
        Formula("SUM(tblProofCustomers[Billed])+SUM(tblProofCustomers[Waived])", Decimal(billed)),
        "Sheet Proof customers, and sheet To do, kind missing line",
    )
    yield from _document_checks(desk, month, sums)


def _document_checks(
    desk: Desk, month: BillingMonth, sums: Mapping[tuple[str, str], Sums]
) -> Iterable[dict[str, Any]]:
    base = desk.inputs.settings.base_currency
    yield _check(
        "Invoices whose net is not the sum of their rated lines",
        Formula(_NET_DIFFERS, Decimal(0)),
        Decimal(0),
        "Run invoice again",
    )
    yield _check(
        f"Totals of the dashboard that are not those of the rated lines in {base}",
        off_the_lines(month.documents, base, sums),
        Decimal(0),
        "Run check again; a figure was changed by hand",
    )
    debtors = _debtors(desk, month)
    for currency in sorted({document.currency for document in month.issued}):
        issued = sum((d.total for d in month.issued if d.currency == currency), Decimal(0))
        where = f'tblInvoices[State],"issued",tblInvoices[Currency],"{currency}"'
        yield _check(
            f"Issued invoices in {currency} = debtors in the journal of the register",
            Formula(f"SUMIFS(tblInvoices[Total],{where})", issued),
            debtors.get(currency, Decimal(0)),
            "Sheet Ledger mapping; run check, which verifies the register",
        )
    unexplained = sum(i.difference != 0 and not i.reason for i in month.vendor_invoices)
    yield _check(
        "Vendor invoices that differ from what was imported, without a reason",
        Formula(_UNEXPLAINED, Decimal(unexplained)),
        Decimal(0),
        "Sheet Vendor invoices, column Difference",
    )
    yield _blocking_check(month.problems)


def _blocking_check(problems: Sequence[Problem]) -> dict[str, Any]:
    blocking = sum(problem.severity is not Severity.NOTE for problem in problems)
    counted = 'COUNTIF(tblProblems[Severity],"block")+COUNTIF(tblProblems[Severity],"stop")'
    return _check(
        "Problems that hold up invoices",
        Formula(counted, Decimal(blocking)),
        Decimal(0),
        "The table below, and sheet To do",
    )


def _debtors(desk: Desk, month: BillingMonth) -> dict[str, Decimal]:
    """Return what the journal of the issued documents books on debtors, per currency."""
    if desk.register.verify():  # what was altered makes no entries that balance
        return {}
    journal = entries(month.issued, desk.inputs.ledger)
    return journal.balances(Role.DEBTOR) if isinstance(journal, Journal) else {}


def _check(name: str, left: Formula | Decimal, right: Formula | Decimal, what_to_do: str) -> dict[str, Any]:
    difference = _value(left) - _value(right)
    return {
        "Check": name,
        "Left": left,
        "Right": right,
        "Difference": difference,
        "Result": "OK" if abs(difference) < _TINY else "CHECK",
        "What to do": what_to_do,
    }


def _value(side: Formula | Decimal) -> Decimal:
    return Decimal(side.value) if isinstance(side, Formula) else side
