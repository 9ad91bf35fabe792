"""The order of calculation: from where its charges were placed to the lines that a month comes to."""

from collections.abc import Iterable, Sequence

from billow.problems import Problem
from billow.rating.books import Books
from billow.rating.contract_lines import adjustment_lines, contract_lines
from billow.rating.covered import counted_with_cost, covered_by
from billow.rating.discounting import DISCOUNT, discounted
from billow.rating.issued import IssuedLine, held_to_issued
from billow.rating.line import RatedLine
from billow.rating.placing import Placed
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
    with_costs, no_cost_rates = counted_with_cost(from_vendors, covered_by(placed), books, billing_month)
    lines = in_line_order([*with_costs, *from_contracts, *from_adjustments])
    after_discounts, no_discounts = discounted(lines, books, billing_month)
    after_credits = held_to_issued(after_discounts, issued, books, billing_month)
    # Only a discount's own line has its place to find.
    in_order = after_credits if len(after_credits) == len(lines) else in_line_order(after_credits)
    after_limits = held_to_spend(in_order, books.groups)
    return tuple(after_limits), [*no_rates, *no_cost_rates, *no_prices, *no_adjustment_rates, *no_discounts]


def in_line_order(lines: Iterable[RatedLine]) -> tuple[RatedLine, ...]:
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
