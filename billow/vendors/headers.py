"""Finding a report's columns by name, as vendors, programs and languages vary them.

>>> normal("Kategorie der Verbrauchseinheit (MeterCategory)") == normal("meter category")
True
>>> Header(("lineItem/UsageAccountId", "resourceTags/user:env")).find("LineItem/UsageAccountID")
0
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property


def normal(name: str) -> str:
    """Return a header as it is compared: small letters, and of the rest only digits, slash, point and dash.

    An English name in brackets at the end stands for a translated header (Azure's localised exports).
    """
    bare = name.lstrip("\ufeff").strip()
    if inside := re.search(r"\(([A-Za-z][A-Za-z0-9_ ]*)\)$", bare):
        bare = inside[1]
    return re.sub(r"[^a-z0-9/.-]", "", bare.casefold())


@dataclass(frozen=True)
class Header:
    """The header of one file."""

    names: tuple[str, ...]

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        numbers: dict[str, int] = {}
        for number, name in enumerate(self.names):
            numbers.setdefault(normal(name), number)
        return numbers

    def find(self, name: str) -> int | None:
        """Return the number of the column ``name``: spelled exactly so, else the first that means it."""
        return self.names.index(name) if name in self.names else self._numbers.get(normal(name))

    def first(self, names: tuple[str, ...]) -> int | None:
        """Return the number of the first of ``names`` that the file has."""
        return next((number for name in names if (number := self.find(name)) is not None), None)

    def group(self, pattern: str) -> dict[str, int]:
        """Return the columns of ``prefix/*`` by the rest of their names."""
        prefix = pattern.removesuffix("*")
        return {
            name[len(prefix) :]: number
            for number, name in enumerate(self.names)
            if name.casefold().startswith(prefix.casefold())
        }

    def unknown(self, known: set[str], prefixes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns not among ``known`` (normal names) that begin with no known prefix.

        What lies inside a known column of JSON lines is known with it.
        """
        inside = tuple(f"{normal(name)}." for name in self.names if normal(name) in known)
        starts = (*(normal(prefix) for prefix in prefixes), *inside)
        return tuple(
            name
            for name in self.names
            if name and normal(name) not in known and not (starts and normal(name).startswith(starts))
        )

    def nearest(self, name: str) -> str:
        """Return the header that looks most like ``name``, or nothing."""
        near = get_close_matches(normal(name), list(self._numbers), n=1, cutoff=0.6)
        return self.names[self._numbers[near[0]]] if near else ""
