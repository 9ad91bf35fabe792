"""Hostile bytes for every parser of foreign files: nothing but problems may come of them.

Hypothesis and atheris (libFuzzer for Python) try each parser. Both get the same words, in ``words``, and the
same first files, in ``corpus``; a file that once broke a parser is kept there and tried in every run. That
they would find a mistake is proved by three that are seeded around the parsers, never in them.
"""
