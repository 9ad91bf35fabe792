"""The command: run a file of worked cases and say what passes."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .cases import Outcome, Verdict, read, run


def report(verdicts: Sequence[Verdict]) -> str:
    """Return a line per case worth reading, and the counts as the last line."""
    told = [str(verdict) for verdict in verdicts if verdict.why]
    count = {outcome: sum(v.outcome is outcome for v in verdicts) for outcome in Outcome}
    last = ", ".join(f"{count[outcome]} {outcome}" for outcome in Outcome)
    return "\n".join([*told, last])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the file named on the command line; 1 when a case fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("file", type=Path, help="worked cases as YAML")
    verdicts = run(read(parser.parse_args(arguments).file))
    sys.stdout.write(report(verdicts) + "\n")
    return int(any(verdict.outcome is Outcome.FAILED for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
