"""A button of the ribbon: what it shows, what it has to ask, and the command that a click runs.

A click knows the workbook, the answers and the selected cell; the command is the one of the command line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from billow.commands.desk import At
from billow.commands.documents import Progress
from billow.commands.outcome import Outcome


@dataclass(frozen=True)
class Click:
    """A click on a button: in which workbook, with which answers, on which row of which sheet."""

    workbook: At
    answers: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    row: int = 0
    progress: Progress = lambda _text, _done, _of: None


@dataclass(frozen=True)
class Question:
    """What a command has to know and the workbook does not say; ``default`` proposes an answer."""

    name: str
    text: str
    default: Callable[[At], str] = lambda _: ""


@dataclass(frozen=True)
class Button:
    """A button in a group of the tab; ``image`` is one that Office has built in."""

    group: str
    label: str
    image: str
    run: Callable[[Click], Outcome]
    asks: tuple[Question, ...] = ()
