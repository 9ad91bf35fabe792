"""What columns and words of reports are called, in the languages of our vendors.

The dictionary is a table of words (``shipped/words.csv``) and every header that a shipped format maps.

>>> best = nearest_target("Rechnungs-Nr.", Formats.shipped())
>>> best.target, best.like, best.score
('InvoiceId', 'Rechnungs-Nr', 1.0)
>>> meaning_of("Gutschrift Mai"), meaning_of("Bundle")
('Credit', '')
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

from billow.vendors.formats import Formats

_CATEGORY = "category:"
_ENOUGH = 0.75  # below this two names look alike by chance
_INSIDE = 0.9  # the known name is part of a longer one
_VENDORS_OWN = 0.02  # a header of another vendor's report tells less than a word of the trade


@dataclass(frozen=True)
class Likeness:
    """A column of ours and the known name that a header looks like; ``score`` is 1 for the same name."""

    target: str
    like: str
    score: float


def nearest_target(header: str, formats: Formats) -> Likeness:
    """Return what a header most probably is; a blank target where it looks like nothing known."""
    return max(likenesses(header, formats), key=lambda found: found.score, default=Likeness("", "", 0))


def likenesses(header: str, formats: Formats) -> list[Likeness]:
    """Return every column of ours that a header may be, each with the known name that it looks like most."""
    wanted = folded(header)
    best: dict[str, Likeness] = {}
    for target, name, known, less in _known(formats):
        score = _score(wanted, known) - less
        if score >= _ENOUGH and score > best.get(target, Likeness("", "", 0)).score:
            best[target] = Likeness(target, name, round(score, 2))
    return list(best.values())


def meaning_of(word: str) -> str:
    """Return the kind of charge that a vendor's word means; blank where the dictionary does not know."""
    wanted = set(folded(word).split())
    for target, words in _words().items():
        if target.startswith(_CATEGORY) and any(set(folded(known).split()) <= wanted for known in words):
            return target.removeprefix(_CATEGORY)
    return ""


def folded(name: str) -> str:
    """Return a name as it is compared: small letters without accents, words apart.

    >>> folded("Währung"), folded("BillableQuantity"), folded("Kd.-Nr.")
    ('wahrung', 'billable quantity', 'kd nr')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    plain = apart.casefold().translate(str.maketrans("äöüéèêëáàâíìîóòôúùûçñ", "aoueeeeaaaiiiooouuucn"))
    return " ".join(re.sub(r"[^a-z0-9ß]+", " ", plain).split())


def _score(wanted: str, known: str) -> float:
    if wanted == known:
        return 1.0
    if known and set(known.split()) <= set(wanted.split()):
        return _INSIDE
    matcher = SequenceMatcher(None, wanted, known)
    return matcher.ratio() * _INSIDE if matcher.quick_ratio() >= _ENOUGH else 0


def _known(formats: Formats) -> Iterator[tuple[str, str, str, float]]:
    for target, names in _words().items():
        if not target.startswith(_CATEGORY):
            yield from ((target, name, folded(name), 0) for name in names)
            yield target, target, folded(target.removeprefix("x_")), 0
    for row in formats.mapping.values():
        if row.target in _words():
            yield from (
                (row.target, name, folded(name), _VENDORS_OWN) for name in row.sources if "*" not in name
            )


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    text = (files("billow.vendors") / "shipped" / "words.csv").read_text("utf-8")
    return {row["target"]: tuple(row["words"].split("|")) for row in csv.DictReader(text.splitlines())}
