"""The run that a workbook of the tests shows.

Copies of one workbook have one name, as a copy that a user makes has; whichever ran last is the one that
functions know. The tests of one process make many copies.
"""

from pathlib import Path

from billow.exports.files import write_text
from billow.summary import index_entry
from billow.workbook import Workbook


def run_of(workbook: Path) -> str:
    """Return what Billow_Run says, and let this copy be the one that ran last."""
    run = Workbook.open(workbook).cell("Billow_Run")
    summary = workbook.with_suffix(".data") / "summary.sqlite"
    write_text(index_entry(run.rpartition(" ")[2]), str(summary.resolve()))
    return run
