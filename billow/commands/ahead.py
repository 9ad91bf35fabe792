"""What a command needs later is loaded while it waits for files.

Reports are copied, hashed and read by parts that leave Python alone meanwhile. What adds charges up, and the
file a second time, takes half a second to load, which a clerk need not wait for afterwards.
"""

from importlib import import_module
from threading import Thread

_LATER = ("billow.usage.aggregate", "billow.usage.vendor_rows", "pyarrow.acero")


def load_ahead() -> Thread:
    """Begin to load in a thread; whoever needs a part of it before it is there waits for that part only."""
    thread = Thread(target=lambda: [*map(import_module, _LATER)], name="load ahead")
    thread.start()
    return thread
