"""Check: look at everything and change nothing but what the sheets show."""

from billow.commands.billing_month import BillingMonth, look_at
from billow.commands.desk import At, Desk, billing_month, count_of, latest_month, log, open_desk
from billow.commands.order_list import with_decisions
from billow.commands.outcome import Outcome
from billow.commands.results import write_only_problems, write_results
from billow.commands.start import show_steps
from billow.money import exact_text
from billow.problems import Problem, Refused, Severity, in_order


def check(workbook: At, period: str | None) -> Outcome:
    """Show every problem of the sheets and of the month on sheet Checks; invoices stay as they are."""
    desk = open_desk(workbook, tolerant=True)
    desk.book.refuse_if_busy()
    wrong = desk.problems
    if any(problem.severity is Severity.STOP for problem in wrong):
        write_only_problems(desk.book, wrong)
        desk.book.save()
        return Outcome((f"{len(wrong)} mistakes in the sheets; they are listed on sheet Checks.",), {}, wrong)
    desk, _ = with_decisions(desk)
    month = billing_month(period) if period else latest_month(desk)
    if month is None:
        write_only_problems(desk.book, wrong)
        desk.book.save()
        state = "The sheets are not complete" if wrong else "The sheets are in order"
        return Outcome((f"{state}. No report is imported yet.",), {}, wrong)
    try:
        found = look_at(desk, month)
    except Refused as refused:
        problems = in_order((*wrong, *refused.problems))
        write_only_problems(desk.book, problems)
        desk.book.save()
        return Outcome((f"{month} cannot be added up; sheet Checks says why.",), {"month": month}, problems)
    return _of_month(desk, found, wrong)


def _of_month(desk: Desk, month: BillingMonth, wrong: tuple[Problem, ...]) -> Outcome:
    write_results(desk, month)
    show_steps(desk, month, "check")
    problems = in_order((*wrong, *month.problems))
    blocking = sum(problem.severity is not Severity.NOTE for problem in problems)
    proofs = sum(proof.difference != 0 for proof in month.proofs)
    expected = sum(row.expected for row in month.rated.expectations)
    missing = sum(row.missing for row in month.rated.expectations)
    counts = (count_of(len(month.imports), "report"), count_of(len(month.documents), "invoice"))
    held_up = count_of(blocking, "problem")
    lines = (
        f"{month.name}: {', '.join(counts)}, {len(month.issued)} issued.",
        f"Proof by file: {len(month.proofs)} files and currencies, {proofs} not accounted for.",
        f"Proof by customer: {expected} lines expected, {missing} missing.",
        f"{held_up} in the way of issuing." if blocking else "Nothing holds up invoices.",
    )
    log(desk, "check", month.name, lines)
    desk.book.save()
    data = {
        "month": month.name,
        "proofs": [
            {"import": p.import_id, "currency": p.currency, "difference": exact_text(p.difference)}
            for p in month.proofs
        ],
        "missing_lines": missing,
        "blocking": blocking,
    }
    return Outcome(lines, data, problems)
