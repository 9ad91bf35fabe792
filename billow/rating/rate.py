"""One month rated: every charge placed, every line priced, every expected line looked for.

Invoice, preview and check all call ``rate``; there is no second path for a price.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from billow.catalog.prices import PriceQuery
from billow.charges import Charge
from billow.problems import Problem, in_order
from billow.rating import same_money
from billow.rating.at_cost import at_cost
from billow.rating.books import Books
from billow.rating.calculation import calculated, in_line_order
from billow.rating.completeness import Expectation, expectations
from billow.rating.corrections import corrections, restatement
from billow.rating.driven import covering, driven
from billow.rating.issued import IssuedLine
from billow.rating.line import RatedLine
from billow.rating.open_items import OpenItem, item_problems
from billow.rating.placing import Placed, Placing
from billow.rating.splitting import split

_NOTHING: Mapping[str, Sequence[Charge]] = {}


@dataclass(frozen=True)
class RatedMonth:
    """What a month comes to: lines by customer order, the fate of each charge, and what is open.

    ``queries`` are what each charge asked the prices for, by charge key: explaining asks them again.
    """

    billing_month: str
    lines: tuple[RatedLine, ...]
    placed: tuple[Placed, ...]
    open_items: tuple[OpenItem, ...]
    expectations: tuple[Expectation, ...]
    problems: tuple[Problem, ...]
    queries: Mapping[str, PriceQuery] = field(default_factory=dict, hash=False)

    def line_of(self) -> dict[str, str]:
        """Return the line that shows each charge, by charge key."""
        return {charge.key: line.line_id for line in self.lines for charge in line.charges}


def rate(
    charges: Sequence[Charge],
    books: Books,
    billing_month: str,
    issued: Sequence[IssuedLine] = (),
    restated: Mapping[str, Sequence[Charge]] = _NOTHING,
) -> RatedMonth:
    """Rate the charges of ``billing_month`` (``YYYY-MM``) with the contracts and adjustments of it.

    ``issued`` are the lines of contracts on earlier invoices: no more than those is given back. The charges
    are taken in the order of their keys, so that the same charges always give the same month.
    ``restated`` are, by month, all charges of the issued months that some of ``charges`` correct.
    """
    costed, uncosted = at_cost(charges, books)
    # Twice by one text: pairs take three times as long to compare.
    charges = sorted(sorted(split(costed, books), key=attrgetter("import_id")), key=attrgetter("key"))
    own = [charge for charge in charges if not charge.corrects]
    twice = same_money.compare(own, books, billing_month)
    corrected = [
        restatement(
            name,
            [charge for charge in charges if charge.corrects == name],
            split(at_cost(restated[name], books)[0], books),
            books,
        )
        for name in sorted({charge.corrects for charge in charges} - {""})
    ]
    excluded = twice.excluded | {key: why for one in corrected for key, why in one.excluded.items()}
    counted = driven(books, billing_month)
    placing = Placing(books, excluded, billing_month, covering(books, billing_month, counted))
    placed = [placing.place(charge) for charge in own]
    lines, unpriced = calculated([*placed, *counted.placed], books, billing_month, issued)
    expected, missing = expectations(lines, books, billing_month)
    items = (*twice.open_items, *missing)
    problems = [*uncosted, *twice.problems, *counted.problems, *unpriced]
    for one in corrected:
        found = corrections(one, [placing.place(charge) for charge in one.charges], billing_month)
        lines, placed = in_line_order([*lines, *found.lines]), [*placed, *found.placed]
        items, problems = (*items, *one.open_items), [*problems, *found.problems]
    items = (*placing.open_items.values(), *items)
    problems += [*placing.problems, *item_problems(items, books, billing_month)]
    queries = placing.queries | counted.queries
    return RatedMonth(billing_month, lines, tuple(placed), items, expected, in_order(problems), queries)
