"""What is fetched, on whose errand, and what comes back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from billow.problems import Place, Problem, Refused

MOST_BYTES = 20 << 30  # of one source; more is no month of a reseller
MOST_FILES = 1000
_PASSWORD = re.compile(r"[^/@]*:[^/]*@")
PARTNER_CENTER = "partner-center"  # what an address of Microsoft's billing begins with


@dataclass(frozen=True)
class Source:
    """One address as a person wrote it, its place, the folder it is seen from, and what else its row says."""

    address: str
    place: Place
    base: Path
    format_id: str = ""
    delivery: str = ""

    @property
    def shown(self) -> str:
        """The address without what may be secret in it: what follows a question mark, and passwords."""
        scheme, found, rest = self.address.partition("://")
        return f"{scheme}://{_PASSWORD.sub('', rest.partition('?')[0])}" if found else scheme

    def refused(self, code: str, sentence: str, hint: str) -> Refused:
        """Return the refusal of this source."""
        return Refused([Problem(code, sentence, self.place, hint)])


@dataclass(frozen=True)
class Errand:
    """What holds for every source of one import.

    ``hosts`` are the web hosts that finance allows, ``known`` tells whether a version of a report is
    already imported, and ``tenant`` and ``application`` are those of Partner Center.
    """

    folder: Path
    month: str | None = None
    hosts: tuple[str, ...] = ()
    tenant: str = ""
    application: str = ""
    known: Callable[[str, str], bool] = lambda _origin, _version: False


@dataclass(frozen=True)
class Fetched:
    """One report: the local file (None where it is unchanged), and what the vendor said about it.

    ``origin`` tells reports apart; ``version`` is the vendor's mark of its content, blank for what has none;
    ``rows`` is what its manifest promises.
    """

    source: Source
    origin: str
    path: Path | None
    version: str = ""
    rows: int | None = None
