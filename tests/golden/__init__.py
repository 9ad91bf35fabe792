"""Worked figures of other billing systems, computed with our own functions.

``python -m tests.golden FILE.yaml`` prints a line per case that is skipped or fails, and counts them.
"""
