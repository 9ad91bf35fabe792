"""Help: what each button of tab Billow does, in the order of the ribbon."""

from collections.abc import Iterable

from billow import __version__
from billow.commands.outcome import Outcome


def help_of(buttons: Iterable[tuple[str, str, str]]) -> Outcome:
    """Say what the ``buttons`` do; each has its group, its label and a sentence."""
    lines = [f"Billow {__version__}", ""]
    shown = ""
    for group, label, sentence in buttons:
        lines += [] if group == shown else [group]
        lines.append(f"  {label}: {sentence}")
        shown = group
    return Outcome(tuple(lines))
