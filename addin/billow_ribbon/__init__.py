"""The tab *Billow* in Excel: what the ribbon shows, and the add-in ``billow.xlam`` that carries it.

The add-in is built by ``make addin`` (``python -m billow_ribbon``) and is never edited by hand.

>>> add_in().name
'billow.xlam'
"""

from pathlib import Path

XLWINGS_PROPERTY = "xlwings version"  # of the add-in: what is compiled into its VBA


def add_in() -> Path:
    """Return where the built add-in lies."""
    return Path(__file__).with_name("billow.xlam")
