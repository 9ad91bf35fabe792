"""The live examples of sheet Functions: which cells hold them, and what they are asked about.

Each function has a block of cells with a name of its own. What the examples ask about stands in a few cells
at the head of the sheet, which take the first customer and product of the workbook until somebody types
others.

>>> example("BILLOW_SEATS")
'BILLOW_SEATS(Billow_Customer, Billow_Product, Billow_Day, tblSubscriptions[#All], tblChanges[#All])'
>>> size("BILLOW_RATE"), size("BILLOW_EXPLAIN")
((3, 1), (14, 6))
"""

from billow.functions import FUNCTIONS, answer
from billow.functions.formulas import formula
from billow.functions.registry import Function

NAMED = "Billow_Example_"
_ROOM = (14, 6)  # for an answer whose size depends on what the workbook holds
_SMALL = {"BILLOW_CHECK": (1, 1), "BILLOW_QUOTE": (6, 6)}
_LAST_DAY = "DATE(LEFT(Billow_Period,4),RIGHT(Billow_Period,2)+1,0)"
_MONTH_BEFORE = "DATE(LEFT(Billow_Period,4),RIGHT(Billow_Period,2)-1,1)"


def _first(table: str, column: str, otherwise: str) -> str:
    return f"IF(COUNTA({table}[{column}])=0,{otherwise},INDEX({table}[{column}],1))"


# name, what it is, and the formula that stands there until somebody types over it
ASKED = (
    (
        "Billow_Customer",
        "Customer",
        _first("tblSubscriptions", "Customer", _first("tblCustomers", "Customer", '""')),
    ),
    (
        "Billow_Product",
        "Product",
        _first("tblSubscriptions", "Product", _first("tblProducts", "Product", '""')),
    ),
    ("Billow_Day", "Day", f'IF(Billow_Period="",DATE(2026,6,30),{_LAST_DAY})'),
    (
        "Billow_Other_Month",
        "Month to compare with",
        f'IF(Billow_Period="","",YEAR({_MONTH_BEFORE})&"-"&RIGHT("0"&MONTH({_MONTH_BEFORE}),2))',
    ),
    ("Billow_Article", "Article of a price list", _first("tblListPrices", "SKU", '""')),
    ("Billow_Line", "Line of an invoice", _first("tblLines", "Line", '""')),
)
_ARGUMENTS = {
    **dict.fromkeys(("customer", "customers"), "Billow_Customer"),
    **dict.fromkeys(("product", "products"), "Billow_Product"),
    **dict.fromkeys(("dates", "on_date"), "Billow_Day"),
    **dict.fromkeys(("period", "from_period"), "Billow_Period"),
    "other": "Billow_Other_Month",
    "sku": "Billow_Article",
    "line_id": "Billow_Line",
}
_MONEY = {"BILLOW_FX"}  # its day is one of the example's own, with amounts and currencies


def example(name: str) -> str:
    """Return the formula that shows a function."""
    return formula(FUNCTIONS[name], {} if name in _MONEY else _ARGUMENTS)


def size(name: str) -> tuple[int, int]:
    """Return how many rows and columns the answer takes."""
    called = FUNCTIONS[name]
    if varies(name):
        return _SMALL.get(name, _ROOM)
    if not _looks_up(called):
        found = answer(called, called.example)
        return len(found), max(map(len, found))
    columns = [called.example[at] for at in called.columns if at < len(called.example)]
    asked = [called.arguments[at].name for at in called.columns if at < len(called.example)]
    own = [value for value, argument in zip(columns, asked, strict=True) if argument not in _ARGUMENTS]
    return max([1, *(len(value) for value in own if isinstance(value, list))]), 1


def varies(name: str) -> bool:
    """Tell whether the size of the answer depends on what the workbook holds."""
    return FUNCTIONS[name].spills and _looks_up(FUNCTIONS[name])


def _looks_up(called: Function) -> bool:
    names = [argument.name for argument in called.arguments]
    return "run" in names or any(argument.shape == "table" for argument in called.arguments)
