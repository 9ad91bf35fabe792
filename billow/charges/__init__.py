"""The normalised charge: one row of a vendor's report in FOCUS 1.4 names, whatever vendor it came from.

``columns`` lists what is stored for each charge, ``Charge`` is the group of like rows that rating works
on, ``ImportTotals`` what an import proved about its file.
"""

from billow.charges.charge import Category, Charge, ImportTotals
from billow.charges.columns import COLUMNS, CONTENT, HASH_OFFSET, Column, ColumnType

__all__ = ["COLUMNS", "CONTENT", "HASH_OFFSET", "Category", "Charge", "Column", "ColumnType", "ImportTotals"]
