"""Seats: how many a customer has of a product on a day, by the sheets Subscriptions and Changes."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from billow.contracts.changes import contract_segments
from billow.contracts.subscriptions import by_subscription, changes_of
from billow.functions.cells import Argument
from billow.functions.registry import function
from billow.functions.tables import Rows, books
from billow.periods import inclusive


@function(
    "BILLOW_SEATS",
    "Store",
    Argument("customers", "text", "The customer's number", "column"),
    Argument("products", "text", "Our product", "column"),
    Argument("dates", "date", "The day", "column"),
    Argument(
        "subscription_table",
        "table",
        "Sheet Subscriptions: tblSubscriptions[#All]",
        "table",
        table="tblSubscriptions",
    ),
    Argument("change_table", "table", "Sheet Changes: tblChanges[#All]", "table", table="tblChanges"),
    example=["C-1001", "SUPPORT", 46203.0, "tblSubscriptions", "tblChanges"],
)
def seats(subscription_table: Rows, change_table: Rows) -> Callable[..., Decimal]:
    """How many seats a customer has of a product on a day, all subscriptions and changes together."""
    known = books(subscriptions=subscription_table, changes=change_table)
    changes = by_subscription(known.changes)

    def one(customer: str, product: str, day: date) -> Decimal:
        own = (s for s in known.subscriptions if (s.customer, s.product) == (customer, product))
        return sum(
            (
                segment.quantity
                for subscription in own
                for segment in contract_segments(
                    subscription, changes_of(subscription, changes), inclusive(day, day)
                )
            ),
            Decimal(0),
        )

    return one
