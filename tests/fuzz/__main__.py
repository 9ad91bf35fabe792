"""Let atheris try a parser for some seconds: ``python -m tests.fuzz figure --seconds 30``.

It ends with code 0 when nothing but problems came of it; else it prints the exception and the bytes, and the
file that holds them. ``--seeded`` tries the parser with its seeded mistake.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(
    include=["billow.vendors", "billow.foreign", "billow.workbook", "billow.sheets"]
):
    from tests.fuzz.parsers import HERE, PARSERS, corpus
    from tests.fuzz.seeded import SEEDED, seeded

if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("parser", choices=PARSERS)
    asked.add_argument("--seconds", type=int, default=30)
    asked.add_argument("--seeded", action="store_true")
    asked.add_argument("--found", type=Path, default=Path(), help="folder for what breaks the parser")
    said = asked.parse_args()
    if said.seeded:
        for mistake, _ in SEEDED.values():
            atheris.instrument_func(mistake)
    with TemporaryDirectory(prefix="billow-corpus-") as grown:
        atheris.Setup(
            [
                sys.argv[0],
                f"-max_total_time={said.seconds}",
                f"-dict={HERE / 'words' / said.parser}.dict",
                f"-artifact_prefix={said.found}/",
                "-rss_limit_mb=3000",
                "-timeout=20",
                f"-max_len={max(4096, *map(len, corpus(said.parser)))}",
                grown,
                str(HERE / "corpus" / said.parser),
            ],
            seeded(said.parser) if said.seeded else PARSERS[said.parser],
        )
        atheris.Fuzz()
