"""Sheet Start: where the month stands in its five steps, and what comes next."""

from billow.commands.billing_month import BillingMonth
from billow.commands.desk import Desk
from billow.problems import Severity


def show_steps(desk: Desk, month: BillingMonth, done: str) -> None:
    """Write the state of the five steps after command ``done``."""
    blocking = sum(problem.severity is not Severity.NOTE for problem in month.problems)
    open_items = sum(not item.settled for item in month.rated.open_items)
    drafts, issued = len(month.drafts), len(month.issued)
    made = done in {"invoice", "issue", "export"} or issued > 0
    handed_over = desk.register.handovers(month.name)
    rows = (
        (
            "1 Import usage",
            "Reads the vendors' reports and proves their totals.",
            f"{len(month.imports)} reports" if month.imports else "open",
            "" if month.imports else "Import the reports of the month.",
        ),
        (
            "2 Check",
            "Every row is placed and every total agrees.",
            f"{blocking} open" if blocking else "OK",
            f"{open_items} rows on sheet To do, {blocking} problems on sheet Checks." if blocking else "",
        ),
        (
            "3 Invoice",
            "Rates the charges, drafts one invoice per customer.",
            f"{drafts} drafts" if made and drafts else "done" if issued else "open",
            "" if made else "Generate invoices.",
        ),
        (
            "4 Issue",
            "Gives the numbers; from then on documents stay as they are.",
            f"{issued} issued" if issued else "open",
            _next_issue(month, drafts, made=made),
        ),
        (
            "5 Export",
            "Hands over: journal, PDF.",
            f"{len(handed_over)} handed over" if handed_over else "open",
            "Export the journal." if issued and not handed_over else "",
        ),
    )
    columns = ("Step", "What it does", "State", "Next action")
    desk.book.write("tblStart", [dict(zip(columns, row, strict=True)) for row in rows])


def _next_issue(month: BillingMonth, drafts: int, *, made: bool) -> str:
    if not made or not drafts:
        return ""
    flagged = sum(bool(row.flags) for row in month.movements)
    return f"Read sheet Movement ({flagged} customers need a reason), then issue." if flagged else "Issue."
