"""Three mistakes as people make them, put around parsers that do not have them: a fuzzer must find each."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from tests.fuzz.parsers import PARSERS, Parser


def _rounds_what_it_cannot_hold(data: bytes) -> None:
    """Round a figure to cents; an exponent of 30 has none."""
    text = data.decode("utf-8", "replace").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return
    number.quantize(Decimal("0.01"))


def _believes_that_a_line_is_whole(data: bytes) -> None:
    """Take the second half of a line of JSON; one that was cut off has none."""
    for line in data.splitlines():
        if line.startswith(b'{"'):
            line.split(b":")[1]


def _believes_that_sizes_are_numbers(data: bytes) -> None:
    """Add up the sizes in a manifest; one may be missing, or a text."""
    try:
        blobs = json.loads(data)["blobs"]
        sizes = [blob.get("byteCount", 0) for blob in blobs if blob["blobName"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return
    sum(sizes)


SEEDED: Mapping[str, tuple[Parser, type[Exception]]] = {
    "figure": (_rounds_what_it_cannot_hold, InvalidOperation),
    "text": (_believes_that_a_line_is_whole, IndexError),
    "manifest": (_believes_that_sizes_are_numbers, TypeError),
}


def seeded(parser: str) -> Callable[[bytes], None]:
    """Return a parser with its seeded mistake."""
    sound, (mistake, _) = PARSERS[parser], SEEDED[parser]

    def both(data: bytes) -> None:
        sound(data)
        mistake(data)

    return both
