"""Generate invoices: drafts for a month, each as a sheet and a PDF; doing it again gives the same."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from billow.commands.billing_month import BillingMonth, look_at
from billow.commands.desk import At, Desk, billing_month, count_of, log, open_desk
from billow.commands.documents import Progress, print_documents, put_documents, remove_stale_drafts
from billow.commands.kept import read_kept, write_kept
from billow.commands.order_list import with_decisions
from billow.commands.outcome import Outcome
from billow.commands.results import write_results
from billow.commands.start import show_steps
from billow.invoicing.archive import to_text
from billow.invoicing.document import Document
from billow.problems import Place, Problem, Refused


def invoice(workbook: At, period: str, customer: str | None, progress: Progress) -> Outcome:
    """Draft the invoices of ``period``; ``customer`` limits which PDFs are printed anew."""
    name = billing_month(period)
    desk, _ = with_decisions(open_desk(workbook))
    progress("Rating", 0, 1)
    month = look_at(desk, name)
    chosen = chosen_documents(month, customer)
    pdfs = print_documents(desk, chosen if customer else month.documents, progress)
    write_results(desk, month)
    other = put_documents(desk, name, month.documents, pdfs)
    if not customer:
        remove_stale_drafts(desk, name, list(pdfs.values()))
    remember_drafts(desk, month)
    show_steps(desk, month, "invoice")
    lines = tuple(_summary(desk, month, chosen, other))
    log(desk, "invoice", name, lines)
    desk.book.save()
    return Outcome(lines, _data(month, chosen), month.problems)


def chosen_documents(month: BillingMonth, customer: str | None) -> tuple[Document, ...]:
    """Return the documents of the month, or of one customer; refuse when there is none."""
    if customer is None:
        if not month.documents:
            sentence = f"There is nothing to invoice in {month.name}."
            hint = "Import the reports of the month first, and look at sheet To do."
            problem = Problem("CMD-005", sentence, Place(), hint)
            raise Refused([problem, *month.problems])
        return month.documents
    found = tuple(document for document in month.documents if document.buyer.number == customer)
    if not found:
        sentence = f"Customer {customer} has no invoice in {month.name}."
        hint = "Look for the customer number on sheet Customers, and on sheet To do."
        raise Refused([Problem("CMD-006", sentence, Place(), hint), *month.problems])
    return found


def draft_marks(month: BillingMonth) -> dict[str, str]:
    """Return a mark per draft that tells whether it is still the one a person looked at."""
    return {
        document.buyer.number: hashlib.sha256(to_text(document).encode()).hexdigest()
        for document in month.drafts
    }


def remember_drafts(desk: Desk, month: BillingMonth) -> None:
    """Keep the marks of the drafts, so that issuing can refuse what nobody has seen."""
    write_kept(_marks_path(desk, month.name), dict(sorted(draft_marks(month).items())))


def seen_drafts(desk: Desk, month: str) -> dict[str, str]:
    """Return the marks that the last run of invoice kept."""
    return read_kept(_marks_path(desk, month), dict[str, str]) or {}


def forget_drafts(desk: Desk, month: str) -> None:
    """Forget the marks of a month, so that nothing of it is issued before invoice ran again."""
    _marks_path(desk, month).unlink(missing_ok=True)


def _marks_path(desk: Desk, month: str) -> Path:
    return desk.data / "drafts" / f"{month}.json"


def _summary(desk: Desk, month: BillingMonth, chosen: Sequence[Document], other: Path | None) -> list[str]:
    drafts = [document for document in chosen if not document.is_issued]
    lines = [f"{month.name}: {count_of(len(drafts), 'draft')}, {len(chosen) - len(drafts)} already issued."]
    lines += [f"  {currency} {net:,.2f} before VAT" for currency, net in totals_by_currency(chosen).items()]
    lines.append(f"PDF files are in {desk.out(month.name)}.")
    if other:
        lines.append(f"The invoice sheets are in {other.name} there, since there are more than fit well.")
    flagged = [row for row in month.movements if row.flags]
    if flagged:
        lines.append(f"{count_of(len(flagged), 'customer')} need a reason on sheet Movement before issuing.")
    return lines


def totals_by_currency(documents: Sequence[Document]) -> dict[str, Decimal]:
    """Return the net of the documents per currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for document in documents:
        sums[document.currency] += document.net
    return dict(sorted(sums.items()))


def _data(month: BillingMonth, chosen: Sequence[Document]) -> dict[str, object]:
    return {
        "month": month.name,
        "documents": [
            {
                "customer": document.buyer.number,
                "number": document.number,
                "net": str(document.net),
                "vat": str(document.vat),
                "total": str(document.total),
                "currency": document.currency,
                "lines": len(document.lines),
            }
            for document in chosen
        ],
    }
