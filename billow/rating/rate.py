"""One month rated: every charge placed, every line priced, every expected line looked for.

Invoice, preview and check all call ``rate``; there is no second path for a price.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from billow.catalog.prices import PriceQuery
from billow.charges import Charge
from billow.problems import Problem, in_order
from billow.rating import azure_plan
from billow.rating.books import Books
from billow.rating.completeness import Expectation, expectations
from billow.rating.contract_lines import adjustment_lines, contract_lines
from billow.rating.discounting import DISCOUNT, discounted
from billow.rating.issued import IssuedLine, held_to_issued
from billow.rating.line import RatedLine
from billow.rating.open_items import OpenItem, item_problems
from billow.rating.placing import Placed, Placing
from billow.rating.spend import held_to_spend
from billow.rating.vendor_lines import vendor_lines

_IN_TURN = frozenset({DISCOUNT, "contract"})

# The order of calculation, as sheet Start and the manual print it. The first step is placing, the last one
# drafting; ``calculated`` takes those between, of which each price takes its own in ``pricing.priced``.
ORDER = (
    ("Whose and what", "the account says the customer, the SKU rules say the product"),
    ("Price choice", "the one row of sheet Prices that applies"),
    ("Quantity rules", "included, minimum quantity, rounding up"),
    ("Charge model", "on full units or on the vendor's amount, with its tiers"),
    ("Share of the period", "for prices of our own that are per month or year"),
    ("Currency", "at the dated rate of the last day of the billing month"),
    ("Discounts within a line", "percentages before fixed amounts; then one rounding per line, half up"),
    ("Discounts with a line of their own", "on several services, a vendor, a customer, an invoice"),
    ("Credits of contracts", "no more is given back than earlier invoices billed"),
    ("Minimum, maximum and commitment", "on what is left; the line is rounded again, once"),
    ("VAT", "per VAT code, on the sum of the rounded lines"),
)


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
    charges: Sequence[Charge], books: Books, billing_month: str, issued: Sequence[IssuedLine] = ()
) -> RatedMonth:
    """Rate the charges of ``billing_month`` (``YYYY-MM``) with the contracts and adjustments of it.

    ``issued`` are the lines of contracts on earlier invoices: no more than those is given back. The charges
    are taken in the order of their keys, so that the same charges always give the same month.
    """
    charges = sorted(charges, key=lambda charge: (charge.key, charge.import_id))
    azure = azure_plan.compare(charges, books)
    placing = Placing(books, azure.excluded, billing_month)
    placed = tuple(placing.place(charge) for charge in charges)
    lines, wrong = calculated(placed, books, billing_month, issued)
    expected, missing = expectations(lines, books, billing_month)
    items = (*placing.open_items.values(), *azure.open_items, *missing)
    problems = [
        *placing.problems, *azure.problems, *wrong, *item_problems(items, books, billing_month),
    ]  # fmt: skip
    return RatedMonth(billing_month, lines, placed, items, expected, in_order(problems), placing.queries)


def calculated(
    placed: Sequence[Placed], books: Books, billing_month: str, issued: Sequence[IssuedLine] = ()
) -> tuple[tuple[RatedLine, ...], list[Problem]]:
    """Return the lines of placed charges, contracts and adjustments, in the one order of calculation.

    Each price is chosen for its charges; quantity rules, charge model, share of the period, currency and one
    rounding are those of its lines. What follows looks at all lines of the month, and each step at what
    those before it left: a discount sees no minimum, and a minimum sees the discounts.
    """
    from_vendors, no_rates = vendor_lines(placed, books, billing_month)
    from_contracts, no_prices = contract_lines(placed, books, billing_month)
    from_adjustments, no_adjustment_rates = adjustment_lines(books, billing_month)
    lines = _sorted([*from_vendors, *from_contracts, *from_adjustments])
    after_discounts, no_discounts = discounted(lines, books, billing_month)
    after_credits = held_to_issued(after_discounts, issued, books, billing_month)
    after_limits = held_to_spend(_sorted(after_credits), books.groups)
    return tuple(after_limits), [*no_rates, *no_prices, *no_adjustment_rates, *no_discounts]


def _sorted(lines: Sequence[RatedLine]) -> tuple[RatedLine, ...]:
    """Sort by customer, vendor (our own last), product, subscription and first day; discounts come last.

    Discounts and the lines of a contract keep their turn: of a change, the credit and then the charge.
    """
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                line.customer, line.driver == DISCOUNT and not line.vendor, line.driver == "adjustment",
                line.vendor == "", line.vendor, line.driver == DISCOUNT, line.product, line.subscription,
                *((str(line.period), line.line_id) if line.driver not in _IN_TURN else ("", "")),
            ),
        )
    )  # fmt: skip
