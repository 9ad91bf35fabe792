"""The functions called from Python, also where a browser runs it: cells in, a value or rows of cells out.

>>> call("BILLOW_RATE", 12, [[10], [None]], [[5], [4]])
58.0
>>> call("BILLOW_ALLOCATE", 1, [[1], [1]])
[[0.5], [0.5]]
"""

from typing import Any

from billow.functions import FUNCTIONS, answer


def call(name: str, *cells: Any) -> Any:
    """Return what the function shows: a value, or rows where it has more than one; None is a blank cell."""
    found = answer(FUNCTIONS[name], cells)
    return found[0][0] if len(found) == len(found[0]) == 1 else found
