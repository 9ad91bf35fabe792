"""The input sheets as tables of attributes, and their rows as the values the core works with.

A row is read the same way wherever it stands: in a workbook on disk, in a rule file, or in the range that a
custom function is given. So there is one meaning of a cell. Nothing here knows a file or a host.
"""
