"""The table of staff commands is complete: words, rights, help."""

import pytest

from handlers import words
from handlers.staff import commands
from handlers.staff.command import StaffCommand
from handlers.staff.commands import COMMANDS
from storage.vocabulary import ROLE_PERMISSIONS, Permission


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.word)
def test_every_command_has_help_a_right_and_an_answer_for_those_without(command: StaffCommand) -> None:
    assert command.usage.startswith(command.word)
    assert command.help
    assert command.permission in Permission
    assert any(command.permission in permissions for permissions in ROLE_PERMISSIONS.values())
    assert command.unknown
    assert words.hear(command.usage).word is None


def test_no_word_is_there_twice_or_begins_another() -> None:
    known = [command.word for command in COMMANDS]
    for word in known:
        assert sum(other.startswith(word) for other in known) == 1


@pytest.mark.parametrize("said", ["", "查", "查账的事情", "查出三起问题", "检查 26", "查" + "1" * 100, "查 《》"])
def test_what_is_no_staff_command(said: str) -> None:
    assert commands.hear(said) is None
