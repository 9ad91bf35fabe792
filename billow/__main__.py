"""``billow`` as a program: its parts are loaded, the command line has the word, and the program ends at once.

A program does one command. What it makes stays to its end, or is given back by counting references; the
collector of cyclic garbage would walk over all of it again and again and find next to nothing, so it stands
still. At the end Python would take everything apart, for nobody: the machine takes it back whole.
"""

import atexit
import gc
import os
import sys


def main() -> None:
    """Load the command line, run it, and end with its code."""
    gc.disable()
    # imported here: with the collector already still
    from billow import cli  # noqa: PLC0415

    try:
        cli.main()
    except SystemExit as end:
        _end(end.code if isinstance(end.code, int) else int(bool(end.code)))


def _end(code: int) -> None:
    atexit._run_exitfuncs()  # noqa: SLF001 - what libraries have left to do is done as ever
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
