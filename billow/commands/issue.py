"""Issue: give the drafts of a month their numbers; from then on they never change.

What a person has not looked at is not issued: the drafts must be those of the last *invoice*, nothing may
hold up the customer, and a customer that moved needs a written reason.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from billow.commands import postponed
from billow.commands.billing_month import BillingMonth, gate_problems, look_at, reasons
from billow.commands.desk import At, Desk, already, billing_month, count_of, log, now, open_desk, who
from billow.commands.documents import Progress, print_documents, put_documents, remove_stale_drafts
from billow.commands.invoice import chosen_documents, draft_marks, seen_drafts, totals_by_currency
from billow.commands.outcome import Outcome
from billow.commands.results import write_results
from billow.commands.start import show_steps
from billow.invoicing.document import Document
from billow.periods import month as period_of
from billow.problems import Place, Problem, Refused, Severity


def issue(
    workbook: At,
    period: str,
    customer: str | None,
    reason: str,
    issue_date: date | None,
    progress: Progress,
) -> Outcome:
    """Issue the drafts of ``period``, or of one customer; all of them or none.

    ``reason`` is a written reason for the movement gate: of the one customer, or, while no earlier month
    is issued, of all new customers.
    """
    name = billing_month(period)
    desk = open_desk(workbook)
    month = look_at(desk, name)
    chosen = chosen_documents(month, customer)
    written = _written(desk, month, customer, reason)
    problems = (*_held_up(month, chosen), *gate_problems(month, written, _numbers(chosen)))
    problems = (*problems, *_unseen(desk, month, chosen), *_vanished(month, written, customer))
    if problems:
        raise Refused(problems)
    day = issue_date or now().astimezone().date()
    _refuse_early(day, name)
    progress("Issuing", 0, 1)
    desk.book.refuse_if_busy()
    issued = desk.register.issue(
        chosen,
        issue_date=day,
        number_format=desk.inputs.settings.number_series,
        who=who(),
        now=now(),
    )
    done = (
        f"but {count_of(len(issued), 'invoice')} ({_range(issued)}) have their number. Close the workbook "
        "and run invoice again: it shows them and prints their PDF files."
    )
    with already(done):
        postponed.note(desk, name, month.rated.placed)
        return _show(desk, name, issued, written, progress)


def _refuse_early(day: date, name: str) -> None:
    if day < period_of(name).start:
        sentence = f"The invoice date {day} lies before {name}, the month that is billed."
        hint = "Give the day on which you issue the invoices with --date."
        raise Refused([Problem("CMD-014", sentence, Place(), hint)])


def _range(issued: Sequence[Document]) -> str:
    first, last = issued[0].number, issued[-1].number
    return first if first == last else f"{first} to {last}"


def _show(
    desk: Desk, name: str, issued: Sequence[Document], written: dict[str, str], progress: Progress
) -> Outcome:
    """Show in the workbook what the register now holds."""
    month = look_at(desk, name)
    pdfs = print_documents(desk, month.documents, progress)
    flagged = {row.customer for row in month.movements if row.flags}
    write_results(desk, month, {customer: text for customer, text in written.items() if customer in flagged})
    put_documents(desk, name, month.documents, pdfs)
    remove_stale_drafts(desk, name, list(pdfs.values()))
    show_steps(desk, month, "issue")
    sums = ", ".join(f"{c} {net:,.2f}" for c, net in totals_by_currency(issued).items())
    lines = (
        f"{count_of(len(issued), 'invoice')} issued, {_range(issued)}, {sums} before VAT.",
        f"PDF files are in {desk.out(name)}.",
    )
    reasons_said = sorted({text for text in written.values() if text.strip()})
    log(desk, "issue", name, (*lines, *(f"Reason: {text}" for text in reasons_said)))
    desk.book.save()
    data = {
        "month": name,
        "issued": [
            {"customer": d.buyer.number, "number": d.number, "total": str(d.total), "currency": d.currency}
            for d in issued
        ],
    }
    return Outcome(lines, data, month.problems)


def _numbers(documents: Iterable[Document]) -> list[str]:
    return [document.buyer.number for document in documents]


def _written(desk: Desk, month: BillingMonth, customer: str | None, reason: str) -> dict[str, str]:
    """Return the reasons by customer: those of sheet Movement, and the one given with the command."""
    written = reasons(desk, month.name)
    if not reason.strip():
        return written
    if customer:
        return {**written, customer: reason}
    if month.last:
        sentence = "One reason for all customers is taken in the first month only."
        hint = "Write a reason per customer on sheet Movement, or name the customer."
        raise Refused([Problem("CMD-007", sentence, Place(sheet="Movement"), hint)])
    return {row.customer: written.get(row.customer) or reason for row in month.movements}


def _held_up(month: BillingMonth, chosen: Sequence[Document]) -> list[Problem]:
    """Return what holds up the chosen documents that are not issued yet, as reasons to stop."""
    waiting = [document.buyer.number for document in chosen if not document.is_issued]
    found = {problem for number in waiting for problem in month.blocking(number)}
    if not all(problem.customer for problem in found):
        # What holds up the whole run may begin with customers that have no document at all.
        having = {document.buyer.number for document in month.documents}
        found |= {p for p in month.problems if p.severity is not Severity.NOTE and p.customer not in having}
    return [
        Problem(p.code, p.sentence, p.place, p.hint, Severity.STOP, p.customer) for p in found
    ] + _all_issued(month, waiting)


def _all_issued(month: BillingMonth, waiting: Sequence[str]) -> list[Problem]:
    if waiting:
        return []
    sentence = f"Everything chosen is already issued in {month.name}."
    hint = "Export it, or correct it in the next month on sheet Adjustments."
    return [Problem("CMD-008", sentence, Place(sheet="Invoices"), hint)]


def _unseen(desk: Desk, month: BillingMonth, chosen: Sequence[Document]) -> list[Problem]:
    marks, seen = draft_marks(month), seen_drafts(desk, month.name)
    return [
        Problem(
            "CMD-009",
            f"The invoice of customer {document.buyer.number} is not the draft that was generated last.",
            Place(sheet="Invoices"),
            "Something changed since. Run invoice again, look at the drafts, then issue.",
            Severity.STOP,
            document.buyer.number,
        )
        for document in chosen
        if not document.is_issued and seen.get(document.buyer.number) != marks[document.buyer.number]
    ]


def _vanished(month: BillingMonth, written: dict[str, str], customer: str | None) -> list[Problem]:
    """A customer of last month without an invoice holds up a whole month, until there is a reason."""
    if customer:
        return []
    gone = [row.customer for row in month.movements if row.this is None]
    return gate_problems(month, written, gone)
