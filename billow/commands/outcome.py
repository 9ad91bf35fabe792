"""What a command came to: sentences for a person, the same as data for a machine, and problems."""

from dataclasses import dataclass, field
from typing import Any

from billow.problems import Problem, Severity


@dataclass(frozen=True)
class Outcome:
    """The end of a command that was not refused. ``lines`` are its summary, ``data`` the same for --json."""

    lines: tuple[str, ...]
    data: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when done, 1 when a problem stops something."""
        return int(any(problem.severity is Severity.STOP for problem in self.problems))
