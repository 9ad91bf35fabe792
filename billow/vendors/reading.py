"""What all cells of a report together say: its decimal sign, its order of day and month, its bad cells.

Numbers and dates of the usual forms are read by the engine, a column at a time; only the distinct cells of
unusual form are read one by one. A cell that cannot be read stays empty and is listed with its row.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from billow.problems import Place, Problem, Refused, Severity
from billow.vendors.days import (
    DayOrder,
    day_after,
    end_day,
    in_zone,
    needs_order,
    possible_orders,
    read_moment,
)
from billow.vendors.figures import DecimalSign, DoesNotFit, decimal_sign, read_number
from billow.vendors.table import Table
from billow.vendors.transforms import quoted

_MONTH = re.compile(r"(19|20)\d{2}-?(0[1-9]|1[0-2])")
_LISTED_CELLS = 50  # of one column; more of them say nothing new
PLAIN = {
    DecimalSign.POINT: r"-?[0-9]{1,14}(\.[0-9]{1,24})?|-?[0-9]{1,5}(\.[0-9]{1,15})?[eE]-?[0-9]",
    DecimalSign.COMMA: r"-?[0-9]{1,14}(,[0-9]{1,24})?",
}


def read_numbers(table: Table, columns: Iterable[int], amounts: Iterable[int], decimal: str = "auto") -> None:
    """Decide the file's decimal sign, unless the format says it, and make ``columns`` readable as numbers.

    A cell of ``amounts`` (what the vendor bills) that is no number stops the file; any other is noted.
    """
    numbers, stops = sorted(set(columns)), set(amounts)
    table.sign = _decided_sign(table, numbers) if decimal == "auto" else DecimalSign(decimal)
    cells: dict[str, Decimal] = {}
    wrong: list[Problem] = []
    for number in numbers:
        odd = table.fetch(
            f"SELECT c{number}, min(line), count(*) FROM cells WHERE c{number} IS NOT NULL "  # noqa: S608
            f"AND NOT regexp_full_match(c{number}, {quoted(PLAIN[table.sign])}) GROUP BY ALL ORDER BY ALL"
        )
        table.odd_numbers.update([number] if odd else [])
        for text, line, count in odd:
            place = Place(table.file, row=int(str(line)) + 1, column=table.column(number))
            found = _read_one(str(text), table.sign, place, int(str(count)), stops=number in stops)
            if isinstance(found, Problem):
                wrong.append(found)
            else:
                cells[str(text)] = found
    table.problems += _shortened(wrong)
    amounts_read = pa.table(
        {
            "cell": pa.array(list(cells), pa.string()),
            "value": pa.array(list(cells.values()), pa.decimal128(38, 24)),
        }
    )
    table.store("odd", amounts_read)


def number_sql(table: Table, number: int) -> tuple[str, str]:
    """Return the SQL of a column's number and the join that it needs."""
    cell = f"c{number}"
    point = f"replace({cell}, ',', '.')" if table.sign is DecimalSign.COMMA else cell
    if number not in table.odd_numbers:
        return f"CAST({point} AS DECIMAL(38, 24))", ""
    plain = f"regexp_full_match({cell}, {quoted(PLAIN[table.sign])})"
    return (
        f"CASE WHEN {plain} THEN CAST({point} AS DECIMAL(38, 24)) ELSE o{number}.value END",
        f"LEFT JOIN odd AS o{number} ON o{number}.cell = {cell}",
    )


def _read_one(text: str, sign: DecimalSign, place: Place, count: int, *, stops: bool) -> Decimal | Problem:
    try:
        value = read_number(text, comma=sign is DecimalSign.COMMA)
    except DoesNotFit:
        return Problem(
            "IMP-009",
            f'The number "{text}" is too long to be kept exactly.',
            place,
            "At most 14 digits before and 24 behind the decimal sign can be kept. Ask the vendor.",
        )
    if value is not None:
        return value
    if stops:
        return Problem(
            "IMP-008",
            f'"{text}" is not an amount.',
            place,
            "Correct the cell at the vendor's and download the report again.",
        )
    return _bad_cell(text, "a number", place, count)


def _bad_cell(text: str, kind: str, place: Place, count: int) -> Problem:
    more = f" It stands in {count} rows, this is the first." if count > 1 else ""
    return Problem(
        "IMP-007",
        f'"{text}" cannot be read as {kind}; the row was kept with this cell empty.{more}',
        place,
        "Check the row in the vendor's report.",
        Severity.NOTE,
    )


def _shortened(wrong: list[Problem]) -> Iterator[Problem]:
    """Yield what stops and the first of what does not: thousands of like lines would hide the rest."""
    notes = [problem for problem in wrong if problem.severity is Severity.NOTE]
    yield from (problem for problem in wrong if problem.severity is not Severity.NOTE)
    yield from notes[:_LISTED_CELLS]
    if len(notes) > _LISTED_CELLS:
        yield Problem(
            "IMP-007",
            f"{len(notes) - _LISTED_CELLS} more cells cannot be read; they are left empty.",
            Place(notes[0].place.file),
            "Check the rows listed first; the others are of the same kind.",
            Severity.NOTE,
        )


def _decided_sign(table: Table, numbers: list[int]) -> DecimalSign:
    """Decide the decimal sign from one cell of each kind in each column: the engine does the sorting."""
    samples: list[str] = []
    for number in numbers:
        cell = f"c{number}"
        # a group of three digits after the sign is the one form that may be thousands
        group = f"(length({cell}) - greatest(strpos({cell}, '.'), strpos({cell}, ',')) = 3)"
        ((point, three_point, comma, three_comma, others),) = table.fetch(
            f"SELECT any_value(cell) FILTER (kind = 1 AND NOT three), "  # noqa: S608
            f"any_value(cell) FILTER (kind = 1 AND three), any_value(cell) FILTER (kind = 2 AND NOT three), "
            f"any_value(cell) FILTER (kind = 2 AND three), list(DISTINCT cell) FILTER (kind = 3) FROM ("
            f"SELECT {cell} AS cell, {group} AS three, "
            f"CASE WHEN regexp_full_match({cell}, '-?[0-9]*[.][0-9]+') THEN 1 "
            f"WHEN regexp_full_match({cell}, '-?[0-9]+,[0-9]+') THEN 2 "
            f"WHEN regexp_full_match({cell}, '-?[0-9.]+[eE][-+]?[0-9]+|-?[0-9]+') THEN 0 ELSE 3 END AS kind "
            f"FROM cells WHERE {cell} IS NOT NULL)"
        )
        samples += [str(text) for text in (point, three_point, comma, three_comma) if text is not None]
        samples += [str(text) for text in others] if isinstance(others, list) else []
    sign = decimal_sign(samples, table.plain.delimiter)
    if sign in {DecimalSign.POINT, DecimalSign.COMMA}:
        return sign
    examples = ", ".join(f'"{text}"' for text in samples[:4])
    mixed = sign is DecimalSign.MIXED
    how = (
        "Some numbers have a decimal comma and some a point"
        if mixed
        else "It is not clear what a comma means"
    )
    raise Refused(
        [
            *table.problems,
            Problem(
                "IMP-010",
                f"{how}: {examples}.",
                Place(table.file),
                "Take the report as the vendor delivers it, not saved by Excel."
                if mixed
                else "Import the vendor's own file, or save it with another number format (1234.50).",
            ),
        ]
    )


@dataclass(frozen=True)
class Written:
    """How a format writes its days: the order, the zone, and which columns hold periods or whole months."""

    dates: str
    zone: str = ""
    periods: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()


def read_days(table: Table, columns: Iterable[int], written: Written, billing_month: str | None) -> None:
    """Decide the file's order of day and month and make ``columns`` readable as days of the vendor's zone."""
    numbers = sorted(set(columns))
    lines: dict[str, list[tuple[int, int, int]]] = {}
    for number in numbers:
        found = table.fetch(
            f"SELECT c{number}, min(line), count(*) FROM cells WHERE c{number} IS NOT NULL GROUP BY ALL"  # noqa: S608
        )
        for text, line, count in found:
            lines.setdefault(str(text), []).append((number, int(str(line)), int(str(count))))
    in_periods = [
        text for text, where in lines.items() if any(number in written.periods for number, *_ in where)
    ]
    order = decided_order(table, list(lines), written.dates, in_periods, billing_month)
    read: dict[str, datetime] = {}
    wrong: list[Problem] = []
    for text, where in lines.items():
        if (moment := read_moment(text, order)) is not None:
            read[text] = in_zone(moment, written.zone) if written.zone and ":" in text else moment
            continue
        for number, line, count in where:
            if number in written.months and _MONTH.fullmatch(text):
                continue
            place = Place(table.file, row=line + 1, column=table.column(number))
            wrong.append(_bad_cell(text, "a date", place, count))
    table.problems += _shortened(sorted(wrong, key=lambda problem: problem.place))
    days: list[date] = [moment.date() for moment in read.values()]
    days_read = pa.table(
        {
            "cell": pa.array(list(read), pa.string()),
            "day": pa.array(days, pa.date32()),
            "until": pa.array([end_day(moment) for moment in read.values()], pa.date32()),
            "next": pa.array([day_after(day) for day in days], pa.date32()),
        }
    )
    table.store("days", days_read)


def day_sql(number: int) -> tuple[str, str]:
    """Return the SQL of a column's day, its end as a moment and as a last day, and the join needed."""
    name = f"t{number}"
    return (
        f"{name}.day AS d{number}, {name}.until AS x{number}, {name}.next AS e{number}",
        f"LEFT JOIN days AS {name} ON {name}.cell = c{number}",
    )


def decided_order(
    table: Table, cells: list[str], dates: str, in_periods: list[str], billing_month: str | None
) -> DayOrder | None:
    """Decide by the format, else by the cells, else by billing periods (they begin on the first of a month)
    or by the month being billed, else by the vendor's habit; refuse where all of these leave it open.
    """  # noqa: D205 - one sentence over two lines
    ordered = [cell for cell in cells if needs_order(cell)]
    if not ordered:
        return None
    habit = dates.removeprefix("auto-")
    if dates in {order.value for order in DayOrder}:
        return DayOrder(dates)
    orders = possible_orders(ordered)
    if len(orders) > 1 and (of_periods := [cell for cell in in_periods if needs_order(cell)]):
        orders = {order for order in orders if _all_first(of_periods, order)} or orders
    if len(orders) > 1 and billing_month:
        orders = {order for order in orders if _any_in(ordered, order, billing_month)} or orders
    if len(orders) == 1:
        return orders.pop()
    if orders and habit in {order.value for order in DayOrder}:
        return DayOrder(habit)
    raise Refused(
        [
            *table.problems,
            Problem(
                "IMP-011",
                f'It is not clear whether the day or the month comes first in dates such as "{ordered[0]}".',
                Place(table.file),
                "Say which month is being billed, or set dates to mdy or dmy in the sheet Report formats.",
            ),
        ]
    )


def _all_first(cells: list[str], order: DayOrder) -> bool:
    return all((moment := read_moment(cell, order)) is not None and moment.day == 1 for cell in cells)


def _any_in(cells: list[str], order: DayOrder, month: str) -> bool:
    moments = (read_moment(cell, order) for cell in cells)
    return any(moment is not None and f"{moment:%Y-%m}" == month for moment in moments)
