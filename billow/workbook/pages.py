"""The tabs of the billing workbook in their order, and the number that grows when anything is added to it.

Most tabs hold tables; ``SHEETS`` says which. A few hold none: they are pages to read, which Billow writes
as a whole.

>>> [tab.title for tab in TABS][:3]
['Start', 'About', 'Checks']
>>> {tab.group for tab in TABS} == {"Control", "Inputs", "Results"}
True
"""

from dataclasses import dataclass

from billow.sheets.columns import SETTINGS, SHEETS


@dataclass(frozen=True)
class Tab:
    """One tab: its title, the group whose colour it has, and what it is for."""

    title: str
    group: str
    description: str


_ABOUT = Tab("About", "Control", "What this workbook is, how it is built, and what its colours mean.")
_FUNCTIONS = Tab(
    "Functions",
    "Control",
    "What you can type into a cell of your own; the examples live once they are connected.",
)

# The name of the cells that Billow wrote on a page without tables: by it the page is known again.
PAGES = {_ABOUT.title: "Billow_About", _FUNCTIONS.title: "Billow_Functions"}


def _tabs() -> tuple[Tab, ...]:
    sheets: dict[str, Tab] = {}
    for sheet in SHEETS.values():
        sheets.setdefault(sheet.title, Tab(sheet.title, sheet.group, sheet.description))
    start, *others = sheets.values()
    at = next(index for index, tab in enumerate(others) if tab.title == "Frozen formulas")
    return (start, _ABOUT, *others[:at], _FUNCTIONS, *others[at:])


TABS = _tabs()

# Sheets, columns and settings are added and never taken away, so how many there are is the schema's number:
# nobody has to remember to raise it, and a workbook with a smaller one lacks something.
SCHEMA = len(TABS) + len(SETTINGS) + sum(len(sheet.columns) for sheet in SHEETS.values())
