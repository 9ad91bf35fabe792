"""A rated month as text, to compare what two Pythons make of it."""

from billow.rating.rate import RatedMonth


def lines_of(month: RatedMonth) -> list[str]:
    """Return every line with its parts, every expectation, and every problem."""
    return [
        *(
            f"{line.line_id} {line.customer} {line.product} {line.period} {line.quantity} {line.amount} "
            f"{line.cost} {line.currency}: "
            + "; ".join(f"{part.text} = {part.amount}" for part in line.parts)
            for line in month.lines
        ),
        *(f"{placed.charge.key} {placed.fate.value} {placed.why}" for placed in month.placed),
        *map(str, month.expectations),
        *map(str, month.problems),
    ]
