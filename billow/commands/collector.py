"""Python's collector of cyclic garbage stands still while a month is rated, drafted and written.

Charges, lines and their parts never refer back to themselves, so the collector finds nothing among them; it
only walks over all that is there, again and again as their number grows, and the time per line grows with it.
What is no longer needed is given back at once all the same, by counting references.

>>> with collector_paused():
...     gc.isenabled()
False
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hold the collector, and let it run again if it ran before."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()
