"""A process that issues, to be run beside others and to be killed: ``worker.py register tag count``."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from billow.invoicing import archive
from billow.register.register import Register


def main(register: str, drafts: str, step: int) -> None:
    """Issue the drafts of a file, ``step`` at a time, and say when the first are in."""
    opened = Register.open(register, "workbook-1")
    texts = Path(drafts).read_text(encoding="utf-8").splitlines()
    for start in range(0, len(texts), step):
        opened.issue(
            [archive.from_text(text) for text in texts[start : start + step]],
            issue_date=date(2026, 7, 8),
            number_format="{year}-{number:04}",
            who="worker",
            now=datetime.now(UTC),
        )
        sys.stdout.write("issued\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
