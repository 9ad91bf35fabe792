"""A stand-in for xlwings as xlwings Lite runs it: it takes note of functions, and refuses what Lite refuses.

The part of xlwings that runs in Lite is not open source; what is here follows its documented contract.
"""

import inspect
from collections.abc import Callable
from typing import Any

Called = Callable[..., Any]


def func(called: Called) -> Called:
    """Mark a function; every argument is one that a formula can give by its place."""
    kinds = {parameter.kind for parameter in inspect.signature(called).parameters.values()}
    if not kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}:
        raise TypeError(f"{called.__name__}: an argument cannot be given by its place")
    called.documented = {}  # type: ignore[attr-defined]
    return called


def arg(name: str, **options: Any) -> Callable[[Called], Called]:
    """Say how an argument comes, and what it is."""

    def note(called: Called) -> Called:
        if name not in inspect.signature(called).parameters:
            raise TypeError(f"{called.__name__} has no argument {name}")
        called.documented[name] = options["doc"]  # type: ignore[attr-defined]
        return called

    return note
