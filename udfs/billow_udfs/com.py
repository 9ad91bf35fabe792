"""The functions for every host of xlwings: it calls what this module holds, by name.

On Windows that is xlwings' server for COM. xlwings Lite and xlwings Server take what a module of theirs
imports, so ``from billow_udfs.com import *`` is all they need. Elsewhere xlwings' decorators do nothing, and
without xlwings there is nothing to import here.
"""

import inspect
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import xlwings

from billow.functions import FUNCTIONS, OMITTED, Function, answer

__all__ = [*FUNCTIONS]  # noqa: PLE0604 - names of functions, which are made below


def excel_function(called: Function) -> Callable[..., Any]:
    """Return a function as Excel calls it: every argument as rows of cells, errors as their text."""

    def run(*cells: Any) -> Any:
        return answer(called, cells, day=_midnight)

    names = ((argument.name, argument.is_optional) for argument in called.arguments)
    run.__name__, run.__doc__ = called.name, called.help
    run.__annotations__ = {}
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=OMITTED if is_optional else inspect.Parameter.empty,
            )
            for name, is_optional in names
        ]
    )
    decorated: Callable[..., Any] = xlwings.func(run)
    for argument in called.arguments:
        decorated = xlwings.arg(argument.name, ndim=2, err_to_str=True, doc=argument.help)(decorated)
    return decorated


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a cell's date has no zone


globals().update({name: excel_function(called) for name, called in FUNCTIONS.items()})
