"""Check: look at everything and change nothing but what the sheets show."""

from pathlib import Path

from billow.commands.billing_month import look_at
from billow.commands.desk import Desk, billing_month, log, open_desk
from billow.commands.outcome import Outcome
from billow.commands.results import write_problems, write_results
from billow.commands.start import show_steps
from billow.money import exact_text
from billow.problems import Problem, Severity, in_order


def check(workbook: Path, period: str | None) -> Outcome:
    """Show every problem of the sheets and of the month on sheet Checks; invoices stay as they are."""
    desk = open_desk(workbook, tolerant=True)
    desk.book.refuse_if_busy()
    wrong = in_order((*desk.inputs.problems, *desk.formats.problems))
    if any(problem.severity is Severity.STOP for problem in wrong):
        write_problems(desk.book, wrong)
        desk.book.save()
        return Outcome((f"{len(wrong)} mistakes in the sheets; they are listed on sheet Checks.",), {}, wrong)
    month = billing_month(period) if period else _latest(desk)
    if month is None:
        write_problems(desk.book, wrong)
        desk.book.save()
        state = "The sheets are not complete" if wrong else "The sheets are in order"
        return Outcome((f"{state}. No report is imported yet.",), {}, wrong)
    return _of_month(desk, month, wrong)


def _latest(desk: Desk) -> str | None:
    months = {totals.billing_month for totals in desk.store.imports()} - {""}
    return desk.shown_month or max(months, default=None)


def _of_month(desk: Desk, name: str, wrong: tuple[Problem, ...]) -> Outcome:
    month = look_at(desk, name)
    write_results(desk, month)
    show_steps(desk, month, "check")
    problems = in_order((*wrong, *month.problems))
    blocking = sum(problem.severity is not Severity.NOTE for problem in problems)
    proofs = sum(proof.difference != 0 for proof in month.proofs)
    expected = sum(row.expected for row in month.rated.expectations)
    missing = sum(row.missing for row in month.rated.expectations)
    lines = (
        f"{name}: {len(month.imports)} reports, {len(month.documents)} invoices, {len(month.issued)} issued.",
        f"Proof by file: {len(month.proofs)} files and currencies, {proofs} not accounted for.",
        f"Proof by customer: {expected} lines expected, {missing} missing.",
        f"{blocking} problems hold up invoices." if blocking else "Nothing holds up invoices.",
    )
    log(desk, "check", name, lines)
    desk.book.save()
    data = {
        "month": name,
        "proofs": [
            {"import": p.import_id, "currency": p.currency, "difference": exact_text(p.difference)}
            for p in month.proofs
        ],
        "missing_lines": missing,
        "blocking": blocking,
    }
    return Outcome(lines, data, problems)
