"""How a change of a contract is printed; whatever the style, its lines come to the same.

net_delta: the stretches as they are; in a period already billed, one line with the difference.
credit_and_charge: what was there for the period, the rest of it taken back, the new charged.
full_reversal: what was there for the period, all of it taken back, each stretch charged (Microsoft).

A credit is what was billed less what stays; so it never exceeds what was billed, and lines add up to the
cent. A period at a price with a minimum, a maximum or a commitment is always printed as net_delta.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from billow.contracts.credits import capped_credit
from billow.money import total
from billow.periods import Period
from billow.rating.line import Part, RatedLine
from billow.rating.vendor_lines import line_id


def in_style(
    style: str, now: Sequence[RatedLine], before: Sequence[RatedLine], *, is_first: bool
) -> list[RatedLine]:
    """Return the lines of a period: all of it when it falls due, else what differs from what was billed."""
    # A minimum or maximum is held line by line: only the stretches themselves can be held against it.
    limited = any(line.spending for line in now)
    if is_first and (style == "net_delta" or limited or not before or _keys(now) == _keys(before)):
        return list(now)
    if is_first:
        return [*before, *in_style(style, now, before, is_first=False)]
    if style == "full_reversal":
        return [*map(_reversed, before), *(_charged(line) for line in now)]
    changed = _changed(now, before)
    new = [line for line in now if _within(line, changed)]
    if style == "credit_and_charge":
        old = [line for line in before if _within(line, changed)]
        lines = [*(_credit(line, now, changed) for line in old), *map(_charged, new)]
        return sorted(lines, key=lambda line: _days(line).start)  # of one day, the credit stays first
    return [_difference(now, before, new, changed)]


def _keys(lines: Sequence[RatedLine]) -> list[tuple[Period | None, Decimal, Decimal]]:
    return [(line.period, line.quantity, line.amount) for line in lines]


def _days(line: RatedLine) -> Period:
    if line.period is None:
        raise AssertionError("a contract's line has a period")
    return line.period


def _within(line: RatedLine, changed: Period) -> bool:
    return _days(line).overlap(changed) is not None


def _changed(now: Sequence[RatedLine], before: Sequence[RatedLine]) -> Period:
    """Return the days from the first to the last that differ, wide enough to cut none of the new lines."""
    bounds = sorted({day for line in (*now, *before) for day in (_days(line).start, _days(line).end)})
    differs = [
        Period(start, end) for start, end in pairwise(bounds) if _state(now, start) != _state(before, start)
    ]
    start, end = differs[0].start, differs[-1].end
    cut = [_days(line) for line in now if _days(line).overlap(Period(start, end))]
    return Period(min([start, *(d.start for d in cut)]), max([end, *(d.end for d in cut)]))


def _state(lines: Sequence[RatedLine], day: date) -> tuple[Decimal, str, Decimal | None] | None:
    """Return the quantity and price that hold on a day, None where there is no line."""
    there = (line for line in lines if _days(line).start <= day < _days(line).end)
    return next(((line.quantity, line.price_row, line.unit_price) for line in there), None)


def _charged(line: RatedLine) -> RatedLine:
    """Return a new stretch beside the line that it changes."""
    return line._replace(line_id=line_id(line.line_id, "charge", line.quantity, line.amount), spending=None)


def _reversed(line: RatedLine) -> RatedLine:
    return _negative(line, [], line.period)


def _credit(line: RatedLine, now: Sequence[RatedLine], changed: Period) -> RatedLine:
    """Return what is taken back of a line: all that was billed less what stays of it before and after."""
    kept = [other for other in now if not _within(other, changed) and _days(other).overlap(_days(line))]
    return _negative(line, kept, _days(line).overlap(changed))


def _negative(line: RatedLine, kept: Sequence[RatedLine], period: Period | None) -> RatedLine:
    stays = total(other.amount for other in kept)
    back = line.amount - stays
    if line.amount >= 0 and stays >= 0:
        back = capped_credit(back, billed=line.amount)
    taken = tuple(Part(f"taken back: {p.text}", -p.amount) for p in line.parts)
    staying = tuple(Part(f"stays: {p.text}", p.amount) for other in kept for p in other.parts)
    return line._replace(
        line_id=line_id(line.line_id, "credit", period, line.quantity),
        quantity=-line.quantity,
        amount=-back,
        parts=(*taken, *staying),
        period=period,
        proration=line.proration if not kept else None,
        spending=None,
    )


def _difference(
    now: Sequence[RatedLine], before: Sequence[RatedLine], new: Sequence[RatedLine], changed: Period
) -> RatedLine:
    """Return one line for what the period comes to now less what was billed for it."""
    like = (new or before)[-1]
    last = changed.through
    quantities = [_state(lines, last) for lines in (now, before)]
    gained, lost = (state[0] if state else Decimal(0) for state in quantities)
    parts = tuple(Part(f"now: {p.text}", p.amount) for line in now for p in line.parts)
    earlier = tuple(Part(f"billed: {p.text}", -p.amount) for line in before for p in line.parts)
    return like._replace(
        line_id=line_id(like.line_id, "difference", changed),
        quantity=gained - lost,
        amount=total([*(line.amount for line in now), *(-line.amount for line in before)]),
        parts=(*parts, *earlier),
        period=changed,
        proration=like.proration if like.period == changed else None,
        spending=None,
    )
