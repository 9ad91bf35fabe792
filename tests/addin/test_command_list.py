"""One list of commands: command line and ribbon have what stands in it, and nothing else."""

from collections.abc import Iterator

import pytest
import typer

from billow.cli import app
from billow.commands.command_list import COMMANDS, GROUPS, Command

Words = tuple[str, ...]
LONGEST_TIP = 255  # characters that Excel shows in a tip


def of_the_command_line(command: object, words: Words = ()) -> Iterator[tuple[Words, str]]:
    commands = getattr(command, "commands", None)
    if commands is None:
        yield words, str(getattr(command, "help", ""))
        return
    for name in commands:
        yield from of_the_command_line(commands[name], (*words, name))


def test_the_command_line_has_the_commands_of_the_list_with_their_help() -> None:
    shown = dict(of_the_command_line(typer.main.get_command(app)))
    assert shown == {command.words: command.help for command in COMMANDS.values()}


@pytest.mark.parametrize("command", [c for c in COMMANDS.values() if c.button], ids=lambda c: c.id)
def test_a_button_can_be_shown(command: Command) -> None:
    assert command.button
    assert command.button.group in GROUPS
    assert command.id.isidentifier()
    assert len(command.help) <= LONGEST_TIP
    questions = [question.name for question in command.button.asks]
    assert len(set(questions)) == len(questions)


def test_the_buttons_stand_in_the_order_of_the_month() -> None:
    labels = [c.button.label for c in COMMANDS.values() if c.button and c.button.group == "Month"]
    assert labels == ["Import usage", "Check", "Generate invoices", "Issue"]
