"""``billow`` as a program: its parts are loaded, and the command line has the word.

Loading makes some hundred thousand things that all stay. The collector of cyclic garbage would walk over them
again and again and find nothing; so it stands still until all are there, and leaves them alone from then on.
"""

import gc


def main() -> None:
    """Load the command line and run it."""
    gc.disable()
    # imported here: with the collector already still
    from billow import cli  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    try:
        cli.main()
    finally:
        gc.unfreeze()  # what stays to the end is given back then


if __name__ == "__main__":
    main()
