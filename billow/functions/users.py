"""Who used a product in a month, and how many were counted to be billed, as the run looked at sheet Users."""

from billow.functions.cells import Argument
from billow.functions.registry import function
from billow.functions.run import CUSTOMER, PERIOD, RUN, STORE, left_of_month
from billow.functions.tables import Range
from billow.summary import Counted, User, open_day

_DAYS = ["From", "Through"]


@function(
    "BILLOW_USERS",
    STORE,
    RUN,
    CUSTOMER,
    Argument("product", "text", "Our product"),
    PERIOD,
    Argument("by", "choice", "What a row stands for: a user, or what was counted and billed", default="user",
             choices=("user", "count")),
    example=["run", "C-1001", "SUPPORT", "2026-07"],
)  # fmt: skip
def users(run: str, customer: str, product: str, period: str, by: str) -> Range:
    """The users of a product on sheet Users in a month with the days on which they count, or their count."""
    found, key = left_of_month(run, period), (customer, product, period)
    if by == "count":
        return [[*_DAYS, "Users"], *([*_days(row), row.quantity] for row in found.counted_of.get(key, ()))]
    rows = found.users_of.get(key, ())
    return [["User", "Name", *_DAYS], *([row.user, row.name, *_days(row)] for row in rows)]


def _days(row: User | Counted) -> list[object]:
    return [open_day(row.first_day), open_day(row.last_day)]
