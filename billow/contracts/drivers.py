"""What bills a subscription: the vendor's lines, its contract, its named users, or our own usage.

>>> words_of("users")
'its users'
"""

VENDOR = "vendor"
CONTRACT = "contract"
USERS = "users"
OWN_USAGE = "own_usage"

# Where one of these bills, what the vendor charges for the same thing is only its cost.
COST_ONLY = frozenset({CONTRACT, USERS, OWN_USAGE})
# What is counted by ourselves, month by month.
COUNTED = frozenset({USERS, OWN_USAGE})

_WORDS = {
    VENDOR: "the vendor's lines",
    CONTRACT: "its contract",
    USERS: "its users",
    OWN_USAGE: "its own usage",
}

SHEET_OF = {USERS: "sheet Users", OWN_USAGE: "sheet Own usage"}


def words_of(driver: str) -> str:
    """Return what bills, as it stands in a sentence after *it is billed by*."""
    return _WORDS[driver]
