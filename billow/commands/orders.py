"""Read orders and subscription inventories, and propose the rows that they ask for.

Proposals stand on sheet To do. *accept* in column Decision writes a row of sheet Subscriptions or Changes, at
the next run of orders, import, check or invoice. The same file again proposes nothing new.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from billow.commands.billing_month import look_at
from billow.commands.desk import At, count_of, latest_month, log, now, open_desk
from billow.commands.documents import Progress
from billow.commands.order_list import OrderList, asked, keep, load, todo_rows, with_decisions
from billow.commands.outcome import Outcome
from billow.commands.results import write_results
from billow.problems import Place, Problem, Refused, Severity
from billow.rating.open_items import ORDER
from billow.vendors.orders import OrderFile, read_orders


def orders(
    workbook: At, files: Sequence[Path], as_of: date | None, format_id: str | None, progress: Progress
) -> Outcome:
    """Write what was accepted, read ``files``, and put what they ask for on sheet To do.

    ``as_of`` is the day on which an inventory was made; without it, that is now.
    """
    desk = open_desk(workbook)
    seen: date | datetime = as_of or now()
    read: list[OrderFile] = []
    wrong: list[Problem] = []
    for done, path in enumerate(files, start=1):
        progress(f"Reading {path.name}", done, len(files))
        try:
            read.append(read_orders(path, desk.formats, seen, format_id))
        except Refused as refused:
            wrong += refused.problems
    if wrong:
        raise Refused(wrong)
    desk, written = with_decisions(desk)
    before = listed = load(desk)
    odd: list[Problem] = []
    for file in read:
        odd += _odd(listed, file)
        listed = listed.with_file(file)
    if listed != before:
        keep(desk, listed)
    name = latest_month(desk)
    found = asked(desk, name or "")
    ready = sum(proposal.item.kind == ORDER for proposal in found)
    parked = len(found) - ready
    problems = (*(problem for file in read for problem in file.problems), *odd)
    lines = (
        *(f"{file.file}: {file.kind} of {file.vendor}, {count_of(len(file.rows), 'row')}." for file in read),
        *written,
        f"{count_of(ready, 'row')} to accept on sheet To do, {parked} that cannot be placed yet.",
    )
    if name:
        month = look_at(desk, name)
        write_results(desk, month)
        problems = (*problems, *month.problems)
    else:
        desk.book.write("tblTodo", todo_rows(found))
    log(desk, "orders", name or "", lines)
    desk.book.save()
    data = {
        "files": [{"file": f.file, "kind": f.kind, "vendor": f.vendor, "rows": len(f.rows)} for f in read],
        "written": len(written),
        "to_accept": ready,
        "parked": parked,
    }
    return Outcome(lines, data, problems)


def _odd(listed: OrderList, file: OrderFile) -> Iterator[Problem]:
    """Yield a note for what of an inventory does not count, and for what it has too little to tell."""
    if file.kind != "inventory":
        return
    accounts = {order.account for order in file.rows}
    late = listed.overtaken(file)
    if older := late.known | late.gone.keys():
        days = ", ".join(sorted({f"{one.seen}" for one in late.newer}))
        yield _note(
            "IMP-063",
            f"{file.file} is read as {file.vendor}'s inventory of {file.rows[0].day_seen('')}; what was read "
            f"before is newer, of {days}, and counts for {len(older)} of its {len(accounts)} accounts.",
            file,
            "Nothing to do if it is the older one. If not, read it again with the day on which it was made "
            "(--as-of).",
        )
    for earlier, common in listed.lacking(file)[1]:
        yield _note(
            "IMP-062",
            f"{file.file} has {len(common)} of the {len(earlier.accounts)} accounts of {file.vendor}'s "
            f"inventory of {earlier.seen}; it is taken for a part, and the others stay as they were.",
            file,
            "If the others really left, cancel their contracts on sheet Changes.",
        )


def _note(code: str, sentence: str, file: OrderFile, hint: str) -> Problem:
    return Problem(code, sentence, Place(file.file), hint, Severity.NOTE)
