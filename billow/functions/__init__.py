"""The custom functions: what finance types into a cell, defined once and bound to every host.

They ask the pure core and what the last run left, never a file or a network, and nothing but the standard
library is needed. ``FUNCTIONS`` holds them by name; ``answer`` is what a host calls.

>>> answer(FUNCTIONS["BILLOW_RATE"], [[[5.0], [12.0]], [[10.0], [None]], [[5.0], [4.0]]])
[[25.0], [58.0]]
"""

from billow.functions import amounts, compare, prices, quote, seats, spans, store, users
from billow.functions.cells import LEAD, OMITTED, Argument
from billow.functions.registry import FUNCTIONS, GROUPS, Function, answer

__all__ = [
    "FUNCTIONS",
    "GROUPS",
    "LEAD",
    "OMITTED",
    "Argument",
    "Function",
    "amounts",
    "answer",
    "compare",
    "prices",
    "quote",
    "seats",
    "spans",
    "store",
    "users",
]
