"""The proof that the register is whole: fingerprints, their chain, the row of numbers, the totals.

A removed last document is found by its series, which still counts it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from billow.invoicing import archive
from billow.problems import Place, Problem
from billow.register.records import described, fingerprint

_HINT = "Compare with the PDF that was sent and with a backup of the register; do not issue before."


def problems(rows: Sequence[Mapping[str, Any]], last: Mapping[str, int], place: Place) -> list[Problem]:
    """Return what is wrong with the documents, in the order of issuing; ``last`` counts each series."""
    found = list(_chain(rows, place))
    for row in rows:
        found.extend(_document(row, place))
    found.extend(_numbers(rows, last, place))
    return found


def _chain(rows: Sequence[Mapping[str, Any]], place: Place) -> Iterator[Problem]:
    previous = ""
    for position, row in enumerate(rows, 1):
        if row["previous_sha256"] != previous or row["position"] != position:
            sentence = f"What stands before {row['number']} in the register was removed or altered."
            yield Problem("REG-009", sentence, place, _HINT)
        previous = row["sha256"]


def _document(row: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    number = row["number"]
    proper = fingerprint(row["previous_sha256"], row["issued_at"], row["who"], row["document"])
    if row["sha256"] != proper:
        yield Problem("REG-008", f"{number} was altered after it was issued.", place, _HINT)
    try:
        document = archive.from_text(row["document"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        yield Problem("REG-008", f"{number} can no longer be read.", place, _HINT)
        return
    differing = [name for name, value in described(document).items() if row[name] != value]
    net = sum(line.net for line in document.lines)
    vat = sum(line.vat for line in document.vat_lines)
    if (net, vat, net + vat) != (document.net, document.vat, document.total):
        differing.append("sums")
    if differing:
        sentence = f"{number} does not agree with the register in: {', '.join(differing)}."
        yield Problem("REG-011", sentence, place, _HINT)


def _numbers(rows: Sequence[Mapping[str, Any]], last: Mapping[str, int], place: Place) -> Iterator[Problem]:
    given: dict[str, set[int]] = {key: set() for key in last}
    for row in rows:
        given.setdefault(row["series"], set()).add(row["series_number"])
    for key, numbers in sorted(given.items()):
        expected = set(range(1, max(numbers | {last.get(key, 0)}) + 1))
        for missing in sorted(expected - numbers):
            name = f"series {key}" if key else "the series"
            yield Problem("REG-010", f"Number {missing} of {name} is missing.", place, _HINT)
