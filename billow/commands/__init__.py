"""The use cases, one module per button of the ribbon and command of the command line.

A command reads the workbook and what lies beside it, lets the core compute, and writes results whole. It
returns an ``Outcome``; a refusal is raised as ``Refused`` and leaves workbook and store as they were.
"""
