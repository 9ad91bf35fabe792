"""The stand-in for xlwings offers nothing that xlwings lacks."""

import inspect

import pytest
import xlwings

from tests.lite import xlwings as stand_in

KINDS = [
    name
    for name, found in vars(stand_in).items()
    if inspect.isclass(found) and found.__module__ == stand_in.__name__
]
OURS = {"cells", "asked", "every", "is_active"}  # what the stand-in holds, and scripts do not ask for


def test_there_is_something_to_compare() -> None:
    assert {"Book", "Sheets", "Sheet", "Table", "Range", "App"} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_is_one_of_xlwings(kind: str) -> None:
    real, ours = getattr(xlwings.main, kind), getattr(stand_in, kind)
    members = {*getattr(ours, "__dataclass_fields__", ()), *(n for n in vars(ours) if not n.startswith("_"))}
    assert members - OURS <= set(dir(real))


@pytest.mark.parametrize("name", ["func", "arg", "script"])
def test_every_decorator_is_one_of_xlwings(name: str) -> None:
    assert callable(getattr(xlwings, name))
