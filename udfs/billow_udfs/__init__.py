"""The custom functions, bound to the programs people type them into; nothing is computed here.

``plain`` for Python itself, ``com`` for Excel on Windows, ``office_js`` for hosts that speak JSON, and
``vba`` for the wrappers of the add-in. What the functions are, only ``billow.functions`` knows.
"""
